//! What this product's client is given over REST. Its decoders are strict: a `null` where
//! words are expected, or another spelling of a time, loses a whole list.

use entity::{id::UserId, message::Type};
use serde::Serialize;
use utoipa::ToSchema;

use super::link::{self, File};
use crate::{
    model::{
        message::{Message, reaction::Tally},
        room::RoomView,
    },
    wire::spelling::{naive_seconds, seconds_z},
};

/// All that this client can show; any other emoji would lose it the message.
pub(super) const EMOJI: [&str; 6] = ["👍", "❤️", "😂", "😮", "😢", "😡"];

/// Badges beyond this are all the same.
const MOST_UNREAD: u64 = 100;

#[derive(Serialize, ToSchema)]
#[schema(as = swift::Room)]
pub(super) struct Room {
    #[schema(example = "General")]
    name: String,
    #[schema(example = 1)]
    id: i64,
    #[schema(example = "2026-11-20T23:47:48")]
    created_at: String,
}

/// A room in the list.
#[derive(Serialize, ToSchema)]
#[schema(as = swift::RoomList)]
pub(super) struct RoomList {
    #[serde(flatten)]
    room: Room,
    last_message: Option<LastMessage>,
    #[schema(example = 0)]
    unread_count: u64,
}

#[derive(Serialize, ToSchema)]
#[schema(as = swift::LastMessage)]
struct LastMessage {
    #[schema(example = 1024)]
    message_id: i64,
    #[schema(example = "user1")]
    sender: String,
    /// Empty, and never null, for a file without words.
    #[schema(example = "hello")]
    message: String,
    #[schema(example = "text")]
    message_type: &'static str,
    /// The client sorts by it, and reads it in exactly this spelling.
    #[schema(example = "2026-11-20T23:52:26")]
    timestamp: String,
}

/// A message, in history and in frames.
#[derive(Serialize, ToSchema)]
#[schema(as = swift::Message)]
pub(super) struct Item {
    #[schema(example = 1024)]
    message_id: i64,
    #[schema(example = 1)]
    room_id: i64,
    #[schema(example = "user1")]
    sender: String,
    #[schema(example = "hello")]
    message: String,
    #[schema(example = "text")]
    message_type: &'static str,
    #[serde(flatten)]
    file: File,
    /// With a `Z` in history and without one in frames, each as the client reads it.
    #[schema(example = "2026-11-20T23:52:26Z")]
    timestamp: String,
    reactions: Vec<Summary>,
    /// Mine.
    #[schema(example = "👍")]
    user_reaction: Option<&'static str>,
}

/// A message as `/api/reactions` words it.
#[derive(Serialize, ToSchema)]
#[schema(as = swift::Reacted)]
pub(super) struct Reacted {
    #[schema(example = 1024)]
    id: i64,
    #[schema(example = "hello")]
    content: String,
    #[schema(example = "text")]
    message_type: &'static str,
    #[serde(flatten)]
    file: File,
    #[schema(example = 1)]
    room_id: i64,
    #[schema(example = 2)]
    sender_id: i64,
    #[schema(example = "user1")]
    sender_username: String,
    #[schema(example = "2026-11-20T23:52:26Z")]
    timestamp: String,
    reactions: Vec<Summary>,
    #[schema(example = "👍")]
    user_reaction: Option<&'static str>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = swift::Summary)]
pub(super) struct Summary {
    #[schema(example = "👍")]
    reaction_type: &'static str,
    #[schema(example = 1)]
    count: usize,
    #[schema(example = json!(["user1"]))]
    users: Vec<String>,
}

impl From<&RoomView> for Room {
    fn from(view: &RoomView) -> Self {
        Self { name: name(view), id: view.number, created_at: naive_seconds(view.room.created_at) }
    }
}

impl From<&RoomView> for RoomList {
    fn from(view: &RoomView) -> Self {
        Self {
            room: Room::from(view),
            last_message: view.last_message.as_ref().map(LastMessage::from),
            unread_count: unread(view),
        }
    }
}

impl From<&Message> for LastMessage {
    fn from(message: &Message) -> Self {
        let (file, words) = link::split(message);
        Self {
            message_id: message.row.message_id.0,
            sender: message.author.username.clone(),
            message_type: kind(message, &file, &words),
            message: words,
            timestamp: naive_seconds(message.row.timestamp),
        }
    }
}

impl Item {
    pub(super) fn of_history(number: i64, message: &Message, me: UserId) -> Self {
        Self {
            timestamp: seconds_z(message.row.timestamp),
            reactions: summary(&message.tallies),
            user_reaction: own(&message.tallies, me),
            ..Self::live(number, message)
        }
    }

