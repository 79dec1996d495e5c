//! What the descriptions of all routes have in common: common refusals, names, sentences.

use axum::http::StatusCode;
use utoipa::openapi::{
    RefOr,
    path::{Operation, PathItem},
};
use utoipa_axum::router::OpenApiRouter;

use crate::{
    chat::engine::{handle::Chat, rules::Rules},
    dialect::native::{
        problem::Problem,
        rest::auth::{NewAccount, NewPassword},
    },
    wire::document::{bind_shape, close_bodies},
};

pub(super) fn complete(mut routes: OpenApiRouter<Chat>, rules: &Rules) -> OpenApiRouter<Chat> {
    bind_shape::<NewAccount>(routes.get_openapi_mut(), rules);
    bind_shape::<NewPassword>(routes.get_openapi_mut(), rules);
    close_bodies(routes.get_openapi_mut());
    for (path, item) in &mut routes.get_openapi_mut().paths.paths {
        for (method, operation) in operations(item) {
            operation.operation_id = Some(name(method, path));
            for status in common(operation) {
                add(operation, status);
            }
            describe(operation);
        }
    }
    routes
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = (&'static str, &mut Operation)> {
    let PathItem { get, put, post, delete, patch, .. } = item;
    let all = [("get", get), ("put", put), ("post", post), ("delete", delete), ("patch", patch)];
    all.into_iter().filter_map(|(method, operation)| Some((method, operation.as_mut()?)))
}

/// `get_v1_rooms_chatroom_id`: handlers are called `list` and `show` all over, but in the
/// document a name stands once.
fn name(method: &str, path: &str) -> String {
    let words = path.split(|it: char| !it.is_ascii_alphanumeric()).filter(|it| !it.is_empty());
    words.fold(method.to_owned(), |name, word| name + "_" + word)
}

/// A path's parameter, a query and a body may all be malformed, and anybody may be too fast.
fn common(operation: &Operation) -> Vec<StatusCode> {
    let mut statuses = vec![StatusCode::TOO_MANY_REQUESTS, StatusCode::INTERNAL_SERVER_ERROR];
    // Routes that anybody may use say so, the others rely on the document's rule.
    if operation.security.is_none() {
        statuses.extend([StatusCode::UNAUTHORIZED, StatusCode::FORBIDDEN]);
    }
    if operation.request_body.is_some() {
        statuses.push(StatusCode::PAYLOAD_TOO_LARGE);
    }
    let has_parameters = operation.parameters.as_ref().is_some_and(|it| !it.is_empty());
    if has_parameters || operation.request_body.is_some() {
        statuses.push(StatusCode::UNPROCESSABLE_ENTITY);
    }
    statuses
}

fn add(operation: &mut Operation, status: StatusCode) {
    let key = status.as_str().to_owned();
    operation.responses.responses.entry(key).or_insert(Problem::described().into());
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
