//! What operations are answered with: the same news at both doors, in the manner of each. An
//! event is answered with an object; a route with a status and a body.

use std::collections::BTreeMap;

use axum::{
    Json,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::{
    ToSchema,
    openapi::{
        Content, Ref, RefOr, Response as Described, ResponseBuilder, Schema,
        schema::{ArrayItems, ObjectBuilder},
    },
};

use super::etag::tagged;
use crate::{
    dialect::native::payload::{
        friend::Relation, message::Message, presence::Presence, room::RoomItem,
    },
    model::error::Error,
};

pub trait Answer: Send {
    /// What the event is answered with.
    fn to_value(&self) -> Result<Value, Error>;

    /// What the route is answered with, to a request with these headers.
    fn into_response(self, request: &HeaderMap) -> Result<Response, Error>;

    /// What the document says of the route's.
    fn describe(document: &mut Documented);

    /// What the list of events says of the event's.
    fn describe_event(document: &mut Documented) -> RefOr<Schema>;
}

/// The answers of a route, in the document.
#[derive(Default)]
pub struct Documented {
    pub statuses: BTreeMap<u16, Described>,
    pub schemas: Vec<(String, RefOr<Schema>)>,
}

impl Documented {
    pub fn body<T: ToSchema>(&mut self, status: StatusCode) {
        self.know::<T>();
        self.refer(status, &T::name());
    }

    /// A list of something, whose name is composed of both.
    pub fn list<T: ToSchema>(&mut self, mut list: RefOr<Schema>, name: &str) {
        if let RefOr::T(Schema::Object(list)) = &mut list
            && let Some(RefOr::T(Schema::Array(items))) = list.properties.get_mut("items")
        {
            items.items = ArrayItems::RefOrSchema(Box::new(T::schema()));
        }
        self.know::<T>();
        let name = format!("{name}_{}", T::name());
        self.refer(StatusCode::OK, &name);
        self.schemas.push((name, list));
    }

    /// A schema that others refer to by its name.
    pub fn know<T: ToSchema>(&mut self) -> RefOr<Schema> {
        self.schemas.push((T::name().into_owned(), T::schema()));
        T::schemas(&mut self.schemas);
        Ref::from_schema_name(&*T::name()).into()
    }

    fn refer(&mut self, status: StatusCode, name: &str) {
        let content = Content::new(Some(Ref::from_schema_name(name)));
        let response = ResponseBuilder::new().content("application/json", content).build();
        self.statuses.insert(status.as_u16(), response);
    }

    pub fn nothing(&mut self, status: StatusCode) {
        self.statuses.insert(status.as_u16(), Described::new(""));
    }
}

/// What events put under a name, because more may come to stand beside it.
pub trait Noun: Serialize + ToSchema + Send {
    const NAME: &'static str;
}

impl Noun for Message {
    const NAME: &'static str = "message";
}

impl Noun for RoomItem {
    const NAME: &'static str = "chatroom";
}

impl Noun for Relation {
    const NAME: &'static str = "relation";
}

impl Noun for Presence {
    const NAME: &'static str = "presence";
}

/// Nothing: it is done.
pub struct Done;

/// The same at both doors.
pub struct Same<T>(pub T);

/// A route's body is it; an event has it under its name.
pub struct Named<T>(pub T);

/// It is gone, so a route has nothing to show; an event tells where it was.
pub struct Gone<T>(pub T);

/// A route's body; an event says no more than that it is done.
pub struct Shown<T>(pub T);

/// A route's body that a client may have already.
pub struct Tagged<T>(pub T);

/// It is new, and found at this path.
pub struct Created<T> {
    pub place: String,
    pub body: T,
}

impl Answer for Done {
    fn to_value(&self) -> Result<Value, Error> {
        Ok(json!({}))
    }

    fn into_response(self, _: &HeaderMap) -> Result<Response, Error> {
        Ok(StatusCode::NO_CONTENT.into_response())
    }

    fn describe(document: &mut Documented) {
        document.nothing(StatusCode::NO_CONTENT);
    }

    fn describe_event(_: &mut Documented) -> RefOr<Schema> {
        object([])
    }
}

impl<T: Serialize + ToSchema + Send> Answer for Same<T> {
    fn to_value(&self) -> Result<Value, Error> {
        value(&self.0)
    }

    fn into_response(self, _: &HeaderMap) -> Result<Response, Error> {
        Ok(Json(self.0).into_response())
    }

    fn describe(document: &mut Documented) {
        document.body::<T>(StatusCode::OK);
    }

    fn describe_event(document: &mut Documented) -> RefOr<Schema> {
        document.know::<T>()
    }
}

impl<T: Noun> Answer for Named<T> {
    fn to_value(&self) -> Result<Value, Error> {
        named(&self.0)
    }

    fn into_response(self, _: &HeaderMap) -> Result<Response, Error> {
        Ok(Json(self.0).into_response())
    }

    fn describe(document: &mut Documented) {
        document.body::<T>(StatusCode::OK);
    }

    fn describe_event(document: &mut Documented) -> RefOr<Schema> {
        object([(T::NAME, document.know::<T>())])
    }
}

impl<T: Serialize + ToSchema + Send> Answer for Gone<T> {
    fn to_value(&self) -> Result<Value, Error> {
        value(&self.0)
    }

    fn into_response(self, _: &HeaderMap) -> Result<Response, Error> {
        Ok(StatusCode::NO_CONTENT.into_response())
    }

    fn describe(document: &mut Documented) {
        document.nothing(StatusCode::NO_CONTENT);
    }

    fn describe_event(document: &mut Documented) -> RefOr<Schema> {
        T::schemas(&mut document.schemas);
        T::schema()
    }
}

impl<T: Serialize + ToSchema + Send> Answer for Shown<T> {
    fn to_value(&self) -> Result<Value, Error> {
        Ok(json!({}))
    }

    fn into_response(self, _: &HeaderMap) -> Result<Response, Error> {
        Ok(Json(self.0).into_response())
    }

    fn describe(document: &mut Documented) {
        document.body::<T>(StatusCode::OK);
    }

    fn describe_event(_: &mut Documented) -> RefOr<Schema> {
        object([])
    }
}

impl<T: Serialize + ToSchema + Send> Answer for Tagged<T> {
    fn to_value(&self) -> Result<Value, Error> {
        value(&self.0)
    }

    fn into_response(self, request: &HeaderMap) -> Result<Response, Error> {
        tagged(request, &self.0)
    }

    fn describe(document: &mut Documented) {
        document.body::<T>(StatusCode::OK);
        document.nothing(StatusCode::NOT_MODIFIED);
    }

    fn describe_event(document: &mut Documented) -> RefOr<Schema> {
        document.know::<T>()
    }
}

impl<T: Serialize + ToSchema + Send> Answer for Created<T> {
    fn to_value(&self) -> Result<Value, Error> {
        value(&self.body)
    }

    fn into_response(self, _: &HeaderMap) -> Result<Response, Error> {
        Ok(at(StatusCode::CREATED, self.place, Json(self.body)))
    }

    fn describe(document: &mut Documented) {
        document.body::<T>(StatusCode::CREATED);
    }

    fn describe_event(document: &mut Documented) -> RefOr<Schema> {
        document.know::<T>()
    }
}

/// A body, and the path where it is to be found from now on.
pub fn at(status: StatusCode, place: String, body: impl IntoResponse) -> Response {
    (status, [(header::LOCATION, place)], body).into_response()
}

pub fn value(it: &impl Serialize) -> Result<Value, Error> {
    serde_json::to_value(it).map_err(Error::internal)
}

pub fn named<T: Noun>(it: &T) -> Result<Value, Error> {
    Ok(json!({ T::NAME: value(it)? }))
}

/// An object that has these.
pub fn object<const N: usize>(properties: [(&str, RefOr<Schema>); N]) -> RefOr<Schema> {
    let begin = ObjectBuilder::new();
    properties
        .into_iter()
        .fold(begin, |object, (name, it)| object.property(name, it).required(name))
        .into()
}
