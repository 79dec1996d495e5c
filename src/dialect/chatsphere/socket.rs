//! `/ws`: one socket for all chats of its user. It is accepted first, so that its client
//! sees why it is closed; nothing that it says ends it.

use std::{collections::HashSet, ops::ControlFlow, sync::Arc};

use axum::{Extension, extract::State, response::Response};
use entity::chatroom::Kind;
use serde::Serialize;
use serde_json::json;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    ChatSphere, UNAUTHENTICATED,
    address::{Address, ChatType},
    audience::{self, SocketState},
    frame::{Ask, Misread, Words},
    online::{Parting, PresenceSignal},
    payload::{Frame, Person},
};
use crate::{
    chat::{
        engine::{admission, handle::Chat},
        message,
        person::{presence, profile},
        room::{self, member, typing},
    },
    model::{
        error::{Doubt, Error, Thing},
        message::Draft,
        person::Card,
        room::Identity,
        session::Pass,
        text::MessageText,
    },
    wire::{
        registry::{Close, Entry, Registry, Scope, frame, registration::Registration},
        socket::{FrameHandler, Handshake, Received, Refusal, Refused},
        spelling::rfc3339_millis,
    },
};

const TOO_FAST: Close = Close { code: 1_013, reason: "操作过于频繁" };
const NOT_SENT: &str = "消息发送失败，请重试";

pub(super) fn routes() -> OpenApiRouter<Chat> {
    OpenApiRouter::new().routes(routes!(open))
}

/// A WebSocket that hears all my chats, and every public room
///
/// Frames are JSON: `{"type": "send_message", "data": {"content": "hello", "chat_type":
/// "room", "chat_id": "general"}}` and likewise `typing` (`is_typing`), `join_room` and
/// `leave_room` (`room_id`), and `ping`. What comes is `{"type", "data", "timestamp"}`:
/// `connection_established`, `online_users`, `message`, `conversation_updated`, `typing`,
/// `user_joined`, `user_left`, `pong` and `error`. Without a good token the connection is
/// accepted and then closed with 4001.
#[utoipa::path(get, path = "/ws", tag = "chatsphere", security(()),
    params(("token" = String, Query, description = "An access token")),
    responses((status = 101, description = "The socket is open"),
        (status = 429, description = "Too many handshakes, or too many sockets")))]
pub(super) async fn open(
    State(chat): State<Chat>,
    Extension(registry): Extension<Registry<SocketState>>,
    Extension(signal): Extension<PresenceSignal>,
    handshake: Handshake<ChatSphere>,
) -> Result<Response, Refused> {
    let admitted = match handshake.caller(&chat).await {
        Ok(pass) => admit(&chat, &registry, &pass).await,
        Err(error) => Err(error),
    };
    match admitted {
        Ok(registration) => {
            // Its own socket is registered already, and hears the list as well.
            signal.notify();
            let (entry, parting) = (registration.entry(), signal.on_parting());
            let connection = Connection { chat: chat.clone(), registry, entry, _parting: parting };
            Ok(handshake.open(&chat, registration, connection))
        }
        Err(Error::Unauthenticated(doubt)) => {
            let close = Close { code: UNAUTHENTICATED, reason: reason(doubt) };
            Ok(handshake.close(close))
        }
        // There are codes for who somebody is, and none for a server that is busy.
        Err(error) => Err(error.into()),
    }
}

/// Registered, with the greeting as the first frame, whatever else goes on.
async fn admit(
    chat: &Chat,
    registry: &Registry<SocketState>,
    pass: &Pass,
) -> Result<Registration<SocketState>, Error> {
    let user = profile::mine(chat, pass.actor).await?;
    let greeting = json!({"message": "连接已建立", "user": Person::from(&Card::from(&user))});
    let greeting = Frame::new("connection_established", greeting, chat.now());
    let state = SocketState::new(user.public_id);
    registry.register_greeted(chat, pass, Scope::Everything, state, frame(&greeting)).await
}

fn reason(doubt: Doubt) -> &'static str {
    match doubt {
        Doubt::NoToken => "缺少认证token",
        Doubt::BadToken | Doubt::Expired | Doubt::WrongPassword => "认证失败",
        Doubt::Revoked => "无效token",
        Doubt::UnknownUser => "用户不存在",
    }
}

/// Works off what one client says.
struct Connection {
    chat: Chat,
    registry: Registry<SocketState>,
    entry: Arc<Entry<SocketState>>,
    /// Dropped after the registration, when its user is no longer there.
    _parting: Parting,
}

#[derive(Serialize)]
struct Pong {
    #[serde(rename = "type")]
    kind: &'static str,
    timestamp: String,
}

#[derive(Serialize)]
struct Moved {
    user_id: Uuid,
    username: String,
    display_name: String,
    room_id: String,
}

/// What a client of old hears.
#[derive(Serialize)]
struct ChatMessage {
    #[serde(rename = "type")]
    kind: &'static str,
    from_user_id: Uuid,
    from_username: String,
    from_display_name: String,
    room_id: String,
    content: String,
    timestamp: String,
}

impl FrameHandler for Connection {
    const WORN_OUT: Close = TOO_FAST;

    async fn hear(&mut self, said: Received) -> ControlFlow<Close> {
        match said {
            Received::Json(value) => match Ask::read(&value) {
                Ok(ask) => self.work(ask).await,
                Err(misread) => self.complain(&worded(misread)),
            },
            Received::Text(_) | Received::Binary(_) => self.complain(&worded(Misread::NoJson)),
            Received::TooLong => self.complain("消息过长"),
            Received::Gone => {}
        }
        ControlFlow::Continue(())
    }

