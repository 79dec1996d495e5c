//! Where one socket's commands are carried out, in the order in which they came.

use std::sync::Arc;

use entity::id::UserId;
use serde_json::{Value, json};
use socketioxide::extract::SocketRef;

use crate::{
    chat::{engine::handle::Chat, message, person::presence},
    dialect::native::{
        operation::message::NewMessage,
        payload,
        socket::{
            Sockets,
            answer::{answer, malformed, worded},
            events::{Connected, Does, Known, NewToken, People},
            token_expiry::SocketSession,
            underway::Underway,
        },
    },
    model::{error::Error, message::Sent},
    wire::{
        fields::{self, FieldError},
        socketio::{Answer, posting::RawEvent},
        spelling::rfc3339_millis,
    },
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

    pub(super) async fn work(&self, event: RawEvent<&'static Known>) {
        let RawEvent { event: Known { event, does, .. }, payload, answer: to } = event;
        let name = event.name;
        let result = match does {
            Does::Send => match fields::from_body(&payload, true) {
                Ok(new) => return self.send(new, to, name).await,
                Err(errors) => Err(errors),
            },
            Does::Operation(begin) => match begin(&payload) {
                Ok(operation) => {
                    if event.follows_sends {
                        // Whoever reads right after a send reads what they sent.
                        self.underway.none().await;
                    }
                    Ok(operation(self.chat.clone(), self.session.me()).await)
                }
                Err(errors) => Err(errors),
            },
            Does::Connection(own) => self.change(*own, &payload, &to.socket).await,
        };
        let result = result.map_err(|errors| malformed(&errors));
        answer(to, name, result.and_then(|it| it.map_err(|error| worded(&error))));
    }

    async fn send(&self, new: NewMessage, to: Answer, event: &'static str) {
        let room = new.chatroom_id;
        match new.draft() {
            Ok(draft) => {
                let (sockets, send) = (self.sockets.clone(), self.underway.begin());
                let done = move |sent: Result<Sent, Error>| {
                    answer(to, event, sockets.receipt(sent).map_err(|error| worded(&error)));
                    // Only now: what waits for this send is not answered before it.
                    drop(send);
                };
                let me = self.session.me();
                // This waits for a place in the order, and not for the commit.
                message::submit(&self.chat, me, room, draft, Box::new(done)).await;
            }
            Err(error) => answer::<()>(to, event, Err(worded(&error))),
        }
    }

    /// Does what can only be done to a connection, or tells what is wrong with the payload.
    async fn change(
        &self,
        what: Connected,
        payload: &Value,
        socket: &SocketRef,
    ) -> Result<Result<Value, Error>, Vec<FieldError>> {
        Ok(match what {
            Connected::Refresh => {
                let NewToken { token } = fields::from_body(payload, true)?;
                let renewed = self.session.renew(&self.chat, socket, &token).await;
                renewed.map(|until| json!({"expires_at": rfc3339_millis(until)}))
            }
            Connected::Subscribe => {
                let People { user_ids } = fields::from_body(payload, true)?;
                self.subscribe(&user_ids).await
            }
            Connected::Unsubscribe => {
                let People { user_ids } = fields::from_body(payload, true)?;
                self.session.lease.unwatch(&user_ids);
                // Of whom one hears no more there is nothing to show.
                Ok(json!({"presences": []}))
            }
        })
    }

    async fn subscribe(&self, users: &[UserId]) -> Result<Value, Error> {
        let SocketSession { lease, .. } = &*self.session;
        let now = presence::subscribe(&self.chat, self.session.me(), lease, users).await?;
        let shown: Vec<_> = now.iter().map(payload::presence::Presence::from).collect();
        Ok(json!({"presences": shown}))
    }
}
