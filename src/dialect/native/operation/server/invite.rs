//! Invitations to a server, and what becomes of them.

use entity::id::ServerId;
use parlor_derive::operation;
use utoipa::ToSchema;

use crate::dialect::native::operation::{
    Entry,
    answer::{Created, Done, Same},
    entry,
    page::{List, falling},
    request::PartOfServer,
};
use crate::{
    chat::{engine::handle::Chat, server::invite},
    dialect::native::payload::server::{Invite, ServerItem},
    model::{actor::Actor, error::Error, server::InviteDraft},
    wire::fields::{Shape, bound::Bound},
};

pub fn operations() -> Vec<Entry> {
    vec![
        entry::<list>(),
        entry::<create>(),
        entry::<revoke>(),
        entry::<preview>(),
        entry::<accept>(),
    ]
}

/// The invitations that are out, newest first; for the owner and the admins
#[operation(get = "/v1/servers/{server_id}/invites", refuses(403, 404))]
async fn list(chat: &Chat, me: Actor, it: PartOfServer) -> Result<List<Invite>, Error> {
    let invites = invite::list(chat, me, it.server_id).await?;
    let shown = invites
        .iter()
        .map(|it| (falling(it.created_at.0.timestamp_micros()) + &it.code, Invite::from(it)));
    Ok(List::part(&it.part, shown))
}

#[derive(Shape, ToSchema)]
#[shape(closed)]
#[schema(as = native::NewInvite)]
struct NewInvite {
    #[schema(example = 1, value_type = i64)]
    server_id: ServerId,
    /// How many people may come by it; without it, as many as want to.
    #[schema(example = 10)]
    #[shape(bound = Bound::Number(1, invite::MOST_USES))]
    max_uses: Option<i64>,
    /// For how many seconds it is good; without it, for ever.
    #[schema(example = 604_800)]
    #[shape(bound = Bound::Number(invite::SHORTEST_SECONDS, invite::LONGEST_SECONDS))]
    expires_in: Option<i64>,
}

/// Invite people; owner and admins
///
/// Whoever knows the code may join, also a closed server. It ends with the membership of
/// whoever made it.
#[operation(post = "/v1/servers/{server_id}/invites", body_if_any,
    refuses(403, 404, 409 = "100 are out", 422))]
async fn create(chat: &Chat, me: Actor, new: NewInvite) -> Result<Created<Invite>, Error> {
    let NewInvite { server_id, max_uses, expires_in: lifetime_seconds } = new;
    let draft = InviteDraft { max_uses, lifetime_seconds };
    let body = Invite::from(&invite::create(chat, me, server_id, draft).await?);
    Ok(Created { place: body.url.clone(), body })
}

#[derive(Shape, ToSchema)]
struct OfInvite {
    #[schema(example = 1, value_type = i64)]
    server_id: ServerId,
    code: String,
}

/// Take an invitation back
#[operation(delete = "/v1/servers/{server_id}/invites/{code}", refuses(403, 404))]
async fn revoke(chat: &Chat, me: Actor, it: OfInvite) -> Result<Done, Error> {
    invite::revoke(chat, me, it.server_id, &it.code).await?;
    Ok(Done)
}

#[derive(Shape, ToSchema)]
struct ByCode {
    #[schema(example = "q3Zt0yUe7cXH2mP9aL5wKg")]
    code: String,
}

/// Where an invitation leads
#[operation(get = "/v1/invites/{code}", refuses(403 = "I am banned there",
    404 = "It never was, or is used up, expired or taken back"))]
async fn preview(chat: &Chat, me: Actor, it: ByCode) -> Result<Same<ServerItem>, Error> {
    Ok(Same(ServerItem::from(&invite::preview(chat, me, &it.code).await?)))
}

/// Accept an invitation; for whoever is on the server already it is not used up
#[operation(post = "/v1/invites/{code}", refuses(403 = "I am banned there",
    404 = "It never was, or is used up, expired or taken back"))]
async fn accept(chat: &Chat, me: Actor, it: ByCode) -> Result<Same<ServerItem>, Error> {
    Ok(Same(ServerItem::from(&invite::accept(chat, me, &it.code).await?)))
}
