//! What a client may say over the socket, read from its frames.

use entity::{id::MessageId, message::Type};
use serde_json::Value;

use super::{
    address::{Address, ChatType},
    payload::message_of,
};
use crate::wire::fields::Word;

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Ask {
    Send(Words),
    /// Nothing in particular, and nobody need hear of it.
    Blank,
    Typing {
        address: Address,
        is_typing: bool,
    },
    JoinRoom {
        room_id: String,
    },
    LeaveRoom {
        room_id: String,
    },
    Ping,
    /// What a client of old says: heard by whoever is there, and not kept.
    Chat {
        room_id: String,
        content: String,
    },
}

#[derive(Debug, PartialEq, Eq)]
pub(super) struct Words {
    pub address: Address,
    pub content: String,
    pub kind: Type,
    pub reply_to: Option<MessageId>,
}

/// Why a frame is not understood.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Misread {
    NoJson,
    Unknown(String),
    /// A message with something missing or wrong.
    Send,
    /// Anything else with something missing or wrong.
    Incomplete,
}

impl Ask {
    pub(super) fn read(frame: &Value) -> Result<Self, Misread> {
        let Value::Object(object) = frame else { return Err(Misread::NoJson) };
        let kind = object.get("type").unwrap_or(&Value::Null);
        let data = object.get("data").unwrap_or(&Value::Null);
        match kind.as_str() {
            Some("send_message") => send(data).ok_or(Misread::Send),
            Some("typing") => typing(data).ok_or(Misread::Incomplete),
            Some("join_room") => {
                let room_id = id(&data["room_id"]).ok_or(Misread::Incomplete)?;
                Ok(Self::JoinRoom { room_id })
            }
            Some("leave_room") => {
                let room_id = id(&data["room_id"]).ok_or(Misread::Incomplete)?;
                Ok(Self::LeaveRoom { room_id })
            }
            Some("ping") => Ok(Self::Ping),
            Some("chat") => chat(frame).ok_or(Misread::Incomplete),
            // It comes back in the answer, and may have been as long as the frame.
            Some(other) => Err(Misread::Unknown(other.chars().take(64).collect())),
            // As the original spells what is not there.
            None => Err(Misread::Unknown("None".to_owned())),
        }
    }
}

fn send(data: &Value) -> Option<Ask> {
    let content = text(&data["content"])?;
    if content.trim().is_empty() {
        // Blank words are passed over; a frame without any data is a mistake that its
        // sender hears of.
        return data.is_object().then_some(Ask::Blank);
    }
    let kind = kind(&data["message_type"])?;
    let reply_to = reply_to(&data["reply_to_id"])?;
    Some(Ask::Send(Words { address: address(data)?, content, kind, reply_to }))
}

fn typing(data: &Value) -> Option<Ask> {
    let is_typing = data["is_typing"].as_bool().unwrap_or(false);
    Some(Ask::Typing { address: address(data)?, is_typing })
}

/// Its fields stand beside its name.
fn chat(frame: &Value) -> Option<Ask> {
    let content = text(&frame["content"])?;
    if content.trim().is_empty() {
        return Some(Ask::Blank);
    }
    let room_id = match &frame["room_id"] {
        Value::Null => "general".to_owned(),
        other => id(other)?,
    };
    Some(Ask::Chat { room_id, content })
}

fn address(data: &Value) -> Option<Address> {
    // Whoever does not say which means a room, as this client does.
    let chat_type = match &data["chat_type"] {
        Value::Null => ChatType::Room,
        named => ChatType::parse(named.as_str()?)?,
    };
    Some(Address { chat_type, chat_id: id(&data["chat_id"])? })
}

/// Absent is empty.
fn text(value: &Value) -> Option<String> {
    if value.is_null() { Some(String::new()) } else { value.as_str().map(str::to_owned) }
}

fn id(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// In the spelling of its description, or in capitals as its database has it.
fn kind(value: &Value) -> Option<Type> {
    match text(value)?.to_ascii_lowercase().as_str() {
        // The original has a type for emoji; to everybody else they are words.
        "" | "emoji" => Some(Type::Text),
        word => Type::WORDS.iter().find(|it| it.0 == word).map(|it| it.1),
    }
}

/// A number, or the text that we have sent it as.
#[expect(clippy::option_option, reason = "what is wrong, and what is absent, are two things")]
fn reply_to(value: &Value) -> Option<Option<MessageId>> {
    match value {
        Value::Null => Some(None),
        Value::String(text) if text.is_empty() => Some(None),
        Value::String(text) => text.parse().ok().map(|it| Some(message_of(it))),
        other => other.as_i64().map(|it| Some(message_of(it))),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn said(data: &Value) -> Result<Ask, Misread> {
        Ask::read(&json!({"type": "send_message", "data": data}))
    }

    #[test]
    fn a_message_is_read_as_its_description_has_it() {
        let data = json!({"content": "hi", "chat_type": "private", "chat_id": "b",
            "message_type": "image", "reply_to_id": "7"});
        let Ok(Ask::Send(words)) = said(&data) else { panic!("no message") };
        assert_eq!((words.content.as_str(), words.kind), ("hi", Type::Image));
        assert_eq!(words.reply_to, Some(MessageId(7)));
        assert_eq!(words.address.chat_type, ChatType::Private);
        let data = json!({"content": "hi", "chat_id": "general", "reply_to_id": 7});
        let Ok(Ask::Send(words)) = said(&data) else { panic!("no message") };
        assert_eq!((words.kind, words.reply_to), (Type::Text, Some(MessageId(7))));
        assert_eq!(words.address.chat_type, ChatType::Room);
    }

    #[test]
    fn what_cannot_be_understood_is_told_apart() {
        let misread = |frame: Value| Ask::read(&frame).unwrap_err();
        assert_eq!(misread(json!([1])), Misread::NoJson);
        assert_eq!(misread(json!({"type": "zzz"})), Misread::Unknown("zzz".to_owned()));
        assert_eq!(misread(json!({})), Misread::Unknown("None".to_owned()));
        assert_eq!(misread(json!({"type": "join_room"})), Misread::Incomplete);
        for data in [
            json!(null),
            json!({"content": 7, "chat_id": "general"}),
            json!({"content": "hi"}),
            json!({"content": "hi", "chat_id": "general", "chat_type": "cave"}),
            json!({"content": "hi", "chat_id": "general", "message_type": "smell"}),
            json!({"content": "hi", "chat_id": "general", "reply_to_id": "x"}),
        ] {
            assert_eq!(said(&data), Err(Misread::Send), "{data}");
        }
        assert_eq!(said(&json!({"content": " \n"})), Ok(Ask::Blank));
    }
}
