//! How many of something each address has, so that none takes all of it.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use crate::model::allowance::Network;

#[derive(Clone)]
pub struct Shares(Arc<Book>);

struct Book {
    most: usize,
    taken: Mutex<HashMap<Network, usize>>,
}

/// One of them; dropping it gives it back.
pub struct Share {
    book: Arc<Book>,
    whose: Network,
}

impl Shares {
    pub fn new(most: usize) -> Self {
        Self(Arc::new(Book { most, taken: Mutex::default() }))
    }

    /// `None` for an address that has as many as it may.
    pub fn take(&self, address: IpAddr) -> Option<Share> {
        // A client with IPv6 has a whole /64 of addresses to choose from.
        let whose = Network::from(address);
        let mut taken = self.0.taken();
        let count = taken.get(&whose).copied().unwrap_or_default();
        if count >= self.0.most {
            return None;
        }
        taken.insert(whose, count + 1);
        drop(taken);
        Some(Share { book: self.0.clone(), whose })
    }

    /// For whoever has just given one up that is not back yet.
    pub fn take_beyond(&self, address: IpAddr) -> Share {
        let whose = Network::from(address);
        *self.0.taken().entry(whose).or_default() += 1;
        Share { book: self.0.clone(), whose }
    }
}

impl Book {
    fn taken(&self) -> MutexGuard<'_, HashMap<Network, usize>> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        let mut taken = self.book.taken();
        if let Some(count) = taken.get_mut(&self.whose) {
            *count -= 1;
            // An address that holds nothing takes no memory.
            if *count == 0 {
                taken.remove(&self.whose);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_address_has_its_own_and_what_is_given_back_can_be_taken_again() {
        let shares = Shares::new(2);
        let take = |it: &str| shares.take(it.parse().unwrap());
        let (one, two) = (take("192.0.2.1"), take("::ffff:192.0.2.1"));
        assert!(one.is_some() && two.is_some() && take("192.0.2.1").is_none());
        assert!(take("192.0.2.2").is_some());
        drop(one);
        assert!(take("192.0.2.1").is_some());
        drop(two);
        assert!(shares.0.taken().is_empty());
    }
}
