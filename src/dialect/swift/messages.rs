//! `/api/messages`: history, oldest first. What is said goes over the socket.

use axum::{Json as Body, extract::State};
use entity::id::RoomId;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{Reply, Swift, door::Me, payload::Item, rooms};
use crate::{
    chat::{engine::handle::Chat, message},
    model::{actor::Actor, error::Error, message::Message, page::Limit},
    wire::{
        body::{PathInt, Query},
        fastapi::{HttpError, validation_error::ValidationError},
        fields::{Fields, Shape},
    },
};

/// What is called the whole history: a phone shows no more, and a server that is asked for
/// everything would have to give it.
pub(super) const WHOLE: usize = 1_000;

pub(super) fn routes() -> OpenApiRouter<Chat> {
    OpenApiRouter::new().routes(routes!(history)).routes(routes!(recent))
}

/// How many messages are wanted.
#[derive(Shape)]
pub(super) struct Wanted {
    #[shape(with = nearest)]
    pub limit: usize,
}

/// The room's history, oldest first
///
/// At most the newest 1,000 messages.
#[utoipa::path(get, path = "/api/messages/{room_id}", tag = "swift",
    params(("room_id" = i64, Path, example = 1)),
    responses((status = 200, body = [Item]), (status = 404, body = HttpError)))]
async fn history(
    State(chat): State<Chat>,
    Me { me }: Me,
    PathInt { value: number, .. }: PathInt<Swift>,
) -> Reply<Body<Vec<Item>>> {
    Ok(Body(shown(&chat, me, number, WHOLE).await?))
}

/// The newest messages, oldest first
#[utoipa::path(get, path = "/api/messages/{room_id}/recent", tag = "swift",
    params(("room_id" = i64, Path, example = 1),
        ("limit" = Option<i64>, Query, example = 50, description = "Between 1 and 1,000")),
    responses((status = 200, body = [Item]), (status = 404, body = HttpError),
        (status = 422, body = ValidationError)))]
async fn recent(
    State(chat): State<Chat>,
    Me { me }: Me,
    PathInt { value: number, .. }: PathInt<Swift>,
    Query { value: wanted, .. }: Query<Swift, Wanted>,
) -> Reply<Body<Vec<Item>>> {
    Ok(Body(shown(&chat, me, number, wanted.limit).await?))
}

async fn shown(chat: &Chat, me: Actor, number: i64, wanted: usize) -> Result<Vec<Item>, Error> {
    let room = rooms::open(chat, me, number).await?.room.chatroom_id;
    let messages = newest(chat, me, room, wanted).await?;
    Ok(messages.iter().map(|it| Item::of_history(number, it, me.id)).collect())
}

/// Page by page from the end, and turned round. This client knows nothing of deleted ones.
pub(super) async fn newest(
    chat: &Chat,
    me: Actor,
    room: RoomId,
    wanted: usize,
) -> Result<Vec<Message>, Error> {
    let (mut pages, mut count, mut before) = (Vec::new(), 0, i64::MAX);
    // The core's pages are smaller than what may be wanted here.
    while count < wanted {
        let limit = Limit::clamped((wanted - count) as u64);
        let page = message::before_seq(chat, me, room, before, limit).await?;
        let Some(first) = page.first() else { break };
        before = first.row.seq;
        count += page.len();
        pages.push(page);
    }
    Ok(pages.into_iter().rev().flatten().collect())
}

/// Too much or too little is no error here, only less or more than was asked for.
fn nearest(fields: &mut Fields<'_>, name: &str) -> Option<usize> {
    let limit = fields.int_opt(name)?.unwrap_or(50);
    Some(usize::try_from(limit).unwrap_or(1).clamp(1, WHOLE))
}
