//! What the server offers, as it says itself: the one reading of its API document and of the list
//! of its native events.

use std::fmt;

use reqwest::Method;
use serde_json::Value;

use crate::support::server::Server;

/// One request that the document describes.
pub struct Operation {
    /// The surface.
    pub tag: String,
    pub method: Method,
    pub path: String,
    pub value: Value,
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.path)
    }
}

impl Server {
    pub async fn document(&self) -> Value {
        let (status, document) = self.call(Method::GET, "/openapi.json", None, None).await;
        assert_eq!(status, 200, "{document}");
        document
    }
}

/// In the order of the document.
pub fn operations(document: &Value) -> Vec<Operation> {
    let mut all = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, value) in item.as_object().unwrap() {
            let tag = value["tags"][0].as_str().unwrap_or_default().to_owned();
            let method = method.to_uppercase().parse().unwrap();
            all.push(Operation { tag, method, path: path.clone(), value: value.clone() });
        }
    }
    all
}

/// What a native socket takes, as the list for client libraries has it.
pub fn events() -> Vec<String> {
    let list: Value = serde_json::from_str(include_str!("../../../docs/events.json")).unwrap();
    let schemas = list["components"]["schemas"].as_object().unwrap();
    schemas.keys().filter_map(|it| it.strip_suffix(" answered")).map(str::to_owned).collect()
}

impl Operation {
    /// Its path with something in each place for an id.
    pub fn filled<'a>(&self, with: impl Fn(&str) -> &'a str) -> String {
        let parts = self.path.split('/').map(|part| {
            let name = part.strip_prefix('{').and_then(|it| it.strip_suffix('}'));
            name.map_or(part, |it| with(it))
        });
        parts.collect::<Vec<_>>().join("/")
    }

    pub fn has_ids(&self) -> bool {
        self.filled(|_| "") != self.path
    }

    pub fn parameters<'a>(&'a self, place: &'a str) -> impl Iterator<Item = &'a Value> {
        let all = self.value["parameters"].as_array().into_iter().flatten();
        all.filter(move |it| it["in"] == place)
    }
}
