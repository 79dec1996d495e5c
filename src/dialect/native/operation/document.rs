//! What the document says of an operation's route: all of it is in the operation already.

use utoipa::{
    ToSchema,
    openapi::{
        Content, KnownFormat, Object, OneOfBuilder, Paths, Ref, RefOr, Required, Schema,
        SchemaFormat,
        path::{
            Operation as Described, OperationBuilder, Parameter, ParameterBuilder, ParameterIn,
        },
        request_body::{RequestBody, RequestBodyBuilder},
        schema::{AdditionalProperties, ObjectBuilder, SchemaType, Type},
    },
};

use super::{Answer, Operation, Route, answer::Documented};
use crate::{
    chat::engine::rules::Rules,
    dialect::native::problem::Problem,
    wire::{body::Takes, fields::Shape},
};

type Schemas = Vec<(String, RefOr<Schema>)>;

pub(super) fn describe<T: Operation>(route: &Route, rules: &Rules) -> (Schemas, Paths) {
    let mut document = Documented::default();
    T::Answer::describe(&mut document);
    for status in route.refusals {
        document.statuses.insert(*status, Problem::described());
    }
    for (status, remark) in route.remarks {
        if let Some(response) = document.statuses.get_mut(status) {
            (*remark).clone_into(&mut response.description);
        }
    }
    let request = Request::of::<T::Request>(route, rules);
    let mut operation = OperationBuilder::new()
        .tag("native")
        .summary(Some(route.summary))
        .description(route.description)
        .request_body(request.body);
    for parameter in request.parameters {
        operation = operation.parameter(parameter);
    }
    for (status, response) in document.statuses {
        operation = operation.response(status.to_string(), response);
    }
    document.schemas.extend(request.schemas);
    let operation: Described = operation.build();
    let mut paths = Paths::new();
    paths.add_path_operation(route.path, vec![route.method.in_document()], operation);
    (document.schemas, paths)
}

/// A request's fields, where the route has them.
struct Request {
    parameters: Vec<Parameter>,
    body: Option<RequestBody>,
    schemas: Schemas,
}

impl Request {
    fn of<T: Shape + ToSchema>(route: &Route, rules: &Rules) -> Self {
        let mut schemas = Vec::new();
        let mut fields = fields::<T>(&mut schemas, rules);
        let mut parameters: Vec<Parameter> =
            names(route.path).map(|it| parameter(&mut fields, it, ParameterIn::Path)).collect();
        if let Takes::Query = route.takes {
            let queried: Vec<_> =
                T::names().into_iter().filter(|it| fields.properties.contains_key(*it)).collect();
            parameters
                .extend(queried.iter().map(|it| parameter(&mut fields, it, ParameterIn::Query)));
        }
        if route.heeds_key {
            parameters.push(key());
        }
        let name = Ref::from_schema_name(&*T::name());
        let body = match route.takes {
            Takes::Nothing | Takes::Query => None,
            Takes::Body => Some(body(name.into(), Some(Required::True))),
            Takes::BodyIfAny => {
                let null = ObjectBuilder::new().schema_type(Type::Null);
                let either = OneOfBuilder::new().item(name).item(null);
                Some(body(RefOr::T(either.into()), None))
            }
        };
        match body {
            Some(_) => schemas.push((T::name().into_owned(), RefOr::T(Schema::Object(fields)))),
            // The fields have become parameters, and nothing refers to these any more.
            None => schemas.clear(),
        }
        Self { parameters, body, schemas }
    }
}

/// What an event carries.
pub fn payload<T: Shape + ToSchema>(document: &mut Documented, rules: &Rules) -> RefOr<Schema> {
    let mut fields = fields::<T>(&mut document.schemas, rules);
    if T::IS_CLOSED {
        fields.additional_properties = Some(Box::new(AdditionalProperties::FreeForm(false)));
    }
    RefOr::T(Schema::Object(fields))
}

fn fields<T: Shape + ToSchema>(schemas: &mut Schemas, rules: &Rules) -> Object {
    T::schemas(schemas);
    let mut fields = flat(T::schema(), schemas);
    for (name, bound) in T::bounds(rules) {
        if let Some(property) = fields.properties.get_mut(name) {
            bound.hold(property);
        }
    }
    fields
}

/// The names in a path.
fn names(path: &str) -> impl Iterator<Item = &str> {
    path.split('{').skip(1).filter_map(|it| it.split('}').next())
}

/// Takes a field out of those of the body.
fn parameter(fields: &mut Object, name: &str, part: ParameterIn) -> Parameter {
    let is_required = fields.required.iter().any(|it| it == name);
    fields.required.retain(|it| it != name);
    let mut schema = fields.properties.remove(name);
    let (mut description, mut example) = (None, None);
    if let Some(RefOr::T(Schema::Object(it))) = &mut schema {
        (description, example) = (it.description.take(), it.example.take());
        forbid_null(it);
    }
    let required =
        // OpenAPI has no part of a path that may be left out.
        if is_required || part == ParameterIn::Path { Required::True } else { Required::False };
    ParameterBuilder::new()
        .name(name)
        .parameter_in(part)
        .required(required)
        .description(description)
        .example(example)
        .schema(schema)
        .build()
}

/// A path and a query have no null: what is not there is left out.
fn forbid_null(it: &mut Object) {
    if let SchemaType::Array(types) = &it.schema_type
        && let Some(only) = types.iter().find(|it| **it != Type::Null)
    {
        it.schema_type = SchemaType::Type(only.clone());
    }
    if let Some(words) = &mut it.enum_values {
        words.retain(|it| !it.is_null());
    }
}

fn key() -> Parameter {
    let uuid = ObjectBuilder::new()
        .schema_type(SchemaType::from_iter([Type::String, Type::Null]))
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::Uuid)));
    ParameterBuilder::new()
        .name("Idempotency-Key")
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some("The same as client_msg_id"))
        .schema(Some(uuid))
        .build()
}

fn body(schema: RefOr<Schema>, required: Option<Required>) -> RequestBody {
    let content = Content::new(Some(schema));
    RequestBodyBuilder::new().content("application/json", content).required(required).build()
}

/// The fields of a request in one object, with those that it shares with others.
fn flat(schema: RefOr<Schema>, known: &[(String, RefOr<Schema>)]) -> Object {
    let mut all = Object::new();
    match schema {
        RefOr::T(Schema::Object(object)) => all = object,
        RefOr::T(Schema::AllOf(parts)) => {
            for part in parts.items {
                let Object { properties, required, .. } = flat(part, known);
                all.properties.extend(properties);
                all.required.extend(required);
            }
        }
        RefOr::Ref(it) => {
            let name = it.ref_location.rsplit('/').next().unwrap_or_default();
            if let Some((_, schema)) = known.iter().find(|(known, _)| known == name) {
                all = flat(schema.clone(), known);
            }
        }
        RefOr::T(_) => {}
    }
    all
}
