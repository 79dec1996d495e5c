//! What a value of a request must be, as the description of a route says it.

use serde_json::Value;
use utoipa::{
    Number,
    openapi::{
        KnownFormat, RefOr, Schema, SchemaFormat,
        schema::{Object, SchemaType, Type},
    },
};

use crate::chat::{engine::rules::Rules, session::password};

/// What a value must be.
#[derive(Clone, Debug)]
pub enum Bound {
    /// At least and at most so many characters.
    Characters(usize, usize),
    /// A path of this server or an address of the web, of at most so many characters.
    Link(usize),
    /// From the one to the other.
    Number(i64, i64),
    Items(usize),
    OneOf(Vec<&'static str>),
    Pattern(&'static str),
    Email(usize),
    Moment,
}

impl Bound {
    /// At most so many characters, or none at all.
    pub fn up_to(most: usize) -> Self {
        Self::Characters(0, most)
    }

    /// A new password, of at least so many characters; the settings may ask for more.
    pub fn password(rules: &Rules, shortest: usize) -> Self {
        Self::Characters(rules.password_min.max(shortest), password::LONGEST)
    }

    /// One of the words that a reader knows.
    pub fn known<T>(words: &[(&'static str, T)]) -> Self {
        Self::OneOf(words.iter().map(|it| it.0).collect())
    }

    pub fn hold(&self, schema: &mut RefOr<Schema>) {
        match schema {
            RefOr::T(Schema::Object(object)) => self.narrow(object),
            RefOr::T(Schema::Array(array)) => {
                if let Self::Items(most) = self {
                    array.max_items = Some(*most);
                }
            }
            _ => {}
        }
    }

    fn narrow(&self, it: &mut Object) {
        let number = |it: i64| isize::try_from(it).ok().map(Number::Int);
        match self {
            Self::Characters(least, most) => {
                it.min_length = Some(*least).filter(|it| *it > 0);
                it.max_length = Some(*most).filter(|it| *it < usize::MAX);
            }
            Self::Link(most) => {
                it.format = Some(SchemaFormat::Custom("uri-reference".to_owned()));
                it.max_length = Some(*most);
            }
            Self::Number(least, most) => {
                (it.minimum, it.maximum) = (number(*least), number(*most));
            }
            Self::OneOf(words) => {
                let mut words: Vec<Value> = words.iter().map(|it| Value::from(*it)).collect();
                if is_nullable(it) {
                    words.push(Value::Null);
                }
                it.enum_values = Some(words);
            }
            Self::Pattern(pattern) => it.pattern = Some((*pattern).to_owned()),
            Self::Email(most) => {
                it.format = Some(SchemaFormat::KnownFormat(KnownFormat::Email));
                it.max_length = Some(*most);
            }
            Self::Moment => it.format = Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)),
            Self::Items(_) => {}
        }
    }
}

fn is_nullable(object: &Object) -> bool {
    matches!(&object.schema_type, SchemaType::Array(types) if types.contains(&Type::Null))
}
