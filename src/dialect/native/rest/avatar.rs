//! My portrait, which comes as a file.

use axum::{Json, extract::State};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{FileForm, Me, Reply};
use crate::{
    chat::{engine::handle::Chat, file::upload},
    dialect::native::{operation::person, payload::user, problem::Problem},
};

pub(super) fn routes() -> OpenApiRouter<Chat> {
    OpenApiRouter::new().routes(routes!(set))
}

/// Set my portrait
#[utoipa::path(put, path = "/v1/me/avatar", tag = "native",
    request_body(content = FileForm, content_type = "multipart/form-data"),
    responses((status = 200, body = user::Me),
        (status = 413, body = Problem, content_type = "application/problem+json"),
        (status = 415, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
        (status = 507, description = "The disk is full",
            body = Problem, content_type = "application/problem+json")))]
async fn set(State(chat): State<Chat>, Me { me, .. }: Me, file: FileForm) -> Reply<Json<user::Me>> {
    let name = upload::avatar(&chat, me.into(), file.bytes).await?;
    Ok(Json(person::set_avatar(&chat, me, format!("/static/avatars/{name}")).await?))
}
