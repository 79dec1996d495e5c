//! `/chatrooms`: this product's rooms are for two, and its clients show others as well as
//! they can.

use std::collections::HashSet;

use axum::{
    Json as Body,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::get,
};
use entity::{
    chatroom::Kind,
    id::{RoomId, UserId},
};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    Chatroom, Me, Reply,
    payload::{ChatroomItem, OneChatroom},
};
use crate::{
    chat::{
        engine::handle::Chat,
        person::friend,
        room::{self, member},
    },
    model::{
        actor::Actor,
        error::Error,
        person::Card,
        room::{RoomDraft, RoomView},
    },
    wire::{
        body::{Json, PathUuid},
        fastapi::{HttpError, detail, validation_error::ValidationError},
        fields::{Shape, bound::Bound},
        links::Links,
    },
};

pub(super) fn routes() -> OpenApiRouter<Chat> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .route("/chatrooms", get(list).post(create))
        .routes(routes!(show))
}

#[derive(Shape, ToSchema)]
pub(super) struct NewChatroom {
    #[schema(value_type = Vec<i64>, example = json!([1, 2]))]
    members_id: Vec<UserId>,
    #[schema(example = "Default Chatroom")]
    #[shape(bound = Bound::up_to(room::LONGEST_NAME))]
    chatroom_name: Option<String>,
}

/// My rooms
#[utoipa::path(get, path = "/chatrooms/", tag = "chatroom",
    responses((status = 200, body = [ChatroomItem]), (status = 401, body = HttpError)))]
async fn list(
    State(chat): State<Chat>,
    Me { me, .. }: Me,
    links: Links,
) -> Reply<Body<Vec<ChatroomItem>>> {
    let views = room::shown(&chat, me).await?;
    let friends = friend::friends(&chat, me).await?;
    let friends: HashSet<UserId> = friends.iter().map(|it| it.other.id).collect();
    let items = views.iter().filter_map(|view| match &view.peer {
        // The client takes everybody in this list for a friend, and would not ask again.
        Some(peer) if view.is_parted() && !friends.contains(&peer.id) => None,
        Some(peer) => Some(ChatroomItem::direct(view, peer, &links)),
        // The other one is gone, and the client has nobody to show it by.
        None if view.room.kind == Kind::Direct => None,
        None => Some(ChatroomItem::group(view)),
    });
    Ok(Body(items.collect()))
}

/// Make a room; for two people it is made once
#[utoipa::path(post, path = "/chatrooms/", tag = "chatroom", request_body = NewChatroom,
    responses((status = 200, body = OneChatroom), (status = 400, body = HttpError),
        (status = 404, body = HttpError), (status = 422, body = ValidationError)))]
async fn create(
    State(chat): State<Chat>,
    Me { me, .. }: Me,
    Json { value: new, .. }: Json<Chatroom, NewChatroom>,
) -> Reply<Response> {
    let mut members = new.members_id;
    // The client counts its own user among the members.
    members.retain(|it| *it != me.id);
    members.sort_unstable();
    members.dedup();
    if members.is_empty() {
        // The original means a 400, and says so within a 500.
        let problem = "A chatroom must have at least 2 members";
        return Ok(detail(StatusCode::BAD_REQUEST, problem));
    }
    let kind = if members.len() == 1 { Kind::Direct } else { Kind::Group };
    // The original names every room, and other surfaces do not show the name of one for two.
    let name = new.chatroom_name.or(Some("Default Chatroom".to_owned()));
    let draft = RoomDraft { kind, name, description: None, members };
    let view = room::create(&chat, me, draft).await?.view;
    let others = others(&chat, me, &view).await?;
    Ok(Body(OneChatroom::new(&view, &others)).into_response())
}

/// One room
#[utoipa::path(get, path = "/chatrooms/{chatroom_id}", tag = "chatroom",
    params(("chatroom_id" = uuid::Uuid, Path)),
    responses((status = 200, body = OneChatroom), (status = 403, body = HttpError),
        (status = 404, body = HttpError)))]
async fn show(
    State(chat): State<Chat>,
    Me { me, .. }: Me,
    PathUuid { value: id, .. }: PathUuid<Chatroom>,
) -> Reply<Body<OneChatroom>> {
    let view = room::view(&chat, me, RoomId(id)).await?;
    let others = others(&chat, me, &view).await?;
    Ok(Body(OneChatroom::new(&view, &others)))
}

/// The room's other people, the peer first if there is one.
async fn others(chat: &Chat, me: Actor, view: &RoomView) -> Result<Vec<Card>, Error> {
    if let Some(peer) = &view.peer {
        return Ok(vec![peer.clone()]);
    }
    let members = member::members(chat, me, view.room.chatroom_id).await?;
    Ok(members.into_iter().map(|it| it.card).filter(|it| it.id != me.id).collect())
}