    /// As it is sent: nobody can have reacted yet.
    pub(super) fn live(number: i64, message: &Message) -> Self {
        let (file, words) = link::split(message);
        Self {
            message_id: message.row.message_id.0,
            room_id: number,
            // The app knows the echo of its own words by this, so it is the name that one
            // signs in with.
            sender: message.author.username.clone(),
            message_type: kind(message, &file, &words),
            message: words,
            file,
            timestamp: naive_seconds(message.row.timestamp),
            reactions: Vec::new(),
            user_reaction: None,
        }
    }
}

impl Reacted {
    pub(super) fn new(number: i64, message: &Message, me: UserId) -> Self {
        let item = Item::of_history(number, message, me);
        Self {
            id: item.message_id,
            content: item.message,
            message_type: item.message_type,
            file: item.file,
            room_id: number,
            sender_id: message.row.sender_id.0,
            sender_username: item.sender,
            timestamp: item.timestamp,
            reactions: item.reactions,
            user_reaction: item.user_reaction,
        }
    }
}

/// Those of the six; other surfaces know more.
pub(super) fn summary(under: &[Tally]) -> Vec<Summary> {
    let known = under.iter().filter_map(|it| Some((known(&it.emoji)?, it)));
    let summary = known.map(|(reaction_type, tally)| Summary {
        reaction_type,
        count: tally.people.len(),
        users: tally.people.iter().map(|it| it.username.clone()).collect(),
    });
    summary.collect()
}

pub(super) fn known(emoji: &str) -> Option<&'static str> {
    EMOJI.into_iter().find(|it| *it == emoji)
}

fn own(under: &[Tally], me: UserId) -> Option<&'static str> {
    let mut mine = under.iter().filter(|it| it.people.iter().any(|person| person.id == me));
    // Other surfaces let a person put several, and the app shows one.
    mine.find_map(|it| known(&it.emoji))
}

/// To this client a room that was never opened is unread as a whole.
pub(super) fn unread(view: &RoomView) -> u64 {
    // Deleted ones keep their `seq`, and this client never sees them.
    let live = view.room.last_seq - view.room.deleted_count;
    let whole = live.unsigned_abs().min(MOST_UNREAD);
    if view.membership.is_none() { whole } else { view.unread }
}

/// Rooms of other surfaces need not have a name, and this client shows nothing else.
pub(super) fn name(view: &RoomView) -> String {
    // By the username, as the messages name who sent them.
    let peer = view.peer.as_ref().map(|it| it.username.clone());
    let name = peer.or_else(|| view.room.chatroom_name.clone());
    name.unwrap_or_else(|| format!("Room {}", view.number))
}

/// The core's types in this client's words, which also say whether there are any.
fn kind(message: &Message, file: &File, words: &str) -> &'static str {
    let kind = match (message.row.message_type, &file.mime_type, &file.file_url) {
        // Other surfaces send words with a file beside them as a text.
        (Type::Text, Some(mime), _) => link::kind(mime),
        (Type::Text, None, Some(_)) => Type::File,
        (other, _, _) => other,
    };
    match (kind, file.file_url.is_some() && !words.is_empty()) {
        (Type::Text, _) => "text",
        (Type::Image, false) => "image",
        (Type::Image, true) => "text_with_image",
        (Type::Video, false) => "video",
        (Type::Video, true) => "text_with_video",
        (Type::Audio, false) => "audio",
        (Type::Audio, true) => "text_with_audio",
        (Type::File, false) => "document",
        (Type::File, true) => "text_with_document",
    }
}
