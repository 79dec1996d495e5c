//! Rooms: listed, made, changed, ended, typed in.
pub mod member;
mod new_room;
pub mod setting;

use axum::{
    Json,
    http::{HeaderMap, StatusCode},
    response::Response,
};
use entity::{
    chatroom::Kind,
    id::{RoomId, UserId},
    participant::Role,
};
use parlor_derive::operation;
use serde_json::{Value, json};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{RefOr, Schema},
};

use self::new_room::{KINDS, NewRoom};
use super::{
    Answer, Entry,
    answer::{Documented, Done, Named, Tagged, at, object, value},
    entry,
    page::{List, Part, falling, rising},
    request::OfRoom,
};
use crate::{
    chat::{
        engine::handle::Chat,
        room::{self, creation, member as members, public, typing},
    },
    dialect::native::payload::room::{ROLES, RoomItem},
    model::{
        actor::Actor,
        allowance::Allowance,
        error::Error,
        room::{Opened, RoomView},
    },
    wire::fields::{Fields, Shape, bound::Bound},
};

pub(super) fn operations() -> Vec<Entry> {
    vec![
        entry::<list>(),
        entry::<create>(),
        entry::<show>(),
        entry::<change>(),
        entry::<update>(),
        entry::<end>(),
        entry::<start_typing>(),
        entry::<stop_typing>(),
    ]
}

#[derive(Shape, ToSchema)]
struct PartOfRooms {
    /// `direct`, `group` or `channel`: those of mine. `public`: all there are, whether I joined them or not
    #[schema(example = "group", value_type = Option<String>)]
    #[shape(one_of = KINDS)]
    kind: Option<Kind>,
    #[serde(flatten)]
    #[shape(flatten)]
    part: Part,
}

/// My rooms, latest activity first; or all public rooms, the oldest first
#[operation(get = "/v1/rooms", refuses(401))]
async fn list(chat: &Chat, me: Actor, wanted: PartOfRooms) -> Result<List<RoomItem>, Error> {
    let PartOfRooms { kind, part } = wanted;
    // There may be very many, so that no more of them are read than are asked for.
    if kind == Some(Kind::Public) {
        let rooms = public::page(chat, me, part.after_number()?, part.one_more()).await?;
        let shown = rooms.iter().map(|it| (rising(it.number), RoomItem::from(it)));
        return Ok(List::part(&part, shown));
    }
    let mut rooms = room::list(chat, me).await?;
    rooms.retain(|it| kind.is_none_or(|kind| it.room.kind == kind));
    let key = |it: &RoomView| {
        // Two rooms may have one moment; with their ids no two keys are alike.
        falling(it.last_activity().0.timestamp_micros()) + &it.room.chatroom_id.to_string()
    };
    Ok(List::part(&part, rooms.iter().map(|it| (key(it), RoomItem::from(it)))))
}

/// Make a room; a direct room is made once per pair
///
/// Of the other kinds, whoever asks twice makes two: an `Idempotency-Key` is not heeded.
#[operation(event = "room:create", post = "/v1/rooms", body,
    answers(200 = "The pair's room was there"), refuses(403, 404, 422))]
async fn create(chat: &Chat, me: Actor, new: NewRoom) -> Result<Made, Error> {
    let Opened { view, is_new } = creation::create(chat, me, new.into()).await?;
    Ok(Made { room: RoomItem::from(&view), is_new })
}

/// A room that is there now.
struct Made {
    room: RoomItem,
    is_new: bool,
}

impl Answer for Made {
    fn to_value(&self) -> Result<Value, Error> {
        Ok(json!({"chatroom": value(&self.room)?, "created": self.is_new}))
    }

    fn into_response(self, _: &HeaderMap) -> Result<Response, Error> {
        let status = if self.is_new { StatusCode::CREATED } else { StatusCode::OK };
        let place = format!("/v1/rooms/{}", self.room.room.chatroom_id);
        Ok(at(status, place, Json(self.room)))
    }

    fn describe(document: &mut Documented) {
        document.body::<RoomItem>(StatusCode::OK);
        document.body::<RoomItem>(StatusCode::CREATED);
    }

    fn describe_event(document: &mut Documented) -> RefOr<Schema> {
        object([("chatroom", document.know::<RoomItem>()), ("created", bool::schema())])
    }
}

