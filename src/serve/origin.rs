//! Which pages may speak to us: one list for CORS and for every socket.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, PoisonError},
};

use axum::{
    extract::Request,
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

use crate::{chat::engine::rules, wire::caller::origin_allowed};

const METHODS: &str = "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT";
/// Refused origins that were already written to the log.
const REMEMBERED: usize = 1_000;

#[derive(Clone)]
pub struct Origins {
    allowed: Arc<rules::Origins>,
    refused: Arc<Mutex<HashSet<String>>>,
}

impl Origins {
    pub fn new(allowed: &rules::Origins) -> Self {
        Self { allowed: Arc::new(allowed.clone()), refused: Arc::default() }
    }

    /// A missing origin is allowed: only browsers send one, and only they carry cookies.
    pub async fn guard(self, request: Request, next: Next) -> Response {
        let Some(origin) = request.headers().get(header::ORIGIN).cloned() else {
            return next.run(request).await;
        };
        let allowed = origin_allowed(request.headers(), &self.allowed);
        if !allowed {
            self.log(&origin);
        }
        if is_preflight(&request) {
            return if allowed { preflight(&request, &origin) } else { refused() };
        }
        // CORS does not hold for WebSockets: a browser lets every page open one.
        if !allowed && is_socket(&request) {
            return refuse_socket(&request, &origin);
        }
        // Asked by a foreign page, it is answered without these headers, and the browser keeps it.
        let mut response = next.run(request).await;
        if allowed {
            permit(response.headers_mut(), origin);
        }
        response
    }

    /// Once each, with the line that would change it.
    fn log(&self, origin: &HeaderValue) {
        let origin = String::from_utf8_lossy(origin.as_bytes()).into_owned();
        let mut refused = self.refused.lock().unwrap_or_else(PoisonError::into_inner);
        // Whoever invents origins fills neither the log nor the memory.
        if refused.len() < REMEMBERED && refused.insert(origin.clone()) {
            tracing::warn!(
                "a page of {origin:?} was refused; to allow it, add it to ALLOWED_ORIGINS"
            );
        }
    }
}

fn is_preflight(request: &Request) -> bool {
    request.method() == Method::OPTIONS
        && request.headers().contains_key(header::ACCESS_CONTROL_REQUEST_METHOD)
}

/// A WebSocket of any surface, or Socket.IO on its way to one.
fn is_socket(request: &Request) -> bool {
    let upgrades = request.headers().get(header::UPGRADE);
    upgrades.is_some_and(|it| it.as_bytes().eq_ignore_ascii_case(b"websocket"))
        || request.uri().path().starts_with("/ws/socket.io")
        || request.uri().path().starts_with("/socket.io")
}

fn refused() -> Response {
    (StatusCode::BAD_REQUEST, "Disallowed CORS origin").into_response()
}

fn preflight(request: &Request, origin: &HeaderValue) -> Response {
    let mut response = "OK".into_response();
    let headers = response.headers_mut();
    permit(headers, origin.clone());
    headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static(METHODS));
    headers.insert(header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("600"));
    if let Some(wanted) = request.headers().get(header::ACCESS_CONTROL_REQUEST_HEADERS) {
        headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, wanted.clone());
    }
    response
}

fn permit(headers: &mut HeaderMap, origin: HeaderValue) {
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    headers.insert(header::ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
    headers.insert(
        header::ACCESS_CONTROL_EXPOSE_HEADERS,
        HeaderValue::from_static("Retry-After, Location, ETag"),
    );
    headers.append(header::VARY, HeaderValue::from_static("Origin"));
}

/// As engine.io says it when polling; a refused handshake has no body that anybody sees.
fn refuse_socket(request: &Request, origin: &HeaderValue) -> Response {
    if request.headers().contains_key(header::UPGRADE) {
        return StatusCode::FORBIDDEN.into_response();
    }
    let origin = String::from_utf8_lossy(origin.as_bytes());
    let reason = format!("{origin} is not an accepted origin.");
    (StatusCode::BAD_REQUEST, axum::Json(reason)).into_response()
}
