//! How people present themselves.

use std::{collections::HashSet, sync::Arc};

use entity::{friend::Status, id::UserId, user};
use sea_orm::{ActiveValue::Set, ConnectionTrait};
use uuid::Uuid;

use crate::{
    chat::{
        engine::{change::Change, handle::Chat},
        person,
    },
    model::{
        actor::Actor,
        error::{Doubt, Error, Thing},
        event::{
            Topic,
            cursor::{CursorNews, Reached},
            person::PersonNews,
        },
        person::{Card, Portrait, ProfileChange, account::Account},
        text::{line, lines, link::Link, name},
    },
    policy::{self, MayActAs},
    store,
};

pub const LONGEST_NICKNAME: usize = 32;
pub const LONGEST_AVATAR: usize = 256;
pub const LONGEST_STATUS: usize = 256;
pub const LONGEST_BIO: usize = 1_024;

pub async fn mine(chat: &Chat, me: Actor) -> Result<Account, Error> {
    let user = store::person::find(&chat.db, me.id).await?;
    user.map(Account::from).ok_or(Error::Unauthenticated(Doubt::Revoked))
}

/// What anybody may see of a person.
pub async fn of(chat: &Chat, _me: Actor, user: UserId) -> Result<Card, Error> {
    active_card(store::person::find(&chat.db, user).await?)
}

/// All that is stored, for the person alone.
pub async fn visible(chat: &Chat, me: Actor, user: UserId) -> Result<Account, Error> {
    policy::may_act_as(me, user)?;
    mine(chat, me).await
}

/// A person's page; the e-mail address is there only for oneself.
pub async fn portrait(chat: &Chat, me: Actor, user: UserId) -> Result<Portrait, Error> {
    let row = store::person::find(&chat.db, user).await?.filter(|it| it.is_active);
    let row = row.ok_or(Error::Missing(Thing::User))?;
    Ok(Portrait {
        card: Card::from(&row),
        email: row.email.filter(|_| me.id == user),
        bio: row.bio,
        created_at: row.created_at,
        updated_at: row.updated_at,
        last_seen: row.last_seen,
    })
}

/// The same of anybody whom the core has named: also of somebody whose account is erased.
pub async fn card(chat: &Chat, user: UserId) -> Result<Arc<Card>, Error> {
    chat.roster.card(&chat.db, user).await
}

/// By the UUID that surfaces without numbers call people by.
pub async fn by_public_id(chat: &Chat, _me: Actor, id: Uuid) -> Result<Card, Error> {
    active_card(store::person::by_public_id(&chat.db, id).await?)
}

pub async fn by_email(chat: &Chat, _me: Actor, email: &str) -> Result<Card, Error> {
    let key = name::sought(email).ok_or(Error::Missing(Thing::User))?;
    active_card(store::person::by_email(&chat.db, &key).await?)
}

pub async fn by_username(chat: &Chat, _me: Actor, username: &str) -> Result<Card, Error> {
    let key = name::sought(username).ok_or(Error::Missing(Thing::User))?;
    active_card(store::person::by_username(&chat.db, &key).await?)
}

pub async fn update(
    chat: &Chat,
    me: Actor,
    user: UserId,
    wanted: ProfileChange,
) -> Result<Account, Error> {
    let permit = policy::may_act_as(me, user)?;
    let columns = columns(wanted)?;
    chat.change(async |change| put(chat, change, permit, columns.clone()).await).await
}

/// What a change of the profile writes, if all of it is acceptable.
pub(in crate::chat) fn columns(wanted: ProfileChange) -> Result<user::ActiveModel, Error> {
    let mut columns = user::ActiveModel::default();
    set(&mut columns.nickname, wanted.nickname, |it| line("nickname", it, LONGEST_NICKNAME))?;
    set(&mut columns.avatar_url, wanted.avatar_url, |it| {
        Ok(Link::parse("avatar_url", it, LONGEST_AVATAR)?
            .map(Link::into_string)
            .unwrap_or_default())
    })?;
    set(&mut columns.status, wanted.status, |it| line("status", it, LONGEST_STATUS))?;
    set(&mut columns.bio, wanted.bio, |it| lines("bio", it, LONGEST_BIO))?;
    if let Some(sends) = wanted.sends_receipts {
        columns.sends_receipts = Set(sends);
    }
    Ok(columns)
}

