//! What somebody is like now, to whoever sees them unless said otherwise.

use std::sync::Arc;

use crate::model::person::{Card, account::Account};

#[derive(Clone, Debug)]
pub enum PersonNews {
    ProfileChanged(Card),
    /// The same to one's own devices, with what is nobody else's business.
    OneselfChanged(Arc<Account>),
    /// To one's own devices: this person is blocked from now on,
    Blocked(Card),
    /// or no more.
    Unblocked(Card),
}
