//! Messages: said, read, changed, taken back, passed on.

use axum::{
    Json,
    http::{HeaderMap, StatusCode},
    response::Response,
};
use entity::{
    id::{FileId, MessageId, RoomId},
    message,
};
use parlor_derive::operation;
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{RefOr, Schema},
};
use uuid::Uuid;

use super::{
    Answer, Entry,
    answer::{Documented, Gone, Named, Same, at, object, value},
    entry,
    page::{List, cursor, spell},
    request::OfMessage,
};
use crate::{
    chat::{
        engine::handle::Chat,
        message::{self as messages, edit as edits, erase, forward as forwarding},
    },
    dialect::native::payload::message::{
        KINDS, LONGEST_LINK, MOST_FILES, Message, Page, Version, draft, words,
    },
    model::{
        actor::Actor,
        error::Error,
        message::{Draft, Sent},
        page::{Limit, Window},
        text::MessageText,
    },
    wire::fields::{Fields, Shape, bound::Bound},
};

pub(super) fn operations() -> Vec<Entry> {
    vec![
        entry::<send>(),
        entry::<history>(),
        entry::<show>(),
        entry::<edit>(),
        entry::<delete>(),
        entry::<versions>(),
        entry::<forward>(),
    ]
}

#[derive(Shape, ToSchema)]
#[shape(closed)]
#[schema(as = native::NewMessage)]
pub struct NewMessage {
    #[schema(value_type = Uuid)]
    pub chatroom_id: RoomId,
    #[schema(example = "hello")]
    #[shape(bound = Bound::up_to(MessageText::LONGEST))]
    content: Option<String>,
    /// `text`, `image`, `audio`, `file` or `video`.
    #[schema(example = "text", value_type = Option<String>)]
    #[shape(one_of = KINDS)]
    message_type: Option<message::Type>,
    #[shape(bound = Bound::Link(LONGEST_LINK))]
    media_url: Option<String>,
    /// Your own id for it: the same one again is answered with the same message.
    client_msg_id: Option<Uuid>,
    #[schema(value_type = Option<Vec<Uuid>>)]
    #[shape(bound = Bound::Items(MOST_FILES))]
    attachment_ids: Option<Vec<FileId>>,
    /// The message of this room that it answers.
    #[schema(example = 1023, value_type = Option<i64>)]
    reply_to_id: Option<MessageId>,
}

pub const SEND: &str = "message:send";

/// Say something; the answer comes once it is stored
#[operation(event = SEND, at_once,
    post = "/v1/rooms/{chatroom_id}/messages", body, key = client_msg_id,
    answers(200 = "It was stored before"), refuses(403, 404, 409, 422, 429))]
async fn send(chat: &Chat, me: Actor, new: NewMessage) -> Result<Stored, Error> {
    let room = new.chatroom_id;
    Ok(Stored(messages::send(chat, me, room, new.draft()?).await?))
}

impl NewMessage {
    pub fn draft(self) -> Result<Draft, Error> {
        let files = self.attachment_ids.unwrap_or_default();
        let Self { content, message_type, media_url, client_msg_id, reply_to_id, .. } = self;
        draft(content, message_type, media_url, client_msg_id, files, reply_to_id)
    }
}

#[derive(Shape, ToSchema)]
#[shape(closed, check = History::check)]
struct History {
    #[schema(value_type = Uuid)]
    chatroom_id: RoomId,
    before_seq: Option<i64>,
    after_seq: Option<i64>,
    around_seq: Option<i64>,
    #[schema(value_type = Option<i64>)]
    limit: Limit,
}

/// A page of a room's history
#[operation(
    event = "message:list",
    get = "/v1/rooms/{chatroom_id}/messages",
    refuses(403, 404, 422)
)]
async fn history(chat: &Chat, me: Actor, wanted: History) -> Result<Same<Page>, Error> {
    let (room, limit) = (wanted.chatroom_id, wanted.limit);
    Ok(Same(Page::from(&messages::history(chat, me, room, wanted.window(), limit).await?)))
}

impl History {
    fn check(&self, fields: &mut Fields<'_>) {
        if [self.before_seq, self.after_seq, self.around_seq].iter().flatten().count() > 1 {
            fields
                .refuse("before_seq", "only one of before_seq, after_seq and around_seq is taken");
        }
    }

    /// Below zero there is as little as at zero, so nothing is lost by stopping there.
    fn window(&self) -> Window {
        match (self.before_seq, self.after_seq, self.around_seq) {
            (Some(seq), ..) => Window::Before(seq.max(0)),
            (_, Some(seq), _) => Window::After(seq.max(0)),
            (.., Some(seq)) => Window::Around(seq.max(0)),
            (None, None, None) => Window::Newest,
        }
    }
}

