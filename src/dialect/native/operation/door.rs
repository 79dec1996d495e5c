//! The route of an operation: reads a request as one, has it carried out, answers.

use axum::{
    extract::{Request, State},
    http::HeaderMap,
    response::Response,
    routing::on,
};
use utoipa_axum::router::UtoipaMethodRouter;
use uuid::Uuid;

use super::{Answer, Operation, Route, document::describe};
use crate::{
    chat::engine::{handle::Chat, rules::Rules},
    dialect::native::{Native, Oops},
    model::{
        actor::Actor,
        error::{Error, Problem},
    },
    wire::{
        body::{self, Takes},
        caller::Caller,
    },
};

/// A route, and what the document says of it.
pub type Door = UtoipaMethodRouter<Chat>;

pub(super) fn of<T: Operation>(rules: &Rules) -> Option<Door> {
    let route = T::ROUTE?;
    let (schemas, paths) = describe::<T>(&route, rules);
    let Route { method, takes, heeds_key, .. } = route;
    // The caller comes first, so that no body is read for a stranger.
    let handler = move |State(chat): State<Chat>, caller: Caller<Native>, request: Request| {
        serve::<T>(chat, caller.me, takes, heeds_key, request)
    };
    Some((schemas, paths, on(method.filter(), handler)))
}

async fn serve<T: Operation>(
    chat: Chat,
    me: Actor,
    takes: Takes,
    heeds_key: bool,
    request: Request,
) -> Result<Response, Oops> {
    let (mut parts, body) = request.into_parts();
    let mut request = body::whole::<Native, T::Request>(&mut parts, body, takes).await?;
    if heeds_key && let Some(key) = idempotency_key(&parts.headers)? {
        request = T::keyed(request, key);
    }
    let answer = T::run(&chat, me, request).await?;
    Ok(answer.into_response(&parts.headers)?)
}

fn idempotency_key(headers: &HeaderMap) -> Result<Option<Uuid>, Error> {
    let Some(key) = headers.get("idempotency-key") else { return Ok(None) };
    let key = key.to_str().ok().and_then(|it| Uuid::parse_str(it).ok());
    key.map(Some).ok_or(Error::invalid("Idempotency-Key", Problem::Other("must be a UUID")))
}
