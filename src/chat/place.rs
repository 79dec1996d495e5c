//! Where a message is, and holding it there while something happens to it.

use entity::{
    id::{MessageId, RoomId},
    message,
};

use crate::{
    chat::{change::Change, handle::Chat},
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

/// Nothing else happens in the room meanwhile, so that its `rev` has no holes.
pub async fn hold(change: &Change<'_>, room: RoomId) -> Result<(), Error> {
    if store::chatroom::lock(&change.db, &[room]).await?.is_empty() {
        return Err(Error::Missing(Thing::Message));
    }
    Ok(())
}

/// The message, or what is left of it.
pub async fn find(
    change: &Change<'_>,
    leave: MayRead,
    message: MessageId,
) -> Result<message::Model, Error> {
    let row = store::message::find(&change.db, leave, message).await?;
    row.ok_or(Error::Missing(Thing::Message))
}

/// The message, unless it was deleted.
pub async fn find_live(
    change: &Change<'_>,
    leave: MayRead,
    message: MessageId,
) -> Result<message::Model, Error> {
    let row = find(change, leave, message).await?;
    if row.deleted_at.is_some() {
        return Err(Error::Missing(Thing::Message));
    }
    Ok(row)
}
