//! Messages, wherever they are.

use axum::{Json, extract::State};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{Me, Reply, page::List};
use crate::{
    chat::{engine::handle::Chat, search},
    dialect::native::{
        Native,
        payload::{message::Message, search::spell},
        problem::Problem,
    },
    model::search::Wanted,
    wire::body::Query,
};

pub(super) fn routes() -> OpenApiRouter<Chat> {
    OpenApiRouter::new().routes(routes!(find))
}

/// Find messages by words or parts of words, the newest first
///
/// In all rooms that you are a member of, or in one that you may read. Every word of the query
/// must be somewhere in the message, be it inside another word; upper and lower case, accents on
/// Latin letters and punctuation make no difference. A word needs two characters, one where it is
/// Chinese, Japanese, Korean or an emoji. A page may have fewer messages than its limit, or none,
/// and still a `next`: then the search is not over.
#[utoipa::path(get, path = "/v1/search", tag = "native",
    params(("query" = String, Query, max_length = 100, example = "hello"),
        ("chatroom_id" = Option<uuid::Uuid>, Query, description = "Only in this room"),
        ("sender_id" = Option<i64>, Query, description = "Only from this person", example = 42),
        ("after" = Option<String>, Query, description = "Sent at this moment or later",
            example = "2026-11-01T00:00:00Z"),
        ("before" = Option<String>, Query, description = "Sent earlier than this moment",
            example = "2026-12-01T00:00:00Z"),
        ("has_file" = Option<bool>, Query, description = "Only with a file, or only without"),
        ("cursor" = Option<String>, Query, description = "The `next` of the page before"),
        ("limit" = Option<i64>, Query, minimum = 1, maximum = 100, example = 50)),
    responses((status = 200, body = List<Message>),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
        (status = 429, body = Problem, content_type = "application/problem+json")))]
async fn find(
    State(chat): State<Chat>,
    Me { me, .. }: Me,
    Query { value: wanted, .. }: Query<Native, Wanted>,
) -> Reply<Json<List<Message>>> {
    let found = search::messages(&chat, me, wanted).await?;
    let items = found.messages.iter().map(Message::from).collect();
    Ok(Json(List { items, next: found.next.map(spell) }))
}
