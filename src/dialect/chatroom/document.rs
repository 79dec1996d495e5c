//! What the readers of this surface check, for the document.

use utoipa::openapi::OpenApi;

use super::messages::{KINDS, LONGEST_LINK, STATUSES};
use crate::{
    chat::{person::profile, room},
    model::text::MessageText,
    wire::document::{Bound, bind, bind_query},
};

pub(super) fn bound(document: &mut OpenApi) {
    let message = [
        ("message_type", Bound::known(&KINDS)),
        ("read_status", Bound::known(&STATUSES)),
        ("content", Bound::up_to(MessageText::LONGEST)),
        ("media_url", Bound::Link(LONGEST_LINK)),
        ("timestamp", Bound::Moment),
    ];
    bind(document, "NewMessage", &message);
    bind(document, "NewChatroom", &[("chatroom_name", Bound::up_to(room::LONGEST_NAME))]);
    let update = [
        ("nickname", Bound::up_to(profile::LONGEST_NICKNAME)),
        ("avatar_url", Bound::Link(profile::LONGEST_AVATAR)),
        ("status", Bound::up_to(profile::LONGEST_STATUS)),
    ];
    bind(document, "UserUpdate", &update);
    bind_query(document, "before", &Bound::Moment);
}
