//! Who belongs to a room.

use std::collections::HashSet;

use entity::{
    chatroom::{self, Kind},
    id::{RoomId, UserId},
    participant::Role,
};

use crate::{
    chat::{
        change::{Change, patiently},
        handle::Chat,
    },
    model::{
        actor::Actor,
        error::{Error, Thing},
        event::{News, Topic},
        person::Card,
        room::Member,
    },
    policy, store,
};

pub async fn members(chat: &Chat, me: Actor, room: RoomId) -> Result<Vec<Member>, Error> {
    let leave = chat.roster.facts(&chat.db, me.id, room).await?.may_read()?;
    let rows = store::participant::of_room(&chat.db, leave).await?;
    let users: Vec<UserId> = rows.iter().map(|it| it.user_id).collect();
    let cards = chat.roster.cards(&chat.db, &users).await?;
    let members = rows.into_iter().filter_map(|row| {
        let card = Card::clone(cards.get(&row.user_id)?);
        Some(Member { card, row })
    });
    Ok(members.collect())
}

/// Brings people in; those who are there already stay as they are.
pub async fn add(chat: &Chat, me: Actor, room: RoomId, users: &[UserId]) -> Result<(), Error> {
    chat.roster.facts(&chat.db, me.id, room).await?.may_invite()?;
    patiently(|| enter_all(chat, me, room, users)).await
}

async fn enter_all(chat: &Chat, me: Actor, room: RoomId, users: &[UserId]) -> Result<(), Error> {
    let mut change = Change::begin(chat).await?;
    let row = locked(&change, room).await?;
    for user in users.iter().copied().collect::<HashSet<_>>() {
        policy::may_approach(store::block::between(&change.db, me.id, user).await?)?;
        enter(chat, &mut change, &row, user, Role::Member).await?;
    }
    change.commit().await
}

/// Comes into a public room; whoever is there already stays. Surfaces whose clients only
/// open rooms do this when one is opened.
pub async fn join(chat: &Chat, me: Actor, room: RoomId) -> Result<(), Error> {
    let facts = chat.roster.facts(&chat.db, me.id, room).await?;
    let leave = facts.may_join()?;
    if facts.role.is_some() {
        return Ok(());
    }
    patiently(|| async {
        let mut change = Change::begin(chat).await?;
        let row = locked(&change, leave.room()).await?;
        enter(chat, &mut change, &row, leave.actor(), Role::Member).await?;
        change.commit().await
    })
    .await
}

/// The same, with all that was said there still unread: for surfaces where a room is
/// opened first and read afterwards.
pub async fn look_in(chat: &Chat, me: Actor, room: RoomId) -> Result<(), Error> {
    let facts = chat.roster.facts(&chat.db, me.id, room).await?;
    let leave = facts.may_join()?;
    if facts.role.is_some() {
        return Ok(());
    }
    patiently(|| async {
        let mut change = Change::begin(chat).await?;
        // Cursors begin where the room ends; nothing of it has been read.
        let row = chatroom::Model { last_seq: 0, ..locked(&change, leave.room()).await? };
        enter(chat, &mut change, &row, leave.actor(), Role::Member).await?;
        change.commit().await
    })
    .await
}

pub async fn set_role(
    chat: &Chat,
    me: Actor,
    room: RoomId,
    user: UserId,
    role: Role,
) -> Result<(), Error> {
    let facts = chat.roster.facts(&chat.db, me.id, room).await?;
    let theirs = store::participant::find(&chat.db, room, user).await?;
    let theirs = theirs.ok_or(Error::Missing(Thing::User))?;
    facts.may_remove(theirs.role)?;
    facts.may_remove(role)?;
    let mut change = Change::begin(chat).await?;
    store::participant::set_role(&change.db, room, user, role).await?;
    store::chatroom::touch(&change.db, room).await?;
    change.outdates_room(room);
    let row = locked(&change, room).await?;
    change.announce(Topic::Room(room), News::RoomUpdated { room: row });
    change.commit().await
}

