//! Servers: making them, coming and going. Their channels are rooms, see
//! [`crate::chat::server::channel`]; whoever is on a server is in all of them, so that messages,
//! sockets and reading marks work there as in any room.

pub mod ban;
pub mod channel;
pub mod invite;
pub mod member;

use std::collections::HashMap;

use entity::{
    chatroom,
    id::{RoomId, ServerId, UserId},
    participant::Role,
    server,
};
use sea_orm::ConnectionTrait;

use crate::{
    chat::{
        engine::{change::Change, handle::Chat},
        person,
        room::{self, number},
    },
    model::{
        actor::Actor,
        error::{Error, OwnerAction, Problem, Thing},
        event::{Topic, member::MemberNews, room::RoomNews, server::ServerNews},
        person::Card,
        room::Ranked,
        server::{Channel, ServerDraft, ServerEdit, ServerMembership, ServerSummary, ServerView},
        text::{line, lines, link::Link},
    },
    policy::server::{Facts, MayEnter, MayRule, MayView},
    store,
};

pub const LONGEST_NAME: usize = 100;
pub const LONGEST_DESCRIPTION: usize = 1_024;
pub const LONGEST_ICON: usize = 512;

/// Its maker owns it and is its first member.
pub async fn create(chat: &Chat, me: Actor, draft: ServerDraft) -> Result<server::Model, Error> {
    let name = named(&draft.name)?;
    let description = described(draft.description)?;
    let icon_url = pictured(draft.icon_url)?;
    room::pay(chat, me, 0)?;
    chat.change(async |change| {
        person::held(change, me.id).await?;
        let new = store::server::NewServer {
            name: name.clone(),
            description: description.clone().filter(|it| !it.is_empty()),
            icon_url: icon_url.clone().filter(|it| !it.is_empty()),
            owner: me.id,
            is_open: draft.is_open,
        };
        let now = chat.clock.now();
        let row = store::server::insert(&change.db, new, now).await?;
        store::server::member::insert(&change.db, row.server_id, me.id, Role::Owner, now).await?;
        let made = ServerSummary { server: row.clone(), role: Some(Role::Owner), members: 1 };
        change.announce(Topic::User(me.id), ServerNews::Created(made));
        Ok(row)
    })
    .await
}

/// The servers I am on, oldest first.
pub async fn mine(chat: &Chat, me: Actor) -> Result<Vec<server::Model>, Error> {
    Ok(store::server::of_member(&chat.db, me.id).await?)
}

/// The same, with what a list shows of them; in a constant number of queries.
pub async fn list(chat: &Chat, me: Actor) -> Result<Vec<ServerSummary>, Error> {
    let servers = store::server::of_member(&chat.db, me.id).await?;
    let ids: Vec<ServerId> = servers.iter().map(|it| it.server_id).collect();
    let mine = store::server::member::of_user(&chat.db, me.id).await?;
    let roles: HashMap<_, _> = mine.iter().map(|it| (it.server_id, it.role)).collect();
    let counts = store::server::member::counts(&chat.db, &ids).await?;
    let counts: HashMap<_, _> = counts.into_iter().collect();
    let items = servers.into_iter().map(|server| ServerSummary {
        role: roles.get(&server.server_id).copied(),
        members: counts.get(&server.server_id).map_or(0, |it| it.unsigned_abs()),
        server,
    });
    Ok(items.collect())
}

/// For its members, and, while it is open, for whoever thinks of joining and may.
pub async fn item(chat: &Chat, me: Actor, server: ServerId) -> Result<ServerSummary, Error> {
    let KnownServer { row, facts } = found(&chat.db, me.id, server).await?;
    facts.may_glimpse()?;
    let members = store::server::member::count(&chat.db, server).await?;
    Ok(ServerSummary { server: row, role: facts.role, members })
}

/// For its members: `Missing(Server)`, or `Forbidden(NotMember)`.
pub async fn view(chat: &Chat, me: Actor, server: ServerId) -> Result<ServerView, Error> {
    let KnownServer { row, facts } = found(&chat.db, me.id, server).await?;
    let channels = channels(chat, facts.may_view()?).await?;
    Ok(ServerView { server: row, channels })
}

