//! Friendship, one state machine per pair.

use entity::{friend, id::UserId};

use crate::{
    chat::{
        engine::{change::Change, handle::Chat, roster::RowSource},
        person::{self, profile},
        room::direct,
    },
    model::{
        actor::Actor,
        allowance::{Allowance, Spender},
        error::{Clash, Error, Thing},
        event::{Topic, friend::FriendNews},
        person::{
            Card,
            friendship::{Relation, State, Whom},
        },
    },
    policy, store,
};

/// What it means to ask somebody who has asked already.
#[derive(Clone, Copy)]
enum AskingBack {
    Accepts,
    IsRefused,
}

/// Asks somebody; when they had asked already, that makes friends.
pub async fn request(chat: &Chat, me: Actor, whom: Whom) -> Result<Relation, Error> {
    pay(chat, me)?;
    let other = match whom {
        Whom::Id(user) => user,
        Whom::Username(name) => profile::by_username(chat, me, &name).await?.id,
        Whom::Email(email) => profile::by_email(chat, me, &email).await?.id,
    };
    match ask(chat, me, other, AskingBack::Accepts).await {
        // The other asked at the same moment: now their row is there to be seen.
        Err(Error::Taken(Clash::AlreadyAsked)) if incoming_from(chat, me, other).await? => {
            accept(chat, me, other).await
        }
        result => result,
    }
}

/// The same for clients that do more than this where they accept, and would not do it here:
/// whoever was asked has to accept.
pub async fn request_unasked(chat: &Chat, me: Actor, other: UserId) -> Result<Relation, Error> {
    pay(chat, me)?;
    ask(chat, me, other, AskingBack::IsRefused).await
}

/// Also for somebody who is not there: otherwise names could be tried out for nothing.
fn pay(chat: &Chat, me: Actor) -> Result<(), Error> {
    chat.limits.spend(Allowance::FriendRequest, Spender::User(me.id))
}

async fn ask(chat: &Chat, me: Actor, other: UserId, back: AskingBack) -> Result<Relation, Error> {
    if other == me.id {
        return Err(Error::Taken(Clash::Oneself));
    }
    chat.change(async |change| {
        // A block or the end of an account must not come between the question and the row.
        person::held_with(change, me, other).await?;
        policy::may_approach(store::person::block::between(&change.db, me.id, other).await?)?;
        let row = store::person::friend::find(&change.db, me.id, other).await?;
        match (State::of(row.as_ref(), me.id), back) {
            (State::Friends, _) => Err(Error::Taken(Clash::AlreadyFriends)),
            (State::Outgoing, _) | (State::Incoming, AskingBack::IsRefused) => {
                Err(Error::Taken(Clash::AlreadyAsked))
            }
            (State::Incoming, AskingBack::Accepts) => befriend(chat, change, me, other).await,
            (State::None, _) => insert(chat, change, me, other).await,
        }
    })
    .await
}

async fn insert(
    chat: &Chat,
    change: &mut Change,
    me: Actor,
    other: UserId,
) -> Result<Relation, Error> {
    let now = chat.clock.now();
    let row = match store::person::friend::insert(&change.db, me.id, other, now).await {
        Ok(row) => row,
        Err(error) if store::engine::connection::is_duplicate(&error) => {
            return Err(Error::Taken(Clash::AlreadyAsked));
        }
        Err(error) if store::engine::connection::is_dangling(&error) => {
            return Err(Error::Missing(Thing::User));
        }
        Err(error) => return Err(error.into()),
    };
    tell_both(chat, change, me, other, Some(&row), FriendNews::Requested).await
}

/// A second accept changes nothing.
pub async fn accept(chat: &Chat, me: Actor, other: UserId) -> Result<Relation, Error> {
    chat.change(async |change| {
        // Whether both live need not be asked: whoever deletes an account takes their requests
        // along.
        store::person::hold(&change.db, [me.id, other]).await?;
        let row = store::person::friend::find(&change.db, me.id, other).await?;
        match State::of(row.as_ref(), me.id) {
            State::Incoming => befriend(chat, change, me, other).await,
            State::Friends => view(chat, &change.db, me.id, other, row.as_ref()).await,
            State::None | State::Outgoing => Err(Error::Missing(Thing::FriendRequest)),
        }
    })
    .await
}

/// The asker is not told, as one would not be in life.
pub async fn reject(chat: &Chat, me: Actor, other: UserId) -> Result<Relation, Error> {
    end(chat, me, other, State::Incoming).await
}

pub async fn cancel(chat: &Chat, me: Actor, other: UserId) -> Result<Relation, Error> {
    end(chat, me, other, State::Outgoing).await
}

pub async fn remove(chat: &Chat, me: Actor, other: UserId) -> Result<Relation, Error> {
    end(chat, me, other, State::Friends).await
}

pub async fn relation(chat: &Chat, me: Actor, other: UserId) -> Result<Relation, Error> {
    ensure_active(chat, other).await?;
    let row = store::person::friend::read(&chat.db, me.id, other).await?;
    view(chat, &chat.db, me.id, other, row.as_ref()).await
}

