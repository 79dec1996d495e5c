//! `/api/reactions`: one of six emoji per person and message.

use std::collections::BTreeMap;

use axum::{Json as Body, extract::State};
use entity::{id::MessageId, reaction};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    Reply, Swift,
    door::Me,
    messages::{Wanted, newest},
    payload::{EMOJI, Reacted, Summary, summary},
    rooms,
};
use crate::{
    chat::{
        engine::handle::Chat,
        message::{self, reaction as reactions},
        room::number,
    },
    model::error::{Ban, Error, Thing},
    wire::{
        body::{Json, PathInt, Query},
        fastapi::{HttpError, validation_error::ValidationError},
        fields::Shape,
        spelling::naive_seconds,
    },
};

pub(super) fn routes() -> OpenApiRouter<Chat> {
    OpenApiRouter::new()
        .routes(routes!(add))
        .routes(routes!(remove))
        .routes(routes!(show))
        .routes(routes!(of_room))
        .routes(routes!(available))
        .routes(routes!(stats))
}

#[derive(Shape, ToSchema)]
#[schema(as = swift::NewReaction)]
pub(super) struct NewReaction {
    #[schema(value_type = i64, example = 1)]
    message_id: MessageId,
    /// One of the six.
    #[schema(value_type = String, example = "👍")]
    #[shape(one_of = EMOJI.map(|it| (it, it)))]
    reaction_type: &'static str,
}

#[derive(Serialize, ToSchema)]
#[schema(as = swift::Reaction)]
struct Given {
    #[schema(example = 1)]
    id: i64,
    #[schema(example = 1)]
    message_id: i64,
    #[schema(example = 2)]
    user_id: i64,
    #[schema(example = "👍")]
    reaction_type: String,
    #[schema(example = "2026-11-20T23:52:26")]
    created_at: String,
    #[schema(example = "2026-11-20T23:52:26")]
    updated_at: String,
}

#[derive(Serialize, ToSchema)]
#[schema(as = swift::ReactionAnswer)]
struct Answer {
    success: bool,
    #[schema(example = "Reaction added successfully")]
    message: &'static str,
    reaction: Option<Given>,
    reaction_summary: Vec<Summary>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = swift::ReactionStats)]
struct Counts {
    #[schema(example = 1)]
    room_id: i64,
    #[schema(example = json!({"👍": 2}))]
    reaction_stats: BTreeMap<String, i64>,
    #[schema(example = 2)]
    total_reactions: i64,
}

/// Put a reaction, in place of the one that I had put
#[utoipa::path(post, path = "/api/reactions/add", tag = "swift", request_body = NewReaction,
    responses((status = 200, body = Answer), (status = 404, body = HttpError),
        (status = 422, body = ValidationError)))]
async fn add(
    State(chat): State<Chat>,
    Me { me }: Me,
    Json { value: new, .. }: Json<Swift, NewReaction>,
) -> Reply<Body<Answer>> {
    // One of the six gives way to another; what its person put on other surfaces stays.
    let put = reactions::put(&chat, me, new.message_id, new.reaction_type, &EMOJI).await;
    let put = put.map_err(|it| hidden(it, Thing::Message))?;
    Ok(Body(Answer {
        success: true,
        message: "Reaction added successfully",
        reaction: Some(Given::from(&put.row)),
        reaction_summary: summary(&put.tallies),
    }))
}

/// Take my reaction back
#[utoipa::path(delete, path = "/api/reactions/remove/{message_id}", tag = "swift",
    params(("message_id" = i64, Path, example = 1)),
    responses((status = 200, body = Answer), (status = 404, body = HttpError)))]
async fn remove(
    State(chat): State<Chat>,
    Me { me }: Me,
    PathInt { value: id, .. }: PathInt<Swift>,
) -> Reply<Body<Answer>> {
    let left = reactions::remove(&chat, me, MessageId(id), &EMOJI).await;
    // Nor is there a reaction under a message that is not there.
    let left = left.map_err(|it| hidden(it, Thing::Reaction))?;
    Ok(Body(Answer {
        success: true,
        message: "Reaction removed successfully",
        reaction: None,
        reaction_summary: summary(&left),
    }))
}

