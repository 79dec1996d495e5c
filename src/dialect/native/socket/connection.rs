//! Where one socket's commands are carried out, in the order in which they came.

use std::sync::Arc;

use entity::id::{RoomId, UserId};
use serde::Serialize;
use serde_json::{Value, json};
use socketioxide::extract::SocketRef;

use crate::{
    chat::{
        engine::handle::Chat,
        message::{self, edit, erase, forward, pin, reaction, reading, receipt},
        person::{block, friend, presence},
        room::{self, creation, member, settings, typing},
        search, sync,
    },
    dialect::native::{
        payload,
        socket::{
            RawEvent, Sockets,
            answer::{answer, malformed, worded},
            command::{Command, Touch, Words},
            token_expiry::SocketSession,
            underway::Underway,
        },
    },
    model::{
        actor::Actor,
        error::Error,
        message::{Draft, Message, Sent},
        page::Limit,
        person::{account::Account, friendship::Whom},
        room::{Opened, Settings},
        sync::Head,
        text::MessageText,
    },
    wire::{socketio::Answer, spelling::rfc3339_millis},
};

#[derive(Clone)]
pub(super) struct Connection {
    chat: Chat,
    session: Arc<SocketSession>,
    sockets: Arc<Sockets>,
    underway: Underway,
}

impl Connection {
    pub(super) fn new(chat: Chat, session: Arc<SocketSession>, sockets: Arc<Sockets>) -> Self {
        Self { chat, session, sockets, underway: Underway::default() }
    }

    pub(super) async fn work(&self, event: RawEvent) {
        let RawEvent { event, payload, answer: to } = event;
        match Command::parse(event, &payload) {
            Err(issues) => answer::<()>(to, event, Err(malformed(&issues))),
            // Sends do not wait for each other's commit: only their order matters.
            Ok(Command::Send(words)) => self.send(words, to, event).await,
            Ok(command) => {
                if command.follows_sends() {
                    self.underway.none().await;
                }
                let result = self.carry_out(command, &to.socket).await;
                answer(to, event, result.map_err(|error| worded(&error)));
            }
        }
    }

    async fn send(&self, words: Words, to: Answer, event: &'static str) {
        let room = words.room;
        match draft(words) {
            Ok(draft) => {
                let (sockets, send) = (self.sockets.clone(), self.underway.begin());
                let done = move |sent: Result<Sent, Error>| {
                    answer(to, event, sockets.receipt(sent).map_err(|error| worded(&error)));
                    drop(send);
                };
                let me = self.session.me();
                message::submit(&self.chat, me, room, draft, Box::new(done)).await;
            }
            Err(error) => answer::<()>(to, event, Err(worded(&error))),
        }
    }

    #[expect(clippy::too_many_lines, reason = "an arm for each event")]
    async fn carry_out(&self, command: Command, socket: &SocketRef) -> Result<Value, Error> {
        let (chat, me) = (&self.chat, self.session.me());
        match command {
            Command::Sync(held) => {
                value(&payload::sync::Update::from(&sync::sync(chat, me, &held).await?))
            }
            Command::Refresh(token) => {
                let expires = self.session.renew(chat, socket, &token).await?;
                Ok(json!({"expires_at": rfc3339_millis(expires)}))
            }
            // `work` has them already; here they are sent like any other command.
            Command::Send(words) => {
                let sent = message::send(chat, me, words.room, draft(words)?).await;
                value(&self.sockets.receipt(sent)?)
            }
            Command::List { room, window, limit } => {
                let limit = limit.map_or(Limit::default(), |it| Limit::clamped(it.unsigned_abs()));
                let page = message::history(chat, me, room, window, limit).await?;
                value(&payload::message::Page::from(&page))
            }
            Command::Touch(touch) => self.touch(touch).await,
            Command::Read { room, seq } => {
                let cursor = reading::read(chat, me, room, seq).await?;
                Ok(json!({"last_read_seq": cursor.last_read_seq, "unread_count": cursor.unread}))
            }
            Command::Delivered { room, seq } => {
                let seq = reading::delivered(chat, me, room, seq).await?;
                Ok(json!({"last_delivered_seq": seq}))
            }
            Command::SetUp { room, change } => set_up(settings::set(chat, me, room, change).await),
            Command::Draft { room, text } => set_up(settings::draft(chat, me, room, text).await),
            Command::Search(wanted) => {
                let found = search::messages(chat, me, *wanted).await?;
                value(&payload::search::Found::from(&found))
            }
            Command::StartTyping(room) => done(typing::start(chat, me, room).await),
            Command::StopTyping(room) => done(typing::stop(chat, me, room).await),
            Command::CreateRoom(wanted) => {
                let Opened { view, is_new: created } = creation::create(chat, me, wanted).await?;
                let chatroom = payload::room::RoomItem::from(&view);
                Ok(json!({"chatroom": chatroom, "created": created}))
            }
            Command::UpdateRoom { room, name, description } => {
                let view = room::update(chat, me, room, name, description).await?;
                Ok(json!({"chatroom": payload::room::RoomItem::from(&view)}))
            }
            Command::AddMembers { room, users } => {
                member::add(chat, me, room, &users).await?;
                self.chatroom(room).await
            }
            Command::RemoveMember { room, user } => {
                member::remove(chat, me, room, user).await?;
                self.chatroom(room).await
            }
            Command::SetRole { room, user, role } => {
                member::set_role(chat, me, room, user, role).await?;
                self.chatroom(room).await
            }
            Command::LeaveRoom(room) => {
                member::leave(chat, me, room).await?;
                Ok(json!({"chatroom": {"chatroom_id": room.0}}))
            }
            Command::Befriend(who) => self.befriend(who).await,
            Command::Accept(user) => related(friend::accept(chat, me, user).await),
            Command::Reject(user) => related(friend::reject(chat, me, user).await),
            Command::Cancel(user) => related(friend::cancel(chat, me, user).await),
            Command::Unfriend(user) => related(friend::remove(chat, me, user).await),
            Command::Block(user) => done(block::block(chat, me, user).await.map(drop)),
            Command::Unblock(user) => done(block::unblock(chat, me, user).await),
            Command::SetPresence { mood, status_text } => {
                let mine = presence::set(chat, me, mood, status_text).await?;
                Ok(json!({"presence": payload::presence::Presence::from(&mine)}))
            }
            Command::Subscribe(users) => self.subscribe(&users).await,
            Command::Unsubscribe(users) => {
                self.session.lease.unwatch(&users);
                Ok(json!({"presences": []}))
            }
        }
    }

