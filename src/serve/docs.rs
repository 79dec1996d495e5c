//! The API document and two ways to read it, all served from here.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::Path,
    http::{StatusCode, header},
    response::{Html, IntoResponse, Response},
    routing::get,
};
use utoipa::openapi::{
    ContactBuilder, InfoBuilder, LicenseBuilder, OpenApi, PathItem, RefOr, ResponseBuilder,
    SecurityRequirement,
    path::Operation,
    security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme},
};
use utoipa_swagger_ui::Config;

/// As its makers publish it, but for a picture that it would fetch from them.
const REDOC: &str = include_str!("assets/redoc.standalone.js");

const REDOC_PAGE: &str = r#"<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Parlor API</title><link rel="icon" href="data:,"></head>
<body style="margin:0"><redoc spec-url="/openapi.json"></redoc><script src="/redoc/redoc.standalone.js"></script></body>
</html>
"#;

pub fn routes<S: Clone + Send + Sync + 'static>(document: OpenApi) -> Router<S> {
    let document = Arc::new(describe(document));
    let page = get(async || shown("index.html"));
    Router::new()
        .route("/openapi.json", get(async move || Json(document).into_response()))
        .route("/docs", page.clone())
        .route("/docs/", page)
        .route("/docs/{*file}", get(async |Path(name): Path<String>| shown(&name)))
        .route("/redoc", get(async || Html(REDOC_PAGE)))
        .route("/redoc/redoc.standalone.js", get(script))
}

/// A file of Swagger UI. Its page answers at `/docs` itself, as FastAPI's does, so it names its
/// files by their whole paths.
fn shown(name: &str) -> Response {
    let config = Arc::new(Config::from("/openapi.json"));
    let Ok(Some(file)) = utoipa_swagger_ui::serve(name, config) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    if name != "index.html" {
        return ([(header::CONTENT_TYPE, file.content_type)], file.bytes).into_response();
    }
    let page = String::from_utf8_lossy(&file.bytes).replace("=\"./", "=\"");
    Html(page.replace("href=\"", "href=\"/docs/").replace("src=\"", "src=\"/docs/")).into_response()
}

async fn script() -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/javascript; charset=utf-8"),
        (header::CACHE_CONTROL, "public, max-age=86400"),
    ];
    (headers, REDOC).into_response()
}

fn describe(mut document: OpenApi) -> OpenApi {
    document.info = InfoBuilder::new()
        .title("Parlor")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(
            "A realtime chat server. Paths under /v1 are its own; the others are those of \
             the systems whose clients it serves. Realtime events go over Socket.IO.",
        ))
        .license(Some(LicenseBuilder::new().name("MIT").build()))
        .contact(Some(ContactBuilder::new().name(Some("Parlor contributors")).build()))
        .build();
    let components = document.components.get_or_insert_default();
    components.add_security_scheme(
        "bearer",
        SecurityScheme::Http(
            HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT").build(),
        ),
    );
    components.add_security_scheme(
        "cookie",
        SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::new("access_token"))),
    );
    for (path, item) in &mut document.paths.paths {
        for (method, operation) in operations(item) {
            operation.operation_id = Some(name(method, path));
            complete(operation);
        }
    }
    document.security = Some(vec![
        SecurityRequirement::new("bearer", Vec::<String>::new()),
        SecurityRequirement::new("cookie", Vec::<String>::new()),
    ]);
    document
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = (&'static str, &mut Operation)> {
    let PathItem { get, put, post, delete, patch, .. } = item;
    let all = [("get", get), ("put", put), ("post", post), ("delete", delete), ("patch", patch)];
    all.into_iter().filter_map(|(method, operation)| Some((method, operation.as_mut()?)))
}

/// `get_servers_server_id`: handlers are called `list` and `show` in every dialect, but in
/// the document a name stands once. A slash at the end may make another path.
fn name(method: &str, path: &str) -> String {
    path.split('/').skip(1).fold(method.to_owned(), |name, word| {
        let plain = |it: char| if it.is_ascii_alphanumeric() { it } else { '_' };
        let word: String = word.trim_matches(['{', '}']).chars().map(plain).collect();
        name + "_" + &word
    })
}

/// What any route may answer, in case it does not say so itself.
fn complete(operation: &mut Operation) {
    let mut statuses = vec![StatusCode::TOO_MANY_REQUESTS, StatusCode::INTERNAL_SERVER_ERROR];
    // Routes for everybody say so; the others rely on the document's rule. A foreign page's
    // credential is forbidden everywhere.
    if operation.security.is_none() {
        statuses.extend([StatusCode::UNAUTHORIZED, StatusCode::FORBIDDEN]);
    }
    let has_parameters = operation.parameters.as_ref().is_some_and(|it| !it.is_empty());
    if has_parameters || operation.request_body.is_some() {
        statuses.extend([StatusCode::UNPROCESSABLE_ENTITY, StatusCode::NOT_FOUND]);
    }
    if operation.request_body.is_some() {
        statuses.extend([StatusCode::PAYLOAD_TOO_LARGE, StatusCode::BAD_REQUEST]);
    }
    for status in statuses {
        let described =
            ResponseBuilder::new().description(status.canonical_reason().unwrap_or_default());
        let responses = &mut operation.responses.responses;
        responses.entry(status.as_str().to_owned()).or_insert_with(|| described.build().into());
    }
    // Without a description the document is not valid; where a route has none of its own, the
    // status says it all.
    for (status, response) in &mut operation.responses.responses {
        if let RefOr::T(response) = response
            && response.description.is_empty()
        {
            let status = StatusCode::from_bytes(status.as_bytes()).ok();
            let reason = status.and_then(|it| it.canonical_reason()).unwrap_or("An answer");
            reason.clone_into(&mut response.description);
        }
    }
}
