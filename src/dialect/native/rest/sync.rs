//! Coming back after a while.

use axum::{Json as Body, extract::State};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{Me, Reply};
use crate::{
    chat::{engine::handle::Chat, sync as core},
    dialect::native::{
        Native,
        payload::sync::{HeldForm, Update},
        problem::Problem,
    },
    model::sync::Held,
    wire::body::Json,
};

pub(super) fn routes() -> OpenApiRouter<Chat> {
    OpenApiRouter::new().routes(routes!(sync))
}

/// What I lack: everything that changed since I last looked
#[utoipa::path(post, path = "/v1/sync", tag = "native", request_body = HeldForm,
    responses((status = 200, body = Update),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json")))]
async fn sync(
    State(chat): State<Chat>,
    Me { me, .. }: Me,
    Json { value: held, .. }: Json<Native, Held>,
) -> Reply<Body<Update>> {
    let update = core::sync(&chat, me, &held).await?;
    Ok(Body(Update::from(&update)))
}
