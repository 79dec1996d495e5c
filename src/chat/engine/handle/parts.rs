//! What a chat is made of. Every field is for `chat` alone.

use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    chat::{
        engine::{
            bus::Bus, checkup::Checkup, clock::Clock, cursors::Cursors, ledger::Ledger,
            rate_limits::Limits, roster::Roster, rules::Rules,
        },
        file::{picture::PictureWorkers, quota::Quotas},
        person::presence::leases::Leases,
        room::typing::typists::Typists,
        session::{
            guess::Guesses, live::LiveSessions, neighbours::Neighbours, password::Passwords,
            subscriber::Subscribers, token::Keys, token_lifetime::Renewals,
        },
    },
    store::{engine::pool::Pool, file::disk::Disk},
};

pub struct Parts {
    /// For reading, and for changes of one statement.
    pub(in crate::chat) db: Pool,
    /// For transactions that write.
    pub(in crate::chat) writer: Pool,
    pub(in crate::chat) bus: Bus,
    pub(in crate::chat) checkup: Checkup,
    pub(in crate::chat) clock: Clock,
    pub(in crate::chat) cursors: Cursors,
    pub(in crate::chat) pictures: PictureWorkers,
    pub(in crate::chat) rules: Rules,
    pub(in crate::chat) guesses: Guesses,
    pub(in crate::chat) limits: Limits,
    pub(in crate::chat) disk: Disk,
    pub(in crate::chat) keys: Keys,
    pub(in crate::chat) leases: Leases,
    pub(in crate::chat) ledger: Ledger,
    pub(in crate::chat) live_sessions: LiveSessions,
    pub(in crate::chat) neighbours: Neighbours,
    pub(in crate::chat) passwords: Passwords,
    pub(in crate::chat) quotas: Quotas,
    pub(in crate::chat) renewals: Renewals,
    pub(in crate::chat) roster: Roster,
    pub(in crate::chat) subscribers: Subscribers,
    pub(in crate::chat) typists: Typists,
    /// Ends the background work.
    pub(in crate::chat) stop: CancellationToken,
    /// Everything that must finish before the server may exit.
    pub(in crate::chat) tasks: TaskTracker,
}

impl Parts {
    pub(super) fn new(
        db: Pool,
        writer: Pool,
        disk: Disk,
        secret: &[u8],
        rules: Rules,
        clock: Clock,
    ) -> Self {
        let (bus, tasks, stop) = (Bus::default(), TaskTracker::new(), CancellationToken::new());
        let roster = Roster::default();
        let limits =
            if rules.rate_limits { Limits::on(rules.register_per_hour) } else { Limits::off() };
        let per_address = rules.rate_limits.then_some(rules.failures_per_address);
        let ledger = Ledger::open(
            writer.clone(),
            bus.clone(),
            clock.clone(),
            roster.clone(),
            &tasks,
            stop.clone(),
        );
        let cursors = Cursors::open(
            writer.clone(),
            bus.clone(),
            clock.clone(),
            roster.clone(),
            rules.marks_told,
            &tasks,
            stop.clone(),
        );
        Self {
            cursors,
            checkup: Checkup::default(),
            guesses: Guesses::new(per_address),
            ledger,
            pictures: PictureWorkers::default(),
            keys: Keys::new(secret),
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
        }
    }
}
