//! The events that a socket may send: the operations of the surface, and what can only be done to
//! its own connection.

use std::{collections::BTreeMap, sync::LazyLock};

use entity::id::UserId;
use serde_json::{Value, json};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{RefOr, Schema},
};

use crate::{
    chat::engine::rules::Rules,
    dialect::native::{
        operation::{
            self, Begin, Describe, Entry, Event,
            answer::{Documented, object},
            document::payload,
            message::SEND,
        },
        payload::presence::Presence,
    },
    model::allowance::Allowance,
    wire::fields::Shape,
};

/// An event that is known, and how it is dealt with.
pub(super) struct Known {
    pub event: Event,
    pub does: Does,
    describe: Describe,
}

pub(super) enum Does {
    /// An operation, wherever it is asked for.
    Operation(Begin),
    /// Sends do not wait for each other's commit: only their order matters.
    Send,
    Connection(Connected),
}

/// What is done to a connection.
#[derive(Clone, Copy)]
pub(super) enum Connected {
    /// It goes on with another token.
    Refresh,
    /// It hears of people's presence, or no more.
    Subscribe,
    Unsubscribe,
}

#[derive(Shape, ToSchema)]
#[shape(closed)]
pub(super) struct NewToken {
    pub token: String,
}

#[derive(Shape, ToSchema)]
#[shape(closed)]
pub(super) struct People {
    #[schema(value_type = Vec<i64>)]
    pub user_ids: Vec<UserId>,
}

static KNOWN: LazyLock<BTreeMap<&'static str, Known>> = LazyLock::new(|| {
    let operations = operation::all().filter_map(|it| {
        let Entry { event: Some(event), begin, describe, .. } = it else { return None };
        let does = if event.name == SEND { Does::Send } else { Does::Operation(begin) };
        Some(Known { event, does, describe })
    });
    let own: [(_, _, Describe); 3] = [
        ("auth:refresh", Connected::Refresh, |document, rules| {
            (payload::<NewToken>(document, rules), object([("expires_at", String::schema())]))
        }),
        ("presence:subscribe", Connected::Subscribe, describe_presences),
        ("presence:unsubscribe", Connected::Unsubscribe, describe_presences),
    ];
    let own = own.map(|(name, does, describe)| {
        // They change the connection alone, so no send need be stored before them.
        let (event, does) = (Event::named(name).at_once(), Does::Connection(does));
        Known { event, does, describe }
    });
    operations.chain(own).map(|it| (it.event.name, it)).collect()
});

fn describe_presences(document: &mut Documented, rules: &Rules) -> (RefOr<Schema>, RefOr<Schema>) {
    document.know::<Presence>();
    (payload::<People>(document, rules), object([("presences", <Vec<Presence>>::schema())]))
}

/// All events that a client may send, in the form of an OpenAPI document: what makes types of that
/// makes types of this. The schema of a payload has the name of its event.
pub fn list(rules: &Rules) -> Value {
    let mut document = Documented::default();
    for Known { event, describe, .. } in KNOWN.values() {
        let (payload, answer) = describe(&mut document, rules);
        document.schemas.push((event.name.to_owned(), payload));
        document.schemas.push((format!("{} answered", event.name), answer));
    }
    let schemas: BTreeMap<_, _> = document.schemas.into_iter().collect();
    json!({
        "openapi": "3.1.0",
        "info": {"title": "Events of Parlor's clients", "version": env!("CARGO_PKG_VERSION")},
        "paths": {},
        "components": {"schemas": schemas},
    })
}

pub(super) fn known(name: &str) -> Option<&'static Known> {
    KNOWN.get(name)
}

/// What an event costs, also one that there is not.
pub(super) fn allowance(name: &str) -> Allowance {
    known(name).map_or(Allowance::Event, |it| it.event.allowance)
}
