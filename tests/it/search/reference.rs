//! The answers are those of whoever reads everything, and the same on every database.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{delete, edit, found_whole, indexed_up_to, server};
use crate::support::{databases::Kind, people::Person, server::Server};

/// What people say, made of these, so that much has something in common.
const SYLLABLES: [&str; 20] = [
    "ka", "ro", "mi", "ta", "sen", "el", "un", "or", "x", "42", "中", "国", "文", "日", "本", "語",
    "한", "국", "어", "か",
];

/// What somebody who can only read remembers of a message.
#[derive(Clone)]
struct CorpusMessage {
    words: String,
    sender: i64,
    room: String,
}

/// Numbers that are the same in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % bound
    }

    fn words(&mut self) -> String {
        let mut words = String::new();
        for _ in 0..=self.below(8) {
            words += SYLLABLES[self.below(SYLLABLES.len())];
            words += ["", "", " ", ", "][self.below(4)];
        }
        words
    }

    fn query(&mut self) -> String {
        // Something that can be looked up, and more.
        let some: Vec<&str> = SYLLABLES.into_iter().filter(|it| *it != "x").collect();
        let mut query = some[self.below(some.len())].to_owned();
        for _ in 0..self.below(3) {
            query += [" ", ""][self.below(2)];
            query += SYLLABLES[self.below(SYLLABLES.len())];
        }
        query
    }
}

on_every_kind!(answers_are_those_of_whoever_reads_everything);

async fn answers_are_those_of_whoever_reads_everything(kind: Kind) {
    let mut corpus = Corpus::open(kind).await;
    for round in 0..4 {
        corpus.talk().await;
        if round % 2 == 0 {
            indexed_up_to(&corpus.server, 23).await;
        }
        corpus.edit_and_delete().await;
        for _ in 0..25 {
            corpus.look_something_up(round).await;
        }
    }
    indexed_up_to(&corpus.server, 23).await;
}

/// Who is in which room.
const MEMBERS: [[bool; 3]; 3] = [[true, true, false], [true, true, true], [false, true, true]];

/// Everything that three people say in three rooms.
struct Corpus {
    server: Server,
    people: [Person; 3],
    rooms: [String; 3],
    random: Random,
    truth: BTreeMap<i64, CorpusMessage>,
    sent: Vec<Value>,
}

impl Corpus {
    async fn open(kind: Kind) -> Self {
        let server = server(kind, |settings| settings.search.block = 23).await;
        let (ann, bob) = (server.person("ann").await, server.person("bob").await);
        let eve = server.person("eve").await;
        let rooms = [
            server.direct_room(&ann, &bob).await,
            server.group(&ann, &[&bob, &eve]).await,
            server.direct_room(&bob, &eve).await,
        ];
        let (truth, sent) = (BTreeMap::new(), Vec::new());
        Self { server, people: [ann, bob, eve], rooms, random: Random(4), truth, sent }
    }

    async fn talk(&mut self) {
        for _ in 0..90 {
            let room = self.random.below(3);
            let mut who = [0, 1, 2, 0, 1].into_iter().skip(self.random.below(3));
            let who = &self.people[who.find(|it| MEMBERS[room][*it]).unwrap()];
            let words = self.random.words();
            let message = self.server.say(who, &self.rooms[room], &words).await;
            let words = message["content"].as_str().unwrap().to_owned();
            let said = CorpusMessage { words, sender: who.id, room: self.rooms[room].clone() };
            self.truth.insert(message["message_id"].as_i64().unwrap(), said);
            self.sent.push(message);
        }
    }

    async fn edit_and_delete(&mut self) {
        for _ in 0..15 {
            let message = self.sent[self.random.below(self.sent.len())].clone();
            let id = message["message_id"].as_i64().unwrap();
            let Some(said) = self.truth.get_mut(&id) else { continue };
            if self.random.below(3) == 0 {
                self.truth.remove(&id);
                delete(&self.server, &message).await;
            } else {
                said.words = self.random.words();
                edit(&self.server, &message, &said.words.clone()).await;
            }
        }
    }

    async fn look_something_up(&mut self, round: usize) {
        let random = &mut self.random;
        let (query, who, room) = (random.query(), random.below(3), random.below(6));
        let sender = self.people[random.below(3)].id;
        let sender = Some(sender).filter(|_| random.below(4) == 0);
        let room = Some(room).filter(|it| *it < 3 && MEMBERS[*it][who]);
        let room = room.map(|it| self.rooms[it].as_str());
        let sender_text = sender.unwrap_or_default().to_string();
        let by_sender = sender.map(|_| ("sender_id", sender_text.as_str()));
        let filters: Vec<_> =
            by_sender.into_iter().chain(room.map(|it| ("chatroom_id", it))).collect();
        let found = found_whole(&self.server, &self.people[who], &query, &filters).await;
        let found: Vec<(i64, &str)> = found
            .iter()
            .map(|it| (it["message_id"].as_i64().unwrap(), it["content"].as_str().unwrap()))
            .collect();
        let wanted = self.read_through(who, &query, room, sender);
        assert_eq!(found, wanted, "{query:?} with {filters:?} in round {round}");
    }

    /// What somebody finds who reads everything that they may, newest first.
    fn read_through(
        &self,
        who: usize,
        query: &str,
        room: Option<&str>,
        sender: Option<i64>,
    ) -> Vec<(i64, &str)> {
        let fits = |said: &CorpusMessage| {
            let text = said.words.to_lowercase();
            let here = (0..3).any(|it| MEMBERS[it][who] && self.rooms[it] == said.room);
            here && query.split(' ').all(|it| text.contains(it))
                && room.is_none_or(|it| it == said.room)
                && sender.is_none_or(|it| it == said.sender)
        };
        let all = self.truth.iter().rev().filter(|it| fits(it.1));
        all.map(|(id, said)| (*id, said.words.as_str())).collect()
    }
}