pub async fn update(
    chat: &Chat,
    me: Actor,
    server: ServerId,
    wanted: ServerEdit,
) -> Result<server::Model, Error> {
    let wanted = store::server::Description {
        name: wanted.name.map(|it| named(&it)).transpose()?,
        description: described(wanted.description)?,
        icon_url: pictured(wanted.icon_url)?,
        is_open: wanted.is_open,
    };
    chat.change(async |change| {
        let permit = held(change, me.id, server).await?.facts.may(OwnerAction::UpdateServer)?;
        store::server::describe(&change.db, permit, wanted.clone(), chat.clock.now()).await?;
        let row = found(&change.db, me.id, server).await?.row;
        announce_update(change, row.clone()).await?;
        Ok(row)
    })
    .await
}

/// With all its channels and what was said there.
pub async fn delete(chat: &Chat, me: Actor, server: ServerId) -> Result<(), Error> {
    chat.change(async |change| {
        let permit = held(change, me.id, server).await?.facts.may(OwnerAction::DeleteServer)?;
        erase(change, permit).await
    })
    .await
}

/// Unless it is closed: then it is not there. `Taken(AlreadyMember)` for whoever is on it
/// already.
pub async fn join(chat: &Chat, me: Actor, server: ServerId) -> Result<server::Model, Error> {
    chat.change(async |change| {
        let KnownServer { row, facts } = held(change, me.id, server).await?;
        enter(chat, change, facts.may_enter()?).await?;
        Ok(row)
    })
    .await
}

/// Brings somebody onto the server and into all its channels, and says so.
pub(in crate::chat) async fn enter(
    chat: &Chat,
    change: &mut Change,
    permit: MayEnter,
) -> Result<(), Error> {
    let (server, user, now) = (permit.server(), permit.actor(), chat.clock.now());
    let person = person::held(change, user).await?;
    store::server::member::insert(&change.db, server, user, Role::Member, now).await?;
    let rooms = held_channels(change, server).await?;
    store::person::touch(&change.db, [user]).await?;
    store::room::member::insert_into(&change.db, &rooms, user, now).await?;
    let revs: HashMap<RoomId, i64> = touched(change, &rooms).await?.into_iter().collect();
    // Read back, because each channel is told the member's whole row.
    for row in store::room::member::of_user(&change.db, user).await? {
        if let Some(rev) = revs.get(&row.chatroom_id) {
            room::member::welcome(change, Topic::Room(row.chatroom_id), &person, row, *rev);
        }
    }
    let row = store::server::member::find(&change.db, server, user).await?;
    let row = row.ok_or(Error::Missing(Thing::Membership))?;
    let member = ServerMembership { card: Card::from(&person), row };
    let members = store::server::member::count(&change.db, server).await?;
    let news = ServerNews::Joined { server, member, members };
    change.announce(Topic::Server(server), news);
    Ok(())
}

/// `Forbidden(OwnerStays)` for its owner, `Missing(Membership)` for whoever is not there.
pub async fn leave(chat: &Chat, me: Actor, server: ServerId) -> Result<(), Error> {
    chat.change(async |change| {
        let permit = held(change, me.id, server).await?.facts.may_exit()?;
        part(chat, change, permit.server(), permit.actor()).await
    })
    .await
}

/// Takes somebody off the server and out of all its channels, and says so.
pub(in crate::chat) async fn part(
    chat: &Chat,
    change: &mut Change,
    server: ServerId,
    user: UserId,
) -> Result<(), Error> {
    depart(change, server, user).await?;
    let rooms = held_channels(change, server).await?;
    let ids: Vec<RoomId> = rooms.iter().map(|it| it.chatroom_id).collect();
    store::person::touch(&change.db, [user]).await?;
    store::room::member::delete_from(&change.db, &ids, user).await?;
    // From each channel by itself: connections stop hearing a room only when they are told of it.
    for room in touched(change, &rooms).await? {
        let news = MemberNews::Left { room: room.0, user, rev: room.1 };
        change.announce(Topic::Room(room.0), news);
        chat.typists.stop(room.0, user);
    }
    Ok(())
}

