//! Small pictures of pictures, made when somebody first asks for one.

use std::path::PathBuf;

use entity::{attachment, id::FileId};

use crate::{
    chat::{engine::handle::Chat, file::upload},
    model::{
        actor::Actor,
        error::{Error, Thing},
        file::{FileType, JPEG, KNOWN, WEBP},
    },
};

/// A small picture on disk.
pub struct Thumbnail {
    pub path: PathBuf,
    pub kind: FileType,
    /// What it is called where it is saved.
    pub name: String,
}

/// Whether a small picture of it can be made, as far as its header tells.
pub fn is_possible(file: &attachment::Model) -> bool {
    file.width.is_some()
}

/// For whoever may have the file itself; `Missing(File)` when it is no picture, or one that
/// turns out to be broken.
pub async fn of(chat: &Chat, me: Actor, file: FileId) -> Result<Thumbnail, Error> {
    let row = upload::find(chat, me, file).await?;
    if !is_possible(&row) {
        return Err(gone());
    }
    // Only the file itself says which of the two it has become.
    for kind in [JPEG, WEBP] {
        let made = shown(chat, &row, kind);
        if tokio::fs::try_exists(&made.path).await.unwrap_or(false) {
            return Ok(made);
        }
    }
    make(chat, &row).await
}

async fn make(chat: &Chat, row: &attachment::Model) -> Result<Thumbnail, Error> {
    let original = chat.disk.message_path(&row.stored_name);
    let kind = KNOWN.into_iter().find(|it| it.mime == row.mime).ok_or_else(gone)?;
    let made = chat.pictures.thumbnail(original, kind).await;
    let (bytes, kind) = made.map_err(|error| match error {
        Error::Invalid(_) => gone(),
        other => other,
    })?;
    // Its message may have been deleted while this was made: then nothing of it must be left.
    let kept = chat.disk.write_thumbnail(&row.stored_name, kind.extension, &bytes).await;
    if kept.map_err(Error::disk)? { Ok(shown(chat, row, kind)) } else { Err(gone()) }
}

fn shown(chat: &Chat, row: &attachment::Model, kind: FileType) -> Thumbnail {
    let path = chat.disk.thumbnail_path(&row.stored_name, kind.extension);
    let stem = row.name.rsplit_once('.').map_or(row.name.as_str(), |it| it.0);
    Thumbnail { path, kind, name: format!("{stem}.{}", kind.extension) }
}

fn gone() -> Error {
    Error::Missing(Thing::File)
}
