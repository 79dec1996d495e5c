//! Members of a room.

use axum::{Json as Body, extract::State, http::StatusCode};
use entity::{
    id::{RoomId, UserId},
    participant::Role,
};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::dialect::native::rest::{
    Me, Reply,
    body::Optional,
    page::{List, Part, rising},
};
use crate::{
    chat::{engine::handle::Chat, room::member},
    dialect::native::{
        Native,
        payload::room::{Member, ROLES},
        problem::Problem,
    },
    wire::{
        body::{PathInt, PathUuid, Query},
        fields::{Fields, Shape},
    },
};

pub(in crate::dialect::native::rest) fn routes() -> OpenApiRouter<Chat> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(join, leave))
        .routes(routes!(put, remove))
}

#[derive(ToSchema)]
#[schema(as = native::NewMember)]
#[expect(dead_code, reason = "read through Rank; this is its description")]
struct MemberForm {
    /// `member`, `admin` or `owner`, which hands the room over: its owner is an admin from
    /// then on. Without it, whoever is new comes as `member`.
    #[schema(example = "member")]
    role: Option<String>,
}

#[derive(Default)]
struct Rank(Option<Role>);

/// Who is in the room
#[utoipa::path(get, path = "/v1/rooms/{chatroom_id}/members", tag = "native",
    params(("chatroom_id" = uuid::Uuid, Path),
        ("limit" = Option<i64>, Query), ("cursor" = Option<String>, Query)),
    responses((status = 200, body = List<Member>),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json")))]
async fn list(
    State(chat): State<Chat>,
    Me { me, .. }: Me,
    PathUuid { value: id, .. }: PathUuid<Native>,
    Query { value: part, .. }: Query<Native, Part>,
) -> Reply<Body<List<Member>>> {
    let members = member::members(&chat, me, RoomId(id)).await?;
    let shown = members.iter().map(|it| (rising(it.card.id.0), Member::from(it)));
    Ok(Body(List::part(&part, shown)))
}

/// Come into a public room
#[utoipa::path(put, path = "/v1/rooms/{chatroom_id}/members/me", tag = "native",
    params(("chatroom_id" = uuid::Uuid, Path)),
    responses((status = 200, body = Member),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json")))]
async fn join(
    State(chat): State<Chat>,
    Me { me, .. }: Me,
    PathUuid { value: id, .. }: PathUuid<Native>,
) -> Reply<Body<Member>> {
    let member = member::put(&chat, me, RoomId(id), me.id, None).await?;
    Ok(Body(Member::from(&member)))
}

/// Leave the room
///
/// A direct room is only deleted for oneself, until the other says something there.
#[utoipa::path(delete, path = "/v1/rooms/{chatroom_id}/members/me", tag = "native",
    params(("chatroom_id" = uuid::Uuid, Path)),
    responses((status = 204),
        (status = 404, body = Problem, content_type = "application/problem+json")))]
async fn leave(
    State(chat): State<Chat>,
    Me { me, .. }: Me,
    PathUuid { value: id, .. }: PathUuid<Native>,
) -> Reply<StatusCode> {
    member::leave(&chat, me, RoomId(id)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Bring somebody in, or change their role
#[utoipa::path(put, path = "/v1/rooms/{chatroom_id}/members/{user_id}", tag = "native",
    params(("chatroom_id" = uuid::Uuid, Path), ("user_id" = i64, Path)),
    request_body = Option<MemberForm>,
    responses((status = 200, body = Member),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json")))]
async fn put(
    State(chat): State<Chat>,
    Me { me, .. }: Me,
    PathUuid { value: room, .. }: PathUuid<Native>,
    PathInt { value: user, .. }: PathInt<Native, 1>,
    Optional(Rank(role)): Optional<Rank>,
) -> Reply<Body<Member>> {
    let member = member::put(&chat, me, RoomId(room), UserId(user), role).await?;
    Ok(Body(Member::from(&member)))
}

/// Send somebody away
#[utoipa::path(delete, path = "/v1/rooms/{chatroom_id}/members/{user_id}", tag = "native",
    params(("chatroom_id" = uuid::Uuid, Path), ("user_id" = i64, Path)),
    responses((status = 204),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json")))]
async fn remove(
    State(chat): State<Chat>,
    Me { me, .. }: Me,
    PathUuid { value: room, .. }: PathUuid<Native>,
    PathInt { value: user, .. }: PathInt<Native, 1>,
) -> Reply<StatusCode> {
    let (room, user) = (RoomId(room), UserId(user));
    if user == me.id {
        member::leave(&chat, me, room).await?;
    } else {
        member::remove(&chat, me, room, user).await?;
    }
    Ok(StatusCode::NO_CONTENT)
}

impl Shape for Rank {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let role = fields.one_of_opt("role", &ROLES);
        fields.only(&["role"]);
        Some(Self(role?))
    }
}
