//! Rooms that are to be made, of any kind.

use entity::{
    chatroom::Kind,
    id::{ServerId, UserId},
};
use utoipa::ToSchema;

use crate::{
    model::{new_room::AnyRoomDraft, room::RoomDraft, server::ChannelDraft},
    wire::fields::{Fields, Shape},
};

#[derive(ToSchema)]
#[schema(as = native::NewRoom)]
#[expect(dead_code, reason = "read through Foundation; this is its description")]
pub struct NewRoom {
    /// `direct`, `group`, `public` or `channel`.
    #[schema(example = "direct")]
    kind: String,
    /// Of a `direct` room or a `group`: who is in it besides me.
    #[schema(example = json!([43]))]
    user_ids: Option<Vec<i64>>,
    /// Needed for a `public` room and for a `channel`.
    #[schema(example = "the kitchen")]
    chatroom_name: Option<String>,
    description: Option<String>,
    /// Of a `channel`: the server that it belongs to.
    server_id: Option<i64>,
}

pub const KINDS: [(&str, Kind); 4] = [
    ("direct", Kind::Direct),
    ("group", Kind::Group),
    ("public", Kind::Public),
    ("channel", Kind::Channel),
];

impl Shape for AnyRoomDraft {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        match fields.one_of("kind", &KINDS) {
            Some(Kind::Public) => public(fields),
            Some(Kind::Channel) => channel(fields),
            kind @ (Some(Kind::Direct | Kind::Group) | None) => talk(fields, kind),
        }
    }
}

fn talk(fields: &mut Fields<'_>, kind: Option<Kind>) -> Option<AnyRoomDraft> {
    let users = fields.int_list("user_ids");
    let (name, description) = (fields.text_opt("chatroom_name"), fields.text_opt("description"));
    fields.only(&["kind", "user_ids", "chatroom_name", "description"]);
    Some(AnyRoomDraft::Talk(RoomDraft {
        kind: kind?,
        members: users?.into_iter().map(UserId).collect(),
        name: name?,
        description: description?,
    }))
}

fn public(fields: &mut Fields<'_>) -> Option<AnyRoomDraft> {
    let (name, description) = (fields.text("chatroom_name"), fields.text_opt("description"));
    fields.only(&["kind", "chatroom_name", "description"]);
    Some(AnyRoomDraft::Public { name: name?, description: description? })
}

fn channel(fields: &mut Fields<'_>) -> Option<AnyRoomDraft> {
    let (name, description) = (fields.text("chatroom_name"), fields.text_opt("description"));
    let server = fields.int("server_id");
    fields.only(&["kind", "chatroom_name", "description", "server_id"]);
    let server = ServerId(server?);
    Some(AnyRoomDraft::Channel(ChannelDraft { server, name: name?, description: description? }))
}
