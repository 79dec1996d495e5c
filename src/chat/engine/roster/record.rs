//! What is remembered of one room: who is in it, in which role, and what else permission depends on.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use entity::{
    id::{RoomId, UserId},
    participant::{self, Role},
};
use sea_orm::ConnectionTrait;

use super::RowSource;
use crate::{
    model::{error::Error, room::Identity},
    policy::Facts,
    store,
};

/// In a room with more members than this they are not read together, but each when they are asked
/// about: somebody who comes or goes must not cost a list of ten thousand.
const LISTED: u64 = 1_000;
/// Of so many people a large room remembers whether they are members.
const REMEMBERED: usize = 20_000;

/// What permission in a room depends on.
pub struct RoomRecord {
    pub identity: Arc<Identity>,
    pub joinable: bool,
    pub members: Members,
    pub blocked: bool,
}

pub enum Members {
    Listed(HashMap<UserId, Membership>),
    /// Too many, so only of those who were asked about, members or not.
    Large {
        count: i64,
        known: Mutex<HashMap<UserId, Option<Membership>>>,
    },
}

impl Members {
    pub async fn read(db: &impl ConnectionTrait, room: RoomId) -> Result<Self, Error> {
        let rows = store::room::member::some_of(db, room, LISTED + 1).await?;
        if rows.len() as u64 <= LISTED {
            return Ok(Self::Listed(rows.into_iter().map(|it| (it.user_id, it.into())).collect()));
        }
        let count = store::room::member::counts(db, &[room]).await?.first().map_or(0, |it| it.1);
        Ok(Self::Large { count, known: Mutex::default() })
    }

    pub fn count(&self) -> usize {
        match self {
            Self::Listed(all) => all.len(),
            Self::Large { count, .. } => usize::try_from(*count).unwrap_or(usize::MAX),
        }
    }

    /// All of them, unless they are too many.
    pub fn listed(&self) -> Option<Vec<UserId>> {
        match self {
            Self::Listed(all) => Some(all.keys().copied().collect()),
            Self::Large { .. } => None,
        }
    }
}

/// What the policy needs to know of a member.
#[derive(Clone, Copy)]
pub struct Membership {
    role: Role,
    cleared: i64,
}

impl From<participant::Model> for Membership {
    fn from(row: participant::Model) -> Self {
        Self { role: row.role, cleared: row.cleared_seq }
    }
}

impl RoomRecord {
    pub async fn facts(&self, db: &impl RowSource, user: UserId) -> Result<Facts, Error> {
        let mine = self.membership(db, user).await?;
        Ok(self.facts_with(user, mine))
    }

    async fn membership<S: RowSource>(
        &self,
        db: &S,
        user: UserId,
    ) -> Result<Option<Membership>, Error> {
        let known = match &self.members {
            Members::Listed(all) => return Ok(all.get(&user).copied()),
            Members::Large { known, .. } => known,
        };
        if let Some(membership) = locked(known).get(&user) {
            return Ok(*membership);
        }
        // Whoever changes it meanwhile forgets the whole record, and this with it.
        let row = store::room::member::find(db, self.identity.room, user).await?;
        let membership = row.map(Membership::from);
        if S::IS_COMMITTED {
            let mut known = locked(known);
            if known.len() >= REMEMBERED {
                known.clear();
            }
            known.insert(user, membership);
        }
        Ok(membership)
    }

    fn facts_with(&self, user: UserId, mine: Option<Membership>) -> Facts {
        Facts {
            room: self.identity.room,
            kind: self.identity.kind,
            joinable: self.joinable,
            actor: user,
            role: mine.map(|it| it.role),
            blocked: self.blocked,
            banned: self.identity.banned.contains(&user),
            cleared: mine.map_or(0, |it| it.cleared),
        }
    }
}

fn locked<T>(it: &Mutex<T>) -> MutexGuard<'_, T> {
    it.lock().unwrap_or_else(PoisonError::into_inner)
}
