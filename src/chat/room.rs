//! Making rooms, listing them, changing them.

pub mod ban;
pub mod creation;
pub mod direct;
pub mod member;
pub mod number;
pub mod overview;
pub mod public;
pub mod settings;
pub mod typing;

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
    time::Duration,
};

use entity::{
    chatroom::{self, Kind},
    id::{RoomId, UserId},
    participant::Role,
    user,
};

use crate::{
    chat::{
        engine::{change::Change, handle::Chat},
        message::room,
        person,
    },
    model::{
        actor::Actor,
        allowance::{Allowance, Spender},
        error::{Ban, Clash, Error, Problem, Thing},
        event::{Topic, member::MemberNews, room::RoomNews},
        room::{Identity, Opened, RoomDraft, RoomView},
        text::{line, lines},
    },
    policy, store,
};

const MOST_MEMBERS: usize = 1_000;
pub const LONGEST_NAME: usize = 64;
pub const LONGEST_DESCRIPTION: usize = 1_024;

/// What a room is, for those who were let in or who tell of it to those who were.
pub async fn identity(chat: &Chat, room: RoomId) -> Result<Arc<Identity>, Error> {
    chat.roster.identity(&chat.db, room).await
}

/// Who may come into a group.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Entrance {
    /// Those whom its members bring in.
    Members,
    /// Whoever knows its id.
    Anybody,
}

/// The room of two people, and whether it was made just now.
pub(in crate::chat) struct Direct {
    pub room: RoomId,
    pub is_new: bool,
}

/// Makes a room; a direct room is made once per pair, and found afterwards.
pub async fn create(chat: &Chat, me: Actor, draft: RoomDraft) -> Result<Opened, Error> {
    let draft = checked(draft, me)?;
    let Direct { room, is_new } = match (draft.kind, draft.members.as_slice()) {
        (Kind::Direct, [other]) => direct(chat, me, *other, draft.name).await?,
        (Kind::Direct, _) => {
            let problem = Problem::Other("a direct room is with exactly one other person");
            return Err(Error::invalid("user_ids", problem));
        }
        (Kind::Group, _) => {
            pay(chat, me, draft.members.len())?;
            Direct { room: group(chat, me, draft, Entrance::Members).await?, is_new: true }
        }
        (Kind::Channel | Kind::Public, _) => return Err(Error::Forbidden(Ban::NotAllowed)),
    };
    Ok(Opened { view: view(chat, me, room).await?, is_new })
}

/// A group with its maker alone, which whoever knows its id may join.
pub async fn found(chat: &Chat, me: Actor, name: &str) -> Result<RoomId, Error> {
    let name = line("chatroom_name", name, LONGEST_NAME)?;
    let name = Some(name).filter(|it| !it.is_empty());
    let draft = RoomDraft { kind: Kind::Group, name, description: None, members: Vec::new() };
    pay(chat, me, 0)?;
    group(chat, me, draft, Entrance::Anybody).await
}

/// My rooms, latest activity first, in a constant number of queries.
pub async fn list(chat: &Chat, me: Actor) -> Result<Vec<RoomView>, Error> {
    let mine = store::room::member::of_user(&chat.db, me.id).await?;
    let ids: Vec<RoomId> = mine.iter().map(|it| it.chatroom_id).collect();
    let rooms = store::room::find_all(&chat.db, &ids).await?;
    let mut views = overview::of(chat, me, rooms, mine).await?;
    views.sort_by(|one, two| {
        let activity = two.last_activity().cmp(&one.last_activity());
        // Rooms of the same moment need an order, too, or they change places from list to list.
        activity.then(two.room.chatroom_id.cmp(&one.room.chatroom_id))
    });
    Ok(views)
}

/// The same without those that I have deleted for myself, for clients that do not know of that.
pub async fn shown(chat: &Chat, me: Actor) -> Result<Vec<RoomView>, Error> {
    let mut views = list(chat, me).await?;
    views.retain(|it| !it.is_deleted());
    Ok(views)
}

pub async fn view(chat: &Chat, me: Actor, room: RoomId) -> Result<RoomView, Error> {
    chat.roster.facts(&chat.db, me.id, room).await?.may_read()?;
    let mine = store::room::member::find(&chat.db, room, me.id).await?;
    let row = store::room::find(&chat.db, room).await?.ok_or(Error::Missing(Thing::Room))?;
    let view = overview::of(chat, me, vec![row], mine.into_iter().collect()).await?.pop();
    view.ok_or(Error::Missing(Thing::Room))
}

