//! Who is in a room, and whom it keeps out.

use axum::{http::HeaderMap, response::Response};
use entity::{
    id::{RoomId, UserId},
    participant::Role,
};
use parlor_derive::operation;
use serde::Serialize;
use serde_json::Value;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{OneOfBuilder, RefOr, Schema},
};
use uuid::Uuid;

use super::shown;
use crate::dialect::native::operation::{
    Answer, Entry,
    answer::{Done, Gone, Named, Same, Told, named, value},
    entry,
    page::{List, rising},
    request::{OfRoom, OfRoomMember, PartOfRoom},
};
use crate::{
    chat::{
        engine::handle::Chat,
        room::{ban as banning, member},
    },
    dialect::native::payload::room::{Member, ROLES, RoomBan, RoomItem},
    model::{actor::Actor, error::Error},
    wire::fields::Shape,
};

pub fn operations() -> Vec<Entry> {
    vec![
        entry::<list>(),
        entry::<join>(),
        entry::<leave>(),
        entry::<put>(),
        entry::<add>(),
        entry::<remove>(),
        entry::<bans>(),
        entry::<ban>(),
        entry::<lift>(),
    ]
}

/// Who is in the room
#[operation(get = "/v1/rooms/{chatroom_id}/members", refuses(403, 404))]
async fn list(chat: &Chat, me: Actor, it: PartOfRoom) -> Result<List<Member>, Error> {
    let members = member::members(chat, me, it.chatroom_id).await?;
    let shown = members.iter().map(|it| (rising(it.card.id.0), Member::from(it)));
    Ok(List::part(&it.part, shown))
}

/// Come into a public room
#[operation(put = "/v1/rooms/{chatroom_id}/members/me", refuses(403, 404))]
async fn join(chat: &Chat, me: Actor, it: OfRoom) -> Result<Same<Member>, Error> {
    Ok(Same(Member::from(&member::put(chat, me, it.chatroom_id, me.id, None).await?)))
}

/// A room that one is not in any more.
#[derive(Serialize, ToSchema)]
struct Left {
    chatroom: LeftRoom,
}

#[derive(Serialize, ToSchema)]
#[schema(as = native::LeftRoom)]
struct LeftRoom {
    chatroom_id: Uuid,
}

/// Leave the room
///
/// A direct room is only deleted for oneself, until the other says something there.
#[operation(event = "room:leave", delete = "/v1/rooms/{chatroom_id}/members/me", refuses(404))]
async fn leave(chat: &Chat, me: Actor, it: OfRoom) -> Result<Gone<Left>, Error> {
    member::leave(chat, me, it.chatroom_id).await?;
    Ok(Gone(Left { chatroom: LeftRoom { chatroom_id: it.chatroom_id.0 } }))
}

#[derive(Shape, ToSchema)]
#[shape(closed)]
#[schema(as = native::NewMember)]
struct NewMember {
    #[schema(value_type = Uuid)]
    chatroom_id: RoomId,
    #[schema(value_type = i64)]
    user_id: UserId,
    /// `member`, `admin` or `owner`, which hands the room over: its owner is an admin from
    /// then on. Without it, whoever is new comes as `member`.
    #[schema(example = "member", value_type = Option<String>)]
    #[shape(one_of = ROLES)]
    role: Option<Role>,
}

/// Bring somebody in, or change their role
#[operation(put = "/v1/rooms/{chatroom_id}/members/{user_id}", body_if_any, refuses(403, 404))]
async fn put(chat: &Chat, me: Actor, new: NewMember) -> Result<Same<Member>, Error> {
    let NewMember { chatroom_id, user_id, role } = new;
    Ok(Same(Member::from(&member::put(chat, me, chatroom_id, user_id, role).await?)))
}

#[derive(Shape, ToSchema)]
#[shape(closed)]
struct NewMembers {
    #[schema(value_type = Uuid)]
    chatroom_id: RoomId,
    #[schema(value_type = Vec<i64>)]
    user_ids: Vec<UserId>,
}

#[operation(event = "room:add_members")]
async fn add(chat: &Chat, me: Actor, new: NewMembers) -> Result<Named<RoomItem>, Error> {
    member::add(chat, me, new.chatroom_id, &new.user_ids).await?;
    Ok(Named(shown(chat, me, new.chatroom_id).await?))
}

/// A room without somebody: the whole of it, unless that was oneself.
enum Without {
    Other(Box<RoomItem>),
    Oneself(Left),
}

/// Send somebody away
#[operation(
    event = "room:remove_member",
    delete = "/v1/rooms/{chatroom_id}/members/{user_id}",
    refuses(403, 404)
)]
async fn remove(chat: &Chat, me: Actor, it: OfRoomMember) -> Result<Without, Error> {
    let OfRoomMember { chatroom_id, user_id } = it;
    if user_id == me.id {
        let Gone(left) = leave(chat, me, OfRoom { chatroom_id }).await?;
        return Ok(Without::Oneself(left));
    }
    member::remove(chat, me, chatroom_id, user_id).await?;
    Ok(Without::Other(Box::new(shown(chat, me, chatroom_id).await?)))
}

impl Answer for Without {
    fn to_value(&self) -> Result<Value, Error> {
        match self {
            Self::Other(room) => named(&**room),
            Self::Oneself(left) => value(left),
        }
    }

    fn into_response(self, request: &HeaderMap) -> Result<Response, Error> {
        Done.into_response(request)
    }

    fn describe(told: &mut Told) {
        Done::describe(told);
    }

    fn describe_event(told: &mut Told) -> RefOr<Schema> {
        let room = Named::<RoomItem>::describe_event(told);
        let left = Left::schema();
        Left::schemas(&mut told.schemas);
        RefOr::T(OneOfBuilder::new().item(room).item(left).into())
    }
}

/// Whom a public room keeps out; for its owner and admins
#[operation(get = "/v1/rooms/{chatroom_id}/bans", refuses(403, 404))]
async fn bans(chat: &Chat, me: Actor, it: PartOfRoom) -> Result<List<RoomBan>, Error> {
    let bans = banning::list(chat, me, it.chatroom_id).await?;
    Ok(List::part(&it.part, bans.iter().map(|it| (rising(it.card.id.0), RoomBan::from(it)))))
}

/// Send somebody away from a public room and keep them out, be they in it or not
///
/// Nobody of one's own rank. Also in a group that whoever knows its id may join.
#[operation(put = "/v1/rooms/{chatroom_id}/bans/{user_id}", refuses(403, 404))]
async fn ban(chat: &Chat, me: Actor, it: OfRoomMember) -> Result<Done, Error> {
    banning::ban(chat, me, it.chatroom_id, it.user_id).await?;
    Ok(Done)
}

/// Let somebody come again; they are not brought back
#[operation(delete = "/v1/rooms/{chatroom_id}/bans/{user_id}", refuses(403, 404))]
async fn lift(chat: &Chat, me: Actor, it: OfRoomMember) -> Result<Done, Error> {
    banning::lift(chat, me, it.chatroom_id, it.user_id).await?;
    Ok(Done)
}
