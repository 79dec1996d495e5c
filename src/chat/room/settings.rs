//! How somebody sets up a room for themselves: muted, pinned, hidden, marked as unread, and
//! what they have begun to write there. Only their own devices hear of it.

use chrono::{DateTime, Utc};
use entity::{id::RoomId, participant, time::Timestamp};
use sea_orm::ActiveValue::Set;

use crate::{
    chat::{
        engine::{change::Change, handle::Chat},
        message::room::{self, HeldRoom},
    },
    model::{
        actor::Actor,
        error::{Ban, Error, Problem, Thing},
        event::{Topic, cursor::CursorNews, room::RoomNews},
        room::{Settings, SettingsChange},
        text::MessageText,
    },
    store,
};

/// For members. A room that is hidden comes back when something new is said in it; one that
/// is marked as unread is so until it is read.
pub async fn set(
    chat: &Chat,
    me: Actor,
    room: RoomId,
    wanted: SettingsChange,
) -> Result<Settings, Error> {
    if wanted.cleared_seq.is_some() {
        chat.roster.facts(&chat.db, me.id, room).await?.may_forget()?;
    }
    chat.change(async |change| {
        // First, because it takes back what else may be set.
        if let Some(seq) = wanted.cleared_seq {
            clear(change, me, room, seq).await?;
        }
        let columns = columns(change, room, wanted, chat.clock.now()).await?;
        let settings = self::change(change, me, room, columns).await?;
        if wanted.cleared_seq.is_some() {
            tell_unread(change, me, room).await?;
        }
        Ok(settings)
    })
    .await
}

/// Deletes a chat for me alone: what was said up to here, and the chat from my list until
/// something is said after it. What nobody has said yet cannot be deleted.
pub(in crate::chat) async fn forget(
    chat: &Chat,
    me: Actor,
    room: RoomId,
    seq: i64,
) -> Result<(), Error> {
    chat.roster.facts(&chat.db, me.id, room).await?.may_forget()?;
    chat.change(async |change| {
        clear(change, me, room, seq).await?;
        // What was set is written already; this raises the `rev` and tells the other devices.
        self::change(change, me, room, participant::ActiveModel::default()).await?;
        tell_unread(change, me, room).await?;
        Ok(())
    })
    .await
}

async fn clear(change: &mut Change, me: Actor, room: RoomId, seq: i64) -> Result<(), Error> {
    let HeldRoom { row, facts } = room::room(change, me.id, room).await?;
    let seq = seq.clamp(0, row.last_seq);
    store::room::member::clear(&change.db, facts.may_forget()?, seq).await?;
    change.outdates_room(room);
    Ok(())
}

/// A chat that I have deleted is in my list again, empty as it is, since I open it.
pub(in crate::chat) async fn recall(chat: &Chat, me: Actor, room: RoomId) -> Result<(), Error> {
    chat.change(async |change| {
        let shown = participant::ActiveModel { hidden_seq: Set(None), ..Default::default() };
        self::change(change, me, room, shown).await?;
        Ok(())
    })
    .await
}

/// What is unread here, as I count it myself.
#[derive(Clone, Copy, Debug)]
pub(in crate::chat) struct Unread {
    pub position: i64,
    pub messages: u64,
}

/// Counts anew what I have not read here, and tells my devices.
pub(in crate::chat) async fn tell_unread(
    change: &mut Change,
    me: Actor,
    room: RoomId,
) -> Result<Unread, Error> {
    let mine = store::room::member::find(&change.db, room, me.id).await?;
    let position = mine.ok_or(Error::Forbidden(Ban::NotMember))?.position();
    let unread = store::room::unread::in_room(&change.db, me.id, room).await?;
    let mentions = store::message::mention::unread(&change.db, me.id, Some(room)).await?;
    let mentions = mentions.first().map_or(0, |(_, count)| *count);
    let news = CursorNews::Unread { room, unread, mentions, last_read_seq: position };
    change.announce(Topic::User(me.id), news);
    Ok(Unread { position, messages: unread })
}

/// What I have begun to write; nothing, when I am done with it. Sending a message leaves it
/// to the client to say so: it knows whether the draft is what was sent.
pub async fn draft(chat: &Chat, me: Actor, room: RoomId, text: String) -> Result<Settings, Error> {
    let text = Some(text).filter(|it| !it.trim().is_empty());
    if text.as_ref().is_some_and(|it| it.chars().count() > MessageText::LONGEST) {
        return Err(Error::invalid("text", Problem::TooLong(MessageText::LONGEST)));
    }
    chat.change(async |change| {
        let now = chat.clock.now();
        let drafted_at = Set(text.as_ref().map(|_| now));
        let draft = Set(text.clone());
        let columns = participant::ActiveModel { draft, drafted_at, ..Default::default() };
        let settings = self::change(change, me, room, columns).await?;
        Ok(settings)
    })
    .await
}

/// Sets columns of my membership inside a change, and tells my devices.
pub(in crate::chat) async fn change(
    change: &mut Change,
    me: Actor,
    room: RoomId,
    columns: participant::ActiveModel,
) -> Result<Settings, Error> {
    store::person::touch(&change.db, [me.id]).await?;
    // An UPDATE that sets no column is not SQL.
    if columns != participant::ActiveModel::default() {
        store::room::setting::update(&change.db, room, me.id, columns).await?;
    }
    let row = store::room::find(&change.db, room).await?.ok_or(Error::Missing(Thing::Room))?;
    let mine = store::room::member::find(&change.db, room, me.id).await?;
    let settings = Settings::of(&mine.ok_or(Error::Forbidden(Ban::NotMember))?, row.last_seq);
    let user_rev = store::person::rev(&change.db, me.id).await?;
    let news = RoomNews::SettingsChanged { room, settings: settings.clone(), user_rev };
    change.announce(Topic::User(me.id), news);
    Ok(settings)
}

/// MySQL is sent moments as its TIMESTAMP, which ends here.
fn for_ever() -> Timestamp {
    let last = DateTime::from_timestamp(i64::from(i32::MAX), 0);
    Timestamp(last.unwrap_or(DateTime::<Utc>::MAX_UTC))
}

async fn columns(
    change: &Change,
    room: RoomId,
    wanted: SettingsChange,
    now: Timestamp,
) -> Result<participant::ActiveModel, Error> {
    let mut columns = participant::ActiveModel::default();
    if let Some(until) = wanted.muted_until {
        columns.muted_until = Set(until.filter(|it| *it > now).map(|it| it.min(for_ever())));
    }
    if let Some(pinned) = wanted.pinned {
        columns.pinned_at = Set(pinned.then_some(now));
    }
    if let Some(marked) = wanted.marked_unread {
        columns.marked_unread = Set(marked);
    }
    if let Some(hidden) = wanted.hidden {
        let row = store::room::find(&change.db, room).await?;
        let last = row.ok_or(Error::Missing(Thing::Room))?.last_seq;
        columns.hidden_seq = Set(hidden.then_some(last));
    }
    Ok(columns)
}