pub async fn update(
    chat: &Chat,
    me: Actor,
    room: RoomId,
    name: Option<String>,
    description: Option<String>,
) -> Result<RoomView, Error> {
    let facts = chat.roster.facts(&chat.db, me.id, room).await?;
    facts.may_describe()?;
    let name = name.map(|it| line("chatroom_name", &it, LONGEST_NAME)).transpose()?;
    // Clients list and find these by their names; a group may be without one.
    if name.as_deref() == Some("") && matches!(facts.kind, Kind::Channel | Kind::Public) {
        return Err(Error::invalid("chatroom_name", Problem::Blank));
    }
    let description =
        description.map(|it| lines("description", &it, LONGEST_DESCRIPTION)).transpose()?;
    chat.change(async |change| {
        let permit = room::room(change, me.id, room).await?.facts.may_describe()?;
        let (name, description) = (name.clone(), description.clone());
        store::room::describe(&change.db, permit, name, description, chat.clock.now()).await?;
        store::room::touch(&change.db, room).await?;
        let row = store::room::find(&change.db, room).await?.ok_or(Error::Missing(Thing::Room))?;
        change.announce(Topic::Room(room), RoomNews::Updated { room: row, roles: Vec::new() });
        Ok(())
    })
    .await?;
    view(chat, me, room).await
}

pub async fn delete(chat: &Chat, me: Actor, room: RoomId) -> Result<(), Error> {
    chat.change(async |change| {
        let permit = room::room(change, me.id, room).await?.facts.may_delete()?;
        let members = store::room::member::in_rooms(&change.db, &[room]).await?;
        store::person::touch(&change.db, members.iter().map(|it| it.user_id)).await?;
        // Before the row goes: clients expect this number after the last one that they have.
        let rev = store::room::touch(&change.db, room).await?;
        change.discard(store::file::take_of_rooms(&change.db, &[room]).await?).await?;
        store::room::delete(&change.db, permit).await?;
        change.outdates_room(room);
        change.announce(Topic::Room(room), RoomNews::Deleted { room, rev });
        // A connection stops hearing a room when its person leaves, so everybody has to. Each hears
        // only of themselves: of all, a crowd of ten thousand would hear fifty million times.
        for user in members.iter().map(|it| it.user_id) {
            change.announce(Topic::User(user), MemberNews::Left { room, user, rev });
        }
        Ok(())
    })
    .await
}

/// For a room, and for everybody who is put into it without having asked for it.
pub(in crate::chat) fn pay(chat: &Chat, me: Actor, people: usize) -> Result<(), Error> {
    let me = Spender::User(me.id);
    chat.limits.spend_all(Allowance::Room, &me, 1)?;
    chat.limits.spend_all(Allowance::Invitation, &me, people)
}

fn checked(mut draft: RoomDraft, me: Actor) -> Result<RoomDraft, Error> {
    let others: HashSet<UserId> = draft.members.iter().copied().filter(|it| *it != me.id).collect();
    draft.members = others.into_iter().collect();
    // From a set they come in another order every time.
    draft.members.sort_unstable();
    if draft.members.is_empty() {
        let problem = Problem::Other("a chatroom must have at least 2 members");
        return Err(Error::invalid("user_ids", problem));
    }
    if draft.members.len() >= MOST_MEMBERS {
        return Err(Error::invalid("user_ids", Problem::Other("too many people at once")));
    }
    let name = draft.name.map(|it| line("chatroom_name", &it, LONGEST_NAME)).transpose()?;
    draft.name = name.filter(|it| !it.is_empty());
    let description =
        draft.description.map(|it| lines("description", &it, LONGEST_DESCRIPTION)).transpose()?;
    draft.description = description.filter(|it| !it.is_empty());
    Ok(draft)
}

/// The pair's room, whoever of the two, or both at once, asked for it.
pub(in crate::chat) async fn direct(
    chat: &Chat,
    me: Actor,
    other: UserId,
    name: Option<String>,
) -> Result<Direct, Error> {
    let key = store::person::friend::pair_key(me.id, other);
    let mut paid = false;
    for attempt in 0..8 {
        if let Some(room) = store::room::by_direct_key(&chat.db, &key).await? {
            come_back(chat, &room, me).await?;
            return Ok(Direct { room: room.chatroom_id, is_new: false });
        }
        // Once, however often somebody else is in the way.
        if !std::mem::replace(&mut paid, true) {
            pay(chat, me, 1)?;
        }
        let make = async |change: &mut Change| {
            make_direct(chat, change, me, other, name.clone(), &key).await
        };
        match chat.change(make).await {
            // The other one's is there as soon as it is committed.
            Err(Error::Taken(_)) => tokio::time::sleep(Duration::from_millis(2 << attempt)).await,
            result => return result.map(|room| Direct { room, is_new: true }),
        }
    }
    Err(Error::Busy { retry_after: Duration::from_secs(1) })
}