/// One room
#[operation(get = "/v1/rooms/{chatroom_id}", refuses(403, 404))]
async fn show(chat: &Chat, me: Actor, it: OfRoom) -> Result<Tagged<RoomItem>, Error> {
    Ok(Tagged(shown(chat, me, it.chatroom_id).await?))
}

#[derive(Shape, ToSchema)]
#[shape(closed)]
#[schema(as = native::RoomChange)]
struct RoomChange {
    #[schema(value_type = Uuid)]
    chatroom_id: RoomId,
    #[schema(example = "the kitchen")]
    #[shape(bound = Bound::Characters(1, room::LONGEST_NAME))]
    chatroom_name: Option<String>,
    #[shape(bound = Bound::up_to(room::LONGEST_DESCRIPTION))]
    description: Option<String>,
}

/// Rename or describe a room
#[operation(patch = "/v1/rooms/{chatroom_id}", body, refuses(403, 422))]
async fn change(chat: &Chat, me: Actor, new: RoomChange) -> Result<Named<RoomItem>, Error> {
    let RoomChange { chatroom_id, chatroom_name, description } = new;
    let view = room::update(chat, me, chatroom_id, chatroom_name, description).await?;
    Ok(Named(RoomItem::from(&view)))
}

/// A room's name and description; or the role of one of its members, for which there is a route
/// of its own. Not both at once.
#[derive(Shape, ToSchema)]
#[shape(closed, check = RoomUpdate::check)]
struct RoomUpdate {
    #[schema(value_type = Uuid)]
    chatroom_id: RoomId,
    chatroom_name: Option<String>,
    description: Option<String>,
    #[schema(value_type = Option<i64>)]
    user_id: Option<UserId>,
    #[schema(value_type = Option<String>)]
    #[shape(one_of = ROLES)]
    role: Option<Role>,
}

impl RoomUpdate {
    /// Either takes nothing of the other, and nobody is told that half of it was done.
    fn check(&self, fields: &mut Fields<'_>) {
        match (self.user_id, self.role) {
            (None, None) => {}
            (None, Some(_)) => fields.refuse("user_id", "is needed beside `role`"),
            (Some(_), None) => fields.refuse("role", "is needed beside `user_id`"),
            (Some(_), Some(_)) => {
                let others =
                    [("chatroom_name", &self.chatroom_name), ("description", &self.description)];
                // Null is the same as absent.
                for (name, _) in others.into_iter().filter(|it| it.1.is_some()) {
                    fields.forbid(name);
                }
            }
        }
    }
}

#[operation(event = "room:update")]
async fn update(chat: &Chat, me: Actor, new: RoomUpdate) -> Result<Named<RoomItem>, Error> {
    let RoomUpdate { chatroom_id, chatroom_name, description, user_id, role } = new;
    let (Some(user), Some(role)) = (user_id, role) else {
        return change(chat, me, RoomChange { chatroom_id, chatroom_name, description }).await;
    };
    members::set_role(chat, me, chatroom_id, user, role).await?;
    Ok(Named(shown(chat, me, chatroom_id).await?))
}

/// End a room for everybody; its owner only
#[operation(delete = "/v1/rooms/{chatroom_id}", refuses(403, 404))]
async fn end(chat: &Chat, me: Actor, it: OfRoom) -> Result<Done, Error> {
    room::delete(chat, me, it.chatroom_id).await?;
    Ok(Done)
}

#[operation(event = "typing:start", costs = Allowance::Typing, at_once)]
async fn start_typing(chat: &Chat, me: Actor, it: OfRoom) -> Result<Done, Error> {
    typing::start(chat, me, it.chatroom_id).await?;
    Ok(Done)
}

#[operation(event = "typing:stop", costs = Allowance::Typing, at_once)]
async fn stop_typing(chat: &Chat, me: Actor, it: OfRoom) -> Result<Done, Error> {
    typing::stop(chat, me, it.chatroom_id).await?;
    Ok(Done)
}

async fn shown(chat: &Chat, me: Actor, room: RoomId) -> Result<RoomItem, Error> {
    Ok(RoomItem::from(&room::view(chat, me, room).await?))
}
