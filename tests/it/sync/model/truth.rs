//! What should be so: the simplest chat there can be, in which nothing ever goes wrong.

use std::collections::{BTreeMap, BTreeSet};

use crate::support::mirror::{MirrorMessage, MirrorRoom};

pub type People = BTreeSet<i64>;

#[derive(Clone, Debug, Default)]
pub struct Truth {
    pub rooms: BTreeMap<String, ModelRoom>,
    /// Who has blocked whom.
    pub blocks: BTreeSet<(i64, i64)>,
}

#[derive(Clone, Debug, Default)]
pub struct ModelRoom {
    /// The two of a direct room, whether they are there or have left.
    pub pair: People,
    pub name: Option<String>,
    pub members: People,
    pub messages: Vec<MirrorMessage>,
    /// How far each member has read; it starts where they came in.
    pub read: BTreeMap<i64, i64>,
    /// What was said up to here each has deleted for themselves.
    pub cleared: BTreeMap<i64, i64>,
}

impl Truth {
    /// What this person should see on each of their devices.
    pub fn seen_by(&self, who: i64) -> BTreeMap<String, MirrorRoom> {
        let mine = self.rooms.iter().filter(|(_, room)| room.members.contains(&who));
        mine.map(|(id, room)| (id.clone(), room.seen_by(who))).collect()
    }

    /// Whether somebody may write here, if only membership and blocks decide that.
    pub fn may_post(&self, room: &str, who: i64) -> bool {
        let room = &self.rooms[room];
        let apart = |other: &i64| {
            self.blocks.contains(&(who, *other)) || self.blocks.contains(&(*other, who))
        };
        room.members.contains(&who) && !room.pair.iter().any(apart)
    }
}

impl ModelRoom {
    pub fn say(&mut self, id: i64, sender: i64, content: &str, reply_to: Option<i64>) -> i64 {
        let content = content.to_owned();
        self.messages.push(MirrorMessage {
            id,
            sender,
            content,
            reply_to,
            ..MirrorMessage::default()
        });
        self.last()
    }

    pub fn last(&self) -> i64 {
        i64::try_from(self.messages.len()).unwrap()
    }

    pub fn message(&mut self, id: i64) -> &mut MirrorMessage {
        self.messages.iter_mut().find(|it| it.id == id).expect("somebody said it")
    }

    pub fn enter(&mut self, who: i64) {
        if self.members.insert(who) {
            self.read.insert(who, self.last());
        }
    }

    /// Nobody leaves a direct room: they delete it for themselves.
    pub fn leave(&mut self, who: i64) {
        if !self.pair.is_empty() {
            self.cleared.insert(who, self.last());
            return;
        }
        self.members.remove(&who);
        self.read.remove(&who);
    }

    pub fn has_read(&mut self, who: i64, seq: i64) {
        let last = self.last();
        let cursor = self.read.entry(who).or_default();
        *cursor = (*cursor).max(seq.min(last));
    }

    /// Whether this is there for somebody who is in the room.
    pub fn shows(&self, who: i64, id: i64) -> bool {
        let messages = (1..).zip(&self.messages);
        let cleared = self.cleared.get(&who).copied().unwrap_or(0);
        messages.filter(|it| it.0 > cleared).any(|it| it.1.id == id)
    }

    fn seen_by(&self, who: i64) -> MirrorRoom {
        let cleared = self.cleared.get(&who).copied().unwrap_or(0);
        MirrorRoom {
            rev: 0,
            name: self.name.clone(),
            members: self.members.clone(),
            messages: (1..)
                .zip(self.messages.iter().cloned())
                .filter(|it| it.0 > cleared)
                .collect(),
            read: self.read[&who],
            marks: self.read.iter().filter(|it| *it.0 != who).map(|it| (*it.0, *it.1)).collect(),
            cleared,
        }
    }
}
