//! What is said of paths and methods that are not there, and of a handler that panicked.

use std::any::Any;

use axum::{
    Router,
    extract::{OriginalUri, Request},
    http::StatusCode,
    middleware::Next,
    response::{IntoResponse, Response},
};
use tower_http::catch_panic::CatchPanicLayer;

use crate::{
    dialect::native::Native,
    wire::{failure::Failure, fastapi},
};

pub fn install<S: Clone + Send + Sync + 'static>(router: Router<S>) -> Router<S> {
    router
        .fallback(|OriginalUri(uri): OriginalUri| async move { not_found(uri.path()) })
        .method_not_allowed_fallback(|OriginalUri(uri): OriginalUri| async move {
            not_allowed(uri.path())
        })
        .layer(CatchPanicLayer::custom(panicked))
}

pub fn not_found(path: &str) -> Response {
    if is_native(path) {
        return Failure::<Native>::not_found().into_response();
    }
    fastapi::detail(StatusCode::NOT_FOUND, "Not Found")
}

/// Nothing has a name with NUL in it, and not every database bears to be asked.
pub async fn refuse_nul(request: Request, next: Next) -> Response {
    let path = request.uri().path();
    if path.contains("%00") { not_found(path) } else { next.run(request).await }
}

fn not_allowed(path: &str) -> Response {
    if is_native(path) {
        return Failure::<Native>::not_allowed().into_response();
    }
    fastapi::detail(StatusCode::METHOD_NOT_ALLOWED, "Method Not Allowed")
}

fn is_native(path: &str) -> bool {
    path == "/v1" || path.starts_with("/v1/")
}

#[expect(clippy::needless_pass_by_value, reason = "the layer hands it over")]
fn panicked(cause: Box<dyn Any + Send>) -> Response {
    let text = cause
        .downcast_ref::<String>()
        .map(String::as_str)
        .or(cause.downcast_ref::<&str>().copied())
        .unwrap_or("for an unknown reason");
    tracing::error!("a handler panicked: {text}");
    (StatusCode::INTERNAL_SERVER_ERROR, "Internal Server Error").into_response()
}
