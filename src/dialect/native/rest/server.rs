//! Servers. Their channels are rooms, and are read, written and left behind as such; what is
//! particular to them is how they come to be, and that whoever is on a server is in all of them.

use axum::{
    Json as Body,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use entity::id::ServerId;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    Me, Reply,
    page::{List, Part, rising},
};
use crate::{
    chat::{channel, guild, guildhall, handle::Chat, room},
    dialect::native::{
        Native,
        payload::{room::RoomItem, server::Server},
        problem::Problem,
    },
    model::guild::{ChannelDraft, GuildChange, GuildDraft},
    wire::{
        body::{Json, PathInt, Query},
        fields::{Fields, Shape},
    },
};

pub(super) fn routes() -> OpenApiRouter<Chat> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(show, update, delete))
        .routes(routes!(join, leave))
        .routes(routes!(channels, create_channel))
}

#[derive(ToSchema)]
#[schema(as = native::NewServer)]
struct NewServer {
    #[schema(example = "the neighbours")]
    name: String,
    #[schema(example = "our street and the next")]
    description: Option<String>,
    icon_url: Option<String>,
}

/// What to change; absent or null leaves a field as it is, an empty text clears it.
#[derive(ToSchema)]
#[schema(as = native::ServerChange)]
struct ServerChange {
    #[schema(example = "the neighbours")]
    name: Option<String>,
    description: Option<String>,
    icon_url: Option<String>,
}

#[derive(ToSchema)]
#[schema(as = native::NewChannel)]
struct NewChannel {
    #[schema(example = "garden")]
    name: String,
    description: Option<String>,
}

/// The servers I am on, oldest first
#[utoipa::path(get, path = "/v1/servers", tag = "native",
    params(("limit" = Option<i64>, Query), ("cursor" = Option<String>, Query)),
    responses((status = 200, body = List<Server>),
        (status = 401, body = Problem, content_type = "application/problem+json")))]
async fn list(
    State(chat): State<Chat>,
    Me { me, .. }: Me,
    Query { value: part, .. }: Query<Native, Part>,
) -> Reply<Body<List<Server>>> {
    let servers = guildhall::mine(&chat, me).await?;
    let shown = servers.iter().map(|it| (rising(it.server.server_id.0), Server::from(it)));
    Ok(Body(List::part(&part, shown)))
}

/// Make a server, and own it
#[utoipa::path(post, path = "/v1/servers", tag = "native", request_body = NewServer,
    responses((status = 201, body = Server),
        (status = 422, body = Problem, content_type = "application/problem+json")))]
async fn create(
    State(chat): State<Chat>,
    Me { me, .. }: Me,
    Json { value: new, .. }: Json<Native, NewServer>,
) -> Reply<Response> {
    let draft = GuildDraft { name: new.name, description: new.description, icon_url: new.icon_url };
    let made = guild::create(&chat, me, draft).await?;
    let card = guildhall::card(&chat, me, made.server_id).await?;
    let location = [(header::LOCATION, format!("/v1/servers/{}", made.server_id))];
    Ok((StatusCode::CREATED, location, Body(Server::from(&card))).into_response())
}

