//! What a client can ask for, by an event, by a route, or by both: one function for each, with
//! its doors above it. Both doors, the document and the list of events come from here, so that
//! one door cannot differ from the other.
pub mod answer;
pub mod document;
mod door;
mod etag;
mod friend;
mod mark;
pub mod message;
mod page;
pub mod person;
mod request;
mod room;
mod route;
mod search;
mod server;
mod session;
mod sync;

use std::pin::Pin;

use serde_json::Value;
use utoipa::{
    ToSchema,
    openapi::{RefOr, Schema},
};
use uuid::Uuid;

use self::{
    answer::{Answer, Documented},
    door::Door,
    route::{Method, Route},
};
use crate::{
    chat::engine::{handle::Chat, rules::Rules},
    model::{actor::Actor, allowance::Allowance, error::Error},
    wire::fields::{self, FieldError, Shape},
};

/// Written by `#[parlor_derive::operation(…)]`, which stands above a function.
trait Operation: 'static {
    type Request: Shape + ToSchema + Send + 'static;
    type Answer: Answer;

    /// The event that asks for it.
    const EVENT: Option<Event>;
    /// The route that asks for it.
    const ROUTE: Option<Route>;

    fn run(
        chat: &Chat,
        me: Actor,
        request: Self::Request,
    ) -> impl Future<Output = Result<Self::Answer, Error>> + Send;

    /// A request with the key of its header, unless it has one.
    fn keyed(request: Self::Request, _key: Uuid) -> Self::Request {
        request
    }
}

#[derive(Clone, Copy)]
pub struct Event {
    pub name: &'static str,
    pub allowance: Allowance,
    /// Whether what was sent before must be stored before this: it reads or marks what a send
    /// changes, or decides who may send.
    pub follows_sends: bool,
}

/// An operation in the list of all.
pub struct Entry {
    pub event: Option<Event>,
    /// Reads the payload of the event, or tells all that is wrong with it.
    pub begin: Begin,
    /// The route, with its bounds under these rules.
    pub door: fn(&Rules) -> Option<Door>,
    /// What the list of events says of it.
    pub describe: Describe,
}

/// The payload and the answer of an event; the schemas that they refer to are told besides.
pub type Describe = fn(&mut Documented, &Rules) -> (RefOr<Schema>, RefOr<Schema>);
pub type Begin = fn(&Value) -> Result<Begun, Vec<FieldError>>;
/// An operation whose request has been read.
pub type Begun = Box<dyn FnOnce(Chat, Actor) -> Answering + Send>;
type Answering = Pin<Box<dyn Future<Output = Result<Value, Error>> + Send>>;

/// All that a client can ask for, besides what only its own connection or a browser can do.
pub fn all() -> impl Iterator<Item = Entry> {
    [
        sync::operations(),
        session::operations(),
        person::operations(),
        friend::operations(),
        room::operations(),
        room::member::operations(),
        room::setting::operations(),
        message::operations(),
        mark::operations(),
        search::operations(),
        server::operations(),
        server::member::operations(),
        server::invite::operations(),
    ]
    .into_iter()
    .flatten()
}

impl Event {
    pub const fn named(name: &'static str) -> Self {
        // It waits unless it says otherwise: to wait for nothing costs little, and not to
        // wait may be wrong.
        Self { name, allowance: Allowance::Event, follows_sends: true }
    }

    /// What it costs, if that is not what events cost. What costs more is spent for by whoever
    /// does it, for all surfaces.
    pub const fn costs(self, allowance: Allowance) -> Self {
        Self { allowance, ..self }
    }

    pub const fn at_once(self) -> Self {
        Self { follows_sends: false, ..self }
    }
}

fn entry<T: Operation>() -> Entry {
    Entry { event: T::EVENT, begin: begin::<T>, door: door::of::<T>, describe: describe::<T> }
}

fn begin<T: Operation>(payload: &Value) -> Result<Begun, Vec<FieldError>> {
    let request: T::Request = fields::from_body(payload, true)?;
    let begun: Begun = Box::new(move |chat, me| {
        Box::pin(async move { T::run(&chat, me, request).await?.to_value() })
    });
    Ok(begun)
}

fn describe<T: Operation>(
    document: &mut Documented,
    rules: &Rules,
) -> (RefOr<Schema>, RefOr<Schema>) {
    (document::payload::<T::Request>(document, rules), T::Answer::describe_event(document))
}
