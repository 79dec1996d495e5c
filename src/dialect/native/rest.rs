//! REST under `/v1`: the same operations as the events, for scripts, bots and servers; and what
//! only a browser or a file needs.
mod auth;
mod avatar;
mod cookie;
mod document;
mod file;

use utoipa_axum::router::OpenApiRouter;

use crate::{
    chat::engine::{handle::Chat, rules::Rules},
    dialect::native::{Native, Oops, operation},
    wire::{caller::Caller, multipart::Upload},
};

type Me = Caller<Native>;
type FileForm = Upload<Native>;
type Reply<T> = Result<T, Oops>;

pub(super) fn routes(rules: &Rules) -> OpenApiRouter<Chat> {
    let own =
        OpenApiRouter::new().merge(auth::routes()).merge(avatar::routes()).merge(file::routes());
    let doors = operation::all().filter_map(|it| (it.door)(rules));
    document::complete(doors.fold(own, OpenApiRouter::routes), rules)
}
