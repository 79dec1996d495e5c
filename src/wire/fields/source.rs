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
    /// A request read as one.
    Request(&'a Parts<'a>),
}

/// The parameters of a path, before which nothing else counts, and a body or a query.
#[derive(Clone, Copy, Debug)]
pub struct Parts<'a> {
    pub path: &'a Pairs,
    pub rest: Source<'a>,
}

impl<'a> Source<'a> {
    /// The part that has a field of this name.
    #[must_use]
    pub fn of(self, name: &str) -> Self {
        match self {
            Self::Request(parts) if last(parts.path, name).is_some() => Self::Path(parts.path),
            Self::Request(parts) => parts.rest,
            it => it,
        }
    }

    /// What is not the path of a request.
    #[must_use]
    pub fn rest(self) -> Self {
        if let Self::Request(parts) = self { parts.rest } else { self }
    }

    /// Of a name that comes twice the last counts, as in Starlette.
    pub fn find(self, name: &str) -> Option<Cow<'a, Value>> {
        match self {
            Self::Object(object) => object.get(name).map(Cow::Borrowed),
            // FastAPI takes an empty form field for one that was not filled in.
            Self::Form(pairs) => last(pairs, name).filter(|it| !it.is_empty()).map(owned),
            Self::Query(pairs) | Self::Path(pairs) => last(pairs, name).map(owned),
            Self::Request(_) => self.of(name).find(name),
        }
    }

    /// Outside JSON a list is a name that comes several times.
    pub fn find_list(self, name: &str) -> Option<Cow<'a, Value>> {
        let pairs = match self {
            Self::Form(pairs) | Self::Query(pairs) | Self::Path(pairs) => pairs,
            Self::Object(_) => return self.find(name),
            Self::Request(_) => return self.of(name).find_list(name),
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
            Self::Request(parts) => parts.rest.names(),
        }
    }

    /// Names that do not belong there. A query may have others beside those that a
    /// route knows; a body may not, nor one that the path has already.
    pub fn strangers(self, known: &[&str]) -> Vec<&'a String> {
        if let Self::Request(Parts { rest: Self::Query(_), .. }) = self {
            return Vec::new();
        }
        let is_in_path = |it: &str| matches!(self, Self::Request(_)) && self.is_path(it);
        let names = self.names().into_iter();
        names.filter(|it| !known.contains(&it.as_str()) || is_in_path(it)).collect()
    }

    fn is_path(self, name: &str) -> bool {
        matches!(self.of(name), Self::Path(_))
    }

    /// What FastAPI shows for a field that is not there.
    pub fn whole(self) -> Value {
        match self {
            Self::Object(object) => Value::Object(object.clone()),
            Self::Form(_) | Self::Query(_) | Self::Path(_) => Value::Null,
            Self::Request(parts) => parts.rest.whole(),
        }
    }

    /// The part of the request, as errors name it.
    pub fn part(self) -> &'static str {
        match self {
            Self::Object(_) | Self::Form(_) => "body",
            Self::Query(_) => "query",
            Self::Path(_) => "path",
            Self::Request(parts) => parts.rest.part(),
        }
    }
}

fn last<'a>(pairs: &'a Pairs, name: &str) -> Option<&'a str> {
    pairs.iter().rev().find(|(it, _)| it == name).map(|(_, value)| value.as_str())
}

fn owned(text: &str) -> Cow<'static, Value> {
    Cow::Owned(Value::from(text))
}
