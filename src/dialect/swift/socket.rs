//! `/ws/chat/{room}`: one room per socket, by number or by name.

use std::{ops::ControlFlow, sync::Arc};

use axum::{
    Extension,
    extract::{Path, State},
    response::Response,
};
use entity::{
    attachment,
    id::{MessageId, RoomId},
    message::Type,
};
use tokio_tungstenite::tungstenite::Utf8Bytes;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    Number, Swift, frame,
    link::{self, File},
    payload::{EMOJI, name},
    reactions::hidden,
    rooms, typing as typists, words,
};
use crate::{
    chat::person::profile,
    dialect::swift::request::{NewMessage, Request},
};
use crate::{
    chat::{
        engine::handle::Chat,
        file::upload,
        message::{self, reaction, reading},
        room::{public, typing},
    },
    model::{
        actor::Actor,
        error::{Error, Thing},
        event::Topic,
        message::Draft,
        text::MessageText,
    },
    wire::{
        registry::{Close, Entry, Registry, Scope},
        socket::{self, FrameHandler, Handshake, Refusal, Refused},
    },
};

/// What this client is told of a room that is not there, as the original does.
const NOT_THERE: Close = Close { code: 1_000, reason: "" };
const TOO_FAST: Close = Close { code: 1_013, reason: "Too many requests" };

pub(super) fn routes() -> OpenApiRouter<Chat> {
    OpenApiRouter::new().routes(routes!(chat))
}

/// A WebSocket in one room
///
/// Frames are JSON, in text or binary frames, and answered in text frames. A client says
/// `{"type": "message", "content": "hello"}`, with `message_type`, `file_url`, `file_name`,
/// `file_size`, `mime_type` or an `attachment` for files; `typing`, `typing_start`,
/// `typing_stop`; and `{"type": "reaction", "message_id": 1, "reaction_type": "👍"}`, with
/// `"action": "remove"` to take it back. It hears `connected`, `user_joined`, `message` (its
/// own, too), `reaction_added`, `reaction_removed`, the kinds of typing, and `error`.
#[utoipa::path(get, path = "/ws/chat/{room}", tag = "swift",
    params(("room" = String, Path, example = "general", description = "A number or a name"),
        ("token" = String, Query)),
    responses((status = 101, description = "The socket is open"),
        (status = 403, description = "Nobody is signed in, or no room is called so")))]
async fn chat(
    State(chat): State<Chat>,
    Extension(registry): Extension<Registry<Number>>,
    Path(room): Path<String>,
    handshake: Handshake<Swift>,
) -> Result<Response, Refused> {
    let pass = handshake.caller(&chat).await?;
    let me = pass.actor;
    let number = match room.parse() {
        Ok(number) => number,
        // The app opens `general` by its name, while the description knows numbers alone.
        Err(_) => public::by_name(&chat, &room).await?.number,
    };
    let view = match rooms::open(&chat, me, number).await {
        // The original lets in whoever names a number of no room, and refuses only names
        // at the door.
        Err(error @ Error::Missing(Thing::Room)) => {
            return Ok(handshake.close_with(frame::error(&words(&error)), NOT_THERE));
        }
        result => result?,
    };
    let room = view.room.chatroom_id;
    let registration = registry.register(&chat, &pass, Scope::Room(room), Number(number)).await?;
    let entry = registration.entry();
    // The app counts itself as connected only when it has heard something.
    entry.say(frame::connected(number, &name(&view), chat.now()));
    let username = profile::card(&chat, me.id).await?.username.clone();
    let joined = || frame::joined(number, &username, chat.now());
    registry.tell_except(Topic::Room(room), &entry, joined);
    // Here a room that one opens counts as read.
    reading::read(&chat, me, room, None).await?;
    let connection = Connection { chat: chat.clone(), registry, entry, room, username };
    Ok(handshake.open(&chat, registration, connection))
}

/// Works off what one client says.
struct Connection {
    chat: Chat,
    registry: Registry<Number>,
    entry: Arc<Entry<Number>>,
    room: RoomId,
    username: String,
}

impl FrameHandler for Connection {
    const WORN_OUT: Close = TOO_FAST;

    async fn hear(&mut self, said: socket::Received) -> ControlFlow<Close> {
        match said {
            socket::Received::Json(value) => self.read(&value).await,
            // The client sends its JSON as binary frames.
            socket::Received::Binary(bytes) => match serde_json::from_slice(&bytes) {
                Ok(value) => self.read(&value).await,
                Err(_) => self.complain("Invalid JSON format"),
            },
            socket::Received::Text(_) => self.complain("Invalid JSON format"),
            socket::Received::TooLong => self.complain("Message too long"),
            // Whoever is cut off does not say that they have stopped.
            socket::Received::Gone => typing::ended(&self.chat, self.room, self.entry.me.id),
        }
        ControlFlow::Continue(())
    }

