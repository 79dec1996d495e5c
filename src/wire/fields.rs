//! Reads the fields of a JSON object, a form or a query string, and gathers everything that is
//! wrong with them. How a value may be spelled, and what is said of a wrong one, is FastAPI's, which
//! most of our products are built on: see [`crate::wire::fastapi`]. Never decides what a field means.
pub mod bound;
mod field;
mod getter;
pub mod page;
mod source;

use std::{fmt, slice};

pub use parlor_derive::Shape;
use serde::Serialize;
use serde_json::{Map, Value};
pub use source::{Parts, Source};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    chat::engine::rules::Rules,
    wire::{
        fastapi::fault::Fault,
        fields::{bound::Bound, field::Spelling, source::Pairs},
    },
};

/// A small body must not be able to ask for a huge answer.
const MOST_ERRORS: usize = 100;

/// One thing that is wrong with a request.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
// Its name in the document, which clients make types of.
#[schema(as = Issue)]
pub struct FieldError {
    #[serde(rename = "type")]
    #[schema(value_type = String)]
    pub kind: &'static str,
    pub loc: Vec<Loc>,
    pub msg: String,
    pub input: Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ctx: Option<Value>,
}

/// A step on the way to the value that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(untagged)]
pub enum Loc {
    Name(String),
    Index(usize),
}

/// What a request must look like. It is derived from the fields of a struct; whoever writes it
/// by hand calls every getter before the first `?`, so that the client learns of all its mistakes
/// at once.
pub trait Shape: Sized {
    /// Whether a field without a name here is refused, so that a typo is not a silent loss.
    const IS_CLOSED: bool = false;

    fn read(fields: &mut Fields<'_>) -> Option<Self>;

    /// What the client calls its fields.
    fn names() -> Vec<&'static str> {
        Vec::new()
    }

    /// What the description of a route says of them.
    fn bounds(_: &Rules) -> Vec<(&'static str, Bound)> {
        Vec::new()
    }
}

/// A type that says by itself how a field of it is read. `None` is one that an error was noted of.
pub trait Field: Sized {
    fn read(fields: &mut Fields<'_>, name: &str) -> Option<Self>;

    /// The same of a field that may be left out.
    fn read_opt(fields: &mut Fields<'_>, name: &str) -> Option<Option<Self>>;

    /// What the description of a route says of it.
    fn bound() -> Option<Bound> {
        None
    }
}

/// One of a few words, which all surfaces that use them spell alike.
pub trait Word: Copy + PartialEq + 'static {
    const WORDS: &'static [(&'static str, Self)];

    /// How it is spelled.
    fn word(self) -> &'static str {
        Self::WORDS.iter().find(|it| it.1 == self).map_or("", |it| it.0)
    }
}

/// The fields that a request has. A getter returns `None` after noting an error.
#[derive(Debug)]
pub struct Fields<'a> {
    source: Source<'a>,
    errors: Vec<FieldError>,
    /// Whether a value must be of the very type that is asked for.
    is_strict: bool,
}

/// Reads a whole JSON value, be it a request's body or an event's payload.
pub fn from_json<T: Shape>(value: &Value) -> Result<T, Vec<FieldError>> {
    read_object(value, false, T::read)
}

/// The same of a request, for dialects that take nothing for what it is not, too.
pub fn from_body<T: Shape>(value: &Value, is_strict: bool) -> Result<T, Vec<FieldError>> {
    if is_strict { read_strictly(value, T::read) } else { from_json(value) }
}

