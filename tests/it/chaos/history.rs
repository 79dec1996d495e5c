//! What the clients of a chaos run did and were promised, and whether the server kept it.

use std::collections::{BTreeMap, HashMap, HashSet};

use uuid::Uuid;

use crate::support::mirror::MirrorMessage;

/// A message as its sender knows it.
#[derive(Clone, Debug)]
pub struct Sent {
    pub id: Uuid,
    pub sender: i64,
    /// Where it was acknowledged to be; `None` while nobody answered.
    pub seq: Option<i64>,
    /// The newest words that were acknowledged, and the newest that were asked for.
    pub acknowledged: u64,
    pub asked: u64,
    pub deleted: Deleted,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deleted {
    No,
    /// Nobody answered, so it may or may not have been.
    Perhaps,
    Yes,
}

/// What is on the server, by its own order.
#[derive(Clone, Debug)]
pub struct Stored {
    pub seq: i64,
    pub client_msg_id: Option<Uuid>,
    pub shown: MirrorMessage,
}

/// Everything that must not be, each by its name.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    pub lost: Vec<Uuid>,
    pub undone: Vec<Uuid>,
    pub doubled: Vec<Uuid>,
    pub holes: Vec<i64>,
    pub reordered: Vec<Uuid>,
    pub unknown: Vec<i64>,
    /// The devices that show something else than the server.
    pub different: Vec<usize>,
}

/// One room: what was sent there, each sender's in their order; what is stored; and what
/// each device shows.
pub fn judge(
    sent: &[Sent],
    stored: &[Stored],
    devices: &[&BTreeMap<i64, MirrorMessage>],
) -> Verdict {
    let mut verdict = Verdict::default();
    let mut places: HashMap<Uuid, &Stored> = HashMap::new();
    let known: HashSet<Uuid> = sent.iter().map(|it| it.id).collect();
    for (expected, row) in (1..).zip(stored) {
        if row.seq != expected {
            verdict.holes.push(row.seq);
        }
        match row.client_msg_id.filter(|it| known.contains(it)) {
            None => verdict.unknown.push(row.seq),
            Some(id) => {
                if places.insert(id, row).is_some() {
                    verdict.doubled.push(id);
                }
            }
        }
    }
    let mut newest: HashMap<i64, i64> = HashMap::new();
    for message in sent {
        let Some(row) = places.get(&message.id) else {
            if message.seq.is_some() {
                verdict.lost.push(message.id);
            }
            continue;
        };
        let before = newest.insert(message.sender, row.seq).unwrap_or(0);
        if before > row.seq || message.seq.is_some_and(|it| it != row.seq) {
            verdict.reordered.push(message.id);
        }
        if !message.is_kept(&row.shown) {
            verdict.undone.push(message.id);
        }
    }
    let truth: BTreeMap<i64, &MirrorMessage> =
        stored.iter().map(|it| (it.seq, &it.shown)).collect();
    for (n, device) in devices.iter().enumerate() {
        let same = device.len() == truth.len()
            && device.iter().all(|(seq, shown)| truth.get(seq) == Some(&shown));
        if !same {
            verdict.different.push(n);
        }
    }
    verdict
}

impl Sent {
    /// The words of one version: they say whose they are.
    pub fn words(&self, version: u64) -> String {
        format!("{} v{version}", self.id)
    }

    fn is_kept(&self, shown: &MirrorMessage) -> bool {
        match (self.deleted, shown.deleted) {
            (Deleted::No, true) | (Deleted::Yes, false) => false,
            (Deleted::Yes | Deleted::Perhaps, true) => shown.content.is_empty(),
            (Deleted::No | Deleted::Perhaps, false) => {
                (self.acknowledged..=self.asked).any(|it| shown.content == self.words(it))
            }
        }
    }
}
