//! Servers with channels; `guild` is the core's word, since a server is also what listens
//! on a port.

use entity::{chatroom, id::ServerId, server};

/// A server and its channels, oldest first.
#[derive(Clone, Debug)]
pub struct GuildView {
    pub server: server::Model,
    pub channels: Vec<Channel>,
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
pub struct GuildDraft {
    pub name: String,
    pub description: Option<String>,
    pub icon_url: Option<String>,
}

/// Fields to change; `None` leaves one as it is, an empty text clears an optional one.
#[derive(Clone, Debug, Default)]
pub struct GuildChange {
    pub name: Option<String>,
    pub description: Option<String>,
    pub icon_url: Option<String>,
}

#[derive(Clone, Debug)]
pub struct ChannelDraft {
    pub server: ServerId,
    pub name: String,
    pub description: Option<String>,
}
