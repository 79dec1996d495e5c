use axum::{
    Router,
    http::{Method, StatusCode},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use serde_json::json;
use tower::ServiceExt;

use super::*;
use crate::wire::{
    failure::{Carrier, Refusal, status},
    fastapi,
};

struct Plain;

impl Dialect for Plain {
    const CARRIERS: &'static [Carrier] = &[];

    fn refuse(refusal: &Refusal<'_>) -> Response {
        match refusal {
            Refusal::Error(error) => fastapi::detail(status(error), &fastapi::sentence(error)),
            Refusal::Body(errors) => fastapi::validation_error::field_errors(errors),
            Refusal::NotFound => StatusCode::NOT_FOUND.into_response(),
            Refusal::NotAllowed => StatusCode::METHOD_NOT_ALLOWED.into_response(),
        }
    }
}

#[derive(Shape)]
struct Login {
    username: String,
    age: Option<i64>,
}

fn said(login: &Login) -> String {
    format!("{} {:?}", login.username, login.age)
}

async fn json(Json { value, .. }: Json<Plain, Login>) -> String {
    said(&value)
}

async fn form(Form { value, .. }: Form<Plain, Login>) -> String {
    said(&value)
}

async fn query(Query { value, .. }: Query<Plain, Login>) -> String {
    said(&value)
}

async fn path(room: PathUuid<Plain>, user: PathInt<Plain, 1>) -> String {
    format!("{} {}", room.value, user.value)
}

async fn answer(method: Method, uri: &str, kind: &str, body: impl Into<Body>) -> (u16, Value) {
    let app = Router::new()
        .route("/json", post(json))
        .route("/form", post(form))
        .route("/query", get(query))
        .route("/rooms/{room_id}/members/{user_id}", get(path));
    let mut request = Request::builder().method(method).uri(uri).body(body.into()).unwrap();
    if !kind.is_empty() {
        request.headers_mut().insert(header::CONTENT_TYPE, kind.parse().unwrap());
    }
    let response = app.oneshot(request).await.unwrap();
    let status = response.status().as_u16();
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    let text = String::from_utf8(bytes.to_vec()).unwrap();
    (status, serde_json::from_str(&text).unwrap_or(Value::String(text)))
}

async fn posted(uri: &str, kind: &str, body: impl Into<Body>) -> (u16, Value) {
    answer(Method::POST, uri, kind, body).await
}

async fn got(uri: &str) -> (u16, Value) {
    answer(Method::GET, uri, "", Body::empty()).await
}

fn issue(kind: &str, loc: &Value, msg: &str, input: &Value) -> (u16, Value) {
    (422, json!({ "detail": [{ "type": kind, "loc": loc, "msg": msg, "input": input }] }))
}

const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";

#[tokio::test]
async fn a_body_says_what_it_is_or_is_taken_for_json() {
    let body = r#"{"username":"ann","age":"5"}"#;
    for kind in [JSON, "application/json; charset=utf-8", "application/problem+json", ""] {
        assert_eq!(posted("/json", kind, body).await, (200, json!("ann Some(5)")), "{kind}");
    }
    let msg = "Input should be a valid dictionary or object to extract fields from";
    let refused = issue("model_attributes_type", &json!(["body"]), msg, &json!(body));
    assert_eq!(posted("/json", "text/plain", body).await, refused);
}

#[tokio::test]
async fn no_body_is_missing() {
    let missing = issue("missing", &json!(["body"]), "Field required", &Value::Null);
    assert_eq!(posted("/json", JSON, "").await, missing);
    assert_eq!(posted("/json", "", "").await, missing);
    assert_eq!(posted("/json", JSON, "null").await, missing);
}

#[tokio::test]
async fn bad_json_is_refused_with_its_offset() {
    let refused = |offset: usize, error: &str| {
        let (loc, ctx) = (json!(["body", offset]), json!({ "error": error }));
        let mut answer = issue("json_invalid", &loc, "JSON decode error", &json!({}));
        answer.1["detail"][0]["ctx"] = ctx;
        answer
    };
    let name = "Expecting property name enclosed in double quotes";
    assert_eq!(posted("/json", JSON, "{").await, refused(1, name));
    let garbled = &b"{\"a\": \"\xff\"}"[..];
    let utf8 = "'utf-8' codec can't decode the body";
    assert_eq!(posted("/json", JSON, garbled).await, refused(7, utf8));
}

#[tokio::test]
async fn a_body_beyond_the_limit_is_refused() {
    let body = format!(r#"{{"username":"{}"}}"#, "a".repeat(LARGEST));
    assert_eq!(posted("/json", JSON, body).await.0, 413);
    let body = format!("username={}", "a".repeat(LARGEST - 20));
    assert_eq!(posted("/form", FORM, body).await.0, 200);
}

#[tokio::test]
async fn forms_come_in_two_kinds() {
    let ann = (200, json!("ann b Some(5)"));
    assert_eq!(posted("/form", FORM, "username=ann+b&age=5").await, ann);
    let parts = "--x\r\nContent-Disposition: form-data; name=\"username\"\r\n\r\nann b\r\n\
        --x\r\nContent-Disposition: form-data; name=\"age\"\r\n\r\n5\r\n--x--\r\n";
    assert_eq!(posted("/form", "multipart/form-data; boundary=x", parts).await, ann);
}

#[tokio::test]
async fn json_is_no_form() {
    let body = r#"{"username":"ann"}"#;
    let missing = issue("missing", &json!(["body", "username"]), "Field required", &Value::Null);
    assert_eq!(posted("/form", JSON, body).await, missing);
    assert_eq!(posted("/form", "", "").await, missing);
}

#[tokio::test]
async fn a_query_is_read_from_the_address() {
    assert_eq!(got("/query?username=a%20b&age=5").await, (200, json!("a b Some(5)")));
    let missing = issue("missing", &json!(["query", "username"]), "Field required", &Value::Null);
    assert_eq!(got("/query").await, missing);
}

#[tokio::test]
async fn a_path_parameter_is_named_after_its_route() {
    let room = Uuid::nil();
    let found = (200, json!(format!("{room} 7")));
    assert_eq!(got(&format!("/rooms/{room}/members/7")).await, found);
    let msg = "Input should be a valid integer, unable to parse string as an integer";
    let refused = issue("int_parsing", &json!(["path", "user_id"]), msg, &json!("x"));
    assert_eq!(got(&format!("/rooms/{room}/members/x")).await, refused);
    assert_eq!(got("/rooms/%ff/members/7").await.0, 404);
}
