//! How messages are made searchable.

use serde::Serialize;

use crate::config::fault::ConfigError;
use crate::config::source::Layers;

#[derive(Clone, Debug, Serialize)]
pub struct Search {
    pub block: u32,
}

impl Search {
    pub fn read(layers: &Layers) -> Result<Self, ConfigError> {
        // The indexer puts no more messages than that into one block.
        Ok(Self { block: layers.number("search.block", 1..=4_096)? })
    }
}
