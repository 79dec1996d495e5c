//! What a client may ask for over the socket, read from its frames.

use entity::{id::RoomId, time::Timestamp};
use serde_json::Value;

use crate::{
    model::page::Limit,
    wire::fields::{FieldError, Shape, from_json, page},
};

#[derive(Debug)]
pub(super) enum Action {
    SendMessage {
        room: RoomId,
        content: String,
    },
    GetMessage {
        room: RoomId,
        limit: Limit,
        before: Option<Timestamp>,
    },
    MarkRoomRead {
        room: RoomId,
    },
    JoinRoom {
        room: RoomId,
    },
    LeaveRoom {
        room: RoomId,
    },
    Disconnect,
    /// One that the original ignores, too.
    Unknown,
}

/// Why a frame could not be understood, in words for its sender.
pub(super) type Misunderstood = String;

impl Action {
    pub(super) fn read(frame: &Value) -> Result<Self, Misunderstood> {
        let Some(name) = frame.get("action_type").and_then(Value::as_str) else {
            return Err("action_type: Field required".to_owned());
        };
        match name {
            "send_message" => send_message(frame),
            "get_message" => get_message(frame),
            "mark_room_read" => Ok(Self::MarkRoomRead { room: room(frame)? }),
            "join_room" => Ok(Self::JoinRoom { room: room(frame)? }),
            "leave_room" => Ok(Self::LeaveRoom { room: room(frame)? }),
            "disconnect" => Ok(Self::Disconnect),
            _ => Ok(Self::Unknown),
        }
    }
}

#[derive(Shape)]
struct InRoom {
    #[shape(name = "chatroom_id")]
    room: RoomId,
}

#[derive(Shape)]
struct Words {
    content: String,
}

#[derive(Shape)]
struct Before {
    #[shape(with = page::limit)]
    limit: Limit,
    #[shape(name = "before_created_at")]
    before: Option<Timestamp>,
}

fn send_message(frame: &Value) -> Result<Action, Misunderstood> {
    let room = room(frame)?;
    let Words { content } = shaped(frame)?;
    Ok(Action::SendMessage { room, content })
}

fn get_message(frame: &Value) -> Result<Action, Misunderstood> {
    let room = room(frame)?;
    let Before { limit, before } = shaped(frame)?;
    Ok(Action::GetMessage { room, limit, before })
}

fn room(frame: &Value) -> Result<RoomId, Misunderstood> {
    match from_json(frame) {
        Ok(InRoom { room }) => Ok(room),
        // The original has these words for `join_room` alone, and breaks off at the other actions.
        Err(_) => Err("invalid room id".to_owned()),
    }
}

fn shaped<T: Shape>(frame: &Value) -> Result<T, Misunderstood> {
    from_json(frame).map_err(|errors| {
        let told = |it: &FieldError| {
            let name = it.loc.last().map(ToString::to_string).unwrap_or_default();
            format!("{name}: {}", it.msg)
        };
        errors.iter().map(told).collect::<Vec<_>>().join("; ")
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_cannot_be_understood_is_answered_in_words() {
        let id = "9b401513-2da0-4ad0-ae97-42e304db9bc2";
        let told = |frame: Value| Action::read(&frame).unwrap_err();
        assert_eq!(told(json!([1])), "action_type: Field required");
        assert_eq!(told(json!({"action_type": 7})), "action_type: Field required");
        assert_eq!(told(json!({"action_type": "join_room"})), "invalid room id");
        let no_words = json!({"action_type": "send_message", "chatroom_id": id});
        assert_eq!(told(no_words), "content: Field required");
        let page = json!({"action_type": "get_message", "chatroom_id": id, "limit": "many"});
        assert!(told(page).starts_with("limit: Input should be a valid integer"));
        assert!(matches!(Action::read(&json!({"action_type": "dance"})), Ok(Action::Unknown)));
    }

    #[test]
    fn a_page_may_be_bounded_by_what_we_spell_ourselves() {
        let id = "9b401513-2da0-4ad0-ae97-42e304db9bc2";
        let frame = json!({"action_type": "get_message", "chatroom_id": id, "limit": null,
            "before_created_at": "2026-11-20 23:49:04.798000"});
        let Action::GetMessage { limit, before, .. } = Action::read(&frame).unwrap() else {
            panic!("another action");
        };
        let moment = "2026-11-20T23:49:04.798Z".parse().unwrap();
        assert_eq!((limit, before), (Limit::default(), Some(Timestamp(moment))));
    }
}
