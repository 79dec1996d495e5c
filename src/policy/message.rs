//! Who may do what to something that was said.

use entity::{
    chatroom::Kind,
    id::{RoomId, UserId},
};

use crate::{
    model::error::{Ban, Error},
    policy::Facts,
};

/// Leave to write into a room.
#[derive(Clone, Copy, Debug)]
pub struct MayPost(Facts);

/// Leave to say how far one has read a room, and received it.
#[derive(Clone, Copy, Debug)]
pub struct MayMark(Facts);

/// Leave to change what one has said.
#[derive(Clone, Copy, Debug)]
pub struct MayEdit(Facts);

/// Leave to delete something for everybody.
#[derive(Clone, Copy, Debug)]
pub struct MayErase(Facts);

/// Leave to pin a room's messages, and to unpin them.
#[derive(Clone, Copy, Debug)]
pub struct MayPin(Facts);

/// Leave to read what a message said before it was edited.
#[derive(Clone, Copy, Debug)]
pub struct MayReview(());

impl Facts {
    /// Not where one of the two has blocked the other.
    pub fn may_post(self) -> Result<MayPost, Error> {
        self.may_read()?;
        if self.blocked { Err(Error::Forbidden(Ban::NotAccepting)) } else { Ok(MayPost(self)) }
    }

    /// Whoever only visits a public room has no cursor there.
    pub fn may_mark(self) -> Result<MayMark, Error> {
        self.may_read()?;
        if self.role.is_some() { Ok(MayMark(self)) } else { Err(Error::Forbidden(Ban::NotMember)) }
    }

    /// Words are their author's alone, who must still be heard in the room.
    pub fn may_edit(self, author: UserId) -> Result<MayEdit, Error> {
        self.may_post()?;
        if author == self.actor {
            return Ok(MayEdit(self));
        }
        Err(Error::Forbidden(Ban::NotAllowed))
    }

    /// Its author, also after being blocked, and whoever manages the room; nobody manages a
    /// direct room.
    pub fn may_erase(self, author: UserId) -> Result<MayErase, Error> {
        self.may_read()?;
        if author == self.actor || self.may_manage().is_ok() {
            return Ok(MayErase(self));
        }
        Err(Error::Forbidden(Ban::NotAllowed))
    }

    /// Among themselves everybody; where strangers come together, whoever manages the room.
    pub fn may_pin(self) -> Result<MayPin, Error> {
        self.may_post()?;
        match self.kind {
            Kind::Direct | Kind::Group => {}
            Kind::Channel | Kind::Public => drop(self.may_manage()?),
        }
        Ok(MayPin(self))
    }

    /// If members are not shown what was there before, its author is, and whoever manages
    /// the room.
    pub fn may_review(self, author: UserId, members_are: bool) -> Result<MayReview, Error> {
        self.may_read()?;
        if members_are || author == self.actor || self.may_manage().is_ok() {
            return Ok(MayReview(()));
        }
        Err(Error::Forbidden(Ban::NotAllowed))
    }
}

impl MayPost {
    pub fn room(self) -> RoomId {
        self.0.room
    }

    pub fn actor(self) -> UserId {
        self.0.actor
    }
}

impl MayMark {
    pub fn room(self) -> RoomId {
        self.0.room
    }

    pub fn actor(self) -> UserId {
        self.0.actor
    }
}

impl MayEdit {
    pub fn room(self) -> RoomId {
        self.0.room
    }

    pub fn actor(self) -> UserId {
        self.0.actor
    }
}

impl MayErase {
    pub fn room(self) -> RoomId {
        self.0.room
    }
}

impl MayPin {
    pub fn room(self) -> RoomId {
        self.0.room
    }

    pub fn actor(self) -> UserId {
        self.0.actor
    }
}

#[cfg(test)]
mod tests {
    use entity::participant::Role;

    use super::*;

    #[test]
    fn the_whole_policy_of_messages() {
        let mut table = String::from("kind    role   blocked  edit  delete  review pin\n");
        for kind in [Kind::Direct, Kind::Group, Kind::Channel, Kind::Public] {
            for role in [None, Some(Role::Member), Some(Role::Admin), Some(Role::Owner)] {
                for blocked in [false, true] {
                    table += &row(kind, role, blocked);
                }
            }
        }
        insta::assert_snapshot!(table);
    }

    /// Each with one's own message, and with somebody else's.
    fn row(kind: Kind, role: Option<Role>, blocked: bool) -> String {
        let (room, me) = (RoomId(uuid::Uuid::nil()), UserId(1));
        let facts = Facts {
            room,
            kind,
            joinable: false,
            actor: me,
            role,
            blocked,
            banned: false,
            cleared: 0,
        };
        let yes = |it: bool| if it { "yes" } else { "-" };
        let both =
            |may: &dyn Fn(UserId) -> bool| format!("{}/{}", yes(may(me)), yes(may(UserId(2))));
        format!(
            "{:<7} {:<6} {:<8} {:<5} {:<7} {:<6} {}\n",
            format!("{kind:?}"),
            role.map_or("-".to_owned(), |it| format!("{it:?}")),
            yes(blocked),
            both(&|it| facts.may_edit(it).is_ok()),
            both(&|it| facts.may_erase(it).is_ok()),
            both(&|it| facts.may_review(it, false).is_ok()),
            yes(facts.may_pin().is_ok()),
        )
    }
}