/// A message, or what is left of it
#[operation(get = "/v1/messages/{message_id}", refuses(403, 404))]
async fn show(chat: &Chat, me: Actor, it: OfMessage) -> Result<Same<Message>, Error> {
    Ok(Same(Message::from(&messages::find(chat, me, it.message_id).await?)))
}

#[derive(Shape, ToSchema)]
#[shape(closed)]
#[schema(as = native::MessageEdit)]
struct MessageEdit {
    #[schema(example = 1024, value_type = i64)]
    message_id: MessageId,
    /// Empty takes the words away from a message with files.
    #[schema(example = "hello, Bob")]
    #[shape(bound = Bound::up_to(MessageText::LONGEST))]
    content: String,
}

/// Say something else instead; what was there before is kept
#[operation(
    event = "message:edit",
    patch = "/v1/messages/{message_id}",
    body,
    refuses(403, 404, 422)
)]
async fn edit(chat: &Chat, me: Actor, new: MessageEdit) -> Result<Named<Message>, Error> {
    let message = edits::edit(chat, me, new.message_id, words(new.content)?).await?;
    Ok(Named(Message::from(&message)))
}

/// Where a deleted message was.
#[derive(Serialize, ToSchema)]
struct Deleted {
    message_id: i64,
    rev: i64,
}

/// Delete a message for everybody, with its files; its place stays
#[operation(event = "message:delete", delete = "/v1/messages/{message_id}", refuses(403, 404))]
async fn delete(chat: &Chat, me: Actor, it: OfMessage) -> Result<Gone<Deleted>, Error> {
    let erased = erase::erase(chat, me, it.message_id).await?;
    Ok(Gone(Deleted { message_id: erased.message.0, rev: erased.rev }))
}

#[derive(Shape, ToSchema)]
struct Versions {
    #[schema(example = 1024, value_type = i64)]
    message_id: MessageId,
    #[schema(value_type = Option<i64>)]
    limit: Limit,
    #[schema(value_type = Option<String>)]
    #[shape(with = cursor)]
    cursor: Option<i64>,
}

/// What a message said before, the latest first
///
/// A setting of the server decides whether all members may read it.
#[operation(get = "/v1/messages/{message_id}/edits", refuses(403, 404))]
async fn versions(chat: &Chat, me: Actor, wanted: Versions) -> Result<List<Version>, Error> {
    let Versions { message_id, limit, cursor } = wanted;
    let versions = edits::versions(chat, me, message_id, cursor, limit).await?;
    // One that is just full may be the last, and then the next is empty.
    let is_full = versions.len() as u64 == limit.get();
    let next = versions.last().filter(|_| is_full).map(|it| spell(it.rev));
    Ok(List { items: versions.iter().map(Version::from).collect(), next })
}

#[derive(Shape, ToSchema)]
#[shape(closed)]
#[schema(as = native::Forward)]
#[expect(clippy::struct_field_names, reason = "the names are the protocol's")]
struct Forward {
    #[schema(example = 1024, value_type = i64)]
    message_id: MessageId,
    #[schema(value_type = Uuid)]
    chatroom_id: RoomId,
    /// Your own id for the new message: the same one again is answered with the same message.
    client_msg_id: Option<Uuid>,
}

/// Say the same in a room, with the name of who said it first
#[operation(event = "message:forward",
    post = "/v1/messages/{message_id}/forward", body, key = client_msg_id,
    answers(200 = "It was stored before"), refuses(403, 404, 409, 413, 422, 429))]
async fn forward(chat: &Chat, me: Actor, wanted: Forward) -> Result<Stored, Error> {
    let Forward { message_id, chatroom_id, client_msg_id } = wanted;
    Ok(Stored(forwarding::forward(chat, me, message_id, chatroom_id, client_msg_id).await?))
}

/// A message that has its place in a room, or had it already.
struct Stored(Sent);

impl Answer for Stored {
    fn to_value(&self) -> Result<Value, Error> {
        // Only a forward comes here: whoever sends by an event is answered in the words
        // of the news.
        let message = value(&Message::from(&*self.0.message))?;
        Ok(json!({"message": message, "duplicate": self.0.duplicate}))
    }

    fn into_response(self, _: &HeaderMap) -> Result<Response, Error> {
        let status = if self.0.duplicate { StatusCode::OK } else { StatusCode::CREATED };
        let row = &self.0.message.row;
        let place = format!("/v1/rooms/{}/messages?around_seq={}", row.chatroom_id, row.seq);
        Ok(at(status, place, Json(Message::from(&*self.0.message))))
    }

    fn describe(document: &mut Documented) {
        document.body::<Message>(StatusCode::OK);
        document.body::<Message>(StatusCode::CREATED);
    }

    fn describe_event(document: &mut Documented) -> RefOr<Schema> {
        object([("message", document.know::<Message>()), ("duplicate", bool::schema())])
    }
}
