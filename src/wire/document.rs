//! Puts into the description of a dialect's routes what its readers check. A bound stands
//! where it is checked, and is only named here: `tests/it/document.rs` asks whether it holds.

use serde_json::Value;
use utoipa::{
    Number,
    openapi::{
        KnownFormat, OpenApi, Ref, RefOr, Required, Schema, SchemaFormat,
        path::{Operation, ParameterIn, PathItem},
        schema::{AdditionalProperties, Object, SchemaType, Type},
    },
};

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

type Fields<'a> = &'a [(&'a str, Bound)];

impl Bound {
    /// At most so many characters, or none at all.
    pub fn up_to(most: usize) -> Self {
        Self::Characters(0, most)
    }

    /// One of the words that a reader knows.
    pub fn known<T>(words: &[(&'static str, T)]) -> Self {
        Self::OneOf(words.iter().map(|it| it.0).collect())
    }

    fn hold(&self, schema: &mut RefOr<Schema>) {
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
                it.max_length = Some(*most);
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

/// The fields of a body, by the name that it has in the document.
pub fn bind(document: &mut OpenApi, name: &str, fields: Fields<'_>) {
    let Some(RefOr::T(Schema::Object(body))) = schema(document, name) else { return };
    for (field, bound) in fields {
        if let Some(property) = body.properties.get_mut(*field) {
            bound.hold(property);
        }
    }
}

/// What a query's parameters of this name must be, in every operation that has one.
pub fn bind_query(document: &mut OpenApi, name: &str, bound: &Bound) {
    for operation in document.paths.paths.values_mut().flat_map(operations) {
        for parameter in operation.parameters.iter_mut().flatten() {
            if let RefOr::T(parameter) = parameter
                && parameter.name == name
                && parameter.parameter_in == ParameterIn::Query
                && let Some(schema) = &mut parameter.schema
            {
                bound.hold(schema);
            }
        }
    }
}

/// Bodies with a field that is not in their description are refused.
pub fn close_bodies(document: &mut OpenApi) {
    let mut names = Vec::new();
    for operation in document.paths.paths.values_mut().flat_map(operations) {
        let Some(RefOr::T(body)) = &operation.request_body else { continue };
        let content = body.content.get("application/json");
        if let Some(RefOr::T(content)) = content
            && let Some(schema) = &content.schema
        {
            names.extend(named(schema));
        }
    }
    for name in names {
        if let Some(RefOr::T(Schema::Object(body))) = schema(document, &name) {
            body.additional_properties = Some(Box::new(AdditionalProperties::FreeForm(false)));
        }
    }
}

/// A body all of whose fields may be left out may be left out itself.
pub fn may_be_left_out(document: &mut OpenApi, path: &str) {
    let Some(item) = document.paths.paths.get_mut(path) else { return };
    for operation in operations(item) {
        if let Some(RefOr::T(body)) = &mut operation.request_body {
            body.required = Some(Required::False);
        }
    }
}

fn schema<'a>(document: &'a mut OpenApi, name: &str) -> Option<&'a mut RefOr<Schema>> {
    document.components.as_mut()?.schemas.get_mut(name)
}

/// The name of a schema, beside which `null` may stand.
fn named(schema: &RefOr<Schema>) -> Vec<String> {
    let last = |it: &Ref| it.ref_location.rsplit('/').next().unwrap_or_default().to_owned();
    match schema {
        RefOr::Ref(reference) => vec![last(reference)],
        RefOr::T(Schema::OneOf(choice)) => choice.items.iter().flat_map(named).collect(),
        RefOr::T(_) => Vec::new(),
    }
}

fn is_nullable(object: &Object) -> bool {
    matches!(&object.schema_type, SchemaType::Array(types) if types.contains(&Type::Null))
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    let PathItem { get, put, post, delete, patch, .. } = item;
    [get, put, post, delete, patch].into_iter().filter_map(Option::as_mut)
}
