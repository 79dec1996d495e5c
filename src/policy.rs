//! Who may do what: facts in, a permit out. No I/O happens here.
//!
//! The store asks for permits before it reads or writes messages, and only this module
//! can make one, so a check can be wrong but not forgotten.

pub mod guild;
pub mod message;

use entity::{
    chatroom::Kind,
    id::{RoomId, UserId},
    participant::Role,
};

use crate::model::{
    actor::Actor,
    error::{Ban, Error},
};

/// What a decision about a room rests on.
#[derive(Clone, Copy, Debug)]
pub struct Facts {
    pub room: RoomId,
    pub kind: Kind,
    /// Whoever knows the room's id counts as invited.
    pub joinable: bool,
    pub actor: UserId,
    /// `None` for somebody who is not a member.
    pub role: Option<Role>,
    /// In a direct room: one of the two has blocked the other.
    pub blocked: bool,
}

/// Leave to read a room: its messages, its members.
#[derive(Clone, Copy, Debug)]
pub struct MayRead(Facts);

/// Leave to write into a room.
#[derive(Clone, Copy, Debug)]
pub struct MayPost(Facts);

/// Leave to rename a room, and to add and remove members.
#[derive(Clone, Copy, Debug)]
pub struct MayManage(Facts);

/// Leave to come in without being invited.
#[derive(Clone, Copy, Debug)]
pub struct MayJoin(Facts);

/// Leave to see and change what is one person's own.
#[derive(Clone, Copy, Debug)]
pub struct MayActAs(UserId);

impl Facts {
    pub fn may_read(self) -> Result<MayRead, Error> {
        if self.role.is_some() || self.kind == Kind::Public {
            return Ok(MayRead(self));
        }
        Err(Error::Forbidden(Ban::NotMember))
    }

    pub fn may_post(self) -> Result<MayPost, Error> {
        match (self.role.is_some() || self.kind == Kind::Public, self.blocked) {
            (true, false) => Ok(MayPost(self)),
            (true, true) => Err(Error::Forbidden(Ban::NotAccepting)),
            (false, _) => Err(Error::Forbidden(Ban::NotMember)),
        }
    }

    /// A direct room belongs to both of its people and to nobody's management.
    pub fn may_manage(self) -> Result<MayManage, Error> {
        match (self.kind, self.role) {
            (_, None) => Err(Error::Forbidden(Ban::NotMember)),
            (Kind::Direct, _) | (_, Some(Role::Member)) => Err(Error::Forbidden(Ban::NotAllowed)),
            (_, Some(Role::Admin | Role::Owner)) => Ok(MayManage(self)),
        }
    }

    /// Members of a group may bring others in; only its managers may send them away.
    pub fn may_invite(self) -> Result<MayRead, Error> {
        match (self.kind, self.role) {
            (_, None) => Err(Error::Forbidden(Ban::NotMember)),
            (Kind::Direct | Kind::Channel, _) => Err(Error::Forbidden(Ban::NotAllowed)),
            (Kind::Group | Kind::Public, Some(_)) => Ok(MayRead(self)),
        }
    }

    /// Nobody removes somebody of the same or a higher rank. Who is in a channel is a matter
    /// of its server.
    pub fn may_remove(self, their_role: Role) -> Result<MayManage, Error> {
        let leave = self.may_manage()?;
        if self.role > Some(their_role) && self.kind != Kind::Channel {
            return Ok(leave);
        }
        Err(Error::Forbidden(Ban::NotAllowed))
    }

    /// Only the owner may end a room for everybody.
    pub fn may_delete(self) -> Result<MayManage, Error> {
        let leave = self.may_manage()?;
        if self.role == Some(Role::Owner) {
            return Ok(leave);
        }
        Err(Error::Forbidden(Ban::NotAllowed))
    }

    /// A channel is left by leaving its server.
    pub fn may_leave(self) -> Result<(), Error> {
        match self.kind {
            Kind::Channel => Err(Error::Forbidden(Ban::NotAllowed)),
            Kind::Direct | Kind::Group | Kind::Public => Ok(()),
        }
    }

    pub fn may_join(self) -> Result<MayJoin, Error> {
        let by_link = self.kind == Kind::Group && self.joinable;
        if self.role.is_some() || self.kind == Kind::Public || by_link {
            return Ok(MayJoin(self));
        }
        Err(Error::Forbidden(Ban::NotMember))
    }

    /// A group that its last member has left can be reached by nobody, so it may go.
    pub fn may_clear(self, members_left: usize) -> Option<MayManage> {
        (self.kind == Kind::Group && members_left == 0).then_some(MayManage(self))
    }
}

/// Everybody acts for oneself alone.
pub fn may_act_as(me: Actor, user: UserId) -> Result<MayActAs, Error> {
    if me.id == user { Ok(MayActAs(user)) } else { Err(Error::Forbidden(Ban::NotAllowed)) }
}

/// Whether one person may ask another to be friends, or write to them for the first time.
pub fn may_approach(either_blocked: bool) -> Result<(), Error> {
    if either_blocked { Err(Error::Forbidden(Ban::NotAccepting)) } else { Ok(()) }
}

/// An old client's socket carries no credential: it may listen to a room only while a
/// member of that room is known at the same address.
pub fn may_overhear(paired: bool, member_at_same_address: bool) -> Result<(), Error> {
    if paired && member_at_same_address {
        return Ok(());
    }
    Err(Error::Forbidden(Ban::NotMember))
}

impl MayRead {
    pub fn room(self) -> RoomId {
        self.0.room
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

impl MayManage {
    pub fn room(self) -> RoomId {
        self.0.room
    }
}

impl MayJoin {
    pub fn room(self) -> RoomId {
        self.0.room
    }

    pub fn actor(self) -> UserId {
        self.0.actor
    }
}

impl MayActAs {
    pub fn user(self) -> UserId {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_whole_policy() {
        let mut table = String::from(
            "kind    role   blocked  read post manage invite remove delete join by link leave\n",
        );
        for kind in [Kind::Direct, Kind::Group, Kind::Channel, Kind::Public] {
            for role in [None, Some(Role::Member), Some(Role::Admin), Some(Role::Owner)] {
                for blocked in [false, true] {
                    table += &row(kind, role, blocked);
                }
            }
        }
        insta::assert_snapshot!(table);
    }

    fn row(kind: Kind, role: Option<Role>, blocked: bool) -> String {
        let room = RoomId(uuid::Uuid::nil());
        let facts = Facts { room, kind, joinable: false, actor: UserId(1), role, blocked };
        let yes = |it: bool| if it { "yes" } else { "-" };
        format!(
            "{:<7} {:<6} {:<8} {:<4} {:<4} {:<6} {:<6} {:<6} {:<6} {:<4} {:<7} {}\n",
            format!("{kind:?}"),
            role.map_or("-".to_owned(), |it| format!("{it:?}")),
            yes(blocked),
            yes(facts.may_read().is_ok()),
            yes(facts.may_post().is_ok()),
            yes(facts.may_manage().is_ok()),
            yes(facts.may_invite().is_ok()),
            yes(facts.may_remove(Role::Member).is_ok()),
            yes(facts.may_delete().is_ok()),
            yes(facts.may_join().is_ok()),
            yes(Facts { joinable: true, ..facts }.may_join().is_ok()),
            yes(facts.may_leave().is_ok()),
        )
    }
}
