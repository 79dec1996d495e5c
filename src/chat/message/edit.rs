//! Changing what one has said. What was there before is kept.

use entity::{
    id::{MessageId, UserId},
    message,
};

use crate::{
    chat::{
        engine::{change::Change, handle::Chat},
        message::{self as messages, mention, reading, room, view},
    },
    model::{
        actor::Actor,
        allowance::{Allowance, Spender},
        error::{Error, Problem},
        event::{
            Topic,
            message::{MessageNews, Updated},
        },
        message::{Message, Version},
        page::Limit,
        text::MessageText,
    },
    policy::Facts,
    store,
};

/// Other words for the same message; those of a message with files may be taken away. The
/// same words again change nothing.
pub async fn edit(
    chat: &Chat,
    me: Actor,
    message: MessageId,
    words: Option<MessageText>,
) -> Result<Message, Error> {
    let facts = room::facts(chat, me, message).await?;
    let permit = facts.may_post()?;
    // Outside of the change, whose work may be done more than once.
    chat.limits.spend(Allowance::Message, Spender::User(me.id))?;
    let content = words.map(MessageText::into_string).unwrap_or_default();
    let mentions = mention::find(chat, permit, &content).await?;
    let Rewritten { message, speaks_of_others } = chat
        .change(async |change| rewrite(chat, change, facts, message, &content, &mentions).await)
        .await?;
    // Behind the change, because counts are read from what is committed, and told in a turn of
    // their own.
    if speaks_of_others {
        reading::recount_after(chat, facts.room, message.row.seq).await;
    }
    Ok(message)
}

struct Rewritten {
    message: Message,
    /// It may speak of others than before.
    speaks_of_others: bool,
}

async fn rewrite(
    chat: &Chat,
    change: &mut Change,
    facts: Facts,
    message: MessageId,
    content: &str,
    mentions: &[UserId],
) -> Result<Rewritten, Error> {
    let facts = room::hold(change, facts).await?;
    let may_read = facts.may_read()?;
    let old = room::find_live(change, may_read, message).await?;
    let permit = facts.may_edit(old.sender_id)?;
    if old.content == content {
        let message = view::dress_one(&chat.roster, &change.db, may_read, old).await?;
        return Ok(Rewritten { message: Message::clone(&message), speaks_of_others: false });
    }
    messages::may_be_followed(old.message_type, content)?;
    if content.is_empty() {
        has_files(change, &old).await?;
    }
    // An @ that calls nobody costs one count for nothing, which is cheaper than to find out.
    let speaks_of_others = old.content.contains('@') || content.contains('@');
    let rev = store::room::touch(&change.db, facts.room).await?;
    store::message::edit::insert(&change.db, permit, &old, rev).await?;
    store::search::revise(&change.db, &old, content).await?;
    // The clock may have been put back since, and no message is edited before it is sent.
    let edited_at = Some(chat.clock.now().max(old.timestamp));
    let row = message::Model { content: content.to_owned(), edited_at, rev, ..old };
    store::message::rewrite(&change.db, permit, &row).await?;
    store::message::mention::delete_of(&change.db, message).await?;
    store::message::mention::insert(&change.db, &[(&row, mentions)]).await?;
    let message = view::dress_one(&chat.roster, &change.db, may_read, row).await?;
    let room = chat.roster.identity(&change.db, facts.room).await?;
    let news = Updated { message: message.clone(), room };
    change.announce(Topic::Room(facts.room), MessageNews::Updated(news));
    Ok(Rewritten { message: Message::clone(&message), speaks_of_others })
}

/// What it said before, the latest first; before this `rev`, if one is named.
pub async fn versions(
    chat: &Chat,
    me: Actor,
    message: MessageId,
    before: Option<i64>,
    limit: Limit,
) -> Result<Vec<Version>, Error> {
    let facts = room::facts(chat, me, message).await?;
    let row = messages::live(chat, me, message).await?.row;
    let permit = facts.may_review(row.sender_id, chat.rules.show_edits)?;
    let before = before.unwrap_or(i64::MAX);
    let rows = store::message::edit::before(&chat.db, permit, message, before, limit.get()).await?;
    let version = |it: entity::message_edit::Model| Version {
        content: it.content,
        written_at: it.written_at,
        rev: it.rev,
    };
    Ok(rows.into_iter().map(version).collect())
}

/// A message must say something.
async fn has_files(change: &Change, row: &message::Model) -> Result<(), Error> {
    let files = store::file::of_messages(&change.db, &[row.message_id]).await?;
    if files.is_empty() && row.media_url.is_none() {
        return Err(Error::invalid("content", Problem::Blank));
    }
    Ok(())
}
