//! Who is there, told to those who may care: friends, people in a shared direct room, and
//! whoever asked.
pub mod leases;

use std::{
    collections::{HashMap, HashSet},
    time::Duration,
};

use entity::{friend::Status, id::UserId};

use crate::{
    chat::{
        engine::{handle::Chat, roster},
        person::presence::leases::Lease,
    },
    model::{
        actor::Actor,
        error::{Error, Problem},
        event::{Event, Topic, presence::PresenceNews},
        person::{
            Card,
            presence::{Mood, Presence},
        },
        text::line,
    },
    policy, store,
};

/// How many people one connection may watch or ask about.
pub const MOST: usize = 200;
/// People in one query, well under every database's limit of parameters.
const AT_ONCE: usize = 500;

/// A connection begins; its presence lasts as long as the lease is held.
pub async fn arrive(chat: &Chat, me: Actor) -> Result<Lease, Error> {
    // Whoever is there already has a lease that knows it, so a second tab costs no question.
    let chosen = match chat.leases.own(me.id) {
        Some(known) => known.mood,
        None => store::person::find(&chat.db, me.id).await?.and_then(|it| it.mood).into(),
    };
    chat.leases.arrive(me.id, chosen, chat.rules.max_sockets_per_user, &chat.clock)
}

/// What is chosen is kept for the next time that one is there.
pub async fn set(
    chat: &Chat,
    me: Actor,
    mood: Mood,
    status_text: Option<String>,
) -> Result<Presence, Error> {
    let status_text = status_text.map(|it| line("status_text", &it, 128)).transpose()?;
    let status_text = status_text.filter(|it| !it.is_empty());
    // The words are not stored: they last only as long as one is there.
    if chat.leases.own(me.id).is_none_or(|it| it.mood != mood) {
        let permit = policy::may_act_as(me, me.id)?;
        store::person::set_mood(&chat.db, permit, mood.chosen()).await?;
    }
    chat.leases.set(me.id, mood, status_text.clone());
    Ok(Presence { user: me.id, mood, status_text, last_seen: None })
}

/// How I am seen by my own devices.
pub fn own(chat: &Chat, me: Actor) -> Presence {
    chat.leases.own(me.id).unwrap_or_else(|| away(me.id))
}

/// What others may see of these people; who is blocked, either way, seems to be away. Only I
/// see of myself what I am to nobody else.
pub async fn of(chat: &Chat, me: Actor, users: &[UserId]) -> Result<Vec<Presence>, Error> {
    if users.len() > MOST {
        return Err(Error::invalid("user_ids", Problem::Other("at most 200 people at once")));
    }
    let hidden = strangers(chat, &[me.id]).await?;
    let mut shown = all(chat, users).await?;
    for presence in &mut shown {
        if hidden.contains(&(me.id, presence.user)) {
            *presence = away(presence.user);
        }
        if presence.user == me.id
            && let Some(own) = chat.leases.own(me.id)
        {
            *presence = own;
        }
    }
    Ok(shown)
}

/// How many connections there are, of everybody and on every surface.
pub fn connections(chat: &Chat) -> usize {
    chat.leases.count()
}

/// Everybody who is there, by id, except those who are invisible. Each change of it is
/// told, within a second, as `PresenceNews::Changed` to at least the person's own topic.
pub async fn everybody_online(chat: &Chat) -> Result<Vec<Card>, Error> {
    people(chat, &chat.leases.everybody()).await
}

/// The same without those whose last connection has just closed, for surfaces that show at
/// once who goes. `PresenceNews::Changed` does not tell of whoever is back within the grace.
pub async fn everybody_connected(chat: &Chat) -> Result<Vec<Card>, Error> {
    people(chat, &chat.leases.connected()).await
}

/// The same as one person may see it: whoever is blocked, either way, seems to be away.
pub async fn seen_connected(chat: &Chat, me: Actor) -> Result<Vec<Card>, Error> {
    let hidden = hidden_from(chat, &[me.id]).await?;
    let mut cards = everybody_connected(chat).await?;
    cards.retain(|it| !hidden.contains(&(me.id, it.id)));
    Ok(cards)
}

/// For those surfaces: pairs of one of these people and another, whom they must not see come
/// and go.
pub async fn hidden_from(
    chat: &Chat,
    users: &[UserId],
) -> Result<HashSet<(UserId, UserId)>, Error> {
    let mut pairs = HashSet::new();
    for users in users.chunks(AT_ONCE) {
        pairs.extend(strangers(chat, users).await?);
    }
    Ok(pairs)
}

async fn people(chat: &Chat, users: &[UserId]) -> Result<Vec<Card>, Error> {
    let cards = chat.roster.cards(&chat.db, users).await?;
    let mut cards: Vec<Card> = cards.into_values().map(|it| Card::clone(&it)).collect();
    cards.sort_by_key(|it| it.id);
    Ok(cards)
}

/// Watches these people from one connection, and says how they are now.
pub async fn subscribe(
    chat: &Chat,
    me: Actor,
    lease: &Lease,
    users: &[UserId],
) -> Result<Vec<Presence>, Error> {
    let now = of(chat, me, users).await?;
    lease.watch(users, MOST)?;
    Ok(now)
}

/// Tells of changes once a second, until the server stops.
pub async fn watch(chat: Chat) {
    let mut second = tokio::time::interval(Duration::from_secs(1));
    while chat.stop.run_until_cancelled(second.tick()).await.is_some() {
        if let Err(error) = tell(&chat).await {
            tracing::warn!(%error, "presence could not be told");
        }
        // It belongs to nobody's presence, but comes along every second.
        chat.limits.tidy();
    }
}