/// A message with its reactions
#[utoipa::path(get, path = "/api/reactions/message/{message_id}", tag = "swift",
    params(("message_id" = i64, Path, example = 1)),
    responses((status = 200, body = Reacted), (status = 404, body = HttpError)))]
async fn show(
    State(chat): State<Chat>,
    Me { me }: Me,
    PathInt { value: id, .. }: PathInt<Swift>,
) -> Reply<Body<Reacted>> {
    let id = MessageId(id);
    let found = message::live(&chat, me, id).await;
    let found = found.map_err(|it| hidden(it, Thing::Message))?;
    let number = number::of_room(&chat, found.row.chatroom_id).await?;
    Ok(Body(Reacted::new(number, &found, me.id)))
}

/// The newest messages with their reactions, oldest first
#[utoipa::path(get, path = "/api/reactions/room/{room_id}/messages", tag = "swift",
    params(("room_id" = i64, Path, example = 1),
        ("limit" = Option<i64>, Query, example = 50, description = "Between 1 and 1,000")),
    responses((status = 200, body = [Reacted]), (status = 404, body = HttpError),
        (status = 422, body = ValidationError)))]
async fn of_room(
    State(chat): State<Chat>,
    Me { me }: Me,
    PathInt { value: number, .. }: PathInt<Swift>,
    Query { value: wanted, .. }: Query<Swift, Wanted>,
) -> Reply<Body<Vec<Reacted>>> {
    // Whoever looks at reactions only does not come in by it, as whoever asks for the history does.
    let room = rooms::reach(&chat, me, number).await?.room.chatroom_id;
    let messages = newest(&chat, me, room, wanted.limit).await?;
    Ok(Body(messages.iter().map(|it| Reacted::new(number, it, me.id)).collect()))
}

/// The six emoji
#[utoipa::path(get, path = "/api/reactions/available", tag = "swift", security(()),
    responses((status = 200, body = [String], example = json!(["👍", "❤️", "😂", "😮", "😢", "😡"]))))]
async fn available() -> Body<[&'static str; 6]> {
    // Also for whoever is not signed in, as in the original.
    Body(EMOJI)
}

/// How often each emoji was put in a room
#[utoipa::path(get, path = "/api/reactions/stats/{room_id}", tag = "swift",
    params(("room_id" = i64, Path, example = 1)),
    responses((status = 200, body = Counts), (status = 404, body = HttpError)))]
async fn stats(
    State(chat): State<Chat>,
    Me { me }: Me,
    PathInt { value: room_id, .. }: PathInt<Swift>,
) -> Reply<Body<Counts>> {
    let room = rooms::reach(&chat, me, room_id).await?.room.chatroom_id;
    let counts = reactions::counts(&chat, me, room).await?;
    let reaction_stats: BTreeMap<String, i64> =
        // The app has no picture for the others, so the total does not count them either.
        counts.into_iter().filter(|it| EMOJI.contains(&it.0.as_str())).collect();
    let total_reactions = reaction_stats.values().sum();
    Ok(Body(Counts { room_id, reaction_stats, total_reactions }))
}

/// What is in a room that I may not enter is not there.
pub(super) fn hidden(error: Error, thing: Thing) -> Error {
    match error {
        Error::Forbidden(Ban::NotMember | Ban::BannedFromRoom)
        | Error::Missing(Thing::Message | Thing::Room) => Error::Missing(thing),
        other => other,
    }
}

impl From<&reaction::Model> for Given {
    fn from(row: &reaction::Model) -> Self {
        Self {
            id: row.reaction_id.0,
            message_id: row.message_id.0,
            user_id: row.user_id.0,
            reaction_type: row.emoji.clone(),
            created_at: naive_seconds(row.created_at),
            // One that changes is taken back and put anew, so none is ever older than its
            // last change.
            updated_at: naive_seconds(row.created_at),
        }
    }
}
