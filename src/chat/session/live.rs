//! Which sessions live. Remembered, because every request asks.

use std::{sync::Arc, time::Duration};

use entity::{
    id::{SessionId, UserId},
    session,
    time::Timestamp,
};
use sea_orm::ConnectionTrait;

use crate::{
    chat::engine::cache::ReadCache,
    model::{
        actor::Actor,
        error::{Doubt, Error},
    },
    store,
};

/// Five seconds is what another node may need to hear of an end; on this one it is at once.
#[derive(Clone)]
pub struct LiveSessions(Arc<ReadCache<SessionId, UserId>>);

impl Default for LiveSessions {
    fn default() -> Self {
        Self(Arc::new(ReadCache::new(200_000, Duration::from_secs(5))))
    }
}

impl LiveSessions {
    /// Whether the actor's session lives and is theirs.
    pub async fn check(
        &self,
        db: &impl ConnectionTrait,
        now: Timestamp,
        me: Actor,
    ) -> Result<(), Error> {
        let owner = if let Some(owner) = self.0.get(me.session) {
            owner
        } else {
            // Before it is read, so that a session that ends meanwhile is not remembered as living.
            let ticket = self.0.ticket();
            let owner = find(db, now, me.session).await?.user_id;
            self.0.keep(ticket, me.session, owner);
            owner
        };
        if owner == me.id { Ok(()) } else { Err(Error::Unauthenticated(Doubt::BadToken)) }
    }

    pub fn forget(&self, session: SessionId) {
        self.0.forget(session);
    }
}

/// The row of a session that has neither ended nor run out.
pub async fn find(
    db: &impl ConnectionTrait,
    now: Timestamp,
    id: SessionId,
) -> Result<session::Model, Error> {
    let row = store::session::find(db, id).await?;
    let row = row.filter(|it| it.revoked_at.is_none());
    let row = row.ok_or(Error::Unauthenticated(Doubt::Revoked))?;
    if row.expires_at <= now {
        return Err(Error::Unauthenticated(Doubt::Expired));
    }
    Ok(row)
}
