//! Who belongs to a room.

use std::{collections::BTreeSet, sync::Arc};

use entity::{
    chatroom::{self, Kind},
    id::{RoomId, UserId},
    participant::{self, Role},
    user,
};

use crate::{
    chat::{
        engine::{change::Change, handle::Chat},
        message::room::{self, HeldRoom},
        person,
        room::settings,
    },
    model::{
        actor::Actor,
        allowance::{Allowance, Spender},
        error::{Error, Thing},
        event::{Topic, member::MemberNews, room::RoomNews},
        person::Card,
        room::{Member, Ranked},
    },
    policy::{self, Facts},
    store,
};

pub async fn members(chat: &Chat, me: Actor, room: RoomId) -> Result<Vec<Member>, Error> {
    let permit = chat.roster.facts(&chat.db, me.id, room).await?.may_read()?;
    let rows = store::room::member::of_room(&chat.db, permit).await?;
    dress(chat, me, rows).await
}

/// The same in parts, by their ids, for a room may have ten thousand: so many of those who come
/// after this one.
pub async fn page(
    chat: &Chat,
    me: Actor,
    room: RoomId,
    after: UserId,
    most: u64,
) -> Result<Vec<Member>, Error> {
    let permit = chat.roster.facts(&chat.db, me.id, room).await?.may_read()?;
    let rows = store::room::member::page(&chat.db, permit, after, most).await?;
    dress(chat, me, rows).await
}

async fn dress(
    chat: &Chat,
    me: Actor,
    rows: Vec<participant::Model>,
) -> Result<Vec<Member>, Error> {
    let users: Vec<UserId> = rows.iter().map(|it| it.user_id).collect();
    let cards = chat.roster.cards(&chat.db, &users).await?;
    let discreet = store::person::discreet(&chat.db, &users).await?;
    let members = rows.into_iter().filter_map(|row| {
        let card = Card::clone(cards.get(&row.user_id)?);
        let discreet = row.user_id != me.id && discreet.contains(&row.user_id);
        Some(Member { card, row, discreet })
    });
    Ok(members.collect())
}

/// Brings people in; those who are there already stay as they are.
pub async fn add(chat: &Chat, me: Actor, room: RoomId, users: &[UserId]) -> Result<(), Error> {
    chat.limits.spend_all(Allowance::Invitation, &Spender::User(me.id), users.len())?;
    chat.change(async |change| enter_all(chat, change, me, room, users).await).await
}

async fn enter_all(
    chat: &Chat,
    change: &mut Change,
    me: Actor,
    room: RoomId,
    users: &[UserId],
) -> Result<(), Error> {
    let HeldRoom { row, facts } = room::room(change, me.id, room).await?;
    facts.may_invite()?;
    // In their order, so that no two such changes wait for each other.
    for user in users.iter().copied().collect::<BTreeSet<_>>() {
        bring(chat, change, me, &row, user).await?;
    }
    Ok(())
}

/// Somebody brings another in, unless one of the two wants to hear nothing of the other.
async fn bring(
    chat: &Chat,
    change: &mut Change,
    me: Actor,
    room: &chatroom::Model,
    user: UserId,
) -> Result<bool, Error> {
    person::held(change, user).await?;
    policy::may_approach(store::person::block::between(&change.db, me.id, user).await?)?;
    enter(chat, change, room, user, Role::Member).await
}

/// Comes into a public room; whoever is there already stays. Surfaces whose clients only
/// open rooms do this when one is opened.
pub async fn join(chat: &Chat, me: Actor, room: RoomId) -> Result<(), Error> {
    let facts = chat.roster.facts(&chat.db, me.id, room).await?;
    facts.may_join()?;
    // Clients that know no joining come here whenever they open a room, which should cost no
    // transaction.
    if facts.role.is_some() {
        return Ok(());
    }
    chat.change(async |change| {
        let HeldRoom { row, facts } = room::room(change, me.id, room).await?;
        let permit = facts.may_join()?;
        enter(chat, change, &row, permit.actor(), Role::Member).await?;
        Ok(())
    })
    .await
}

