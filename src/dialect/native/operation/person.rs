//! People: oneself, others, who is there, whom one hears nothing of.

use entity::id::UserId;
use parlor_derive::operation;
use utoipa::ToSchema;

use super::{
    Entry,
    answer::{Done, Named, Same, Shown, Tagged},
    entry,
    page::{List, Part, cursor, rising, spell},
    request::{Nothing, OfUser},
};
use crate::{
    chat::{
        engine::handle::Chat,
        person::{account, block as blocking, presence, profile},
        search,
    },
    dialect::native::payload::{
        presence::Presence,
        user::{Me, Profile, User},
    },
    model::{
        actor::Actor,
        error::Error,
        page::Limit,
        person::{ProfileChange, presence::Mood},
    },
    wire::fields::{Fields, Shape, bound::Bound},
};

pub(super) fn operations() -> Vec<Entry> {
    vec![
        entry::<me>(),
        entry::<change>(),
        entry::<erase>(),
        entry::<remove_avatar>(),
        entry::<find>(),
        entry::<show>(),
        entry::<presences>(),
        entry::<set_presence>(),
        entry::<blocks>(),
        entry::<block>(),
        entry::<unblock>(),
    ]
}

/// My profile
#[operation(get = "/v1/me", refuses(401))]
async fn me(chat: &Chat, me: Actor, _: Nothing) -> Result<Tagged<Me>, Error> {
    Ok(Tagged(Me::from(&profile::mine(chat, me).await?)))
}

/// What to change; absent or null leaves a field as it is, an empty text clears it.
#[derive(Shape, ToSchema)]
#[shape(closed)]
#[schema(as = native::Profile)]
struct NewProfile {
    #[schema(example = "Annie")]
    #[shape(bound = Bound::up_to(profile::LONGEST_NICKNAME))]
    nickname: Option<String>,
    #[schema(example = "at the sea")]
    #[shape(bound = Bound::up_to(profile::LONGEST_STATUS))]
    status: Option<String>,
    #[shape(bound = Bound::up_to(profile::LONGEST_BIO))]
    bio: Option<String>,
    /// Whether others may see what I have read and received.
    #[schema(example = false)]
    sends_receipts: Option<bool>,
}

/// Change my profile
#[operation(patch = "/v1/me", body, refuses(422))]
async fn change(chat: &Chat, me: Actor, new: NewProfile) -> Result<Same<Me>, Error> {
    let NewProfile { nickname, status, bio, sends_receipts } = new;
    // A portrait comes as a file, by a route of its own.
    let wanted = ProfileChange { nickname, status, bio, avatar_url: None, sends_receipts };
    Ok(Same(Me::from(&profile::update(chat, me, me.id, wanted).await?)))
}

/// What shows that it is me, and nobody who found my device.
#[derive(Shape, ToSchema)]
#[shape(closed)]
#[schema(as = native::Farewell)]
struct Farewell {
    #[schema(example = "correct horse")]
    password: Option<String>,
}

/// Erase my account; what I wrote stays, without my name
///
/// It needs my password, or a sign-in that is not long ago.
#[operation(delete = "/v1/me", body_if_any,
    refuses(401, 403 = "Without my password, and too long after signing in"))]
async fn erase(chat: &Chat, me: Actor, said: Farewell) -> Result<Done, Error> {
    account::delete(chat, me, me.id, said.password.as_deref()).await?;
    Ok(Done)
}

/// Remove my portrait
#[operation(delete = "/v1/me/avatar", refuses(401))]
async fn remove_avatar(chat: &Chat, me: Actor, _: Nothing) -> Result<Same<Me>, Error> {
    Ok(Same(set_avatar(chat, me, String::new()).await?))
}

/// An empty address is none.
pub async fn set_avatar(chat: &Chat, me: Actor, address: String) -> Result<Me, Error> {
    let wanted = ProfileChange { avatar_url: Some(address), ..Default::default() };
    Ok(Me::from(&profile::update(chat, me, me.id, wanted).await?))
}

