//! Row ids, one type per table, so that a room's id never passes for a user's.

use std::fmt;

use sea_orm::{DbErr, DeriveValueType, TryFromU64, prelude::Uuid};

macro_rules! id {
    ($($(#[$doc:meta])* $name:ident($inner:ty))+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, DeriveValueType)]
        pub struct $name(pub $inner);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    )+};
}

id! {
    UserId(i64)
    RoomId(Uuid)
    /// Identity only: numbers are handed out before they commit, so order is `seq`'s job.
    MessageId(i64)
    SessionId(Uuid)
    FileId(Uuid)
    ServerId(i64)
    ReactionId(i64)
}

/// `SeaORM` asks every primary key whether it can be made from a row number.
macro_rules! never_numbered {
    ($($name:ident)+) => {$(
        impl TryFromU64 for $name {
            fn try_from_u64(number: u64) -> Result<Self, DbErr> {
                Uuid::try_from_u64(number).map(Self)
            }
        }
    )+};
}

never_numbered! { RoomId SessionId FileId }