async fn make_direct(
    chat: &Chat,
    change: &mut Change,
    me: Actor,
    other: UserId,
    name: Option<String>,
    key: &str,
) -> Result<RoomId, Error> {
    person::held_with(change, me, other).await?;
    policy::may_approach(store::person::block::between(&change.db, me.id, other).await?)?;
    let new = store::room::NewRoom {
        kind: Kind::Direct,
        name,
        direct_key: Some(key.to_owned()),
        description: None,
        creator: Some(me.id),
        server: None,
        slug: None,
        joinable: false,
    };
    let room = match store::room::insert(&change.db, new, chat.clock.now()).await {
        // Somebody was quicker; the caller will find theirs.
        Err(error) if store::engine::connection::is_duplicate(&error) => {
            return Err(Error::Taken(Clash::AlreadyAsked));
        }
        result => result?,
    };
    populate(chat, change, &room, &[(me.id, Role::Member), (other, Role::Member)]).await?;
    Ok(room.chatroom_id)
}

async fn group(
    chat: &Chat,
    me: Actor,
    draft: RoomDraft,
    entrance: Entrance,
) -> Result<RoomId, Error> {
    let new = store::room::NewRoom {
        kind: Kind::Group,
        name: draft.name,
        direct_key: None,
        description: draft.description,
        creator: Some(me.id),
        server: None,
        slug: None,
        joinable: entrance == Entrance::Anybody,
    };
    chat.change(async |change| {
        // Nobody blocks the one who brings them together meanwhile.
        store::person::hold(&change.db, draft.members.iter().copied().chain([me.id])).await?;
        let room = store::room::insert(&change.db, new.clone(), chat.clock.now()).await?;
        let mut people = vec![(me.id, Role::Owner)];
        for user in draft.members.iter().copied() {
            policy::may_approach(store::person::block::between(&change.db, me.id, user).await?)?;
            people.push((user, Role::Member));
        }
        populate(chat, change, &room, &people).await?;
        Ok(room.chatroom_id)
    })
    .await
}

/// The first members of a new room, and the news of it: they join first, so that the room
/// hears of its own making.
pub(in crate::chat) async fn populate(
    chat: &Chat,
    change: &mut Change,
    room: &chatroom::Model,
    people: &[(UserId, Role)],
) -> Result<(), Error> {
    let users = store::person::hold(&change.db, people.iter().map(|it| it.0)).await?;
    if users.iter().filter(|it| it.is_active).count() < people.len() {
        return Err(Error::Missing(Thing::User));
    }
    store::person::touch(&change.db, people.iter().map(|it| it.0)).await?;
    store::room::member::insert(&change.db, room, people, chat.clock.now()).await?;
    let id = room.chatroom_id;
    let rows = store::room::member::in_rooms(&change.db, &[id]).await?;
    let users: HashMap<UserId, user::Model> =
        users.into_iter().map(|it| (it.user_id, it)).collect();
    // Whoever comes to a room fetches it, and all come at once: each hears of themselves
    // only, or a channel of a thousand people would begin with a million deliveries.
    for row in rows {
        if let Some(person) = users.get(&row.user_id) {
            member::welcome(change, Topic::User(row.user_id), person, row, room.rev);
        }
    }
    change.announce(Topic::Room(id), RoomNews::Created(room.clone()));
    Ok(())
}

/// Somebody who had deleted their direct chat opens it again, or, before that could be done,
/// had left it.
async fn come_back(chat: &Chat, room: &chatroom::Model, me: Actor) -> Result<(), Error> {
    if let Some(mine) = store::room::member::find(&chat.db, room.chatroom_id, me.id).await? {
        // If something was said since, the message has brought the chat back already.
        let is_deleted =
            mine.hidden_seq == Some(room.last_seq) && mine.cleared_seq == room.last_seq;
        return if is_deleted {
            settings::recall(chat, me, room.chatroom_id).await
        } else {
            Ok(())
        };
    }
    chat.change(async |change| {
        // What was said up to now is not unread, and that must not change meanwhile.
        let held = store::room::lock(&change.db, &[room.chatroom_id]).await?;
        let room = held.first().ok_or(Error::Missing(Thing::Room))?;
        member::enter(chat, change, room, me.id, Role::Member).await?;
        Ok(())
    })
    .await
}
