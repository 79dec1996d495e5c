//! To whom a polling session belongs. Its id stands in query strings, so in other people's logs:
//! alone it must not be enough.
//!
//! Clients send their token in the CONNECT packet, and not with every request, so a session is
//! bound to what does come with every request: the credential in a header or cookie where its
//! handshake had one, else the address and the user agent.

use std::hash::{DefaultHasher, Hash, Hasher};

use axum::{extract::Request, http::header};
use entity::id::SessionId;

use crate::{
    chat::{engine::handle::Chat, session},
    model::allowance::Network,
    wire::{address::ClientAddress, failure::Carrier},
};

pub struct Binding {
    credential: Option<(Carrier, SessionId)>,
    place: Place,
}

struct Place {
    /// Missing where people may change it.
    network: Option<Network>,
    agent: Option<u64>,
}

impl Binding {
    pub fn of(request: &Request, chat: &Chat, keep_address: bool) -> Self {
        let credential = [Carrier::Bearer, Carrier::Cookie("access_token")]
            .into_iter()
            .find_map(|it| Some((it, holder(request, chat, it)?)));
        let network = keep_address.then(|| here(request));
        Self { credential, place: Place { network, agent: agent(request) } }
    }

    /// A token that has been renewed in the meantime is as good, and so is one that has run out:
    /// whether its socket lives on is another's question.
    pub fn fits(&self, request: &Request, chat: &Chat) -> bool {
        match self.credential {
            // Browsers cannot put headers on a WebSocket.
            Some((Carrier::Bearer, _)) if is_bare_upgrade(request) => self.place.fits(request),
            Some((carrier, session)) => holder(request, chat, carrier) == Some(session),
            None => self.place.fits(request),
        }
    }
}

impl Place {
    fn fits(&self, request: &Request) -> bool {
        // Many clients that name themselves when they poll do not when they upgrade.
        let agent = agent(request);
        let same_agent = agent == self.agent
            || (agent.is_none() && request.headers().contains_key(header::UPGRADE));
        same_agent && self.network.is_none_or(|it| it == here(request))
    }
}

fn holder(request: &Request, chat: &Chat, carrier: Carrier) -> Option<SessionId> {
    let token = carrier.token(request.headers(), request.uri())?;
    session::named(chat, &token)
}

fn here(request: &Request) -> Network {
    ClientAddress::of(request.extensions()).0.into()
}

/// Its hash is enough, and shorter.
fn agent(request: &Request) -> Option<u64> {
    let agent = request.headers().get(header::USER_AGENT)?;
    let mut hasher = DefaultHasher::new();
    agent.as_bytes().hash(&mut hasher);
    Some(hasher.finish())
}

fn is_bare_upgrade(request: &Request) -> bool {
    let headers = request.headers();
    headers.contains_key(header::UPGRADE) && !headers.contains_key(header::AUTHORIZATION)
}
