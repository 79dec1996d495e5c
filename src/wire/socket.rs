//! The life of one plain WebSocket: admitted, heard in order, told, and let go. Never
//! knows what is said.
mod life;

use std::{marker::PhantomData, ops::ControlFlow};

use axum::{
    body::Body,
    extract::FromRequestParts,
    http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header, request::Parts},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{
        Utf8Bytes,
        handshake::derive_accept_key,
        protocol::{Role, WebSocketConfig},
    },
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    chat::{
        engine::{admission, handle::Chat},
        session::{self, pairing},
    },
    model::{
        allowance::Spender,
        error::{Ban, Doubt, Error},
        session::{Device, Pass},
    },
    wire::{
        address::ClientAddress,
        caller::{is_foreign, shown},
        failure::{self, Carrier, Dialect},
        fastapi,
        meter::Meter,
        registry::{Close, registration::Registration},
    },
};

/// 64 KiB: longer texts and files go over HTTP. What is longer is refused and passed over.
const LONGEST: usize = 64 * 1024;
/// What is longer than this is not even taken in.
const LARGEST: usize = 2 * 1024 * 1024;
const TOO_LONG: Close = Close { code: 1_009, reason: "message too long" };
const RESTART: Close = Close { code: 1_012, reason: "service restart" };

/// What the listener gives to every request, for those that become something longer.
#[derive(Clone)]
pub struct Upkeep {
    /// The server stops: connections are to end.
    pub stop: CancellationToken,
    /// What must have ended before the server does.
    pub tasks: TaskTracker,
}

/// What came in over a socket.
#[derive(Debug)]
pub enum Received {
    Json(Value),
    /// A text that is no JSON.
    Text(Utf8Bytes),
    Binary(Bytes),
    /// Longer than 64 KiB; nobody looked at what it says. When it is so large that it was
    /// not taken in either, the connection is closed after this.
    TooLong,
    /// The connection is over. Comes once, and nothing comes after it.
    Gone,
}

/// What a dialect makes of what its client says. The next is not read before this one has
/// been worked off.
pub trait FrameHandler: Send + 'static {
    /// How whoever goes on saying too much is shown the door.
    const WORN_OUT: Close;

    /// To break is to close the connection, after what is queued for it was told.
    fn hear(&mut self, said: Received) -> impl Future<Output = ControlFlow<Close>> + Send;

    /// The client says too much, and nobody looks at what it was, unless the dialect waits
    /// and has it looked at all the same.
    fn refuse(&mut self, error: Error) -> impl Future<Output = Refusal> + Send;
}

/// What becomes of what was too much.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    PassedOver,
    TriedAgain,
}

/// A request that wants to become a WebSocket of dialect `D`.
pub struct Handshake<D> {
    key: HeaderValue,
    upgrade: OnUpgrade,
    upkeep: Upkeep,
    device: Option<Device>,
    headers: HeaderMap,
    uri: Uri,
    dialect: PhantomData<fn() -> D>,
}

/// A connection that is refused before it is one.
#[derive(Debug)]
pub struct Refused(StatusCode);

impl<D: Dialect> FromRequestParts<Chat> for Handshake<D> {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, chat: &Chat) -> Result<Self, Response> {
        // Without a WebSocket there is nothing here.
        let nothing = || fastapi::detail(StatusCode::NOT_FOUND, "Not Found");
        let key = key(parts).ok_or_else(nothing)?;
        let upgrade = parts.extensions.remove::<OnUpgrade>().ok_or_else(nothing)?;
        let upkeep = parts.extensions.get::<Upkeep>().cloned().ok_or_else(nothing)?;
        let address = ClientAddress::of(&parts.extensions);
        // Before anybody looks at a token, which costs more than to refuse.
        let spent = admission::handshake(chat, address.0);
        spent.map_err(|it| Refused::from(it).into_response())?;
        Ok(Self {
            key,
            upgrade,
            upkeep,
            device: shown(&parts.extensions, &parts.headers),
            headers: std::mem::take(&mut parts.headers),
            uri: parts.uri.clone(),
            dialect: PhantomData,
        })
    }
}

impl<D: Dialect> Handshake<D> {
    /// Who holds the first good token, in the order of the dialect's places for one.
    pub async fn caller(&self, chat: &Chat) -> Result<Pass, Error> {
        let mut doubt = Error::Unauthenticated(Doubt::NoToken);
        let refresh = D::SOCKET_REFRESH.map(|it| Carrier::Cookie(it.0));
        for carrier in D::SOCKET_CARRIERS.iter().copied().chain(refresh) {
            let Some(token) = D::token(carrier, &self.headers, &self.uri) else { continue };
            match self.recognise(chat, carrier, &token).await {
                Ok(pass) => return Ok(pass),
                Err(error @ (Error::Unauthenticated(_) | Error::Forbidden(_))) => doubt = error,
                // The token may be good and only the database silent, so no other is taken in its
                // place.
                Err(error) => return Err(error),
            }
        }
        Err(doubt)
    }

