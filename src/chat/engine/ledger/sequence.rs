//! The numbers of messages in their rooms: `seq` gives the order, without holes, and `rev` counts
//! changes.

use std::collections::{BTreeMap, HashMap, HashSet};

use entity::{
    chatroom,
    id::{RoomId, UserId},
    message,
};
use sea_orm::DbErr;
use uuid::Uuid;

use crate::{
    chat::engine::ledger::LedgerEntry,
    model::error::Error,
    store::{self, engine::transaction::Transaction},
};

/// The last numbers that were given away in a room.
pub(super) struct Head {
    pub seq: i64,
    pub rev: i64,
}

/// Takes as many numbers in each room as it has new messages; the room is ours until the
/// transaction ends. Says where they begin.
pub(super) async fn raise(
    tx: &Transaction,
    entries: &[LedgerEntry],
    known: &HashMap<(UserId, Uuid), message::Model>,
    taken: &[Option<Error>],
) -> Result<HashMap<RoomId, Head>, DbErr> {
    // Sorted, so that two writers who need the same rooms do not take them crosswise.
    let (mut counts, mut seen) = (BTreeMap::<RoomId, i64>::new(), HashSet::new());
    for (LedgerEntry { permit, draft, .. }, _) in
        entries.iter().zip(taken).filter(|it| it.1.is_none())
    {
        let key = draft.client_msg_id.map(|it| (permit.actor(), it));
        if key.is_none_or(|it| !known.contains_key(&it) && seen.insert(it)) {
            *counts.entry(permit.room()).or_default() += 1;
        }
    }
    if counts.is_empty() {
        return Ok(HashMap::new());
    }
    let raised: Vec<(RoomId, i64)> = counts.iter().map(|(room, count)| (*room, *count)).collect();
    let rooms = store::room::advance(tx, &raised).await?;
    let before = |it: chatroom::Model| {
        let count = counts.get(&it.chatroom_id).copied().unwrap_or(0);
        (it.chatroom_id, Head { seq: it.last_seq - count, rev: it.rev - count })
    };
    Ok(rooms.into_iter().map(before).collect())
}
