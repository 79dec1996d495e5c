//! All that a client lacks, read as it was at one moment. Decides what is told and how much
//! of it at once; never how it is shown.

use std::collections::{HashMap, HashSet};

use entity::{
    block, chatroom,
    friend::{self, Status},
    id::{RoomId, UserId},
    message, participant,
    time::Timestamp,
    user,
};

use crate::{
    chat::engine::handle::Chat,
    model::{
        actor::Actor,
        error::{Doubt, Error},
        room::Settings,
        sync::Held,
    },
    policy::{Facts, MayRead},
    store::{self, engine::transaction::Transaction, room::cursor::Lowest},
};

/// Whoever lacks more changes of a room than this begins anew with its newest messages.
const CATCHING_UP: i64 = 1_000;
/// What one answer may weigh, in messages. What does not fit is told next time.
const WEIGHT: usize = 1_000;
/// What a room weighs besides its messages.
const ROOM: usize = 10;
/// Rooms with more members than this are too large for all of them to be listed.
const LISTED: i64 = 1_000;

pub struct Seen {
    pub parts: Vec<RoomPart>,
    pub removed: Vec<RoomId>,
    pub own: Option<Own>,
    pub has_more: bool,
}

/// What is told of one room.
pub struct RoomPart {
    pub room: chatroom::Model,
    pub mine: participant::Model,
    pub rows: Vec<message::Model>,
    /// Nobody, when they are too many.
    pub members: Vec<participant::Model>,
    pub members_changed: bool,
    pub discreet: HashSet<UserId>,
    pub lowest: Lowest,
    pub rev: i64,
    pub has_more: bool,
    pub reset: bool,
}

pub struct Own {
    pub user: user::Model,
    pub friends: Vec<friend::Model>,
    pub blocks: Vec<block::Model>,
    pub settings: Vec<(RoomId, Settings)>,
}

/// What to tell of a room's messages.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Plan {
    /// The client knows nothing of it, or nothing that could be gone on from.
    Anew,
    ChangedAfter(i64),
    /// Only cursors may have moved.
    Nothing,
}

/// Messages to tell, and whether there are more of them.
struct Rows {
    rows: Vec<message::Model>,
    has_more: bool,
}

pub async fn take(
    chat: &Chat,
    me: Actor,
    held: &Held,
    since: Option<Timestamp>,
) -> Result<Seen, Error> {
    let tx = chat.db.snapshot().await?;
    let seen = Looker { tx: &tx, me, held }.look(since).await;
    // Nothing was written; this only gives the connection back.
    tx.commit().await?;
    seen
}

struct Looker<'a> {
    tx: &'a Transaction,
    me: Actor,
    held: &'a Held,
}

