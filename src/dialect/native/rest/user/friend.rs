//! Friends: one resource per pair.

use axum::{
    Json,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use entity::id::UserId;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    chat::{engine::handle::Chat, person::friend},
    dialect::native::{Native, payload::friend::Relation, problem::Problem},
    model::{
        error::Error,
        person::friendship::{Relation as Related, State as Standing},
    },
    wire::{
        body::{PathInt, Query},
        fields::{Fields, Shape},
    },
};
use crate::{
    dialect::native::rest::{
        Me, Reply,
        page::{List, Part, rising},
    },
    model::person::friendship::Whom,
};

/// Whether it came in.
pub(in crate::dialect::native) const DIRECTIONS: [(&str, bool); 2] = [("in", true), ("out", false)];

pub(in crate::dialect::native::rest) fn routes() -> OpenApiRouter<Chat> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(requests))
        .routes(routes!(show, befriend, end))
}

enum Direction {
    In,
    Out,
}

/// My friends
#[utoipa::path(get, path = "/v1/friends", tag = "native",
    params(("limit" = Option<i64>, Query), ("cursor" = Option<String>, Query)),
    responses((status = 200, body = List<Relation>),
        (status = 401, body = Problem, content_type = "application/problem+json")))]
async fn list(
    State(chat): State<Chat>,
    Me { me, .. }: Me,
    Query { value: part, .. }: Query<Native, Part>,
) -> Reply<Json<List<Relation>>> {
    let friends = friend::friends(&chat, me).await?;
    Ok(Json(listed(&part, &friends)))
}

/// Requests that wait, to me (`in`) or by me (`out`)
#[utoipa::path(get, path = "/v1/friends/requests", tag = "native",
    params(("direction" = String, Query, example = "in"),
        ("limit" = Option<i64>, Query), ("cursor" = Option<String>, Query)),
    responses((status = 200, body = List<Relation>),
        (status = 422, body = Problem, content_type = "application/problem+json")))]
async fn requests(
    State(chat): State<Chat>,
    Me { me, .. }: Me,
    Query { value: (direction, part), .. }: Query<Native, (Direction, Part)>,
) -> Reply<Json<List<Relation>>> {
    let waiting = match direction {
        Direction::In => friend::incoming(&chat, me).await?,
        Direction::Out => friend::outgoing(&chat, me).await?,
    };
    Ok(Json(listed(&part, &waiting)))
}

fn listed(part: &Part, relations: &[Related]) -> List<Relation> {
    List::part(part, relations.iter().map(|it| (rising(it.other.id.0), Relation::from(it))))
}

/// How I stand to somebody
#[utoipa::path(get, path = "/v1/friends/{user_id}", tag = "native",
    params(("user_id" = i64, Path)),
    responses((status = 200, body = Relation),
        (status = 404, body = Problem, content_type = "application/problem+json")))]
async fn show(
    State(chat): State<Chat>,
    Me { me, .. }: Me,
    PathInt { value: other, .. }: PathInt<Native>,
) -> Reply<Json<Relation>> {
    let relation = friend::relation(&chat, me, UserId(other)).await?;
    Ok(Json(Relation::from(&relation)))
}

/// Ask somebody, or accept when they have asked
#[utoipa::path(put, path = "/v1/friends/{user_id}", tag = "native",
    params(("user_id" = i64, Path)),
    responses(
        (status = 200, description = "Friends", body = Relation),
        (status = 201, description = "Asked", body = Relation),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json")))]
async fn befriend(
    State(chat): State<Chat>,
    Me { me, .. }: Me,
    PathInt { value: other, .. }: PathInt<Native>,
) -> Reply<Response> {
    let relation = friend::request(&chat, me, Whom::Id(UserId(other))).await?;
    let body = Json(Relation::from(&relation));
    if relation.state != Standing::Outgoing {
        return Ok(body.into_response());
    }
    let location = [(header::LOCATION, format!("/v1/friends/{other}"))];
    Ok((StatusCode::CREATED, location, body).into_response())
}

/// Remove a friend, cancel my request, or reject theirs
#[utoipa::path(delete, path = "/v1/friends/{user_id}", tag = "native",
    params(("user_id" = i64, Path)),
    responses((status = 204),
        (status = 404, body = Problem, content_type = "application/problem+json")))]
async fn end(
    State(chat): State<Chat>,
    Me { me, .. }: Me,
    PathInt { value: other, .. }: PathInt<Native>,
) -> Reply<StatusCode> {
    let other = UserId(other);
    let ended: Result<_, Error> = match friend::relation(&chat, me, other).await?.state {
        Standing::Friends | Standing::None => friend::remove(&chat, me, other).await,
        Standing::Outgoing => friend::cancel(&chat, me, other).await,
        Standing::Incoming => friend::reject(&chat, me, other).await,
    };
    ended?;
    Ok(StatusCode::NO_CONTENT)
}

impl Shape for (Direction, Part) {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let (direction, part) = (Direction::read(fields), Part::read(fields));
        Some((direction?, part?))
    }
}

impl Shape for Direction {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let is_in = fields.one_of("direction", &DIRECTIONS)?;
        Some(if is_in { Self::In } else { Self::Out })
    }
}
