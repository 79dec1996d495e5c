//! What happened to a server, to those who are on it unless said otherwise.

use entity::{
    id::{ServerId, UserId},
    participant::Role,
    server,
};

use crate::model::server::{ServerMembership, ServerSummary};

#[derive(Clone, Debug)]
pub enum ServerNews {
    /// To its maker's own devices.
    Created(ServerSummary),
    Updated {
        server: server::Model,
        members: u64,
    },
    Deleted(ServerId),
    Joined {
        server: ServerId,
        member: ServerMembership,
        members: u64,
    },
    Left {
        server: ServerId,
        user: UserId,
        members: u64,
    },
    Ranked {
        server: ServerId,
        user: UserId,
        role: Role,
    },
}