/// Sends somebody else away.
pub async fn remove(chat: &Chat, me: Actor, room: RoomId, user: UserId) -> Result<(), Error> {
    let facts = chat.roster.facts(&chat.db, me.id, room).await?;
    facts.may_manage()?;
    let theirs = store::participant::find(&chat.db, room, user).await?;
    facts.may_remove(theirs.ok_or(Error::Missing(Thing::User))?.role)?;
    patiently(|| exit(chat, room, user)).await
}

/// Anybody may go, also from a direct room: it is then missing from their list until one
/// of the two opens it again.
pub async fn leave(chat: &Chat, me: Actor, room: RoomId) -> Result<(), Error> {
    chat.roster.facts(&chat.db, me.id, room).await?.may_leave()?;
    if store::participant::find(&chat.db, room, me.id).await?.is_none() {
        return Ok(());
    }
    patiently(|| exit(chat, room, me.id)).await
}

/// All that a connection of this person hears.
pub async fn topics(chat: &Chat, me: Actor) -> Result<Vec<Topic>, Error> {
    let rooms = store::participant::rooms_of(&chat.db, me.id).await?;
    let own = [Topic::User(me.id), Topic::Session(me.session)];
    Ok(own.into_iter().chain(rooms.into_iter().map(Topic::Room)).collect())
}

pub async fn may_listen(chat: &Chat, me: Actor, room: RoomId) -> Result<(), Error> {
    chat.roster.facts(&chat.db, me.id, room).await?.may_read().map(|_| ())
}

/// Adds one person inside a change, and says so to the room.
pub async fn enter(
    chat: &Chat,
    change: &mut Change<'_>,
    room: &chatroom::Model,
    user: UserId,
    role: Role,
) -> Result<bool, Error> {
    let id = room.chatroom_id;
    if store::participant::find(&change.db, id, user).await?.is_some() {
        return Ok(false);
    }
    let found = store::user::find(&change.db, user).await?;
    if !found.is_some_and(|it| it.is_active) {
        return Err(Error::Missing(Thing::User));
    }
    let now = chat.clock.now();
    match store::participant::insert(&change.db, room, &[(user, role)], now).await {
        Err(error) if store::connection::is_duplicate(&error) => return Ok(false),
        result => result?,
    }
    let rev = store::chatroom::touch(&change.db, id).await?;
    change.outdates_room(id);
    change.announce(Topic::Room(id), News::Joined { room: id, user, rev });
    Ok(true)
}

async fn exit(chat: &Chat, room: RoomId, user: UserId) -> Result<(), Error> {
    let mut change = Change::begin(chat).await?;
    let row = locked(&change, room).await?;
    if store::participant::delete(&change.db, room, user).await? {
        hand_over(&mut change, &row).await?;
        let rev = store::chatroom::touch(&change.db, room).await?;
        change.outdates_room(room);
        change.announce(Topic::Room(room), News::Left { room, user, rev });
    }
    chat.typists.stop(room, user);
    change.commit().await
}

/// A group whose last owner has gone belongs to whoever has been there longest.
async fn hand_over(change: &mut Change<'_>, room: &chatroom::Model) -> Result<(), Error> {
    if room.kind != Kind::Group {
        return Ok(());
    }
    let left = store::participant::in_rooms(&change.db, &[room.chatroom_id]).await?;
    if left.iter().any(|it| it.role == Role::Owner) {
        return Ok(());
    }
    if let Some(heir) = left.iter().find(|it| it.role == Role::Admin).or(left.first()) {
        let (id, user) = (room.chatroom_id, heir.user_id);
        store::participant::set_role(&change.db, id, user, Role::Owner).await?;
    }
    Ok(())
}

/// The room, held so that two changes of its members do not pass each other.
async fn locked(change: &Change<'_>, room: RoomId) -> Result<chatroom::Model, Error> {
    let rows = store::chatroom::lock(&change.db, &[room]).await?;
    rows.into_iter().next().ok_or(Error::Missing(Thing::Room))
}
