//! The accept loop: what a ready-made one does not do. Packets leave at once, slow
//! headers, slow bodies and dead peers are given up, and there is a most of connections, of all
//! together and of each address.

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use axum::{
    Router,
    body::Body,
    extract::ConnectInfo,
    http::{Request, Response, StatusCode},
};
use hyper::body::{Body as _, Incoming};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use ipnet::IpNet;
use socket2::SockRef;
use tokio::net::{TcpListener, TcpStream};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tower::ServiceExt;

use crate::{
    serve::connections::{ClientShare, Connections, Held},
    wire::{
        hangup::Hangup,
        pace::{Pace, Paced},
        socket::Upkeep,
    },
};

/// How long written bytes may stay unacknowledged before the peer counts as gone.
const UNACKNOWLEDGED: Duration = Duration::from_secs(30);
/// What somebody hears who has all the connections that they may have.
const TOO_MANY: &[u8] = b"HTTP/1.1 429 Too Many Requests\r\nRetry-After: 5\r\n\
    Connection: close\r\nContent-Length: 0\r\n\r\n";

#[derive(Clone)]
pub struct Limits {
    pub connections: Connections,
    /// Whoever connects from there does so for others.
    pub proxies: Arc<[IpNet]>,
    pub header_timeout: Duration,
    pub pace: Pace,
}

/// Accepts until `stop`; every connection is one of `tasks`.
pub async fn accept(
    listener: TcpListener,
    router: Router,
    limits: Limits,
    stop: CancellationToken,
    tasks: TaskTracker,
) {
    loop {
        // The place comes before the connection: what is not accepted yet waits in the kernel.
        let next = async {
            let place = limits.connections.place().await;
            (place, listener.accept().await)
        };
        let Some((place, accepted)) = stop.run_until_cancelled(next).await else { return };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                pause(&error).await;
                continue;
            }
        };
        let address = peer.ip().to_canonical();
        let is_proxy = limits.proxies.iter().any(|it| it.contains(&address));
        let share = limits.connections.share(address);
        if share.is_none() && !is_proxy {
            // It has sent nothing yet that would have to be waited for.
            stream.try_write(TOO_MANY).ok();
            continue;
        }
        let (hangup, client) = (Hangup::default(), ClientShare::default());
        let share = share.filter(|_| !is_proxy);
        let held = limits.connections.hold(address, &hangup, place, share, client.clone());
        let upkeep = Upkeep { stop: stop.clone(), tasks: tasks.clone() };
        let call = Call { peer, hangup, client, upkeep, pace: limits.pace };
        tasks.spawn(serve(stream, router.clone(), limits.header_timeout, call, held));
    }
}

/// Out of file descriptors, most likely: trying at once would only spin.
async fn pause(error: &io::Error) {
    let passing = [
        io::ErrorKind::ConnectionAborted,
        io::ErrorKind::ConnectionReset,
        io::ErrorKind::ConnectionRefused,
    ];
    if !passing.contains(&error.kind()) {
        tracing::error!(%error, "a connection could not be accepted");
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}

/// What is known of every request of one connection.
#[derive(Clone)]
struct Call {
    peer: SocketAddr,
    hangup: Hangup,
    client: ClientShare,
    upkeep: Upkeep,
    pace: Pace,
}

impl Call {
    fn begin(&self, mut request: Request<Incoming>) -> Request<Body> {
        self.hangup.asked();
        let extensions = request.extensions_mut();
        extensions.insert(ConnectInfo(self.peer));
        extensions.insert(self.hangup.clone());
        extensions.insert(self.client.clone());
        extensions.insert(self.upkeep.clone());
        let pace = self.pace;
        request.map(|body| {
            if body.is_end_stream() { Body::empty() } else { Body::new(Paced::new(body, pace)) }
        })
    }

    /// A connection that has become a WebSocket is in use until it ends.
    fn end(&self, response: Response<Body>) -> Response<Body> {
        if response.status() != StatusCode::SWITCHING_PROTOCOLS {
            self.client.put(None);
            self.hangup.answered();
        }
        response
    }
}

async fn serve(
    stream: TcpStream,
    router: Router,
    header_timeout: Duration,
    call: Call,
    held: Held,
) {
    tune(&stream);
    // A connection that became a WebSocket keeps its place for as long as it lives.
    let stream = TokioIo::new(call.hangup.wrap(stream, held));
    let (stop, peer, same) = (call.upkeep.stop.clone(), call.peer, call.clone());
    let service = router
        .map_request(move |request: Request<Incoming>| call.begin(request))
        .map_response(move |response: Response<Body>| same.end(response));
    let mut http = hyper::server::conn::http1::Builder::new();
    // Without a timer hyper knows no time limits at all.
    http.timer(TokioTimer::new()).header_read_timeout(header_timeout);
    let connection =
        http.serve_connection(stream, TowerToHyperService::new(service)).with_upgrades();
    tokio::pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = stop.cancelled() => {
            // What was asked is still answered, and then the connection ends.
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, %peer, "a connection ended badly");
    }
}

/// Neither is worth losing the connection over.
fn tune(stream: &TcpStream) {
    // Nagle's algorithm holds small packets back, and a chat has hardly any others.
    stream.set_nodelay(true).ok();
    #[cfg(target_os = "linux")]
    SockRef::from(stream).set_tcp_user_timeout(Some(UNACKNOWLEDGED)).ok();
}
