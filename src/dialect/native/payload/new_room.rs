//! Rooms that are to be made, of any kind.

use entity::{
    chatroom::Kind,
    id::{ServerId, UserId},
};
use utoipa::ToSchema;

use crate::{
    chat::room,
    model::{new_room::AnyRoomDraft, room::RoomDraft, server::ChannelDraft},
    wire::fields::{Field, Fields, Shape, Word, bound::Bound},
};

pub const KINDS: &[(&str, Kind)] = Kind::WORDS;

// Which of its fields are needed, and which are allowed, depends on the kind.
#[derive(Shape, ToSchema)]
#[schema(as = native::NewRoom)]
#[shape(closed, into = AnyRoomDraft)]
pub struct NewRoom {
    /// `direct`, `group`, `public` or `channel`.
    #[schema(value_type = String, example = "direct")]
    kind: Kind,
    /// Of a `direct` room or a `group`: who is in it besides me.
    #[schema(value_type = Option<Vec<i64>>, example = json!([43]))]
    #[shape(with = of_talks)]
    user_ids: Option<Vec<UserId>>,
    /// Needed for a `public` room and for a `channel`.
    #[schema(example = "the kitchen")]
    #[shape(with = name, bound = Bound::up_to(room::LONGEST_NAME))]
    chatroom_name: Option<String>,
    #[shape(bound = Bound::up_to(room::LONGEST_DESCRIPTION))]
    description: Option<String>,
    /// Of a `channel`: the server that it belongs to.
    #[schema(value_type = Option<i64>)]
    #[shape(with = of_channels)]
    server_id: Option<ServerId>,
}

/// What is of no kind at all is read as a talk.
fn kind(fields: &Fields<'_>) -> Kind {
    let word = fields.raw("kind");
    let known = KINDS.iter().find(|it| word.as_ref().is_some_and(|word| word == it.0));
    known.map_or(Kind::Group, |it| it.1)
}

#[expect(clippy::option_option, reason = "what is wrong, and what is absent, are two things")]
fn of_talks(fields: &mut Fields<'_>, name: &str) -> Option<Option<Vec<UserId>>> {
    match kind(fields) {
        Kind::Direct | Kind::Group => Field::read(fields, name).map(Some),
        Kind::Public | Kind::Channel => {
            fields.forbid(name);
            Some(None)
        }
    }
}

#[expect(clippy::option_option, reason = "what is wrong, and what is absent, are two things")]
fn name(fields: &mut Fields<'_>, name: &str) -> Option<Option<String>> {
    match kind(fields) {
        Kind::Direct | Kind::Group => fields.text_opt(name),
        Kind::Public | Kind::Channel => fields.text(name).map(Some),
    }
}

#[expect(clippy::option_option, reason = "what is wrong, and what is absent, are two things")]
fn of_channels(fields: &mut Fields<'_>, name: &str) -> Option<Option<ServerId>> {
    if kind(fields) == Kind::Channel {
        return Field::read(fields, name).map(Some);
    }
    fields.forbid(name);
    Some(None)
}

impl From<NewRoom> for AnyRoomDraft {
    fn from(new: NewRoom) -> Self {
        let NewRoom { kind, user_ids, chatroom_name: name, description, server_id } = new;
        match (server_id, kind) {
            (Some(server), _) => {
                let name = name.unwrap_or_default();
                Self::Channel(ChannelDraft { server, name, description })
            }
            (None, Kind::Public) => Self::Public { name: name.unwrap_or_default(), description },
            (None, kind) => {
                let members = user_ids.unwrap_or_default();
                Self::Talk(RoomDraft { kind, name, description, members })
            }
        }
    }
}
