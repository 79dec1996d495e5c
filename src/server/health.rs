//! Whether the server is well, for load balancers and for people.

use axum::{Json, extract::State, http::StatusCode};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::chat::{handle::Chat, health};

#[derive(Serialize, ToSchema)]
struct Health {
    #[schema(example = "healthy")]
    status: &'static str,
    #[schema(example = "0.1.0")]
    version: &'static str,
    #[schema(example = "up")]
    database: &'static str,
}

pub fn routes() -> OpenApiRouter<Chat> {
    OpenApiRouter::new()
        .routes(routes!(summary))
        .routes(routes!(live))
        .routes(routes!(ready))
        .routes(routes!(database))
}

/// The server and what it stands on
#[utoipa::path(get, path = "/health", tag = "health",
    responses((status = 200, body = Health)))]
async fn summary(State(chat): State<Chat>) -> Json<Health> {
    Json(look(&chat).await.1)
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
