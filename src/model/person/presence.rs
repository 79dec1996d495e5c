//! Who is there.

use entity::{id::UserId, time::Timestamp, user};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mood {
    Online,
    Idle,
    DoNotDisturb,
    Invisible,
    Offline,
}

/// What others may see of a person's presence; an invisible person is offline here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Presence {
    pub user: UserId,
    pub mood: Mood,
    pub status_text: Option<String>,
    pub last_seen: Option<Timestamp>,
}

impl Mood {
    /// What is remembered of it: to be there is no choice.
    pub fn chosen(self) -> Option<user::Mood> {
        match self {
            Self::Online | Self::Offline => None,
            Self::Idle => Some(user::Mood::Idle),
            Self::DoNotDisturb => Some(user::Mood::DoNotDisturb),
            Self::Invisible => Some(user::Mood::Invisible),
        }
    }
}

impl From<Option<user::Mood>> for Mood {
    fn from(chosen: Option<user::Mood>) -> Self {
        match chosen {
            None => Self::Online,
            Some(user::Mood::Idle) => Self::Idle,
            Some(user::Mood::DoNotDisturb) => Self::DoNotDisturb,
            Some(user::Mood::Invisible) => Self::Invisible,
        }
    }
}
