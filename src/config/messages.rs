//! What becomes of messages after they are sent.

use serde::Serialize;

use crate::config::fault::ConfigError;
use crate::config::source::Layers;

#[derive(Clone, Debug, Serialize)]
pub struct Messages {
    pub show_edits: bool,
}

impl Messages {
    pub fn read(layers: &Layers) -> Result<Self, ConfigError> {
        Ok(Self { show_edits: layers.switch("messages.show_edits")? })
    }
}
