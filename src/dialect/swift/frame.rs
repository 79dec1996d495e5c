//! What this product's sockets are told. Always text, whatever they send.

use entity::{id::MessageId, time::Timestamp};
use serde::Serialize;
use tokio_tungstenite::tungstenite::Utf8Bytes;

use super::payload::{Item, Summary};
use crate::{
    model::message::Message,
    wire::{registry::frame, spelling::naive_seconds},
};

#[derive(Serialize)]
struct MessageFrame {
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(flatten)]
    item: Item,
}

#[derive(Serialize)]
struct Connected<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    room_id: i64,
    room_name: &'a str,
    message: String,
    timestamp: String,
}

/// Somebody does something. Without `message` clients of the plainer kind, which take
/// whatever has one for a message, pass it over.
#[derive(Serialize)]
struct Doing<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    room_id: i64,
    sender: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
    timestamp: String,
}

#[derive(Serialize)]
struct Turned<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    room_id: i64,
    message_id: i64,
    sender: &'a str,
    reaction_type: &'a str,
    reaction_summary: Vec<Summary>,
    timestamp: String,
}

#[derive(Serialize)]
struct ErrorFrame<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    message: &'a str,
}

/// Whether a reaction came or went.
pub(super) enum ReactionChange<'a> {
    Added(&'a str),
    Removed(&'a str),
}

pub(super) fn message(number: i64, message: &Message) -> Utf8Bytes {
    frame(&MessageFrame { kind: "message", item: Item::live(number, message) })
}

pub(super) fn connected(number: i64, name: &str, now: Timestamp) -> Utf8Bytes {
    frame(&Connected {
        kind: "connected",
        room_id: number,
        room_name: name,
        message: format!("Connected to {name}"),
        timestamp: naive_seconds(now),
    })
}

pub(super) fn joined(number: i64, sender: &str, now: Timestamp) -> Utf8Bytes {
    // With a `message`, as in the original, so that plainer clients show it among what is said.
    doing("user_joined", number, sender, Some(format!("{sender} joined the chat")), now)
}

pub(super) fn typing(number: i64, sender: &str, now: Timestamp) -> Utf8Bytes {
    // The description's spelling, which the app passes over.
    doing("typing", number, sender, Some(format!("{sender} is typing...")), now)
}

pub(super) fn typing_start(number: i64, sender: &str, now: Timestamp) -> Utf8Bytes {
    // The app's own spelling, of which it reads the sender.
    doing("typing_start", number, sender, None, now)
}

pub(super) fn typing_stop(number: i64, sender: &str, now: Timestamp) -> Utf8Bytes {
    doing("typing_stop", number, sender, None, now)
}

pub(super) fn reaction(
    number: i64,
    message: MessageId,
    sender: &str,
    turn: &ReactionChange<'_>,
    reaction_summary: Vec<Summary>,
    now: Timestamp,
) -> Utf8Bytes {
    let (kind, reaction_type) = match turn {
        ReactionChange::Added(emoji) => ("reaction_added", emoji),
        ReactionChange::Removed(emoji) => ("reaction_removed", emoji),
    };
    frame(&Turned {
        kind,
        room_id: number,
        message_id: message.0,
        sender,
        reaction_type,
        reaction_summary,
        timestamp: naive_seconds(now),
    })
}

pub(super) fn error(message: &str) -> Utf8Bytes {
    // Without a sender the description's sample cannot decode it, and passes it over.
    frame(&ErrorFrame { kind: "error", message })
}

fn doing(
    kind: &'static str,
    room_id: i64,
    sender: &str,
    message: Option<String>,
    now: Timestamp,
) -> Utf8Bytes {
    frame(&Doing { kind, room_id, sender, message, timestamp: naive_seconds(now) })
}
