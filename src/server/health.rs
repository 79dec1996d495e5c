//! Whether the server is well, for load balancers and for people.

use axum::{Json, extract::State, http::StatusCode};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    chat::{handle::Chat, health},
    wire::spelling::rfc3339_millis,
};

#[derive(Serialize, ToSchema)]
struct Health {
    #[schema(example = "healthy")]
    status: &'static str,
    #[schema(example = "0.1.0")]
    version: &'static str,
    #[schema(example = "up")]
    database: &'static str,
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
    database: Service,
    redis: Redis,
    websocket: Sockets,
}

#[derive(Serialize, ToSchema)]
struct Service {
    #[schema(example = "healthy")]
    status: &'static str,
}

#[derive(Serialize, ToSchema)]
struct Redis {
    #[schema(example = "healthy")]
    status: &'static str,
    #[schema(example = "not used")]
    redis: &'static str,
}

#[derive(Serialize, ToSchema)]
struct Sockets {
    #[schema(example = "healthy")]
    status: &'static str,
    /// Those of people who are signed in, on every surface.
    #[schema(example = 3)]
    active_connections: usize,
}

pub fn routes() -> OpenApiRouter<Chat> {
    OpenApiRouter::new().routes(routes!(live)).routes(routes!(ready)).routes(routes!(database))
}

pub async fn summary(chat: &Chat) -> Summary {
    let health = look(chat).await.1;
    let database = Service { status: health.status };
    let redis = Redis { status: "healthy", redis: "not used" };
    let active_connections = chat.leases.connections();
    let websocket = Sockets { status: "healthy", active_connections };
    let timestamp = rfc3339_millis(chat.clock.now());
    Summary { health, timestamp, services: Services { database, redis, websocket } }
}

/// The process answers
#[utoipa::path(get, path = "/health/live", tag = "health",
    responses((status = 200, body = Health)))]
async fn live() -> Json<Health> {
    Json(report(true))
}

/// Requests may be sent here
#[utoipa::path(get, path = "/health/ready", tag = "health",
    responses((status = 200, body = Health), (status = 503, body = Health)))]
async fn ready(State(chat): State<Chat>) -> (StatusCode, Json<Health>) {
    let (status, health) = look(&chat).await;
    (status, Json(health))
}

/// The database answers
#[utoipa::path(get, path = "/health/db", tag = "health",
    responses((status = 200, body = Health), (status = 503, body = Health)))]
async fn database(State(chat): State<Chat>) -> (StatusCode, Json<Health>) {
    let (status, health) = look(&chat).await;
    (status, Json(health))
}

async fn look(chat: &Chat) -> (StatusCode, Health) {
    match health::database(chat).await {
        Ok(()) => (StatusCode::OK, report(true)),
        Err(error) => {
            tracing::warn!(?error, "the database does not answer");
            (StatusCode::SERVICE_UNAVAILABLE, report(false))
        }
    }
}

fn report(well: bool) -> Health {
    Health {
        status: if well { "healthy" } else { "unhealthy" },
        version: env!("CARGO_PKG_VERSION"),
        database: if well { "up" } else { "down" },
    }
}
