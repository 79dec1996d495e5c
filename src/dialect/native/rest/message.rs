//! Messages of a room.
mod one;

use axum::{
    Json as Body,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use entity::{
    id::{FileId, MessageId, RoomId},
    message,
};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{Me, Reply, page::limit};
use crate::{
    chat::{engine::handle::Chat, message as messages},
    dialect::native::{
        Native,
        payload::message::{KINDS, Message, Page, draft},
        problem::Problem,
    },
    model::{
        error::{Error, Problem as Flaw},
        message::Sent,
        page::{Limit, Window},
    },
    wire::{
        body::{Json, PathUuid, Query},
        fields::{Fields, Shape},
    },
};

pub(super) fn routes() -> OpenApiRouter<Chat> {
    OpenApiRouter::new().routes(routes!(list, send)).merge(one::routes())
}

#[derive(ToSchema)]
#[schema(as = native::NewMessage)]
struct NewMessage {
    #[schema(example = "hello")]
    content: Option<String>,
    /// `text`, `image`, `audio`, `file` or `video`.
    #[schema(example = "text", value_type = Option<String>)]
    message_type: Option<message::Type>,
    media_url: Option<String>,
    /// Your own id for it: the same one again is answered with the same message.
    client_msg_id: Option<Uuid>,
    attachment_ids: Option<Vec<Uuid>>,
    /// The message of this room that it answers.
    #[schema(example = 1023)]
    reply_to_id: Option<i64>,
}

struct Where {
    window: Window,
    limit: Limit,
}

/// A page of a room's history
#[utoipa::path(get, path = "/v1/rooms/{chatroom_id}/messages", tag = "native",
    params(("chatroom_id" = uuid::Uuid, Path), ("before_seq" = Option<i64>, Query),
        ("after_seq" = Option<i64>, Query), ("around_seq" = Option<i64>, Query),
        ("limit" = Option<i64>, Query)),
    responses((status = 200, body = Page),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json")))]
async fn list(
    State(chat): State<Chat>,
    Me { me, .. }: Me,
    PathUuid { value: room, .. }: PathUuid<Native>,
    Query { value: Where { window, limit }, .. }: Query<Native, Where>,
) -> Reply<Body<Page>> {
    let page = messages::history(&chat, me, RoomId(room), window, limit).await?;
    Ok(Body(Page::from(&page)))
}

/// Say something; the answer comes once it is stored
#[utoipa::path(post, path = "/v1/rooms/{chatroom_id}/messages", tag = "native",
    params(("chatroom_id" = uuid::Uuid, Path),
        ("Idempotency-Key" = Option<uuid::Uuid>, Header, description = "The same as client_msg_id")),
    request_body = NewMessage,
    responses(
        (status = 200, description = "It was stored before", body = Message),
        (status = 201, body = Message),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
        (status = 429, body = Problem, content_type = "application/problem+json")))]
async fn send(
    State(chat): State<Chat>,
    Me { me, .. }: Me,
    PathUuid { value: room, .. }: PathUuid<Native>,
    headers: HeaderMap,
    Json { value: new, .. }: Json<Native, NewMessage>,
) -> Reply<Response> {
    let key = new.client_msg_id.or(idempotency_key(&headers)?);
    let files = new.attachment_ids.unwrap_or_default().into_iter().map(FileId).collect();
    let reply_to = new.reply_to_id.map(MessageId);
    let draft = draft(new.content, new.message_type, new.media_url, key, files, reply_to)?;
    Ok(stored(&messages::send(&chat, me, RoomId(room), draft).await?))
}

/// With its place in the room.
fn stored(sent: &Sent) -> Response {
    let status = if sent.duplicate { StatusCode::OK } else { StatusCode::CREATED };
    let row = &sent.message.row;
    let place = format!("/v1/rooms/{}/messages?around_seq={}", row.chatroom_id, row.seq);
    let location = [(header::LOCATION, place)];
    (status, location, Body(Message::from(&*sent.message))).into_response()
}

fn idempotency_key(headers: &HeaderMap) -> Result<Option<Uuid>, Error> {
    let Some(key) = headers.get("idempotency-key") else { return Ok(None) };
    let key = key.to_str().ok().and_then(|it| Uuid::parse_str(it).ok());
    key.map(Some).ok_or(Error::invalid("Idempotency-Key", Flaw::Other("must be a UUID")))
}

impl Shape for NewMessage {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let content = fields.text_opt("content");
        let message_type = fields.one_of_opt("message_type", KINDS);
        let media_url = fields.text_opt("media_url");
        let client_msg_id = fields.uuid_opt("client_msg_id");
        let attachment_ids = fields.uuid_list_opt("attachment_ids");
        let reply_to_id = fields.int_opt("reply_to_id");
        fields.only(&[
            "content",
            "message_type",
            "media_url",
            "client_msg_id",
            "attachment_ids",
            "reply_to_id",
        ]);
        Some(Self {
            content: content?,
            message_type: message_type?,
            media_url: media_url?,
            client_msg_id: client_msg_id?,
            attachment_ids: attachment_ids?,
            reply_to_id: reply_to_id?,
        })
    }
}

impl Shape for Where {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let (before, after) = (seq(fields, "before_seq"), seq(fields, "after_seq"));
        let (around, limit) = (seq(fields, "around_seq"), limit(fields));
        let window = match (before?, after?, around?) {
            (None, None, None) => Window::Newest,
            (Some(seq), None, None) => Window::Before(seq),
            (None, Some(seq), None) => Window::After(seq),
            (None, None, Some(seq)) => Window::Around(seq),
            _ => {
                fields.refuse("before_seq", "stands alone, as after_seq and around_seq do");
                return None;
            }
        };
        Some(Self { window, limit: limit? })
    }
}

/// Below zero there is as little as at zero, so nothing is lost by stopping there.
#[expect(clippy::option_option, reason = "what is wrong, and what is absent, are two things")]
fn seq(fields: &mut Fields<'_>, name: &str) -> Option<Option<i64>> {
    fields.int_opt(name).map(|it| it.map(|it| it.max(0)))
}
