//! Friends: one resource per pair.

use axum::{
    Json,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use entity::id::UserId;
use parlor_derive::operation;
use serde_json::Value;
use utoipa::{
    ToSchema,
    openapi::{RefOr, Schema},
};

use super::{
    Answer, Entry,
    answer::{Documented, Done, Named, Same, at, named},
    entry,
    page::{List, Part, rising},
    request::OfUser,
};
use crate::{
    chat::{engine::handle::Chat, person::friend},
    dialect::native::payload::friend::Relation,
    model::{
        actor::Actor,
        error::Error,
        person::friendship::{Relation as Related, State, Whom},
    },
    wire::fields::{Fields, Shape},
};

pub(super) fn operations() -> Vec<Entry> {
    vec![
        entry::<list>(),
        entry::<requests>(),
        entry::<show>(),
        entry::<request>(),
        entry::<end>(),
        entry::<accept>(),
        entry::<reject>(),
        entry::<cancel>(),
        entry::<remove>(),
    ]
}

/// My friends
#[operation(get = "/v1/friends", refuses(401))]
async fn list(chat: &Chat, me: Actor, part: Part) -> Result<List<Relation>, Error> {
    Ok(listed(&part, &friend::friends(chat, me).await?))
}

#[derive(Clone, Copy)]
enum Direction {
    In,
    Out,
}

const DIRECTIONS: [(&str, Direction); 2] = [("in", Direction::In), ("out", Direction::Out)];

#[derive(Shape, ToSchema)]
struct PartOfRequests {
    #[schema(example = "in", value_type = String)]
    #[shape(one_of = DIRECTIONS)]
    direction: Direction,
    #[serde(flatten)]
    #[shape(flatten)]
    part: Part,
}

/// Requests that wait, to me (`in`) or by me (`out`)
#[operation(get = "/v1/friends/requests", refuses(422))]
async fn requests(chat: &Chat, me: Actor, it: PartOfRequests) -> Result<List<Relation>, Error> {
    let waiting = match it.direction {
        Direction::In => friend::incoming(chat, me).await?,
        Direction::Out => friend::outgoing(chat, me).await?,
    };
    Ok(listed(&it.part, &waiting))
}

fn listed(part: &Part, relations: &[Related]) -> List<Relation> {
    List::part(part, relations.iter().map(|it| (rising(it.other.id.0), Relation::from(it))))
}

/// How I stand to somebody
#[operation(get = "/v1/friends/{user_id}", refuses(404))]
async fn show(chat: &Chat, me: Actor, it: OfUser) -> Result<Same<Relation>, Error> {
    Ok(Same(Relation::from(&friend::relation(chat, me, it.user_id).await?)))
}

/// A person, named in one of three ways.
#[derive(Shape, ToSchema)]
#[shape(closed, check = Somebody::check)]
struct Somebody {
    #[schema(value_type = Option<i64>)]
    user_id: Option<UserId>,
    username: Option<String>,
    email: Option<String>,
}

impl Somebody {
    fn check(&self, fields: &mut Fields<'_>) {
        if self.user_id.is_none() && self.username.is_none() && self.email.is_none() {
            fields.refuse("user_id", "user_id, username or email is required");
        }
    }
}

/// Ask somebody, or accept when they have asked
#[operation(event = "friend:request", put = "/v1/friends/{user_id}",
    answers(200 = "Friends", 201 = "Asked"), refuses(403, 404, 409))]
async fn request(chat: &Chat, me: Actor, whom: Somebody) -> Result<Befriended, Error> {
    let whom = match whom {
        Somebody { user_id: Some(id), .. } => Whom::Id(id),
        Somebody { username: Some(name), .. } => Whom::Username(name),
        // One of the three is there: a request without any of them is refused before this.
        Somebody { email, .. } => Whom::Email(email.unwrap_or_default()),
    };
    let relation = friend::request(chat, me, whom).await?;
    let is_asked = relation.state == State::Outgoing;
    Ok(Befriended { relation: Relation::from(&relation), is_asked })
}

/// A friend, or somebody who was asked.
struct Befriended {
    relation: Relation,
    is_asked: bool,
}

impl Answer for Befriended {
    fn to_value(&self) -> Result<Value, Error> {
        named(&self.relation)
    }

    fn into_response(self, _: &HeaderMap) -> Result<Response, Error> {
        let Self { relation, is_asked } = self;
        if !is_asked {
            return Ok(Json(relation).into_response());
        }
        let place = format!("/v1/friends/{}", relation.user_id);
        Ok(at(StatusCode::CREATED, place, Json(relation)))
    }

    fn describe(document: &mut Documented) {
        document.body::<Relation>(StatusCode::OK);
        document.body::<Relation>(StatusCode::CREATED);
    }

    fn describe_event(document: &mut Documented) -> RefOr<Schema> {
        Named::<Relation>::describe_event(document)
    }
}

/// Remove a friend, cancel my request, or reject theirs
#[operation(delete = "/v1/friends/{user_id}", refuses(404))]
async fn end(chat: &Chat, me: Actor, it: OfUser) -> Result<Done, Error> {
    let other = it.user_id;
    match friend::relation(chat, me, other).await?.state {
        State::Friends | State::None => friend::remove(chat, me, other).await?,
        State::Outgoing => friend::cancel(chat, me, other).await?,
        State::Incoming => friend::reject(chat, me, other).await?,
    };
    Ok(Done)
}

#[operation(event = "friend:accept")]
async fn accept(chat: &Chat, me: Actor, it: OfUser) -> Result<Named<Relation>, Error> {
    Ok(Named(Relation::from(&friend::accept(chat, me, it.user_id).await?)))
}

#[operation(event = "friend:reject")]
async fn reject(chat: &Chat, me: Actor, it: OfUser) -> Result<Named<Relation>, Error> {
    Ok(Named(Relation::from(&friend::reject(chat, me, it.user_id).await?)))
}

#[operation(event = "friend:cancel")]
async fn cancel(chat: &Chat, me: Actor, it: OfUser) -> Result<Named<Relation>, Error> {
    Ok(Named(Relation::from(&friend::cancel(chat, me, it.user_id).await?)))
}

#[operation(event = "friend:remove")]
async fn remove(chat: &Chat, me: Actor, it: OfUser) -> Result<Named<Relation>, Error> {
    Ok(Named(Relation::from(&friend::remove(chat, me, it.user_id).await?)))
}
