//! How I have set up a room.

use axum::{Json as Body, extract::State};
use entity::id::RoomId;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::dialect::native::rest::{Me, Reply};
use crate::{
    chat::{engine::handle::Chat, room::settings},
    dialect::native::{
        Native,
        payload::room::{Settings, settings_change},
        problem::Problem,
    },
    model::room::SettingsChange,
    wire::{
        body::{Json, PathUuid},
        fields::{Fields, Shape},
    },
};

pub(in crate::dialect::native::rest) fn routes() -> OpenApiRouter<Chat> {
    OpenApiRouter::new().routes(routes!(set)).routes(routes!(draft))
}

/// What to change; absent leaves a setting as it is.
#[derive(ToSchema)]
#[schema(as = native::RoomSettingsChange)]
#[expect(dead_code, reason = "read through SettingsChange; this is its description")]
struct SettingsForm {
    /// Null ends it.
    #[schema(example = "2026-11-21T08:00:00Z")]
    muted_until: Option<String>,
    #[schema(example = true)]
    pinned: Option<bool>,
    /// Until something new is said.
    hidden: Option<bool>,
    /// Until it is read.
    marked_unread: Option<bool>,
    /// Deletes the chat for me: what was said up to here, and from my list until something is
    /// said after it. Only in a direct room; it only rises.
    #[schema(example = 17, minimum = 0, nullable = false)]
    cleared_seq: Option<i64>,
}

#[derive(ToSchema)]
#[schema(as = native::Draft)]
struct Draft {
    /// Nothing in it: done.
    #[schema(example = "what I was about to say")]
    text: String,
}

#[derive(Serialize, ToSchema)]
#[schema(as = native::SetUp)]
struct SetUp {
    settings: Settings,
}

/// Mute, pin, hide or mark a room, or delete a direct one, for myself
#[utoipa::path(put, path = "/v1/rooms/{chatroom_id}/settings", tag = "native",
    params(("chatroom_id" = uuid::Uuid, Path)), request_body = SettingsForm,
    responses((status = 200, body = SetUp),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json")))]
async fn set(
    State(chat): State<Chat>,
    Me { me, .. }: Me,
    PathUuid { value: room, .. }: PathUuid<Native>,
    Json { value: Wanted(change), .. }: Json<Native, Wanted>,
) -> Reply<Body<SetUp>> {
    let settings = settings::set(&chat, me, RoomId(room), change).await?;
    Ok(Body(SetUp { settings: Settings::from(&settings) }))
}

/// What I have begun to write, for my other devices
#[utoipa::path(put, path = "/v1/rooms/{chatroom_id}/draft", tag = "native",
    params(("chatroom_id" = uuid::Uuid, Path)), request_body = Draft,
    responses((status = 200, body = SetUp),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json")))]
async fn draft(
    State(chat): State<Chat>,
    Me { me, .. }: Me,
    PathUuid { value: room, .. }: PathUuid<Native>,
    Json { value: Draft { text }, .. }: Json<Native, Draft>,
) -> Reply<Body<SetUp>> {
    let settings = settings::draft(&chat, me, RoomId(room), text).await?;
    Ok(Body(SetUp { settings: Settings::from(&settings) }))
}

struct Wanted(SettingsChange);

impl Shape for Wanted {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let change = settings_change(fields);
        fields.only(&["muted_until", "pinned", "hidden", "marked_unread", "cleared_seq"]);
        change.map(Self)
    }
}

impl Shape for Draft {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let text = fields.text("text");
        fields.only(&["text"]);
        Some(Self { text: text? })
    }
}
