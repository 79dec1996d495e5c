//! Servers with channels.

use serde::Serialize;
use utoipa::ToSchema;

use super::room::role;
use crate::{model::guild::GuildCard, wire::spelling::rfc3339_millis};

/// A server as one of its members sees it.
#[derive(Serialize, ToSchema)]
#[schema(as = native::Server)]
pub struct Server {
    #[schema(example = 7)]
    pub server_id: i64,
    #[schema(example = "the neighbours")]
    pub name: String,
    #[schema(example = "our street and the next")]
    pub description: Option<String>,
    pub icon_url: Option<String>,
    #[schema(example = 42)]
    pub owner_id: i64,
    #[schema(example = "owner")]
    pub role: &'static str,
    #[schema(example = 12)]
    pub member_count: u64,
    #[schema(example = "2026-11-20T23:49:58.000Z")]
    pub created_at: String,
}

impl From<&GuildCard> for Server {
    fn from(card: &GuildCard) -> Self {
        let server = &card.server;
        Self {
            server_id: server.server_id.0,
            name: server.name.clone(),
            description: server.description.clone(),
            icon_url: server.icon_url.clone(),
            owner_id: server.owner_id.0,
            role: role(card.role),
            member_count: card.member_count,
            created_at: rfc3339_millis(server.created_at),
        }
    }
}