/// The same for whoever has several shapes to choose from.
pub fn read_strictly<T>(
    value: &Value,
    read: impl FnOnce(&mut Fields<'_>) -> Option<T>,
) -> Result<T, Vec<FieldError>> {
    read_object(value, true, read)
}

fn read_object<T>(
    value: &Value,
    is_strict: bool,
    read: impl FnOnce(&mut Fields<'_>) -> Option<T>,
) -> Result<T, Vec<FieldError>> {
    let fields = Fields { is_strict, ..Fields::new(Source::Object(object(value)?)) };
    fields.finish(read)
}

pub fn from_form<T: Shape>(pairs: &Pairs) -> Result<T, Vec<FieldError>> {
    Fields::new(Source::Form(pairs)).shaped()
}

pub fn from_query<T: Shape>(pairs: &Pairs, is_strict: bool) -> Result<T, Vec<FieldError>> {
    Fields { is_strict, ..Fields::new(Source::Query(pairs)) }.shaped()
}

/// Reads a request as one: the parameters of its path, and a body or a query. What is wrong with
/// the path comes before the rest, and alone: it leads nowhere.
pub fn from_parts<T: Shape>(parts: &Parts<'_>, is_strict: bool) -> Result<T, Vec<FieldError>> {
    let read = Fields { is_strict, ..Fields::new(Source::Request(parts)) }.shaped();
    read.map_err(|errors| of_path(&errors).map_or(errors, |it| vec![it]))
}

/// What is wrong with a path whose request has no body that could be read.
pub fn path_error<T: Shape>(path: &Pairs) -> Option<FieldError> {
    let nothing = Map::new();
    let parts = Parts { path, rest: Source::Object(&nothing) };
    let mut fields = Fields::new(Source::Request(&parts));
    T::read(&mut fields);
    of_path(&fields.errors)
}

fn of_path(errors: &[FieldError]) -> Option<FieldError> {
    let part = Loc::from("path");
    errors.iter().find(|it| it.loc.first() == Some(&part)).cloned()
}

/// A JSON value that has to be an object, to have fields.
pub fn object(value: &Value) -> Result<&Map<String, Value>, Vec<FieldError>> {
    value.as_object().ok_or_else(|| {
        let loc = vec![Loc::from("body")];
        vec![FieldError::new(Fault::no_object(), loc, value.clone())]
    })
}

/// The number in a path's parameter.
pub fn path_int(parameter: &(String, String)) -> Result<i64, Vec<FieldError>> {
    Fields::new(Source::Path(slice::from_ref(parameter))).finish(|it| it.int(&parameter.0))
}

/// The UUID in a path's parameter.
pub fn path_uuid(parameter: &(String, String)) -> Result<Uuid, Vec<FieldError>> {
    Fields::new(Source::Path(slice::from_ref(parameter))).finish(|it| it.uuid(&parameter.0))
}

type Read<T> = fn(&Value) -> Result<T, Fault>;
/// Told whether the value comes from where there are only texts.
type Exact<T> = fn(&Value, bool) -> Result<T, Fault>;

impl<'a> Fields<'a> {
    fn new(source: Source<'a>) -> Self {
        Self { source, errors: Vec::new(), is_strict: false }
    }

    fn shaped<T: Shape>(self) -> Result<T, Vec<FieldError>> {
        self.finish(T::read)
    }

    fn finish<T>(
        mut self,
        read: impl FnOnce(&mut Self) -> Option<T>,
    ) -> Result<T, Vec<FieldError>> {
        match read(&mut self) {
            Some(value) if self.errors.is_empty() => Ok(value),
            _ => Err(self.errors),
        }
    }

    /// Outside JSON everything is text, which must be spelled as JSON would.
    fn reader<T>(
        &self,
        name: &str,
        lenient: Read<T>,
        exact: Exact<T>,
    ) -> impl Fn(&Value) -> Result<T, Fault> + use<T> {
        let Spelling { is_strict, is_text } = self.spelling(name);
        move |value| if is_strict { exact(value, is_text) } else { lenient(value) }
    }

    fn required<T>(
        &mut self,
        name: &str,
        read: impl FnOnce(&Value) -> Result<T, Fault>,
    ) -> Option<T> {
        let Some(value) = self.source.find(name) else {
            self.note_missing(name);
            return None;
        };
        self.take(name, &value, read)
    }

    #[expect(clippy::option_option, reason = "what is wrong, and what is absent, are two things")]
    fn optional<T>(
        &mut self,
        name: &str,
        read: impl FnOnce(&Value) -> Result<T, Fault>,
    ) -> Option<Option<T>> {
        match self.source.find(name).filter(|it| !it.is_null()) {
            Some(value) => self.take(name, &value, read).map(Some),
            None => Some(None),
        }
    }

    fn take<T>(
        &mut self,
        name: &str,
        value: &Value,
        read: impl FnOnce(&Value) -> Result<T, Fault>,
    ) -> Option<T> {
        read(value).map_err(|fault| self.note(name, fault, value.clone())).ok()
    }

    fn list(&mut self, name: &str) -> Option<Vec<Value>> {
        let found = self.source.find_list(name);
        if found.is_none() {
            self.note_missing(name);
        }
        match found?.into_owned() {
            Value::Array(items) => Some(items),
            other => {
                self.note(name, Fault::no_list(), other);
                None
            }
        }
    }

    #[expect(clippy::option_option, reason = "what is wrong, and what is absent, are two things")]
    fn list_opt<T>(
        &mut self,
        name: &str,
        read: impl Fn(&Value) -> Result<T, Fault>,
    ) -> Option<Option<Vec<T>>> {
        if self.source.find_list(name).is_none_or(|it| it.is_null()) {
            return Some(None);
        }
        let values = self.list(name);
        self.items(name, values, read).map(Some)
    }

    fn items<T>(
        &mut self,
        name: &str,
        values: Option<Vec<Value>>,
        read: impl Fn(&Value) -> Result<T, Fault>,
    ) -> Option<Vec<T>> {
        let (mut items, part) = (Vec::new(), self.source.of(name));
        let mut whole = true;
        for (index, value) in values?.into_iter().enumerate() {
            match read(&value) {
                Ok(item) => items.push(item),
                Err(fault) => {
                    whole = false;
                    self.push(part, fault, vec![Loc::from(name), Loc::Index(index)], value);
                }
            }
        }
        whole.then_some(items)
    }

    fn note(&mut self, name: &str, fault: Fault, input: Value) {
        self.push(self.source.of(name), fault, vec![Loc::from(name)], input);
    }

    fn note_missing(&mut self, name: &str) {
        self.note(name, Fault::missing(), self.source.whole());
    }

    fn push(&mut self, part: Source<'_>, fault: Fault, mut loc: Vec<Loc>, input: Value) {
        if self.errors.len() < MOST_ERRORS {
            loc.insert(0, Loc::from(part.part()));
            self.errors.push(FieldError::new(fault, loc, input));
        }
    }
}

impl FieldError {
    /// Something required that is not there at all: a body, a file.
    pub fn missing(loc: &[&str]) -> Self {
        let loc = loc.iter().copied().map(Loc::from).collect();
        Self::new(Fault::missing(), loc, Value::Null)
    }

    fn new(fault: Fault, loc: Vec<Loc>, input: Value) -> Self {
        Self { kind: fault.kind, loc, msg: fault.msg.into_owned(), input, ctx: fault.ctx }
    }
}

impl fmt::Display for Loc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => f.write_str(name),
            Self::Index(index) => write!(f, "{index}"),
        }
    }
}

impl From<&str> for Loc {
    fn from(name: &str) -> Self {
        Self::Name(name.to_owned())
    }
}

mod word;

#[cfg(test)]
mod derived;
#[cfg(test)]
mod tests;