impl Looker<'_> {
    async fn look(&self, since: Option<Timestamp>) -> Result<Seen, Error> {
        let mine = store::room::member::of_user(self.tx, self.me.id).await?;
        let ids: Vec<RoomId> = mine.iter().map(|it| it.chatroom_id).collect();
        let mut rooms = store::room::find_all(self.tx, &ids).await?;
        let own = self.own(&rooms, &mine).await?;
        let mine: HashMap<RoomId, participant::Model> =
            mine.into_iter().map(|it| (it.chatroom_id, it)).collect();
        let held = &self.held.rooms;
        let removed = held.keys().filter(|it| !mine.contains_key(it)).copied().collect();
        let moved = self.moved(&ids, since).await?;
        // What the client shows already comes first.
        rooms.sort_by_key(|it| (!held.contains_key(&it.chatroom_id), it.chatroom_id));
        let (mut parts, mut weight, mut has_more) = (Vec::new(), 0, false);
        for room in rooms {
            let Some(mine) = mine.get(&room.chatroom_id) else { continue };
            let plan = plan(held.get(&room.chatroom_id).copied(), room.rev);
            if plan == Plan::Nothing && !moved.contains(&room.chatroom_id) {
                continue;
            }
            // What is told by its time is never put off: the client would ask for it from a later
            // moment.
            if plan != Plan::Nothing && weight >= WEIGHT {
                has_more = true;
                continue;
            }
            let part = self.part(room, mine.clone(), plan).await?;
            if plan != Plan::Nothing {
                weight += ROOM + part.rows.len();
            }
            has_more |= part.has_more;
            parts.push(part);
        }
        self.people(&mut parts).await?;
        Ok(Seen { parts, removed, own, has_more })
    }

    async fn part(
        &self,
        room: chatroom::Model,
        mine: participant::Model,
        plan: Plan,
    ) -> Result<RoomPart, Error> {
        let permit = self.leave(&room, &mine)?;
        let plan = match plan {
            Plan::ChangedAfter(rev) if self.is_too_much(permit, rev, room.rev).await? => Plan::Anew,
            other => other,
        };
        let limit = self.held.limit.get();
        let Rows { rows, has_more } = match plan {
            Plan::Nothing => Rows { rows: Vec::new(), has_more: false },
            Plan::ChangedAfter(rev) => self.changed(permit, rev, limit).await?,
            Plan::Anew => {
                let mut rows = store::message::before(self.tx, permit, i64::MAX, limit).await?;
                rows.reverse();
                Rows { rows, has_more: false }
            }
        };
        // From 0 asks who knows nothing of the room, and a room from before members had a `rev` of
        // their own has 0 there.
        let members_changed = match plan {
            Plan::Nothing => false,
            Plan::ChangedAfter(rev) => rev == 0 || room.members_rev > rev,
            Plan::Anew => true,
        };
        let last = rows.last().map_or(room.rev, |it| it.rev);
        Ok(RoomPart {
            // As far as these rows go, so that the client asks for the rest from there.
            rev: if has_more { last } else { room.rev },
            members_changed,
            reset: plan == Plan::Anew,
            lowest: Lowest { read: Vec::new(), delivered: Vec::new() },
            members: Vec::new(),
            discreet: HashSet::new(),
            room,
            mine,
            rows,
            has_more,
        })
    }

    async fn changed(&self, permit: MayRead, rev: i64, limit: u64) -> Result<Rows, Error> {
        let mut rows = store::message::changed(self.tx, permit, rev, limit + 1).await?;
        let has_more = rows.len() as u64 > limit;
        if has_more {
            rows.pop();
        }
        Ok(Rows { rows, has_more })
    }

    /// A row changes at most once with each `rev`, so mostly there is nothing to count.
    async fn is_too_much(&self, permit: MayRead, rev: i64, last: i64) -> Result<bool, Error> {
        if last - rev <= CATCHING_UP {
            return Ok(false);
        }
        let most = CATCHING_UP.unsigned_abs();
        Ok(store::message::changed_more_than(self.tx, permit, rev, most).await?)
    }

    /// Members and cursors of all parts, in a constant number of queries; of rooms that are
    /// too large only what the messages need.
    async fn people(&self, parts: &mut [RoomPart]) -> Result<(), Error> {
        let ids: Vec<RoomId> = parts.iter().map(|it| it.room.chatroom_id).collect();
        let counts = store::room::member::counts(self.tx, &ids).await?;
        let small: Vec<RoomId> =
            counts.into_iter().filter(|it| it.1 <= LISTED).map(|it| it.0).collect();
        let mut members: HashMap<RoomId, Vec<participant::Model>> = HashMap::new();
        for row in store::room::member::in_rooms(self.tx, &small).await? {
            members.entry(row.chatroom_id).or_default().push(row);
        }
        let discreet: HashSet<UserId> =
            store::room::cursor::discreet(self.tx, &small).await?.into_iter().collect();
        for part in parts {
            if let Some(members) = members.remove(&part.room.chatroom_id) {
                let shown: Vec<&participant::Model> =
                    members.iter().filter(|it| !discreet.contains(&it.user_id)).collect();
                part.lowest = Lowest::of(&shown);
                part.discreet.clone_from(&discreet);
                part.members = members;
            } else if !part.rows.is_empty() {
                let permit = self.leave(&part.room, &part.mine)?;
                part.lowest = store::room::cursor::lowest(self.tx, permit).await?;
            }
        }
        Ok(())
    }

    /// Everything that is the person's own, unless the client has it.
    async fn own(
        &self,
        rooms: &[chatroom::Model],
        mine: &[participant::Model],
    ) -> Result<Option<Own>, Error> {
        let user = store::person::find(self.tx, self.me.id).await?;
        let user = user.ok_or(Error::Unauthenticated(Doubt::Revoked))?;
        // Not only when ours is higher: after a restored backup it is lower, and what the client
        // has is wrong.
        if self.held.user_rev == Some(user.rev) {
            return Ok(None);
        }
        let mut friends =
            store::person::friend::of(self.tx, &[self.me.id], Status::Accepted).await?;
        friends.extend(store::person::friend::of(self.tx, &[self.me.id], Status::Pending).await?);
        let blocks = store::person::block::of(self.tx, self.me.id).await?;
        let last: HashMap<RoomId, i64> =
            rooms.iter().map(|it| (it.chatroom_id, it.last_seq)).collect();
        let settings = mine.iter().filter_map(|it| {
            let settings = Settings::of(it, *last.get(&it.chatroom_id)?);
            (settings != Settings::default()).then_some((it.chatroom_id, settings))
        });
        Ok(Some(Own { user, friends, blocks, settings: settings.collect() }))
    }

    /// Where cursors may have moved; without a moment to go on from, everywhere.
    async fn moved(
        &self,
        rooms: &[RoomId],
        since: Option<Timestamp>,
    ) -> Result<HashSet<RoomId>, Error> {
        let Some(since) = since else { return Ok(rooms.iter().copied().collect()) };
        let moved = store::room::cursor::moved_since(self.tx, rooms, since).await?;
        Ok(moved.into_iter().collect())
    }

    fn leave(&self, room: &chatroom::Model, mine: &participant::Model) -> Result<MayRead, Error> {
        let facts = Facts {
            room: room.chatroom_id,
            kind: room.kind,
            joinable: room.joinable,
            actor: self.me.id,
            role: Some(mine.role),
            blocked: false,
            // No member is banned, and only rooms that one is a member of are told.
            banned: false,
            cleared: mine.cleared_seq,
        };
        facts.may_read()
    }
}

/// A client that is ahead of us knows a past that is gone, as after a restored backup.
fn plan(held: Option<i64>, rev: i64) -> Plan {
    match held {
        Some(held) if held == rev => Plan::Nothing,
        Some(held) if held < rev => Plan::ChangedAfter(held.max(0)),
        Some(_) | None => Plan::Anew,
    }
}
