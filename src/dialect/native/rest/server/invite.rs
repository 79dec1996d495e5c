//! Invitations to a server, and what becomes of them.

use axum::{
    Json as Body,
    extract::{FromRequestParts, RawPathParams, State},
    http::{StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use entity::id::ServerId;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    chat::{engine::handle::Chat, server::invite},
    dialect::native::{
        Native, Oops,
        payload::server::{Invite, ServerItem},
        problem::Problem,
        rest::{
            Me, Reply,
            body::Optional,
            page::{List, Part, falling},
        },
    },
    model::server::InviteDraft,
    wire::{
        body::{PathInt, Query},
        fields::{Fields, Shape},
    },
};

pub(super) fn routes() -> OpenApiRouter<Chat> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(revoke))
        .routes(routes!(preview, accept))
}

#[derive(ToSchema)]
#[schema(as = native::NewInvite)]
#[expect(dead_code, reason = "read through InviteDraft; this is its description")]
struct NewInvite {
    /// How many people may come by it; without it, as many as want to.
    #[schema(example = 10)]
    max_uses: Option<i64>,
    /// For how many seconds it is good; without it, for ever.
    #[schema(example = 604_800)]
    expires_in: Option<i64>,
}

/// The code in the path.
struct Code(String);

/// The invitations that are out, newest first; for the owner and the admins
#[utoipa::path(get, path = "/v1/servers/{server_id}/invites", tag = "native",
    params(("server_id" = i64, Path, example = 1),
        ("limit" = Option<i64>, Query), ("cursor" = Option<String>, Query)),
    responses((status = 200, body = List<Invite>),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json")))]
async fn list(
    State(chat): State<Chat>,
    Me { me, .. }: Me,
    PathInt { value: id, .. }: PathInt<Native>,
    Query { value: part, .. }: Query<Native, Part>,
) -> Reply<Body<List<Invite>>> {
    let invites = invite::list(&chat, me, ServerId(id)).await?;
    let shown = invites
        .iter()
        .map(|it| (falling(it.created_at.0.timestamp_micros()) + &it.code, Invite::from(it)));
    Ok(Body(List::part(&part, shown)))
}

/// Invite people; owner and admins
///
/// Whoever knows the code may join, also a closed server. It ends with the membership of
/// whoever made it.
#[utoipa::path(post, path = "/v1/servers/{server_id}/invites", tag = "native",
    params(("server_id" = i64, Path, example = 1)), request_body = Option<NewInvite>,
    responses((status = 201, body = Invite),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "100 are out", body = Problem,
            content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json")))]
async fn create(
    State(chat): State<Chat>,
    Me { me, .. }: Me,
    PathInt { value: id, .. }: PathInt<Native>,
    Optional(draft): Optional<InviteDraft>,
) -> Reply<Response> {
    let made = Invite::from(&invite::create(&chat, me, ServerId(id), draft).await?);
    let location = [(header::LOCATION, made.url.clone())];
    Ok((StatusCode::CREATED, location, Body(made)).into_response())
}

/// Take an invitation back
#[utoipa::path(delete, path = "/v1/servers/{server_id}/invites/{code}", tag = "native",
    params(("server_id" = i64, Path, example = 1), ("code" = String, Path)),
    responses((status = 204),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json")))]
async fn revoke(
    State(chat): State<Chat>,
    Me { me, .. }: Me,
    PathInt { value: id, .. }: PathInt<Native>,
    Code(code): Code,
) -> Reply<StatusCode> {
    invite::revoke(&chat, me, ServerId(id), &code).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Where an invitation leads
#[utoipa::path(get, path = "/v1/invites/{code}", tag = "native",
    params(("code" = String, Path, example = "q3Zt0yUe7cXH2mP9aL5wKg")),
    responses((status = 200, body = ServerItem),
        (status = 403, description = "I am banned there", body = Problem,
            content_type = "application/problem+json"),
        (status = 404, description = "It never was, or is used up, expired or taken back",
            body = Problem, content_type = "application/problem+json")))]
async fn preview(
    State(chat): State<Chat>,
    Me { me, .. }: Me,
    Code(code): Code,
) -> Reply<Body<ServerItem>> {
    let item = invite::preview(&chat, me, &code).await?;
    Ok(Body(ServerItem::from(&item)))
}

/// Accept an invitation; for whoever is on the server already it is not used up
#[utoipa::path(post, path = "/v1/invites/{code}", tag = "native",
    params(("code" = String, Path, example = "q3Zt0yUe7cXH2mP9aL5wKg")),
    responses((status = 200, body = ServerItem),
        (status = 403, description = "I am banned there", body = Problem,
            content_type = "application/problem+json"),
        (status = 404, description = "It never was, or is used up, expired or taken back",
            body = Problem, content_type = "application/problem+json")))]
async fn accept(
    State(chat): State<Chat>,
    Me { me, .. }: Me,
    Code(code): Code,
) -> Reply<Body<ServerItem>> {
    let item = invite::accept(&chat, me, &code).await?;
    Ok(Body(ServerItem::from(&item)))
}

impl Shape for InviteDraft {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let (max_uses, seconds) = (fields.int_opt("max_uses"), fields.int_opt("expires_in"));
        fields.only(&["max_uses", "expires_in"]);
        Some(Self { max_uses: max_uses?, lifetime_seconds: seconds? })
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Code {
    type Rejection = Oops;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        // A path that is not UTF-8 leads nowhere.
        let all = RawPathParams::from_request_parts(parts, state).await;
        let all = all.map_err(|_| Oops::not_found())?;
        let code = all.iter().find(|it| it.0 == "code").ok_or_else(Oops::not_found)?;
        Ok(Self(code.1.to_owned()))
    }
}
