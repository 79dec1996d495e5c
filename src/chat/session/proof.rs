//! Who has shown that an account is theirs.

use entity::user;

use crate::model::person::account::Account;

/// The account and the password as they were when somebody proved to know them. Signing in asks
/// whether they are still the same; nobody but the core sees the row.
#[derive(Clone, Debug)]
pub struct Proved(user::Model);

impl Proved {
    pub(in crate::chat) fn new(row: user::Model) -> Self {
        Self(row)
    }

    pub(in crate::chat) fn row(&self) -> &user::Model {
        &self.0
    }

    pub fn account(&self) -> Account {
        Account::from(&self.0)
    }
}
