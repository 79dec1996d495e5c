//! Servers, who is on them, who is invited and who is not let in.

use entity::{invite, server};
use serde::Serialize;
use utoipa::ToSchema;

use super::{room::role, user::User};
use crate::{
    model::server::{ServerBan, ServerMembership, ServerSummary},
    wire::spelling::rfc3339_millis,
};

/// A server, the same for everybody.
#[derive(Serialize, ToSchema)]
#[expect(clippy::struct_field_names, reason = "the names are the protocol's")]
#[schema(as = native::Server)]
pub struct Server {
    #[schema(example = 1)]
    pub server_id: i64,
    #[schema(example = "the sea")]
    pub name: String,
    #[schema(example = "ships and weather")]
    pub description: Option<String>,
    pub icon_url: Option<String>,
    #[schema(example = 42)]
    pub owner_id: i64,
    /// Whether anybody may join; a closed server takes an invitation, and is shown to its
    /// members alone.
    pub is_open: bool,
    #[schema(example = 3)]
    pub member_count: u64,
    #[schema(example = "2026-11-20T23:49:58.000Z")]
    pub created_at: String,
}

/// A server as somebody sees it.
#[derive(Serialize, ToSchema)]
#[schema(as = native::ServerItem)]
pub struct ServerItem {
    #[serde(flatten)]
    pub server: Server,
    /// Mine: `member`, `admin` or `owner`; null while I am not on it.
    #[schema(example = "owner")]
    pub role: Option<&'static str>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = native::ServerMember)]
pub struct ServerMember {
    pub user: User,
    #[schema(example = "member")]
    pub role: &'static str,
    #[schema(example = "2026-11-20T23:49:58.000Z")]
    pub joined_at: String,
}

#[derive(Serialize, ToSchema)]
#[schema(as = native::Invite)]
pub struct Invite {
    #[schema(example = "q3Zt0yUe7cXH2mP9aL5wKg")]
    pub code: String,
    /// Where it is looked at (GET) and accepted (POST).
    #[schema(example = "/v1/invites/q3Zt0yUe7cXH2mP9aL5wKg")]
    pub url: String,
    #[schema(example = 1)]
    pub server_id: i64,
    #[schema(example = 42)]
    pub creator_id: i64,
    /// Null: as many as come.
    #[schema(example = 10)]
    pub max_uses: Option<i64>,
    #[schema(example = 2)]
    pub uses: i64,
    /// Null: never.
    #[schema(example = "2026-11-27T23:49:58.000Z")]
    pub expires_at: Option<String>,
    #[schema(example = "2026-11-20T23:49:58.000Z")]
    pub created_at: String,
}

#[derive(Serialize, ToSchema)]
#[schema(as = native::Ban)]
pub struct Ban {
    pub user: User,
    #[schema(example = "spam")]
    pub reason: Option<String>,
    #[schema(example = 42)]
    pub banned_by: i64,
    #[schema(example = "2026-11-20T23:49:58.000Z")]
    pub created_at: String,
}

impl Server {
    pub fn new(server: &server::Model, member_count: u64) -> Self {
        Self {
            server_id: server.server_id.0,
            name: server.name.clone(),
            description: server.description.clone(),
            icon_url: server.icon_url.clone(),
            owner_id: server.owner_id.0,
            is_open: server.is_open,
            member_count,
            created_at: rfc3339_millis(server.created_at),
        }
    }
}

impl From<&ServerSummary> for ServerItem {
    fn from(item: &ServerSummary) -> Self {
        Self { server: Server::new(&item.server, item.members), role: item.role.map(role) }
    }
}

impl From<&ServerMembership> for ServerMember {
    fn from(member: &ServerMembership) -> Self {
        Self {
            user: User::from(&member.card),
            role: role(member.row.role),
            joined_at: rfc3339_millis(member.row.joined_at),
        }
    }
}

impl From<&invite::Model> for Invite {
    fn from(invite: &invite::Model) -> Self {
        Self {
            code: invite.code.clone(),
            url: format!("/v1/invites/{}", invite.code),
            server_id: invite.server_id.0,
            creator_id: invite.creator_id.0,
            max_uses: invite.max_uses,
            uses: invite.uses,
            expires_at: invite.expires_at.map(rfc3339_millis),
            created_at: rfc3339_millis(invite.created_at),
        }
    }
}

impl From<&ServerBan> for Ban {
    fn from(ban: &ServerBan) -> Self {
        Self {
            user: User::from(&ban.card),
            reason: ban.row.reason.clone(),
            banned_by: ban.row.banned_by.0,
            created_at: rfc3339_millis(ban.row.created_at),
        }
    }
}
