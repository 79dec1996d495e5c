//! What happened to a sign-in, to its own connections.

#[derive(Clone, Copy, Debug)]
pub enum SessionNews {
    /// It is over: its sockets are told and closed.
    Ended(Ending),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    LoggedOut,
    Revoked,
    PasswordChanged,
    AccountDeleted,
    TokenReused,
}
