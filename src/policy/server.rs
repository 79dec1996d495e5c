//! Who may do what on a server. The owner decides about the server and its channels;
//! admins look after who is on it.

use entity::{
    id::{ServerId, UserId},
    participant::Role,
};

use crate::model::error::{Ban, Clash, Error, OwnerAction, Thing};

/// What a decision about a server rests on.
#[derive(Clone, Copy, Debug)]
pub struct Facts {
    pub server: ServerId,
    pub actor: UserId,
    /// `None` for somebody who is not a member.
    pub role: Option<Role>,
    /// Anybody may join; a closed one takes an invitation.
    pub is_open: bool,
    /// No member any more, and not to be one again.
    pub banned: bool,
}

/// Leave to see a server and its channels.
#[derive(Clone, Copy, Debug)]
pub struct MayView(Facts);

/// Leave to change a server and its channels, and to end them.
#[derive(Clone, Copy, Debug)]
pub struct MayRule(Facts);

/// Leave to become a member.
#[derive(Clone, Copy, Debug)]
pub struct MayEnter(Facts);

/// Leave to be a member no longer.
#[derive(Clone, Copy, Debug)]
pub struct MayExit(Facts);

/// Leave to invite people, and to see who is invited and who is banned.
#[derive(Clone, Copy, Debug)]
pub struct MayAdmit(Facts);

impl Facts {
    pub fn may_view(self) -> Result<MayView, Error> {
        self.may_know()?;
        if self.role.is_some() { Ok(MayView(self)) } else { Err(Error::Forbidden(Ban::NotMember)) }
    }

    /// What somebody sees who thinks of joining.
    pub fn may_glimpse(self) -> Result<(), Error> {
        self.may_know()?;
        if self.banned { Err(Error::Forbidden(Ban::Banned)) } else { Ok(()) }
    }

    pub fn may(self, action: OwnerAction) -> Result<MayRule, Error> {
        self.may_know()?;
        match self.role {
            Some(Role::Owner) => Ok(MayRule(self)),
            Some(Role::Admin | Role::Member) | None => {
                Err(Error::Forbidden(Ban::NotServerOwner(action)))
            }
        }
    }

    pub fn may_enter(self) -> Result<MayEnter, Error> {
        self.may_know()?;
        self.may_accept()
    }

    /// With an invitation, which opens a closed server, too.
    pub fn may_accept(self) -> Result<MayEnter, Error> {
        match (self.role, self.banned) {
            (Some(_), _) => Err(Error::Taken(Clash::AlreadyMember)),
            (None, true) => Err(Error::Forbidden(Ban::Banned)),
            (None, false) => Ok(MayEnter(self)),
        }
    }

    pub fn may_exit(self) -> Result<MayExit, Error> {
        self.may_know()?;
        match self.role {
            // A server has exactly one owner, and nobody could change or delete it without them.
            Some(Role::Owner) => Err(Error::Forbidden(Ban::OwnerStays)),
            Some(Role::Admin | Role::Member) => Ok(MayExit(self)),
            None => Err(Error::Missing(Thing::Membership)),
        }
    }

    pub fn may_admit(self) -> Result<MayAdmit, Error> {
        self.may_know()?;
        match self.role {
            Some(Role::Owner | Role::Admin) => Ok(MayAdmit(self)),
            Some(Role::Member) => Err(Error::Forbidden(Ban::NotAllowed)),
            None => Err(Error::Forbidden(Ban::NotMember)),
        }
    }

    /// To send away or ban somebody, who need not be a member: nobody does so to anybody
    /// of the same or a higher rank, and so not to oneself.
    pub fn may_expel(self, their_role: Option<Role>) -> Result<MayAdmit, Error> {
        let permit = self.may_admit()?;
        // `None` is below every role, so strangers can be banned, too.
        if self.role > their_role { Ok(permit) } else { Err(Error::Forbidden(Ban::NotAllowed)) }
    }

    /// Roles are the owner's to give, to everybody but the owner.
    pub fn may_rank(self, their_role: Role) -> Result<MayRule, Error> {
        self.may_view()?;
        if self.role == Some(Role::Owner) && their_role != Role::Owner {
            return Ok(MayRule(self));
        }
        Err(Error::Forbidden(Ban::NotAllowed))
    }

    /// A closed server is not there for whoever is not on it.
    fn may_know(self) -> Result<(), Error> {
        if self.role.is_some() || self.is_open {
            Ok(())
        } else {
            Err(Error::Missing(Thing::Server))
        }
    }
}

impl MayView {
    pub fn server(self) -> ServerId {
        self.0.server
    }
}

impl MayRule {
    pub fn server(self) -> ServerId {
        self.0.server
    }
}

impl MayEnter {
    pub fn server(self) -> ServerId {
        self.0.server
    }

    pub fn actor(self) -> UserId {
        self.0.actor
    }
}

impl MayExit {
    pub fn server(self) -> ServerId {
        self.0.server
    }

    pub fn actor(self) -> UserId {
        self.0.actor
    }
}

impl MayAdmit {
    pub fn server(self) -> ServerId {
        self.0.server
    }

    pub fn actor(self) -> UserId {
        self.0.actor
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_whole_policy_of_servers() {
        let mut table = String::from(
            "role   open banned view glimpse rule enter accept exit admit expel rank\n",
        );
        for is_open in [true, false] {
            table += &row(None, is_open, true);
            for role in [None, Some(Role::Member), Some(Role::Admin), Some(Role::Owner)] {
                table += &row(role, is_open, false);
            }
        }
        insta::assert_snapshot!(table);
    }

    fn row(role: Option<Role>, is_open: bool, banned: bool) -> String {
        let facts = Facts { server: ServerId(1), actor: UserId(1), role, is_open, banned };
        let yes = |it: bool| if it { "yes" } else { "-" };
        let whom = [None, Some(Role::Member), Some(Role::Admin), Some(Role::Owner)];
        let expels = whom.into_iter().filter(|it| facts.may_expel(*it).is_ok()).count();
        let ranks = whom.into_iter().flatten().filter(|it| facts.may_rank(*it).is_ok()).count();
        format!(
            "{:<6} {:<4} {:<6} {:<4} {:<7} {:<4} {:<5} {:<6} {:<4} {:<5} {:<5} {}\n",
            role.map_or("-".to_owned(), |it| format!("{it:?}")),
            yes(is_open),
            yes(banned),
            yes(facts.may_view().is_ok()),
            yes(facts.may_glimpse().is_ok()),
            yes(facts.may(OwnerAction::UpdateServer).is_ok()),
            yes(facts.may_enter().is_ok()),
            yes(facts.may_accept().is_ok()),
            yes(facts.may_exit().is_ok()),
            yes(facts.may_admit().is_ok()),
            ["-", "strangers", "members", "admins", "owners"][expels],
            ["-", "members", "admins", "owners"][ranks],
        )
    }
}
