//! A request that has been read to see whose it is, and can be handed on as it came. Never
//! judges what it says: that is for whoever gets it.

use axum::{
    body::Body,
    extract::Request,
    http::{header, request::Parts},
};
use bytes::Bytes;
use serde_json::{Map, Value};

use crate::{model::error::Error, wire::body};

pub struct Opened {
    parts: Parts,
    bytes: Bytes,
    /// Nothing in it, unless the body is a JSON object.
    object: Map<String, Value>,
}

impl Opened {
    pub async fn read(request: Request) -> Result<Self, Error> {
        let (parts, body) = request.into_parts();
        let bytes = body::collect(body).await?;
        let mut object = Map::new();
        if body::says_json(&parts.headers)
            && let Ok(Value::Object(found)) = serde_json::from_slice(&bytes)
        {
            object = found;
        }
        Ok(Self { parts, bytes, object })
    }

    /// Whether it says that it is JSON. A body without a type, or no body at all, does not.
    pub fn is_json(&self) -> bool {
        self.parts.headers.contains_key(header::CONTENT_TYPE)
            && body::says_json(&self.parts.headers)
    }

    /// Whether its JSON has this key, whatever the value.
    pub fn has(&self, key: &str) -> bool {
        self.object.contains_key(key)
    }

    pub fn close(self) -> Request {
        Request::from_parts(self.parts, Body::from(self.bytes))
    }
}

#[cfg(test)]
mod tests {
    use http_body_util::BodyExt;

    use super::*;

    async fn opened(kind: Option<&str>, text: &'static str) -> Opened {
        let mut request = Request::post("/");
        if let Some(kind) = kind {
            request = request.header(header::CONTENT_TYPE, kind);
        }
        Opened::read(request.body(Body::from(text)).unwrap()).await.unwrap()
    }

    #[tokio::test]
    async fn a_request_is_looked_at_and_handed_on_as_it_came() {
        let text = r#"{"email": null}"#;
        let request = opened(Some("application/json"), text).await;
        assert!(request.is_json() && request.has("email") && !request.has("username"));
        let bytes = request.close().into_body().collect().await.unwrap().to_bytes();
        assert_eq!(bytes, text);

        let form = opened(Some("application/x-www-form-urlencoded"), "email=a").await;
        assert!(!form.is_json() && !form.has("email"));
        let bare = opened(None, text).await;
        assert!(!bare.is_json() && bare.has("email"));
        for broken in ["", "[]", "{", "\"email\""] {
            assert!(!opened(Some("application/json"), broken).await.has("email"), "{broken}");
        }
    }
}