    /// Accepts; from now on the registration is the connection's, and `ear` hears what it says.
    pub fn open<S, E>(self, chat: &Chat, registration: Registration<S>, handler: E) -> Response
    where
        S: Send + Sync + 'static,
        E: FrameHandler,
    {
        let stop = self.upkeep.stop.clone();
        let meter = Meter::new(chat, Spender::User(registration.entry().me.id));
        self.accept(|stream| life::live(stream, registration, handler, meter, stop))
    }

    /// Accepts only to close, for clients who look at the code.
    pub fn close(self, close: Close) -> Response {
        self.accept(move |stream| life::dismiss(stream, None, close))
    }

    /// The same for clients who read a last word.
    pub fn close_with(self, word: Utf8Bytes, close: Close) -> Response {
        self.accept(move |stream| life::dismiss(stream, Some(word), close))
    }

    async fn recognise(&self, chat: &Chat, carrier: Carrier, token: &str) -> Result<Pass, Error> {
        // A browser adds cookies to a foreign page's sockets too, and always says whose
        // page it is.
        if let Carrier::Cookie(_) = carrier
            && is_foreign(&self.headers, &chat.rules().origins)
        {
            return Err(Error::Forbidden(Ban::Origin));
        }
        let pass = match D::SOCKET_REFRESH {
            Some((name, client)) if carrier == Carrier::Cookie(name) => {
                session::vouch(chat, client, token).await?
            }
            Some(_) | None => session::recognise(chat, token).await?,
        };
        pairing::note(chat, pass.actor, self.device.as_ref());
        Ok(pass)
    }

    fn accept<L, W>(self, live: L) -> Response
    where
        L: FnOnce(life::Stream) -> W + Send + 'static,
        W: Future<Output = ()> + Send,
    {
        let answer = derive_accept_key(self.key.as_bytes());
        let upgrade = self.upgrade;
        // Stopping waits for this task: of a connection that was upgraded hyper knows nothing more.
        self.upkeep.tasks.spawn(async move {
            match upgrade.await {
                Ok(upgraded) => {
                    let (stream, limits) = (TokioIo::new(upgraded), Some(limits()));
                    live(WebSocketStream::from_raw_socket(stream, Role::Server, limits).await)
                        .await;
                }
                Err(error) => tracing::debug!(%error, "a WebSocket did not come about"),
            }
        });
        let headers = [
            (header::CONNECTION, "upgrade"),
            (header::UPGRADE, "websocket"),
            (header::SEC_WEBSOCKET_ACCEPT, answer.as_str()),
        ];
        (StatusCode::SWITCHING_PROTOCOLS, headers, Body::empty()).into_response()
    }
}

impl From<Error> for Refused {
    /// A client sees no more than that it was refused, and whether that may pass.
    fn from(error: Error) -> Self {
        match error {
            Error::Internal(cause) => {
                tracing::error!(%cause, "a socket could not be admitted");
                Self(StatusCode::INTERNAL_SERVER_ERROR)
            }
            Error::TooMany { .. } | Error::Busy { .. } | Error::Unavailable { .. } => {
                Self(failure::status(&error))
            }
            Error::Unauthenticated(_)
            | Error::Forbidden(_)
            | Error::Missing(_)
            | Error::Taken(_)
            | Error::Invalid(_)
            | Error::TooLarge { .. }
            | Error::DiskFull
            | Error::Unsupported
            // As Starlette answers a handshake that is not accepted, which these clients know.
            | Error::TooSlow => Self(StatusCode::FORBIDDEN),
        }
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        self.0.into_response()
    }
}

fn limits() -> WebSocketConfig {
    WebSocketConfig::default()
        // Each connection has its own buffers, and nearly all are idle nearly always.
        .read_buffer_size(512)
        .write_buffer_size(4 * 1024)
        // More than is accepted, so that a text that is too long is refused in words.
        .max_message_size(Some(LARGEST))
        .max_frame_size(Some(LARGEST))
}

/// The client's half of the handshake, if this is one.
fn key(parts: &Parts) -> Option<HeaderValue> {
    let says = |name, word: &str| {
        let value = parts.headers.get(name).and_then(|it| it.to_str().ok()).unwrap_or_default();
        value.split(',').any(|it| it.trim().eq_ignore_ascii_case(word))
    };
    let wanted = parts.method == Method::GET
        && says(header::CONNECTION, "upgrade")
        && says(header::UPGRADE, "websocket")
        && says(header::SEC_WEBSOCKET_VERSION, "13");
    parts.headers.get(header::SEC_WEBSOCKET_KEY).filter(|_| wanted).cloned()
}
