//! What the settings mean to the core. Read once at start, never changed.

use crate::model::session::Client;

/// How old clients without a credential are paired with a session, see
/// [`crate::chat::session::pairing`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pairing {
    Off,
    /// By their address alone.
    Address,
    /// By their address and the program that they are.
    Client,
}

/// What is allowed, and how much of it.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a setting of its own")]
pub struct Rules {
    pub access_seconds: AccessSeconds,
    pub refresh_seconds: i64,
    /// How long the predecessor of a refresh token still works, for a second tab.
    pub grace_seconds: i64,
    /// For how long a sign-in proves who somebody is, where no password is asked for.
    pub recent_seconds: i64,
    pub password_min: usize,
    pub native_password_min: usize,
    pub max_upload_bytes: u64,
    pub max_avatar_bytes: u64,
    /// Whether what is said in a picture is taken out of its file.
    pub strip_positions: bool,
    /// How long an upload is kept that nobody used.
    pub unsent_seconds: i64,
    pub quota_bytes: u64,
    /// How often clients are told where their rooms stand.
    pub heads_seconds: u64,
    /// Members of the largest room in which others hear how far somebody has read.
    pub marks_told: usize,
    /// Members of the largest room in which others hear that somebody types.
    pub typing_told: usize,
    /// How long it is remembered when somebody read something.
    pub receipt_seconds: i64,
    /// How many new messages make it worth while to put them into the search index.
    pub search_block: i64,
    pub pairing: Pairing,
    pub max_sockets_per_user: usize,
    pub public_url: Option<String>,
    pub cookie_secure: bool,
    pub origins: Origins,
    pub rate_limits: bool,
    pub register_per_hour: u32,
    /// Wrong passwords that one address may send at once.
    pub failures_per_address: u32,
    /// Whether members may read what a message said before it was edited.
    pub show_edits: bool,
    pub engine_io_3: bool,
    pub tls: bool,
    pub production: bool,
}

/// How long an access token lasts that was got by a client of each product.
#[derive(Clone, Debug)]
pub struct AccessSeconds {
    pub campus: i64,
    pub chatroom: i64,
    pub chatsphere: i64,
    pub discord: i64,
    pub native: i64,
    pub swift: i64,
}

impl AccessSeconds {
    pub fn of(&self, client: Client) -> i64 {
        match client {
            Client::Campus => self.campus,
            Client::Chatroom => self.chatroom,
            Client::ChatSphere => self.chatsphere,
            Client::Discord => self.discord,
            Client::Native => self.native,
            Client::Swift => self.swift,
        }
    }

    pub fn longest(&self) -> i64 {
        let all =
            [self.campus, self.chatroom, self.chatsphere, self.discord, self.native, self.swift];
        all.into_iter().max().unwrap_or_default()
    }
}

/// Whose pages may act for their visitors.
#[derive(Clone, Debug)]
pub struct Origins {
    /// Those that were named.
    pub listed: Vec<String>,
    /// Whether our own pages come over HTTPS: then one that did not is somebody else's.
    pub https: bool,
}

#[cfg(test)]
impl Rules {
    pub fn of_a_test() -> Self {
        let (campus, chatroom, chatsphere, discord, native, swift) = (1, 1, 1, 1, 1, 1);
        Self {
            access_seconds: AccessSeconds { campus, chatroom, chatsphere, discord, native, swift },
            refresh_seconds: 1,
            grace_seconds: 1,
            recent_seconds: 1,
            password_min: 9,
            native_password_min: 9,
            max_upload_bytes: 1,
            max_avatar_bytes: 1,
            strip_positions: true,
            unsent_seconds: 1,
            quota_bytes: 1,
            heads_seconds: 1,
            marks_told: 256,
            typing_told: 1_000,
            receipt_seconds: 1,
            search_block: 1,
            pairing: Pairing::Off,
            max_sockets_per_user: 1,
            public_url: None,
            cookie_secure: true,
            origins: Origins { listed: Vec::new(), https: true },
            rate_limits: true,
            register_per_hour: 1,
            failures_per_address: 1,
            show_edits: true,
            engine_io_3: true,
            tls: true,
            production: true,
        }
    }
}
