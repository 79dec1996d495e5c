//! A socket without a credential: bound to a person, and through them to rooms.

use std::sync::Arc;

use entity::id::{RoomId, SessionId, UserId};
use tokio::sync::OnceCell;

use crate::{
    chat::{
        engine::handle::Chat,
        session::{
            pairing::{all_of, key, lost, may_hear},
            subscriber::{Binding, Joined, SocketRooms, Subscriber, Why},
        },
    },
    model::{
        actor::Actor,
        allowance::{Allowance, Spender},
        error::{Ban, Doubt, Error},
        session::Device,
    },
};

/// How many seconds before or after a join its person's request for the room comes: the client
/// asks for the history right after joining.
const WINDOW: i64 = 5;
/// Rooms that one socket may hear.
const MOST: usize = 512;

/// Holds a socket's place for as long as it lives.
pub struct Subscription {
    chat: Chat,
    subscriber: Arc<Subscriber>,
    restored: OnceCell<()>,
}

/// Lets a socket in, which hears nothing yet.
pub fn open(
    chat: &Chat,
    device: Option<&Device>,
    socket_rooms: Box<dyn SocketRooms>,
) -> Result<Subscription, Error> {
    let key = device.and_then(|it| key(chat, it));
    let key = key.ok_or(Error::Unauthenticated(Doubt::NoToken))?;
    let subscriber = Arc::new(Subscriber::new(key, socket_rooms));
    chat.subscribers.add(subscriber.clone());
    Ok(Subscription { chat: chat.clone(), subscriber, restored: OnceCell::new() })
}

impl Subscription {
    /// Gives it back the rooms that it had before its connection was lost; whoever asks while
    /// that goes on waits. Comes before anything that its client says.
    pub async fn ready(&self) {
        let restore = || async {
            let _turn = self.subscriber.turn.lock().await;
            if let Err(error) = lost::restore(&self.chat, &self.subscriber).await {
                tracing::warn!(%error, "a socket does not have its rooms again");
            }
        };
        self.restored.get_or_init(restore).await;
    }

    /// What it does counts to its person.
    pub fn spend(&self) -> Result<(), Error> {
        let address = self.subscriber.device.address.map(Spender::at);
        let person = self.subscriber.bound().map(|it| Spender::User(it.me.id));
        person.or(address).map_or(Ok(()), |it| self.chat.limits.spend(Allowance::Other, it))
    }

    /// Who has joined and may not hear may a moment later, see [`asked`].
    pub async fn join(&self, room: RoomId) -> Result<(), Error> {
        let (chat, subscriber) = (&self.chat, &*self.subscriber);
        // Before its turn: the request that tells whose it is may come while it waits, and must
        // find the join.
        chat.subscribers.join(subscriber, room, chat.clock.now());
        let _turn = subscriber.turn.lock().await;
        if subscriber.rooms().len() >= MOST {
            return Err(Error::Forbidden(Ban::NotAllowed));
        }
        let bound = subscriber.bound();
        if let Some(Binding { me, .. }) = bound
            && may_hear(chat, me, room).await.is_ok()
        {
            chat.subscribers.settle(subscriber, me, room);
            subscriber.hear(room, vec![me]);
            lost::keep(chat, subscriber).await;
            return Ok(());
        }
        let since = chat.clock.in_seconds(-WINDOW);
        if let Some(me) = chat.subscribers.claim(subscriber, room, since) {
            return bind(chat, subscriber, me, room).await;
        }
        // Whose it is, is certain, so it does not hear as somebody else what its own person may
        // not.
        if bound.is_some_and(|it| it.why == Why::Asked) {
            return Err(Error::Forbidden(Ban::NotMember));
        }
        let people = all_of(chat, &subscriber.device, room).await?;
        if let ([me], None) = (people.as_slice(), bound) {
            subscriber.bind(Some(Binding { me: *me, why: Why::Alone }));
        }
        subscriber.hear(room, people);
        lost::keep(chat, subscriber).await;
        Ok(())
    }

