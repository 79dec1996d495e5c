//! In front of the Socket.IO layers: what does not belong there does not reach them, and no
//! session opens, goes on or ends without this knowing of it.

mod binding;
mod bridge;
mod old;
mod payload;
mod poll;
mod session;

use std::sync::Arc;

use axum::{
    body::Body,
    extract::{OriginalUri, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use http_body_util::{BodyExt, Limited};
use tokio_util::sync::CancellationToken;

use crate::{
    chat::engine::{admission, handle::Chat},
    model::error::Error,
    serve::engine_io::{
        binding::Binding,
        payload::Framing,
        poll::Poll,
        session::{Session, Sessions},
    },
    wire::{
        address::ClientAddress,
        failure::{retry_after, status},
        hangup::Hangup,
    },
};

pub use session::Most;

/// As the engine answers what it has taken in.
const PASSED_OVER: &str = "ok";

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
pub struct EngineGuard {
    chat: Chat,
    stop: CancellationToken,
    /// Whether whoever polls without a credential must keep their address.
    keep_address: bool,
    sessions: Sessions,
}

impl EngineGuard {
    pub fn new(chat: &Chat, most: Most, keep_address: bool, stop: &CancellationToken) -> Self {
        let (chat, stop) = (chat.clone(), stop.clone());
        Self { chat, stop, keep_address, sessions: Sessions::new(most) }
    }
}

pub async fn guard(State(guard): State<EngineGuard>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let Some(base) = PATHS.into_iter().find(|base| path.starts_with(base)) else {
        return next.run(request).await;
    };
    match &path[base.len()..] {
        "" | "/" => {}
        // A file of that folder, such as the client's script, which we do not serve.
        rest if rest.starts_with('/') => {
            return crate::serve::fallback::not_found(request.uri().path());
        }
        _ => return next.run(request).await,
    }
    if !guard.chat.rules().engine_io_3 && is_old(request.uri()) {
        let reason =
            "The client is using an unsupported version of the Socket.IO or Engine.IO protocols";
        return (StatusCode::BAD_REQUEST, axum::Json(reason)).into_response();
    }
    let request = compact(request);
    let Some(sid) = parameter(request.uri(), "sid=") else {
        return guard.open(request, next).await;
    };
    match guard.sessions.find(base, sid) {
        Some(session) => guard.go_on(&session, request, next).await,
        // Nor may the engine know of it by another spelling, or of one that does not poll.
        None => session::unknown(),
    }
}

impl EngineGuard {
    /// A new session, if its address and the server have room for one that nobody is let in on.
    async fn open(&self, mut request: Request, next: Next) -> Response {
        let ClientAddress(address) = ClientAddress::of(request.extensions());
        let spent = admission::opening(&self.chat, address);
        let waiting = match spent.and_then(|()| self.sessions.wait(address)) {
            Ok(waiting) => waiting,
            Err(error) => return refuse(&error),
        };
        request.extensions_mut().insert(waiting);
        if is_upgrade(&request) {
            return upgrade(request, next).await;
        }
        // The connection of this request is not the session's: others may use it next.
        let line = Hangup::default();
        let binding = Binding::of(&request, &self.chat, self.keep_address);
        let session = Session::new(request.uri(), binding, line.clone());
        let entry = self.sessions.entry();
        request.extensions_mut().insert(line);
        request.extensions_mut().insert(entry.clone());
        let (parts, body) = next.run(request).await.into_parts();
        let Ok(bytes) = body.collect().await else { return refuse(&Error::internal("no body")) };
        let bytes = bytes.to_bytes();
        // The engine makes the id, and its answer is the first to name it.
        if let Some(sid) = parts.status.is_success().then(|| sid(&bytes)).flatten() {
            entry.begin(&sid, session);
        }
        Response::from_parts(parts, Body::from(bytes))
    }

    async fn go_on(&self, session: &Arc<Session>, request: Request, next: Next) -> Response {
        if session.is_over() || !session.binding.fits(&request, &self.chat) {
            if !session.is_over() {
                tracing::info!("a polling session was used by somebody else, and has ended");
            }
            session.end(next).await;
            return session::unknown();
        }
        let is_post = request.method() == Method::POST;
        if session.is_dismissed() && (is_post || is_upgrade(&request)) {
            // Only its polls are answered still, which bring the farewell.
            return if is_post { PASSED_OVER.into_response() } else { session::unknown() };
        }
        if is_upgrade(&request) {
            session.follow(request.extensions());
            return upgrade(request, next).await;
        }
        if is_post {
            return post(session, request, next).await;
        }
        // A poll is answered when there is news, however long that takes: the server must not
        // wait for it when it stops.
        let poll = Poll::begin(session, &request, next.clone());
        let answered = self.stop.run_until_cancelled(next.run(request)).await;
        let Some(answer) = answered else {
            poll.forget();
            return StatusCode::SERVICE_UNAVAILABLE.into_response();
        };
        if session.old { poll.deliver(reworded(answer).await) } else { poll.deliver(answer) }
    }
}

async fn upgrade(request: Request, next: Next) -> Response {
    if is_old(request.uri()) {
        return bridge::open(request, next).await;
    }
    next.run(request).await
}

/// What is polled by a client that expects other words.
async fn reworded(answer: Response) -> Response {
    let (mut parts, body) = answer.into_parts();
    let Ok(body) = body.collect().await else { return refuse(&Error::internal("no body")) };
    let body = old::each(body.to_bytes(), old::told);
    parts.headers.insert(header::CONTENT_LENGTH, HeaderValue::from(body.len()));
    Response::from_parts(parts, Body::from(body))
}

/// A burst of packets is handed on in parts that are no longer than one packet may be.
async fn post(session: &Session, request: Request, next: Next) -> Response {
    let length = request.headers().get(header::CONTENT_LENGTH);
    let length = length.and_then(|it| it.to_str().ok()?.parse::<usize>().ok());
    let framing = Framing::of(request.uri(), request.headers());
    let is_plain = framing != Framing::Counted;
    // Nearly all are short, and these need not be read here.
    if is_plain && length.is_some_and(|it| it <= payload::PACKET) {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    let read = Limited::new(body, payload::BODY).collect().await;
    let cut = read.map_err(|it| payload::broken(&*it)).and_then(|it| {
        let whole = it.to_bytes();
        framing.cut(&if is_plain { whole } else { old::each(whole, old::asked) })
    });
    let pieces = match cut {
        Ok(pieces) => pieces,
        Err(refusal) => {
            session.end(next).await;
            return refusal.into_response();
        }
    };
    let mut answer = StatusCode::OK.into_response();
    for piece in pieces {
        let piece = Request::from_parts(parts.clone(), Body::from(piece));
        answer = next.clone().run(piece).await;
        if !answer.status().is_success() {
            break;
        }
    }
    answer
}

fn is_old(uri: &Uri) -> bool {
    parameter(uri, "EIO=") == Some("3")
}

fn is_upgrade(request: &Request) -> bool {
    request.headers().contains_key(header::UPGRADE)
}

/// `name` with its `=`.
fn parameter<'u>(uri: &'u Uri, name: &str) -> Option<&'u str> {
    uri.query()?.split('&').find_map(|it| it.strip_prefix(name))
}

/// In the packet that opens a session.
fn sid(packet: &[u8]) -> Option<String> {
    let text = str::from_utf8(packet).ok()?;
    let object: serde_json::Value = serde_json::from_str(&text[text.find('{')?..]).ok()?;
    Some(object["sid"].as_str()?.to_owned())
}

fn refuse(error: &Error) -> Response {
    let mut response = status(error).into_response();
    if let Some(wait) = retry_after(error) {
        response.headers_mut().insert(header::RETRY_AFTER, wait);
    }
    response
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
