//! Keeping somebody out of a room that people come into by themselves.

use entity::id::{RoomId, UserId};

use crate::{
    chat::{
        engine::{change::Change, handle::Chat},
        message::room::{self, HeldRoom},
        person,
        room::member,
    },
    model::{
        actor::Actor,
        error::{Error, Thing},
        event::{Topic, member::MemberNews},
        person::Card,
        room::BannedPerson,
    },
    store,
};

/// In the order in which they were sent away.
pub async fn list(chat: &Chat, me: Actor, room: RoomId) -> Result<Vec<BannedPerson>, Error> {
    let permit = chat.roster.facts(&chat.db, me.id, room).await?.may_admit()?;
    let rows = store::room::ban::list(&chat.db, permit).await?;
    let users: Vec<UserId> = rows.iter().map(|it| it.user_id).collect();
    let cards = chat.roster.cards(&chat.db, &users).await?;
    let people = rows.into_iter().filter_map(|row| {
        let card = Card::clone(cards.get(&row.user_id)?);
        Some(BannedPerson { card, row })
    });
    Ok(people.collect())
}

/// Sends them away if they are there. A ban that stands is left as it is.
pub async fn ban(chat: &Chat, me: Actor, room: RoomId, user: UserId) -> Result<(), Error> {
    chat.roster.facts(&chat.db, me.id, room).await?.may_admit()?;
    chat.change(async |change| keep_out(chat, change, me, room, user).await).await
}

async fn keep_out(
    chat: &Chat,
    change: &mut Change,
    me: Actor,
    room: RoomId,
    user: UserId,
) -> Result<(), Error> {
    let HeldRoom { row, facts } = room::room(change, me.id, room).await?;
    let theirs = store::room::member::find(&change.db, room, user).await?;
    let permit = facts.may_ban(theirs.as_ref().map(|it| it.role))?;
    if store::room::ban::is_banned(&change.db, room, user).await? {
        return Ok(());
    }
    person::held(change, user).await?;
    store::room::ban::insert(&change.db, permit, user, chat.clock.now()).await?;
    change.outdates_room(room);
    if theirs.is_some() {
        member::part(chat, change, facts, user).await?;
    } else {
        // Whoever only looked in is told to go as well.
        change.announce(Topic::User(user), MemberNews::Left { room, user, rev: row.rev });
    }
    Ok(())
}

/// They may come again, and are not brought back.
pub async fn lift(chat: &Chat, me: Actor, room: RoomId, user: UserId) -> Result<(), Error> {
    chat.roster.facts(&chat.db, me.id, room).await?.may_admit()?;
    chat.change(async |change| {
        let permit = room::room(change, me.id, room).await?.facts.may_admit()?;
        if !store::room::ban::delete(&change.db, permit, user).await? {
            return Err(Error::Missing(Thing::Ban));
        }
        change.outdates_room(room);
        Ok(())
    })
    .await
}
