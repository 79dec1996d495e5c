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
        fastapi::{HttpError, null, validation_error::ValidationError},
        fields::{FieldError, Fields, Shape, bound::Bound, page},
        links::Links,
    },
};

pub(super) fn routes() -> OpenApiRouter<Chat> {
    OpenApiRouter::new().routes(routes!(history)).routes(routes!(send))
}

const STATUSES: [(&str, ()); 3] = [("unread", ()), ("delivered", ()), ("read", ())];
const LONGEST_LINK: usize = 1_024;

/// What a client says, over either of its ways.
#[derive(Shape)]
pub(super) struct Words {
    pub chatroom_id: RoomId,
    #[shape(default = Type::Text)]
    pub message_type: Type,
    pub content: Option<String>,
    pub media_url: Option<String>,
    /// The client's clock, passed on so that it knows its message again.
    #[shape(with = spelled_timestamp)]
    pub timestamp: Option<String>,
}

/// What is said by the POST: as by the event, with a status that nobody reads.
#[derive(Shape, ToSchema)]
pub(super) struct NewMessage {
    #[schema(value_type = uuid::Uuid)]
    chatroom_id: RoomId,
    #[schema(value_type = String, example = "text")]
    message_type: Type,
    #[schema(value_type = String, example = "unread")]
    #[shape(one_of = STATUSES)]
    read_status: (),
    #[schema(example = "hello")]
    #[shape(bound = Bound::up_to(MessageText::LONGEST))]
    content: Option<String>,
    #[shape(bound = Bound::Link(LONGEST_LINK))]
    media_url: Option<String>,
    /// The client's clock, passed on so that it knows its message again.
    #[schema(example = "2026-11-20T23:50:03.123Z")]
    #[shape(with = spelled_timestamp, bound = Bound::Moment)]
    timestamp: Option<String>,
}

#[derive(Shape)]
pub(super) struct Where {
    #[shape(with = page::required_limit)]
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
    Json { value: new, .. }: Json<Chatroom, NewMessage>,
) -> Reply<Response> {
    let words = Words::from(new);
    if words.chatroom_id.0 != room {
        let mut error = FieldError::missing(&["body", "chatroom_id"]);
        error.kind = "value_error";
        "Value error, must be the room of the path".clone_into(&mut error.msg);
        error.input = serde_json::json!(words.chatroom_id.0);
        return Err(vec![error].into());
    }
    say(&chat, me, words).await?;
    Ok(null())
}

/// This client says everything twice, by event and by POST, with one timestamp. The id
/// that follows from it makes the two one message, whichever comes first.
pub(super) async fn say(chat: &Chat, me: Actor, words: Words) -> Result<(), Error> {
    let room = words.chatroom_id;
    let mut draft = draft(me.id, words)?;
    if let Some(name) = stored_name(&draft) {
        // It may have come without a credential; it is owned by whoever sends it.
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
    // Without its time a twin cannot be told from somebody who says the same again.
    let client_msg_id = words.timestamp.as_deref().map(|it| {
        // Two files without a word may be sent at one moment.
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

/// Read as a moment to refuse what is none, passed on as it was spelled.
#[expect(clippy::option_option, reason = "what is wrong, and what is absent, are two things")]
fn spelled_timestamp(fields: &mut Fields<'_>, name: &str) -> Option<Option<String>> {
    fields.timestamp_opt(name)?;
    Some(fields.raw(name).and_then(|it| it.as_str().map(str::to_owned)))
}

impl From<NewMessage> for Words {
    fn from(new: NewMessage) -> Self {
        let NewMessage { chatroom_id, message_type, read_status: (), content, .. } = new;
        let (media_url, timestamp) = (new.media_url, new.timestamp);
        Self { chatroom_id, message_type, content, media_url, timestamp }
    }
}