pub async fn friends(chat: &Chat, me: Actor) -> Result<Vec<Relation>, Error> {
    list(chat, me, friend::Status::Accepted, State::Friends).await
}

pub async fn incoming(chat: &Chat, me: Actor) -> Result<Vec<Relation>, Error> {
    list(chat, me, friend::Status::Pending, State::Incoming).await
}

pub async fn outgoing(chat: &Chat, me: Actor) -> Result<Vec<Relation>, Error> {
    list(chat, me, friend::Status::Pending, State::Outgoing).await
}

async fn befriend(
    chat: &Chat,
    change: &mut Change,
    me: Actor,
    other: UserId,
) -> Result<Relation, Error> {
    policy::may_approach(store::person::block::between(&change.db, me.id, other).await?)?;
    let accepted = store::person::friend::accept(&change.db, me.id, other).await?;
    let row = store::person::friend::read(&change.db, me.id, other).await?;
    if !accepted {
        return view(chat, &change.db, me.id, other, row.as_ref()).await;
    }
    tell_both(chat, change, me, other, row.as_ref(), FriendNews::Accepted).await
}

/// Ends the relation if it is in this state; otherwise nothing happens.
async fn end(chat: &Chat, me: Actor, other: UserId, expected: State) -> Result<Relation, Error> {
    chat.change(async |change| {
        // With their room, because it is noted after which of its messages the two have parted.
        let room = direct::hold(change, me, other).await?;
        let row = store::person::friend::find(&change.db, me.id, other).await?;
        if State::of(row.as_ref(), me.id) != expected {
            return view(chat, &change.db, me.id, other, row.as_ref()).await;
        }
        store::person::friend::delete(&change.db, me.id, other).await?;
        match expected {
            State::Friends => {
                if let Some(room) = &room {
                    store::room::member::part(&change.db, room).await?;
                }
                tell_both(chat, change, me, other, None, FriendNews::Removed).await
            }
            // A rejection is heard on one's own devices only.
            State::Incoming => tell_me(chat, change, me, other, None, FriendNews::Cancelled).await,
            State::Outgoing | State::None => {
                tell_both(chat, change, me, other, None, FriendNews::Cancelled).await
            }
        }
    })
    .await
}

/// Tells each of the two how they stand to each other now, and answers how I see it.
async fn tell_both(
    chat: &Chat,
    change: &mut Change,
    me: Actor,
    other: UserId,
    row: Option<&friend::Model>,
    news: fn(Relation) -> FriendNews,
) -> Result<Relation, Error> {
    let theirs = view(chat, &change.db, other, me.id, row).await?;
    change.announce(Topic::User(other), news(theirs));
    tell_me(chat, change, me, other, row, news).await
}

async fn tell_me(
    chat: &Chat,
    change: &mut Change,
    me: Actor,
    other: UserId,
    row: Option<&friend::Model>,
    news: fn(Relation) -> FriendNews,
) -> Result<Relation, Error> {
    let mine = view(chat, &change.db, me.id, other, row).await?;
    change.announce(Topic::User(me.id), news(mine.clone()));
    // Both, even where one is told nothing: the other's list has changed too, and `sync` brings it.
    store::person::touch(&change.db, [me.id, other]).await?;
    Ok(mine)
}

async fn list(
    chat: &Chat,
    me: Actor,
    status: friend::Status,
    state: State,
) -> Result<Vec<Relation>, Error> {
    let rows = store::person::friend::of(&chat.db, &[me.id], status).await?;
    let others: Vec<UserId> = rows.iter().map(|it| other_side(it, me.id)).collect();
    let cards = chat.roster.cards(&chat.db, &others).await?;
    let mut relations: Vec<Relation> = rows
        .iter()
        .zip(&others)
        .filter(|(row, _)| State::of(Some(row), me.id) == state)
        .filter_map(|(row, other)| {
            let other = Card::clone(cards.get(other)?);
            Some(Relation { me: me.id, other, state, since: Some(row.created_at) })
        })
        .collect();
    relations.sort_by_key(|it| it.other.id);
    Ok(relations)
}

fn other_side(row: &friend::Model, me: UserId) -> UserId {
    if row.user_id == me { row.friend_id } else { row.user_id }
}

/// How one of the two sees it.
async fn view(
    chat: &Chat,
    db: &impl RowSource,
    viewer: UserId,
    other: UserId,
    row: Option<&friend::Model>,
) -> Result<Relation, Error> {
    let card = chat.roster.card(db, other).await?;
    Ok(Relation {
        me: viewer,
        other: Card::clone(&card),
        state: State::of(row, viewer),
        since: row.map(|it| it.created_at),
    })
}

async fn incoming_from(chat: &Chat, me: Actor, other: UserId) -> Result<bool, Error> {
    let row = store::person::friend::read(&chat.db, me.id, other).await?;
    Ok(State::of(row.as_ref(), me.id) == State::Incoming)
}

async fn ensure_active(chat: &Chat, user: UserId) -> Result<(), Error> {
    let found = store::person::find(&chat.db, user).await?;
    found.filter(|it| it.is_active).map(|_| ()).ok_or(Error::Missing(Thing::User))
}
