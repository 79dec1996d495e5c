//! Five clients talk, edit and delete while their lines are cut and something befalls the
//! server, again and again; afterwards everything is read back and judged. `make chaos` runs the
//! long version, `make test` a short one.
mod client;
mod faulty_server;
mod history;
mod judge;

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::time::sleep;

use self::{
    client::Client,
    faulty_server::FaultyServer,
    history::{Sent, Stored, Verdict, judge},
};
use crate::support::{
    databases::Kind, device::Device, mirror::MirrorMessage, people::Person, server::Server,
};

const CLIENTS: usize = 5;

/// Makes a test for each database on which something can befall the server.
macro_rules! nothing_goes_wrong {
    ($($name:ident: $faulty_server:expr;)+) => {$(
        #[tokio::test(flavor = "multi_thread")]
        async fn $name() {
            run(stringify!($name), $faulty_server.await).await;
        }
    )+};
}

nothing_goes_wrong! {
    nothing_goes_wrong_when_it_is_killed_on_sqlite: FaultyServer::killed(Kind::Sqlite);
    nothing_goes_wrong_when_it_is_killed_on_postgres: FaultyServer::killed(Kind::Postgres);
    nothing_goes_wrong_when_it_is_killed_on_mariadb: FaultyServer::killed(Kind::MariaDb);
    nothing_goes_wrong_when_the_database_hangs_on_sqlite: FaultyServer::hanging(Kind::Sqlite);
    nothing_goes_wrong_when_the_database_hangs_on_postgres: FaultyServer::hanging(Kind::Postgres);
    nothing_goes_wrong_when_the_database_hangs_on_mariadb: FaultyServer::hanging(Kind::MariaDb);
    nothing_goes_wrong_when_the_disk_is_full_on_sqlite: FaultyServer::full_disk(Kind::Sqlite);
    nothing_goes_wrong_when_the_disk_is_full_on_postgres: FaultyServer::full_disk(Kind::Postgres);
    nothing_goes_wrong_when_the_disk_is_full_on_mariadb: FaultyServer::full_disk(Kind::MariaDb);
    nothing_goes_wrong_when_the_disk_breaks_on_sqlite: FaultyServer::failing_disk();
    nothing_goes_wrong_when_the_clock_steps_on_sqlite: FaultyServer::shifted_clock(Kind::Sqlite);
    nothing_goes_wrong_when_the_clock_steps_on_postgres: FaultyServer::shifted_clock(Kind::Postgres);
    nothing_goes_wrong_when_the_clock_steps_on_mariadb: FaultyServer::shifted_clock(Kind::MariaDb);
}

async fn run(name: &str, faulty_server: FaultyServer) {
    let messages = asked("PARLOR_TEST_CHAOS_MESSAGES").unwrap_or(600);
    let faults = asked("PARLOR_TEST_CHAOS_STRIKES").unwrap_or(2);
    let (faulty_server, mut people) = (Arc::new(faulty_server), Vec::new());
    let server = faulty_server.server();
    for n in 0..CLIENTS {
        people.push(server.person(&format!("client{n}")).await);
    }
    let others: Vec<&Person> = people[1..].iter().collect();
    let room = server.group(&people[0], &others).await;
    let said = Arc::new(AtomicUsize::new(0));
    let each = messages / CLIENTS;
    let clients: Vec<_> = people
        .iter()
        .map(|it| Client::new(Device::new(it), room.clone(), each, said.clone()))
        .map(|it| tokio::spawn(it.live(faulty_server.clone())))
        .collect();
    for fault in 1..=faults {
        while said.load(Ordering::Relaxed) < fault * messages / (faults + 1) {
            assert!(!clients.iter().all(tokio::task::JoinHandle::is_finished), "all have fallen");
            sleep(Duration::from_millis(5)).await;
        }
        faulty_server.inject_fault().await;
    }
    let mut sent: Vec<Sent> = Vec::new();
    let mut devices = Vec::new();
    for client in clients {
        let (mine, device) = client.await.unwrap();
        sent.extend(mine);
        devices.push(device);
    }
    // Nobody speaks any more.
    for device in &mut devices {
        // Its line may be one to a server that was killed.
        if device.keep_up().await.is_none() {
            device.connect(server).await;
            device.keep_up().await.expect("the server is there");
        }
    }
    let stored = read_back(server, &people[0], &room).await;
    let shown: Vec<&BTreeMap<i64, MirrorMessage>> =
        devices.iter().map(|it| &it.mirror.rooms[&room].messages).collect();
    let verdict = judge(&sent, &stored, &shown);
    let (edited, deleted) = (count(&stored, |it| it.edited), count(&stored, |it| it.deleted));
    println!(
        "{name}: {} messages, {edited} edited, {deleted} deleted, {faults} times, {} cuts",
        stored.len(),
        devices.iter().map(|it| it.cuts).sum::<usize>(),
    );
    for device in verdict.different.iter().map(|it| shown[*it]) {
        for row in stored.iter().filter(|it| device.get(&it.seq) != Some(&it.shown)) {
            println!("shown {:?}, stored {row:?}", device.get(&row.seq));
        }
    }
    assert_eq!(verdict, Verdict::default());
    assert!(edited > 0 && deleted > 0, "a quiet life proves nothing");
    assert_eq!(stored.len(), each * CLIENTS);
}

fn count(stored: &[Stored], is: impl Fn(&MirrorMessage) -> bool) -> usize {
    stored.iter().filter(|it| is(&it.shown)).count()
}

async fn read_back(server: &Server, who: &Person, room: &str) -> Vec<Stored> {
    let (mut stored, mut after) = (Vec::new(), 0);
    loop {
        let path = format!("/v1/rooms/{room}/messages?after_seq={after}&limit=100");
        let page = server.get(&path, who).await;
        for message in page["messages"].as_array().unwrap() {
            stored.push(Stored {
                seq: message["seq"].as_i64().unwrap(),
                client_msg_id: message["client_msg_id"].as_str().map(|it| it.parse().unwrap()),
                shown: MirrorMessage::from(message),
            });
        }
        if page["has_more_after"] != true {
            return stored;
        }
        after = stored.last().unwrap().seq;
    }
}

#[expect(clippy::disallowed_methods, reason = "whoever wants a longer run says so this way")]
fn asked(name: &str) -> Option<usize> {
    std::env::var(name).ok().map(|it| it.parse().expect("a number"))
}
