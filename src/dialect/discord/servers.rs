//! `/servers`.

use axum::{
    Json as Body,
    extract::State,
    http::StatusCode,
    response::Response,
    routing::{get, post},
};
use entity::id::ServerId;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    Discord, Me, Reply,
    payload::{Server, ServerWithChannels},
};
use crate::{
    chat::{engine::handle::Chat, server},
    model::server::{ServerDraft, ServerEdit},
    wire::{
        body::{Json, PathInt},
        fastapi::{HttpError, no_content, validation_error::ValidationError},
        fields::{Shape, bound::Bound},
    },
};

pub(super) fn routes() -> OpenApiRouter<Chat> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(show, change, delete))
        .routes(routes!(join))
        .routes(routes!(leave))
        .route("/servers", get(list).post(create))
        .route("/servers/{server_id}/", get(show).put(change).delete(delete))
        .route("/servers/{server_id}/join/", post(join))
        .route("/servers/{server_id}/leave/", post(leave))
}

#[derive(Shape, ToSchema)]
#[schema(as = discord::ServerCreate)]
pub(super) struct ServerCreate {
    #[schema(example = "My Server")]
    #[shape(bound = Bound::Characters(1, server::LONGEST_NAME))]
    name: String,
    #[schema(example = "My first server")]
    #[shape(bound = Bound::up_to(server::LONGEST_DESCRIPTION))]
    description: Option<String>,
    #[shape(bound = Bound::Link(server::LONGEST_ICON))]
    icon_url: Option<String>,
}

#[derive(Shape, ToSchema)]
#[schema(as = discord::ServerUpdate)]
pub(super) struct ServerUpdate {
    #[schema(example = "Our Server")]
    #[shape(bound = Bound::Characters(1, server::LONGEST_NAME))]
    name: Option<String>,
    #[shape(bound = Bound::up_to(server::LONGEST_DESCRIPTION))]
    description: Option<String>,
    #[shape(bound = Bound::Link(server::LONGEST_ICON))]
    icon_url: Option<String>,
}

/// Make a server; its maker owns it
#[utoipa::path(post, path = "/servers/", tag = "discord", request_body = ServerCreate,
    responses((status = 201, body = Server), (status = 401, body = HttpError),
        (status = 422, body = ValidationError)))]
async fn create(
    State(chat): State<Chat>,
    Me { me, .. }: Me,
    Json { value: new, .. }: Json<Discord, ServerCreate>,
) -> Reply<(StatusCode, Body<Server>)> {
    let draft = ServerDraft {
        name: new.name,
        description: new.description,
        icon_url: new.icon_url,
        // In the original everybody may join every server, and its clients know no invitations.
        is_open: true,
    };
    let server = server::create(&chat, me, draft).await?;
    Ok((StatusCode::CREATED, Body(Server::from(server))))
}

/// The servers that I am on
#[utoipa::path(get, path = "/servers/", tag = "discord",
    responses((status = 200, body = [Server]), (status = 401, body = HttpError)))]
async fn list(State(chat): State<Chat>, Me { me, .. }: Me) -> Reply<Body<Vec<Server>>> {
    let servers = server::mine(&chat, me).await?;
    Ok(Body(servers.into_iter().map(Server::from).collect()))
}

/// A server and its channels
#[utoipa::path(get, path = "/servers/{server_id}", tag = "discord",
    params(("server_id" = i64, Path, example = 1)),
    responses((status = 200, body = ServerWithChannels), (status = 401, body = HttpError),
        (status = 403, body = HttpError), (status = 404, body = HttpError)))]
async fn show(
    State(chat): State<Chat>,
    Me { me, .. }: Me,
    PathInt { value: id, .. }: PathInt<Discord>,
) -> Reply<Body<ServerWithChannels>> {
    let view = server::view(&chat, me, ServerId(id)).await?;
    Ok(Body(ServerWithChannels::from(view)))
}

/// Change a server that I own; null and absent fields stay
#[utoipa::path(put, path = "/servers/{server_id}", tag = "discord",
    params(("server_id" = i64, Path, example = 1)), request_body = ServerUpdate,
    responses((status = 200, body = Server), (status = 401, body = HttpError),
        (status = 403, body = HttpError), (status = 404, body = HttpError),
        (status = 422, body = ValidationError)))]
async fn change(
    State(chat): State<Chat>,
    Me { me, .. }: Me,
    PathInt { value: id, .. }: PathInt<Discord>,
    Json { value: wanted, .. }: Json<Discord, ServerUpdate>,
) -> Reply<Body<Server>> {
    let change = ServerEdit {
        name: wanted.name,
        description: wanted.description,
        icon_url: wanted.icon_url,
        // The client knows no such thing, and must not open what was closed natively.
        is_open: None,
    };
    let server = server::update(&chat, me, ServerId(id), change).await?;
    Ok(Body(Server::from(server)))
}

/// Remove a server that I own, with its channels
#[utoipa::path(delete, path = "/servers/{server_id}", tag = "discord",
    params(("server_id" = i64, Path, example = 1)),
    responses((status = 204), (status = 401, body = HttpError),
        (status = 403, body = HttpError), (status = 404, body = HttpError)))]
async fn delete(
    State(chat): State<Chat>,
    Me { me, .. }: Me,
    PathInt { value: id, .. }: PathInt<Discord>,
) -> Reply<Response> {
    server::delete(&chat, me, ServerId(id)).await?;
    Ok(no_content())
}

/// Join a server; one that is closed is not there for whoever is not on it
#[utoipa::path(post, path = "/servers/{server_id}/join", tag = "discord",
    params(("server_id" = i64, Path, example = 1)),
    responses((status = 200, body = Server),
        (status = 400, description = "A member already", body = HttpError),
        (status = 401, body = HttpError),
        (status = 403, description = "Banned from it", body = HttpError),
        (status = 404, body = HttpError)))]
async fn join(
    State(chat): State<Chat>,
    Me { me, .. }: Me,
    PathInt { value: id, .. }: PathInt<Discord>,
) -> Reply<Body<Server>> {
    let server = server::join(&chat, me, ServerId(id)).await?;
    Ok(Body(Server::from(server)))
}

/// Leave a server; its owner cannot
#[utoipa::path(post, path = "/servers/{server_id}/leave", tag = "discord",
    params(("server_id" = i64, Path, example = 1)),
    responses((status = 204),
        (status = 400, description = "Its owner, or no member", body = HttpError),
        (status = 401, body = HttpError), (status = 404, body = HttpError)))]
async fn leave(
    State(chat): State<Chat>,
    Me { me, .. }: Me,
    PathInt { value: id, .. }: PathInt<Discord>,
) -> Reply<Response> {
    server::leave(&chat, me, ServerId(id)).await?;
    Ok(no_content())
}