    async fn refuse(&mut self, error: Error) -> Refusal {
        self.complain(&words(&error));
        Refusal::PassedOver
    }
}

impl Connection {
    async fn read(&self, frame: &serde_json::Value) {
        let said = match Request::read(frame) {
            Ok(said) => said,
            Err(misunderstood) => return self.complain(&misunderstood),
        };
        if let Err(error) = self.attempt(said).await {
            if let Error::Internal(cause) = &error {
                tracing::error!(%cause, "a frame could not be worked off");
            }
            self.complain(&words(&error));
        }
    }

    async fn attempt(&self, said: Request) -> Result<(), Error> {
        let (chat, me) = (&self.chat, self.entry.me);
        match said {
            Request::Message(new) => {
                let draft = draft(chat, me, new).await?;
                message::send(chat, me, self.room, draft).await.map(drop)
            }
            Request::Typing => {
                self.type_on().await?;
                // Each is told, so each counts; one that is too many is not missed.
                if typing::may_be_told(chat, me) {
                    let now = chat.now();
                    self.tell_others(|number| frame::typing(number, &self.username, now));
                }
                Ok(())
            }
            Request::TypingStart => {
                // Only the first one is news to the core; a client may wait for each.
                if self.type_on().await? {
                    let now = chat.now();
                    self.tell_others(|number| frame::typing_start(number, &self.username, now));
                }
                Ok(())
            }
            Request::TypingStop => typing::stop(chat, me, self.room).await,
            Request::React { message, emoji } => {
                self.here(message).await?;
                let put = reaction::put(chat, me, message, emoji, &EMOJI).await;
                put.map(drop)
            }
            Request::TakeBack { message } => {
                self.here(message).await?;
                reaction::remove(chat, me, message, &EMOJI).await.map(drop)
            }
            Request::Unknown => Ok(()),
        }
    }

    /// Says whether it was known before.
    async fn type_on(&self) -> Result<bool, Error> {
        let (chat, me) = (&self.chat, self.entry.me);
        let known = typing::is_typing(chat, me, self.room);
        typing::start(chat, me, self.room).await?;
        Ok(known)
    }

    fn tell_others(&self, render: impl FnOnce(i64) -> Utf8Bytes) {
        typists::tell_others(&self.registry, self.room, self.entry.me.id, render);
    }

    /// Reactions go to messages of this room; of others nothing is said here.
    async fn here(&self, message: MessageId) -> Result<(), Error> {
        let found = message::live(&self.chat, self.entry.me, message).await;
        let found = found.map_err(|it| hidden(it, Thing::Message))?;
        if found.row.chatroom_id == self.room {
            return Ok(());
        }
        Err(Error::Missing(Thing::Message))
    }

    fn complain(&self, error: &str) {
        self.entry.say(frame::error(error));
    }
}

/// With the stored file, if its sender may still send it; else with its address.
async fn draft(chat: &Chat, me: Actor, new: NewMessage) -> Result<Draft, Error> {
    let content = match new.words {
        // A file may go without words, which `MessageText` would refuse.
        words if words.is_empty() => words,
        words => MessageText::parse(words)?.into_string(),
    };
    let mut draft = Draft {
        content,
        kind: new.kind.unwrap_or(Type::Text),
        media_url: None,
        client_msg_id: None,
        files: Vec::new(),
        reply_to: None,
        sent_at: None,
    };
    let Some(mut file) = new.file else { return Ok(draft) };
    if let Some(row) = stored(chat, &file).await? {
        if upload::is_unsent(me, &row) {
            if let Some(name) = &file.file_name {
                upload::rename(chat, me, &row, name).await?;
            }
            draft.files = vec![row.file_id];
        }
        file.file_name.get_or_insert(row.name);
        // What the file is counts, and not what is said of it.
        (file.file_size, file.mime_type) = (Some(row.size), Some(row.mime));
    }
    draft.kind = new.kind.unwrap_or_else(|| link::kind(file.mime_type.as_deref().unwrap_or("")));
    if draft.files.is_empty() {
        draft.media_url = Some(link::spelled(&file)?);
    }
    Ok(draft)
}

async fn stored(chat: &Chat, file: &File) -> Result<Option<attachment::Model>, Error> {
    let Some(name) = file.file_url.as_deref().and_then(link::stored_name) else { return Ok(None) };
    match upload::by_stored_name(chat, name).await {
        // An address may look like ours and lead nowhere; it stays a link then.
        Err(Error::Missing(Thing::File)) => Ok(None),
        result => result.map(Some),
    }
}
