//! The answers are those of whoever reads everything, and the same on every database.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{delete, edit, found_whole, indexed_up_to, server};
use crate::support::databases::Kind;

/// What people say, made of these, so that much has something in common.
const SYLLABLES: [&str; 20] = [
    "ka", "ro", "mi", "ta", "sen", "el", "un", "or", "x", "42", "中", "国", "文", "日", "本", "語",
    "한", "국", "어", "か",
];

/// What somebody who can only read remembers of a message.
#[derive(Clone)]
struct Said {
    words: String,
    sender: i64,
    room: String,
}

/// Numbers that are the same in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % sides
    }

    fn words(&mut self) -> String {
        let mut words = String::new();
        for _ in 0..=self.roll(8) {
            words += SYLLABLES[self.roll(SYLLABLES.len())];
            words += ["", "", " ", ", "][self.roll(4)];
        }
        words
    }

    fn query(&mut self) -> String {
        // Something that can be looked up, and more.
        let some: Vec<&str> = SYLLABLES.into_iter().filter(|it| *it != "x").collect();
        let mut query = some[self.roll(some.len())].to_owned();
        for _ in 0..self.roll(3) {
            query += [" ", ""][self.roll(2)];
            query += SYLLABLES[self.roll(SYLLABLES.len())];
        }
        query
    }
}

on_every_kind!(answers_are_those_of_whoever_reads_everything);

async fn answers_are_those_of_whoever_reads_everything(kind: Kind) {
    let server = server(kind, |settings| settings.search.block = 23).await;
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let eve = server.person("eve").await;
    let rooms = [
        server.direct_room(&ann, &bob).await,
        server.group(&ann, &[&bob, &eve]).await,
        server.direct_room(&bob, &eve).await,
    ];
    let members = [[true, true, false], [true, true, true], [false, true, true]];
    let people = [&ann, &bob, &eve];
    let mut dice = Dice(4);
    let mut truth: BTreeMap<i64, Said> = BTreeMap::new();
    let mut sent: Vec<Value> = Vec::new();
    for round in 0..4 {
        for _ in 0..90 {
            let room = dice.roll(3);
            let who = [0, 1, 2, 0, 1]
                .into_iter()
                .skip(dice.roll(3))
                .find(|it| members[room][*it])
                .unwrap();
            let words = dice.words();
            let message = server.say(people[who], &rooms[room], &words).await;
            let words = message["content"].as_str().unwrap().to_owned();
            let said = Said { words, sender: people[who].id, room: rooms[room].clone() };
            truth.insert(message["message_id"].as_i64().unwrap(), said);
            sent.push(message);
        }
        if round % 2 == 0 {
            indexed_up_to(&server, 23).await;
        }
        for _ in 0..15 {
            let message = sent[dice.roll(sent.len())].clone();
            let id = message["message_id"].as_i64().unwrap();
            let Some(said) = truth.get_mut(&id) else { continue };
            if dice.roll(3) == 0 {
                truth.remove(&id);
                delete(&server, &message).await;
            } else {
                said.words = dice.words();
                edit(&server, &message, &said.words.clone()).await;
            }
        }
        for _ in 0..25 {
            let (query, who, room) = (dice.query(), dice.roll(3), dice.roll(6));
            let sender = people[dice.roll(3)].id;
            let mut filters = Vec::new();
            let (sender_text, by_sender) = (sender.to_string(), dice.roll(4) == 0);
            if by_sender {
                filters.push(("sender_id", sender_text.as_str()));
            }
            let room = Some(room).filter(|it| *it < 3 && members[*it][who]);
            if let Some(room) = room {
                filters.push(("chatroom_id", rooms[room].as_str()));
            }
            let fits = |said: &Said| {
                let text = said.words.to_lowercase();
                let here = (0..3).any(|it| members[it][who] && rooms[it] == said.room);
                here && query.split(' ').all(|it| text.contains(it))
                    && room.is_none_or(|it| rooms[it] == said.room)
                    && (!by_sender || sender == said.sender)
            };
            let wanted: Vec<(i64, &str)> = truth
                .iter()
                .rev()
                .filter(|it| fits(it.1))
                .map(|(id, said)| (*id, said.words.as_str()))
                .collect();
            let found = found_whole(&server, people[who], &query, &filters).await;
            let found: Vec<(i64, &str)> = found
                .iter()
                .map(|it| (it["message_id"].as_i64().unwrap(), it["content"].as_str().unwrap()))
                .collect();
            assert_eq!(found, wanted, "{query:?} with {filters:?} in round {round}");
        }
    }
    indexed_up_to(&server, 23).await;
}
