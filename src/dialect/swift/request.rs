//! What a client says over the socket, read from its frames.

use entity::{id::MessageId, message::Type};
use serde_json::Value;

use super::{link::File, payload::EMOJI};
use crate::wire::fields::{FieldError, Loc, Shape, from_json};

#[derive(Debug)]
pub(super) enum Request {
    Message(NewMessage),
    Typing,
    TypingStart,
    TypingStop,
    React {
        message: MessageId,
        emoji: &'static str,
    },
    /// There is only one that can be meant.
    TakeBack {
        message: MessageId,
    },
    /// Such as the original ignores, too.
    Unknown,
}

#[derive(Debug)]
pub(super) struct NewMessage {
    pub words: String,
    /// `None` when the client leaves it to the file.
    pub kind: Option<Type>,
    pub file: Option<File>,
}

/// Why a frame could not be understood, in words for its sender.
pub(super) type Misunderstood = String;

/// With and without words beside the file is all the same here: we see whether there are any.
const KINDS: [(&str, Type); 9] = [
    ("text", Type::Text),
    ("image", Type::Image),
    ("video", Type::Video),
    ("audio", Type::Audio),
    ("document", Type::File),
    ("text_with_image", Type::Image),
    ("text_with_video", Type::Video),
    ("text_with_audio", Type::Audio),
    ("text_with_document", Type::File),
];

impl Request {
    pub(super) fn read(frame: &Value) -> Result<Self, Misunderstood> {
        if !frame.is_object() {
            return Err("Error processing message: a JSON object is expected".to_owned());
        }
        match frame.get("type").and_then(Value::as_str) {
            Some("message") => message(frame).map(Self::Message),
            Some("typing") => Ok(Self::Typing),
            // The app says these two, the description of the original `typing`.
            Some("typing_start") => Ok(Self::TypingStart),
            Some("typing_stop") => Ok(Self::TypingStop),
            Some("reaction") => reaction(frame),
            Some(_) | None => Ok(Self::Unknown),
        }
    }
}

#[derive(Shape)]
struct Said {
    content: Option<String>,
    #[shape(name = "message_type", one_of = KINDS)]
    kind: Option<Type>,
    #[shape(flatten)]
    file: File,
}

#[derive(Default, Shape)]
struct Attachment {
    #[shape(name = "type", one_of = KINDS)]
    kind: Option<Type>,
    url: Option<String>,
    filename: Option<String>,
    size: Option<i64>,
    mime_type: Option<String>,
}

fn message(frame: &Value) -> Result<NewMessage, Misunderstood> {
    let Said { content, kind, file: flat } = shaped(frame)?;
    let attached = frame.get("attachment").filter(|it| !it.is_null());
    let attached: Attachment = attached.map(shaped).transpose()?.unwrap_or_default();
    let words = content.filter(|it| !it.trim().is_empty());
    let (claimed, attached) = (attached.kind, File::from(attached));
    let file = Some(flat).filter(File::is_there).or(Some(attached).filter(File::is_there));
    if words.is_none() && file.is_none() {
        return Err(nothing(frame));
    }
    // Whoever calls a file a text only leaves the field as it was.
    let kind = kind.filter(|it| file.is_none() || *it != Type::Text).or(claimed);
    Ok(NewMessage { words: words.unwrap_or_default(), kind, file })
}

impl From<Attachment> for File {
    fn from(it: Attachment) -> Self {
        let Attachment { url, filename, size, mime_type, .. } = it;
        Self { file_url: url, file_name: filename, file_size: size, mime_type }
    }
}

fn nothing(frame: &Value) -> Misunderstood {
    let names = frame.as_object().into_iter().flat_map(|it| it.keys());
    // A frame can have thousands of keys, which would all come back with the answer.
    let names: Vec<String> = names.take(20).map(|it| format!("'{it}'")).collect();
    let names = names.join(", ");
    format!("Missing 'content', 'file_url', or 'attachment' field. Received: [{names}]")
}

