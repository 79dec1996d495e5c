//! Devices.

use entity::{id::SessionId, time::Timestamp};
use parlor_derive::operation;
use utoipa::ToSchema;

use super::{
    Entry,
    answer::Done,
    entry,
    page::{List, Part, falling},
    request::Nothing,
};
use crate::{
    chat::{engine::handle::Chat, session},
    dialect::native::payload::session::Session,
    model::{actor::Actor, error::Error},
    wire::fields::Shape,
};

pub(super) fn operations() -> Vec<Entry> {
    vec![entry::<list>(), entry::<revoke>(), entry::<revoke_others>()]
}

/// Where I am signed in
#[operation(get = "/v1/sessions", refuses(401))]
async fn list(chat: &Chat, me: Actor, part: Part) -> Result<List<Session>, Error> {
    let rows = session::list(chat, me).await?;
    // Two sign-ins may have one moment; with their ids no two keys are alike.
    let key = |at: Timestamp, id: SessionId| falling(at.0.timestamp_micros()) + &id.to_string();
    let shown = rows.iter().map(|it| (key(it.created_at, it.id), Session::of(it, me.session)));
    Ok(List::part(&part, shown))
}

#[derive(Shape, ToSchema)]
struct OfSession {
    #[schema(value_type = Uuid)]
    session_id: SessionId,
}

/// Sign out one device; its sockets close within a second
#[operation(delete = "/v1/sessions/{session_id}", refuses(404))]
async fn revoke(chat: &Chat, me: Actor, it: OfSession) -> Result<Done, Error> {
    session::revoke(chat, me, it.session_id).await?;
    Ok(Done)
}

/// Sign out every other device
#[operation(delete = "/v1/sessions", refuses(401))]
async fn revoke_others(chat: &Chat, me: Actor, _: Nothing) -> Result<Done, Error> {
    session::revoke_others(chat, me).await?;
    Ok(Done)
}
