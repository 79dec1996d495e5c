//! The products whose clients this server admits.

use crate::config::fault::ConfigError;
use crate::config::source::Layers;

/// All that there are; each is a folder of `src/dialect`.
pub const ALL: [&str; 6] = ["campus", "chatroom", "chatsphere", "discord", "native", "swift"];

pub fn on(layers: &Layers) -> Result<Vec<String>, ConfigError> {
    let named = layers.list("surfaces")?;
    match named.iter().find(|it| !ALL.contains(&it.as_str())) {
        Some(unknown) => {
            Err(layers.fault("surfaces", format!("{unknown:?} is not one of {}", ALL.join(", "))))
        }
        None if named.is_empty() => Err(layers.fault("surfaces", "at least one must be on")),
        None => Ok(named),
    }
}
