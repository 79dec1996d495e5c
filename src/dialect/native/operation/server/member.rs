//! Who is on a server, and whom it keeps out.

use entity::{
    id::{ServerId, UserId},
    participant::Role,
};
use parlor_derive::operation;
use utoipa::ToSchema;

use crate::dialect::native::operation::{
    Entry,
    answer::{Done, Same},
    entry,
    page::{List, rising},
    request::{OfServer, OfServerMember, PartOfServer},
};
use crate::{
    chat::{
        engine::handle::Chat,
        server::{self, ban as banning, member},
    },
    dialect::native::payload::{
        room::ROLES,
        server::{Ban, ServerMember},
    },
    model::{actor::Actor, error::Error},
    wire::fields::{Shape, bound::Bound},
};

pub fn operations() -> Vec<Entry> {
    vec![
        entry::<list>(),
        entry::<join>(),
        entry::<leave>(),
        entry::<set_role>(),
        entry::<remove>(),
        entry::<bans>(),
        entry::<ban>(),
        entry::<lift>(),
    ]
}

/// Who is on the server
#[operation(get = "/v1/servers/{server_id}/members", refuses(403, 404))]
async fn list(chat: &Chat, me: Actor, it: PartOfServer) -> Result<List<ServerMember>, Error> {
    let (after, most) = (UserId(it.part.after_number()?), it.part.one_more());
    let members = member::page(chat, me, it.server_id, after, most).await?;
    let shown = members.iter().map(|it| (rising(it.card.id.0), ServerMember::from(it)));
    Ok(List::part(&it.part, shown))
}

/// Join an open server
#[operation(put = "/v1/servers/{server_id}/members/me",
    refuses(403 = "I am banned from it", 404))]
async fn join(chat: &Chat, me: Actor, it: OfServer) -> Result<Same<ServerMember>, Error> {
    Ok(Same(ServerMember::from(&member::join(chat, me, it.server_id).await?)))
}

/// Leave the server and all its channels; its owner hands it over first
#[operation(delete = "/v1/servers/{server_id}/members/me", refuses(403, 404))]
async fn leave(chat: &Chat, me: Actor, it: OfServer) -> Result<Done, Error> {
    server::leave(chat, me, it.server_id).await?;
    Ok(Done)
}

#[derive(Shape, ToSchema)]
#[shape(closed)]
#[schema(as = native::ServerRole)]
struct ServerRole {
    #[schema(example = 1, value_type = i64)]
    server_id: ServerId,
    #[schema(value_type = i64)]
    user_id: UserId,
    /// `member`, `admin` or `owner`, which hands the server over: its owner is an admin
    /// from then on.
    #[schema(example = "admin", value_type = String)]
    #[shape(one_of = ROLES)]
    role: Role,
}

/// Change somebody's role; the owner only
#[operation(put = "/v1/servers/{server_id}/members/{user_id}", body, refuses(403, 404, 422))]
async fn set_role(chat: &Chat, me: Actor, new: ServerRole) -> Result<Same<ServerMember>, Error> {
    let ServerRole { server_id, user_id, role } = new;
    member::set_role(chat, me, server_id, user_id, role).await?;
    Ok(Same(ServerMember::from(&member::member(chat, me, server_id, user_id).await?)))
}

/// Send somebody away; owner and admins, and nobody of their own rank
#[operation(delete = "/v1/servers/{server_id}/members/{user_id}", refuses(403, 404))]
async fn remove(chat: &Chat, me: Actor, it: OfServerMember) -> Result<Done, Error> {
    let OfServerMember { server_id, user_id } = it;
    // Anybody but the owner may go, while only those who manage a server send others away.
    if user_id == me.id {
        return leave(chat, me, OfServer { server_id }).await;
    }
    member::remove(chat, me, server_id, user_id).await?;
    Ok(Done)
}

/// Who is banned; for the owner and the admins
#[operation(get = "/v1/servers/{server_id}/bans", refuses(403, 404))]
async fn bans(chat: &Chat, me: Actor, it: PartOfServer) -> Result<List<Ban>, Error> {
    let bans = banning::list(chat, me, it.server_id).await?;
    Ok(List::part(&it.part, bans.iter().map(|it| (rising(it.card.id.0), Ban::from(it)))))
}

#[derive(Shape, ToSchema)]
#[shape(closed)]
#[schema(as = native::NewBan)]
struct NewBan {
    #[schema(example = 1, value_type = i64)]
    server_id: ServerId,
    #[schema(value_type = i64)]
    user_id: UserId,
    /// For the owner and the admins; nobody else sees it.
    #[schema(example = "spam")]
    #[shape(bound = Bound::up_to(banning::LONGEST_REASON))]
    reason: Option<String>,
}

/// Ban somebody, be they on the server or not; nobody of one's own rank
#[operation(put = "/v1/servers/{server_id}/bans/{user_id}", body_if_any, refuses(403, 404, 422))]
async fn ban(chat: &Chat, me: Actor, new: NewBan) -> Result<Same<Ban>, Error> {
    let NewBan { server_id, user_id, reason } = new;
    Ok(Same(Ban::from(&banning::ban(chat, me, server_id, user_id, reason).await?)))
}

/// Let somebody come again; they are not brought back
#[operation(delete = "/v1/servers/{server_id}/bans/{user_id}", refuses(403, 404))]
async fn lift(chat: &Chat, me: Actor, it: OfServerMember) -> Result<Done, Error> {
    banning::lift(chat, me, it.server_id, it.user_id).await?;
    Ok(Done)
}
