//! How a field of each type is read.

use entity::{
    id::{FileId, MessageId, RoomId, ServerId, SessionId, UserId},
    time::Timestamp,
};
use serde_json::Value;
use uuid::Uuid;

use super::{Field, Fields, Word, bound::Bound, source::Source};
use crate::{
    model::{page::Limit, text::name::Email},
    wire::fastapi::{fault::Fault, timestamp, value as spelled},
};

const MOST: i64 = Limit::MAX.cast_signed();

/// A single value, which may stand in a list, too.
pub trait Scalar: Sized {
    fn read(value: &Value, spelling: Spelling) -> Result<Self, Fault>;

    fn bound() -> Option<Bound> {
        None
    }
}

/// How a value has to be spelled.
#[derive(Clone, Copy)]
pub struct Spelling {
    /// It must be of the very type that is asked for.
    pub(super) is_strict: bool,
    /// It comes from where there are only texts.
    pub(super) is_text: bool,
}

impl<T: Scalar> Field for T {
    fn read(fields: &mut Fields<'_>, name: &str) -> Option<Self> {
        let spelling = fields.spelling(name);
        fields.required(name, |it| T::read(it, spelling))
    }

    fn read_opt(fields: &mut Fields<'_>, name: &str) -> Option<Option<Self>> {
        let spelling = fields.spelling(name);
        fields.optional(name, |it| T::read(it, spelling))
    }

    fn bound() -> Option<Bound> {
        T::bound()
    }
}

impl<T: Scalar> Field for Vec<T> {
    fn read(fields: &mut Fields<'_>, name: &str) -> Option<Self> {
        let (spelling, values) = (fields.spelling(name), fields.list(name));
        fields.items(name, values, |it| T::read(it, spelling))
    }

    fn read_opt(fields: &mut Fields<'_>, name: &str) -> Option<Option<Self>> {
        let spelling = fields.spelling(name);
        fields.list_opt(name, |it| T::read(it, spelling))
    }
}

impl<T: Field> Field for Option<T> {
    /// Absent and null are the same.
    fn read(fields: &mut Fields<'_>, name: &str) -> Option<Self> {
        T::read_opt(fields, name)
    }

    /// Null is `Some(None)`.
    fn read_opt(fields: &mut Fields<'_>, name: &str) -> Option<Option<Self>> {
        match fields.source.find(name) {
            None => Some(None),
            Some(_) => T::read_opt(fields, name).map(Some),
        }
    }

    fn bound() -> Option<Bound> {
        T::bound()
    }
}

/// From 1 to 100. More is refused, because a client that asked for more would take the end of the
/// page for the end of the list. Who does not ask gets what is usual.
impl Field for Limit {
    fn read(fields: &mut Fields<'_>, name: &str) -> Option<Self> {
        Self::read_opt(fields, name).map(Option::unwrap_or_default)
    }

    fn read_opt(fields: &mut Fields<'_>, name: &str) -> Option<Option<Self>> {
        let wanted = fields.int_between_opt(name, 1, MOST)?;
        Some(wanted.map(Self::nearest))
    }

    fn bound() -> Option<Bound> {
        Some(Bound::Number(1, MOST))
    }
}

impl Fields<'_> {
    /// A path is read leniently: whatever leads to the same place is the same.
    pub(super) fn spelling(&self, name: &str) -> Spelling {
        match self.source.of(name) {
            Source::Object(_) => Spelling { is_strict: self.is_strict, is_text: false },
            Source::Path(_) => Spelling { is_strict: false, is_text: true },
            _ => Spelling { is_strict: self.is_strict, is_text: true },
        }
    }
}

impl Scalar for String {
    fn read(value: &Value, _: Spelling) -> Result<Self, Fault> {
        spelled::text(value)
    }
}

impl Scalar for i64 {
    fn read(value: &Value, spelling: Spelling) -> Result<Self, Fault> {
        let Spelling { is_strict, is_text } = spelling;
        if is_strict { spelled::exact_int(value, is_text) } else { spelled::int(value) }
    }
}

impl Scalar for bool {
    fn read(value: &Value, spelling: Spelling) -> Result<Self, Fault> {
        let Spelling { is_strict, is_text } = spelling;
        if is_strict { spelled::exact_bool(value, is_text) } else { spelled::bool(value) }
    }
}

impl Scalar for Uuid {
    fn read(value: &Value, _: Spelling) -> Result<Self, Fault> {
        spelled::uuid(value)
    }
}

impl Scalar for Email {
    fn read(value: &Value, _: Spelling) -> Result<Self, Fault> {
        spelled::email(value)
    }

    fn bound() -> Option<Bound> {
        Some(Bound::Email(Self::LONGEST))
    }
}

impl Scalar for Timestamp {
    fn read(value: &Value, spelling: Spelling) -> Result<Self, Fault> {
        if spelling.is_strict {
            timestamp::spelled(value, spelling.is_text)
        } else {
            timestamp::moment(value)
        }
    }

    fn bound() -> Option<Bound> {
        Some(Bound::Moment)
    }
}

/// One that is only passed on, or whose type the caller looks at.
impl Scalar for Value {
    fn read(value: &Value, _: Spelling) -> Result<Self, Fault> {
        Ok(value.clone())
    }
}

impl<T: Word> Scalar for T {
    fn read(value: &Value, _: Spelling) -> Result<Self, Fault> {
        spelled::one_of(value, T::WORDS)
    }

    fn bound() -> Option<Bound> {
        Some(Bound::known(T::WORDS))
    }
}

macro_rules! ids {
    ($($name:ident)+) => {$(
        impl Scalar for $name {
            fn read(value: &Value, spelling: Spelling) -> Result<Self, Fault> {
                Scalar::read(value, spelling).map(Self)
            }
        }
    )+};
}

ids! { UserId RoomId MessageId SessionId FileId ServerId }
