//! REST under `/v1`: the same commands as the events, for scripts, bots and servers.
mod auth;
mod block;
mod body;
mod cookie;
mod document;
mod etag;
mod file;
mod friend;
mod me;
mod member;
mod message;
mod page;
mod pin;
mod reaction;
mod receipt;
mod room;
mod room_ban;
mod search;
mod server;
mod session;
mod setting;
mod sync;
mod user;

use utoipa_axum::router::OpenApiRouter;

use crate::{
    chat::{handle::Chat, rules::Rules},
    dialect::native::{Native, Oops},
    wire::caller::Caller,
};

type Me = Caller<Native>;
type Reply<T> = Result<T, Oops>;

pub(super) fn routes(rules: &Rules) -> OpenApiRouter<Chat> {
    let routes = OpenApiRouter::new()
        .merge(auth::routes())
        .merge(session::routes())
        .merge(me::routes())
        .merge(user::routes())
        .merge(friend::routes())
        .merge(block::routes())
        .merge(room::routes())
        .merge(room_ban::routes())
        .merge(member::routes())
        .merge(setting::routes())
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
