//! How clients stay in step.

use serde::Serialize;

use crate::config::fault::ConfigError;
use crate::config::source::Layers;

#[derive(Clone, Debug, Serialize)]
pub struct Sync {
    pub heads_seconds: u64,
    pub marks_told: usize,
    pub typing_told: usize,
    pub receipt_days: u32,
}

impl Sync {
    pub fn read(layers: &Layers) -> Result<Self, ConfigError> {
        Ok(Self {
            heads_seconds: layers.number("sync.heads_seconds", 1..=3600)?,
            marks_told: layers.number("sync.marks_told", 0..=10_000)?,
            typing_told: layers.number("sync.typing_told", 0..=10_000)?,
            receipt_days: layers.number("sync.receipt_days", 1..=3650)?,
        })
    }
}
