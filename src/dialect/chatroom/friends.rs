//! `/friends`. Ids and addresses travel in the query.

use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::get,
};
use entity::id::UserId;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{Chatroom, Me, Reply, payload::Friend};
use crate::{
    chat::{engine::handle::Chat, person::friend, search as finding},
    model::{
        error::{Error, Thing},
        person::friendship::Relation,
    },
    wire::{
        body::Query,
        fastapi::{HttpError, detail, no_content, null, validation_error::ValidationError},
        fields::Shape,
        links::Links,
    },
};

pub(super) fn routes() -> OpenApiRouter<Chat> {
    OpenApiRouter::new()
        .routes(routes!(list, remove))
        .route("/friends", get(list).delete(remove))
        .routes(routes!(request))
        .routes(routes!(pending))
        .routes(routes!(sent))
        .routes(routes!(accept))
        .routes(routes!(reject))
        .routes(routes!(search))
}

#[derive(Shape)]
struct Friendship {
    #[shape(name = "friend_id")]
    other: UserId,
}

#[derive(Shape)]
struct Address {
    email: String,
}

/// My friends
#[utoipa::path(get, path = "/friends/", tag = "chatroom",
    responses((status = 200, body = [Friend]), (status = 401, body = HttpError)))]
async fn list(
    State(chat): State<Chat>,
    Me { me, .. }: Me,
    links: Links,
) -> Reply<Json<Vec<Friend>>> {
    Ok(people(&friend::friends(&chat, me).await?, &links))
}

/// End a friendship
#[utoipa::path(delete, path = "/friends/", tag = "chatroom",
    params(("friend_id" = i64, Query)),
    responses((status = 204), (status = 422, body = ValidationError)))]
async fn remove(
    State(chat): State<Chat>,
    Me { me, .. }: Me,
    Query { value: Friendship { other }, .. }: Query<Chatroom, Friendship>,
) -> Reply<Response> {
    missing_is_fine(friend::remove(&chat, me, other).await)
}

/// Ask somebody to be friends
#[utoipa::path(post, path = "/friends/request", tag = "chatroom",
    params(("friend_id" = i64, Query)),
    responses((status = 200, description = "null"), (status = 400, body = HttpError),
        (status = 404, body = HttpError), (status = 422, body = ValidationError)))]
async fn request(
    State(chat): State<Chat>,
    Me { me, .. }: Me,
    Query { value: Friendship { other }, .. }: Query<Chatroom, Friendship>,
) -> Reply<Response> {
    // This client makes the room for two where it accepts, and shows whom it may accept.
    friend::request_unasked(&chat, me, other).await?;
    Ok(null())
}

/// Who has asked me
#[utoipa::path(get, path = "/friends/requests/pending", tag = "chatroom",
    responses((status = 200, body = [Friend]), (status = 401, body = HttpError)))]
async fn pending(
    State(chat): State<Chat>,
    Me { me, .. }: Me,
    links: Links,
) -> Reply<Json<Vec<Friend>>> {
    Ok(people(&friend::incoming(&chat, me).await?, &links))
}

/// Whom I have asked
#[utoipa::path(get, path = "/friends/requests/sent", tag = "chatroom",
    responses((status = 200, body = [Friend]), (status = 401, body = HttpError)))]
async fn sent(
    State(chat): State<Chat>,
    Me { me, .. }: Me,
    links: Links,
) -> Reply<Json<Vec<Friend>>> {
    Ok(people(&friend::outgoing(&chat, me).await?, &links))
}

/// Accept somebody's request
#[utoipa::path(post, path = "/friends/requests/accepted", tag = "chatroom",
    params(("friend_id" = i64, Query, description = "Who asked")),
    responses((status = 200, description = "null"), (status = 404, body = HttpError),
        (status = 422, body = ValidationError)))]
async fn accept(
    State(chat): State<Chat>,
    Me { me, .. }: Me,
    Query { value: Friendship { other }, .. }: Query<Chatroom, Friendship>,
) -> Reply<Response> {
    friend::accept(&chat, me, other).await?;
    // The client takes no status but 200 for success here.
    Ok(null())
}

/// Reject somebody's request
#[utoipa::path(delete, path = "/friends/requests/reject", tag = "chatroom",
    params(("friend_id" = i64, Query, description = "Who asked")),
    responses((status = 204), (status = 422, body = ValidationError)))]
async fn reject(
    State(chat): State<Chat>,
    Me { me, .. }: Me,
    Query { value: Friendship { other }, .. }: Query<Chatroom, Friendship>,
) -> Reply<Response> {
    missing_is_fine(friend::reject(&chat, me, other).await)
}

/// Find somebody by e-mail address
#[utoipa::path(get, path = "/friends/search", tag = "chatroom",
    params(("email" = String, Query, example = "bob@example.com")),
    responses((status = 200, body = Friend), (status = 404, body = HttpError),
        (status = 422, body = ValidationError)))]
async fn search(
    State(chat): State<Chat>,
    Me { me, .. }: Me,
    links: Links,
    Query { value: Address { email }, .. }: Query<Chatroom, Address>,
) -> Reply<Response> {
    // The client looks for this very status to say that there is nobody.
    match finding::person_by_email(&chat, me, &email).await {
        Ok(card) => Ok(Json(Friend::new(&card, &links)).into_response()),
        Err(Error::Missing(_)) => Ok(detail(StatusCode::NOT_FOUND, "User with email not found")),
        Err(error) => Err(error.into()),
    }
}

fn people(relations: &[Relation], links: &Links) -> Json<Vec<Friend>> {
    Json(relations.iter().map(|it| Friend::new(&it.other, links)).collect())
}

/// This product answers 204 whether or not there was anything.
fn missing_is_fine(ended: Result<Relation, Error>) -> Reply<Response> {
    match ended {
        Ok(_) | Err(Error::Missing(Thing::User)) => Ok(no_content()),
        Err(error) => Err(error.into()),
    }
}
