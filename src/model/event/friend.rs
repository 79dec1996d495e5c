//! What became of a friendship. Each side hears its own view of it.

use crate::model::person::friendship::Relation;

#[derive(Clone, Debug)]
pub enum FriendNews {
    Requested(Relation),
    Accepted(Relation),
    /// The request was taken back or rejected.
    Cancelled(Relation),
    Removed(Relation),
}
