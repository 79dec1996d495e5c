//! What the readers of this surface check, for the document.

use utoipa::openapi::OpenApi;

use crate::{
    chat::{
        engine::rules::Rules,
        person::profile,
        room,
        server::{self, ban, invite},
        session::password,
    },
    dialect::native::{
        payload::{
            message::{KINDS, LONGEST_LINK, MOST_FILES},
            new_room,
            room::ROLES,
        },
        rest::user::{IDS, friend::DIRECTIONS},
    },
    model::{
        page::Limit,
        text::{
            MessageText,
            name::{Email, Username},
        },
    },
    wire::document::{Bound, bind, bind_query, close_bodies},
};

pub(super) fn say(document: &mut OpenApi, rules: &Rules) {
    people(document, rules);
    rooms(document);
    messages(document);
    servers(document);
    queries(document);
    close_bodies(document);
}

fn people(document: &mut OpenApi, rules: &Rules) {
    let password = Bound::Characters(rules.native_password_min, password::LONGEST);
    let account = [
        ("username", Bound::Characters(1, Username::LONGEST)),
        ("password", password.clone()),
        ("email", Bound::Email(Email::LONGEST)),
        ("nickname", Bound::up_to(profile::LONGEST_NICKNAME)),
    ];
    bind(document, "native.NewAccount", &account);
    bind(document, "native.NewPassword", &[("new_password", password)]);
    let profile = [
        ("nickname", Bound::up_to(profile::LONGEST_NICKNAME)),
        ("status", Bound::up_to(profile::LONGEST_STATUS)),
        ("bio", Bound::up_to(profile::LONGEST_BIO)),
    ];
    bind(document, "native.Profile", &profile);
}

fn rooms(document: &mut OpenApi) {
    let room = [
        ("kind", Bound::known(new_room::KINDS)),
        ("chatroom_name", Bound::up_to(room::LONGEST_NAME)),
        ("description", Bound::up_to(room::LONGEST_DESCRIPTION)),
    ];
    bind(document, "native.NewRoom", &room);
    let named = [
        ("chatroom_name", Bound::Characters(1, room::LONGEST_NAME)),
        ("description", Bound::up_to(room::LONGEST_DESCRIPTION)),
    ];
    for name in ["native.RoomChange", "native.NewChannel"] {
        bind(document, name, &named);
    }
    for name in ["native.NewMember", "native.ServerRole"] {
        bind(document, name, &[("role", Bound::known(&ROLES))]);
    }
    bind(document, "native.Draft", &[("text", Bound::up_to(MessageText::LONGEST))]);
    bind(document, "native.RoomSettingsChange", &[("muted_until", Bound::Moment)]);
    let most = i64::try_from(Limit::MAX).unwrap_or(i64::MAX);
    let held = [("since", Bound::Moment), ("limit", Bound::Number(1, most))];
    bind(document, "native.Held", &held);
}

fn messages(document: &mut OpenApi) {
    let message = [
        ("content", Bound::up_to(MessageText::LONGEST)),
        ("message_type", Bound::known(KINDS)),
        ("media_url", Bound::Link(LONGEST_LINK)),
        ("attachment_ids", Bound::Items(MOST_FILES)),
    ];
    bind(document, "native.NewMessage", &message);
    bind(document, "native.MessageEdit", &[("content", Bound::up_to(MessageText::LONGEST))]);
}

fn servers(document: &mut OpenApi) {
    let server = [
        ("name", Bound::Characters(1, server::LONGEST_NAME)),
        ("description", Bound::up_to(server::LONGEST_DESCRIPTION)),
        ("icon_url", Bound::Link(server::LONGEST_ICON)),
    ];
    for name in ["native.NewServer", "native.ServerChange"] {
        bind(document, name, &server);
    }
    bind(document, "native.NewBan", &[("reason", Bound::up_to(ban::LONGEST_REASON))]);
    let invite = [
        ("max_uses", Bound::Number(1, invite::MOST_USES)),
        ("expires_in", Bound::Number(invite::SHORTEST_SECONDS, invite::LONGEST_SECONDS)),
    ];
    bind(document, "native.NewInvite", &invite);
}

fn queries(document: &mut OpenApi) {
    let most = i64::try_from(Limit::MAX).unwrap_or(i64::MAX);
    bind_query(document, "limit", &Bound::Number(1, most));
    bind_query(document, "kind", &Bound::known(new_room::KINDS));
    bind_query(document, "direction", &Bound::known(&DIRECTIONS));
    bind_query(document, "user_ids", &Bound::Pattern(IDS));
    bind_query(document, "before", &Bound::Moment);
    bind_query(document, "after", &Bound::Moment);
}
