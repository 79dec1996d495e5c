//! What the readers of this surface check, for the document.

use utoipa::openapi::OpenApi;

use crate::{
    chat::{engine::rules::Rules, person::profile, room, session::password},
    model::text::name::Username,
    wire::document::{Bound, bind},
};

pub(super) fn bound(document: &mut OpenApi, rules: &Rules) {
    let shortest = rules.password_min.max(password::SHORTEST);
    let register = [
        ("user_id", Bound::Characters(1, Username::LONGEST)),
        ("username", Bound::up_to(profile::LONGEST_NICKNAME)),
        ("password", Bound::Characters(shortest, password::LONGEST)),
    ];
    bind(document, "campus.Register", &register);
    bind(document, "campus.NewRoom", &[("room_name", Bound::up_to(room::LONGEST_NAME))]);
}
