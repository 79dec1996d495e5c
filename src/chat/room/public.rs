//! Rooms that anybody may come into, read and write in.

use std::collections::HashSet;

use entity::{
    chatroom::{self, Kind},
    id::RoomId,
    participant::Role,
};

use crate::{
    chat::{
        engine::handle::Chat,
        room::{self, number, overview},
    },
    model::{
        actor::Actor,
        error::{Error, Problem, Thing},
        room::{Numbered, RoomView},
        text::{line, lines, name},
    },
    store,
};

/// A room that is there before anybody makes one.
struct DefaultRoom {
    slug: &'static str,
    name: &'static str,
    description: &'static str,
}

// The client of `chatsphere` looks for the first of them by exactly this name, and opens it.
const DEFAULTS: [DefaultRoom; 3] = [
    DefaultRoom {
        slug: "general", name: "公共大厅", description: "所有人都可以聊天的公共大厅"
    },
    DefaultRoom { slug: "tech", name: "技术讨论", description: "讨论技术问题的房间" },
    DefaultRoom {
        slug: "random", name: "随便聊聊", description: "随便聊聊，什么都可以说"
    },
];

/// All of them, by number, whether I joined them or not; in a constant number of queries.
pub async fn list(chat: &Chat, me: Actor) -> Result<Vec<RoomView>, Error> {
    let rooms = open_to(chat, me, store::room::public(&chat.db).await?).await?;
    let mine = store::room::member::of_user(&chat.db, me.id).await?;
    Ok(ordered(overview::of(chat, me, rooms, mine).await?))
}

/// Some of them by number, beginning after this one.
pub async fn page(chat: &Chat, me: Actor, after: i64, count: u64) -> Result<Vec<RoomView>, Error> {
    let closed = store::room::ban::of_user(&chat.db, me.id).await?;
    let rooms = store::room::public_after(&chat.db, &closed, after, count).await?;
    let mine = store::room::member::of_user(&chat.db, me.id).await?;
    Ok(ordered(overview::of(chat, me, rooms, mine).await?))
}

/// All of them, and every other room that I am in, likewise.
pub async fn list_with_mine(chat: &Chat, me: Actor) -> Result<Vec<RoomView>, Error> {
    let mut rooms = open_to(chat, me, store::room::public(&chat.db).await?).await?;
    let mine = store::room::member::of_user(&chat.db, me.id).await?;
    let known: HashSet<RoomId> = rooms.iter().map(|it| it.chatroom_id).collect();
    let others: Vec<RoomId> =
        mine.iter().map(|it| it.chatroom_id).filter(|it| !known.contains(it)).collect();
    rooms.extend(store::room::find_all(&chat.db, &others).await?);
    let mut views = ordered(overview::of(chat, me, rooms, mine).await?);
    // The clients for whom this list is made do not know that a chat can be deleted for oneself.
    views.retain(|it| !it.is_deleted());
    Ok(views)
}

/// Without those that keep me out.
async fn open_to(
    chat: &Chat,
    me: Actor,
    mut rooms: Vec<chatroom::Model>,
) -> Result<Vec<chatroom::Model>, Error> {
    let closed = store::room::ban::of_user(&chat.db, me.id).await?;
    rooms.retain(|it| !closed.contains(&it.chatroom_id));
    Ok(rooms)
}

/// Several may have the same name. Whoever makes one owns it.
pub async fn create(
    chat: &Chat,
    me: Actor,
    name: &str,
    description: Option<&str>,
) -> Result<RoomView, Error> {
    let name = line("name", name, room::LONGEST_NAME)?;
    if name.is_empty() {
        return Err(Error::invalid("name", Problem::Blank));
    }
    let description =
        description.map(|it| lines("description", it, room::LONGEST_DESCRIPTION)).transpose()?;
    let description = description.filter(|it| !it.is_empty());
    room::pay(chat, me, 0)?;
    let made = chat.change(async |change| {
        let mut new = store::room::NewRoom::public(&name);
        new.description.clone_from(&description);
        new.creator = Some(me.id);
        let row = store::room::insert(&change.db, new, chat.clock.now()).await?;
        room::populate(chat, change, &row, &[(me.id, Role::Owner)]).await?;
        Ok(row.chatroom_id)
    });
    room::view(chat, me, made.await?).await
}

pub async fn by_number(chat: &Chat, number: i64) -> Result<Numbered, Error> {
    let id = number::room_of(chat, number).await?;
    let room = store::room::find(&chat.db, id).await?.filter(|it| it.kind == Kind::Public);
    Ok(Numbered { number, room: room.ok_or(Error::Missing(Thing::Room))? })
}

/// By name, spelled exactly so or in other letters, else by slug. Of several with the
/// same name it is the oldest.
pub async fn by_name(chat: &Chat, wanted: &str) -> Result<Numbered, Error> {
    let key = name::sought(wanted).ok_or(Error::Missing(Thing::Room))?;
    // Compared here, because the databases disagree on what is equal.
    let names = store::room::public_names(&chat.db).await?;
    let called = |same: &dyn Fn(&str) -> bool| -> Vec<RoomId> {
        names.iter().filter(|it| it.1.as_deref().is_some_and(same)).map(|it| it.0).collect()
    };
    let mut found = called(&|it| it == wanted.trim());
    if found.is_empty() {
        found = called(&|it| name::key(it) == key);
    }
    match number::of(chat, &found).await?.into_values().min() {
        Some(number) => by_number(chat, number).await,
        None => by_slug(chat, &key).await,
    }
}

pub async fn by_slug(chat: &Chat, slug: &str) -> Result<Numbered, Error> {
    let room = store::room::by_slug(&chat.db, slug).await?;
    let room = room.filter(|it| it.kind == Kind::Public).ok_or(Error::Missing(Thing::Room))?;
    Ok(Numbered { number: number::of_room(chat, room.chatroom_id).await?, room })
}

/// Makes the default rooms that are not there, however many nodes do so at once.
pub async fn make_defaults(chat: &Chat) -> Result<(), Error> {
    for default in &DEFAULTS {
        if store::room::by_slug(&chat.db, default.slug).await?.is_none() {
            make_default(chat, default).await?;
        }
    }
    Ok(())
}

async fn make_default(chat: &Chat, default: &DefaultRoom) -> Result<(), Error> {
    let mut new = store::room::NewRoom::public(default.name);
    new.description = Some(default.description.to_owned());
    new.slug = Some(default.slug.to_owned());
    let made = chat.change(async |change| {
        store::room::insert(&change.db, new.clone(), chat.clock.now()).await?;
        Ok(())
    });
    match made.await {
        // Another node was quicker.
        Err(_) if store::room::by_slug(&chat.db, default.slug).await?.is_some() => Ok(()),
        result => result,
    }
}

fn ordered(mut views: Vec<RoomView>) -> Vec<RoomView> {
    views.sort_by_key(|it| it.number);
    views
}
