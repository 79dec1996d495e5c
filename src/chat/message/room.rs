//! Holding a room, or what a message is in, while something happens there.

use entity::{
    chatroom,
    id::{MessageId, RoomId, UserId},
    message,
};

use crate::{
    chat::engine::{change::Change, handle::Chat, roster},
    model::{
        actor::Actor,
        error::{Error, Thing},
    },
    policy::{Facts, MayRead},
    store,
};

/// What the policy needs to know about this person and this message's room.
pub async fn facts(chat: &Chat, me: Actor, message: MessageId) -> Result<Facts, Error> {
    let room = store::message::room_of(&chat.db, message).await?;
    chat.roster.facts(&chat.db, me.id, room.ok_or(Error::Missing(Thing::Message))?).await
}

/// A room that nobody changes meanwhile, and what the policy needs to know about somebody in it.
pub struct HeldRoom {
    pub row: chatroom::Model,
    pub facts: Facts,
}

/// The room, held until the change ends, and what the policy needs to know about this person
/// in it by now: nobody comes, goes, gets another role or is blocked meanwhile. What was known
/// before it was held may have changed while waiting for it.
pub async fn room(change: &Change, user: UserId, room: RoomId) -> Result<HeldRoom, Error> {
    let row = store::room::lock(&change.db, &[room]).await?.pop();
    let row = row.ok_or(Error::Missing(Thing::Room))?;
    let facts = roster::facts_now(&change.db, user, &row).await?;
    Ok(HeldRoom { row, facts })
}

/// The same for a message's room: nothing else happens there, so that its `rev` has no holes.
pub async fn hold(change: &Change, before: Facts) -> Result<Facts, Error> {
    match room(change, before.actor, before.room).await {
        // Whoever asked has named a message, which is gone with its room.
        Err(Error::Missing(_)) => Err(Error::Missing(Thing::Message)),
        result => Ok(result?.facts),
    }
}

/// The message, or what is left of it.
pub async fn find(
    change: &Change,
    permit: MayRead,
    message: MessageId,
) -> Result<message::Model, Error> {
    let row = store::message::find(&change.db, permit, message).await?;
    row.ok_or(Error::Missing(Thing::Message))
}

/// The message, unless it was deleted.
pub async fn find_live(
    change: &Change,
    permit: MayRead,
    message: MessageId,
) -> Result<message::Model, Error> {
    let row = find(change, permit, message).await?;
    if row.deleted_at.is_some() {
        return Err(Error::Missing(Thing::Message));
    }
    Ok(row)
}