async fn tell(chat: &Chat) -> Result<(), Error> {
    let mut result = note_departures(chat).await;
    for changed in chat.leases.changes().chunks(AT_ONCE) {
        let told = tell_of(chat, changed).await;
        result = result.and(told.inspect_err(|_| chat.leases.change_again(changed)));
    }
    result
}

/// What cannot be stored is told all the same, and stored when that is possible.
async fn note_departures(chat: &Chat) -> Result<(), Error> {
    for (user, at) in chat.leases.depart(chat.clock.now()) {
        store::person::seen(&chat.db, user, at).await?;
        chat.leases.forget_departure(user);
    }
    Ok(())
}

/// Everybody who may care, or nobody.
async fn tell_of(chat: &Chat, changed: &[UserId]) -> Result<(), Error> {
    let presences: HashMap<UserId, Presence> =
        all(chat, changed).await?.into_iter().map(|it| (it.user, it)).collect();
    let mut letters: HashMap<UserId, Vec<Presence>> = HashMap::new();
    for (hearer, about) in audience(chat, changed).await? {
        // One's own devices show also what nobody else sees, such as being invisible.
        let own = (hearer == about).then(|| chat.leases.own(about)).flatten();
        if let Some(presence) = own.or_else(|| presences.get(&about).cloned()) {
            letters.entry(hearer).or_default().push(presence);
        }
    }
    for (hearer, presences) in letters {
        let news = PresenceNews::Changed(presences);
        chat.bus.publish(&Event::new(Topic::User(hearer), news));
    }
    Ok(())
}

/// Whether two people hear of each other's coming and going, without having asked for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::chat) enum Closeness {
    Close,
    Strangers,
}

/// A block between these two came or went: each is told how the other seems to be now, if
/// they hear of each other at all. A stranger who heard of it would learn of the block.
pub(in crate::chat) async fn look_again(
    chat: &Chat,
    one: UserId,
    other: UserId,
    closeness: Closeness,
) {
    // The block itself is done; whoever is not told asks when they connect again.
    if let Err(error) = tell_each_other(chat, one, other, closeness).await {
        tracing::warn!(%error, "presence could not be told after a block");
    }
}

async fn tell_each_other(
    chat: &Chat,
    one: UserId,
    other: UserId,
    closeness: Closeness,
) -> Result<(), Error> {
    let hidden = strangers(chat, &[one, other]).await?;
    let watchers = chat.leases.watchers(&[one, other]);
    for (hearer, about) in [(one, other), (other, one)] {
        // Who watches somebody hears of them all the time, so that they seem to go tells nothing.
        if closeness == Closeness::Strangers && !watchers.contains(&(hearer, about)) {
            continue;
        }
        let is_hidden = hidden.contains(&(hearer, about));
        let presences = if is_hidden { vec![away(about)] } else { all(chat, &[about]).await? };
        let news = PresenceNews::Changed(presences);
        chat.bus.publish(&Event::new(Topic::User(hearer), news));
    }
    Ok(())
}

/// Who hears of whom.
async fn audience(chat: &Chat, changed: &[UserId]) -> Result<HashSet<(UserId, UserId)>, Error> {
    let mut pairs: HashSet<(UserId, UserId)> = chat.leases.watchers(changed).into_iter().collect();
    for row in store::person::friend::of(&chat.db, changed, Status::Accepted).await? {
        pairs.extend([(row.user_id, row.friend_id), (row.friend_id, row.user_id)]);
    }
    for key in store::room::member::direct_pairs(&chat.db, changed).await? {
        if let Some((one, other)) = roster::pair(&key) {
            pairs.extend([(one, other), (other, one)]);
        }
    }
    // One's own other devices show one's state too.
    pairs.extend(changed.iter().map(|it| (*it, *it)));
    let hidden = strangers(chat, changed).await?;
    // Both directions were added above, also from the friends to those whose presence is as it was.
    pairs.retain(|pair| changed.contains(&pair.1) && !hidden.contains(pair));
    Ok(pairs)
}

/// Pairs with a block between them, both ways round.
async fn strangers(chat: &Chat, users: &[UserId]) -> Result<HashSet<(UserId, UserId)>, Error> {
    let rows = store::person::block::involving(&chat.db, users).await?;
    let both =
        |it: entity::block::Model| [(it.user_id, it.blocked_id), (it.blocked_id, it.user_id)];
    Ok(rows.into_iter().flat_map(both).collect())
}

async fn all(chat: &Chat, users: &[UserId]) -> Result<Vec<Presence>, Error> {
    let mut there = chat.leases.visible(users);
    let absent = users.iter().copied().filter(|it| !there.contains_key(it));
    let seen: HashMap<UserId, _> = store::person::find_all(&chat.db, absent)
        .await?
        .into_iter()
        .map(|it| (it.user_id, it.last_seen))
        .collect();
    let presence = |user: &UserId| {
        there.remove(user).unwrap_or_else(|| Presence {
            last_seen: chat.leases.left_at(*user).or_else(|| seen.get(user).copied().flatten()),
            ..away(*user)
        })
    };
    Ok(users.iter().map(presence).collect())
}

fn away(user: UserId) -> Presence {
    Presence { user, mood: Mood::Offline, status_text: None, last_seen: None }
}