/// From the server alone.
async fn depart(change: &mut Change, server: ServerId, user: UserId) -> Result<(), Error> {
    store::server::member::delete(&change.db, server, user).await?;
    store::server::invite::delete_of(&change.db, server, user).await?;
    let members = store::server::member::count(&change.db, server).await?;
    let news = ServerNews::Left { server, user, members };
    change.announce(Topic::Server(server), news);
    Ok(())
}

/// Somebody's account is being deleted: their servers go to whoever has been there
/// longest, an admin before all others, or with them. The channels themselves are left as
/// all rooms are.
pub(in crate::chat) async fn abandon(change: &mut Change, user: UserId) -> Result<(), Error> {
    store::server::ban::delete_of(&change.db, user).await?;
    for server in store::server::of_member(&change.db, user).await? {
        let id = server.server_id;
        let KnownServer { row, facts } = held(change, user, id).await?;
        if row.owner_id == user {
            let members = store::server::member::of(&change.db, id).await?;
            let others = || members.iter().filter(|it| it.user_id != user);
            // In the order in which they came, so the first is who has been there longest.
            let heir = others().find(|it| it.role == Role::Admin).or_else(|| others().next());
            let Some(heir) = heir else {
                erase(change, facts.may(OwnerAction::DeleteServer)?).await?;
                continue;
            };
            rank(change, id, &[Ranked { user: heir.user_id, role: Role::Owner }]).await?;
        }
        depart(change, id, user).await?;
    }
    Ok(())
}

/// Gives people their roles on the server and in its channels, and says so. Whoever becomes
/// the owner has it from then on.
pub(in crate::chat) async fn rank(
    change: &mut Change,
    server: ServerId,
    roles: &[Ranked],
) -> Result<(), Error> {
    let rooms = held_channels(change, server).await?;
    for Ranked { user, role } in roles.iter().copied() {
        store::server::member::set_role(&change.db, server, user, role).await?;
        for room in &rooms {
            store::room::member::set_role(&change.db, room.chatroom_id, user, role).await?;
        }
        let news = ServerNews::Ranked { server, user, role };
        change.announce(Topic::Server(server), news);
        // The server's own row names its owner, too, and clients are shown what it says.
        if role == Role::Owner {
            store::server::set_owner(&change.db, server, user).await?;
            let row = store::server::find(&change.db, server).await?;
            announce_update(change, row.ok_or(Error::Missing(Thing::Server))?).await?;
        }
    }
    let ids: Vec<RoomId> = touched(change, &rooms).await?.into_iter().map(|it| it.0).collect();
    for room in store::room::find_all(&change.db, &ids).await? {
        change.announce(
            Topic::Room(room.chatroom_id),
            RoomNews::Updated { room, roles: roles.to_vec() },
        );
    }
    Ok(())
}

async fn announce_update(change: &mut Change, server: server::Model) -> Result<(), Error> {
    let id = server.server_id;
    let members = store::server::member::count(&change.db, id).await?;
    let news = ServerNews::Updated { server, members };
    change.announce(Topic::Server(id), news);
    Ok(())
}

async fn channels(chat: &Chat, permit: MayView) -> Result<Vec<Channel>, Error> {
    let rooms = store::room::of_server(&chat.db, permit.server()).await?;
    let ids: Vec<RoomId> = rooms.iter().map(|it| it.chatroom_id).collect();
    let numbers = number::of_channels(chat, &ids).await?;
    let channels = rooms.into_iter().filter_map(|room| {
        let number = *numbers.get(&room.chatroom_id)?;
        Some(Channel { number, server: permit.server(), room })
    });
    let mut channels: Vec<Channel> = channels.collect();
    channels.sort_by_key(|it| it.number);
    Ok(channels)
}

