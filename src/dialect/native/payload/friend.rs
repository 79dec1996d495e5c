//! How two people stand to each other.

use serde::Serialize;
use utoipa::ToSchema;

use super::user::User;
use crate::{
    model::person::friendship::{Relation as Known, State},
    wire::spelling::rfc3339_millis,
};

#[derive(Serialize, ToSchema)]
#[schema(as = native::Relation)]
pub struct Relation {
    #[schema(example = 43)]
    pub user_id: i64,
    pub user: User,
    /// `none`, `outgoing` (I asked), `incoming` (they asked) or `friends`.
    #[schema(example = "friends")]
    pub state: &'static str,
    #[schema(example = "2026-11-20T23:49:58.000Z")]
    pub since: Option<String>,
}

impl From<&Known> for Relation {
    fn from(relation: &Known) -> Self {
        Self {
            user_id: relation.other.id.0,
            user: User::from(&relation.other),
            state: match relation.state {
                State::None => "none",
                State::Outgoing => "outgoing",
                State::Incoming => "incoming",
                State::Friends => "friends",
            },
            since: relation.since.map(rfc3339_millis),
        }
    }
}
