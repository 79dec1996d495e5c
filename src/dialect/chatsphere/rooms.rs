//! Public rooms, and who has which of them open.

use axum::{Extension, Json as Body, extract::State};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    Me, Reply,
    address::{Address, ChatType},
    audience::{self, SocketState},
    envelope::Refused,
    messages::ChatId,
};
use crate::{
    chat::{
        engine::handle::Chat,
        person::presence,
        room::{member, public},
    },
    model::room::RoomView,
    wire::{registry::Registry, spelling::rfc3339_millis},
};

/// As many as the client has ever been given.
const MOST: usize = 20;

pub(super) fn routes() -> OpenApiRouter<Chat> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(online_count))
}

#[derive(Serialize, ToSchema)]
#[schema(as = chatsphere::RoomList)]
pub(super) struct RoomList {
    rooms: Vec<Room>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = chatsphere::Room)]
struct Room {
    #[schema(example = "general")]
    id: String,
    #[schema(example = "公共大厅")]
    name: String,
    description: Option<String>,
    #[schema(example = 1000)]
    max_members: u32,
    online_count: usize,
    #[schema(example = "2026-11-20T23:49:58.123Z")]
    created_at: String,
}

#[derive(Serialize, ToSchema)]
#[schema(as = chatsphere::OnlineCount)]
struct Audience {
    #[schema(example = "general")]
    room_id: String,
    online_count: usize,
    online_users: Vec<Uuid>,
}

/// The public rooms: first those of the house, then those where something happened last
#[utoipa::path(get, path = "/api/v1/rooms", tag = "chatsphere",
    responses((status = 200, body = RoomList), (status = 401, body = Refused),
        (status = 403, description = "No token", body = Refused)))]
pub(super) async fn list(
    State(chat): State<Chat>,
    Extension(registry): Extension<Registry<SocketState>>,
    Me { me, .. }: Me,
) -> Reply<Body<RoomList>> {
    let mut views = public::list(&chat, me).await?;
    let hidden = presence::hidden_from(&chat, &[me.id]).await?;
    // The client looks for the hall among the first five, so the rooms of the house come first.
    views.sort_by_key(|it| {
        (it.room.slug.is_none(), std::cmp::Reverse(it.room.slug.is_none().then(|| latest(it))))
    });
    views.truncate(MOST);
    // Rooms keep their places in the list however much is said in them.
    views.sort_by_key(|it| (it.room.slug.is_none(), it.number));
    let rooms = views.iter().map(|it| {
        let online = audience::in_room(&registry, it.room.chatroom_id, me.id, &hidden);
        Room {
            id: it.room.slug.clone().unwrap_or_else(|| it.room.chatroom_id.to_string()),
            name: it.room.chatroom_name.clone().unwrap_or_default(),
            description: it.room.description.clone(),
            max_members: most_members(it.room.slug.as_deref()),
            online_count: online.len(),
            created_at: rfc3339_millis(it.room.created_at),
        }
    });
    Ok(Body(RoomList { rooms: rooms.collect() }))
}

/// Who has a room open
#[utoipa::path(get, path = "/api/v1/rooms/{room_id}/online-count", tag = "chatsphere",
    params(("room_id" = String, Path, example = "general")),
    responses((status = 200, body = Audience), (status = 401, body = Refused),
        (status = 403, description = "No token", body = Refused)))]
async fn online_count(
    State(chat): State<Chat>,
    Extension(registry): Extension<Registry<SocketState>>,
    Me { me, .. }: Me,
    ChatId(room_id): ChatId<0>,
) -> Reply<Body<Audience>> {
    let address = Address { chat_type: ChatType::Room, chat_id: room_id };
    let mut online_users = Vec::new();
    // A room that is not there has nobody in it.
    if let Some(room) = address.find(&chat, me).await? {
        // Whoever is banned from a room does not see who is there either.
        member::may_listen(&chat, me, room).await?;
        let hidden = presence::hidden_from(&chat, &[me.id]).await?;
        online_users = audience::in_room(&registry, room, me.id, &hidden);
    }
    let room_id = address.chat_id;
    Ok(Body(Audience { room_id, online_count: online_users.len(), online_users }))
}

/// When something happened there last.
fn latest(view: &RoomView) -> entity::time::Timestamp {
    view.last_message.as_ref().map_or(view.room.created_at, |it| it.row.timestamp)
}

/// Shown by the client and limiting nothing, as it always was.
fn most_members(slug: Option<&str>) -> u32 {
    match slug {
        Some("tech") => 500,
        Some("random") => 300,
        Some(_) | None => 1_000,
    }
}
