//! Messages of a room: its history, and the POST that is the trustworthy half of what this
//! client does twice.

use axum::{Json as Body, extract::State, response::Response};
use entity::{
    id::{RoomId, UserId},
    message::Type,
    time::Timestamp,
};
use sha2::{Digest, Sha256};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{Chatroom, Me, Reply, payload::HistoryItem};
use crate::{
    chat::{engine::handle::Chat, file::upload, message, session::pairing::subscription},
    model::{
        actor::Actor,
        error::{Clash, Error, Thing},
        message::Draft,
        page::Limit,
        text::{MessageText, link::Link},
    },
    wire::{
        body::{Json, PathUuid, Query},
        caller::Shown,
        fastapi::{HttpError, ValidationError, null},
        fields::{Fields, Issue, Shape},
        links::Links,
    },
};

pub(super) fn routes() -> OpenApiRouter<Chat> {
    OpenApiRouter::new().routes(routes!(history)).routes(routes!(send))
}

pub(super) const KINDS: [(&str, Type); 5] = [
    ("text", Type::Text),
    ("image", Type::Image),
    ("audio", Type::Audio),
    ("file", Type::File),
    ("video", Type::Video),
];

pub(super) const STATUSES: [(&str, ()); 3] = [("unread", ()), ("delivered", ()), ("read", ())];
pub(super) const LONGEST_LINK: usize = 1_024;

/// What a client says, over either of its ways.
pub(super) struct Words {
    pub chatroom_id: Uuid,
    pub message_type: Type,
    pub content: Option<String>,
    pub media_url: Option<String>,
    /// The client's clock, passed on so that it knows its message again.
    pub timestamp: Option<String>,
}

/// What is said by the POST: as by the event, with a status that nobody reads.
#[derive(ToSchema)]
#[expect(dead_code, reason = "read as Posted; this is its description")]
struct NewMessage {
    #[schema(value_type = uuid::Uuid)]
    chatroom_id: Uuid,
    #[schema(example = "text")]
    message_type: String,
    #[schema(example = "unread")]
    read_status: String,
    #[schema(example = "hello")]
    content: Option<String>,
    media_url: Option<String>,
    /// The client's clock, passed on so that it knows its message again.
    #[schema(example = "2026-11-20T23:50:03.123Z")]
    timestamp: Option<String>,
}

struct Where {
    limit: Limit,
    before: Option<Timestamp>,
}

/// The newest messages, oldest first
#[utoipa::path(get, path = "/chatrooms/{chatroom_id}/messages", tag = "chatroom",
    params(("chatroom_id" = uuid::Uuid, Path), ("limit" = i64, Query),
        ("before" = Option<String>, Query, example = "2026-11-20T23:50:03Z")),
    responses((status = 200, body = [HistoryItem]), (status = 403, body = HttpError),
        (status = 422, body = ValidationError)))]
async fn history(
    State(chat): State<Chat>,
    Me { me, .. }: Me,
    PathUuid { value: room, .. }: PathUuid<Chatroom>,
    Shown(device): Shown,
    Query { value: Where { limit, before }, .. }: Query<Chatroom, Where>,
    links: Links,
) -> Reply<Body<Vec<HistoryItem>>> {
    if before.is_none() {
        // The first page: the client opens the room, which its socket has just joined.
        subscription::asked(&chat, me, device.as_ref(), RoomId(room)).await;
    }
    let messages = match message::before(&chat, me, RoomId(room), before, limit).await {
        // A room that is not there has no messages, to this client.
        Err(Error::Missing(Thing::Room)) => Vec::new(),
        result => result?,
    };
    Ok(Body(messages.iter().flat_map(|it| HistoryItem::all(it, &links)).collect()))
}

/// Send a message
#[utoipa::path(post, path = "/chatrooms/{chatroom_id}/message", tag = "chatroom",
    params(("chatroom_id" = uuid::Uuid, Path)), request_body = NewMessage,
    responses((status = 200, description = "null"), (status = 403, body = HttpError),
        (status = 404, body = HttpError), (status = 422, body = ValidationError)))]