    pub async fn leave(&self, room: RoomId) {
        let _turn = self.subscriber.turn.lock().await;
        self.subscriber.stop(room);
        lost::keep(&self.chat, &self.subscriber).await;
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        self.chat.subscribers.remove(&self.subscriber);
        let (chat, subscriber) = (self.chat.clone(), self.subscriber.clone());
        // Without a runtime the server is ending, and its next start takes all sockets for lost.
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            let gone = async move {
                let _turn = subscriber.turn.lock().await;
                lost::lose(&chat, &subscriber).await;
            };
            self.chat.tasks.spawn_on(gone, &runtime);
        }
    }
}

/// Somebody asks for a room, as the client does when it opens one: if one socket of the same
/// client joined that room a moment ago, it is theirs. Comes before the answer, so that between
/// what it says and what the socket hears nothing is missed.
pub async fn asked(chat: &Chat, me: Actor, device: Option<&Device>, room: RoomId) {
    let Some(key) = device.and_then(|it| key(chat, it)) else { return };
    let (since, now) = (chat.clock.in_seconds(-WINDOW), chat.clock.now());
    let Joined::One(subscriber) = chat.subscribers.ask(me, &key, room, since, now) else { return };
    let _turn = subscriber.turn.lock().await;
    if let Err(error) = bind(chat, &subscriber, me, room).await {
        tracing::debug!(%error, user = %me.id, "a socket does not hear the room it has joined");
    }
}

/// From now on it hears what this person may.
async fn bind(chat: &Chat, subscriber: &Subscriber, me: Actor, room: RoomId) -> Result<(), Error> {
    let is_new = subscriber.bound().is_none_or(|it| it.me.id != me.id);
    let theirs = || {
        let here = chat.subscribers.at(&subscriber.device);
        here.iter().filter(|it| it.bound().is_some_and(|it| it.me.id == me.id)).count()
    };
    // As for sockets with a credential: one person cannot fill the server with them.
    if is_new && theirs() >= chat.rules.max_sockets_per_user {
        return Err(Error::Forbidden(Ban::NotAllowed));
    }
    subscriber.bind(Some(Binding { me, why: Why::Asked }));
    for (heard, _) in subscriber.rooms() {
        match may_hear(chat, me, heard).await {
            Ok(()) => subscriber.hear(heard, vec![me]),
            Err(_) => subscriber.stop(heard),
        }
    }
    let allowed = may_hear(chat, me, room).await;
    if allowed.is_ok() {
        subscriber.hear(room, vec![me]);
    }
    lost::keep(chat, subscriber).await;
    allowed
}

/// Somebody is in a room no more: whoever hears it for them hears no more, at once.
pub fn person_left(chat: &Chat, room: RoomId, user: UserId) {
    for subscriber in chat.subscribers.all() {
        subscriber.lose_person(room, user);
    }
    look_again(chat, Some(room));
}

/// A session has ended, and with it what is heard for it.
pub fn session_ended(chat: &Chat, session: SessionId) {
    for subscriber in chat.subscribers.all() {
        subscriber.lose_session(session);
    }
    look_again(chat, None);
}

/// Somebody has turned up at a client: a socket that came back there may be theirs.
pub(super) fn doubt(chat: &Chat, key: &Device, me: Actor) {
    let here = chat.subscribers.at(key);
    if here.into_iter().filter(|it| it.doubt(me)).count() > 0 {
        look_again(chat, None);
    }
}

/// Asks for everything that is heard whether it still may be: sessions also end by themselves.
pub async fn recheck(chat: &Chat, only: Option<RoomId>) {
    for subscriber in chat.subscribers.all() {
        let _turn = subscriber.turn.lock().await;
        for (room, people) in subscriber.rooms() {
            if only.is_none_or(|it| it == room) && !may_all(chat, &people, room).await {
                subscriber.stop(room);
            }
        }
        lost::keep(chat, &subscriber).await;
    }
}

/// A join that was under way meanwhile may have let somebody in too late.
fn look_again(chat: &Chat, room: Option<RoomId>) {
    let again = chat.clone();
    chat.tasks.spawn(async move { recheck(&again, room).await });
}

async fn may_all(chat: &Chat, people: &[Actor], room: RoomId) -> bool {
    for me in people {
        match may_hear(chat, *me, room).await {
            // What cannot be asked now is asked again later.
            Ok(()) | Err(Error::Internal(_) | Error::Busy { .. } | Error::Unavailable { .. }) => {}
            Err(_) => return false,
        }
    }
    true
}
