//! Rooms as a list shows them.

use std::collections::HashMap;

use entity::{
    chatroom,
    id::{RoomId, UserId},
    participant,
};

use crate::{
    chat::{
        engine::{handle::Chat, roster},
        message,
        room::number,
    },
    model::{actor::Actor, error::Error, person::Card, room::RoomView},
    store,
};

/// These rooms with my memberships in them, in eight queries, whatever their number. Of a
/// room that I am not a member of I am a visitor.
pub async fn of(
    chat: &Chat,
    me: Actor,
    rooms: Vec<chatroom::Model>,
    mine: Vec<participant::Model>,
) -> Result<Vec<RoomView>, Error> {
    let ids: Vec<RoomId> = rooms.iter().map(|it| it.chatroom_id).collect();
    let numbers = number::of(chat, &ids).await?;
    let counts: HashMap<RoomId, i64> =
        store::room::member::counts(&chat.db, &ids).await?.into_iter().collect();
    // To ask about all rooms costs as much as a list, too much for the view of one.
    let unread = match ids.as_slice() {
        [room] => vec![(*room, store::room::unread::in_room(&chat.db, me.id, *room).await?)],
        _ => store::room::unread::of(&chat.db, me.id).await?,
    };
    let unread: HashMap<RoomId, u64> = unread.into_iter().collect();
    let only = if let [room] = ids.as_slice() { Some(*room) } else { None };
    let mentions: HashMap<RoomId, u64> =
        store::message::mention::unread(&chat.db, me.id, only).await?.into_iter().collect();
    let mut latest = message::latest(chat, &ids).await?;
    let peers: Vec<UserId> = rooms.iter().filter_map(|it| peer_of(it, me.id)).collect();
    let cards = chat.roster.cards(&chat.db, &peers).await?;
    let mut mine: HashMap<RoomId, participant::Model> =
        mine.into_iter().map(|it| (it.chatroom_id, it)).collect();
    let views = rooms.into_iter().filter_map(|room| {
        let id = room.chatroom_id;
        let membership = mine.remove(&id);
        let cleared = membership.as_ref().map_or(0, |it| it.cleared_seq);
        Some(RoomView {
            // It was deleted while the list was read.
            number: *numbers.get(&id)?,
            membership,
            member_count: counts.get(&id).map_or(0, |it| it.unsigned_abs()),
            unread: unread.get(&id).copied().unwrap_or(0),
            mentions: mentions.get(&id).copied().unwrap_or(0),
            last_message: latest.remove(&id).filter(|it| it.row.seq > cleared),
            peer: peer_of(&room, me.id).and_then(|it| cards.get(&it)).map(|it| Card::clone(it)),
            room,
        })
    });
    Ok(views.collect())
}

fn peer_of(room: &chatroom::Model, me: UserId) -> Option<UserId> {
    let (one, other) = roster::pair(room.direct_key.as_deref()?)?;
    Some(if one == me { other } else { one })
}
