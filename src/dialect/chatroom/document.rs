//! What the readers of this surface check, for the document.

use utoipa::openapi::OpenApi;

use super::{
    chatrooms::NewChatroom,
    messages::{NewMessage, Where},
    user::UserUpdate,
};
use crate::{
    chat::engine::rules::Rules,
    wire::document::{bind_query_shape, bind_shape},
};

pub(super) fn bound(document: &mut OpenApi, rules: &Rules) {
    bind_shape::<NewMessage>(document, rules);
    bind_shape::<NewChatroom>(document, rules);
    bind_shape::<UserUpdate>(document, rules);
    bind_query_shape::<Where>(document, rules);
}
