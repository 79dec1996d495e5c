//! My chats, and how far I have read in them.

use axum::{
    Json as Body,
    extract::State,
    response::{IntoResponse, Response},
};
use entity::time::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    Me, Reply,
    address::{Address, ChatType},
    envelope::Refused,
    messages::{ChatId, bad_type},
    payload::{Person, shown},
};
use crate::{
    chat::{engine::handle::Chat, message::reading, room},
    model::{
        error::{Ban, Error},
        message::Message,
        room::RoomView,
    },
    wire::{fields::Word, spelling::rfc3339_millis},
};

/// As many as the client has ever been given.
const MOST: usize = 20;

pub(super) fn routes() -> OpenApiRouter<Chat> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(mark_read))
}

#[derive(Serialize, ToSchema)]
#[schema(as = chatsphere::ConversationList)]
pub(super) struct ConversationList {
    conversations: Vec<Conversation>,
}

/// One of `other_user`, `group` and `room` is there, as `chat_type` says.
#[derive(Serialize, ToSchema)]
#[schema(as = chatsphere::Conversation)]
struct Conversation {
    #[schema(example = 1)]
    id: i64,
    #[schema(value_type = String, example = "room")]
    chat_type: ChatType,
    #[schema(example = "general")]
    chat_id: String,
    #[schema(example = "公共大厅")]
    name: String,
    unread_count: u64,
    is_pinned: bool,
    is_muted: bool,
    #[schema(example = "2026-11-20T23:50:03.123Z")]
    updated_at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    other_user: Option<Person>,
    #[serde(skip_serializing_if = "Option::is_none")]
    group: Option<Group>,
    #[serde(skip_serializing_if = "Option::is_none")]
    room: Option<RoomName>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_message: Option<LastMessage>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = chatsphere::Group)]
struct Group {
    id: Uuid,
    name: String,
    avatar_url: Option<String>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = chatsphere::RoomName)]
struct RoomName {
    #[schema(example = "general")]
    id: String,
    #[schema(example = "公共大厅")]
    name: String,
}

#[derive(Serialize, ToSchema)]
#[schema(as = chatsphere::LastMessage)]
struct LastMessage {
    #[schema(example = "hello")]
    content: String,
    #[schema(example = "2026-11-20T23:50:03.123Z")]
    created_at: String,
    from_user_id: Uuid,
    #[schema(example = "text")]
    message_type: &'static str,
}

#[derive(Serialize, ToSchema)]
#[schema(as = chatsphere::Marked)]
pub(super) struct Marked {
    success: bool,
    #[schema(example = "会话已标记为已读")]
    message: &'static str,
}

/// My chats, the latest first
#[utoipa::path(get, path = "/api/v1/conversations", tag = "chatsphere",
    responses((status = 200, body = ConversationList), (status = 401, body = Refused),
        (status = 403, description = "No token", body = Refused)))]
pub(super) async fn list(
    State(chat): State<Chat>,
    Me { me, .. }: Me,
) -> Reply<Body<ConversationList>> {
    let views = room::shown(&chat, me).await?;
    let now = chat.now();
    let conversations = views.iter().take(MOST).map(|it| Conversation::new(it, now)).collect();
    Ok(Body(ConversationList { conversations }))
}

/// Everything in a chat has been read
#[utoipa::path(post, path = "/api/v1/conversations/{chat_type}/{chat_id}/mark-read",
    tag = "chatsphere",
    params(("chat_type" = String, Path, example = "room"),
        ("chat_id" = String, Path, example = "general")),
    responses((status = 200, body = Marked),
        (status = 400, description = "No such type of chat", body = Refused),
        (status = 401, body = Refused), (status = 403, body = Refused)))]
pub(super) async fn mark_read(
    State(chat): State<Chat>,
    Me { me, .. }: Me,
    ChatId(chat_type): ChatId<0>,
    ChatId(chat_id): ChatId<1>,
) -> Reply<Response> {
    let Some(chat_type) = ChatType::parse(&chat_type) else { return Ok(bad_type()) };
    let address = Address { chat_type, chat_id };
    let rose = match address.find(&chat, me).await? {
        None => false,
        Some(room) => match reading::read(&chat, me, room, None).await {
            Ok(cursor) => cursor.rose,
            // Whoever only visits has no cursor there, and who is no member is not told.
            Err(Error::Forbidden(Ban::NotMember)) => false,
            Err(error) => return Err(error.into()),
        },
    };
    let message =
        if rose { "会话已标记为已读" } else { "会话不存在或已是最新状态" };
    Ok(Body(Marked { success: true, message }).into_response())
}

/// Rooms of other surfaces need not have a name, and this client shows nothing else.
fn name(view: &RoomView) -> String {
    if let Some(peer) = &view.peer {
        return Person::from(peer).display_name;
    }
    view.room.chatroom_name.clone().unwrap_or_else(|| "群聊".to_owned())
}

impl Conversation {
    fn new(view: &RoomView, now: Timestamp) -> Self {
        let Address { chat_type, chat_id } = Address::of_view(view);
        let name = name(view);
        let group = Group { id: view.room.chatroom_id.0, name: name.clone(), avatar_url: None };
        let room = RoomName { id: chat_id.clone(), name: name.clone() };
        let last = view.last_message.as_ref();
        let updated_at = last.map_or(view.room.created_at, |it| it.row.timestamp);
        let mine = view.membership.as_ref();
        Self {
            // The client needs a number here, and every room has one.
            id: view.number,
            chat_type,
            chat_id,
            name,
            unread_count: view.unread,
            // Shown and nothing more: the original does not order its list by it either.
            is_pinned: mine.is_some_and(|it| it.pinned_at.is_some()),
            is_muted: mine.and_then(|it| it.muted_until).is_some_and(|it| it > now),
            updated_at: rfc3339_millis(updated_at),
            other_user: view.peer.as_ref().map(Person::from),
            group: (chat_type == ChatType::Group).then_some(group),
            room: (chat_type == ChatType::Room).then_some(room),
            last_message: last.map(LastMessage::from),
        }
    }
}

impl From<&Message> for LastMessage {
    fn from(message: &Message) -> Self {
        let parts = message.parts();
        let first = parts.first();
        Self {
            content: first.map(shown).unwrap_or_default(),
            created_at: rfc3339_millis(message.row.timestamp),
            from_user_id: message.author.public_id,
            message_type: first.map_or(message.row.message_type, |it| it.kind(message)).word(),
        }
    }
}
