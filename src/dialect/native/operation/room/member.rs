//! Who is in a room, and whom it keeps out.

use entity::{
    id::{RoomId, UserId},
    participant::Role,
};
use parlor_derive::operation;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::shown;
use crate::dialect::native::operation::{
    Entry,
    answer::{Done, Gone, Named, Same},
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
        entry::<remove_and_show>(),
        entry::<bans>(),
        entry::<ban>(),
        entry::<lift>(),
    ]
}

/// Who is in the room
#[operation(get = "/v1/rooms/{chatroom_id}/members", refuses(403, 404))]
async fn list(chat: &Chat, me: Actor, it: PartOfRoom) -> Result<List<Member>, Error> {
    let (after, most) = (UserId(it.part.after_number()?), it.part.one_more());
    let members = member::page(chat, me, it.chatroom_id, after, most).await?;
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
#[schema(as = native::Left)]
struct Left {
    chatroom: LeftRoom,
}

#[derive(Serialize, ToSchema)]
#[schema(as = native::LeftRoom)]
struct LeftRoom {
    chatroom_id: Uuid,
}

impl Left {
    fn of(room: RoomId) -> Self {
        Self { chatroom: LeftRoom { chatroom_id: room.0 } }
    }
}

/// Leave the room
///
/// A direct room is only deleted for oneself, until the other says something there.
#[operation(event = "room:leave", delete = "/v1/rooms/{chatroom_id}/members/me", refuses(404))]
async fn leave(chat: &Chat, me: Actor, it: OfRoom) -> Result<Gone<Left>, Error> {
    member::leave(chat, me, it.chatroom_id).await?;
    Ok(Gone(Left::of(it.chatroom_id)))
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

/// Send somebody away
#[operation(delete = "/v1/rooms/{chatroom_id}/members/{user_id}", refuses(403, 404))]
async fn remove(chat: &Chat, me: Actor, it: OfRoomMember) -> Result<Done, Error> {
    let OfRoomMember { chatroom_id, user_id } = it;
    // Anybody may go, while only those who manage a room send others away.
    if user_id == me.id {
        member::leave(chat, me, chatroom_id).await?;
    } else {
        member::remove(chat, me, chatroom_id, user_id).await?;
    }
    Ok(Done)
}

/// A room without somebody: the whole of it, unless that was oneself.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
#[schema(as = native::Without)]
enum Without {
    Other { chatroom: Box<RoomItem> },
    Oneself(Left),
}

/// The route shows nothing, so it does not read the room once more.
#[operation(event = "room:remove_member")]
async fn remove_and_show(chat: &Chat, me: Actor, it: OfRoomMember) -> Result<Same<Without>, Error> {
    let OfRoomMember { chatroom_id, user_id } = it;
    remove(chat, me, it).await?;
    // Whoever has left may not see any more of it than this.
    if user_id == me.id {
        return Ok(Same(Without::Oneself(Left::of(chatroom_id))));
    }
    let chatroom = Box::new(shown(chat, me, chatroom_id).await?);
    Ok(Same(Without::Other { chatroom }))
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
