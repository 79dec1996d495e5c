//! What the readers of this surface check, for the document.

use utoipa::openapi::OpenApi;

use super::payload::EMOJI;
use crate::{
    chat::{engine::rules::Rules, room, session::password},
    model::text::name::Username,
    wire::document::{Bound, bind},
};

pub(super) fn bound(document: &mut OpenApi, rules: &Rules) {
    let shortest = rules.password_min.max(password::SHORTEST);
    let credentials = [
        ("username", Bound::Characters(1, Username::LONGEST)),
        ("password", Bound::Characters(shortest, password::LONGEST)),
    ];
    bind(document, "swift.NewCredentials", &credentials);
    bind(document, "swift.NewRoom", &[("name", Bound::Characters(1, room::LONGEST_NAME))]);
    bind(document, "swift.NewReaction", &[("reaction_type", Bound::OneOf(EMOJI.to_vec()))]);
}
