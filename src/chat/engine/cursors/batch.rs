//! One batch of cursors, inside its transaction: which of them rise, and what is unread then.

use std::collections::{BTreeMap, HashMap};

use entity::{
    id::{RoomId, UserId},
    time::Timestamp,
};
use sea_orm::DbErr;

use crate::{
    chat::engine::cursors::{Effects, Wanted},
    model::{event::cursor::Reached, message::receipt::Progress},
    policy::message::MayMark,
    store::{
        self,
        engine::transaction::Transaction,
        room::{
            cursor::{HeldCursors, Rise},
            receipt::NewReceipt,
        },
    },
};

/// What became of one member's cursors.
#[derive(Clone, Copy, Debug)]
pub(super) enum Effect {
    Moved(Moved),
    /// They count the room as unread, and that is settled first.
    MarkedUnread,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Moved {
    permit: MayMark,
    /// How far they have read as they count it themselves.
    pub own: i64,
    pub reached: Reached,
    pub rise: Rise,
    /// Whether others may see it.
    pub is_shown: bool,
    /// Of those who read.
    pub counted: Option<Counted>,
}

/// What somebody has not read in a room.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Counted {
    pub messages: u64,
    pub mentions: u64,
}

impl Moved {
    pub(super) fn rises(&self) -> bool {
        self.rise.read.is_some() || self.rise.delivered.is_some()
    }
}

/// Raises what is to rise. In rooms that are `quiet` nobody sees how far others are.
pub(super) async fn raise(
    tx: &Transaction,
    wanted: &[Wanted],
    now: Timestamp,
    quiet: impl Fn(RoomId) -> bool,
) -> Result<Effects, DbErr> {
    let permits: Vec<MayMark> = wanted.iter().map(|it| it.permit).collect();
    let rows = store::room::cursor::hold(tx, &permits).await?;
    let last = last_seqs(tx, rows.iter().map(|it| it.chatroom_id)).await?;
    let rows: HashMap<(RoomId, UserId), HeldCursors> =
        rows.into_iter().map(|it| ((it.chatroom_id, it.user_id), it)).collect();
    let mut effects = Effects::new();
    for wanted in wanted {
        let key = (wanted.permit.room(), wanted.permit.actor());
        let Some((row, last)) = rows.get(&key).zip(last.get(&key.0)) else { continue };
        effects.insert(key, decide(wanted, row, *last));
    }
    write(tx, &mut effects, now, quiet).await?;
    Ok(effects)
}

fn decide(wanted: &Wanted, row: &HeldCursors, last: i64) -> Effect {
    // Cursors never fall, and never pass the last message.
    let read = wanted.read.map_or(0, |it| it.clamp(0, last));
    let reaches_unread = row.unread_from.is_some_and(|it| it <= read);
    if wanted.read.is_some() && (row.marked_unread || reaches_unread) {
        return Effect::MarkedUnread;
    }
    let delivered = wanted.delivered.map_or(0, |it| it.clamp(0, last)).max(read);
    let rises_to = |to: i64, from: i64| (to > from).then_some(to);
    Effect::Moved(Moved {
        permit: wanted.permit,
        // What is counted as unread is not reached, or it would have been settled first.
        own: row.unread_from.map_or(row.last_read_seq.max(read), |it| it - 1),
        reached: Reached {
            read: row.last_read_seq.max(read),
            delivered: row.last_delivered_seq.max(delivered),
        },
        rise: Rise {
            room: row.chatroom_id,
            read: rises_to(read, row.last_read_seq),
            delivered: rises_to(delivered, row.last_delivered_seq),
        },
        is_shown: false,
        counted: wanted.read.map(|_| Counted::default()),
    })
}

/// Those that rise to the same place are one statement. Each that others may see leaves
/// receipts; whoever does not want that leaves none, so that nothing comes to light when they
/// change their mind.
async fn write(
    tx: &Transaction,
    effects: &mut Effects,
    now: Timestamp,
    quiet: impl Fn(RoomId) -> bool,
) -> Result<(), DbErr> {
    let mut rising: Vec<&mut Moved> = effects
        .values_mut()
        .filter_map(|it| if let Effect::Moved(moved) = it { Some(moved) } else { None })
        .filter(|it| it.rises())
        .collect();
    if rising.is_empty() {
        return Ok(());
    }
    let mut groups = BTreeMap::<Rise, Vec<MayMark>>::new();
    for moved in &rising {
        groups.entry(moved.rise).or_default().push(moved.permit);
    }
    for (rise, permits) in groups {
        store::room::cursor::raise(tx, rise, &permits, now).await?;
    }
    let users: Vec<UserId> = rising.iter().map(|it| it.permit.actor()).collect();
    let discreet = store::person::discreet(tx, &users).await?;
    let mut receipts = Vec::new();
    for moved in &mut rising {
        let user = moved.permit.actor();
        moved.is_shown = !discreet.contains(&user) && !quiet(moved.rise.room);
        if moved.is_shown {
            // What was read has arrived: then one receipt says both.
            let read = moved.rise.read.map(|it| (Progress::Read, it));
            let delivered = moved.rise.delivered.map(|it| (Progress::Delivered, it));
            receipts.extend(read.or(delivered).map(|(progress, seq)| NewReceipt {
                permit: moved.permit,
                progress,
                seq,
            }));
        }
    }
    store::room::receipt::insert(tx, &receipts, now).await
}

/// Counts what is unread for those who read, unless they have read everything.
pub(super) async fn count(tx: &Transaction, mut effects: Effects) -> Result<Effects, DbErr> {
    let moved = effects.values().filter_map(|it| match it {
        Effect::Moved(moved) => Some(*moved),
        Effect::MarkedUnread => None,
    });
    let readers: Vec<Moved> = moved.filter(|it| it.counted.is_some()).collect();
    // Anew, since somebody may have said something before it was our turn.
    let last = last_seqs(tx, readers.iter().map(|it| it.rise.room)).await?;
    let is_behind = |it: &&Moved| last.get(&it.rise.room).is_some_and(|last| *last > it.own);
    let behind: Vec<MayMark> = readers.iter().filter(is_behind).map(|it| it.permit).collect();
    if behind.is_empty() {
        return Ok(effects);
    }
    let mentions = store::message::mention::unread_of_members(tx, &behind).await?;
    for unread in store::room::unread::of_members(tx, &behind).await? {
        let key = (unread.room, unread.user);
        if let Some(Effect::Moved(moved)) = effects.get_mut(&key) {
            let mentions = mentions.get(&key).copied().unwrap_or(0);
            moved.counted = Some(Counted { messages: unread.messages, mentions });
        }
    }
    Ok(effects)
}

async fn last_seqs(
    tx: &Transaction,
    rooms: impl Iterator<Item = RoomId>,
) -> Result<HashMap<RoomId, i64>, DbErr> {
    let mut rooms: Vec<RoomId> = rooms.collect();
    rooms.sort_unstable();
    rooms.dedup();
    store::room::last_seqs(tx, &rooms).await
}
