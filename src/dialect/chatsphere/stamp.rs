//! What every answer of this product carries: an id of the request, and how long it took.

use std::time::Instant;

use axum::{
    Json,
    extract::Request,
    http::{HeaderName, HeaderValue, StatusCode},
    middleware::Next,
    response::{IntoResponse, Response},
};
use serde::Serialize;
use uuid::Uuid;

const ID: HeaderName = HeaderName::from_static("x-request-id");
const TIME: HeaderName = HeaderName::from_static("x-process-time");

/// A failure of ours, in the only answer that names its request in the body too.
#[derive(Serialize)]
struct Internal<'a> {
    error: &'a str,
    message: &'a str,
    request_id: Uuid,
}

/// An answer that waits for its request's id.
#[derive(Clone, Copy)]
struct Unnamed;

pub(super) async fn layer(request: Request, next: Next) -> Response {
    stamped(next.run(request)).await
}

/// An answer with its headers, be it made behind [`layer`] or not.
pub(super) async fn stamped(answer: impl Future<Output = Response>) -> Response {
    let start = Instant::now();
    let mut response = answer.await;
    if response.headers().contains_key(ID) {
        return response;
    }
    let id = Uuid::new_v4();
    if response.extensions_mut().remove::<Unnamed>().is_some() {
        response = named(id);
    }
    let took = format!("{:.6}", start.elapsed().as_secs_f64());
    for (name, value) in [(ID, id.to_string()), (TIME, took)] {
        if let Ok(value) = HeaderValue::try_from(value) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

pub(super) fn internal() -> Response {
    let mut response = named(Uuid::nil());
    response.extensions_mut().insert(Unnamed);
    response
}

fn named(request_id: Uuid) -> Response {
    let error = "Internal Server Error";
    let message = "服务器内部错误，请稍后重试";
    let body = Json(Internal { error, message, request_id });
    (StatusCode::INTERNAL_SERVER_ERROR, body).into_response()
}

#[cfg(test)]
mod tests {
    use http_body_util::BodyExt;

    use super::*;

    #[tokio::test]
    async fn a_failure_of_ours_is_named_in_the_header_and_the_body_alike() {
        let response = stamped(async { internal() }).await;
        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
        let id = response.headers()[ID].to_str().unwrap().to_owned();
        let took: f64 = response.headers()[TIME].to_str().unwrap().parse().unwrap();
        assert!(took >= 0.0);
        let body = response.into_body().collect().await.unwrap().to_bytes();
        let body: serde_json::Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(
            (&body["error"], &body["request_id"]),
            (&"Internal Server Error".into(), &id.into())
        );
    }

    #[tokio::test]
    async fn an_answer_is_stamped_once() {
        let inner = stamped(async { StatusCode::OK.into_response() }).await;
        let id = inner.headers()[ID].clone();
        let outer = stamped(async { inner }).await;
        assert_eq!(outer.headers()[ID], id);
    }
}
