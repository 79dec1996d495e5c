//! Who is there.

use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    model::person::presence::{Mood, Presence as Known},
    wire::spelling::rfc3339_millis,
};

#[derive(Serialize, ToSchema)]
#[schema(as = native::Presence)]
pub struct Presence {
    #[schema(example = 42)]
    pub user_id: i64,
    #[schema(example = "online")]
    pub state: &'static str,
    pub status_text: Option<String>,
    #[schema(example = "2026-11-20T23:49:58.000Z")]
    pub last_seen: Option<String>,
}

impl From<&Known> for Presence {
    fn from(presence: &Known) -> Self {
        Self {
            user_id: presence.user.0,
            state: match presence.mood {
                Mood::Online => "online",
                Mood::Idle => "idle",
                Mood::DoNotDisturb => "dnd",
                Mood::Invisible => "invisible",
                Mood::Offline => "offline",
            },
            status_text: presence.status_text.clone(),
            last_seen: presence.last_seen.map(rfc3339_millis),
        }
    }
}
