//! What travels between this product's client and us.

use entity::server;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    model::{
        message,
        person::{Portrait, account::Account},
        server::{Channel as CoreChannel, ServerView},
    },
    wire::{file::part::Body, spelling::naive_micros},
};

#[derive(Serialize, ToSchema)]
#[schema(as = discord::User)]
pub(super) struct User {
    #[schema(example = 1)]
    id: i64,
    #[schema(example = "testuser")]
    username: String,
    /// Empty for everybody but oneself.
    // Its clients know it as a text that is always there, so null could break one, and other
    // people's addresses are not theirs to see.
    #[schema(example = "test@example.com")]
    email: String,
    #[schema(example = "Tess")]
    display_name: String,
    bio: Option<String>,
    avatar_url: Option<String>,
    #[schema(example = "2026-11-20T23:50:57.321000")]
    created_at: String,
    #[schema(example = "2026-11-20T23:50:57.321000")]
    updated_at: String,
}

#[derive(Serialize, ToSchema)]
#[schema(as = discord::Server)]
pub(super) struct Server {
    #[schema(example = "My Server")]
    name: String,
    #[schema(example = "My first server")]
    description: Option<String>,
    icon_url: Option<String>,
    #[schema(example = 1)]
    id: i64,
    #[schema(example = 1)]
    owner_id: i64,
    #[schema(example = "2026-11-20T23:50:57.321000")]
    created_at: String,
    #[schema(example = "2026-11-20T23:50:57.321000")]
    updated_at: String,
}

#[derive(Serialize, ToSchema)]
#[schema(as = discord::ServerWithChannels)]
pub(super) struct ServerWithChannels {
    #[serde(flatten)]
    server: Server,
    channels: Vec<Channel>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = discord::Channel)]
pub(super) struct Channel {
    #[schema(example = "general")]
    name: String,
    #[schema(example = "General discussion")]
    description: Option<String>,
    #[schema(example = 4)]
    id: i64,
    #[schema(example = 1)]
    server_id: i64,
    #[schema(example = "2026-11-20T23:50:57.321000")]
    created_at: String,
    #[schema(example = "2026-11-20T23:50:57.321000")]
    updated_at: String,
}

/// A message of the history, and the only thing that is ever said over a socket: its client
/// prints every frame as one.
#[derive(Serialize, ToSchema)]
#[schema(as = discord::Message)]
pub(super) struct Message {
    #[schema(example = "Hello, World!")]
    content: String,
    #[schema(example = 1)]
    id: i64,
    #[schema(example = 4)]
    channel_id: i64,
    #[schema(example = 1)]
    author_id: i64,
    #[schema(example = "2026-11-20T23:50:57.321000")]
    created_at: String,
    #[schema(example = "2026-11-20T23:50:57.321000")]
    updated_at: String,
    #[schema(example = "testuser")]
    author_username: String,
}

impl From<Account> for User {
    /// One's own.
    fn from(account: Account) -> Self {
        Self {
            id: account.id.0,
            // In the original it begins as the username, and is never null.
            display_name: account.nickname.unwrap_or_else(|| account.username.clone()),
            username: account.username,
            // Other surfaces have people without an address.
            email: account.email.unwrap_or_default(),
            bio: account.bio,
            avatar_url: account.avatar_url,
            // Without an offset, as the original spells it; its documentation says that it is UTC.
            created_at: naive_micros(account.created_at),
            updated_at: naive_micros(account.updated_at),
        }
    }
}

impl From<Portrait> for User {
    fn from(it: Portrait) -> Self {
        Self {
            id: it.card.id.0,
            display_name: it.card.nickname.unwrap_or_else(|| it.card.username.clone()),
            username: it.card.username,
            email: it.email.unwrap_or_default(),
            bio: it.bio,
            avatar_url: it.card.avatar_url,
            created_at: naive_micros(it.created_at),
            updated_at: naive_micros(it.updated_at),
        }
    }
}

impl From<server::Model> for Server {
    fn from(server: server::Model) -> Self {
        Self {
            name: server.name,
            description: server.description,
            icon_url: server.icon_url,
            id: server.server_id.0,
            owner_id: server.owner_id.0,
            created_at: naive_micros(server.created_at),
            updated_at: naive_micros(server.updated_at),
        }
    }
}

impl From<ServerView> for ServerWithChannels {
    fn from(view: ServerView) -> Self {
        let channels = view.channels.into_iter().map(Channel::from).collect();
        Self { server: Server::from(view.server), channels }
    }
}

impl From<CoreChannel> for Channel {
    fn from(channel: CoreChannel) -> Self {
        Self {
            // Every channel has a name; only rooms of other kinds may be without.
            name: channel.room.chatroom_name.unwrap_or_default(),
            description: channel.room.description,
            id: channel.number,
            server_id: channel.server.0,
            created_at: naive_micros(channel.room.created_at),
            updated_at: naive_micros(channel.room.updated_at),
        }
    }
}

impl Message {
    pub(super) fn new(channel: i64, message: &message::Message) -> Self {
        let (sent, edited) = (message.row.timestamp, message.row.edited_at);
        Self {
            content: shown(message),
            id: message.row.message_id.0,
            channel_id: channel,
            author_id: message.row.sender_id.0,
            created_at: naive_micros(sent),
            // Its clients know a time that is always there, also where nothing was edited.
            updated_at: naive_micros(edited.unwrap_or(sent)),
            author_username: message.author.username.clone(),
        }
    }
}

/// This client knows only words, so a file that came from elsewhere is its address, below
/// what was said with it.
fn shown(message: &message::Message) -> String {
    let parts = message.parts();
    let lines = parts.iter().map(|part| match part.body {
        Body::Words(text) | Body::Address(text, _) => text.to_owned(),
        Body::File(file) => format!("/static/message/{}", file.stored_name),
    });
    lines.collect::<Vec<_>>().join("\n")
}
