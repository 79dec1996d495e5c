//! Messages in their JSON. A message is rendered once: whoever sent it is told in the same
//! words as everybody else, and right after them.

use std::sync::{Arc, Mutex, PoisonError};

use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};

use crate::{
    dialect::native::payload,
    model::message::{Message, Sent},
};

#[derive(Default)]
pub(super) struct RenderCache(Mutex<Option<Rendered>>);

/// What was rendered last.
struct Rendered {
    message: Arc<Message>,
    json: Arc<RawValue>,
}

/// What `message:created` and `message:updated` carry.
#[derive(Serialize)]
pub(super) struct Told {
    message: Arc<RawValue>,
    rev: i64,
}

/// What whoever sent a message is told.
#[derive(Serialize)]
pub(super) struct Receipt {
    message: Arc<RawValue>,
    /// It had been sent before, under the same `client_msg_id`.
    duplicate: bool,
}

impl RenderCache {
    pub(super) fn told(&self, message: &Arc<Message>) -> serde_json::Result<Told> {
        Ok(Told { message: self.print(message)?, rev: message.row.rev })
    }

    pub(super) fn receipt(&self, sent: &Sent) -> serde_json::Result<Receipt> {
        Ok(Receipt { message: self.print(&sent.message)?, duplicate: sent.duplicate })
    }

    fn print(&self, message: &Arc<Message>) -> serde_json::Result<Arc<RawValue>> {
        // Held while it is rendered, so that another who wants it waits and does not do it again.
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // What changes a message makes another value of it, so this is never an older one.
        if let Some(print) = last.as_ref().filter(|it| Arc::ptr_eq(&it.message, message)) {
            return Ok(print.json.clone());
        }
        let json: Arc<RawValue> =
            to_raw_value(&payload::message::Message::from(&**message))?.into();
        *last = Some(Rendered { message: message.clone(), json: json.clone() });
        Ok(json)
    }
}
