//! Says on each request which address its client has.

use std::net::{IpAddr, SocketAddr};

use axum::{
    extract::{ConnectInfo, Request},
    middleware::Next,
    response::Response,
};
use ipnet::IpNet;

use crate::wire::address::{ClientAddress, resolve};

pub async fn note(trusted: &[IpNet], mut request: Request, next: Next) -> Response {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|it| it.0.ip());
    let peer = peer.unwrap_or(IpAddr::from([0, 0, 0, 0]));
    let address = resolve(peer, request.headers(), trusted);
    request.extensions_mut().insert(ClientAddress(address));
    next.run(request).await
}
