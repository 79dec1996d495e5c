//! Rooms that are to be made, of any kind.

use entity::{
    chatroom::Kind,
    id::{ServerId, UserId},
};
use utoipa::ToSchema;

use crate::{
    chat::room,
    model::{new_room::AnyRoomDraft, room::RoomDraft, server::ChannelDraft},
    wire::fields::{Fields, Shape, bound::Bound},
};

pub const KINDS: [(&str, Kind); 4] = [
    ("direct", Kind::Direct),
    ("group", Kind::Group),
    ("public", Kind::Public),
    ("channel", Kind::Channel),
];

#[derive(Shape, ToSchema)]
#[shape(check = NewRoom::check)]
#[schema(as = native::NewRoom)]
pub struct NewRoom {
    /// `direct`, `group`, `public` or `channel`.
    #[schema(example = "direct", value_type = String)]
    #[shape(one_of = KINDS)]
    kind: Kind,
    /// Of a `direct` room or a `group`: who is in it besides me.
    #[schema(example = json!([43]), value_type = Option<Vec<i64>>)]
    user_ids: Option<Vec<UserId>>,
    /// Needed for a `public` room and for a `channel`.
    #[schema(example = "the kitchen")]
    #[shape(bound = Bound::up_to(room::LONGEST_NAME))]
    chatroom_name: Option<String>,
    #[shape(bound = Bound::up_to(room::LONGEST_DESCRIPTION))]
    description: Option<String>,
    /// Of a `channel`: the server that it belongs to.
    #[schema(value_type = Option<i64>)]
    server_id: Option<ServerId>,
}

impl NewRoom {
    /// Each kind needs some of the fields, and takes no others.
    fn check(&self, fields: &mut Fields<'_>) {
        match self.kind {
            Kind::Direct | Kind::Group => {
                fields.only(&["kind", "user_ids", "chatroom_name", "description"]);
                // Read once more only to be refused: here it may not be left out.
                fields.int_list("user_ids");
            }
            Kind::Public => {
                fields.only(&["kind", "chatroom_name", "description"]);
                fields.text("chatroom_name");
            }
            Kind::Channel => {
                fields.only(&["kind", "chatroom_name", "description", "server_id"]);
                fields.text("chatroom_name");
                fields.int("server_id");
            }
        }
    }
}

impl From<NewRoom> for AnyRoomDraft {
    fn from(new: NewRoom) -> Self {
        let NewRoom { kind, user_ids, chatroom_name: name, description, server_id } = new;
        match (kind, server_id) {
            (Kind::Channel, Some(server)) => {
                Self::Channel(ChannelDraft { server, name: name.unwrap_or_default(), description })
            }
            (Kind::Public, _) => Self::Public { name: name.unwrap_or_default(), description },
            (kind, _) => {
                let members = user_ids.unwrap_or_default();
                Self::Talk(RoomDraft { kind, name, description, members })
            }
        }
    }
}
