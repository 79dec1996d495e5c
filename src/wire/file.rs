//! A stored file on its way to whoever may have it. Never asks who that is.

pub mod part;

use std::path::Path;

use axum::{
    extract::Request,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use entity::attachment;
use tower::ServiceExt;
use tower_http::services::ServeFile;

use crate::{
    chat::{engine::handle::Chat, file::upload},
    model::{
        error::{Error, Thing},
        text::bidi::neutral,
    },
};

/// How a dialect hands files out.
#[derive(Clone, Copy, Debug)]
pub struct Manner {
    /// The types that a browser may show; all others are saved.
    pub shown: fn(&str) -> bool,
    pub caching: &'static str,
}

/// Pictures, sounds and films.
pub fn is_media(mime: &str) -> bool {
    ["image/", "audio/", "video/"].iter().any(|it| mime.starts_with(it))
}

/// With the type that its bytes had, and the name that its sender gave it.
pub async fn serve(
    chat: &Chat,
    row: &attachment::Model,
    request: Request,
    manner: Manner,
) -> Result<Response, Error> {
    let path = upload::path(chat, row);
    serve_at(&path, &row.mime, &row.name, request, manner).await
}

/// Any file, as something of this type and this name.
pub async fn serve_at(
    path: &Path,
    mime: &str,
    name: &str,
    request: Request,
    manner: Manner,
) -> Result<Response, Error> {
    // It answers ranges, too, which players of sounds and films ask for.
    let Ok(served) = ServeFile::new(path).oneshot(request).await;
    if served.status() == StatusCode::NOT_FOUND {
        return Err(Error::Missing(Thing::File));
    }
    let mut response = served.into_response();
    label(&mut response, mime, name, manner);
    Ok(response)
}

/// Whatever the bytes are, they cannot act as a page of ours.
fn label(response: &mut Response, mime: &str, name: &str, manner: Manner) {
    let place = if (manner.shown)(mime) { "inline" } else { "attachment" };
    // A mark that turns the reading direction could hide how the name really ends.
    let name = neutral(name);
    let name: String = url::form_urlencoded::byte_serialize(name.as_bytes()).collect();
    let disposition =
        // In a header a blank is `%20`, and `*` may not stand for itself (RFC 8187).
        format!("{place}; filename*=UTF-8''{}", name.replace('+', "%20").replace('*', "%2A"));
    let headers = [
        (header::CONTENT_TYPE, mime),
        (header::CONTENT_DISPOSITION, disposition.as_str()),
        (header::CONTENT_SECURITY_POLICY, "sandbox; default-src 'none'"),
        (header::CACHE_CONTROL, manner.caching),
    ];
    for (name, value) in headers {
        if let Ok(value) = HeaderValue::from_str(value) {
            response.headers_mut().insert(name, value);
        }
    }
}
