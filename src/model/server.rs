//! Servers with channels. What listens on a port is [`crate::serve`].

use entity::{ban, chatroom, id::ServerId, participant::Role, server, server_member};

use crate::model::person::Card;

/// A server and its channels, oldest first.
#[derive(Clone, Debug)]
pub struct ServerView {
    pub server: server::Model,
    pub channels: Vec<Channel>,
}

/// A server as a list shows it.
#[derive(Clone, Debug)]
pub struct ServerSummary {
    pub server: server::Model,
    /// Mine; `None` while I only think of joining.
    pub role: Option<Role>,
    pub members: u64,
}

#[derive(Clone, Debug)]
pub struct ServerMembership {
    pub card: Card,
    pub row: server_member::Model,
}

/// Somebody who may not come again.
#[derive(Clone, Debug)]
pub struct ServerBan {
    pub card: Card,
    pub row: ban::Model,
}

/// A room of a server. Its members are the server's.
#[derive(Clone, Debug)]
pub struct Channel {
    /// What clients that know channels by integer call it.
    pub number: i64,
    pub server: ServerId,
    pub room: chatroom::Model,
}

#[derive(Clone, Debug)]
pub struct ServerDraft {
    pub name: String,
    pub description: Option<String>,
    pub icon_url: Option<String>,
    /// Whether anybody may join; otherwise it takes an invitation.
    pub is_open: bool,
}

/// Fields to change; `None` leaves one as it is, an empty text clears an optional one.
#[derive(Clone, Debug, Default)]
pub struct ServerEdit {
    pub name: Option<String>,
    pub description: Option<String>,
    pub icon_url: Option<String>,
    pub is_open: Option<bool>,
}

/// What a new invitation is good for; `None` is no limit.
#[derive(Clone, Copy, Debug, Default)]
pub struct InviteDraft {
    pub max_uses: Option<i64>,
    pub lifetime_seconds: Option<i64>,
}

#[derive(Clone, Debug)]
pub struct ChannelDraft {
    pub server: ServerId,
    pub name: String,
    pub description: Option<String>,
}
