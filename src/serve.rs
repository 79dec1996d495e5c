//! Puts the surfaces behind one door: one port, one origin list, one way to stop.

mod address;
mod connections;
mod contested;
pub mod database;
mod docs;
mod engine_io;
mod fallback;
mod headers;
mod health;
mod listener;
mod origin;
mod page;
mod rules;
mod share;
mod shutdown;
mod strangers;
mod uploads;

use std::{net::SocketAddr, time::Duration};

use axum::{Router, middleware};
use socketioxide::SocketIo;
use tokio::{net::TcpListener, time::timeout};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use utoipa_axum::router::OpenApiRouter;

use crate::{
    chat::{
        engine::{clock::Clock, handle::Chat, health as condition},
        file::{discard, upload::sweep},
        message::receipt,
        person::presence,
        room::{public, typing},
        sample,
        search::indexer,
        session::pairing,
    },
    config::Settings,
    dialect::{self, Surface},
    model::error::Error,
    serve::{
        connections::Connections,
        database::{Database, Lock},
    },
    wire::{pace::Pace, socketio},
};

/// What can keep a server from starting, in one line.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error("the database {place} does not open: {cause}")]
    Database { place: String, cause: sea_orm::DbErr },
    #[error("the database {place} does not open: {problem}")]
    File { place: String, problem: String },
    #[error("the database {place} is in use: {locked}")]
    Locked { place: String, locked: String },
    #[error(
        "the database {place} is not Parlor's: {theirs}; it was left as it is, and Parlor needs one of its own"
    )]
    Foreign { place: String, theirs: database::ForeignDatabase },
    #[error("{address} cannot be listened on: {cause}")]
    Listen { address: SocketAddr, cause: std::io::Error },
    #[error("the first rooms cannot be made: {}", told(.0))]
    Furnish(#[from] Error),
    #[error("what was deleted cannot be removed: {}", told(.0))]
    Discard(Error),
    #[error("{0}")]
    Settings(#[from] crate::config::fault::ConfigError),
    #[error("nothing can be run: {0}")]
    Runtime(std::io::Error),
    #[error("signals cannot be listened to: {0}")]
    Signals(std::io::Error),
    /// Said by whoever stops it.
    #[error("ended at once, because a second signal came")]
    Impatience,
    #[error("{path} cannot be made: {cause}")]
    Folder { path: std::path::PathBuf, cause: std::io::Error },
}

/// How long a step may take that comes after the drain time.
const LAST: Duration = Duration::from_secs(2);

/// A server at work.
pub struct Running {
    pub address: SocketAddr,
    pub chat: Chat,
    sockets: Vec<SocketIo>,
    stop: CancellationToken,
    connections: TaskTracker,
    drain: Duration,
    /// Given back when everything else is done.
    _lock: Option<Lock>,
}

/// Opens the database, brings it up to date, and starts to listen.
pub async fn start(settings: &mut Settings, clock: Clock) -> Result<Running, StartError> {
    let database = Database::open(settings).await?;
    // Only from here on: beside a database that is not ours nothing is made, not even a folder.
    let path = &settings.storage.static_dir;
    std::fs::create_dir_all(path)
        .map_err(|cause| StartError::Folder { path: path.clone(), cause })?;
    settings.ensure_secret()?;
    database.migrate().await?;
    let chat = database.chat(settings, clock).await?;
    let (stop, connections) = (CancellationToken::new(), TaskTracker::new());
    if settings.sample_data {
        // First, so that its rooms have the numbers that its clients expect.
        sample::make(&chat).await?;
    }
    // Before the port opens, so that nobody is handed a file that was deleted.
    discard::remove_leftovers(&chat).await.map_err(StartError::Discard)?;
    public::make_defaults(&chat).await?;
    pairing::begin(&chat).await;
    let limits = limits(settings);
    let (router, sockets) = build(&chat, settings, &limits, &stop);
    let wanted = SocketAddr::new(settings.server.host, settings.server.port);
    // Bound when all is ready: whoever connects need not be told to wait.
    let listener = TcpListener::bind(wanted)
        .await
        .map_err(|cause| StartError::Listen { address: wanted, cause })?;
    let address =
        listener.local_addr().map_err(|cause| StartError::Listen { address: wanted, cause })?;
    tokio::spawn(listener::accept(listener, router, limits, stop.clone(), connections.clone()));
    chat.spawn(presence::watch(chat.clone()));
    chat.spawn(condition::watch(chat.clone()));
    chat.spawn(typing::watch(chat.clone()));
    chat.spawn(receipt::watch(chat.clone()));
    chat.spawn(indexer::watch(chat.clone()));
    chat.spawn(sweep::watch(chat.clone()));
    let drain = Duration::from_secs(settings.server.drain_seconds);
    let lock = database.into_lock();
    Ok(Running { address, chat, sockets, stop, connections, drain, _lock: lock })
}

/// Serves until a signal comes.
pub async fn run(mut settings: Settings) -> Result<(), StartError> {
    for remark in &settings.remarks {
        tracing::warn!("{remark}");
    }
    if settings.redis_url.is_some() {
        tracing::warn!("REDIS_URL is set, but this version runs as one node and does not use it");
    }
    let running = start(&mut settings, Clock::system()).await?;
    tracing::info!("Parlor listens on http://{}", running.address);
    let mut signals = shutdown::Signals::listen().map_err(StartError::Signals)?;
    signals.next().await;
    tracing::info!("stopping: no new connections, finishing what was accepted");
    tokio::select! {
        () = running.stop() => {
            tracing::info!("stopped");
            Ok(())
        }
        () = signals.next() => Err(StartError::Impatience),
    }
}

impl Running {
    /// Loses nothing that was acknowledged, and ends within the drain time, whatever hangs: each
    /// step has an end.
    pub async fn stop(self) {
        let orderly = async {
            dialect::farewell(&self.sockets);
            // The farewell leaves before the connections end.
            tokio::time::sleep(Duration::from_millis(100)).await;
            self.stop.cancel();
            for io in &self.sockets {
                // First, because `close` waits for every peer, and one of them may be stuck.
                socketio::break_off(io);
                io.close().await;
            }
            self.connections.close();
            self.connections.wait().await;
            self.chat.finish().await;
        };
        if timeout(self.drain, orderly).await.is_err() {
            tracing::warn!("some connections did not end in time and were cut");
            if timeout(LAST, self.chat.finish()).await.is_err() {
                tracing::warn!("what was not stored yet was given up; nobody was told that it is");
            }
        }
        self.chat.close_database(LAST).await;
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.chat.forget_listeners();
    }
}

fn limits(settings: &Settings) -> listener::Limits {
    let server = &settings.server;
    // Benchmarks come from one address.
    let of_each =
        if settings.rate_limits { server.max_connections_per_address } else { usize::MAX };
    listener::Limits {
        connections: Connections::new(server.max_connections, of_each),
        proxies: server.trusted_proxies.as_slice().into(),
        header_timeout: Duration::from_secs(server.header_seconds),
        pace: Pace {
            patience: Duration::from_secs(server.body_seconds),
            rate: server.body_rate,
            most: Duration::from_secs(server.body_most_seconds),
        },
    }
}

/// What is kept from clients is for whoever starts the server.
fn told(error: &Error) -> String {
    match error {
        Error::Internal(cause) => cause.to_string(),
        other => other.to_string(),
    }
}

/// Every surface's surfaces and sockets, and the layers around them, outermost last.
fn build(
    chat: &Chat,
    settings: &Settings,
    limits: &listener::Limits,
    stop: &CancellationToken,
) -> (Router, Vec<SocketIo>) {
    let is_on = |it: &&Surface| settings.surfaces.iter().any(|name| name == it.name);
    let on: Vec<&Surface> = dialect::SURFACES.iter().filter(is_on).collect();
    let mut surfaces =
        OpenApiRouter::new().merge(health::routes()).merge(contested::routes(&on, chat.rules()));
    let mut attached = Vec::new();
    for surface in on {
        surfaces = surfaces.merge((surface.routes)(chat));
        attached.extend((surface.attach)(chat));
    }
    let (router, document) = surfaces.split_for_parts();
    let storage = &settings.storage;
    let mut router = fallback::install(
        router
            .merge(uploads::routes(&storage.avatars(), &storage.messages()))
            .merge(page::routes(&storage.static_dir))
            .merge(docs::routes(document)),
    )
    .with_state(chat.clone())
    // Within the Socket.IO layers: what an engine is asked is paid for at its handshake.
    .layer(middleware::from_fn_with_state(chat.clone(), strangers::guard));
    let mut sockets = Vec::new();
    for (layer, io) in attached {
        router = router.layer(layer);
        sockets.push(io);
    }
    let server = &settings.server;
    let of_each = if settings.rate_limits { server.max_waiting_per_address } else { usize::MAX };
    let most = engine_io::Most { in_all: server.max_waiting, of_each };
    let guard = engine_io::EngineGuard::new(chat, most, server.polling_keeps_address, stop);
    let origins = origin::Origins::new(&chat.rules().origins);
    let shares = limits.connections.shares().clone();
    let entrance = address::Entrance::new(limits.proxies.clone(), shares);
    let router = router
        // Outside the Socket.IO layers, which must not see a session that is not its caller's.
        .layer(middleware::from_fn_with_state(guard, engine_io::guard))
        .layer(middleware::from_fn(fallback::refuse_nul))
        .layer(middleware::from_fn(move |request, next| origins.clone().guard(request, next)))
        // Outside all that refuses, so that refusals carry these headers, too.
        .layer(middleware::from_fn_with_state(headers::OverTls(settings.server.tls), headers::add))
        // Outermost, because everything within asks for the client's address.
        .layer(middleware::from_fn_with_state(entrance, address::note));
    (router, sockets)
}
