//! Who is there.

use entity::{id::UserId, time::Timestamp, user::Mood as Chosen};

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
    pub fn chosen(self) -> Option<Chosen> {
        match self {
            Self::Online | Self::Offline => None,
            Self::Idle => Some(Chosen::Idle),
            Self::DoNotDisturb => Some(Chosen::DoNotDisturb),
            Self::Invisible => Some(Chosen::Invisible),
        }
    }
}

impl From<Option<Chosen>> for Mood {
    fn from(chosen: Option<Chosen>) -> Self {
        match chosen {
            None => Self::Online,
            Some(Chosen::Idle) => Self::Idle,
            Some(Chosen::DoNotDisturb) => Self::DoNotDisturb,
            Some(Chosen::Invisible) => Self::Invisible,
        }
    }
}
