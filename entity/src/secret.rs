//! Columns that nobody reads in a log.

use std::fmt;

use sea_orm::DeriveValueType;

/// A hash of a password or of a token: good for comparing, and never printed.
#[derive(Clone, PartialEq, Eq, DeriveValueType)]
pub struct Hashed(pub String);

impl Hashed {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Hashed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(a hash)")
    }
}
