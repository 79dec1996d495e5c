//! Parlor: a realtime chat server that speaks several products' languages over one core.
//!
//! Rings, outermost first; a ring may name only rings below it:
//!
//! | ring | knows |
//! | --- | --- |
//! | [`serve`] | listeners, layers, what belongs to no product |
//! | [`dialect`] | one product's vocabulary each |
//! | [`wire`] | HTTP, WebSocket and Socket.IO mechanics |
//! | [`chat`] | what people may do, and what others hear of it |
//! | [`store`] | rows and files |
//! | [`policy`] | who may do what |
//! | [`model`] | people, rooms, messages, events, errors |
//! | `entity` | tables and column types (a crate of its own) |
//!
//! A room is a room on every surface: a channel of a server ([`chat::server`]), a public room
//! ([`chat::room::public`]) and a conversation ([`chat::room`]) differ in who may come in, and
//! messages ([`chat::message`]) and reactions ([`chat::message::reaction`]) are the same in all.
//!
//! After it was sent, a message is changed by [`chat::message::edit`], [`chat::message::erase`],
//! [`chat::message::pin`] and [`chat::message::reaction`], each in a transaction that holds its
//! room; [`chat::message::view`] puts together all that belongs to it, for whoever reads it.
//! Whoever commits a change of a room holds [`chat::engine::bus::Bus::turn`] until it is told, so
//! that changes are heard in their order.
//!
//! Who is on a server, and as what, is a matter of [`chat::server::member`]; who may come is one of
//! [`chat::server::invite`] and [`chat::server::ban`].
//!
//! Every change raises the `rev` of its room, or of the person whose own it is, and leaves it
//! in a row: a client that was away is told the rows with a higher one ([`chat::sync`]).
//!
//! Messages are found ([`chat::search`]) by an index of our own ([`store::search`]), which
//! [`chat::search::indexer`] fills behind the senders' back.
//!
//! A path has one owner among the dialects, unless several products claim it: then
//! `serve/contested.rs` says who answers, and when.
//! Surfaces that do not call rooms by their UUID learn with each message what its room is
//! ([`model::room::Identity`]): [`dialect::chatsphere`] names a public room by its slug and a
//! private chat by the other person, so that each of the two knows it by another id.
//!
//! [`config`] and [`telemetry`] stand beside them: settings are read once, in `main`, and
//! handed inwards as values.

pub mod chat;
pub mod config;
pub mod dialect;
pub mod model;
pub mod policy;
pub mod serve;
pub mod store;
pub mod telemetry;
pub mod wire;
