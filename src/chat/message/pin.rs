//! Messages that a room keeps in view.

use std::collections::HashMap;

use entity::{
    id::{MessageId, RoomId},
    message,
};

use crate::{
    chat::{
        engine::{change::Change, handle::Chat},
        message::{room, view},
    },
    model::{
        actor::Actor,
        error::{Error, Problem},
        event::{
            Topic,
            message::{MessageNews, Updated},
        },
        message::Message,
    },
    policy::Facts,
    store,
};

/// Of more, nobody keeps an overview.
const MOST: u64 = 100;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Pin {
    On,
    Off,
}

/// Pins a message; a second time changes nothing.
pub async fn pin(chat: &Chat, me: Actor, message: MessageId) -> Result<Message, Error> {
    turn(chat, me, message, Pin::On).await
}

/// Unpins a message; one that is not pinned stays as it is.
pub async fn unpin(chat: &Chat, me: Actor, message: MessageId) -> Result<Message, Error> {
    turn(chat, me, message, Pin::Off).await
}

/// All that a room has pinned, the latest first.
pub async fn of_room(chat: &Chat, me: Actor, room: RoomId) -> Result<Vec<Message>, Error> {
    let permit = chat.roster.facts(&chat.db, me.id, room).await?.may_read()?;
    let pins = store::message::pin::of_room(&chat.db, permit).await?;
    let ids: Vec<MessageId> = pins.iter().map(|it| it.message_id).collect();
    let mut rows = store::message::find_all(&chat.db, &ids).await?;
    // They were found by their ids, so what the reader has deleted for themselves is still among
    // them.
    rows.retain(|it| permit.shows(it.seq));
    let messages = view::dress(&chat.roster, &chat.db, permit, rows).await?;
    let mut found: HashMap<MessageId, Message> =
        messages.into_iter().map(|it| (it.row.message_id, it)).collect();
    Ok(ids.iter().filter_map(|it| found.remove(it)).collect())
}

async fn turn(chat: &Chat, me: Actor, message: MessageId, wanted: Pin) -> Result<Message, Error> {
    let facts = room::facts(chat, me, message).await?;
    // Most refusals cost no lock that way. It is asked again once the room is held.
    facts.may_pin()?;
    chat.change(async |change| set_pinned(chat, change, facts, message, wanted).await).await
}

async fn set_pinned(
    chat: &Chat,
    change: &mut Change,
    facts: Facts,
    message: MessageId,
    wanted: Pin,
) -> Result<Message, Error> {
    let facts = room::hold(change, facts).await?;
    facts.may_pin()?;
    let may_read = facts.may_read()?;
    let old = room::find_live(change, may_read, message).await?;
    if !moved(chat, change, facts, message, wanted).await? {
        let message = view::dress_one(&chat.roster, &change.db, may_read, old).await?;
        return Ok(Message::clone(&message));
    }
    let rev = store::room::touch(&change.db, facts.room).await?;
    store::message::touch(&change.db, message, rev).await?;
    let row = message::Model { rev, ..old };
    let message = view::dress_one(&chat.roster, &change.db, may_read, row).await?;
    let room = chat.roster.identity(&change.db, facts.room).await?;
    let news = Updated { message: message.clone(), room };
    change.announce(Topic::Room(facts.room), MessageNews::Updated(news));
    Ok(Message::clone(&message))
}

/// Whether it was not as it is wanted.
async fn moved(
    chat: &Chat,
    change: &Change,
    facts: Facts,
    message: MessageId,
    wanted: Pin,
) -> Result<bool, Error> {
    let permit = facts.may_pin()?;
    if wanted == Pin::Off {
        return Ok(store::message::pin::delete_of(&change.db, message).await?);
    }
    // Before the limit: what is pinned already is no refusal, however many there are.
    if !store::message::pin::of_messages(&change.db, &[message]).await?.is_empty() {
        return Ok(false);
    }
    // The room is held, so no two at once can both be the hundredth.
    if store::message::pin::count(&change.db, permit).await? >= MOST {
        let problem = Problem::Other("at most 100 messages are pinned in a room");
        return Err(Error::invalid("message_id", problem));
    }
    store::message::pin::insert(&change.db, permit, message, chat.clock.now()).await?;
    Ok(true)
}
