//! Where files lie, and how large they may be.

use std::path::{Component, Path, PathBuf, absolute};

use serde::Serialize;

use crate::config::fault::ConfigError;
use crate::config::source::Layers;

#[derive(Clone, Debug, Serialize)]
pub struct Storage {
    pub data_dir: PathBuf,
    pub static_dir: PathBuf,
    pub upload_dir: Option<PathBuf>,
    pub max_upload_bytes: u64,
    pub max_avatar_bytes: u64,
    pub strip_positions: bool,
    pub unsent_hours: u32,
    pub quota_bytes_per_user: u64,
}

impl Storage {
    /// The folder of the profile pictures.
    pub fn avatars(&self) -> PathBuf {
        self.uploads().join("avatars")
    }

    /// The folder of the files sent to rooms.
    pub fn messages(&self) -> PathBuf {
        self.uploads().join("message")
    }

    /// Whether something that is served to everybody lies in this folder.
    pub fn serves_from(&self, folder: &Path) -> bool {
        [&self.static_dir, &self.avatars(), &self.messages()].iter().any(|it| lies_in(it, folder))
    }

    fn uploads(&self) -> &Path {
        self.upload_dir.as_deref().unwrap_or(&self.static_dir)
    }

    pub fn read(layers: &Layers) -> Result<Self, ConfigError> {
        const TERABYTE: u64 = 1 << 40;
        let storage = Self {
            data_dir: layers.text("storage.data_dir")?.map_or_else(|| "data".into(), PathBuf::from),
            static_dir: layers
                .text("storage.static_dir")?
                .map_or_else(|| "static".into(), PathBuf::from),
            upload_dir: layers.text("storage.upload_dir")?.map(PathBuf::from),
            max_upload_bytes: layers.number("storage.max_upload_bytes", 1..=TERABYTE)?,
            max_avatar_bytes: layers.number("storage.max_avatar_bytes", 1..=TERABYTE)?,
            strip_positions: layers.switch("storage.strip_positions")?,
            unsent_hours: layers.number("storage.unsent_hours", 1..=8_760)?,
            quota_bytes_per_user: layers.number("storage.quota_bytes_per_user", 1..=TERABYTE)?,
        };
        let served = [storage.static_dir.clone(), storage.avatars(), storage.messages()];
        if served.iter().any(|folder| lies_in(&storage.data_dir, folder)) {
            return Err(layers
                .wrong("storage.data_dir", "private, because it lies in a folder that is served"));
        }
        Ok(storage)
    }
}

/// By the names alone: the folders need not exist yet.
fn lies_in(inner: &Path, outer: &Path) -> bool {
    resolved(inner).starts_with(resolved(outer))
}

fn resolved(path: &Path) -> PathBuf {
    let mut whole = PathBuf::new();
    for part in absolute(path).unwrap_or_else(|_| path.to_owned()).components() {
        if part == Component::ParentDir {
            whole.pop();
        } else {
            whole.push(part);
        }
    }
    whole
}