#[derive(Shape)]
struct Wish {
    #[shape(name = "action", one_of = [("add", false), ("remove", true)], default)]
    removes: bool,
}

#[derive(Shape)]
struct To {
    #[shape(name = "message_id")]
    message: MessageId,
}

#[derive(Shape)]
struct With {
    #[shape(name = "reaction_type", one_of = EMOJI.map(|it| (it, it)))]
    emoji: Option<&'static str>,
}

/// This client is told of one mistake at a time.
fn reaction(frame: &Value) -> Result<Request, Misunderstood> {
    let is_missing = |name: &str| frame.get(name).is_none_or(Value::is_null);
    let Wish { removes } = shaped(frame)?;
    if is_missing("message_id") || (is_missing("reaction_type") && !removes) {
        return Err("Missing message_id or reaction_type".to_owned());
    }
    let To { message } = shaped(frame)?;
    let With { emoji } = shaped(frame)?;
    Ok(match emoji {
        Some(emoji) if !removes => Request::React { message, emoji },
        Some(_) | None => Request::TakeBack { message },
    })
}

fn shaped<T: Shape>(frame: &Value) -> Result<T, Misunderstood> {
    from_json(frame).map_err(|errors| {
        let told: Vec<String> = errors.iter().take(3).map(told).collect();
        format!("Error processing message: {}", told.join("; "))
    })
}

fn told(error: &FieldError) -> String {
    match error.loc.last() {
        Some(Loc::Name(name)) if error.loc.len() > 1 => format!("{name}: {}", error.msg),
        Some(Loc::Name(_) | Loc::Index(_)) | None => error.msg.clone(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn complaint(frame: &Value) -> String {
        Request::read(frame).unwrap_err()
    }

    fn message_of(frame: &Value) -> NewMessage {
        match Request::read(frame) {
            Ok(Request::Message(message)) => message,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn what_cannot_be_understood_is_answered_in_words() {
        let nothing = complaint(&json!({"type": "message", "content": " "}));
        let wanted = "Missing 'content', 'file_url', or 'attachment' field. Received: ";
        assert!(nothing.starts_with(wanted), "{nothing}");
        let bare = complaint(&json!({"type": "message"}));
        assert_eq!(bare, format!("{wanted}['type']"));
        let missing = "Missing message_id or reaction_type";
        assert_eq!(complaint(&json!({"type": "reaction", "message_id": 1})), missing);
        for frame in [
            json!([1]),
            json!(5),
            json!({"type": "message", "content": 5}),
            json!({"type": "message", "content": "x", "message_type": "weird"}),
            json!({"type": "message", "content": "x", "attachment": 5}),
            json!({"type": "reaction", "message_id": "x", "reaction_type": "👍"}),
            json!({"type": "reaction", "message_id": 1, "reaction_type": "🦀"}),
        ] {
            let told = complaint(&frame);
            assert!(told.starts_with("Error processing message: "), "{told}");
        }
        for frame in [json!({"type": "dance"}), json!({"type": 7}), json!({})] {
            assert!(matches!(Request::read(&frame), Ok(Request::Unknown)), "{frame}");
        }
    }

    #[test]
    fn a_file_comes_flat_or_as_an_attachment() {
        let url = "http://10.0.0.5:8000/api/files/a.jpg";
        let flat = message_of(&json!({"type": "message", "file_url": url, "file_name": "f.jpg",
            "file_size": 3, "mime_type": "image/jpeg", "message_type": "text"}));
        let nested = message_of(&json!({"type": "message", "content": "", "attachment":
            {"type": "image", "filename": "f.jpg", "url": url, "size": 3,
            "mime_type": "image/jpeg"}}));
        assert_eq!(flat.file, nested.file);
        assert_eq!((flat.kind, nested.kind), (None, Some(Type::Image)));
    }
}
