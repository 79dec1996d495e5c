//! Who may do what: facts in, a permit out. No I/O happens here.
//!
//! The store asks for permits before it reads or writes messages, and only this module
//! can make one, so a check can be wrong but not forgotten.

pub mod message;
pub mod server;

use std::collections::HashMap;

use entity::{
    chatroom::Kind,
    id::{RoomId, UserId},
    participant::Role,
};

use crate::model::{
    actor::Actor,
    error::{Ban, Error, OwnerAction},
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
    /// No member any more, and not to be one again.
    pub banned: bool,
    /// What was said up to here the actor has deleted for themselves.
    pub cleared: i64,
}

/// Leave to read a room: its messages, its members.
#[derive(Clone, Copy, Debug)]
pub struct MayRead(Facts);

/// Leave to rename a room, and to add and remove members.
#[derive(Clone, Copy, Debug)]
pub struct MayManage(Facts);

/// Leave to delete a chat for oneself.
#[derive(Clone, Copy, Debug)]
pub struct MayForget(Facts);

/// Leave to keep somebody out of a room, and to let them in again.
#[derive(Clone, Copy, Debug)]
pub struct MayBan(Facts);

/// Leave to come in without being invited.
#[derive(Clone, Copy, Debug)]
pub struct MayJoin(Facts);

/// Leave to search: in these rooms, and in no other.
#[derive(Clone, Debug)]
pub struct MaySearch(HashMap<RoomId, MayRead>);

/// Leave to see and change what is one person's own.
#[derive(Clone, Copy, Debug)]
pub struct MayActAs(UserId);

