//! How much history to hand out at once, and from where.

/// Between 1 and 100.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit(u64);

impl Limit {
    pub const MAX: u64 = 100;

    /// The nearest allowed limit; asking for too much is not an error.
    pub fn clamped(wanted: u64) -> Self {
        Self(wanted.clamp(1, Self::MAX))
    }

    /// The same of a number that may be less than nothing.
    pub fn nearest(wanted: i64) -> Self {
        Self::clamped(u64::try_from(wanted).unwrap_or(1))
    }

    pub fn get(self) -> u64 {
        self.0
    }
}

impl Default for Limit {
    fn default() -> Self {
        Self(50)
    }
}

/// Where in a room's history a page lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Window {
    Newest,
    Before(i64),
    After(i64),
    Around(i64),
}

/// Some of a list, and whether it goes on.
#[derive(Clone, Debug)]
pub struct Page<T> {
    /// Oldest first.
    pub items: Vec<T>,
    pub more_before: bool,
    pub more_after: bool,
}
