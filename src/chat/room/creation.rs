//! Making a room of whatever kind.

use crate::{
    chat::{
        engine::handle::Chat,
        room::{self, public},
        server::channel,
    },
    model::{
        actor::Actor,
        error::{Error, Flaw},
        new_room::AnyRoomDraft,
        room::Opened,
    },
};

/// A direct room is made once per pair, and found afterwards.
pub async fn create(chat: &Chat, me: Actor, draft: AnyRoomDraft) -> Result<Opened, Error> {
    match draft {
        AnyRoomDraft::Talk(draft) => room::create(chat, me, draft).await,
        AnyRoomDraft::Public { name, description } => {
            let made = public::create(chat, me, &name, description.as_deref()).await;
            Ok(Opened { view: made.map_err(of_a_room)?, is_new: true })
        }
        AnyRoomDraft::Channel(draft) => {
            let made = channel::create(chat, me, draft).await.map_err(of_a_room)?;
            let view = room::view(chat, me, made.room.chatroom_id).await?;
            Ok(Opened { view, is_new: true })
        }
    }
}

/// What is wrong with a name is said of it as rooms of any kind call it.
fn of_a_room(error: Error) -> Error {
    match error {
        Error::Invalid(Flaw { field: "name", problem }) => Error::invalid("chatroom_name", problem),
        other => other,
    }
}