impl Facts {
    pub fn may_read(self) -> Result<MayRead, Error> {
        match self.role.is_some() || self.kind == Kind::Public {
            true if self.banned => Err(Error::Forbidden(Ban::BannedFromRoom)),
            true => Ok(MayRead(self)),
            false => Err(Error::Forbidden(Ban::NotMember)),
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

    /// To rename it, and to say what it is for.
    pub fn may_describe(self) -> Result<MayManage, Error> {
        // First, so that an admin of the server hears whose matter it is.
        self.owns_channel(OwnerAction::UpdateChannels)?;
        self.may_manage()
    }

    /// Members of a group may bring others in; only its managers may send them away.
    pub fn may_invite(self) -> Result<MayRead, Error> {
        match (self.kind, self.role) {
            (_, None) => Err(Error::Forbidden(Ban::NotMember)),
            (Kind::Direct | Kind::Channel, _) => Err(Error::Forbidden(Ban::NotAllowed)),
            (Kind::Group | Kind::Public, Some(_)) => Ok(MayRead(self)),
        }
    }

    /// An old client's socket carries no credential: it listens for a member, and to nothing
    /// that only somebody who shows who they are may read.
    pub fn may_overhear(self) -> Result<(), Error> {
        match self.role {
            Some(_) if self.banned => Err(Error::Forbidden(Ban::BannedFromRoom)),
            Some(_) => Ok(()),
            None => Err(Error::Forbidden(Ban::NotMember)),
        }
    }

    /// Nobody removes somebody of the same or a higher rank. Who is in a channel is a matter
    /// of its server.
    pub fn may_remove(self, their_role: Role) -> Result<MayManage, Error> {
        let permit = self.may_manage()?;
        if self.role > Some(their_role) && self.kind != Kind::Channel {
            return Ok(permit);
        }
        Err(Error::Forbidden(Ban::NotAllowed))
    }

    /// Roles are given to those below oneself, and none above one's own: an owner hands the
    /// room over by it.
    pub fn may_rank(self, their_role: Role, new_role: Role) -> Result<MayManage, Error> {
        let permit = self.may_remove(their_role)?;
        if self.role == Some(Role::Owner) || self.role > Some(new_role) {
            return Ok(permit);
        }
        Err(Error::Forbidden(Ban::NotAllowed))
    }

    /// Only the owner may end a room for everybody.
    pub fn may_delete(self) -> Result<MayManage, Error> {
        self.owns_channel(OwnerAction::DeleteChannels)?;
        let permit = self.may_manage()?;
        if self.role == Some(Role::Owner) {
            return Ok(permit);
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

    /// Only between two: in other rooms what was said is not one's own to put away.
    pub fn may_forget(self) -> Result<MayForget, Error> {
        match (self.kind, self.role) {
            (_, None) => Err(Error::Forbidden(Ban::NotMember)),
            (Kind::Direct, Some(_)) => Ok(MayForget(self)),
            (Kind::Group | Kind::Channel | Kind::Public, Some(_)) => {
                Err(Error::Forbidden(Ban::NotAllowed))
            }
        }
    }

    /// To see whom a room keeps out, and to let them in again.
    pub fn may_admit(self) -> Result<MayBan, Error> {
        self.may_manage()?;
        if self.is_open() { Ok(MayBan(self)) } else { Err(Error::Forbidden(Ban::NotAllowed)) }
    }

    /// Whoever may send them away may keep them out, where people come in by themselves. They
    /// need not have come.
    pub fn may_ban(self, their_role: Option<Role>) -> Result<MayBan, Error> {
        let permit = self.may_admit()?;
        // `None` is below every role, so strangers can be kept out, too.
        if self.role > their_role { Ok(permit) } else { Err(Error::Forbidden(Ban::NotAllowed)) }
    }

    pub fn may_join(self) -> Result<MayJoin, Error> {
        if self.banned {
            return Err(Error::Forbidden(Ban::BannedFromRoom));
        }
        if self.role.is_some() || self.is_open() {
            return Ok(MayJoin(self));
        }
        Err(Error::Forbidden(Ban::NotMember))
    }

    /// A group that its last member has left can be reached by nobody, so it may go.
    pub fn may_clear(self, senior: Option<UserId>) -> Option<MayManage> {
        (self.kind == Kind::Group && senior.is_none()).then_some(MayManage(self))
    }

    /// Whether people come in by themselves.
    fn is_open(self) -> bool {
        self.kind == Kind::Public || self.kind == Kind::Group && self.joinable
    }

    /// Channels are a matter of their server's owner, whose role in them is the same.
    fn owns_channel(self, action: OwnerAction) -> Result<(), Error> {
        match (self.kind, self.role) {
            (Kind::Channel, Some(Role::Admin | Role::Member)) => {
                Err(Error::Forbidden(Ban::NotServerOwner(action)))
            }
            (Kind::Channel, Some(Role::Owner) | None)
            | (Kind::Direct | Kind::Group | Kind::Public, _) => Ok(()),
        }
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

/// Nobody is brought into a room that keeps them out.
pub fn may_come(banned: bool) -> Result<(), Error> {
    if banned { Err(Error::Forbidden(Ban::BannedFromRoom)) } else { Ok(()) }
}

impl MayRead {
    pub fn room(self) -> RoomId {
        self.0.room
    }

    /// What was said up to here is gone for the reader.
    pub fn since(self) -> i64 {
        self.0.cleared
    }

    pub fn shows(self, seq: i64) -> bool {
        seq > self.0.cleared
    }
}

impl MayForget {
    pub fn room(self) -> RoomId {
        self.0.room
    }

    pub fn actor(self) -> UserId {
        self.0.actor
    }
}

impl MayBan {
    pub fn room(self) -> RoomId {
        self.0.room
    }

    pub fn actor(self) -> UserId {
        self.0.actor
    }
}

impl MaySearch {
    /// In those of the rooms that may be read.
    pub fn of(rooms: impl IntoIterator<Item = Facts>) -> Self {
        let leaves = rooms.into_iter().filter_map(|it| it.may_read().ok());
        Self(leaves.map(|it| (it.room(), it)).collect())
    }

    pub fn rooms(&self) -> impl Iterator<Item = RoomId> {
        self.0.keys().copied()
    }

    pub fn room(&self, room: RoomId) -> Option<MayRead> {
        self.0.get(&room).copied()
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
            "kind    role   blocked  read post manage describe invite remove rank   delete join by link leave forget ban     by link\n",
        );
        for kind in [Kind::Direct, Kind::Group, Kind::Channel, Kind::Public] {
            for role in [None, Some(Role::Member), Some(Role::Admin), Some(Role::Owner)] {
                for blocked in [false, true] {
                    table += &row(kind, role, blocked);
                }
            }
        }
        table += "\nbanned  by link  read post join\n";
        for (kind, joinable) in [(Kind::Public, false), (Kind::Group, true)] {
            table += &banned(kind, joinable);
        }
        insta::assert_snapshot!(table);
    }

    fn nobody(kind: Kind) -> Facts {
        Facts {
            room: RoomId(uuid::Uuid::nil()),
            kind,
            joinable: false,
            actor: UserId(1),
            role: None,
            blocked: false,
            banned: false,
            cleared: 0,
        }
    }

    fn banned(kind: Kind, joinable: bool) -> String {
        let facts = Facts { joinable, banned: true, ..nobody(kind) };
        let yes = |it: bool| if it { "yes" } else { "-" };
        format!(
            "{:<7} {:<8} {:<4} {:<4} {}\n",
            format!("{kind:?}"),
            yes(joinable),
            yes(facts.may_read().is_ok()),
            yes(facts.may_post().is_ok()),
            yes(facts.may_join().is_ok()),
        )
    }

    fn row(kind: Kind, role: Option<Role>, blocked: bool) -> String {
        let facts = Facts { role, blocked, ..nobody(kind) };
        let whom = [None, Some(Role::Member), Some(Role::Admin), Some(Role::Owner)];
        let bans = |facts: Facts| {
            let count = whom.into_iter().filter(|it| facts.may_ban(*it).is_ok()).count();
            ["-", "strangers", "members", "admins", "owners"][count]
        };
        let yes = |it: bool| if it { "yes" } else { "-" };
        let roles = [("member", Role::Member), ("admin", Role::Admin), ("owner", Role::Owner)];
        let given: Vec<_> =
            roles.iter().filter(|it| facts.may_rank(Role::Member, it.1).is_ok()).collect();
        format!(
            "{:<7} {:<6} {:<8} {:<4} {:<4} {:<6} {:<8} {:<6} {:<6} {:<6} {:<6} {:<4} {:<7} {:<5} {:<6} {:<7} {}\n",
            format!("{kind:?}"),
            role.map_or("-".to_owned(), |it| format!("{it:?}")),
            yes(blocked),
            yes(facts.may_read().is_ok()),
            yes(facts.may_post().is_ok()),
            yes(facts.may_manage().is_ok()),
            yes(facts.may_describe().is_ok()),
            yes(facts.may_invite().is_ok()),
            yes(facts.may_remove(Role::Member).is_ok()),
            given.last().map_or("-", |it| it.0),
            yes(facts.may_delete().is_ok()),
            yes(facts.may_join().is_ok()),
            yes(Facts { joinable: true, ..facts }.may_join().is_ok()),
            yes(facts.may_leave().is_ok()),
            yes(facts.may_forget().is_ok()),
            bans(facts),
            bans(Facts { joinable: true, ..facts }),
        )
    }
}
