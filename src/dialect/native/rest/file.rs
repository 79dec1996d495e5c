//! Files to be sent, and files that were.

use axum::{
    Json,
    extract::{Request, State},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use entity::{attachment, id::FileId};
use tower::ServiceExt;
use tower_http::services::ServeFile;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{Me, Reply, me::FileForm};
use crate::{
    chat::{handle::Chat, upload},
    dialect::native::{Native, payload::file::File, problem::Problem},
    model::error::{Error, Thing},
    wire::{body::PathUuid, multipart::Upload},
};

pub(super) fn routes() -> OpenApiRouter<Chat> {
    OpenApiRouter::new().routes(routes!(create)).routes(routes!(show))
}

/// Upload a file, to be sent with a message
#[utoipa::path(post, path = "/v1/files", tag = "native",
    request_body(content = FileForm, content_type = "multipart/form-data"),
    responses((status = 201, body = File),
        (status = 413, body = Problem, content_type = "application/problem+json"),
        (status = 415, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json")))]
async fn create(
    State(chat): State<Chat>,
    Me { me, .. }: Me,
    file: Upload<Native>,
) -> Reply<Response> {
    let row = upload::message_file(&chat, Some(me), &file.name, file.bytes).await?;
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
    let path = chat.disk.message_path(&row.stored_name);
    let Ok(served) = ServeFile::new(path).oneshot(request).await;
    if served.status() == StatusCode::NOT_FOUND {
        return Err(Error::Missing(Thing::File).into());
    }
    let mut response = served.into_response();
    label(&mut response, &row);
    Ok(response)
}

/// The type that its bytes had, and the name that its sender gave it.
fn label(response: &mut Response, row: &attachment::Model) {
    let shown = row.mime.starts_with("image/")
        || row.mime.starts_with("audio/")
        || row.mime.starts_with("video/")
        || row.mime == "application/pdf";
    let place = if shown { "inline" } else { "attachment" };
    let name: String = url::form_urlencoded::byte_serialize(row.name.as_bytes()).collect();
    let disposition =
        format!("{place}; filename*=UTF-8''{}", name.replace('+', "%20").replace('*', "%2A"));
    let headers = [
        (header::CONTENT_TYPE, row.mime.as_str()),
        (header::CONTENT_DISPOSITION, disposition.as_str()),
        (header::CONTENT_SECURITY_POLICY, "sandbox; default-src 'none'"),
        (header::CACHE_CONTROL, "private, max-age=3600"),
    ];
    for (name, value) in headers {
        if let Ok(value) = HeaderValue::from_str(value) {
            response.headers_mut().insert(name, value);
        }
    }
}
