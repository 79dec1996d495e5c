//! Who is on a server.

use axum::{Json as Body, extract::State, http::StatusCode};
use entity::{
    id::{ServerId, UserId},
    participant::Role,
};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    chat::{
        engine::handle::Chat,
        server::{self, member},
    },
    dialect::native::{
        Native,
        payload::{room::ROLES, server::ServerMember},
        problem::Problem,
        rest::{
            Me, Reply,
            page::{List, Part, rising},
        },
    },
    wire::{
        body::{Json, PathInt, Query},
        fields::{Fields, Shape},
    },
};

pub(super) fn routes() -> OpenApiRouter<Chat> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(join, leave))
        .routes(routes!(put, remove))
}

#[derive(ToSchema)]
#[schema(as = native::ServerRole)]
#[expect(dead_code, reason = "read through Rank; this is its description")]
struct RoleForm {
    /// `member`, `admin` or `owner`, which hands the server over: its owner is an admin
    /// from then on.
    #[schema(example = "admin")]
    role: String,
}

struct Rank(Role);

/// Who is on the server
#[utoipa::path(get, path = "/v1/servers/{server_id}/members", tag = "native",
    params(("server_id" = i64, Path, example = 1),
        ("limit" = Option<i64>, Query), ("cursor" = Option<String>, Query)),
    responses((status = 200, body = List<ServerMember>),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json")))]
async fn list(
    State(chat): State<Chat>,
    Me { me, .. }: Me,
    PathInt { value: id, .. }: PathInt<Native>,
    Query { value: part, .. }: Query<Native, Part>,
) -> Reply<Body<List<ServerMember>>> {
    let members = member::members(&chat, me, ServerId(id)).await?;
    let shown = members.iter().map(|it| (rising(it.card.id.0), ServerMember::from(it)));
    Ok(Body(List::part(&part, shown)))
}

/// Join an open server
#[utoipa::path(put, path = "/v1/servers/{server_id}/members/me", tag = "native",
    params(("server_id" = i64, Path, example = 1)),
    responses((status = 200, body = ServerMember),
        (status = 403, description = "I am banned from it", body = Problem,
            content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json")))]
async fn join(
    State(chat): State<Chat>,
    Me { me, .. }: Me,
    PathInt { value: id, .. }: PathInt<Native>,
) -> Reply<Body<ServerMember>> {
    let member = member::join(&chat, me, ServerId(id)).await?;
    Ok(Body(ServerMember::from(&member)))
}

/// Leave the server and all its channels; its owner hands it over first
#[utoipa::path(delete, path = "/v1/servers/{server_id}/members/me", tag = "native",
    params(("server_id" = i64, Path, example = 1)),
    responses((status = 204),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json")))]
async fn leave(
    State(chat): State<Chat>,
    Me { me, .. }: Me,
    PathInt { value: id, .. }: PathInt<Native>,
) -> Reply<StatusCode> {
    server::leave(&chat, me, ServerId(id)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Change somebody's role; the owner only
#[utoipa::path(put, path = "/v1/servers/{server_id}/members/{user_id}", tag = "native",
    params(("server_id" = i64, Path, example = 1), ("user_id" = i64, Path)),
    request_body = RoleForm,
    responses((status = 200, body = ServerMember),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json")))]
async fn put(
    State(chat): State<Chat>,
    Me { me, .. }: Me,
    PathInt { value: id, .. }: PathInt<Native>,
    PathInt { value: user, .. }: PathInt<Native, 1>,
    Json { value: Rank(role), .. }: Json<Native, Rank>,
) -> Reply<Body<ServerMember>> {
    let (server, user) = (ServerId(id), UserId(user));
    member::set_role(&chat, me, server, user, role).await?;
    let member = member::member(&chat, me, server, user).await?;
    Ok(Body(ServerMember::from(&member)))
}

/// Send somebody away; owner and admins, and nobody of their own rank
#[utoipa::path(delete, path = "/v1/servers/{server_id}/members/{user_id}", tag = "native",
    params(("server_id" = i64, Path, example = 1), ("user_id" = i64, Path)),
    responses((status = 204),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json")))]
async fn remove(
    State(chat): State<Chat>,
    Me { me, .. }: Me,
    PathInt { value: id, .. }: PathInt<Native>,
    PathInt { value: user, .. }: PathInt<Native, 1>,
) -> Reply<StatusCode> {
    let (server, user) = (ServerId(id), UserId(user));
    if user == me.id {
        server::leave(&chat, me, server).await?;
    } else {
        member::remove(&chat, me, server, user).await?;
    }
    Ok(StatusCode::NO_CONTENT)
}

impl Shape for Rank {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let role = fields.one_of("role", &ROLES);
        fields.only(&["role"]);
        role.map(Self)
    }
}
