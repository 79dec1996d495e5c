//! Making a room of whatever kind.

use crate::{
    chat::{channel, handle::Chat, public, room},
    model::{
        actor::Actor,
        error::{Error, Flaw},
        foundation::Foundation,
        room::RoomView,
    },
};

/// Says whether it is new: a direct room is made once per pair, and found afterwards.
pub async fn lay(
    chat: &Chat,
    me: Actor,
    foundation: Foundation,
) -> Result<(RoomView, bool), Error> {
    match foundation {
        Foundation::Talk(draft) => room::create(chat, me, draft).await,
        Foundation::Public { name, description } => {
            let made = public::create(chat, me, &name, description.as_deref()).await;
            Ok((made.map_err(of_a_room)?, true))
        }
        Foundation::Channel(draft) => {
            let made = channel::create(chat, me, draft).await.map_err(of_a_room)?;
            Ok((room::view(chat, me, made.room.chatroom_id).await?, true))
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
