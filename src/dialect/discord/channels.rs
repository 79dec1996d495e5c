//! `/channels`: a server's rooms, and what was said in them.

use axum::{
    Json as Body,
    extract::State,
    http::StatusCode,
    response::Response,
    routing::{get, post},
};
use entity::id::{RoomId, ServerId};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    Discord, Me, Reply,
    payload::{Channel, Message},
};
use crate::{
    chat::{
        engine::handle::Chat,
        message,
        room::{self, number},
        server::channel,
    },
    model::{actor::Actor, error::Error, server::ChannelDraft},
    wire::{
        body::{Json, PathInt, Query},
        fastapi::{HttpError, no_content, validation_error::ValidationError},
        fields::{Shape, bound::Bound, page::Slice},
    },
};

pub(super) fn routes() -> OpenApiRouter<Chat> {
    OpenApiRouter::new()
        .routes(routes!(create))
        .routes(routes!(show, change, delete))
        .routes(routes!(history))
        // The original redirects whoever asks by the other spelling; here both are
        // answered at once.
        .route("/channels", post(create))
        .route("/channels/{channel_id}/", get(show).put(change).delete(delete))
        .route("/channels/{channel_id}/messages/", get(history))
}

/// The channel that this client calls by a number, if I may enter it.
pub(super) async fn entered(chat: &Chat, me: Actor, number: i64) -> Result<RoomId, Error> {
    let room = number::channel_of(chat, number).await?;
    // Only for its check: a number alone opens nothing.
    channel::view(chat, me, room).await?;
    Ok(room)
}

#[derive(Shape, ToSchema)]
#[schema(as = discord::ChannelCreate)]
pub(super) struct ChannelCreate {
    #[schema(example = "general")]
    #[shape(bound = Bound::Characters(1, room::LONGEST_NAME))]
    name: String,
    #[schema(example = "General discussion")]
    #[shape(bound = Bound::up_to(room::LONGEST_DESCRIPTION))]
    description: Option<String>,
    #[schema(value_type = i64, example = 1)]
    server_id: ServerId,
}

#[derive(Shape, ToSchema)]
#[schema(as = discord::ChannelUpdate)]
pub(super) struct ChannelUpdate {
    #[schema(example = "lounge")]
    #[shape(bound = Bound::Characters(1, room::LONGEST_NAME))]
    name: Option<String>,
    #[shape(bound = Bound::up_to(room::LONGEST_DESCRIPTION))]
    description: Option<String>,
}

/// Make a channel on a server that I own
#[utoipa::path(post, path = "/channels/", tag = "discord", request_body = ChannelCreate,
    responses((status = 201, body = Channel), (status = 401, body = HttpError),
        (status = 403, body = HttpError), (status = 404, body = HttpError),
        (status = 422, body = ValidationError)))]
async fn create(
    State(chat): State<Chat>,
    Me { me, .. }: Me,
    Json { value: new, .. }: Json<Discord, ChannelCreate>,
) -> Reply<(StatusCode, Body<Channel>)> {
    let draft =
        ChannelDraft { server: new.server_id, name: new.name, description: new.description };
    let channel = channel::create(&chat, me, draft).await?;
    Ok((StatusCode::CREATED, Body(Channel::from(channel))))
}

/// A channel of a server that I am on
#[utoipa::path(get, path = "/channels/{channel_id}", tag = "discord",
    params(("channel_id" = i64, Path, example = 4)),
    responses((status = 200, body = Channel), (status = 401, body = HttpError),
        (status = 403, body = HttpError), (status = 404, body = HttpError)))]
async fn show(
    State(chat): State<Chat>,
    Me { me, .. }: Me,
    PathInt { value: id, .. }: PathInt<Discord>,
) -> Reply<Body<Channel>> {
    let room = number::channel_of(&chat, id).await?;
    Ok(Body(Channel::from(channel::view(&chat, me, room).await?)))
}

/// Change a channel of a server that I own; null and absent fields stay
#[utoipa::path(put, path = "/channels/{channel_id}", tag = "discord",
    params(("channel_id" = i64, Path, example = 4)), request_body = ChannelUpdate,
    responses((status = 200, body = Channel), (status = 401, body = HttpError),
        (status = 403, body = HttpError), (status = 404, body = HttpError),
        (status = 422, body = ValidationError)))]
async fn change(
    State(chat): State<Chat>,
    Me { me, .. }: Me,
    PathInt { value: id, .. }: PathInt<Discord>,
    Json { value: wanted, .. }: Json<Discord, ChannelUpdate>,
) -> Reply<Body<Channel>> {
    let room = number::channel_of(&chat, id).await?;
    let channel = channel::update(&chat, me, room, wanted.name, wanted.description).await?;
    Ok(Body(Channel::from(channel)))
}

/// Remove a channel of a server that I own, with what was said there
#[utoipa::path(delete, path = "/channels/{channel_id}", tag = "discord",
    params(("channel_id" = i64, Path, example = 4)),
    responses((status = 204), (status = 401, body = HttpError),
        (status = 403, body = HttpError), (status = 404, body = HttpError)))]
async fn delete(
    State(chat): State<Chat>,
    Me { me, .. }: Me,
    PathInt { value: id, .. }: PathInt<Discord>,
) -> Reply<Response> {
    let room = number::channel_of(&chat, id).await?;
    channel::delete(&chat, me, room).await?;
    Ok(no_content())
}

/// What was said, newest first
#[utoipa::path(get, path = "/channels/{channel_id}/messages", tag = "discord",
    params(("channel_id" = i64, Path, example = 4),
        ("limit" = Option<i64>, Query, description = "1 to 100, else 50", example = 50),
        ("offset" = Option<i64>, Query, description = "How many to pass over", example = 0)),
    responses((status = 200, body = [Message]), (status = 401, body = HttpError),
        (status = 403, body = HttpError), (status = 404, body = HttpError),
        (status = 422, body = ValidationError)))]
async fn history(
    State(chat): State<Chat>,
    Me { me, .. }: Me,
    PathInt { value: id, .. }: PathInt<Discord>,
    Query { value: Slice { limit, offset }, .. }: Query<Discord, Slice>,
) -> Reply<Body<Vec<Message>>> {
    let room = entered(&chat, me, id).await?;
    let messages = message::newest_with_offset(&chat, me, room, limit, offset).await?;
    Ok(Body(messages.iter().map(|it| Message::new(id, it)).collect()))
}