/// Has somebody in the room, in this role if one is named: all of it, or nothing.
pub async fn put(
    chat: &Chat,
    me: Actor,
    room: RoomId,
    user: UserId,
    role: Option<Role>,
) -> Result<Member, Error> {
    if user != me.id {
        chat.limits.spend(Allowance::Invitation, Spender::User(me.id))?;
    }
    chat.change(async |change| {
        let HeldRoom { row, facts } = room::room(change, me.id, room).await?;
        if user == me.id {
            facts.may_join()?;
            enter(chat, change, &row, user, Role::Member).await?;
        } else {
            facts.may_invite()?;
            bring(chat, change, me, &row, user).await?;
        }
        if let Some(role) = role {
            change_role(change, facts, user, role).await?;
        }
        Ok(())
    })
    .await?;
    let row = store::room::member::find(&chat.db, room, user).await?;
    let person = store::person::find(&chat.db, user).await?;
    let (row, person) = row.zip(person).ok_or(Error::Missing(Thing::User))?;
    let discreet = user != me.id && !person.sends_receipts;
    Ok(Member { card: Card::from(&person), row, discreet })
}

/// The same, with all that was said there still unread: for surfaces where a room is
/// opened first and read afterwards.
pub async fn look_in(chat: &Chat, me: Actor, room: RoomId) -> Result<(), Error> {
    let facts = chat.roster.facts(&chat.db, me.id, room).await?;
    facts.may_join()?;
    if facts.role.is_some() {
        return Ok(());
    }
    chat.change(async |change| {
        let HeldRoom { row, facts } = room::room(change, me.id, room).await?;
        let permit = facts.may_join()?;
        // Cursors begin where the room ends; nothing of it has been read.
        let row = chatroom::Model { last_seq: 0, ..row };
        enter(chat, change, &row, permit.actor(), Role::Member).await?;
        Ok(())
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
    chat.change(async |change| {
        let facts = room::room(change, me.id, room).await?.facts;
        change_role(change, facts, user, role).await
    })
    .await
}

/// For whoever holds the room, so that it is handed over once.
async fn change_role(
    change: &mut Change,
    facts: Facts,
    user: UserId,
    role: Role,
) -> Result<(), Error> {
    let room = facts.room;
    let theirs = store::room::member::find(&change.db, room, user).await?;
    let theirs = theirs.ok_or(Error::Missing(Thing::User))?;
    facts.may_rank(theirs.role, role)?;
    let mut roles = vec![Ranked { user, role }];
    if role == Role::Owner {
        // A room has one owner, so whoever hands it over is not that any more.
        roles.push(Ranked { user: facts.actor, role: Role::Admin });
    }
    rank(change, room, roles).await
}

/// Gives people their roles in a room, and says so.
async fn rank(change: &mut Change, room: RoomId, roles: Vec<Ranked>) -> Result<(), Error> {
    for Ranked { user, role } in &roles {
        store::room::member::set_role(&change.db, room, *user, *role).await?;
    }
    store::room::touch_members(&change.db, room).await?;
    change.outdates_room(room);
    let row = store::room::find(&change.db, room).await?.ok_or(Error::Missing(Thing::Room))?;
    change.announce(Topic::Room(room), RoomNews::Updated { room: row, roles });
    Ok(())
}

/// Sends somebody else away.
pub async fn remove(chat: &Chat, me: Actor, room: RoomId, user: UserId) -> Result<(), Error> {
    chat.change(async |change| {
        let facts = room::room(change, me.id, room).await?.facts;
        facts.may_manage()?;
        let theirs = store::room::member::find(&change.db, room, user).await?;
        facts.may_remove(theirs.ok_or(Error::Missing(Thing::User))?.role)?;
        part(chat, change, facts, user).await
    })
    .await
}

/// Anybody may go. A group goes with its last member. Who leaves a direct room only deletes it
/// for themselves: what the other says there must not go nowhere.
pub async fn leave(chat: &Chat, me: Actor, room: RoomId) -> Result<(), Error> {
    let facts = chat.roster.facts(&chat.db, me.id, room).await?;
    facts.may_leave()?;
    if facts.kind == Kind::Direct && facts.role.is_some() {
        // Up to whichever message is the last one when the room is held.
        return settings::forget(chat, me, room, i64::MAX).await;
    }
    if store::room::member::find(&chat.db, room, me.id).await?.is_none() {
        return Ok(());
    }
    // Anybody may go, whatever has changed since; who else is there is read while the room is held.
    chat.change(async |change| part(chat, change, facts, me.id).await).await
}

/// Puts a connection of this person where it hears all that they may hear. Somebody may come or
/// go while the rooms are read: then they are read and put once more. Says up to which coming or
/// going it is in place; see [`is_followed`].
pub async fn follow(chat: &Chat, me: Actor, mut put: impl FnMut(Vec<Topic>)) -> Result<u64, Error> {
    loop {
        let before = chat.bus.comings_and_goings();
        put(topics(chat, me).await?);
        if chat.bus.comings_and_goings() == before {
            return Ok(before);
        }
    }
}

/// Whether nobody came or went since a connection was put in place.
pub fn is_followed(chat: &Chat, placed: u64) -> bool {
    chat.bus.comings_and_goings() == placed
}

async fn topics(chat: &Chat, me: Actor) -> Result<Vec<Topic>, Error> {
    let rooms = store::room::member::rooms_of(&chat.db, me.id).await?;
    let servers = store::server::member::servers_of(&chat.db, me.id).await?;
    let own = [Topic::User(me.id), Topic::Session(me.session)].into_iter();
    let own = own.chain(rooms.into_iter().map(Topic::Room));
    Ok(own.chain(servers.into_iter().map(Topic::Server)).collect())
}

pub async fn may_listen(chat: &Chat, me: Actor, room: RoomId) -> Result<(), Error> {
    chat.roster.facts(&chat.db, me.id, room).await?.may_read().map(|_| ())
}

/// Adds one person inside a change, and says so to the room.
pub async fn enter(
    chat: &Chat,
    change: &mut Change,
    room: &chatroom::Model,
    user: UserId,
    role: Role,
) -> Result<bool, Error> {
    let id = room.chatroom_id;
    if store::room::member::find(&change.db, id, user).await?.is_some() {
        return Ok(false);
    }
    // Here, because whoever comes by themselves and whoever is brought in all pass this function.
    policy::may_come(store::room::ban::is_banned(&change.db, id, user).await?)?;
    // First, because the new row refers to theirs: who holds it a little cannot hold it
    // wholly when another does the same.
    let person = person::held(change, user).await?;
    store::person::touch(&change.db, [user]).await?;
    let now = chat.clock.now();
    store::room::member::insert(&change.db, room, &[(user, role)], now).await?;
    let rev = store::room::touch_members(&change.db, id).await?;
    change.outdates_room(id);
    let row = store::room::member::find(&change.db, id, user).await?;
    let row = row.ok_or(Error::Missing(Thing::Membership))?;
    welcome(change, Topic::Room(id), &person, row, rev);
    Ok(true)
}

/// Says, usually to the room, that somebody is in it now.
pub(in crate::chat) fn welcome(
    change: &mut Change,
    to: Topic,
    person: &user::Model,
    row: participant::Model,
    rev: i64,
) {
    let (room, user) = (row.chatroom_id, person.user_id);
    let member = Member { card: Card::from(person), row, discreet: !person.sends_receipts };
    change.announce(to, MemberNews::Joined { room, user, member: Arc::new(member), rev });
}

/// Takes one person out inside a change, and says so to the room.
pub async fn part(
    chat: &Chat,
    change: &mut Change,
    facts: Facts,
    user: UserId,
) -> Result<(), Error> {
    let room = facts.room;
    let row = locked(change, room).await?;
    if store::room::member::delete(&change.db, room, user).await? {
        // Only a group is inherited, and the others may be very large.
        let senior = match row.kind {
            Kind::Group => store::room::member::senior(&change.db, room).await?,
            Kind::Direct | Kind::Channel | Kind::Public => None,
        };
        store::person::touch(&change.db, [user]).await?;
        let rev = store::room::touch_members(&change.db, room).await?;
        change.outdates_room(room);
        if let Some(permit) = facts.may_clear(senior.as_ref().map(|it| it.user_id)) {
            change.discard(store::file::take_of_rooms(&change.db, &[room]).await?).await?;
            store::room::delete(&change.db, permit).await?;
            change.announce(Topic::Room(room), RoomNews::Deleted { room, rev });
        }
        change.announce(Topic::Room(room), MemberNews::Left { room, user, rev });
        if let Some(heir) = senior.filter(|it| it.role != Role::Owner) {
            let heir = Ranked { user: heir.user_id, role: Role::Owner };
            rank(change, room, vec![heir]).await?;
        }
    }
    // Also if the change is taken back: at worst, somebody seems to have paused.
    chat.typists.stop(room, user);
    Ok(())
}

/// The room, held so that two changes of its members do not pass each other.
async fn locked(change: &Change, room: RoomId) -> Result<chatroom::Model, Error> {
    let rows = store::room::lock(&change.db, &[room]).await?;
    rows.into_iter().next().ok_or(Error::Missing(Thing::Room))
}