#[derive(Shape, ToSchema)]
struct PeopleSearch {
    #[schema(example = "ann")]
    query: String,
    #[schema(value_type = Option<String>)]
    #[shape(with = cursor)]
    cursor: Option<i64>,
    #[schema(value_type = Option<i64>)]
    limit: Limit,
}

/// Find people by part of their username, or by their whole e-mail address
#[operation(get = "/v1/users", refuses(422, 429))]
async fn find(chat: &Chat, me: Actor, wanted: PeopleSearch) -> Result<List<User>, Error> {
    let PeopleSearch { query, cursor, limit } = wanted;
    let cards = search::people(chat, me, &query, cursor.map(UserId), limit).await?;
    let is_full = cards.len() as u64 == limit.get();
    let next = cards.last().filter(|_| is_full).map(|it| spell(it.id.0));
    Ok(List { items: cards.iter().map(User::from).collect(), next })
}

/// One person
#[operation(get = "/v1/users/{user_id}", refuses(404))]
async fn show(chat: &Chat, me: Actor, it: OfUser) -> Result<Tagged<Profile>, Error> {
    Ok(Tagged(Profile::from(&profile::portrait(chat, me, it.user_id).await?)))
}

#[derive(Shape, ToSchema)]
struct People {
    /// At most 200
    #[schema(example = "1,2", value_type = String)]
    #[shape(with = ids, bound = Bound::Pattern(r"^ *[+-]?[0-9]+ *(, *[+-]?[0-9]+ *)*$"))]
    user_ids: Vec<UserId>,
}

fn ids(fields: &mut Fields<'_>, name: &str) -> Option<Vec<UserId>> {
    let text = fields.text(name)?;
    let id = |it: &str| it.trim().parse().map(UserId);
    let ids: Result<Vec<UserId>, _> = text.split(',').map(id).collect();
    if ids.is_err() {
        fields.refuse(name, "must be numbers with commas between them");
    }
    ids.ok()
}

/// Who of these people is there
#[operation(get = "/v1/presence", refuses(422))]
async fn presences(chat: &Chat, me: Actor, of: People) -> Result<List<Presence>, Error> {
    let shown = presence::of(chat, me, &of.user_ids).await?;
    Ok(List::whole(shown.iter().map(Presence::from)))
}

const MOODS: [(&str, Mood); 4] = [
    ("online", Mood::Online),
    ("idle", Mood::Idle),
    ("dnd", Mood::DoNotDisturb),
    ("invisible", Mood::Invisible),
];

#[derive(Shape, ToSchema)]
#[shape(closed)]
struct NewPresence {
    #[schema(value_type = String)]
    #[shape(one_of = MOODS)]
    state: Mood,
    status_text: Option<String>,
}

#[operation(event = "presence:set", at_once)]
async fn set_presence(chat: &Chat, me: Actor, new: NewPresence) -> Result<Named<Presence>, Error> {
    Ok(Named(Presence::from(&presence::set(chat, me, new.state, new.status_text).await?)))
}

/// Whom I have blocked
#[operation(get = "/v1/blocks", refuses(401))]
async fn blocks(chat: &Chat, me: Actor, part: Part) -> Result<List<User>, Error> {
    let blocked = blocking::list(chat, me).await?;
    Ok(List::part(&part, blocked.iter().map(|it| (rising(it.id.0), User::from(it)))))
}

/// Hear nothing of somebody; a friendship ends by it
#[operation(event = "user:block", put = "/v1/blocks/{user_id}", refuses(404, 409))]
async fn block(chat: &Chat, me: Actor, it: OfUser) -> Result<Shown<User>, Error> {
    Ok(Shown(User::from(&blocking::block(chat, me, it.user_id).await?)))
}

/// Forgive
#[operation(event = "user:unblock", delete = "/v1/blocks/{user_id}", refuses(401))]
async fn unblock(chat: &Chat, me: Actor, it: OfUser) -> Result<Done, Error> {
    blocking::unblock(chat, me, it.user_id).await?;
    Ok(Done)
}
