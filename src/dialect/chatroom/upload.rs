//! `/upload`: this client sends no credential with its files.

use axum::{Json, extract::State};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{Chatroom, Reply};
use crate::{
    chat::{
        engine::handle::Chat,
        file::upload::{self, FilePolicy},
        session::pairing,
    },
    model::{
        actor::{Actor, Uploader},
        error::Error,
        file::shown_as,
        session::Device,
    },
    wire::{
        caller::{MaybeCaller, Shown},
        fastapi::{HttpError, validation_error::ValidationError},
        fields::Word,
        links::Links,
        multipart::Upload,
    },
};

pub(super) fn routes() -> OpenApiRouter<Chat> {
    OpenApiRouter::new().routes(routes!(avatar)).routes(routes!(message_file))
}

/// What this product takes for a portrait; what it really is, the core finds out.
const PORTRAITS: [&str; 3] = ["image/jpeg", "image/png", "image/webp"];

type FileForm = Upload<Chatroom>;

#[derive(Serialize, ToSchema)]
struct Stored {
    #[schema(
        example = "http://localhost:8000/static/avatars/9b401513-2da0-4ad0-ae97-42e304db9bc2.png"
    )]
    url: String,
}

#[derive(Serialize, ToSchema)]
struct StoredFile {
    #[schema(
        example = "http://localhost:8000/static/message/9b401513-2da0-4ad0-ae97-42e304db9bc2.png"
    )]
    url: String,
    #[schema(example = "image")]
    message_type: &'static str,
}

/// Upload a portrait
#[utoipa::path(post, path = "/upload/upload-avatar", tag = "chatroom", security(()),
    request_body(content = FileForm, content_type = "multipart/form-data"),
    responses((status = 200, body = Stored), (status = 400, body = HttpError),
        (status = 401, body = HttpError), (status = 413, body = HttpError),
        (status = 422, body = ValidationError),
        (status = 507, description = "The disk is full", body = HttpError)))]
async fn avatar(
    State(chat): State<Chat>,
    MaybeCaller { me, .. }: MaybeCaller<Chatroom>,
    Shown(device): Shown,
    links: Links,
    file: FileForm,
) -> Reply<Json<Stored>> {
    let uploader = uploader(&chat, me, device.as_ref()).await?;
    // Programs need not say of what type it is.
    if !file.content_type.as_deref().is_none_or(|it| PORTRAITS.contains(&it)) {
        return Err(Error::Unsupported.into());
    }
    let name = upload::avatar(&chat, uploader, file.bytes).await?;
    // With a host: the client puts this into its profile, or its words, as it is.
    let url = links.whole(&format!("/static/avatars/{name}"));
    Ok(Json(Stored { url }))
}

/// Upload a file for a message
#[utoipa::path(post, path = "/upload/upload-message-file", tag = "chatroom", security(()),
    request_body(content = FileForm, content_type = "multipart/form-data"),
    responses((status = 200, body = StoredFile), (status = 400, body = HttpError),
        (status = 401, body = HttpError), (status = 413, body = HttpError),
        (status = 422, body = ValidationError),
        (status = 507, description = "The disk is full", body = HttpError)))]
async fn message_file(
    State(chat): State<Chat>,
    MaybeCaller { me, .. }: MaybeCaller<Chatroom>,
    Shown(device): Shown,
    links: Links,
    file: FileForm,
) -> Reply<Json<StoredFile>> {
    let uploader = uploader(&chat, me, device.as_ref()).await?;
    // GIF among them, which the client offers although the original refuses it.
    let row =
        upload::message_file(&chat, uploader, &file.name, file.bytes, FilePolicy::Known).await?;
    let url = links.whole(&format!("/static/message/{}", row.stored_name));
    Ok(Json(StoredFile { url, message_type: shown_as(&row.mime).word() }))
}

/// Whoever has a token, else who is known to use this client.
async fn uploader(
    chat: &Chat,
    me: Option<Actor>,
    device: Option<&Device>,
) -> Result<Uploader, Error> {
    match me {
        Some(me) => Ok(me.into()),
        None => Ok(Uploader { me: pairing::uploader(chat, device).await?, paired: true }),
    }
}
