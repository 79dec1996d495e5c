//! Wanting to hear nothing of somebody.

use entity::id::UserId;

use crate::{
    chat::{
        change::{Change, patiently},
        handle::Chat,
    },
    model::{
        actor::Actor,
        error::{Clash, Error, Thing},
        event::{News, Topic},
        friendship::{Relation, State},
        person::Card,
    },
    store,
};

/// Ends a friendship or a request too, in the same transaction. The other is not told of
/// the block, only that they are no longer friends.
pub async fn block(chat: &Chat, me: Actor, other: UserId) -> Result<Card, Error> {
    if other == me.id {
        return Err(Error::Taken(Clash::Oneself));
    }
    let found = store::user::find(&chat.db, other).await?.filter(|it| it.is_active);
    let card = Card::from(&found.ok_or(Error::Missing(Thing::User))?);
    patiently(|| try_block(chat, me, card.clone())).await?;
    Ok(card)
}

async fn try_block(chat: &Chat, me: Actor, card: Card) -> Result<(), Error> {
    let other = card.id;
    let mut change = Change::begin(chat).await?;
    if !store::block::exists(&change.db, me.id, other).await? {
        let now = chat.clock.now();
        match store::block::insert(&change.db, me.id, other, now).await {
            Err(error) if store::connection::is_duplicate(&error) => return Ok(()),
            result => result?,
        }
        store::user::touch(&change.db, [me.id]).await?;
    }
    if store::friend::delete(&change.db, me.id, other).await? {
        let mine = Relation { me: me.id, other: card, state: State::None, since: None };
        change.announce(Topic::User(me.id), News::FriendRemoved { relation: mine });
        let my_card = Card::clone(&*chat.roster.card(&change.db, me.id).await?);
        let theirs = Relation { me: other, other: my_card, state: State::None, since: None };
        change.announce(Topic::User(other), News::FriendRemoved { relation: theirs });
        store::user::touch(&change.db, [me.id, other]).await?;
    }
    forget_direct_room(&mut change, me.id, other).await?;
    change.commit().await
}

pub async fn unblock(chat: &Chat, me: Actor, other: UserId) -> Result<(), Error> {
    patiently(|| async {
        let mut change = Change::begin(chat).await?;
        if store::block::delete(&change.db, me.id, other).await? {
            store::user::touch(&change.db, [me.id]).await?;
        }
        forget_direct_room(&mut change, me.id, other).await?;
        change.commit().await
    })
    .await
}

pub async fn list(chat: &Chat, me: Actor) -> Result<Vec<Card>, Error> {
    let blocked: Vec<UserId> =
        store::block::of(&chat.db, me.id).await?.into_iter().map(|it| it.blocked_id).collect();
    let cards = chat.roster.cards(&chat.db, &blocked).await?;
    Ok(blocked.iter().filter_map(|it| cards.get(it)).map(|it| Card::clone(it)).collect())
}

/// Permission to write there depends on blocks.
async fn forget_direct_room(
    change: &mut Change<'_>,
    one: UserId,
    other: UserId,
) -> Result<(), Error> {
    let key = store::friend::pair_key(one, other);
    if let Some(room) = store::chatroom::by_direct_key(&change.db, &key).await? {
        change.outdates_room(room.chatroom_id);
    }
    Ok(())
}
