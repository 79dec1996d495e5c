//! What the readers of this surface check, for the document.

use utoipa::openapi::OpenApi;

use super::{
    channels::{ChannelCreate, ChannelUpdate},
    servers::{ServerCreate, ServerUpdate},
    users::UserUpdate,
};
use crate::{chat::engine::rules::Rules, wire::document::bind_shape};

pub(super) fn bound(document: &mut OpenApi, rules: &Rules) {
    bind_shape::<ServerCreate>(document, rules);
    bind_shape::<ServerUpdate>(document, rules);
    bind_shape::<ChannelCreate>(document, rules);
    bind_shape::<ChannelUpdate>(document, rules);
    bind_shape::<UserUpdate>(document, rules);
}