    async fn refuse(&mut self, _: Error) -> Refusal {
        self.complain("操作过于频繁，请稍后再试");
        Refusal::PassedOver
    }
}

fn worded(misread: Misread) -> String {
    match misread {
        Misread::NoJson => "无效的JSON格式".to_owned(),
        Misread::Unknown(kind) => format!("未知的消息类型: {kind}"),
        Misread::Send => NOT_SENT.to_owned(),
        Misread::Incomplete => "消息格式错误".to_owned(),
    }
}

impl Connection {
    async fn work(&self, ask: Ask) {
        let (done, otherwise) = match ask {
            Ask::Send(words) => (self.send(words).await, NOT_SENT),
            Ask::Chat { room_id, content } => (self.chat(room_id, content).await, NOT_SENT),
            Ask::Typing { address, is_typing } => {
                (self.typing(&address, is_typing).await, "操作失败，请重试")
            }
            Ask::JoinRoom { room_id } => (self.join(room_id).await, "加入房间失败"),
            Ask::LeaveRoom { room_id } => (self.leave(room_id).await, "离开房间失败"),
            Ask::Ping => {
                let timestamp = rfc3339_millis(self.chat.now());
                // Without `data`, as the original spells it.
                self.entry.say(frame(&Pong { kind: "pong", timestamp }));
                return;
            }
            Ask::Blank => return,
        };
        if let Err(error) = done {
            if let Error::Internal(cause) = &error {
                tracing::error!(%cause, "what a client said could not be worked off");
            }
            // The original says of each what did not work, and never why.
            self.complain(otherwise);
        }
    }

    /// Whoever writes in a public room has it in their list from then on. Everybody hears
    /// of the message by the bus, its sender too.
    async fn send(&self, words: Words) -> Result<(), Error> {
        let (chat, me) = (&self.chat, self.entry.me);
        let draft = Draft {
            content: MessageText::parse(words.content)?.into_string(),
            kind: words.kind,
            media_url: None,
            client_msg_id: None,
            files: Vec::new(),
            reply_to: words.reply_to,
            sent_at: None,
        };
        let room = words.address.open(chat, me).await?;
        if words.address.chat_type == ChatType::Room {
            member::join(chat, me, room).await?;
        }
        message::send(chat, me, room, draft).await.map(drop)
    }

    async fn typing(&self, address: &Address, is_typing: bool) -> Result<(), Error> {
        let (chat, me) = (&self.chat, self.entry.me);
        // In a chat that has not begun nobody is listening.
        let Some(room) = address.find(chat, me).await? else { return Ok(()) };
        if is_typing {
            typing::start(chat, me, room).await
        } else {
            typing::stop(chat, me, room).await
        }
    }

    async fn join(&self, room_id: String) -> Result<(), Error> {
        let room = self.heard(room_id).await?;
        // Whoever may hear any other room is in it already.
        if room.kind == Kind::Public {
            // Whoever has come in has it in their list, and is told what they have not read.
            member::join(&self.chat, self.entry.me, room.room).await?;
        }
        // That they came has been told, if this screen had the room open already.
        if self.entry.state.enter(room.room) {
            self.tell_moved("user_joined", &room).await?;
        }
        Ok(())
    }

    async fn leave(&self, room_id: String) -> Result<(), Error> {
        let room = self.heard(room_id).await?;
        if self.entry.state.leave(room.room) {
            self.tell_moved("user_left", &room).await?;
        }
        Ok(())
    }

    async fn tell_moved(&self, kind: &str, room: &Identity) -> Result<(), Error> {
        let (chat, me) = (&self.chat, self.entry.me);
        let card = profile::card(chat, me.id).await?;
        let Person { id, username, display_name, .. } = Person::from(&*card);
        // Only private chats are called differently by each, and none gets here.
        let room_id = Address::of(room, me.id).chat_id;
        let data = Moved { user_id: id, username, display_name, room_id };
        let moved = Frame::new(kind, data, chat.now());
        let hidden = presence::hidden_from(chat, &[me.id]).await?;
        audience::tell_others(&self.registry, room, me.id, &hidden, || frame(&moved));
        Ok(())
    }

    async fn chat(&self, room_id: String, content: String) -> Result<(), Error> {
        let (chat, me) = (&self.chat, self.entry.me);
        // Nothing is stored, so nobody has paid for it on the way.
        admission::fleeting_message(chat, me)?;
        let content = MessageText::parse(content)?.into_string();
        let room = self.heard(room_id).await?;
        let card = profile::card(chat, me.id).await?;
        let Person { id, username, display_name, .. } = Person::from(&*card);
        let said = ChatMessage {
            kind: "chat_message",
            from_user_id: id,
            from_username: username,
            from_display_name: display_name,
            room_id: Address::of(&room, me.id).chat_id,
            content,
            timestamp: rfc3339_millis(chat.now()),
        };
        // A block hides who is there, and not what is said in a room.
        audience::tell_others(&self.registry, &room, me.id, &HashSet::new(), || frame(&said));
        Ok(())
    }

    /// A public room, or a group of mine: this client calls both rooms here.
    async fn heard(&self, room_id: String) -> Result<Arc<Identity>, Error> {
        let (chat, me) = (&self.chat, self.entry.me);
        let mut address = Address { chat_type: ChatType::Room, chat_id: room_id };
        let mut found = address.find(chat, me).await?;
        if found.is_none() {
            address.chat_type = ChatType::Group;
            found = address.find(chat, me).await?;
        }
        let room = found.ok_or(Error::Missing(Thing::Room))?;
        member::may_listen(chat, me, room).await?;
        room::identity(chat, room).await
    }

    fn complain(&self, message: &str) {
        let error = Frame::new("error", json!({"message": message}), self.chat.now());
        self.entry.say(frame(&error));
    }
}
