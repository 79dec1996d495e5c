//! The web client under `/app`, as its build left it in `static/app`, and the way there.
//!
//! Its own paths are not ours to know: whatever names no file is answered with the page, which
//! shows what is meant. Nothing else lies under `/app`, so no path of the API is covered by it.

use std::path::{Path, PathBuf};

use axum::{
    Router,
    extract::{Path as Name, Request},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use tower::ServiceExt;
use tower_http::services::ServeFile;

use crate::wire::fastapi;

const UNBUILT: &str = include_str!("assets/unbuilt.html");

/// Scripts, looks and connections of our own, pictures that a person has just picked, and
/// nothing from anybody else.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
    img-src 'self' data: blob:; media-src 'self' blob:; font-src 'self'; connect-src 'self'; \
    manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'self'; \
    frame-ancestors 'none'";

/// What the build names after its content never changes under its name.
const HASHED: &str = "assets/";

pub fn routes<S: Clone + Send + Sync + 'static>(static_dir: &Path) -> Router<S> {
    let folder = static_dir.join("app");
    let home = folder.clone();
    let file = move |Name(name): Name<String>, request: Request| serve(folder, name, request);
    Router::new()
        .route("/app", get(async || enter()))
        .route("/app/", get(move |request: Request| page(home, request)))
        .route("/app/{*path}", get(file))
}

/// Whether a browser wants to show something to a person.
pub fn is_wanted(headers: &HeaderMap) -> bool {
    let accepted = headers.get_all(header::ACCEPT).iter().filter_map(|it| it.to_str().ok());
    accepted.flat_map(|it| it.split(',')).any(|it| it.trim_start().starts_with("text/html"))
}

/// The way in.
pub fn enter() -> Response {
    ([(header::VARY, "accept")], Redirect::temporary("/app/")).into_response()
}

async fn serve(folder: PathBuf, name: String, request: Request) -> Response {
    let is_file = name.rsplit('/').next().is_some_and(|it| it.contains('.'));
    if !is_file {
        return page(folder, request).await;
    }
    let path = folder.join(&name);
    if !is_plain(&name) || !exists(&path).await {
        // A page instead of a script that an older page asks for would only confuse it.
        return fastapi::detail(StatusCode::NOT_FOUND, "Not Found");
    }
    let is_hashed = name.starts_with(HASHED);
    let caching = if is_hashed { "public, max-age=31536000, immutable" } else { "no-cache" };
    answer(&path, request, caching).await
}

async fn page(folder: PathBuf, request: Request) -> Response {
    let path = folder.join("index.html");
    let mut response = if exists(&path).await {
        answer(&path, request, "no-cache").await
    } else {
        let html = (header::CONTENT_TYPE, "text/html; charset=utf-8");
        // Whoever builds the client next must see it at once.
        ([html, (header::CACHE_CONTROL, "no-store")], UNBUILT).into_response()
    };
    let policy = HeaderValue::from_static(POLICY);
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    response
}

/// The build has compressed what can be.
async fn answer(path: &Path, request: Request, caching: &'static str) -> Response {
    let file = ServeFile::new(path).precompressed_br().precompressed_gzip();
    let Ok(served) = file.oneshot(request).await;
    let mut response = served.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(caching));
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    response
}

/// Plain names with slashes between, nothing hidden.
fn is_plain(name: &str) -> bool {
    let plain = |it: u8| it.is_ascii_alphanumeric() || b"-_.".contains(&it);
    name.split('/').all(|it| !it.is_empty() && !it.starts_with('.') && it.bytes().all(plain))
}

async fn exists(path: &Path) -> bool {
    tokio::fs::metadata(path).await.is_ok_and(|it| it.is_file())
}
