//! Deleting a message for everybody. What is left is its place in the order.

use entity::id::MessageId;

use crate::{
    chat::{
        engine::{change::Change, handle::Chat},
        message::{reading, room},
    },
    model::{
        actor::Actor,
        error::Error,
        event::{
            Topic,
            message::{Deleted, MessageNews},
        },
        message::Erased,
    },
    policy::Facts,
    store,
};

/// Once it is answered, its files are gone, too. A second time changes nothing and is
/// answered alike.
pub async fn erase(chat: &Chat, me: Actor, message: MessageId) -> Result<Erased, Error> {
    let facts = room::facts(chat, me, message).await?;
    // Strangers are refused before anything is held. Whoever else may not is known only with the
    // message's row.
    facts.may_read()?;
    let Stripped { erased, gone_now } =
        chat.change(async |change| strip(chat, change, facts, message).await).await?;
    if let Some(seq) = gone_now {
        reading::recount_after(chat, facts.room, seq).await;
    }
    Ok(erased)
}

struct Stripped {
    erased: Erased,
    /// The number of the message, unless it was gone already.
    gone_now: Option<i64>,
}

async fn strip(
    chat: &Chat,
    change: &mut Change,
    facts: Facts,
    message: MessageId,
) -> Result<Stripped, Error> {
    let facts = room::hold(change, facts).await?;
    let row = room::find(change, facts.may_read()?, message).await?;
    let permit = facts.may_erase(row.sender_id)?;
    if row.deleted_at.is_some() {
        let erased = Erased { message, rev: row.rev };
        return Ok(Stripped { erased, gone_now: None });
    }
    let files = store::file::of_messages(&change.db, &[message]).await?;
    let files: Vec<String> = files.into_iter().map(|it| it.stored_name).collect();
    store::file::delete_of_message(&change.db, message).await?;
    change.discard(files).await?;
    store::message::reaction::delete_under(&change.db, message).await?;
    store::message::mention::delete_of(&change.db, message).await?;
    store::message::pin::delete_of(&change.db, message).await?;
    store::search::forget(&change.db, &row).await?;
    store::message::edit::delete_of(&change.db, message).await?;
    let rev = store::room::touch(&change.db, facts.room).await?;
    // With this, counts and pages with an offset need not count messages.
    store::room::count_deleted(&change.db, permit).await?;
    let now = chat.clock.now();
    store::message::erase(&change.db, permit, message, rev, now).await?;
    let room = chat.roster.identity(&change.db, facts.room).await?;
    let news = MessageNews::Deleted(Deleted { message, room, seq: row.seq, rev, at: now });
    change.announce(Topic::Room(facts.room), news);
    Ok(Stripped { erased: Erased { message, rev }, gone_now: Some(row.seq) })
}
