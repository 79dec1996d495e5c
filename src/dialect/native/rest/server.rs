//! Servers.
mod ban;
mod channel;
mod invite;
mod member;

use axum::{
    Json as Body,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use entity::id::ServerId;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    Me, Reply,
    etag::tagged,
    page::{List, Part, rising},
};
use crate::{
    chat::{engine::handle::Chat, server},
    dialect::native::{Native, payload::server::ServerItem, problem::Problem},
    model::server::{ServerDraft, ServerEdit, ServerSummary},
    wire::{
        body::{Json, PathInt, Query},
        fields::{Fields, Shape},
    },
};

pub(super) fn routes() -> OpenApiRouter<Chat> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(show, update, delete))
        .merge(channel::routes())
        .merge(member::routes())
        .merge(invite::routes())
        .merge(ban::routes())
}

#[derive(ToSchema)]
#[schema(as = native::NewServer)]
struct NewServer {
    #[schema(example = "the sea")]
    name: String,
    #[schema(example = "ships and weather")]
    description: Option<String>,
    icon_url: Option<String>,
    /// Whether anybody may join, which is so unless it is said otherwise.
    is_open: Option<bool>,
}

/// What to change; absent or null leaves a field as it is, an empty text clears it.
#[derive(ToSchema)]
#[schema(as = native::ServerChange)]
struct ServerChange {
    #[schema(example = "the ocean")]
    name: Option<String>,
    description: Option<String>,
    icon_url: Option<String>,
    /// Closing it sends nobody away; it takes an invitation from then on.
    is_open: Option<bool>,
}

/// The servers that I am on, oldest first
#[utoipa::path(get, path = "/v1/servers", tag = "native",
    params(("limit" = Option<i64>, Query), ("cursor" = Option<String>, Query)),
    responses((status = 200, body = List<ServerItem>),
        (status = 401, body = Problem, content_type = "application/problem+json")))]
async fn list(
    State(chat): State<Chat>,
    Me { me, .. }: Me,
    Query { value: part, .. }: Query<Native, Part>,
) -> Reply<Body<List<ServerItem>>> {
    let servers = server::list(&chat, me).await?;
    let key = |it: &ServerSummary| rising(it.server.server_id.0);
    Ok(Body(List::part(&part, servers.iter().map(|it| (key(it), ServerItem::from(it))))))
}

/// Make a server; its maker owns it
///
/// Whoever asks twice makes two: an `Idempotency-Key` is not heeded.
#[utoipa::path(post, path = "/v1/servers", tag = "native", request_body = NewServer,
    responses((status = 201, body = ServerItem),
        (status = 422, body = Problem, content_type = "application/problem+json")))]
async fn create(
    State(chat): State<Chat>,
    Me { me, .. }: Me,
    Json { value: draft, .. }: Json<Native, ServerDraft>,
) -> Reply<Response> {
    let server = server::create(&chat, me, draft).await?.server_id;
    let item = server::item(&chat, me, server).await?;
    let location = [(header::LOCATION, format!("/v1/servers/{server}"))];
    Ok((StatusCode::CREATED, location, Body(ServerItem::from(&item))).into_response())
}

/// One server that I am on, or one that I may join
///
/// A closed server is not there for whoever is not on it.
#[utoipa::path(get, path = "/v1/servers/{server_id}", tag = "native",
    params(("server_id" = i64, Path, example = 1)),
    responses((status = 200, body = ServerItem), (status = 304),
        (status = 403, description = "I am banned from it", body = Problem,
            content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json")))]
async fn show(
    State(chat): State<Chat>,
    Me { me, .. }: Me,
    PathInt { value: id, .. }: PathInt<Native>,
    headers: HeaderMap,
) -> Reply<Response> {
    let item = server::item(&chat, me, ServerId(id)).await?;
    tagged(&headers, &ServerItem::from(&item))
}

/// Change a server that I own
#[utoipa::path(patch, path = "/v1/servers/{server_id}", tag = "native",
    params(("server_id" = i64, Path, example = 1)), request_body = ServerChange,
    responses((status = 200, body = ServerItem),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json")))]
async fn update(
    State(chat): State<Chat>,
    Me { me, .. }: Me,
    PathInt { value: id, .. }: PathInt<Native>,
    Json { value: change, .. }: Json<Native, ServerEdit>,
) -> Reply<Body<ServerItem>> {
    server::update(&chat, me, ServerId(id), change).await?;
    let item = server::item(&chat, me, ServerId(id)).await?;
    Ok(Body(ServerItem::from(&item)))
}

/// End a server that I own, with its channels and what was said there
#[utoipa::path(delete, path = "/v1/servers/{server_id}", tag = "native",
    params(("server_id" = i64, Path, example = 1)),
    responses((status = 204),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json")))]
async fn delete(
    State(chat): State<Chat>,
    Me { me, .. }: Me,
    PathInt { value: id, .. }: PathInt<Native>,
) -> Reply<StatusCode> {
    server::delete(&chat, me, ServerId(id)).await?;
    Ok(StatusCode::NO_CONTENT)
}

impl Shape for ServerDraft {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let (name, description) = (fields.text("name"), fields.text_opt("description"));
        let (icon_url, is_open) = (fields.text_opt("icon_url"), fields.bool_opt("is_open"));
        fields.only(&["name", "description", "icon_url", "is_open"]);
        let NewServer { name, description, icon_url, is_open } = NewServer {
            name: name?,
            description: description?,
            icon_url: icon_url?,
            is_open: is_open?,
        };
        Some(Self { name, description, icon_url, is_open: is_open.unwrap_or(true) })
    }
}

impl Shape for ServerEdit {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let (name, description) = (fields.text_opt("name"), fields.text_opt("description"));
        let (icon_url, is_open) = (fields.text_opt("icon_url"), fields.bool_opt("is_open"));
        fields.only(&["name", "description", "icon_url", "is_open"]);
        let ServerChange { name, description, icon_url, is_open } = ServerChange {
            name: name?,
            description: description?,
            icon_url: icon_url?,
            is_open: is_open?,
        };
        Some(Self { name, description, icon_url, is_open })
    }
}
