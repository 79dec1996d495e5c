//! REST under `/v1`: the same commands as the events, for scripts, bots and servers.
mod auth;
mod body;
mod cookie;
mod document;
mod etag;
mod file;
mod message;
mod page;
mod pin;
mod reaction;
mod receipt;
mod room;
mod search;
mod server;
mod session;
mod sync;
mod user;

use utoipa_axum::router::OpenApiRouter;

use crate::{
    chat::engine::{handle::Chat, rules::Rules},
    dialect::native::{Native, Oops},
    wire::caller::Caller,
};

type Me = Caller<Native>;
type Reply<T> = Result<T, Oops>;

pub(super) fn routes(rules: &Rules) -> OpenApiRouter<Chat> {
    let routes = OpenApiRouter::new()
        .merge(auth::routes())
        .merge(session::routes())
        .merge(user::me::routes())
        .merge(user::routes())
        .merge(user::friend::routes())
        .merge(user::block::routes())
        .merge(room::routes())
        .merge(room::ban::routes())
        .merge(room::member::routes())
        .merge(room::setting::routes())
        .merge(message::routes())
        .merge(reaction::routes())
        .merge(pin::routes())
        .merge(receipt::routes())
        .merge(sync::routes())
        .merge(search::routes())
        .merge(server::routes())
        .merge(file::routes());
    document::complete(routes, rules)
}
