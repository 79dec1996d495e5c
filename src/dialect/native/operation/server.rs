//! Servers, and the channels on them. A channel is a room: `/v1/rooms/{chatroom_id}`.
pub mod invite;
pub mod member;

use entity::id::ServerId;
use parlor_derive::operation;
use utoipa::ToSchema;

use super::{
    Entry,
    answer::{Created, Done, Same, Tagged},
    entry,
    page::{List, Part, rising},
    request::{OfServer, PartOfServer},
};
use crate::{
    chat::{
        engine::handle::Chat,
        room::{self, creation},
        server::{self, channel},
    },
    dialect::native::payload::{room::RoomItem, server::ServerItem},
    model::{
        actor::Actor,
        error::Error,
        new_room::AnyRoomDraft,
        room::Opened,
        server::{ChannelDraft, ServerDraft, ServerEdit, ServerSummary},
    },
    wire::fields::{Shape, bound::Bound},
};

pub(super) fn operations() -> Vec<Entry> {
    vec![
        entry::<list>(),
        entry::<create>(),
        entry::<show>(),
        entry::<change>(),
        entry::<end>(),
        entry::<channels>(),
        entry::<create_channel>(),
    ]
}

/// The servers that I am on, oldest first
#[operation(get = "/v1/servers", refuses(401))]
async fn list(chat: &Chat, me: Actor, part: Part) -> Result<List<ServerItem>, Error> {
    let servers = server::list(chat, me).await?;
    let key = |it: &ServerSummary| rising(it.server.server_id.0);
    Ok(List::part(&part, servers.iter().map(|it| (key(it), ServerItem::from(it)))))
}

#[derive(Shape, ToSchema)]
#[shape(closed)]
#[schema(as = native::NewServer)]
struct NewServer {
    #[schema(example = "the sea")]
    #[shape(bound = Bound::Characters(1, server::LONGEST_NAME))]
    name: String,
    #[schema(example = "ships and weather")]
    #[shape(bound = Bound::up_to(server::LONGEST_DESCRIPTION))]
    description: Option<String>,
    #[shape(bound = Bound::Link(server::LONGEST_ICON))]
    icon_url: Option<String>,
    /// Whether anybody may join, which is so unless it is said otherwise.
    is_open: Option<bool>,
}

/// Make a server; its maker owns it
///
/// Whoever asks twice makes two: an `Idempotency-Key` is not heeded.
#[operation(post = "/v1/servers", body, refuses(422))]
async fn create(chat: &Chat, me: Actor, new: NewServer) -> Result<Created<ServerItem>, Error> {
    let NewServer { name, description, icon_url, is_open } = new;
    let is_open = is_open.unwrap_or(true);
    let draft = ServerDraft { name, description, icon_url, is_open };
    let server = server::create(chat, me, draft).await?.server_id;
    let body = shown(chat, me, server).await?;
    Ok(Created { place: format!("/v1/servers/{server}"), body })
}

/// One server that I am on, or one that I may join
///
/// A closed server is not there for whoever is not on it.
#[operation(get = "/v1/servers/{server_id}", refuses(403 = "I am banned from it", 404))]
async fn show(chat: &Chat, me: Actor, it: OfServer) -> Result<Tagged<ServerItem>, Error> {
    Ok(Tagged(shown(chat, me, it.server_id).await?))
}

/// What to change; absent or null leaves a field as it is, an empty text clears it.
#[derive(Shape, ToSchema)]
#[shape(closed)]
#[schema(as = native::ServerChange)]
struct ServerChange {
    #[schema(example = 1, value_type = i64)]
    server_id: ServerId,
    #[schema(example = "the ocean")]
    #[shape(bound = Bound::Characters(1, server::LONGEST_NAME))]
    name: Option<String>,
    #[shape(bound = Bound::up_to(server::LONGEST_DESCRIPTION))]
    description: Option<String>,
    #[shape(bound = Bound::Link(server::LONGEST_ICON))]
    icon_url: Option<String>,
    /// Closing it sends nobody away; it takes an invitation from then on.
    is_open: Option<bool>,
}

/// Change a server that I own
#[operation(patch = "/v1/servers/{server_id}", body, refuses(403, 404, 422))]
async fn change(chat: &Chat, me: Actor, new: ServerChange) -> Result<Same<ServerItem>, Error> {
    let ServerChange { server_id, name, description, icon_url, is_open } = new;
    let edit = ServerEdit { name, description, icon_url, is_open };
    server::update(chat, me, server_id, edit).await?;
    Ok(Same(shown(chat, me, server_id).await?))
}

/// End a server that I own, with its channels and what was said there
#[operation(delete = "/v1/servers/{server_id}", refuses(403, 404))]
async fn end(chat: &Chat, me: Actor, it: OfServer) -> Result<Done, Error> {
    server::delete(chat, me, it.server_id).await?;
    Ok(Done)
}

/// The channels of a server that I am on, oldest first
#[operation(get = "/v1/servers/{server_id}/channels", refuses(403, 404))]
async fn channels(chat: &Chat, me: Actor, it: PartOfServer) -> Result<List<RoomItem>, Error> {
    let channels = channel::list(chat, me, it.server_id).await?;
    let shown = channels.iter().map(|it| (rising(it.number), RoomItem::from(it)));
    Ok(List::part(&it.part, shown))
}

#[derive(Shape, ToSchema)]
#[shape(closed)]
#[schema(as = native::NewChannel)]
struct NewChannel {
    #[schema(example = 1, value_type = i64)]
    server_id: ServerId,
    #[schema(example = "general")]
    #[shape(bound = Bound::Characters(1, room::LONGEST_NAME))]
    chatroom_name: String,
    #[schema(example = "whatever comes up")]
    #[shape(bound = Bound::up_to(room::LONGEST_DESCRIPTION))]
    description: Option<String>,
}

/// Make a channel on a server that I own; everybody on it is in the channel at once
///
/// Whoever asks twice makes two: an `Idempotency-Key` is not heeded.
#[operation(post = "/v1/servers/{server_id}/channels", body, refuses(403, 404, 422))]
async fn create_channel(
    chat: &Chat,
    me: Actor,
    new: NewChannel,
) -> Result<Created<RoomItem>, Error> {
    let NewChannel { server_id: server, chatroom_name: name, description } = new;
    let draft = ChannelDraft { server, name, description };
    // This way a name that will not do is refused as a `chatroom_name`, which it is here.
    let Opened { view, .. } = creation::create(chat, me, AnyRoomDraft::Channel(draft)).await?;
    let place = format!("/v1/rooms/{}", view.room.chatroom_id);
    Ok(Created { place, body: RoomItem::from(&view) })
}

async fn shown(chat: &Chat, me: Actor, server: ServerId) -> Result<ServerItem, Error> {
    Ok(ServerItem::from(&server::item(chat, me, server).await?))
}
