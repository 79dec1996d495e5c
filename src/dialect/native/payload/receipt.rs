//! Who has got a message.

use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    model::message::receipt::{Receipt, Receipts as Known},
    wire::spelling::rfc3339_millis,
};

#[derive(Serialize, ToSchema)]
#[schema(as = native::Receipts)]
pub struct Receipts {
    /// In a large room only the first.
    pub readers: Vec<Reader>,
    #[schema(example = 2)]
    pub read_count: u64,
    /// The readers are among them.
    pub delivered: Vec<Recipient>,
    #[schema(example = 5)]
    pub delivered_count: u64,
}

#[derive(Serialize, ToSchema)]
#[schema(as = native::Reader)]
pub struct Reader {
    #[schema(example = 43)]
    pub user_id: i64,
    /// Null when it was too long ago to say.
    #[schema(example = "2026-11-20T23:49:58.000Z")]
    pub read_at: Option<String>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = native::Recipient)]
pub struct Recipient {
    #[schema(example = 43)]
    pub user_id: i64,
    /// Null when it was too long ago to say.
    #[schema(example = "2026-11-20T23:49:57.000Z")]
    pub delivered_at: Option<String>,
}

impl From<&Known> for Receipts {
    fn from(receipts: &Known) -> Self {
        let reader =
            |it: &Receipt| Reader { user_id: it.user.0, read_at: it.at.map(rfc3339_millis) };
        let recipient = |it: &Receipt| Recipient {
            user_id: it.user.0,
            delivered_at: it.at.map(rfc3339_millis),
        };
        Self {
            readers: receipts.readers.first.iter().map(reader).collect(),
            read_count: receipts.readers.count,
            delivered: receipts.delivered.first.iter().map(recipient).collect(),
            delivered_count: receipts.delivered.count,
        }
    }
}