/// One server, for its members
#[utoipa::path(get, path = "/v1/servers/{server_id}", tag = "native",
    params(("server_id" = i64, Path)),
    responses((status = 200, body = Server),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json")))]
async fn show(
    State(chat): State<Chat>,
    Me { me, .. }: Me,
    PathInt { value: id, .. }: PathInt<Native>,
) -> Reply<Body<Server>> {
    Ok(Body(Server::from(&guildhall::card(&chat, me, ServerId(id)).await?)))
}

/// Rename or describe a server that I own
#[utoipa::path(patch, path = "/v1/servers/{server_id}", tag = "native",
    params(("server_id" = i64, Path)), request_body = ServerChange,
    responses((status = 200, body = Server),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json")))]
async fn update(
    State(chat): State<Chat>,
    Me { me, .. }: Me,
    PathInt { value: id, .. }: PathInt<Native>,
    Json { value: wanted, .. }: Json<Native, ServerChange>,
) -> Reply<Body<Server>> {
    let ServerChange { name, description, icon_url } = wanted;
    guild::update(&chat, me, ServerId(id), GuildChange { name, description, icon_url }).await?;
    Ok(Body(Server::from(&guildhall::card(&chat, me, ServerId(id)).await?)))
}

/// End a server that I own, with its channels and all that was said there
#[utoipa::path(delete, path = "/v1/servers/{server_id}", tag = "native",
    params(("server_id" = i64, Path)),
    responses((status = 204),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json")))]
async fn delete(
    State(chat): State<Chat>,
    Me { me, .. }: Me,
    PathInt { value: id, .. }: PathInt<Native>,
) -> Reply<StatusCode> {
    guild::delete(&chat, me, ServerId(id)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Join a server, and all its channels; servers are open
#[utoipa::path(put, path = "/v1/servers/{server_id}/members/me", tag = "native",
    params(("server_id" = i64, Path)),
    responses((status = 200, body = Server),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json")))]
async fn join(
    State(chat): State<Chat>,
    Me { me, .. }: Me,
    PathInt { value: id, .. }: PathInt<Native>,
) -> Reply<Body<Server>> {
    guild::join(&chat, me, ServerId(id)).await?;
    Ok(Body(Server::from(&guildhall::card(&chat, me, ServerId(id)).await?)))
}

/// Leave a server, and all its channels; its owner cannot
#[utoipa::path(delete, path = "/v1/servers/{server_id}/members/me", tag = "native",
    params(("server_id" = i64, Path)),
    responses((status = 204),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json")))]
async fn leave(
    State(chat): State<Chat>,
    Me { me, .. }: Me,
    PathInt { value: id, .. }: PathInt<Native>,
) -> Reply<StatusCode> {
    guild::leave(&chat, me, ServerId(id)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A server's channels, oldest first, as rooms of mine
#[utoipa::path(get, path = "/v1/servers/{server_id}/channels", tag = "native",
    params(("server_id" = i64, Path),
        ("limit" = Option<i64>, Query), ("cursor" = Option<String>, Query)),
    responses((status = 200, body = List<RoomItem>),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json")))]
async fn channels(
    State(chat): State<Chat>,
    Me { me, .. }: Me,
    PathInt { value: id, .. }: PathInt<Native>,
    Query { value: part, .. }: Query<Native, Part>,
) -> Reply<Body<List<RoomItem>>> {
    let rooms = guildhall::channels(&chat, me, ServerId(id)).await?;
    let shown = rooms.iter().map(|it| (rising(it.number), RoomItem::from(it)));
    Ok(Body(List::part(&part, shown)))
}

/// Make a channel on a server that I own; everybody there is in it
#[utoipa::path(post, path = "/v1/servers/{server_id}/channels", tag = "native",
    params(("server_id" = i64, Path)), request_body = NewChannel,
    responses((status = 201, body = RoomItem),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json")))]
async fn create_channel(
    State(chat): State<Chat>,
    Me { me, .. }: Me,
    PathInt { value: id, .. }: PathInt<Native>,
    Json { value: new, .. }: Json<Native, NewChannel>,
) -> Reply<Response> {
    let draft = ChannelDraft { server: ServerId(id), name: new.name, description: new.description };
    let made = channel::create(&chat, me, draft).await?;
    let view = room::view(&chat, me, made.room.chatroom_id).await?;
    let location = [(header::LOCATION, format!("/v1/rooms/{}", view.room.chatroom_id))];
    Ok((StatusCode::CREATED, location, Body(RoomItem::from(&view))).into_response())
}

impl Shape for NewServer {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let (name, description) = (fields.text("name"), fields.text_opt("description"));
        let icon_url = fields.text_opt("icon_url");
        fields.only(&["name", "description", "icon_url"]);
        Some(Self { name: name?, description: description?, icon_url: icon_url? })
    }
}

impl Shape for ServerChange {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let (name, description) = (fields.text_opt("name"), fields.text_opt("description"));
        let icon_url = fields.text_opt("icon_url");
        fields.only(&["name", "description", "icon_url"]);
        Some(Self { name: name?, description: description?, icon_url: icon_url? })
    }
}

impl Shape for NewChannel {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let (name, description) = (fields.text("name"), fields.text_opt("description"));
        fields.only(&["name", "description"]);
        Some(Self { name: name?, description: description? })
    }
}
