//! `/ws/{channel_id}`: one socket per channel. Nothing but messages is ever said here, so
//! what cannot be one is passed over in silence.

use std::{ops::ControlFlow, sync::Arc, time::Duration};

use axum::{
    Extension,
    extract::{Path, State},
    response::Response,
};
use entity::{id::RoomId, message::Type};
use serde_json::Value;
use tokio::time::sleep;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{ChannelRegistry, Discord, LEFT, channels};
use crate::{
    chat::{engine::handle::Chat, message},
    model::{
        error::{Error, Thing},
        message::Draft,
        text::MessageText,
    },
    wire::{
        registry::{Close, Entry, Scope},
        socket::{FrameHandler, Handshake, Received, Refusal, Refused},
    },
};

const BROKEN: Close = Close { code: 1_011, reason: "internal error" };
const TOO_FAST: Close = Close { code: 1_013, reason: "too many messages" };
/// How often a message that came too soon is tried, a pause before each time.
const ATTEMPTS: u32 = 10;

pub(super) fn routes() -> OpenApiRouter<Chat> {
    OpenApiRouter::new().routes(routes!(open))
}

/// A WebSocket in one channel
///
/// To speak, send `{"content": "Hello, World!"}`, or the bare words. Everybody in the
/// channel hears every message, as the history shows it.
#[utoipa::path(get, path = "/ws/{channel_id}", tag = "discord", security(()),
    params(("channel_id" = i64, Path, example = 4),
        ("token" = String, Query, description = "The access token", example = "eyJhbGci…")),
    responses((status = 101, description = "The socket is open"),
        (status = 403, description = "No good token, or no such channel, or not a member")))]
async fn open(
    State(chat): State<Chat>,
    Extension(registry): Extension<ChannelRegistry>,
    Path(number): Path<String>,
    handshake: Handshake<Discord>,
) -> Result<Response, Refused> {
    // A number that is none is refused as one that leads nowhere, and as the original does.
    let number = number.parse().map_err(|_| Error::Missing(Thing::Room))?;
    let pass = handshake.caller(&chat).await?;
    let room = channels::entered(&chat, pass.actor, number).await?;
    let registration = registry.register(&chat, &pass, Scope::Room(room), number).await?;
    let connection = Connection { chat: chat.clone(), room, entry: registration.entry() };
    Ok(handshake.open(&chat, registration, connection))
}

/// Takes down what one client says.
struct Connection {
    chat: Chat,
    room: RoomId,
    entry: Arc<Entry<i64>>,
}

impl FrameHandler for Connection {
    const WORN_OUT: Close = TOO_FAST;

    async fn hear(&mut self, said: Received) -> ControlFlow<Close> {
        match words(said).and_then(|it| MessageText::parse(it).ok()) {
            Some(text) => self.send(&text).await,
            None => ControlFlow::Continue(()),
        }
    }

    async fn refuse(&mut self, error: Error) -> Refusal {
        // The next frame is not read before this is over, which slows the client down.
        if let Error::TooMany { retry_after } = error {
            sleep(retry_after).await;
        }
        Refusal::TriedAgain
    }
}

impl Connection {
    /// Nobody can be told that they are too fast, so they are listened to more slowly.
    async fn send(&self, text: &MessageText) -> ControlFlow<Close> {
        for _ in 0..ATTEMPTS {
            match message::send(&self.chat, self.entry.me, self.room, draft(text)).await {
                Ok(_) => return ControlFlow::Continue(()),
                Err(
                    Error::TooMany { retry_after }
                    | Error::Busy { retry_after }
                    | Error::Unavailable { retry_after },
                ) => {
                    sleep(retry_after.min(Duration::from_secs(1))).await;
                }
                Err(error) => return ControlFlow::Break(ending(&error)),
            }
        }
        ControlFlow::Break(TOO_FAST)
    }
}

/// Why a socket whose message was refused is of no more use.
fn ending(error: &Error) -> Close {
    match error {
        // They left while their words were on the way; the news of it would close the socket alike.
        Error::Forbidden(_) | Error::Missing(_) => LEFT,
        Error::Internal(cause) => {
            tracing::error!(%cause, "a message was not stored");
            BROKEN
        }
        Error::Unauthenticated(_)
        | Error::Taken(_)
        | Error::Invalid(_)
        | Error::TooLarge { .. }
        | Error::DiskFull
        | Error::Unsupported
        | Error::TooMany { .. }
        | Error::Busy { .. }
        | Error::Unavailable { .. }
        | Error::TooSlow => BROKEN,
    }
}

/// What is to be read out of a frame, blank or not. Some clients send their JSON as bytes.
fn words(said: Received) -> Option<String> {
    match said {
        Received::Json(frame) => content(frame),
        // To the original a text that is no JSON is the message itself.
        Received::Text(text) => Some(text.to_string()),
        Received::Binary(bytes) => serde_json::from_slice(&bytes).ok().and_then(content),
        Received::TooLong | Received::Gone => None,
    }
}

fn content(mut frame: Value) -> Option<String> {
    match frame.get_mut("content")?.take() {
        Value::String(text) => Some(text),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
            None
        }
    }
}

fn draft(text: &MessageText) -> Draft {
    Draft {
        content: text.as_str().to_owned(),
        kind: Type::Text,
        media_url: None,
        client_msg_id: None,
        files: Vec::new(),
        reply_to: None,
        sent_at: None,
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use serde_json::json;

    use super::*;

    #[test]
    fn words_are_found_in_text_in_json_and_in_bytes_that_are_json() {
        let json = |frame| words(Received::Json(frame));
        assert_eq!(json(json!({"content": "hello", "x": 1})).as_deref(), Some("hello"));
        for frame in [json!({}), json!({"content": 5}), json!([1]), json!(5), json!("hello")] {
            assert_eq!(json(frame.clone()), None, "{frame}");
        }
        assert_eq!(words(Received::Text("{oops".into())).as_deref(), Some("{oops"));
        let bytes = |it: &'static [u8]| words(Received::Binary(Bytes::from_static(it)));
        assert_eq!(bytes(br#"{"content": "hello"}"#).as_deref(), Some("hello"));
        for noise in [&b"hello"[..], b"\xff\xfe", b"", b"[1]"] {
            assert_eq!(bytes(noise), None, "{noise:?}");
        }
    }
}
