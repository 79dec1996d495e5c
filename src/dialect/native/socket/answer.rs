//! The two shapes of an acknowledgement, and the `error` event for those who asked for none.

use serde::Serialize;
use serde_json::{Value, json};

use crate::{
    dialect::native::problem,
    model::error::Error,
    wire::{fields::FieldError, socketio::Answer},
};

/// What went wrong, in the words that REST would have used.
#[derive(Debug, Serialize)]
pub(super) struct Fault {
    code: &'static str,
    message: String,
    status: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_after: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    details: Option<Value>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Ack<'a, T> {
    Done { ok: bool, data: T },
    Failed { ok: bool, error: &'a Fault },
}

#[derive(Serialize)]
struct Failure<'a> {
    event: &'a str,
    error: &'a Fault,
}

/// Answers an event: by acknowledgement, or, when it failed and none was asked for, by an
/// `error` event.
pub(super) fn answer<T: Serialize>(to: Answer, event: &str, result: Result<T, Fault>) {
    match result {
        Ok(data) => to.send(&Ack::Done { ok: true, data }),
        Err(error) if to.wanted => to.send::<Ack<'_, T>>(&Ack::Failed { ok: false, error: &error }),
        // Whoever cannot be told is found out by the next broadcast.
        Err(error) => drop(to.socket.emit("error", &Failure { event, error: &error })),
    }
}

pub(super) fn worded(error: &Error) -> Fault {
    if let Error::Internal(cause) = error {
        tracing::error!(%cause, "an event failed");
    }
    // Whoever comes back after no time at all is only refused again.
    let retry_after = match error {
        Error::TooMany { retry_after }
        | Error::Busy { retry_after }
        | Error::Unavailable { retry_after } => Some(retry_after.as_secs_f64().max(0.05)),
        _ => None,
    };
    Fault {
        code: problem::code(error),
        message: error.to_string(),
        status: problem::status(error).as_u16(),
        retry_after,
        details: problem::field_errors(error).as_deref().map(details),
    }
}

pub(super) fn malformed(errors: &[FieldError]) -> Fault {
    Fault {
        code: "validation_failed",
        message: "the payload is not what this event takes".to_owned(),
        status: 422,
        retry_after: None,
        details: Some(details(errors)),
    }
}

/// An event has one payload, so where the value stands begins in it.
fn details(errors: &[FieldError]) -> Value {
    let detail = |it: &FieldError| json!({"loc": it.loc.get(1..), "msg": it.msg, "type": it.kind});
    errors.iter().map(detail).collect()
}

pub(super) fn unknown_event() -> Fault {
    Fault {
        code: "bad_request",
        message: "there is no such event".to_owned(),
        status: 400,
        retry_after: None,
        details: None,
    }
}