async fn erase(change: &mut Change, permit: MayRule) -> Result<(), Error> {
    let rooms = held_channels(change, permit.server()).await?;
    let members = store::server::member::of(&change.db, permit.server()).await?;
    store::person::touch(&change.db, members.iter().map(|it| it.user_id)).await?;
    let ids: Vec<RoomId> = rooms.iter().map(|it| it.chatroom_id).collect();
    change.discard(store::file::take_of_rooms(&change.db, &ids).await?).await?;
    store::room::delete_of_server(&change.db, permit).await?;
    store::server::delete(&change.db, permit).await?;
    for row in rooms {
        // The row is gone, but clients expect the number after the last one that they have.
        let (room, rev) = (row.chatroom_id, row.rev + 1);
        change.outdates_room(room);
        change.announce(Topic::Room(room), RoomNews::Deleted { room, rev });
        // As with any room that goes, each hears only of themselves.
        for user in members.iter().map(|it| it.user_id) {
            change.announce(Topic::User(user), MemberNews::Left { room, user, rev });
        }
    }
    let server = permit.server();
    change.announce(Topic::Server(server), ServerNews::Deleted(server));
    Ok(())
}

/// A server, and what the policy needs to know about somebody there.
pub(in crate::chat) struct KnownServer {
    pub row: server::Model,
    pub facts: Facts,
}

/// What the policy needs to know about this person and this server.
pub(in crate::chat) async fn found(
    db: &impl ConnectionTrait,
    user: UserId,
    server: ServerId,
) -> Result<KnownServer, Error> {
    let row = store::server::find(db, server).await?.ok_or(Error::Missing(Thing::Server))?;
    let facts = facts(db, user, &row).await?;
    Ok(KnownServer { row, facts })
}

/// The same, and nobody changes the server or its members meanwhile.
pub(in crate::chat) async fn held(
    change: &Change,
    user: UserId,
    server: ServerId,
) -> Result<KnownServer, Error> {
    let row = store::server::lock(&change.db, server).await?;
    let row = row.ok_or(Error::Missing(Thing::Server))?;
    let facts = facts(&change.db, user, &row).await?;
    Ok(KnownServer { row, facts })
}

async fn facts(
    db: &impl ConnectionTrait,
    user: UserId,
    row: &server::Model,
) -> Result<Facts, Error> {
    let server = row.server_id;
    let role = store::server::member::find(db, server, user).await?.map(|it| it.role);
    // No member is banned, so their requests are spared the question.
    let banned = role.is_none() && store::server::ban::find(db, server, user).await?.is_some();
    Ok(Facts { server, actor: user, role, is_open: row.is_open, banned })
}

async fn held_channels(change: &Change, server: ServerId) -> Result<Vec<chatroom::Model>, Error> {
    // The server is held, so between this and the lock no channel comes or goes.
    let rooms = store::room::of_server(&change.db, server).await?;
    let ids: Vec<RoomId> = rooms.iter().map(|it| it.chatroom_id).collect();
    Ok(store::room::lock(&change.db, &ids).await?)
}

/// Raises the `rev` of each room, whose members changed, and says what it is now.
async fn touched(
    change: &mut Change,
    rooms: &[chatroom::Model],
) -> Result<Vec<(RoomId, i64)>, Error> {
    let ids: Vec<RoomId> = rooms.iter().map(|it| it.chatroom_id).collect();
    store::room::touch_members_of(&change.db, &ids).await?;
    for room in ids {
        change.outdates_room(room);
    }
    // Nothing need be read again: the rows are held, so nobody else has raised them.
    Ok(rooms.iter().map(|it| (it.chatroom_id, it.rev + 1)).collect())
}

fn named(name: &str) -> Result<String, Error> {
    let name = line("name", name, LONGEST_NAME)?;
    if name.is_empty() { Err(Error::invalid("name", Problem::Blank)) } else { Ok(name) }
}

fn described(text: Option<String>) -> Result<Option<String>, Error> {
    text.map(|it| lines("description", &it, LONGEST_DESCRIPTION)).transpose()
}

fn pictured(url: Option<String>) -> Result<Option<String>, Error> {
    let link = |it: String| Link::parse("icon_url", &it, LONGEST_ICON);
    let text = |it: Option<Link>| it.map(Link::into_string).unwrap_or_default();
    url.map(|it| link(it).map(text)).transpose()
}
