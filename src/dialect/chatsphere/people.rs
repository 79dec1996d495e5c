//! Who is there, and how much goes on.

use axum::{Json as Body, extract::State};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{Me, Reply, envelope::Refused, payload::Person};
use crate::{
    chat::{
        engine::{handle::Chat, statistics},
        person::presence,
    },
    wire::spelling::rfc3339_millis,
};

pub(super) fn routes() -> OpenApiRouter<Chat> {
    OpenApiRouter::new().routes(routes!(online)).routes(routes!(stats))
}

#[derive(Serialize, ToSchema)]
#[schema(as = chatsphere::Online)]
pub(super) struct Online {
    #[schema(example = 1)]
    count: usize,
    users: Vec<Person>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = chatsphere::Stats)]
struct Stats {
    online_users: u64,
    total_users: u64,
    /// Since midnight, UTC.
    today_messages: u64,
    total_messages: i64,
    #[schema(example = "2026-11-20T23:49:58.123Z")]
    server_time: String,
}

/// Everybody who is there, but those with whom there is a block
#[utoipa::path(get, path = "/api/v1/users/online", tag = "chatsphere",
    responses((status = 200, body = Online), (status = 401, body = Refused),
        (status = 403, description = "No token", body = Refused)))]
pub(super) async fn online(State(chat): State<Chat>, Me { me, .. }: Me) -> Reply<Body<Online>> {
    let cards = presence::seen_connected(&chat, me).await?;
    let users: Vec<Person> = cards.iter().map(Person::from).collect();
    Ok(Body(Online { count: users.len(), users }))
}

/// How much goes on here
#[utoipa::path(get, path = "/api/v1/stats", tag = "chatsphere",
    responses((status = 200, body = Stats), (status = 401, body = Refused),
        (status = 403, description = "No token", body = Refused)))]
async fn stats(State(chat): State<Chat>, Me { me, .. }: Me) -> Reply<Body<Stats>> {
    let it = statistics::now(&chat, me).await?;
    Ok(Body(Stats {
        online_users: it.online,
        total_users: it.people,
        today_messages: it.messages_today,
        total_messages: it.messages,
        server_time: rfc3339_millis(it.now),
    }))
}
