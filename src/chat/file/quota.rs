//! How much one person may keep here: messages' files and profile pictures together.
//!
//! What is on its way counts from its first byte on, so that many uploads at once take no more
//! than one after the other. It is remembered here and nowhere else: what was on its way when
//! the server was killed is given up with it.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use entity::id::UserId;

use crate::{
    model::error::Error,
    store::{self, engine::pool::Pool},
};

/// Those who have something on its way.
#[derive(Clone, Default)]
pub struct Quotas(Arc<Mutex<HashMap<UserId, Usage>>>);

#[derive(Default)]
struct Usage {
    /// What is stored, as far as it is known. What is deleted while something is on its way
    /// still counts.
    stored: Option<u64>,
    arriving: u64,
    uploads: usize,
}

/// Room for what is on its way; given back when dropped.
pub(in crate::chat) struct Reservation {
    quotas: Quotas,
    owner: UserId,
    limit: u64,
    bytes: u64,
    is_stored: bool,
}

impl Reservation {
    /// Takes so much more, if there is room for it.
    pub(in crate::chat) fn grow(&mut self, bytes: u64) -> Result<(), Error> {
        self.resize(self.bytes.saturating_add(bytes))
    }

    /// Takes so much altogether, if there is room for it.
    pub(in crate::chat) fn resize(&mut self, bytes: u64) -> Result<(), Error> {
        let (limit, before) = (self.limit, self.bytes);
        let is_taken = self.account(|it| {
            let others = it.arriving - before;
            let all = it.stored.unwrap_or(0).saturating_add(others).saturating_add(bytes);
            // To give back is always allowed, also to somebody who has more than a setting allows
            // by now.
            let fits = bytes <= before || all <= limit;
            if fits {
                it.arriving = others + bytes;
            }
            // An upload begins with nothing: whoever has no room at all is refused before a byte of
            // it has come.
            fits && (bytes > 0 || all < limit)
        });
        if !is_taken {
            return Err(Error::TooLarge { limit });
        }
        self.bytes = bytes;
        Ok(())
    }

    /// Its row is about to be stored: from now on it counts as such, also if whoever sends it
    /// goes away in this moment.
    pub(in crate::chat) fn settle(&mut self) {
        self.is_stored = true;
    }

    fn account<T>(&self, change: impl FnOnce(&mut Usage) -> T) -> T {
        change(self.quotas.lock().entry(self.owner).or_default())
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        let mut accounts = self.quotas.lock();
        let Some(account) = accounts.get_mut(&self.owner) else { return };
        account.arriving -= self.bytes;
        account.uploads -= 1;
        if let (true, Some(stored)) = (self.is_stored, &mut account.stored) {
            *stored += self.bytes;
        }
        // The next upload reads from the database what is stored, without what was deleted
        // meanwhile.
        if account.uploads == 0 {
            accounts.remove(&self.owner);
        }
    }
}

impl Quotas {
    /// Opens an account of what a person is about to store, who may have so much. Nothing is
    /// reserved yet.
    pub(in crate::chat) async fn open(
        &self,
        db: &Pool,
        owner: UserId,
        limit: u64,
    ) -> Result<Reservation, Error> {
        let is_known = {
            let mut accounts = self.lock();
            let account = accounts.entry(owner).or_default();
            // Before the database is asked, so that the account stays when another upload ends
            // meanwhile.
            account.uploads += 1;
            account.stored.is_some()
        };
        let quotas = self.clone();
        let mut reservation = Reservation { quotas, owner, limit, bytes: 0, is_stored: false };
        if !is_known {
            // Nothing of this account is stored before it is known what was: who asks at the
            // same time hears the same.
            let stored = store::file::total(db, owner).await?
                + store::file::avatar::total(db, owner).await?;
            reservation.account(|it| *it.stored.get_or_insert(stored));
        }
        reservation.resize(0)?;
        Ok(reservation)
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<UserId, Usage>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
