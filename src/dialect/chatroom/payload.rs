//! What travels between this product's client and us.

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    model::{
        message::{Message, ReadStatus},
        person::{Card, account::Account},
        room::RoomView,
    },
    wire::{
        fields::Word,
        file::part::{Body, Part},
        links::{self, Links},
        spelling::{rfc3339_millis, seconds_z},
    },
};

/// `GetUser`, with the names that related products read.
#[derive(Serialize, ToSchema)]
pub(super) struct GetUser {
    #[schema(example = 1)]
    id: i64,
    #[schema(example = 1)]
    user_id: i64,
    #[schema(example = "ann")]
    username: String,
    #[schema(example = "ann@example.com")]
    email: Option<String>,
    display_name: String,
    nickname: Option<String>,
    bio: Option<String>,
    avatar_url: Option<String>,
    status: Option<String>,
    #[schema(example = "2026-11-20T23:49:58Z")]
    created_at: String,
    #[schema(example = "2026-11-20T23:49:58Z")]
    updated_at: String,
}

#[derive(Serialize, ToSchema)]
pub(super) struct Friend {
    #[schema(example = 2)]
    user_id: i64,
    #[schema(example = "bob")]
    username: String,
    nickname: Option<String>,
    avatar_url: Option<String>,
    status: Option<String>,
}

/// A room in the list; the fields of a person are those of the peer, or say the name of a group.
#[derive(Serialize, ToSchema)]
pub(super) struct ChatroomItem {
    chatroom_id: Uuid,
    #[schema(example = "Default Chatroom")]
    chatroom_name: String,
    #[serde(flatten)]
    peer: Friend,
    is_group: bool,
    unread_count: u64,
}

#[derive(Serialize, ToSchema)]
pub(super) struct OneChatroom {
    chatroom_id: Uuid,
    #[schema(example = "Default Chatroom")]
    chatroom_name: String,
    #[schema(example = "bob")]
    friend_name: String,
}

/// A message of the history.
#[derive(Serialize, ToSchema)]
pub(super) struct HistoryItem {
    message_id: i64,
    seq: i64,
    chatroom_id: Uuid,
    sender_id: i64,
    user: Author,
    #[schema(example = "hello")]
    content: String,
    #[schema(example = "text")]
    message_type: &'static str,
    media_url: Option<String>,
    #[schema(example = "unread")]
    read_status: &'static str,
    #[schema(example = "2026-11-20T23:50:03.123Z")]
    timestamp: String,
}

/// An author, with the names that the history and the socket's client read.
#[derive(Serialize, ToSchema)]
pub(super) struct Author {
    #[schema(example = 1)]
    id: i64,
    username: String,
    #[serde(rename = "userName")]
    user_name: String,
    nickname: Option<String>,
    #[serde(rename = "profilePictureUrl")]
    profile_picture_url: Option<String>,
    email: Option<String>,
    status: Option<String>,
}

/// `receive_message`.
#[derive(Serialize)]
pub(super) struct Received {
    chatroom_id: Uuid,
    content: String,
    #[serde(rename = "isSentByViewer")]
    is_sent_by_viewer: bool,
    user: Author,
    timestamp: String,
    message_type: &'static str,
    /// Always empty: the client puts the address of a picture into `content`.
    img: &'static str,
    media_url: Option<String>,
    message_id: i64,
    seq: i64,
}

impl GetUser {
    pub(super) fn new(account: &Account, links: &Links) -> Self {
        Self {
            id: account.id.0,
            user_id: account.id.0,
            username: account.username.clone(),
            email: account.email.clone(),
            display_name: account.nickname.clone().unwrap_or_else(|| account.username.clone()),
            nickname: account.nickname.clone(),
            bio: account.bio.clone(),
            // With a host, because the client's page may come from another one.
            avatar_url: account.avatar_url.as_deref().map(|it| links.whole(it)),
            status: account.status.clone(),
            // With a `Z`, because a browser takes a time without a zone for its own.
            created_at: seconds_z(account.created_at),
            updated_at: seconds_z(account.updated_at),
        }
    }
}

impl Friend {
    pub(super) fn new(card: &Card, links: &Links) -> Self {
        Self {
            user_id: card.id.0,
            username: card.username.clone(),
            nickname: card.nickname.clone(),
            avatar_url: card.avatar_url.as_deref().map(|it| links.whole(it)),
            status: card.status.clone(),
        }
    }
}

impl ChatroomItem {
    pub(super) fn direct(view: &RoomView, peer: &Card, links: &Links) -> Self {
        Self::new(view, Friend::new(peer, links), false)
    }

