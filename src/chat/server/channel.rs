//! Channels: the rooms of a server, see [`crate::chat::server`]. What is said there goes
//! through [`crate::chat::message`], as in any room.

use entity::{
    chatroom::{self, Kind},
    id::{RoomId, ServerId, UserId},
    participant::Role,
};

use crate::{
    chat::{
        engine::{change::Change, handle::Chat},
        room::{self, number, overview},
        server,
    },
    model::{
        actor::Actor,
        error::{Error, OwnerAction, Problem, Thing},
        room::RoomView,
        server::{Channel, ChannelDraft},
        text::{line, lines},
    },
    store,
};

/// Everybody on the server is in it at once.
pub async fn create(chat: &Chat, me: Actor, draft: ChannelDraft) -> Result<Channel, Error> {
    let name = named(&draft.name)?;
    let description = draft
        .description
        .map(|it| lines("description", &it, room::LONGEST_DESCRIPTION))
        .transpose()?;
    let draft = ChannelDraft { server: draft.server, name, description };
    room::pay(chat, me, 0)?;
    let room = chat.change(async |change| make(chat, change, me, &draft).await).await?;
    let number = number::of_channel(chat, room.chatroom_id).await?;
    Ok(Channel { number, server: draft.server, room })
}

async fn make(
    chat: &Chat,
    change: &mut Change,
    me: Actor,
    draft: &ChannelDraft,
) -> Result<chatroom::Model, Error> {
    let facts = server::held(change, me.id, draft.server).await?.facts;
    facts.may(OwnerAction::CreateChannels)?;
    let new = store::room::NewRoom {
        kind: Kind::Channel,
        name: Some(draft.name.clone()),
        direct_key: None,
        description: draft.description.clone().filter(|it| !it.is_empty()),
        creator: Some(me.id),
        server: Some(draft.server),
        slug: None,
        joinable: false,
    };
    let row = store::room::insert(&change.db, new, chat.clock.now()).await?;
    // The server is held: whoever comes meanwhile waits, and then finds this channel among the
    // others.
    let members = store::server::member::of(&change.db, draft.server).await?;
    let people: Vec<(UserId, Role)> = members.iter().map(|it| (it.user_id, it.role)).collect();
    room::populate(chat, change, &row, &people).await?;
    Ok(row)
}

/// The channels of a server as its members see their rooms, oldest first.
pub async fn list(chat: &Chat, me: Actor, server: ServerId) -> Result<Vec<RoomView>, Error> {
    server::found(&chat.db, me.id, server).await?.facts.may_view()?;
    let rooms = store::room::of_server(&chat.db, server).await?;
    let mine = store::room::member::of_user(&chat.db, me.id).await?;
    let mut views = overview::of(chat, me, rooms, mine).await?;
    views.sort_by_key(|it| it.number);
    Ok(views)
}

/// For the members of its server.
pub async fn view(chat: &Chat, me: Actor, room: RoomId) -> Result<Channel, Error> {
    let (row, server) = found(chat, room).await?;
    server::found(&chat.db, me.id, server).await?.facts.may_view().map_err(as_channel)?;
    Ok(Channel { number: number::of_channel(chat, room).await?, server, room: row })
}

/// `None` leaves a field as it is; an empty description is none.
pub async fn update(
    chat: &Chat,
    me: Actor,
    room: RoomId,
    name: Option<String>,
    description: Option<String>,
) -> Result<Channel, Error> {
    allowed(chat, me, room, OwnerAction::UpdateChannels).await?;
    let name = name.map(|it| named(&it)).transpose()?;
    room::update(chat, me, room, name, description).await?;
    view(chat, me, room).await
}

/// With everything that was said there.
pub async fn delete(chat: &Chat, me: Actor, room: RoomId) -> Result<(), Error> {
    allowed(chat, me, room, OwnerAction::DeleteChannels).await?;
    room::delete(chat, me, room).await
}

/// The owner of a server owns its channels, too; asking the server first only gives the
/// refusal its right words.
async fn allowed(chat: &Chat, me: Actor, room: RoomId, action: OwnerAction) -> Result<(), Error> {
    let (_, server) = found(chat, room).await?;
    server::found(&chat.db, me.id, server).await?.facts.may(action).map_err(as_channel)?;
    Ok(())
}

/// Where the server is not there, neither is the channel.
fn as_channel(error: Error) -> Error {
    match error {
        Error::Missing(Thing::Server) => Error::Missing(Thing::Room),
        other => other,
    }
}

async fn found(chat: &Chat, room: RoomId) -> Result<(chatroom::Model, ServerId), Error> {
    let row = store::room::find(&chat.db, room).await?.ok_or(Error::Missing(Thing::Room))?;
    let server = row.server_id.ok_or(Error::Missing(Thing::Room))?;
    Ok((row, server))
}

fn named(name: &str) -> Result<String, Error> {
    let name = line("name", name, room::LONGEST_NAME)?;
    if name.is_empty() { Err(Error::invalid("name", Problem::Blank)) } else { Ok(name) }
}
