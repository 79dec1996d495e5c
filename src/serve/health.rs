//! Whether the server is well, for load balancers and for people.

use axum::{Json, extract::State, http::StatusCode};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    chat::{
        engine::{handle::Chat, health},
        person::presence,
    },
    model::outage::Outage,
    wire::spelling::rfc3339_millis,
};

#[derive(Serialize, ToSchema)]
struct Health {
    #[schema(example = "healthy")]
    status: &'static str,
    #[schema(example = "0.1.0")]
    version: &'static str,
    #[schema(example = "connected")]
    database: &'static str,
    /// Why no requests should be sent here.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "the disk of the database is full")]
    reason: Option<String>,
}

/// All of it at once. The path is contested, so it is not among the routes here.
#[derive(Serialize, ToSchema)]
pub struct Summary {
    #[serde(flatten)]
    health: Health,
    #[schema(example = "2026-11-20T23:49:58.123Z")]
    timestamp: String,
    services: Services,
}

#[derive(Serialize, ToSchema)]
struct Services {
    database: Part,
    redis: Part,
    websocket: Sockets,
}

#[derive(Serialize, ToSchema)]
struct Part {
    #[schema(example = "healthy")]
    status: &'static str,
    #[schema(example = "connected")]
    message: &'static str,
}

#[derive(Serialize, ToSchema)]
struct Sockets {
    #[schema(example = "healthy")]
    status: &'static str,
    /// Realtime connections of every surface.
    active_connections: usize,
}

#[derive(Serialize, ToSchema)]
struct Neighbour {
    #[schema(example = "healthy")]
    status: &'static str,
    #[schema(example = "0.1.0")]
    version: &'static str,
    /// This version runs as one node and needs none, whatever the settings say.
    #[schema(example = "not used")]
    redis: &'static str,
}

const VERSION: &str = env!("CARGO_PKG_VERSION");
const NOT_USED: &str = "not used";

pub fn routes() -> OpenApiRouter<Chat> {
    OpenApiRouter::new()
        .routes(routes!(live))
        .routes(routes!(ready))
        .routes(routes!(database))
        .routes(routes!(redis))
}

pub async fn summary(chat: &Chat) -> Summary {
    let (_, health) = look(chat).await;
    let services = Services {
        database: Part { status: health.status, message: health.database },
        redis: Part { status: "healthy", message: NOT_USED },
        websocket: Sockets { status: "healthy", active_connections: presence::connections(chat) },
    };
    Summary { health, timestamp: rfc3339_millis(chat.now()), services }
}

/// The process answers
#[utoipa::path(get, path = "/health/live", tag = "health", security(()),
    responses((status = 200, body = Health)))]
async fn live() -> Json<Health> {
    Json(report(None))
}

/// Requests may be sent here
#[utoipa::path(get, path = "/health/ready", tag = "health", security(()),
    responses((status = 200, body = Health), (status = 503, body = Health)))]
async fn ready(State(chat): State<Chat>) -> (StatusCode, Json<Health>) {
    let (status, health) = look(&chat).await;
    (status, Json(health))
}

/// The database answers
#[utoipa::path(get, path = "/health/db", tag = "health", security(()),
    responses((status = 200, body = Health), (status = 503, body = Health)))]
async fn database(State(chat): State<Chat>) -> (StatusCode, Json<Health>) {
    let (status, health) = look(&chat).await;
    (status, Json(health))
}

/// What became of Redis
#[utoipa::path(get, path = "/health/redis", tag = "health", security(()),
    responses((status = 200, body = Neighbour)))]
async fn redis() -> Json<Neighbour> {
    Json(Neighbour { status: "healthy", version: VERSION, redis: NOT_USED })
}

async fn look(chat: &Chat) -> (StatusCode, Health) {
    match health::database(chat).await {
        Ok(()) => (StatusCode::OK, report(None)),
        Err(outage) => (StatusCode::SERVICE_UNAVAILABLE, report(Some(outage))),
    }
}

fn report(outage: Option<Outage>) -> Health {
    Health {
        status: if outage.is_none() { "healthy" } else { "unhealthy" },
        version: VERSION,
        database: match outage {
            None => "connected",
            Some(Outage::Full | Outage::Refusing) => "read-only",
            Some(Outage::Silent | Outage::Gone) => "disconnected",
        },
        reason: outage.map(|it| it.to_string()),
    }
}
