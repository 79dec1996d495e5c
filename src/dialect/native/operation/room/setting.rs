//! How I have set up a room for myself.

use entity::{id::RoomId, time::Timestamp};
use parlor_derive::operation;
use serde::Serialize;
use utoipa::ToSchema;

use crate::dialect::native::operation::{Entry, answer::Same, entry};
use crate::{
    chat::{engine::handle::Chat, room::settings},
    dialect::native::payload::room::Settings,
    model::{
        actor::Actor,
        error::Error,
        room::{Settings as Setup, SettingsChange},
        text::MessageText,
    },
    wire::fields::{Fields, Shape, bound::Bound},
};

pub fn operations() -> Vec<Entry> {
    vec![entry::<set>(), entry::<draft>()]
}

/// What to change; absent leaves a setting as it is.
#[derive(Shape, ToSchema)]
#[shape(closed, check = RoomSettings::check)]
#[schema(as = native::RoomSettingsChange)]
#[expect(clippy::option_option, reason = "what is absent, and what is null, are two things")]
struct RoomSettings {
    #[schema(value_type = Uuid)]
    chatroom_id: RoomId,
    /// Null ends it.
    #[schema(example = "2026-11-21T08:00:00Z", value_type = Option<String>)]
    muted_until: Option<Option<Timestamp>>,
    #[schema(example = true)]
    pinned: Option<bool>,
    /// Until something new is said.
    hidden: Option<bool>,
    /// Until it is read.
    marked_unread: Option<bool>,
    /// Deletes the chat for me: what was said up to here, and from my list until something is
    /// said after it. Only in a direct room; it only rises.
    #[schema(example = 17, minimum = 0, nullable = false, value_type = Option<i64>)]
    cleared_seq: Option<Option<i64>>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = native::SetUp)]
struct SetUp {
    settings: Settings,
}

/// Mute, pin, hide or mark a room, or delete a direct one, for myself
#[operation(
    event = "room:settings",
    put = "/v1/rooms/{chatroom_id}/settings",
    body,
    refuses(403, 404, 422)
)]
async fn set(chat: &Chat, me: Actor, new: RoomSettings) -> Result<Same<SetUp>, Error> {
    let RoomSettings { chatroom_id, muted_until, pinned, hidden, marked_unread, .. } = new;
    let cleared_seq = new.cleared_seq.flatten();
    let change = SettingsChange { muted_until, pinned, hidden, marked_unread, cleared_seq };
    Ok(set_up(&settings::set(chat, me, chatroom_id, change).await?))
}

impl RoomSettings {
    /// What was deleted does not come back, so null means nothing.
    fn check(&self, fields: &mut Fields<'_>) {
        if self.cleared_seq.is_some_and(|it| it.is_none_or(|it| it < 0)) {
            fields.refuse("cleared_seq", "must be a number from 0 on");
        }
    }
}

#[derive(Shape, ToSchema)]
#[shape(closed)]
#[schema(as = native::Draft)]
struct Draft {
    #[schema(value_type = Uuid)]
    chatroom_id: RoomId,
    /// Nothing in it: done.
    #[schema(example = "what I was about to say")]
    #[shape(bound = Bound::up_to(MessageText::LONGEST))]
    text: String,
}

/// What I have begun to write, for my other devices
#[operation(
    event = "room:draft",
    put = "/v1/rooms/{chatroom_id}/draft",
    body,
    refuses(403, 404, 422)
)]
async fn draft(chat: &Chat, me: Actor, new: Draft) -> Result<Same<SetUp>, Error> {
    Ok(set_up(&settings::draft(chat, me, new.chatroom_id, new.text).await?))
}

fn set_up(settings: &Setup) -> Same<SetUp> {
    Same(SetUp { settings: Settings::from(settings) })
}
