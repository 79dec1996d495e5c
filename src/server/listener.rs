//! The accept loop: what a ready-made one does not do. Packets leave at once, slow
//! headers and dead peers are given up, and there is a most of connections.

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use axum::{Router, body::Body, extract::ConnectInfo, http::Request};
use hyper::body::Incoming;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use socket2::SockRef;
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tower::ServiceExt;

use crate::wire::{hangup::Hangup, socket::Upkeep};

/// How long written bytes may stay unacknowledged before the peer counts as gone.
const UNACKNOWLEDGED: Duration = Duration::from_secs(30);

pub struct Limits {
    pub connections: usize,
    pub header_timeout: Duration,
}

/// Accepts until `stop`; every connection is one of `tasks`.
pub async fn accept(
    listener: TcpListener,
    router: Router,
    limits: Limits,
    stop: CancellationToken,
    tasks: TaskTracker,
) {
    let places = Arc::new(Semaphore::new(limits.connections));
    loop {
        let next = async {
            let place = place(&places).await;
            (place, listener.accept().await)
        };
        let Some((place, accepted)) = stop.run_until_cancelled(next).await else { return };
        match accepted {
            Ok((stream, peer)) => {
                let (router, stop) = (router.clone(), stop.clone());
                let timeout = limits.header_timeout;
                let upkeep = Upkeep { stop, tasks: tasks.clone() };
                tasks.spawn(serve(stream, peer, router, timeout, upkeep, place));
            }
            Err(error) => pause(&error).await,
        }
    }
}

/// A free place; waiting for one is better than accepting and then refusing.
async fn place(places: &Arc<Semaphore>) -> Option<OwnedSemaphorePermit> {
    if places.available_permits() == 0 {
        tracing::warn!("the connection limit is reached; new ones wait");
    }
    places.clone().acquire_owned().await.ok()
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

async fn serve(
    stream: TcpStream,
    peer: SocketAddr,
    router: Router,
    header_timeout: Duration,
    upkeep: Upkeep,
    place: Option<OwnedSemaphorePermit>,
) {
    tune(&stream);
    let hangup = Hangup::default();
    // A connection that became a WebSocket keeps its place for as long as it lives.
    let stream = TokioIo::new(hangup.wrap(stream, place));
    let stop = upkeep.stop.clone();
    let service = router.map_request(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(peer));
        request.extensions_mut().insert(hangup.clone());
        request.extensions_mut().insert(upkeep.clone());
        request.map(Body::new)
    });
    let mut http = hyper::server::conn::http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(header_timeout);
    let connection =
        http.serve_connection(stream, TowerToHyperService::new(service)).with_upgrades();
    tokio::pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = stop.cancelled() => {
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
    stream.set_nodelay(true).ok();
    #[cfg(target_os = "linux")]
    SockRef::from(stream).set_tcp_user_timeout(Some(UNACKNOWLEDGED)).ok();
}
