//! A client as a careful one is: what was not acknowledged is asked for again, under the
//! same name, before anything else.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use serde_json::{Value, json};
use tokio::time::sleep;
use uuid::Uuid;

use super::{
    faulty_server::FaultyServer,
    history::{Deleted, Sent},
};
use crate::support::{device::Device, server::Server};

pub struct Client {
    device: Device,
    room: String,
    sent: Vec<Sent>,
    /// The numbers of its messages, by their place in `sent`.
    numbers: Vec<i64>,
    wanted: usize,
    /// Counts the messages of all clients.
    said: Arc<AtomicUsize>,
}

impl Client {
    pub fn new(device: Device, room: String, wanted: usize, said: Arc<AtomicUsize>) -> Self {
        Self { device, room, sent: Vec::new(), numbers: Vec::new(), wanted, said }
    }

    /// Sends what it has to; what it sent, and what its device shows at the end.
    pub async fn live(mut self, faulty_server: Arc<FaultyServer>) -> (Vec<Sent>, Device) {
        while self.sent.len() < self.wanted {
            match rand::random_range(0..100) {
                0..2 => self.device.lose_connection(),
                2..12 => self.edit(faulty_server.server()).await,
                12..17 => self.delete(faulty_server.server()).await,
                17..25 => drop(self.device.keep_up().await),
                _ => self.say(faulty_server.server()).await,
            }
        }
        (self.sent, self.device)
    }

    async fn say(&mut self, server: &Server) {
        let message = Sent {
            id: Uuid::new_v4(),
            sender: self.device.person.id,
            seq: None,
            acknowledged: 0,
            asked: 0,
            deleted: Deleted::No,
        };
        let words = json!({
            "chatroom_id": self.room,
            "content": message.words(0),
            "client_msg_id": message.id,
        });
        let done = self.insist(server, "message:send", &words).await;
        self.numbers.push(done["message"]["message_id"].as_i64().unwrap());
        self.sent.push(Sent { seq: done["message"]["seq"].as_i64(), ..message });
        self.said.fetch_add(1, Ordering::Relaxed);
    }

    async fn edit(&mut self, server: &Server) {
        let Some(n) = self.one_of_mine() else { return };
        self.sent[n].asked += 1;
        let version = self.sent[n].asked;
        let words = self.sent[n].words(version);
        let edit = json!({"message_id": self.numbers[n], "content": words});
        self.insist(server, "message:edit", &edit).await;
        self.sent[n].acknowledged = version;
    }

    async fn delete(&mut self, server: &Server) {
        let Some(n) = self.one_of_mine() else { return };
        self.sent[n].deleted = Deleted::Perhaps;
        let delete = json!({"message_id": self.numbers[n]});
        self.insist(server, "message:delete", &delete).await;
        self.sent[n].deleted = Deleted::Yes;
    }

    /// A message of its own that is not deleted.
    fn one_of_mine(&self) -> Option<usize> {
        let n = rand::random_range(0..self.sent.len().max(1));
        self.sent.get(n).filter(|it| it.deleted == Deleted::No).map(|_| n)
    }

    /// Asks until it is answered, over however many connections that takes.
    async fn insist(&mut self, server: &Server, event: &str, payload: &Value) -> Value {
        for _ in 0..600 {
            if self.device.try_connect(server).await.is_some() {
                // Now and then the answer does not find its way back.
                if rand::random_range(0..50) == 0 {
                    self.device.post_and_disconnect(event, payload).await;
                    continue;
                }
                if let Some(done) = self.device.ask(event, payload).await {
                    return done;
                }
            }
            sleep(Duration::from_millis(50)).await;
        }
        panic!("nobody ever answered {event}");
    }
}
