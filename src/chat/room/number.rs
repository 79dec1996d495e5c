//! Rooms by number, for clients that know rooms, channels or conversations by integer.
//! A number says nothing about who may go in: whoever looks one up asks about the room.
//! Every room has one, and a channel has another among channels, for clients that count from 1.

use std::collections::HashMap;

use entity::id::RoomId;

use crate::{
    chat::engine::handle::Chat,
    model::error::{Error, Thing},
    store,
};

pub async fn room_of(chat: &Chat, number: i64) -> Result<RoomId, Error> {
    let row = store::room::number::find(&chat.db, number).await?;
    Ok(row.ok_or(Error::Missing(Thing::Room))?.chatroom_id)
}

/// In one query. Every room has a number; what is missing is no room any more.
pub async fn of(chat: &Chat, rooms: &[RoomId]) -> Result<HashMap<RoomId, i64>, Error> {
    let rows = store::room::number::of(&chat.db, rooms).await?;
    Ok(rows.into_iter().map(|it| (it.chatroom_id, it.number)).collect())
}

pub async fn of_room(chat: &Chat, room: RoomId) -> Result<i64, Error> {
    of(chat, &[room]).await?.remove(&room).ok_or(Error::Missing(Thing::Room))
}

/// The channel that is called so where there is nothing but channels.
pub async fn channel_of(chat: &Chat, number: i64) -> Result<RoomId, Error> {
    let row = store::server::channel_number::find(&chat.db, number).await?;
    Ok(row.ok_or(Error::Missing(Thing::Room))?.chatroom_id)
}

/// In one query. What is missing is no channel.
pub async fn of_channels(chat: &Chat, rooms: &[RoomId]) -> Result<HashMap<RoomId, i64>, Error> {
    let rows = store::server::channel_number::of(&chat.db, rooms).await?;
    Ok(rows.into_iter().map(|it| (it.chatroom_id, it.number)).collect())
}

pub async fn of_channel(chat: &Chat, room: RoomId) -> Result<i64, Error> {
    let number = of_channels(chat, &[room]).await?.remove(&room);
    number.ok_or(Error::Missing(Thing::Room))
}
