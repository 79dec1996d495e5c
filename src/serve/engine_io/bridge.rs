//! A WebSocket of an old client: we speak with the client, and with the engine on its behalf, and
//! put the words of each into those of the other.

use std::convert::Infallible;

use axum::{
    body::Body,
    extract::Request,
    http::{Response, StatusCode, header},
    middleware::Next,
    response::IntoResponse,
};
use futures_util::{Sink, SinkExt, Stream, StreamExt};
use hyper::{body::Incoming, upgrade::OnUpgrade};
use hyper_util::rt::TokioIo;
use tokio::io::{DuplexStream, duplex};
use tokio_tungstenite::{
    WebSocketStream, client_async_with_config,
    tungstenite::{
        Error, Message,
        handshake::derive_accept_key,
        protocol::{Role, WebSocketConfig},
    },
};

use super::{old, payload::PACKET};
use crate::wire::socket::Upkeep;

/// What may be on its way between the two of us.
const ROOM: usize = 16 * 1024;

/// Answers as the engine does once it has accepted, and carries on from there.
pub async fn open(mut request: Request, next: Next) -> axum::response::Response {
    let refused = || StatusCode::BAD_REQUEST.into_response();
    let extensions = request.extensions_mut();
    let Some(upgrade) = extensions.remove::<OnUpgrade>() else { return refused() };
    let Some(upkeep) = extensions.get::<Upkeep>().cloned() else { return refused() };
    let Some(key) = request.headers().get(header::SEC_WEBSOCKET_KEY).cloned() else {
        return refused();
    };
    let Ok(engine) = engine(request, next).await else { return refused() };
    upkeep.tasks.spawn(async move {
        let Ok(upgraded) = upgrade.await else { return };
        let stream = TokioIo::new(upgraded);
        let client = WebSocketStream::from_raw_socket(stream, Role::Server, Some(limits())).await;
        let ((to_client, from_client), (to_engine, from_engine)) = (client.split(), engine.split());
        tokio::select! {
            () = carry(from_client, to_engine, old::asked) => {}
            () = carry(from_engine, to_client, old::told) => {}
        }
    });
    let accepted = derive_accept_key(key.as_bytes());
    let headers = [
        (header::CONNECTION, "Upgrade"),
        (header::UPGRADE, "websocket"),
        (header::SEC_WEBSOCKET_ACCEPT, accepted.as_str()),
    ];
    (StatusCode::SWITCHING_PROTOCOLS, headers, Body::empty()).into_response()
}

/// A connection to the engine that never leaves this process.
async fn engine(request: Request, next: Next) -> Result<WebSocketStream<DuplexStream>, Error> {
    let (here, there) = duplex(ROOM);
    let (parts, _) = request.into_parts();
    let mut asked = Request::builder().uri(format!("ws://parlor{}", parts.uri)).body(())?;
    for name in [
        header::CONNECTION,
        header::UPGRADE,
        header::SEC_WEBSOCKET_KEY,
        header::SEC_WEBSOCKET_VERSION,
    ] {
        if let Some(value) = parts.headers.get(&name) {
            asked.headers_mut().insert(name, value.clone());
        }
    }
    asked.headers_mut().insert(header::HOST, header::HeaderValue::from_static("parlor"));
    let service = hyper::service::service_fn(move |inner: Request<Incoming>| {
        let (next, mut parts) = (next.clone(), parts.clone());
        let (mut inner, _) = inner.into_parts();
        if let Some(upgrade) = inner.extensions.remove::<OnUpgrade>() {
            parts.extensions.insert(upgrade);
        }
        async move {
            let answer: Response<Body> = next.run(Request::from_parts(parts, Body::empty())).await;
            Ok::<_, Infallible>(answer)
        }
    });
    let connection = hyper::server::conn::http1::Builder::new()
        .serve_connection(TokioIo::new(there), service)
        .with_upgrades();
    // Ends when the other end of the pipe is dropped, so nobody has to wait for it.
    tokio::spawn(connection);
    let (stream, _) = client_async_with_config(asked, here, Some(limits())).await?;
    Ok(stream)
}

/// Until either of them is gone.
async fn carry<R, W>(mut from: R, mut to: W, reworded: fn(&str) -> Option<String>)
where
    R: Stream<Item = Result<Message, Error>> + Unpin,
    W: Sink<Message, Error = Error> + Unpin,
{
    while let Some(Ok(message)) = from.next().await {
        let message = match message {
            Message::Text(text) => match reworded(&text) {
                Some(words) => Message::text(words),
                None => Message::Text(text),
            },
            // Each of the two answers those itself.
            Message::Ping(_) | Message::Pong(_) | Message::Frame(_) => continue,
            other @ (Message::Binary(_) | Message::Close(_)) => other,
        };
        if to.send(message).await.is_err() {
            return;
        }
    }
}

fn limits() -> WebSocketConfig {
    WebSocketConfig::default()
        .read_buffer_size(512)
        .write_buffer_size(4 * 1024)
        .max_message_size(Some(PACKET))
        .max_frame_size(Some(PACKET))
}
