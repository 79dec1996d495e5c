//! Puts into the description of a dialect's routes what its readers check. A bound stands
//! where it is checked, and is only named here: `tests/it/serve/document.rs` asks whether it holds.

use utoipa::{
    ToSchema,
    openapi::{
        OpenApi, Ref, RefOr, Required, Schema,
        path::{Operation, ParameterIn, PathItem},
        schema::AdditionalProperties,
    },
};

pub use crate::wire::fields::bound::Bound;
use crate::{chat::engine::rules::Rules, wire::fields::Shape};

type Fields<'a> = &'a [(&'a str, Bound)];

/// What a request says of itself: the bounds of its fields, and whether it takes any others.
pub fn bind_shape<T: Shape + ToSchema>(document: &mut OpenApi, rules: &Rules) {
    bind(document, &T::name(), &T::bounds(rules));
    if T::IS_CLOSED
        && let Some(RefOr::T(Schema::Object(body))) = schema(document, &T::name())
    {
        body.additional_properties = Some(Box::new(AdditionalProperties::FreeForm(false)));
    }
}

/// The same of a query, in every operation that has parameters of these names.
pub fn bind_query_shape<T: Shape>(document: &mut OpenApi, rules: &Rules) {
    for (name, bound) in T::bounds(rules) {
        bind_query(document, name, &bound);
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

fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    let PathItem { get, put, post, delete, patch, .. } = item;
    [get, put, post, delete, patch].into_iter().filter_map(Option::as_mut)
}
