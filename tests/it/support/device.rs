//! One of a person's devices: a socket that comes and goes, and a [`Mirror`] that stays.

use std::{collections::BTreeMap, time::Duration};

use reqwest::Method;
use serde_json::{Value, json};
use tokio::time::sleep;

use crate::support::{
    mirror::{Mirror, MirrorRoom, Outcome},
    people::Person,
    server::Server,
    socketio::Socket,
};

pub struct Device {
    pub person: Person,
    pub mirror: Mirror,
    pub socket: Option<Socket>,
    /// How often news alone were not enough.
    pub gaps: usize,
    /// How often its line broke.
    pub cuts: usize,
}

impl Device {
    pub fn new(person: &Person) -> Self {
        let mirror = Mirror::new(person.id);
        Self { person: person.clone(), mirror, socket: None, gaps: 0, cuts: 0 }
    }

    pub async fn connect(&mut self, server: &Server) {
        self.try_connect(server).await.expect("the server is there");
    }

    /// Nothing when the server is not there, or goes while it is asked.
    pub async fn try_connect(&mut self, server: &Server) -> Option<()> {
        if self.socket.is_none() {
            self.socket = Some(server.reach(&self.person).await?);
            self.sync().await?;
        }
        Some(())
    }

    /// As when the network goes: without a word.
    pub fn lose_connection(&mut self) {
        self.cuts += usize::from(self.socket.take().is_some());
    }

    /// Asks, and is gone before there is an answer.
    pub async fn post_and_disconnect(&mut self, event: &str, payload: &Value) {
        if let Some(socket) = &mut self.socket {
            socket.try_post(event, payload).await;
        }
        self.lose_connection();
    }

    /// The data of an answer, which must be `ok`; nothing when the line breaks first.
    pub async fn ask(&mut self, event: &str, payload: &Value) -> Option<Value> {
        let answer = self.socket.as_mut()?.try_ask(event, payload).await;
        // Whoever is told to come later comes again as if it had been cut off.
        let answer = answer.filter(|it| it["error"]["code"] != "unavailable");
        if answer.is_none() {
            self.lose_connection();
        }
        let answer = answer?;
        assert_eq!(answer["ok"], true, "{event} {payload}: {answer}");
        Some(answer["data"].clone())
    }

    /// Everything since the `rev` that it has of each room.
    async fn sync(&mut self) -> Option<()> {
        loop {
            let page = self.ask("sync", &self.question()).await?;
            if !self.mirror.synced(&page) {
                return self.scroll_up().await;
            }
        }
    }

    /// The same without a socket.
    pub async fn sync_by_rest(&mut self, server: &Server) {
        loop {
            let question = Some(self.question());
            let page = server.ok(Method::POST, "/v1/sync", &self.person, question).await;
            if !self.mirror.synced(&page) {
                break;
            }
        }
        for (id, room) in &mut self.mirror.rooms {
            while let Some(first) = room.begins_at() {
                let path = format!("/v1/rooms/{id}/messages?before_seq={first}&limit=50");
                room.put_all(&server.get(&path, &self.person).await);
            }
        }
    }

    fn question(&self) -> Value {
        json!({"user_rev": self.mirror.user_rev, "rooms": self.mirror.revs(), "limit": 50})
    }

    /// A new room comes with its newest messages only: the rest is history.
    async fn scroll_up(&mut self) -> Option<()> {
        let rooms: Vec<String> = self.mirror.rooms.keys().cloned().collect();
        for id in rooms {
            while let Some(first) = self.mirror.rooms[&id].begins_at() {
                let question = json!({"chatroom_id": id, "before_seq": first, "limit": 100});
                let page = self.ask("message:list", &question).await?;
                self.mirror.rooms.get_mut(&id)?.put_all(&page);
            }
        }
        Some(())
    }

    /// Takes in what has arrived, and asks for what has not.
    pub async fn keep_up(&mut self) -> Option<()> {
        // What was said to this socket before this answer has arrived with it.
        self.ask("presence:unsubscribe", &json!({"user_ids": []})).await?;
        let (mut gaps, mut unknown) = (0, 0);
        for (event, payload) in self.socket.as_mut()?.heard() {
            match self.mirror.hear(&event, &payload) {
                Outcome::Gap => gaps += 1,
                Outcome::Unknown => unknown += 1,
                Outcome::Applied | Outcome::Ignored => {}
            }
        }
        self.gaps += gaps;
        if gaps + unknown > 0 {
            self.sync().await?;
        }
        Some(())
    }

    /// Keeps up until the mirror shows what it should; fails when it never does.
    pub async fn shows(&mut self, truth: &BTreeMap<String, MirrorRoom>) {
        // Marks are told once a second.
        for _ in 0..150 {
            if self.socket.is_some() {
                self.keep_up().await.expect("the server is there");
            }
            if self.seen() == *truth {
                return;
            }
            sleep(Duration::from_millis(20)).await;
        }
        assert_eq!(self.seen(), *truth, "the device (left) of {}", self.person.name);
    }

    pub fn seen(&self) -> BTreeMap<String, MirrorRoom> {
        self.mirror.rooms.iter().map(|(id, room)| (id.clone(), room.seen())).collect()
    }
}
