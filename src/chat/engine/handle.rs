//! The handle that every surface holds.

use std::{ops::Deref, sync::Arc};

use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    chat::{
        engine::{
            bus::Bus, checkup::Checkup, clock::Clock, leases::Leases, ledger::Ledger,
            limit::Limits, roster::Roster, rules::Rules,
        },
        file::{picture::PictureWorkers, quota::Quotas},
        room::typists::Typists,
        session::{
            guess::Guesses, live::LiveSessions, neighbours::Neighbours, password::Passwords,
            renewal::Renewals, subscriber::Subscribers, token::Keys,
        },
    },
    store::{engine::pool::Pool, file::disk::Disk},
};

/// Cheap to clone; all clones are the same chat.
#[derive(Clone)]
pub struct Chat(Arc<Parts>);

pub struct Parts {
    /// For reading, and for changes of one statement.
    pub db: Pool,
    /// For transactions that write.
    pub writer: Pool,
    pub bus: Bus,
    pub checkup: Checkup,
    pub clock: Clock,
    pub pictures: PictureWorkers,
    pub rules: Rules,
    pub guesses: Guesses,
    pub limits: Limits,
    pub disk: Disk,
    pub keys: Keys,
    pub leases: Leases,
    pub ledger: Ledger,
    pub live_sessions: LiveSessions,
    pub neighbours: Neighbours,
    pub passwords: Passwords,
    pub quotas: Quotas,
    pub renewals: Renewals,
    pub roster: Roster,
    pub subscribers: Subscribers,
    pub typists: Typists,
    /// Ends the background work.
    pub stop: CancellationToken,
    /// Everything that must finish before the server may exit.
    pub tasks: TaskTracker,
}

impl Chat {
    pub fn new(db: Pool, writer: Pool, disk: Disk, rules: Rules, clock: Clock) -> Self {
        let (bus, tasks, stop) = (Bus::default(), TaskTracker::new(), CancellationToken::new());
        let roster = Roster::default();
        let limits =
            if rules.rate_limits { Limits::on(rules.register_per_hour) } else { Limits::off() };
        let per_address = rules.rate_limits.then_some(rules.failures_per_address);
        Self(Arc::new(Parts {
            checkup: Checkup::default(),
            guesses: Guesses::new(per_address),
            ledger: Ledger::open(
                writer.clone(),
                bus.clone(),
                clock.clone(),
                roster.clone(),
                &tasks,
                stop.clone(),
            ),
            pictures: PictureWorkers::default(),
            keys: Keys::new(&rules.secret),
            leases: Leases::default(),
            live_sessions: LiveSessions::default(),
            neighbours: Neighbours::default(),
            passwords: Passwords::default(),
            quotas: Quotas::default(),
            renewals: Renewals::new(rules.access_seconds.longest()),
            roster,
            subscribers: Subscribers::default(),
            typists: Typists::default(),
            stop,
            db,
            writer,
            bus,
            clock,
            rules,
            limits,
            disk,
            tasks,
        }))
    }
}

impl Deref for Chat {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}
