//! Who may not come to a server again.

use axum::{Json as Body, extract::State, http::StatusCode};
use entity::id::{ServerId, UserId};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    chat::{engine::handle::Chat, server::ban},
    dialect::native::{
        Native,
        payload::server::Ban,
        problem::Problem,
        rest::{
            Me, Reply,
            body::Optional,
            page::{List, Part, rising},
        },
    },
    wire::{
        body::{PathInt, Query},
        fields::{Fields, Shape},
    },
};

pub(super) fn routes() -> OpenApiRouter<Chat> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(put, lift))
}

#[derive(Default, ToSchema)]
#[schema(as = native::NewBan)]
struct NewBan {
    /// For the owner and the admins; nobody else sees it.
    #[schema(example = "spam")]
    reason: Option<String>,
}

/// Who is banned; for the owner and the admins
#[utoipa::path(get, path = "/v1/servers/{server_id}/bans", tag = "native",
    params(("server_id" = i64, Path, example = 1),
        ("limit" = Option<i64>, Query), ("cursor" = Option<String>, Query)),
    responses((status = 200, body = List<Ban>),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json")))]
async fn list(
    State(chat): State<Chat>,
    Me { me, .. }: Me,
    PathInt { value: id, .. }: PathInt<Native>,
    Query { value: part, .. }: Query<Native, Part>,
) -> Reply<Body<List<Ban>>> {
    let bans = ban::list(&chat, me, ServerId(id)).await?;
    Ok(Body(List::part(&part, bans.iter().map(|it| (rising(it.card.id.0), Ban::from(it))))))
}

/// Ban somebody, be they on the server or not; nobody of one's own rank
#[utoipa::path(put, path = "/v1/servers/{server_id}/bans/{user_id}", tag = "native",
    params(("server_id" = i64, Path, example = 1), ("user_id" = i64, Path)),
    request_body = Option<NewBan>,
    responses((status = 200, body = Ban),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json")))]
async fn put(
    State(chat): State<Chat>,
    Me { me, .. }: Me,
    PathInt { value: id, .. }: PathInt<Native>,
    PathInt { value: user, .. }: PathInt<Native, 1>,
    Optional(NewBan { reason }): Optional<NewBan>,
) -> Reply<Body<Ban>> {
    let outcast = ban::ban(&chat, me, ServerId(id), UserId(user), reason).await?;
    Ok(Body(Ban::from(&outcast)))
}

/// Let somebody come again; they are not brought back
#[utoipa::path(delete, path = "/v1/servers/{server_id}/bans/{user_id}", tag = "native",
    params(("server_id" = i64, Path, example = 1), ("user_id" = i64, Path)),
    responses((status = 204),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json")))]
async fn lift(
    State(chat): State<Chat>,
    Me { me, .. }: Me,
    PathInt { value: id, .. }: PathInt<Native>,
    PathInt { value: user, .. }: PathInt<Native, 1>,
) -> Reply<StatusCode> {
    ban::lift(&chat, me, ServerId(id), UserId(user)).await?;
    Ok(StatusCode::NO_CONTENT)
}

impl Shape for NewBan {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let reason = fields.text_opt("reason");
        fields.only(&["reason"]);
        Some(Self { reason: reason? })
    }
}
