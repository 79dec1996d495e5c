//! What the readers of this surface check, for the document.

use utoipa::openapi::OpenApi;

use super::{auth::NewCredentials, reactions::NewReaction, rooms::NewRoom};
use crate::{chat::engine::rules::Rules, wire::document::bind_shape};

pub(super) fn bound(document: &mut OpenApi, rules: &Rules) {
    bind_shape::<NewCredentials>(document, rules);
    bind_shape::<NewRoom>(document, rules);
    bind_shape::<NewReaction>(document, rules);
}