    async fn touch(&self, touch: Touch) -> Result<Value, Error> {
        let (chat, me) = (&self.chat, self.session.me());
        match touch {
            Touch::Edit { message, content } => {
                let words = payload::message::words(content)?;
                shown(edit::edit(chat, me, message, words).await)
            }
            Touch::Delete(message) => {
                let erased = erase::erase(chat, me, message).await?;
                Ok(json!({"message_id": erased.message.0, "rev": erased.rev}))
            }
            Touch::Pin(message) => shown(pin::pin(chat, me, message).await),
            Touch::Unpin(message) => shown(pin::unpin(chat, me, message).await),
            Touch::Forward { message, room, client_msg_id } => {
                let sent = forward::forward(chat, me, message, room, client_msg_id).await;
                value(&self.sockets.receipt(sent)?)
            }
            Touch::React { message, emoji } => {
                let put = reaction::put(chat, me, message, &emoji, &[]).await?;
                value(&payload::reaction::Reactions::from(put.tallies.as_slice()))
            }
            Touch::TakeBack { message, emoji } => {
                let left = reaction::remove(chat, me, message, &[emoji.trim()]).await?;
                value(&payload::reaction::Reactions::from(left.as_slice()))
            }
            Touch::Receipts(message) => {
                value(&payload::receipt::Receipts::from(&receipt::of(chat, me, message).await?))
            }
        }
    }

    async fn chatroom(&self, room: RoomId) -> Result<Value, Error> {
        let view = room::view(&self.chat, self.session.me(), room).await?;
        Ok(json!({"chatroom": payload::room::RoomItem::from(&view)}))
    }

    async fn befriend(&self, whom: Whom) -> Result<Value, Error> {
        let (chat, me) = (&self.chat, self.session.me());
        related(friend::request(chat, me, whom).await)
    }

    async fn subscribe(&self, users: &[UserId]) -> Result<Value, Error> {
        let SocketSession { lease, .. } = &*self.session;
        let now = presence::subscribe(&self.chat, self.session.me(), lease, users).await?;
        let shown: Vec<_> = now.iter().map(payload::presence::Presence::from).collect();
        Ok(json!({"presences": shown}))
    }
}

/// What a client needs to begin.
pub(super) fn ready(chat: &Chat, me: Actor, account: &Account, heads: &[Head]) -> Value {
    let rooms: Vec<_> = heads.iter().map(payload::sync::Head::from).collect();
    json!({
        "session_id": me.session.0,
        "user_rev": account.rev,
        "user": payload::user::Me::from(account),
        "presence": payload::presence::Presence::from(&presence::own(chat, me)),
        "server_time": rfc3339_millis(chat.now()),
        "limits": {
            "message_characters": MessageText::LONGEST,
            "packet_bytes": 65_536,
            "upload_bytes": chat.rules().max_upload_bytes,
            "page": Limit::MAX,
            "shows_edits": chat.rules().show_edits,
        },
        "rooms": rooms,
    })
}

fn draft(words: Words) -> Result<Draft, Error> {
    payload::message::draft(
        words.content,
        words.kind,
        words.media_url,
        words.client_msg_id,
        words.files,
        words.reply_to,
    )
}

fn shown(message: Result<Message, Error>) -> Result<Value, Error> {
    Ok(json!({"message": payload::message::Message::from(&message?)}))
}

fn related(
    relation: Result<crate::model::person::friendship::Relation, Error>,
) -> Result<Value, Error> {
    Ok(json!({"relation": payload::friend::Relation::from(&relation?)}))
}

fn set_up(settings: Result<Settings, Error>) -> Result<Value, Error> {
    Ok(json!({"settings": payload::room::Settings::from(&settings?)}))
}

fn done(result: Result<(), Error>) -> Result<Value, Error> {
    result.map(|()| json!({}))
}

fn value(it: &impl Serialize) -> Result<Value, Error> {
    serde_json::to_value(it).map_err(Error::internal)
}
