//! Uploaded files under `/static`: by flat names from two folders, so that nothing in
//! them can act as a page of ours.

use std::{
    path::{Path, PathBuf},
    time::UNIX_EPOCH,
};

use axum::{
    Router,
    extract::{Path as Name, Request},
    http::{HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use tower::ServiceExt;
use tower_http::services::ServeFile;

use crate::wire::fastapi;

/// What a browser may show; everything else is saved.
const SHOWN: [(&str, &str); 9] = [
    ("png", "image/png"),
    ("jpg", "image/jpeg"),
    ("jpeg", "image/jpeg"),
    ("webp", "image/webp"),
    ("gif", "image/gif"),
    ("mp3", "audio/mpeg"),
    ("mp4", "video/mp4"),
    ("pdf", "application/pdf"),
    ("txt", "text/plain; charset=utf-8"),
];

pub fn routes<S: Clone + Send + Sync + 'static>(avatars: &Path, messages: &Path) -> Router<S> {
    let folder = |folder: &Path| {
        let folder = folder.to_owned();
        get(move |Name(name): Name<String>, request: Request| serve(folder.clone(), name, request))
    };
    Router::new()
        .route("/static/avatars/{name}", folder(avatars))
        .route("/static/message/{name}", folder(messages))
}

async fn serve(folder: PathBuf, name: String, request: Request) -> Response {
    let missing = || fastapi::detail(StatusCode::NOT_FOUND, "Not Found");
    // A name with a dot in front is a draft or a folder of ours.
    if !is_plain(&name) {
        return missing();
    }
    let path = folder.join(&name);
    let Some(tag) = tag(&path).await else { return missing() };
    let unchanged = request.headers().get(header::IF_NONE_MATCH) == Some(&tag);
    let mut response = if unchanged && matches!(*request.method(), Method::GET | Method::HEAD) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let Ok(served) = ServeFile::new(&path).oneshot(request).await;
        served.into_response()
    };
    label(&mut response, &name, tag);
    response
}

/// One name, no path, nothing hidden.
fn is_plain(name: &str) -> bool {
    !name.starts_with('.')
        && name.bytes().all(|it| it.is_ascii_alphanumeric() || b"-_.".contains(&it))
}

/// Files never change under their names, so size and time tell versions apart.
async fn tag(path: &Path) -> Option<HeaderValue> {
    let data = tokio::fs::metadata(path).await.ok().filter(std::fs::Metadata::is_file)?;
    let age = data.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
    HeaderValue::from_str(&format!("\"{:x}-{:x}\"", data.len(), age.as_millis())).ok()
}

fn label(response: &mut Response, name: &str, tag: HeaderValue) {
    let extension = name.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    let known = SHOWN.iter().find(|it| it.0 == extension).map(|it| it.1);
    let headers = response.headers_mut();
    headers.insert(header::ETAG, tag);
    let fixed = [
        (header::CONTENT_TYPE, known.unwrap_or("application/octet-stream")),
        (header::CONTENT_DISPOSITION, if known.is_some() { "inline" } else { "attachment" }),
        (header::CONTENT_SECURITY_POLICY, "sandbox; default-src 'none'"),
        // A name is never given to other bytes.
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
        (header::ACCEPT_RANGES, "bytes"),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
}
