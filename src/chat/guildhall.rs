//! Servers and their channels as lists show them.

use std::collections::HashMap;

use entity::{
    id::{RoomId, ServerId},
    participant::Role,
    server,
};

use crate::{
    chat::{guild, handle::Chat, overview},
    model::{
        actor::Actor,
        error::{Error, Thing},
        guild::GuildCard,
        room::RoomView,
    },
    store,
};

/// The servers I am on, oldest first, in three queries.
pub async fn mine(chat: &Chat, me: Actor) -> Result<Vec<GuildCard>, Error> {
    let servers = store::server::of_member(&chat.db, me.id).await?;
    let roles = store::server_member::of_user(&chat.db, me.id).await?;
    let roles = roles.into_iter().map(|it| (it.server_id, it.role)).collect();
    cards(chat, servers, &roles).await
}

/// For its members: `Missing(Server)`, or `Forbidden(NotMember)`.
pub async fn card(chat: &Chat, me: Actor, server: ServerId) -> Result<GuildCard, Error> {
    let (row, facts) = guild::found(&chat.db, me.id, server).await?;
    facts.may_view()?;
    let roles = facts.role.map(|role| (server, role)).into_iter().collect();
    let mut cards = cards(chat, vec![row], &roles).await?;
    cards.pop().ok_or(Error::Missing(Thing::Server))
}

/// Its channels as rooms of mine, oldest first.
pub async fn channels(chat: &Chat, me: Actor, server: ServerId) -> Result<Vec<RoomView>, Error> {
    let (_, facts) = guild::found(&chat.db, me.id, server).await?;
    let rooms = store::chatroom::of_server(&chat.db, facts.may_view()?.server()).await?;
    let ids: Vec<RoomId> = rooms.iter().map(|it| it.chatroom_id).collect();
    let mut mine = store::participant::of_user(&chat.db, me.id).await?;
    mine.retain(|it| ids.contains(&it.chatroom_id));
    let mut views = overview::of(chat, me, rooms, mine).await?;
    views.sort_by_key(|it| it.number);
    Ok(views)
}

async fn cards(
    chat: &Chat,
    servers: Vec<server::Model>,
    roles: &HashMap<ServerId, Role>,
) -> Result<Vec<GuildCard>, Error> {
    let ids: Vec<ServerId> = servers.iter().map(|it| it.server_id).collect();
    let counts: HashMap<ServerId, i64> =
        store::server_member::counts(&chat.db, &ids).await?.into_iter().collect();
    let card = |server: server::Model| {
        let id = server.server_id;
        let member_count = counts.get(&id).map_or(0, |it| it.unsigned_abs());
        Some(GuildCard { role: *roles.get(&id)?, member_count, server })
    };
    Ok(servers.into_iter().filter_map(card).collect())
}
