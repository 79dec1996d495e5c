//! What the readers of this surface check, for the document.

use utoipa::openapi::OpenApi;

use crate::{
    chat::{engine::rules::Rules, person::profile, room, server, session::password},
    wire::document::{Bound, bind},
};

pub(super) fn bound(document: &mut OpenApi, rules: &Rules) {
    let server = [
        ("name", Bound::Characters(1, server::LONGEST_NAME)),
        ("description", Bound::up_to(server::LONGEST_DESCRIPTION)),
        ("icon_url", Bound::Link(server::LONGEST_ICON)),
    ];
    let channel = [
        ("name", Bound::Characters(1, room::LONGEST_NAME)),
        ("description", Bound::up_to(room::LONGEST_DESCRIPTION)),
    ];
    let shortest = rules.password_min.max(password::SHORTEST);
    let user = [
        ("display_name", Bound::up_to(profile::LONGEST_NICKNAME)),
        ("bio", Bound::up_to(profile::LONGEST_BIO)),
        ("avatar_url", Bound::Link(profile::LONGEST_AVATAR)),
        ("password", Bound::Characters(shortest, password::LONGEST)),
    ];
    for name in ["discord.ServerCreate", "discord.ServerUpdate"] {
        bind(document, name, &server);
    }
    for name in ["discord.ChannelCreate", "discord.ChannelUpdate"] {
        bind(document, name, &channel);
    }
    bind(document, "discord.UserUpdate", &user);
}
