//! In front of the Socket.IO layers: what does not belong there does not reach them.

use axum::{
    extract::{OriginalUri, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use tokio_util::sync::CancellationToken;

const PATHS: [&str; 2] = ["/socket.io", "/ws/socket.io"];

/// Headers that somebody behind the layer reads.
const KEPT: [HeaderName; 12] = [
    header::HOST,
    header::ORIGIN,
    header::COOKIE,
    header::AUTHORIZATION,
    header::CONNECTION,
    header::UPGRADE,
    header::SEC_WEBSOCKET_KEY,
    header::SEC_WEBSOCKET_VERSION,
    header::SEC_WEBSOCKET_PROTOCOL,
    header::CONTENT_TYPE,
    header::CONTENT_LENGTH,
    header::USER_AGENT,
];

#[derive(Clone)]
pub struct Guard {
    /// Whether clients of Engine.IO 3 are admitted.
    pub old_clients: bool,
    pub stop: CancellationToken,
}

pub async fn guard(State(guard): State<Guard>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let Some(base) = PATHS.into_iter().find(|base| path.starts_with(base)) else {
        return next.run(request).await;
    };
    match &path[base.len()..] {
        "" | "/" => {}
        // A file of that folder, such as the client's script, which we do not serve.
        rest if rest.starts_with('/') => {
            return crate::server::fallback::not_found(request.uri().path());
        }
        _ => return next.run(request).await,
    }
    if !guard.old_clients && version(request.uri()) == Some("3") {
        let reason =
            "The client is using an unsupported version of the Socket.IO or Engine.IO protocols";
        return (StatusCode::BAD_REQUEST, axum::Json(reason)).into_response();
    }
    if !waits(&request) {
        return next.run(compact(request)).await;
    }
    let answered = guard.stop.run_until_cancelled(next.run(compact(request))).await;
    answered.unwrap_or_else(|| StatusCode::SERVICE_UNAVAILABLE.into_response())
}

/// A poll is answered when there is news, however long that takes: the server must not
/// wait for it when it stops.
fn waits(request: &Request) -> bool {
    request.method() == Method::GET && !request.headers().contains_key(header::UPGRADE)
}

fn version(uri: &Uri) -> Option<&str> {
    uri.query()?.split('&').find_map(|it| it.strip_prefix("EIO="))
}

/// Socket.IO keeps a request for as long as its connection lives, and headers are slices
/// of the buffer that they were read into: copies of the few that matter let it go.
fn compact(mut request: Request) -> Request {
    let count = KEPT.iter().filter(|name| request.headers().contains_key(*name)).count();
    let mut headers = HeaderMap::with_capacity(count);
    for name in KEPT {
        for value in request.headers().get_all(&name) {
            if let Ok(copy) = HeaderValue::from_bytes(value.as_bytes()) {
                headers.append(name.clone(), copy);
            }
        }
    }
    *request.headers_mut() = headers;
    if let Ok(copy) = request.uri().to_string().parse::<Uri>() {
        *request.uri_mut() = copy;
    }
    request.extensions_mut().remove::<OriginalUri>();
    request
}