async fn send(
    State(chat): State<Chat>,
    Me { me, .. }: Me,
    PathUuid { value: room, .. }: PathUuid<Chatroom>,
    Json { value: Posted(words), .. }: Json<Chatroom, Posted>,
) -> Reply<Response> {
    if words.chatroom_id != room {
        let mut issue = Issue::missing(&["body", "chatroom_id"]);
        issue.kind = "value_error";
        "Value error, must be the room of the path".clone_into(&mut issue.msg);
        issue.input = serde_json::json!(words.chatroom_id);
        return Err(vec![issue].into());
    }
    say(&chat, me, words).await?;
    Ok(null())
}

/// This client says everything twice, by event and by POST, with one timestamp. The id
/// that follows from it makes the two one message, whichever comes first.
pub(super) async fn say(chat: &Chat, me: Actor, words: Words) -> Result<(), Error> {
    let room = RoomId(words.chatroom_id);
    let mut draft = draft(me.id, words)?;
    if let Some(name) = stored_name(&draft) {
        draft.files.extend(upload::sendable(chat, me, name).await?);
    }
    match message::send(chat, me, room, draft).await {
        // All but the blanks around the words is in the id, so this is the twin.
        Ok(_) | Err(Error::Taken(Clash::ClientMessageId)) => Ok(()),
        Err(error) => Err(error),
    }
}

fn draft(sender: UserId, words: Words) -> Result<Draft, Error> {
    let media_url =
        Link::parse("media_url", words.media_url.as_deref().unwrap_or_default(), LONGEST_LINK)?;
    let content = match words.content.filter(|it| !it.trim().is_empty()) {
        None if media_url.is_some() => String::new(),
        other => MessageText::parse(other.unwrap_or_default())?.into_string(),
    };
    // Enter leaves a line break behind in one of the two.
    let content = content.trim_end_matches(['\n', '\r']).to_owned();
    let (kind, room) = (words.message_type, words.chatroom_id);
    let client_msg_id = words.timestamp.as_deref().map(|it| {
        let media_url = media_url.as_ref().map_or("", Link::as_str);
        one_id(&format!("{sender}\n{room}\n{kind:?}\n{it}\n{media_url}\n{}", content.trim()))
    });
    Ok(Draft {
        content,
        kind,
        media_url,
        client_msg_id,
        files: Vec::new(),
        reply_to: None,
        sent_at: words.timestamp,
    })
}

/// This client writes the address of a file into the words. It belongs to the message all
/// the same, and goes when that is deleted.
fn stored_name(draft: &Draft) -> Option<&str> {
    let address = draft.media_url.as_ref().map_or(draft.content.as_str(), Link::as_str);
    let name = address.rsplit_once("/static/message/")?.1;
    (draft.kind != Type::Text).then_some(name)
}

fn one_id(said: &str) -> Uuid {
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&Sha256::digest(said)[..16]);
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}

impl Shape for Where {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let (limit, before) = (fields.int("limit"), fields.moment_opt("before"));
        let limit = Limit::clamped(u64::try_from(limit?).unwrap_or(1));
        Some(Self { limit, before: before? })
    }
}

/// The POST's body, where more is required than in the event.
struct Posted(Words);

impl Shape for Posted {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let read_status = fields.one_of("read_status", &STATUSES);
        let kind = fields.one_of("message_type", &KINDS);
        let words = Words::read(fields);
        read_status?;
        Some(Self(Words { message_type: kind?, ..words? }))
    }
}

impl Shape for Words {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let chatroom_id = fields.uuid("chatroom_id");
        let kind = fields.one_of_opt("message_type", &KINDS);
        let (content, media_url) = (fields.text_opt("content"), fields.text_opt("media_url"));
        // Read as a moment to refuse what is none, passed on as it was spelled.
        let moment = fields.moment_opt("timestamp");
        let spelled = fields.raw("timestamp").and_then(|it| it.as_str().map(str::to_owned));
        moment?;
        Some(Self {
            chatroom_id: chatroom_id?,
            message_type: kind?.unwrap_or(Type::Text),
            content: content?,
            media_url: media_url?,
            timestamp: spelled,
        })
    }
}
