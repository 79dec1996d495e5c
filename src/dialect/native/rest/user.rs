//! Other people, and who of them is there.

pub mod block;
pub mod friend;
pub mod me;

use axum::{Json, extract::State, http::HeaderMap, response::Response};
use entity::id::UserId;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    Me, Reply,
    etag::tagged,
    page::{List, cursor, limit, spell},
};
use crate::{
    chat::{
        engine::handle::Chat,
        person::{presence, profile},
        search,
    },
    dialect::native::{
        Native,
        payload::{
            presence::Presence,
            user::{Profile, User},
        },
        problem::Problem,
    },
    model::page::Limit,
    wire::{
        body::{PathInt, Query},
        fields::{Fields, Shape},
    },
};

pub(super) fn routes() -> OpenApiRouter<Chat> {
    OpenApiRouter::new().routes(routes!(find)).routes(routes!(show)).routes(routes!(who_is_there))
}

struct Search {
    query: String,
    after: Option<i64>,
    limit: Limit,
}

struct Ids(Vec<UserId>);

/// Find people by part of their username, or by their whole e-mail address
#[utoipa::path(get, path = "/v1/users", tag = "native",
    params(("query" = String, Query, example = "ann"), ("cursor" = Option<String>, Query),
        ("limit" = Option<i64>, Query)),
    responses((status = 200, body = List<User>),
        (status = 422, body = Problem, content_type = "application/problem+json"),
        (status = 429, body = Problem, content_type = "application/problem+json")))]
async fn find(
    State(chat): State<Chat>,
    Me { me, .. }: Me,
    Query { value: wanted, .. }: Query<Native, Search>,
) -> Reply<Json<List<User>>> {
    let after = wanted.after.map(UserId);
    let cards = search::people(&chat, me, &wanted.query, after, wanted.limit).await?;
    let full = cards.len() as u64 == wanted.limit.get();
    let next = cards.last().filter(|_| full).map(|it| spell(it.id.0));
    Ok(Json(List { items: cards.iter().map(User::from).collect(), next }))
}

/// One person
#[utoipa::path(get, path = "/v1/users/{user_id}", tag = "native",
    params(("user_id" = i64, Path)),
    responses((status = 200, body = Profile), (status = 304),
        (status = 404, body = Problem, content_type = "application/problem+json")))]
async fn show(
    State(chat): State<Chat>,
    Me { me, .. }: Me,
    PathInt { value: id, .. }: PathInt<Native>,
    headers: HeaderMap,
) -> Reply<Response> {
    let portrait = profile::portrait(&chat, me, UserId(id)).await?;
    tagged(&headers, &Profile::from(&portrait))
}

/// Who of these people is there
#[utoipa::path(get, path = "/v1/presence", tag = "native",
    params(("user_ids" = String, Query, example = "1,2", description = "At most 200")),
    responses((status = 200, body = List<Presence>),
        (status = 422, body = Problem, content_type = "application/problem+json")))]
async fn who_is_there(
    State(chat): State<Chat>,
    Me { me, .. }: Me,
    Query { value: Ids(users), .. }: Query<Native, Ids>,
) -> Reply<Json<List<Presence>>> {
    let shown = presence::of(&chat, me, &users).await?;
    Ok(Json(List::whole(shown.iter().map(Presence::from))))
}

impl Shape for Search {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let (query, after, limit) = (fields.text("query"), cursor(fields), limit(fields));
        Some(Self { query: query?, after: after?, limit: limit? })
    }
}

/// Numbers with commas between them.
pub(super) const IDS: &str = r"^ *[+-]?[0-9]+ *(, *[+-]?[0-9]+ *)*$";

impl Shape for Ids {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let text = fields.text("user_ids")?;
        let ids: Result<Vec<i64>, _> = text.split(',').map(|it| it.trim().parse()).collect();
        if ids.is_err() {
            fields.refuse("user_ids", "must be numbers with commas between them");
        }
        Some(Self(ids.ok()?.into_iter().map(UserId).collect()))
    }
}
