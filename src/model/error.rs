//! Everything that can go wrong, in the core's own words.
//!
//! The set is closed on purpose: each dialect translates every kind exactly once.

use std::{
    io::{self, ErrorKind},
    iter,
    time::Duration,
};

use sea_orm::DbErr;

use crate::model::outage;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("{0}")]
    Unauthenticated(Doubt),
    #[error("{0}")]
    Forbidden(Ban),
    #[error("{0} not found")]
    Missing(Thing),
    #[error("{0}")]
    Taken(Clash),
    #[error("{0}")]
    Invalid(Flaw),
    #[error("too large: at most {limit} bytes are accepted")]
    TooLarge { limit: u64 },
    #[error("the server's disk is full, please try again later")]
    DiskFull,
    #[error("unsupported file type")]
    Unsupported,
    #[error("too many requests, try again in {} s", retry_after.as_secs().max(1))]
    TooMany { retry_after: Duration },
    #[error("the server is busy, try again in {} s", retry_after.as_secs().max(1))]
    Busy { retry_after: Duration },
    /// What was announced came too slowly, or not at all.
    #[error("the request took too long to arrive")]
    TooSlow,
    /// What is stored cannot be reached or changed just now, and that passes by itself.
    #[error("unavailable, try again in {} s", retry_after.as_secs().max(1))]
    Unavailable { retry_after: Duration },
    #[error("internal error")]
    Internal(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// Ends a body that does not come; [`Error::cut_off`] finds it again behind whatever has been
/// wrapped around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the body came too slowly")]
pub struct Stalled;

/// Why somebody is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Doubt {
    #[error("not authenticated")]
    NoToken,
    #[error("could not validate credentials")]
    BadToken,
    #[error("the token has expired")]
    Expired,
    #[error("the session has ended")]
    Revoked,
    #[error("user not found")]
    UnknownUser,
    #[error("incorrect password")]
    WrongPassword,
}

/// Why somebody may not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Ban {
    #[error("you are not a member of this room")]
    NotMember,
    #[error("you may not do this here")]
    NotAllowed,
    /// The words are the same for a block and for a person who takes no requests, so
    /// that nobody learns of being blocked.
    #[error("this person is not accepting requests")]
    NotAccepting,
    #[error("only the server owner can {0}")]
    NotServerOwner(OwnerAction),
    #[error("the owner cannot leave the server, only delete it")]
    OwnerStays,
    #[error("you are banned from this server")]
    Banned,
    #[error("you are banned from this room")]
    BannedFromRoom,
    #[error("this origin is not allowed")]
    Origin,
    /// Whoever holds a token is not for certain who it was given to.
    #[error("give your password or sign in again to do this")]
    Unproven,
}

/// What only the owner of a server may do; clients are told which it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OwnerAction {
    #[error("update the server")]
    UpdateServer,
    #[error("delete the server")]
    DeleteServer,
    #[error("create channels")]
    CreateChannels,
    #[error("update channels")]
    UpdateChannels,
    #[error("delete channels")]
    DeleteChannels,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Thing {
    #[error("user")]
    User,
    #[error("room")]
    Room,
    #[error("message")]
    Message,
    #[error("friend request")]
    FriendRequest,
    #[error("session")]
    Session,
    #[error("file")]
    File,
    #[error("page")]
    Page,
    #[error("server")]
    Server,
    /// Asked to leave a server that one is not on.
    #[error("membership")]
    Membership,
    #[error("reaction")]
    Reaction,
    /// One that never was, and one that opens nothing any more.
    #[error("invitation")]
    Invite,
    #[error("ban")]
    Ban,
}

/// What stands in the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Clash {
    #[error("this username is taken")]
    Username,
    #[error("this e-mail address is taken")]
    Email,
    #[error("you cannot befriend yourself")]
    Oneself,
    #[error("a request was already sent")]
    AlreadyAsked,
    #[error("you are already friends")]
    AlreadyFriends,
    #[error("this client_msg_id was used for another message")]
    ClientMessageId,
    #[error("you are already a member of this server")]
    AlreadyMember,
    #[error("there are too many invitations already, take one back first")]
    Invites,
}

/// A value that cannot be accepted: which, and why.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {problem}")]
pub struct Flaw {
    pub field: &'static str,
    pub problem: Problem,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    #[error("must not be empty")]
    Blank,
    #[error("must have at least {0} characters")]
    TooShort(usize),
    #[error("must have at most {0} characters")]
    TooLong(usize),
    #[error("must not contain NUL or other control characters")]
    Control,
    #[error("{0}")]
    NotEmail(&'static str),
    #[error("{0}")]
    Other(&'static str),
}

impl Error {
    pub fn invalid(field: &'static str, problem: Problem) -> Self {
        Self::Invalid(Flaw { field, problem })
    }

    /// A file goes with one message.
    pub fn sent_already() -> Self {
        let problem = Problem::Other("this file was sent already; upload it again");
        Self::invalid("attachment_ids", problem)
    }

    /// What went wrong with a file on disk.
    pub fn disk(cause: io::Error) -> Self {
        match cause.kind() {
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => {
                Self::DiskFull
            }
            _ => Self::internal(cause),
        }
    }

    /// What a body that broke off comes to, by the cause of it.
    pub fn cut_off(
        field: &'static str,
        problem: &'static str,
        cause: &(dyn std::error::Error + 'static),
    ) -> Self {
        let mut causes = iter::successors(Some(cause), |it| it.source());
        if causes.any(<dyn std::error::Error>::is::<Stalled>) {
            return Self::TooSlow;
        }
        Self::invalid(field, Problem::Other(problem))
    }

    pub fn unavailable() -> Self {
        Self::Unavailable { retry_after: Duration::from_secs(2) }
    }

    pub fn internal(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Internal(cause.into())
    }
}

impl From<DbErr> for Error {
    fn from(cause: DbErr) -> Self {
        if outage::is_outage(&cause) { Self::unavailable() } else { Self::internal(cause) }
    }
}
