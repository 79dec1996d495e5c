//! The second spelling of the paths, and names for the document.

use axum::{
    http::StatusCode,
    routing::{MethodRouter, get, post},
};
use utoipa::openapi::{
    OpenApi, RefOr,
    path::{Operation, PathItem},
};
use utoipa_axum::router::OpenApiRouter;

use super::{auth, conversations, messages, people, profile, rooms};
use crate::{
    chat::engine::{handle::Chat, rules::Rules},
    wire::document::{bind_shape, may_be_left_out},
};

/// The client's path, and the description's.
fn spellings() -> [(&'static str, &'static str, MethodRouter<Chat>); 8] {
    [
        ("/api/v1/auth/token/refresh", "/auth/refresh", post(auth::refresh)),
        ("/api/v1/auth/me", "/auth/me", get(profile::me).put(profile::update)),
        ("/api/v1/rooms", "/chat/rooms", get(rooms::list)),
        (
            "/api/v1/messages/{chat_type}/{chat_id}",
            "/chat/messages/{chat_type}/{chat_id}",
            get(messages::history),
        ),
        ("/api/v1/conversations", "/chat/conversations", get(conversations::list)),
        (
            "/api/v1/conversations/{chat_type}/{chat_id}/mark-read",
            "/chat/conversations/{chat_type}/{chat_id}/mark-read",
            post(conversations::mark_read),
        ),
        ("/api/v1/users/online", "/chat/online-users", get(people::online)),
        ("/ws", "/ws/", get(super::socket::open)),
    ]
}

/// With the other spelling of each path, by the same handler and under the same description.
pub(super) fn complete(mut routes: OpenApiRouter<Chat>, rules: &Rules) -> OpenApiRouter<Chat> {
    bound(routes.get_openapi_mut(), rules);
    for (known, other, handlers) in spellings() {
        routes = routes.route(other, handlers);
        let paths = &mut routes.get_openapi_mut().paths.paths;
        if let Some(item) = paths.get(known).cloned() {
            paths.insert(other.to_owned(), item);
        }
    }
    for (path, item) in &mut routes.get_openapi_mut().paths.paths {
        for (method, operation) in operations(item) {
            operation.operation_id = Some(name(method, path));
            describe(operation);
        }
    }
    routes
}

/// What the readers of this surface check.
fn bound(document: &mut OpenApi, rules: &Rules) {
    bind_shape::<auth::Register>(document, rules);
    bind_shape::<profile::ProfileForm>(document, rules);
    bind_shape::<profile::PasswordForm>(document, rules);
    may_be_left_out(document, "/api/v1/auth/me");
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = (&'static str, &mut Operation)> {
    let PathItem { get, put, post, .. } = item;
    let all = [("get", get), ("put", put), ("post", post)];
    all.into_iter().filter_map(|(method, operation)| Some((method, operation.as_mut()?)))
}

/// OpenAPI wants a description of each answer; most say no more than their status does.
fn describe(operation: &mut Operation) {
    for (status, response) in &mut operation.responses.responses {
        let reason = status.parse::<StatusCode>().ok().and_then(|it| it.canonical_reason());
        if let RefOr::T(response) = response
            && response.description.is_empty()
        {
            reason.unwrap_or_default().clone_into(&mut response.description);
        }
    }
}

/// `get_api_v1_rooms`: handlers are called `list` all over, but in the document a name
/// stands once.
fn name(method: &str, path: &str) -> String {
    let words = path.split(|it: char| !it.is_ascii_alphanumeric()).filter(|it| !it.is_empty());
    words.fold(method.to_owned(), |name, word| name + "_" + word)
}
