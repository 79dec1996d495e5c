//! `/message/online`: one socket for all rooms of its user, with six actions. Nothing that
//! it is told ends it but `disconnect`.

use std::{ops::ControlFlow, sync::Arc};

use axum::{Extension, extract::State, response::Response};
use entity::message::Type;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{Campus, SocketFault, action::Action, payload::MessageList, words};
use crate::{
    chat::{
        engine::handle::Chat,
        message::{self, reading},
        room::member,
    },
    model::{error::Error, message::Draft, text::MessageText},
    wire::{
        registry::{Close, Entry, Registry, Scope, frame},
        socket::{FrameHandler, Handshake, Received, Refusal, Refused},
    },
};

const GOODBYE: Close = Close { code: 1_000, reason: "" };
const TOO_FAST: Close = Close { code: 1_013, reason: "too many requests" };

pub(super) fn routes() -> OpenApiRouter<Chat> {
    OpenApiRouter::new().routes(routes!(online))
}

/// A WebSocket that hears all my rooms
///
/// Frames are JSON: `{"action_type": "send_message", "chatroom_id": "…", "content": "hello"}`
/// and likewise `get_message` (`limit`, `before_created_at`), `mark_room_read`, `join_room`,
/// `leave_room` and `disconnect`. Messages come as
/// `{"type": "message_list", "chatroom_id": "…", "messages": […]}`.
#[utoipa::path(get, path = "/message/online", tag = "campus",
    params(("token" = Option<String>, Query,
        description = "Else the cookie, else the header, else the cookie of the refresh token")),
    responses((status = 101, description = "The socket is open"),
        (status = 403, description = "Nobody is signed in, or the page is foreign")))]
async fn online(
    State(chat): State<Chat>,
    Extension(registry): Extension<Registry<()>>,
    handshake: Handshake<Campus>,
) -> Result<Response, Refused> {
    let pass = handshake.caller(&chat).await?;
    let registration = registry.register(&chat, &pass, Scope::Everything, ()).await?;
    let connection = Connection { chat: chat.clone(), entry: registration.entry() };
    Ok(handshake.open(&chat, registration, connection))
}

/// Works off what one client asks for.
struct Connection {
    chat: Chat,
    entry: Arc<Entry<()>>,
}

impl FrameHandler for Connection {
    const WORN_OUT: Close = TOO_FAST;

    async fn hear(&mut self, said: Received) -> ControlFlow<Close> {
        match said {
            Received::Json(value) => match Action::read(&value) {
                Ok(Action::Disconnect) => return ControlFlow::Break(GOODBYE),
                Ok(action) => self.work(action).await,
                Err(misunderstood) => self.complain(misunderstood),
            },
            // The client does not come back by itself, so nothing that it says may cost
            // it the socket.
            Received::Text(_) | Received::Binary(_) => {
                self.complain("frames must be JSON".to_owned());
            }
            Received::TooLong => self.complain("this frame is too long".to_owned()),
            Received::Gone => {}
        }
        ControlFlow::Continue(())
    }

    async fn refuse(&mut self, error: Error) -> Refusal {
        self.complain(words(&error));
        Refusal::PassedOver
    }
}

impl Connection {
    async fn work(&self, action: Action) {
        if let Err(error) = self.attempt(action).await {
            if let Error::Internal(cause) = &error {
                tracing::error!(%cause, "an action failed");
            }
            self.complain(words(&error));
        }
    }

    async fn attempt(&self, action: Action) -> Result<(), Error> {
        let (chat, me) = (&self.chat, self.entry.me);
        match action {
            Action::SendMessage { room, content } => {
                // Not answered: the client shows its own words when it hears them as
                // everybody does.
                message::send(chat, me, room, draft(content)?).await.map(drop)
            }
            Action::GetMessage { room, limit, before } => {
                let messages = message::before(chat, me, room, before, limit).await?;
                let cursor = reading::position(chat, me, room).await?;
                let list = MessageList::history(room, &messages, me.id, cursor);
                self.entry.say(frame(&list));
                Ok(())
            }
            // The original answers none of the next three, and the client waits for nothing.
            Action::MarkRoomRead { room } => reading::read(chat, me, room, None).await.map(drop),
            Action::JoinRoom { room } => member::join(chat, me, room).await,
            Action::LeaveRoom { room } => member::leave(chat, me, room).await,
            // A goodbye has ended the connection before it gets here.
            Action::Disconnect | Action::Unknown => Ok(()),
        }
    }

    fn complain(&self, error: String) {
        self.entry.say(frame(&SocketFault { error }));
    }
}

fn draft(content: String) -> Result<Draft, Error> {
    Ok(Draft {
        content: MessageText::parse(content)?.into_string(),
        kind: Type::Text,
        media_url: None,
        // Frames carry no id of the client's, so each of them is another message.
        client_msg_id: None,
        files: Vec::new(),
        reply_to: None,
        sent_at: None,
    })
}
