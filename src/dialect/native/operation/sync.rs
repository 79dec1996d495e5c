//! Coming back after a while.

use std::collections::HashMap;

use entity::{id::RoomId, time::Timestamp};
use parlor_derive::operation;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{Entry, answer::Same, entry};
use crate::{
    chat::{engine::handle::Chat, sync as core},
    dialect::native::payload::sync::Update,
    model::{actor::Actor, error::Error, page::Limit, sync},
    wire::fields::{Fields, Shape},
};

pub(super) fn operations() -> Vec<Entry> {
    vec![entry::<lacking>()]
}

/// What I hold
#[derive(Shape, ToSchema)]
#[shape(closed)]
#[schema(as = native::Held)]
struct Held {
    /// The `rev` of my own person; without it, all that is mine is told.
    #[schema(example = 7)]
    user_rev: Option<i64>,
    /// The `rev` of each room that I know; rooms that are not named are told from their newest
    /// messages on.
    #[schema(example = json!({"6f1f2a52-5f3c-4b4e-9b0a-6b1d5f0c9a11": 19}),
        value_type = Option<std::collections::BTreeMap<Uuid, i64>>)]
    #[shape(with = revs)]
    rooms: HashMap<RoomId, i64>,
    /// What the last answer said; without it, the cursors of all rooms are told, and changes to
    /// people's names and portraits are not.
    #[schema(example = "2026-11-20T23:49:58.000Z", value_type = Option<String>)]
    since: Option<Timestamp>,
    /// How many messages of one room at once, from 1 to 100.
    #[schema(example = 100, value_type = Option<i64>)]
    #[shape(number(1, 100), default = 100)]
    limit: i64,
}

/// What I lack: everything that changed since I last looked
#[operation(event = "sync", post = "/v1/sync", body, refuses(401, 422))]
async fn lacking(chat: &Chat, me: Actor, held: Held) -> Result<Same<Update>, Error> {
    let Held { user_rev, rooms, since, limit } = held;
    let limit = Limit::clamped(limit.unsigned_abs());
    let held = sync::Held { user_rev, rooms, since, limit };
    Ok(Same(Update::from(&core::sync(chat, me, &held).await?)))
}

fn revs(fields: &mut Fields<'_>, name: &str) -> Option<HashMap<RoomId, i64>> {
    let rev =
        |(id, rev): (&String, &Value)| Some((RoomId(Uuid::parse_str(id).ok()?), rev.as_i64()?));
    let rooms = match fields.raw(name) {
        None | Some(Value::Null) => Some(HashMap::new()),
        Some(Value::Object(rooms)) => rooms.iter().map(rev).collect(),
        Some(_) => None,
    };
    if rooms.is_none() {
        fields.refuse(name, "must give a whole number for each room's id");
    }
    rooms
}
