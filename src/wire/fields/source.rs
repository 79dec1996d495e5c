//! Where fields come from: a JSON object, or the pairs of a form, a query or a path.

use std::borrow::Cow;

use serde_json::{Map, Value};

/// Name and value, as forms, queries and paths carry them.
pub type Pairs = [(String, String)];

#[derive(Clone, Copy, Debug)]
pub enum Source<'a> {
    Object(&'a Map<String, Value>),
    Form(&'a Pairs),
    Query(&'a Pairs),
    Path(&'a Pairs),
}

impl<'a> Source<'a> {
    /// Of a name that comes twice the last counts, as in Starlette.
    pub fn find(self, name: &str) -> Option<Cow<'a, Value>> {
        match self {
            Self::Object(object) => object.get(name).map(Cow::Borrowed),
            // FastAPI takes an empty form field for one that was not filled in.
            Self::Form(pairs) => last(pairs, name).filter(|it| !it.is_empty()).map(owned),
            Self::Query(pairs) | Self::Path(pairs) => last(pairs, name).map(owned),
        }
    }

    /// Outside JSON a list is a name that comes several times.
    pub fn find_list(self, name: &str) -> Option<Cow<'a, Value>> {
        let (Self::Form(pairs) | Self::Query(pairs) | Self::Path(pairs)) = self else {
            return self.find(name);
        };
        let same = pairs.iter().filter(|(it, _)| it == name);
        let values: Vec<Value> = same.map(|(_, it)| it.as_str().into()).collect();
        (!values.is_empty()).then_some(Cow::Owned(Value::Array(values)))
    }

    pub fn names(self) -> Vec<&'a String> {
        match self {
            Self::Object(object) => object.keys().collect(),
            Self::Form(pairs) | Self::Query(pairs) | Self::Path(pairs) => {
                pairs.iter().map(|(name, _)| name).collect()
            }
        }
    }

    /// What FastAPI shows for a field that is not there.
    pub fn whole(self) -> Value {
        match self {
            Self::Object(object) => Value::Object(object.clone()),
            Self::Form(_) | Self::Query(_) | Self::Path(_) => Value::Null,
        }
    }

    /// The part of the request, as issues name it.
    pub fn part(self) -> &'static str {
        match self {
            Self::Object(_) | Self::Form(_) => "body",
            Self::Query(_) => "query",
            Self::Path(_) => "path",
        }
    }
}

fn last<'a>(pairs: &'a Pairs, name: &str) -> Option<&'a str> {
    pairs.iter().rev().find(|(it, _)| it == name).map(|(_, value)| value.as_str())
}

fn owned(text: &str) -> Cow<'static, Value> {
    Cow::Owned(Value::from(text))
}
