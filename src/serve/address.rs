//! Says on each request which address its client has. Whoever comes through a proxy is counted
//! here, where their address is known; everybody else was when they connected.

use std::{
    net::{IpAddr, SocketAddr},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use axum::{
    extract::{ConnectInfo, Request, State},
    http::{StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use ipnet::IpNet;

use crate::{
    serve::{connections::ClientShare, share::Shares},
    wire::{
        address::{ClientAddress, Hidden, is_hidden, resolve},
        fastapi,
    },
};

#[derive(Clone)]
pub struct Entrance {
    trusted: Arc<[IpNet]>,
    shares: Shares,
    /// Whether it was said that there is a proxy which nobody named.
    told: Arc<AtomicBool>,
}

impl Entrance {
    pub fn new(trusted: Arc<[IpNet]>, shares: Shares) -> Self {
        Self { trusted, shares, told: Arc::default() }
    }
}

pub async fn note(State(entrance): State<Entrance>, mut request: Request, next: Next) -> Response {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|it| it.0.ip());
    let peer = peer.unwrap_or(IpAddr::from([0, 0, 0, 0])).to_canonical();
    let address = resolve(peer, request.headers(), &entrance.trusted);
    if address != peer
        && let Some(client) = request.extensions().get::<ClientShare>()
    {
        // For as long as the answer takes: a proxy uses the same connection for others next.
        let Some(share) = entrance.shares.take(address) else { return too_many() };
        client.put(Some(share));
    }
    request.extensions_mut().insert(ClientAddress(address));
    if is_hidden(peer, request.headers(), &entrance.trusted) {
        request.extensions_mut().insert(Hidden);
        // Once is enough: the settings do not change before the next start.
        if !entrance.told.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                %peer,
                "somebody forwards requests of others and is not named in TRUSTED_PROXIES: they \
                 all count as one address, and clients without a credential are not let in"
            );
        }
    }
    next.run(request).await
}

fn too_many() -> Response {
    let refusal = fastapi::detail(StatusCode::TOO_MANY_REQUESTS, "Too many connections");
    ([(header::RETRY_AFTER, "5")], refusal).into_response()
}
