//! Keeping somebody out of a room that people come into by themselves.

use entity::id::{RoomId, UserId};

use crate::{
    chat::{
        change::{Change, patiently},
        handle::Chat,
        membership, person, place,
    },
    model::{
        actor::Actor,
        error::{Error, Thing},
        event::{News, Topic},
        person::Card,
        room::BannedPerson,
    },
    store,
};

/// In the order in which they were sent away.
pub async fn list(chat: &Chat, me: Actor, room: RoomId) -> Result<Vec<BannedPerson>, Error> {
    let leave = chat.roster.facts(&chat.db, me.id, room).await?.may_admit()?;
    let rows = store::room_ban::list(&chat.db, leave).await?;
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
    patiently(|| try_ban(chat, me, room, user)).await
}

async fn try_ban(chat: &Chat, me: Actor, room: RoomId, user: UserId) -> Result<(), Error> {
    let mut change = Change::begin(chat).await?;
    let (row, facts) = place::room(&change, me.id, room).await?;
    let theirs = store::participant::find(&change.db, room, user).await?;
    let leave = facts.may_ban(theirs.as_ref().map(|it| it.role))?;
    if store::room_ban::is_banned(&change.db, room, user).await? {
        return Ok(());
    }
    person::held(&change, user).await?;
    store::room_ban::insert(&change.db, leave, user, chat.clock.now()).await?;
    change.outdates_room(room);
    if theirs.is_some() {
        membership::part(chat, &mut change, facts, user).await?;
    } else {
        // Whoever only looked in is told to go as well.
        change.announce(Topic::User(user), News::Left { room, user, rev: row.rev });
    }
    change.commit().await
}

/// They may come again, and are not brought back.
pub async fn lift(chat: &Chat, me: Actor, room: RoomId, user: UserId) -> Result<(), Error> {
    chat.roster.facts(&chat.db, me.id, room).await?.may_admit()?;
    patiently(|| async {
        let mut change = Change::begin(chat).await?;
        let leave = place::room(&change, me.id, room).await?.1.may_admit()?;
        if !store::room_ban::delete(&change.db, leave, user).await? {
            return Err(Error::Missing(Thing::Ban));
        }
        change.outdates_room(room);
        change.commit().await
    })
    .await
}
