//! A device that only listens: what it was told must be all there is.

use std::{collections::BTreeSet, time::Duration};

use serde_json::{Value, json};
use tokio::time::sleep;

use super::{Who, copy::LiveCopy};
use crate::support::{people::Person, server::Server, socketio::Socket};

pub struct Listener {
    pub who: Who,
    /// What it heard and could not help hearing, like its own presence, is not in it.
    pub heard: Vec<String>,
    /// The kinds of events without which it would have known too little.
    pub needed: BTreeSet<String>,
    person: Person,
    socket: Socket,
    copy: LiveCopy,
    /// What it knew before it heard the latest.
    before: LiveCopy,
    latest: Vec<(String, Value)>,
}

impl Listener {
    /// Another device of this person.
    pub async fn open(server: &Server, who: Who, person: &Person) -> Self {
        let person = server.again(person).await;
        let socket = server.socket(&person).await;
        let copy = LiveCopy::fetched(server, &person).await;
        let (heard, needed, before) = (Vec::new(), BTreeSet::new(), copy.clone());
        Self { who, heard, needed, person, socket, copy, before, latest: Vec::new() }
    }

    /// Takes in what it hears, until it knows as much as there is to know.
    pub async fn knows(&mut self, server: &Server, operation: &str) {
        let mut truth = LiveCopy::default();
        self.before = self.copy.clone();
        self.latest.clear();
        for _ in 0..60 {
            self.listen(server).await;
            truth = LiveCopy::fetched(server, &self.person).await;
            if self.copy == truth {
                return self.try_without(server, &truth).await;
            }
            sleep(Duration::from_millis(50)).await;
        }
        let wrong = differences(&self.copy, &truth);
        panic!("after {operation}, {:?} holds (-) instead of (+):\n{}", self.who, wrong.join("\n"));
    }

    /// Were it deaf to events of one kind, would this test find it out?
    async fn try_without(&mut self, server: &Server, truth: &LiveCopy) {
        let kinds: BTreeSet<String> = self.latest.iter().map(|it| it.0.clone()).collect();
        for kind in kinds.difference(&self.needed.clone()) {
            let mut deaf = self.before.clone();
            for (event, told) in self.latest.iter().filter(|it| it.0 != *kind) {
                deaf.hear(event, told);
            }
            deaf.fetch_missing(server, &self.person).await;
            if deaf != *truth {
                self.needed.insert(kind.clone());
            }
        }
    }

    /// Finds out by itself.
    pub async fn asks(&mut self, server: &Server) {
        self.listen(server).await;
        self.copy = LiveCopy::fetched(server, &self.person).await;
    }

    async fn listen(&mut self, server: &Server) {
        // What was said to this socket before this answer has arrived with it.
        self.socket.ok("presence:unsubscribe", json!({"user_ids": []})).await;
        for (event, told) in self.socket.heard() {
            if event != "heads" && !self.is_about_me(&event, &told) {
                self.heard.push(event.clone());
            }
            self.copy.hear(&event, &told);
            self.latest.push((event, told));
        }
        self.copy.fetch_missing(server, &self.person).await;
    }

    fn is_about_me(&self, event: &str, told: &Value) -> bool {
        let is_mine = |it: &Value| it["user_id"] == self.person.id;
        event == "presence:changed" && told["presences"].as_array().unwrap().iter().all(is_mine)
    }
}

fn differences(held: &LiveCopy, truth: &LiveCopy) -> Vec<String> {
    let (held, truth) = (held.lines(), truth.lines());
    let only = |sign: char, one: &[String], other: &[String]| -> Vec<String> {
        let missing = one.iter().filter(|it| !other.contains(it));
        missing.map(|it| format!("{sign} {it}")).collect()
    };
    [only('-', &held, &truth), only('+', &truth, &held)].concat()
}
