//! Wanting to hear nothing of somebody.

use entity::id::UserId;

use crate::{
    chat::{
        engine::{change::Change, handle::Chat},
        person::{
            self,
            presence::{self, Closeness},
        },
        room::direct,
    },
    model::{
        actor::Actor,
        error::{Clash, Error, Thing},
        event::{Topic, friend::FriendNews, person::PersonNews},
        person::{
            Card,
            friendship::{Relation, State},
        },
    },
    store,
};

/// Ends a friendship or a request too, in the same transaction. The other is not told of
/// the block, only that they are no longer friends.
pub async fn block(chat: &Chat, me: Actor, other: UserId) -> Result<Card, Error> {
    if other == me.id {
        return Err(Error::Taken(Clash::Oneself));
    }
    let found = store::person::find(&chat.db, other).await?.filter(|it| it.is_active);
    let card = Card::from(&found.ok_or(Error::Missing(Thing::User))?);
    let closeness =
        chat.change(async |change| cut_off(chat, change, me, card.clone()).await).await?;
    presence::look_again(chat, me.id, other, closeness).await;
    Ok(card)
}

/// Says whether the two have heard of each other's coming and going.
async fn cut_off(
    chat: &Chat,
    change: &mut Change,
    me: Actor,
    card: Card,
) -> Result<Closeness, Error> {
    let other = card.id;
    let room = direct::hold(change, me, other).await?;
    person::held_with(change, me, other).await?;
    if !store::person::block::exists(&change.db, me.id, other).await? {
        store::person::block::insert(&change.db, me.id, other, chat.clock.now()).await?;
        store::person::touch(&change.db, [me.id]).await?;
        change.announce(Topic::User(me.id), PersonNews::Blocked(card.clone()));
    }
    // A request between the two ends as well, and whoever asked hears that there is none any more.
    let row = store::person::friend::find(&change.db, me.id, other).await?;
    let state = State::of(row.as_ref(), me.id);
    if state != State::None {
        store::person::friend::delete(&change.db, me.id, other).await?;
        let mine = Relation { me: me.id, other: card, state: State::None, since: None };
        change.announce(Topic::User(me.id), FriendNews::Removed(mine));
        let my_card = Card::clone(&*chat.roster.card(&change.db, me.id).await?);
        let theirs = Relation { me: other, other: my_card, state: State::None, since: None };
        change.announce(Topic::User(other), FriendNews::Removed(theirs));
        store::person::touch(&change.db, [me.id, other]).await?;
        if let Some(room) = &room {
            store::room::member::part(&change.db, room).await?;
        }
    }
    let by_room = forget_direct_room(change, me.id, other).await?;
    // Whoever has only asked has never heard of the other's coming and going.
    Ok(if state == State::Friends { Closeness::Close } else { by_room })
}

pub async fn unblock(chat: &Chat, me: Actor, other: UserId) -> Result<(), Error> {
    let unblocked = chat.change(async |change| {
        direct::hold(change, me, other).await?;
        if store::person::block::delete(&change.db, me.id, other).await? {
            store::person::touch(&change.db, [me.id]).await?;
            let card = Card::clone(&*chat.roster.card(&change.db, other).await?);
            change.announce(Topic::User(me.id), PersonNews::Unblocked(card));
        }
        forget_direct_room(change, me.id, other).await
    });
    let closeness = unblocked.await?;
    presence::look_again(chat, me.id, other, closeness).await;
    Ok(())
}

pub async fn list(chat: &Chat, me: Actor) -> Result<Vec<Card>, Error> {
    let blocked: Vec<UserId> = store::person::block::of(&chat.db, me.id)
        .await?
        .into_iter()
        .map(|it| it.blocked_id)
        .collect();
    let cards = chat.roster.cards(&chat.db, &blocked).await?;
    Ok(blocked.iter().filter_map(|it| cards.get(it)).map(|it| Card::clone(it)).collect())
}

/// Permission to write there depends on blocks. Says how close the two are by such a room.
async fn forget_direct_room(
    change: &mut Change,
    one: UserId,
    other: UserId,
) -> Result<Closeness, Error> {
    let key = store::person::friend::pair_key(one, other);
    let room = store::room::by_direct_key(&change.db, &key).await?;
    let Some(room) = room else { return Ok(Closeness::Strangers) };
    // Whether one may write there is remembered with the room, and depends on the block.
    change.outdates_room(room.chatroom_id);
    Ok(Closeness::Close)
}