/// Writes it as a part of something larger, and says so to whoever sees the person.
pub(in crate::chat) async fn put(
    chat: &Chat,
    change: &mut Change,
    permit: MayActAs,
    columns: user::ActiveModel,
) -> Result<Account, Error> {
    let (user, now) = (permit.user(), chat.clock.now());
    // Nothing is written to an account that is gone.
    person::oneself(change, user).await?;
    let is_about_receipts = columns.sends_receipts.is_set();
    let is_about_portrait = columns.avatar_url.is_set();
    let row = store::person::update(&change.db, permit, columns, now).await?;
    if is_about_receipts {
        // Clients that are away ask where cursors have moved, and find this out that way.
        store::room::cursor::move_all(&change.db, user, now).await?;
        show_cursors(change, &row).await?;
    }
    if is_about_portrait {
        wear(change, permit, row.avatar_url.as_deref()).await?;
    }
    change.outdates_person(user);
    announce(change, &row).await?;
    Ok(Account::from(row))
}

/// Tells whoever sees this person somewhere how they present themselves now.
pub(in crate::chat) async fn announce(change: &mut Change, row: &user::Model) -> Result<(), Error> {
    let me = Topic::User(row.user_id);
    for topic in audience(&change.db, row.user_id).await? {
        change.announce(topic, PersonNews::ProfileChanged(Card::from(row)));
    }
    change.announce(me, PersonNews::OneselfChanged(Arc::new(Account::from(row))));
    Ok(())
}

/// Others see from now on how far this person has got, or do so no more.
async fn show_cursors(change: &mut Change, row: &user::Model) -> Result<(), Error> {
    let user = row.user_id;
    for mine in store::room::member::of_user(&change.db, user).await? {
        let room = mine.chatroom_id;
        let reached = Reached { read: mine.last_read_seq, delivered: mine.last_delivered_seq };
        let cursor = row.sends_receipts.then_some(reached);
        change.announce(Topic::Room(room), CursorNews::Shown { room, user, cursor });
    }
    Ok(())
}

/// What one showed before goes, if it was one's own: its row says whose a file is, and never the
/// address that somebody wrote down. Whoever borrowed it by its address shows nothing then.
async fn wear(change: &mut Change, permit: MayActAs, url: Option<&str>) -> Result<(), Error> {
    let name = url.and_then(store::file::disk::portrait);
    let replaced = store::file::avatar::wear(&change.db, permit, name).await?;
    change.discard(discarded(&replaced)).await
}

/// All the portraits that this person has uploaded.
pub(in crate::chat) async fn discard_portraits(
    change: &mut Change,
    permit: MayActAs,
) -> Result<(), Error> {
    let files = store::file::avatar::take_of(&change.db, permit).await?;
    change.discard(discarded(&files)).await
}

fn discarded(names: &[String]) -> Vec<String> {
    names.iter().map(|it| store::file::disk::discarded_portrait(it)).collect()
}

/// Who sees this person somewhere: in their rooms, on their servers, among friends, among
/// those who ask or were asked to be, and among those whom somebody has blocked.
async fn audience(db: &impl ConnectionTrait, user: UserId) -> Result<Vec<Topic>, Error> {
    let rooms = store::room::member::rooms_of(db, user).await?;
    let servers = store::server::member::servers_of(db, user).await?;
    let mut friends = store::person::friend::of(db, &[user], Status::Accepted).await?;
    friends.extend(store::person::friend::of(db, &[user], Status::Pending).await?);
    let blocks = store::person::block::involving(db, &[user]).await?;
    let mut people: HashSet<UserId> =
        friends.iter().flat_map(|it| [it.user_id, it.friend_id]).collect();
    // Who has blocked somebody sees them in a list. The one who is blocked does not.
    people.extend(blocks.iter().map(|it| it.user_id));
    people.remove(&user);
    let places = rooms.into_iter().map(Topic::Room).chain(servers.into_iter().map(Topic::Server));
    Ok(people.into_iter().map(Topic::User).chain(places).collect())
}

type Column = sea_orm::ActiveValue<Option<String>>;

fn set(
    column: &mut Column,
    wanted: Option<String>,
    check: impl FnOnce(&str) -> Result<String, Error>,
) -> Result<(), Error> {
    if let Some(wanted) = wanted {
        *column = Set(Some(check(&wanted)?).filter(|it| !it.is_empty()));
    }
    Ok(())
}

fn active_card(user: Option<user::Model>) -> Result<Card, Error> {
    let user = user.filter(|it| it.is_active).ok_or(Error::Missing(Thing::User))?;
    Ok(Card::from(&user))
}
