//! `/test`: a page of our own to try this surface out in a browser. All that it needs comes
//! from here, and it may speak to nobody else.

use axum::{
    http::{HeaderName, header},
    response::IntoResponse,
};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::chat::engine::handle::Chat;

const PAGE: &str = include_str!("page/test.html");
const SCRIPT: &str = include_str!("page/test.js");
const STYLE: &str = include_str!("page/test.css");
const ICON: &str = include_str!("page/test.svg");

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
    media-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; \
    frame-ancestors 'none'";

pub(super) fn routes() -> OpenApiRouter<Chat> {
    OpenApiRouter::new()
        .routes(routes!(page))
        .routes(routes!(script))
        .routes(routes!(style))
        .routes(routes!(icon))
}

/// A page to try it out
#[utoipa::path(get, path = "/test", tag = "swift", security(()),
    responses((status = 200, body = String, content_type = "text/html")))]
async fn page() -> impl IntoResponse {
    ([of_type("text/html; charset=utf-8"), (header::CONTENT_SECURITY_POLICY, POLICY)], PAGE)
}

/// Its script
#[utoipa::path(get, path = "/test/test.js", tag = "swift", security(()),
    responses((status = 200, body = String, content_type = "text/javascript")))]
async fn script() -> impl IntoResponse {
    ([of_type("text/javascript; charset=utf-8")], SCRIPT)
}

/// Its looks
#[utoipa::path(get, path = "/test/test.css", tag = "swift", security(()),
    responses((status = 200, body = String, content_type = "text/css")))]
async fn style() -> impl IntoResponse {
    ([of_type("text/css; charset=utf-8")], STYLE)
}

/// Its sign among a browser's tabs
#[utoipa::path(get, path = "/test/test.svg", tag = "swift", security(()),
    responses((status = 200, body = String, content_type = "image/svg+xml")))]
async fn icon() -> impl IntoResponse {
    ([of_type("image/svg+xml")], ICON)
}

fn of_type(value: &'static str) -> (HeaderName, &'static str) {
    (header::CONTENT_TYPE, value)
}
