//! `/api/upload-…` and the files themselves, which this client fetches without saying who
//! it is: whoever knows a name, which cannot be guessed, may have the file.

use axum::{
    Json,
    extract::{FromRequest, FromRequestParts, Path, Request, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use entity::attachment;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{Reply, Swift, door::Me};
use crate::{
    chat::{
        engine::handle::Chat,
        file::upload::{self, FilePolicy},
    },
    model::{
        actor::Actor,
        error::{Error, Thing},
    },
    wire::{
        failure::Failure,
        fastapi::{HttpError, detail, validation_error::ValidationError},
        file::{self, Manner},
        multipart::{self, Upload},
    },
};

const MANNER: Manner =
    // What is stored under a name never changes, so that nobody need ask for it twice.
    Manner { shown: file::is_media, caching: "public, max-age=31536000, immutable" };

pub(super) fn routes() -> OpenApiRouter<Chat> {
    OpenApiRouter::new()
        .routes(routes!(upload_file))
        .routes(routes!(upload_image))
        .routes(routes!(show_file))
        .routes(routes!(show_image))
}

type FileForm = Upload<Swift>;

#[derive(Serialize, ToSchema)]
#[schema(as = swift::StoredFile)]
struct StoredFile {
    #[schema(example = "/api/files/9b401513-2da0-4ad0-ae97-42e304db9bc2.pdf")]
    file_url: String,
    #[schema(example = "9b401513-2da0-4ad0-ae97-42e304db9bc2.pdf")]
    filename: String,
    #[schema(example = 48_213)]
    file_size: i64,
    #[schema(example = "application/pdf")]
    mime_type: String,
    #[schema(example = "File uploaded successfully")]
    message: &'static str,
}

#[derive(Serialize, ToSchema)]
#[schema(as = swift::StoredImage)]
struct StoredImage {
    #[schema(example = "/api/images/9b401513-2da0-4ad0-ae97-42e304db9bc2.png")]
    image_url: String,
    #[schema(example = "9b401513-2da0-4ad0-ae97-42e304db9bc2.png")]
    filename: String,
    #[schema(example = "Image uploaded successfully")]
    message: &'static str,
}

/// A file and whoever sends it.
struct Sent {
    me: Actor,
    file: FileForm,
}

/// Upload a file of any type
///
/// As large as the server is set to take, which is 10 MB by default. Types that are not known are
/// handed out again as bytes to be saved.
#[utoipa::path(post, path = "/api/upload-file", tag = "swift",
    request_body(content = FileForm, content_type = "multipart/form-data"),
    responses((status = 200, body = StoredFile),
        (status = 400, description = "Too large", body = HttpError),
        (status = 422, body = ValidationError),
        (status = 507, description = "The disk is full", body = HttpError)))]
async fn upload_file(
    State(chat): State<Chat>,
    Sent { me, file }: Sent,
) -> Result<Json<StoredFile>, Response> {
    let row = upload::message_file(&chat, me.into(), &file.name, file.bytes, FilePolicy::Anything)
        .await
        .map_err(refused)?;
    Ok(Json(StoredFile {
        file_url: format!("/api/files/{}", row.stored_name),
        filename: row.stored_name,
        file_size: row.size,
        mime_type: row.mime,
        message: "File uploaded successfully",
    }))
}

/// Upload a picture
#[utoipa::path(post, path = "/api/upload-image", tag = "swift",
    request_body(content = FileForm, content_type = "multipart/form-data"),
    responses((status = 200, body = StoredImage),
        (status = 400, description = "Too large, or no picture", body = HttpError),
        (status = 422, body = ValidationError),
        (status = 507, description = "The disk is full", body = HttpError)))]
async fn upload_image(
    State(chat): State<Chat>,
    Sent { me, file }: Sent,
) -> Result<Json<StoredImage>, Response> {
    let row = upload::message_file(&chat, me.into(), &file.name, file.bytes, FilePolicy::Pictures)
        .await
        .map_err(refused)?;
    Ok(Json(StoredImage {
        image_url: format!("/api/images/{}", row.stored_name),
        filename: row.stored_name,
        message: "Image uploaded successfully",
    }))
}

/// A file
#[utoipa::path(get, path = "/api/files/{filename}", tag = "swift", security(()),
    params(("filename" = String, Path, example = "9b401513-2da0-4ad0-ae97-42e304db9bc2.pdf")),
    responses((status = 200, description = "The file, as what it is", content_type = "*/*"),
        (status = 404, body = HttpError)))]
async fn show_file(
    State(chat): State<Chat>,
    Path(name): Path<String>,
    request: Request,
) -> Reply<Response> {
    let row = upload::by_stored_name(&chat, &name).await?;
    Ok(file::serve(&chat, &row, request, MANNER).await?)
}

/// A picture
#[utoipa::path(get, path = "/api/images/{filename}", tag = "swift", security(()),
    params(("filename" = String, Path, example = "9b401513-2da0-4ad0-ae97-42e304db9bc2.png")),
    responses((status = 200, description = "The picture, as what it is", content_type = "image/*"),
        (status = 404, body = HttpError)))]
async fn show_image(
    State(chat): State<Chat>,
    Path(name): Path<String>,
    request: Request,
) -> Reply<Response> {
    let missing = || detail(StatusCode::NOT_FOUND, "Image not found");
    let is_picture = |it: &attachment::Model| it.mime.starts_with("image/");
    let served = match upload::by_stored_name(&chat, &name).await {
        Ok(row) if is_picture(&row) => file::serve(&chat, &row, request, MANNER).await,
        Ok(_) => return Ok(missing()),
        Err(error) => Err(error),
    };
    match served {
        Err(Error::Missing(Thing::File)) => Ok(missing()),
        result => Ok(result?),
    }
}

/// Of uploads this product speaks otherwise than of requests.
fn refused(error: Error) -> Response {
    match error {
        Error::Unsupported => detail(StatusCode::BAD_REQUEST, "File must be an image"),
        Error::TooLarge { limit } => {
            let limit = megabytes(limit);
            detail(StatusCode::BAD_REQUEST, &format!("File size must be less than {limit}"))
        }
        other => Failure::<Swift>::from(other).into_response(),
    }
}

impl FromRequest<Chat> for Sent {
    type Rejection = Response;

    async fn from_request(request: Request, chat: &Chat) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let me = match Me::from_request_parts(&mut parts, chat).await {
            Ok(Me { me }) => me,
            Err(refusal) => {
                // Whoever is still sending would otherwise miss the refusal.
                multipart::pass_over(body).await;
                return Err(refusal);
            }
        };
        let request = Request::from_parts(parts, body);
        let file = Upload::from_request(request, chat).await;
        Ok(Self { me, file: file.map_err(IntoResponse::into_response)? })
    }
}

fn megabytes(bytes: u64) -> String {
    match bytes >> 20 {
        0 => format!("{bytes} bytes"),
        whole => format!("{whole}MB"),
    }
}
