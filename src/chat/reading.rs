//! How far somebody has read. Cursors only rise, and never past the last message.

use entity::id::RoomId;

use crate::{
    chat::handle::Chat,
    model::{
        actor::Actor,
        error::{Ban, Error, Thing},
        event::{Event, News, Topic},
    },
    store,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    pub last_read_seq: i64,
    pub unread: u64,
}

/// Up to a message, or to the last one.
pub async fn read(chat: &Chat, me: Actor, room: RoomId, seq: Option<i64>) -> Result<Cursor, Error> {
    let last = approach(chat, me, room).await?;
    let (wanted, at) = (seq.unwrap_or(last).clamp(0, last), chat.clock.now());
    let rose = store::participant::raise_read(&chat.db, room, me.id, wanted, at).await?;
    let mine = store::participant::find(&chat.db, room, me.id).await?;
    let last_read_seq = mine.ok_or(Error::Forbidden(Ban::NotMember))?.last_read_seq;
    let unread = store::unread::in_room(&chat.db, me.id, room).await?;
    if rose {
        let seq = last_read_seq;
        publish(chat, Topic::Room(room), News::Read { room, user: me.id, seq, at });
        publish(chat, Topic::User(me.id), News::Unread { room, unread, last_read_seq });
    }
    Ok(Cursor { last_read_seq, unread })
}

/// How far I have read; whoever only visits a room has read nothing.
pub async fn position(chat: &Chat, me: Actor, room: RoomId) -> Result<i64, Error> {
    chat.roster.facts(&chat.db, me.id, room).await?.may_read()?;
    let mine = store::participant::find(&chat.db, room, me.id).await?;
    Ok(mine.map_or(0, |it| it.last_read_seq))
}

/// Everything up to a message has arrived.
pub async fn delivered(chat: &Chat, me: Actor, room: RoomId, seq: i64) -> Result<i64, Error> {
    let last = approach(chat, me, room).await?;
    let wanted = seq.clamp(0, last);
    if store::participant::raise_delivered(&chat.db, room, me.id, wanted).await? {
        publish(chat, Topic::Room(room), News::Delivered { room, user: me.id, seq: wanted });
    }
    let mine = store::participant::find(&chat.db, room, me.id).await?;
    Ok(mine.ok_or(Error::Forbidden(Ban::NotMember))?.last_delivered_seq)
}

/// The room's last `seq`, for its members.
async fn approach(chat: &Chat, me: Actor, room: RoomId) -> Result<i64, Error> {
    let facts = chat.roster.facts(&chat.db, me.id, room).await?;
    facts.may_read()?;
    if facts.role.is_none() {
        return Err(Error::Forbidden(Ban::NotMember));
    }
    let row = store::chatroom::find(&chat.db, room).await?;
    Ok(row.ok_or(Error::Missing(Thing::Room))?.last_seq)
}

fn publish(chat: &Chat, topic: Topic, news: News) {
    chat.bus.publish(&Event { topic, news });
}