    /// This client shows a person and nothing else, and takes whoever is in its list for a
    /// friend: a group is somebody with its name, and with nobody's id.
    pub(super) fn group(view: &RoomView) -> Self {
        let (username, nickname) = (name(view), None);
        let shown = Friend { user_id: 0, username, nickname, avatar_url: None, status: None };
        Self::new(view, shown, true)
    }

    fn new(view: &RoomView, peer: Friend, is_group: bool) -> Self {
        Self {
            chatroom_id: view.room.chatroom_id.0,
            chatroom_name: name(view),
            peer,
            is_group,
            unread_count: view.unread,
        }
    }
}

impl OneChatroom {
    pub(super) fn new(view: &RoomView, others: &[Card]) -> Self {
        let names: Vec<&str> = others.iter().map(|it| it.username.as_str()).collect();
        Self {
            chatroom_id: view.room.chatroom_id.0,
            chatroom_name: name(view),
            // The client has one line for it, and a group has several others.
            friend_name: names.join(", "),
        }
    }
}

impl HistoryItem {
    /// This client knows words or one file in each message, so one may be several to it.
    pub(super) fn all(message: &Message, links: &Links) -> Vec<Self> {
        message.parts().iter().map(|part| Self::new(message, part, links)).collect()
    }

    fn new(message: &Message, part: &Part<'_>, links: &Links) -> Self {
        let row = &message.row;
        Self {
            message_id: row.message_id.0,
            seq: row.seq,
            chatroom_id: row.chatroom_id.0,
            sender_id: row.sender_id.0,
            user: Author::new(&message.author, links),
            content: shown(part, links),
            message_type: part.kind(message).word(),
            media_url: media_url(part, links),
            read_status: match message.status {
                ReadStatus::Unread => "unread",
                ReadStatus::Delivered => "delivered",
                ReadStatus::Read => "read",
            },
            // Seconds would be too coarse: whoever scrolls back sends one of these as `before`.
            timestamp: rfc3339_millis(row.timestamp),
        }
    }
}

impl Received {
    /// Each part by itself, as in the history.
    pub(super) fn all(message: &Message, sent_at: Option<&str>, links: &Links) -> Vec<Self> {
        message.parts().iter().map(|part| Self::new(message, part, sent_at, links)).collect()
    }

    /// With the sender's own spelling of the time, by which its client knows the message.
    fn new(message: &Message, part: &Part<'_>, sent_at: Option<&str>, links: &Links) -> Self {
        let row = &message.row;
        Self {
            chatroom_id: row.chatroom_id.0,
            content: shown(part, links),
            // The client does not ask this, but compares the id of `user` with its own.
            is_sent_by_viewer: false,
            user: Author::new(&message.author, links),
            timestamp: sent_at.map_or_else(|| rfc3339_millis(row.timestamp), str::to_owned),
            message_type: part.kind(message).word(),
            img: "",
            media_url: media_url(part, links),
            message_id: row.message_id.0,
            seq: row.seq,
        }
    }
}

impl Author {
    fn new(card: &Card, links: &Links) -> Self {
        Self {
            id: card.id.0,
            username: card.username.clone(),
            user_name: card.username.clone(),
            nickname: card.nickname.clone(),
            profile_picture_url: card.avatar_url.as_deref().map(|it| links.whole(it)),
            // Nobody's address is other people's business.
            email: None,
            status: card.status.clone(),
        }
    }
}

/// This client shows a file by the address in `content`; other clients attach files.
fn shown(part: &Part<'_>, links: &Links) -> String {
    match part.body {
        Body::Words(words) => words.to_owned(),
        Body::File(_) | Body::Address(..) => media_url(part, links).unwrap_or_default(),
    }
}

fn media_url(part: &Part<'_>, links: &Links) -> Option<String> {
    address(part).map(|it| links.whole(&it))
}

/// Where its file is.
fn address(part: &Part<'_>) -> Option<String> {
    match part.body {
        Body::Words(_) => None,
        Body::File(file) => Some(format!("/static/message/{}", file.stored_name)),
        Body::Address(address, _) => Some(address.to_owned()),
    }
}

/// Whether it reads differently for people who call this server by different names.
pub(super) fn names_us(message: &Message) -> bool {
    let face = message.author.avatar_url.as_deref();
    let file = || message.parts().iter().filter_map(address).any(|it| links::is_ours(&it));
    face.is_some_and(links::is_ours) || file()
}

fn name(view: &RoomView) -> String {
    view.room.chatroom_name.clone().unwrap_or_else(|| "private chatroom".to_owned())
}
