//! What was said in a chat.

use axum::{
    Json as Body,
    extract::{FromRequestParts, RawPathParams, State},
    http::{StatusCode, request::Parts},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    ChatSphere, Me, Reply,
    address::{Address, ChatType},
    envelope::{self, Refused},
    payload::HistoryItem,
};
use crate::{
    chat::{engine::handle::Chat, message},
    wire::{body::Query, failure::Failure, fields::page::Slice},
};

pub(super) fn routes() -> OpenApiRouter<Chat> {
    OpenApiRouter::new().routes(routes!(history))
}

/// The text in a path's parameter `N`, counted from 0.
pub(super) struct ChatId<const N: usize>(pub String);

#[derive(Serialize, ToSchema)]
#[schema(as = chatsphere::History)]
pub(super) struct History {
    messages: Vec<HistoryItem>,
    /// Of all that there are.
    total: i64,
    has_more: bool,
}

/// The newest messages, oldest first
#[utoipa::path(get, path = "/api/v1/messages/{chat_type}/{chat_id}", tag = "chatsphere",
    params(("chat_type" = String, Path, example = "room"),
        ("chat_id" = String, Path, example = "general"),
        ("limit" = Option<i64>, Query, example = 50, description = "1 to 100, else the nearest"),
        ("offset" = Option<i64>, Query,
            description = "How many of the newest to leave out; less than nothing is nothing")),
    responses((status = 200, body = History),
        (status = 400, description = "No such type of chat", body = Refused),
        (status = 401, body = Refused), (status = 403, body = Refused),
        (status = 422, body = Refused)))]
pub(super) async fn history(
    State(chat): State<Chat>,
    Me { me, .. }: Me,
    ChatId(chat_type): ChatId<0>,
    ChatId(chat_id): ChatId<1>,
    Query { value: slice, .. }: Query<ChatSphere, Slice>,
) -> Reply<Response> {
    let Some(chat_type) = ChatType::parse(&chat_type) else { return Ok(bad_type()) };
    let address = Address { chat_type, chat_id };
    // Of a chat that has not begun nothing was said.
    let Some(room) = address.find(&chat, me).await? else {
        let nothing = History { messages: Vec::new(), total: 0, has_more: false };
        return Ok(Body(nothing).into_response());
    };
    let (limit, offset) = (slice.limit, slice.offset);
    let mut messages = message::newest_with_offset(&chat, me, room, limit, offset).await?;
    messages.reverse();
    let total = message::count(&chat, me, room).await?;
    let shown = offset.saturating_add(messages.len() as u64);
    // Whoever goes on after an empty page would never come to an end.
    let has_more = !messages.is_empty() && shown < total.unsigned_abs();
    let messages = messages.iter().flat_map(HistoryItem::all).collect();
    Ok(Body(History { messages, total, has_more }).into_response())
}

pub(super) fn bad_type() -> Response {
    envelope::detail(StatusCode::BAD_REQUEST, "无效的聊天类型")
}

impl<S: Send + Sync, const N: usize> FromRequestParts<S> for ChatId<N> {
    type Rejection = Failure<ChatSphere>;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        // A path that is not UTF-8 leads nowhere.
        let all = RawPathParams::from_request_parts(parts, state).await;
        let all = all.map_err(|_| Failure::not_found())?;
        let value = all.iter().nth(N).map(|(_, value)| value.to_owned());
        value.map(Self).ok_or_else(Failure::not_found)
    }
}
