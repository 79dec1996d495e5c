//! Who may do what on a server.

use entity::{
    id::{ServerId, UserId},
    participant::Role,
};

use crate::model::error::{Ban, Clash, Deed, Error, Thing};

/// What a decision about a server rests on.
#[derive(Clone, Copy, Debug)]
pub struct Facts {
    pub server: ServerId,
    pub actor: UserId,
    /// `None` for somebody who is not a member.
    pub role: Option<Role>,
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

impl Facts {
    pub fn may_view(self) -> Result<MayView, Error> {
        if self.role.is_some() { Ok(MayView(self)) } else { Err(Error::Forbidden(Ban::NotMember)) }
    }

    pub fn may(self, deed: Deed) -> Result<MayRule, Error> {
        match self.role {
            Some(Role::Owner) => Ok(MayRule(self)),
            Some(Role::Admin | Role::Member) | None => {
                Err(Error::Forbidden(Ban::NotServerOwner(deed)))
            }
        }
    }

    /// Servers are open to anybody.
    pub fn may_enter(self) -> Result<MayEnter, Error> {
        match self.role {
            None => Ok(MayEnter(self)),
            Some(_) => Err(Error::Taken(Clash::AlreadyMember)),
        }
    }

    pub fn may_exit(self) -> Result<MayExit, Error> {
        match self.role {
            Some(Role::Owner) => Err(Error::Forbidden(Ban::OwnerStays)),
            Some(Role::Admin | Role::Member) => Ok(MayExit(self)),
            None => Err(Error::Missing(Thing::Membership)),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_whole_policy_of_servers() {
        let mut table = String::from("role   view rule enter exit\n");
        for role in [None, Some(Role::Member), Some(Role::Admin), Some(Role::Owner)] {
            table += &row(role);
        }
        insta::assert_snapshot!(table);
    }

    fn row(role: Option<Role>) -> String {
        let facts = Facts { server: ServerId(1), actor: UserId(1), role };
        let yes = |it: bool| if it { "yes" } else { "-" };
        format!(
            "{:<6} {:<4} {:<4} {:<5} {}\n",
            role.map_or("-".to_owned(), |it| format!("{it:?}")),
            yes(facts.may_view().is_ok()),
            yes(facts.may(Deed::UpdateServer).is_ok()),
            yes(facts.may_enter().is_ok()),
            yes(facts.may_exit().is_ok()),
        )
    }
}
