//! What is put on a message: reactions, pins, and who has got it.

use entity::id::{MessageId, RoomId};
use parlor_derive::operation;
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    Entry,
    answer::{Gone, Named, Same},
    entry,
    page::{List, falling},
    request::{OfMessage, PartOfRoom},
};
use crate::{
    chat::{
        engine::handle::Chat,
        message::{pin as pinning, reaction, reading, receipt},
    },
    dialect::native::payload::{message::Message, reaction::Reactions, receipt::Receipts},
    model::{actor::Actor, allowance::Allowance, error::Error},
    wire::fields::Shape,
};

pub(super) fn operations() -> Vec<Entry> {
    vec![
        entry::<react>(),
        entry::<take_back>(),
        entry::<pins>(),
        entry::<pin>(),
        entry::<unpin>(),
        entry::<receipts>(),
        entry::<read>(),
        entry::<unread>(),
        entry::<delivered>(),
    ]
}

#[derive(Shape, ToSchema)]
#[shape(closed)]
struct Reaction {
    #[schema(example = 1024, value_type = i64)]
    message_id: MessageId,
    #[schema(example = "👍")]
    emoji: String,
}

/// Put an emoji under a message; a second time changes nothing
#[operation(
    event = "reaction:add",
    put = "/v1/messages/{message_id}/reactions/{emoji}",
    refuses(403, 404, 422)
)]
async fn react(chat: &Chat, me: Actor, it: Reaction) -> Result<Same<Reactions>, Error> {
    let put = reaction::put(chat, me, it.message_id, &it.emoji, &[]).await?;
    Ok(Same(Reactions::from(put.tallies.as_slice())))
}

/// Take an emoji of mine back
#[operation(event = "reaction:remove", delete = "/v1/messages/{message_id}/reactions/{emoji}",
    refuses(403, 404 = "No such message, or no such reaction of mine"))]
async fn take_back(chat: &Chat, me: Actor, it: Reaction) -> Result<Gone<Reactions>, Error> {
    let left = reaction::remove(chat, me, it.message_id, &[it.emoji.trim()]).await?;
    Ok(Gone(Reactions::from(left.as_slice())))
}

/// What the room has pinned, the latest first
#[operation(get = "/v1/rooms/{chatroom_id}/pins", refuses(403, 404))]
async fn pins(chat: &Chat, me: Actor, it: PartOfRoom) -> Result<List<Message>, Error> {
    let pinned = pinning::of_room(chat, me, it.chatroom_id).await?;
    let shown = pinned.iter().map(|it| {
        let moment = it.pinned_at.map_or(0, |it| it.0.timestamp_millis());
        let key = format!("{}:{}", falling(moment), falling(it.row.message_id.0));
        (key, Message::from(it))
    });
    Ok(List::part(&it.part, shown))
}

/// Pin a message; a second time changes nothing
#[operation(event = "message:pin", put = "/v1/messages/{message_id}/pin",
    refuses(403, 404, 422 = "So many are pinned already"))]
async fn pin(chat: &Chat, me: Actor, it: OfMessage) -> Result<Named<Message>, Error> {
    Ok(Named(Message::from(&pinning::pin(chat, me, it.message_id).await?)))
}

/// A message that nothing is wrong with: it is only not pinned any more.
#[derive(Serialize, ToSchema)]
struct Unpinned {
    message: Message,
}

/// Unpin a message
#[operation(event = "message:unpin", delete = "/v1/messages/{message_id}/pin", refuses(403, 404))]
async fn unpin(chat: &Chat, me: Actor, it: OfMessage) -> Result<Gone<Unpinned>, Error> {
    let message = pinning::unpin(chat, me, it.message_id).await?;
    Ok(Gone(Unpinned { message: Message::from(&message) }))
}

#[derive(Shape, ToSchema)]
#[shape(closed)]
struct OfSentMessage {
    #[schema(value_type = i64)]
    message_id: MessageId,
}

/// Who has read and received a message, and when
#[operation(
    event = "message:receipts",
    get = "/v1/messages/{message_id}/receipts",
    refuses(403, 404)
)]
async fn receipts(chat: &Chat, me: Actor, it: OfSentMessage) -> Result<Same<Receipts>, Error> {
    Ok(Same(Receipts::from(&receipt::of(chat, me, it.message_id).await?)))
}

#[derive(Shape, ToSchema)]
#[shape(closed)]
#[schema(as = native::ReadUpTo)]
struct ReadUpTo {
    #[schema(value_type = Uuid)]
    chatroom_id: RoomId,
    /// Without it: everything.
    #[schema(example = 17)]
    seq: Option<i64>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = native::Cursor)]
struct Cursor {
    #[schema(example = 17)]
    last_read_seq: i64,
    #[schema(example = 0)]
    unread_count: u64,
}

/// I have read up to here
#[operation(event = "message:read", costs = Allowance::Receipt,
    put = "/v1/rooms/{chatroom_id}/read", body_if_any, refuses(403, 422))]
async fn read(chat: &Chat, me: Actor, it: ReadUpTo) -> Result<Same<Cursor>, Error> {
    let cursor = reading::read(chat, me, it.chatroom_id, it.seq).await?;
    Ok(Same(Cursor { last_read_seq: cursor.last_read_seq, unread_count: cursor.unread }))
}

#[derive(Shape, ToSchema)]
#[shape(closed)]
#[schema(as = native::UnreadFrom)]
struct UnreadFrom {
    #[schema(value_type = Uuid)]
    chatroom_id: RoomId,
    /// The first message that counts as unread.
    #[schema(example = 12)]
    seq: i64,
}

/// Unread from a message on, for me alone, until I read on: receipts that others saw stay
#[operation(event = "message:unread", costs = Allowance::Receipt,
    put = "/v1/rooms/{chatroom_id}/unread", body, refuses(403, 422))]
async fn unread(chat: &Chat, me: Actor, it: UnreadFrom) -> Result<Same<Cursor>, Error> {
    let cursor = reading::mark_unread(chat, me, it.chatroom_id, it.seq).await?;
    Ok(Same(Cursor { last_read_seq: cursor.last_read_seq, unread_count: cursor.unread }))
}

#[derive(Shape, ToSchema)]
#[shape(closed)]
struct DeliveredUpTo {
    #[schema(value_type = Uuid)]
    chatroom_id: RoomId,
    seq: i64,
}

#[derive(Serialize, ToSchema)]
#[schema(as = native::Delivered)]
struct Delivered {
    last_delivered_seq: i64,
}

#[operation(event = "message:delivered", costs = Allowance::Receipt)]
async fn delivered(chat: &Chat, me: Actor, it: DeliveredUpTo) -> Result<Same<Delivered>, Error> {
    let last_delivered_seq = reading::delivered(chat, me, it.chatroom_id, it.seq).await?;
    Ok(Same(Delivered { last_delivered_seq }))
}
