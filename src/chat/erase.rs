//! Deleting a message for everybody. What is left is its place in the order.

use entity::id::MessageId;

use crate::{
    chat::{
        change::{Change, patiently},
        handle::Chat,
        place, reading,
    },
    model::{
        actor::Actor,
        error::Error,
        event::{Deleted, News, Topic},
        message::Erased,
    },
    policy::Facts,
    store,
};

/// Once it is answered, its files are gone, too. A second time changes nothing and is
/// answered alike.
pub async fn erase(chat: &Chat, me: Actor, message: MessageId) -> Result<Erased, Error> {
    let facts = place::facts(chat, me, message).await?;
    facts.may_read()?;
    let (erased, gone) = patiently(|| try_erase(chat, facts, message)).await?;
    if let Some(seq) = gone {
        reading::recount_after(chat, facts.room, seq).await;
    }
    Ok(erased)
}

/// What is answered, and the number of the message unless it was gone already.
async fn try_erase(
    chat: &Chat,
    facts: Facts,
    message: MessageId,
) -> Result<(Erased, Option<i64>), Error> {
    let mut change = Change::begin(chat).await?;
    let facts = place::hold(&change, facts).await?;
    let row = place::find(&change, facts.may_read()?, message).await?;
    let leave = facts.may_erase(row.sender_id)?;
    if row.deleted_at.is_some() {
        return Ok((Erased { message, rev: row.rev }, None));
    }
    let files = store::attachment::of_messages(&change.db, &[message]).await?;
    let files: Vec<String> = files.into_iter().map(|it| it.stored_name).collect();
    store::attachment::delete_of_message(&change.db, message).await?;
    change.discard(files).await?;
    store::reaction::delete_under(&change.db, message).await?;
    store::mention::delete_of(&change.db, message).await?;
    store::pin::delete_of(&change.db, message).await?;
    store::search::forget(&change.db, &row).await?;
    store::message_edit::delete_of(&change.db, message).await?;
    let rev = store::chatroom::touch(&change.db, facts.room).await?;
    store::chatroom::count_deleted(&change.db, leave).await?;
    let now = chat.clock.now();
    store::message::erase(&change.db, leave, message, rev, now).await?;
    let room = chat.roster.identity(&change.db, facts.room).await?;
    let news = News::MessageDeleted(Deleted { message, room, seq: row.seq, rev, at: now });
    change.announce(Topic::Room(facts.room), news);
    change.commit().await?;
    Ok((Erased { message, rev }, Some(row.seq)))
}
