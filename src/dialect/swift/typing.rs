//! Who types, told as beginnings and ends: the core tells whole lists, and this client
//! understands nothing else. Work for a task of its own, since names may have to be looked
//! up and whoever publishes must not wait.

use std::collections::{BTreeMap, HashMap};

use entity::id::{RoomId, UserId};
use tokio::sync::mpsc;
use tokio_tungstenite::tungstenite::Utf8Bytes;

use super::{Number, frame};
use crate::{
    chat::{engine::handle::Chat, person::profile},
    model::event::Topic,
    wire::registry::{Entry, Registry},
};

/// A room, and everybody who types there now.
pub(super) type List = (RoomId, Vec<UserId>);

/// Lists that may wait; the next one of a room heals the loss of another.
const PATIENCE: usize = 256;

/// Whom the sockets of each room have been told of.
type Told = HashMap<RoomId, BTreeMap<UserId, String>>;

pub(super) fn watch(chat: &Chat, registry: Registry<Number>) -> mpsc::Sender<List> {
    let (sender, mut lists) = mpsc::channel::<List>(PATIENCE);
    let listener = chat.clone();
    chat.spawn(async move {
        let mut told = Told::new();
        while let Some(Some((room, people))) = listener.until_stopped(lists.recv()).await {
            compare(&listener, &registry, &mut told, room, &people).await;
        }
    });
    sender
}

/// Everybody but the one who does it.
pub(super) fn tell_others(
    registry: &Registry<Number>,
    room: RoomId,
    who: UserId,
    render: impl FnOnce(i64) -> Utf8Bytes,
) {
    let others: Vec<_> =
        // By person, so that nobody is told on one device that they type on another.
        registry.of(Topic::Room(room)).into_iter().filter(|it| it.me.id != who).collect();
    let Some(first) = others.first() else { return };
    let frame = render(number(first));
    for entry in &others {
        entry.say(frame.clone());
    }
}

async fn compare(
    chat: &Chat,
    registry: &Registry<Number>,
    told: &mut Told,
    room: RoomId,
    people: &[UserId],
) {
    // Whoever comes later knows of nobody.
    if registry.any_of(Topic::Room(room)).is_none() {
        told.remove(&room);
        return;
    }
    let known = told.entry(room).or_default();
    let gone: Vec<UserId> = known.keys().copied().filter(|it| !people.contains(it)).collect();
    for user in gone {
        if let Some(name) = known.remove(&user) {
            let now = chat.now();
            tell_others(registry, room, user, |number| frame::typing_stop(number, &name, now));
        }
    }
    for user in people {
        if known.contains_key(user) {
            continue;
        }
        // Somebody without a name has just been deleted.
        let Ok(card) = profile::card(chat, *user).await else { continue };
        let now = chat.now();
        tell_others(registry, room, *user, |number| {
            frame::typing_start(number, &card.username, now)
        });
        // The end is told under the same name as the beginning, whatever they are called by then.
        known.insert(*user, card.username.clone());
    }
    if known.is_empty() {
        told.remove(&room);
    }
}

fn number(entry: &Entry<Number>) -> i64 {
    entry.state.0
}
