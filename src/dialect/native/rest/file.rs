//! Files to be sent, and files that were.

use axum::{
    Json,
    extract::{Request, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use entity::id::FileId;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{FileForm, Me, Reply};
use crate::{
    chat::{
        engine::handle::Chat,
        file::{
            thumbnail::{self, Thumbnail},
            upload::{self, FilePolicy},
        },
    },
    dialect::native::{Native, payload::file::File, problem::Problem},
    wire::{
        body::PathUuid,
        file::{self, Manner},
    },
};

const MANNER: Manner = Manner {
    shown: |mime| file::is_media(mime) || mime == "application/pdf",
    // Not for others, and not for long: a file is for the members of its room, who may leave it.
    caching: "private, max-age=3600",
};

pub(super) fn routes() -> OpenApiRouter<Chat> {
    OpenApiRouter::new().routes(routes!(create)).routes(routes!(show)).routes(routes!(thumbnail))
}

/// Upload a file, to be sent with a message
///
/// Pictures, sounds, films and PDF are recognised by their bytes; anything else is only ever
/// handed out as it came, to be saved. What is called a picture must be one.
#[utoipa::path(post, path = "/v1/files", tag = "native",
    request_body(content = FileForm, content_type = "multipart/form-data"),
    responses((status = 201, body = File),
        (status = 413, body = Problem, content_type = "application/problem+json"),
        (status = 415, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
        (status = 507, description = "The disk is full",
            body = Problem, content_type = "application/problem+json")))]
async fn create(State(chat): State<Chat>, Me { me, .. }: Me, file: FileForm) -> Reply<Response> {
    let row =
        upload::message_file(&chat, me.into(), &file.name, file.bytes, FilePolicy::NameMustMatch)
            .await?;
    let location = [(header::LOCATION, format!("/v1/files/{}", row.file_id))];
    Ok((StatusCode::CREATED, location, Json(File::from(&row))).into_response())
}

/// A file's bytes, for its owner and the members of the room it was sent to
#[utoipa::path(get, path = "/v1/files/{file_id}", tag = "native",
    params(("file_id" = uuid::Uuid, Path)),
    responses((status = 200, content_type = "*/*"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json")))]
async fn show(
    State(chat): State<Chat>,
    Me { me, .. }: Me,
    PathUuid { value: id, .. }: PathUuid<Native>,
    request: Request,
) -> Reply<Response> {
    let row = upload::find(&chat, me, FileId(id)).await?;
    Ok(file::serve(&chat, &row, request, MANNER).await?)
}

/// A small picture of a picture, at most 480 pixels long and high, for whoever may have the
/// file itself
#[utoipa::path(get, path = "/v1/files/{file_id}/thumbnail", tag = "native",
    params(("file_id" = uuid::Uuid, Path)),
    responses((status = 200, description = "JPEG, or WebP when one can see through it",
            content_type = "*/*"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such file, or none that can be shown small",
            body = Problem, content_type = "application/problem+json")))]
async fn thumbnail(
    State(chat): State<Chat>,
    Me { me, .. }: Me,
    PathUuid { value: id, .. }: PathUuid<Native>,
    request: Request,
) -> Reply<Response> {
    let Thumbnail { path, kind, name } = thumbnail::of(&chat, me, FileId(id)).await?;
    Ok(file::serve_at(&path, kind.mime, &name, request, MANNER).await?)
}
