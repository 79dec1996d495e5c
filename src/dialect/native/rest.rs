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
mod public_room;
mod room;
mod server;
mod session;
mod user;

use utoipa_axum::router::OpenApiRouter;

use crate::{
    chat::handle::Chat,
    dialect::native::{Native, Oops},
    wire::caller::Caller,
};

type Me = Caller<Native>;
type Reply<T> = Result<T, Oops>;

pub(super) fn routes() -> OpenApiRouter<Chat> {
    let routes = [
        auth::routes(),
        session::routes(),
        me::routes(),
        user::routes(),
        friend::routes(),
        block::routes(),
        room::routes(),
        member::routes(),
        message::routes(),
        file::routes(),
        server::routes(),
        public_room::routes(),
    ]
    .into_iter()
    .fold(OpenApiRouter::new(), OpenApiRouter::merge);
    document::complete(routes)
}
