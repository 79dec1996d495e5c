//! Rooms for two, by the UUID of the other person.

use entity::{
    chatroom,
    id::{RoomId, UserId},
    user,
};
use uuid::Uuid;

use crate::{
    chat::{
        engine::{
            change::{self, Change},
            handle::Chat,
        },
        room,
    },
    model::{
        actor::Actor,
        error::{Clash, Error, Thing},
    },
    store,
};

/// The room that I have with somebody, if there is one and I have not left it. They may
/// have left us all since: what was said stays readable.
pub async fn find(chat: &Chat, me: Actor, peer: Uuid) -> Result<Option<RoomId>, Error> {
    let Some(peer) = store::person::by_public_id(&chat.db, peer).await? else { return Ok(None) };
    let key = store::person::friend::pair_key(me.id, peer.user_id);
    let Some(room) = store::room::by_direct_key(&chat.db, &key).await? else {
        return Ok(None);
    };
    let mine = store::room::member::find(&chat.db, room.chatroom_id, me.id).await?;
    Ok(mine.map(|it| it.chatroom_id))
}

/// The room that I have with somebody; it is made when it is first needed, and opened
/// again when I had left it.
pub async fn open(chat: &Chat, me: Actor, peer: Uuid) -> Result<RoomId, Error> {
    let peer: Option<user::Model> = store::person::by_public_id(&chat.db, peer).await?;
    let peer = peer.ok_or(Error::Missing(Thing::User))?.user_id;
    if peer == me.id {
        return Err(Error::Taken(Clash::Oneself));
    }
    Ok(room::direct(chat, me, peer, None).await?.room)
}

/// The two and the room that they have, in this order: what is between them and what is said
/// there depend on each other.
pub(in crate::chat) async fn hold(
    change: &Change,
    me: Actor,
    other: UserId,
) -> Result<Option<chatroom::Model>, Error> {
    let key = store::person::friend::pair_key(me.id, other);
    let mut room = store::room::by_direct_key(&change.db, &key).await?;
    if let Some(found) = &room {
        room = store::room::lock(&change.db, &[found.chatroom_id]).await?.pop();
    }
    // Also where there is no room: one is made only while the two are held, so from here on none
    // is.
    store::person::hold(&change.db, [me.id, other]).await?;
    // Whoever held them before has perhaps made one. To hold it now would be the wrong order.
    if room.is_none() && store::room::by_direct_key(&change.db, &key).await?.is_some() {
        return Err(change::again());
    }
    Ok(room)
}
