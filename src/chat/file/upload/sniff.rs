//! What a file is, going by its bytes and by nothing that its sender says.

use crate::model::file::{FileType, KNOWN};

pub(super) fn kind(head: &[u8]) -> Option<FileType> {
    let found = infer::get(head)?.mime_type();
    // Phones write MP4 under several brands, which are all the same to a browser.
    let found = match found {
        "video/x-m4v" | "video/quicktime" => "video/mp4",
        other => other,
    };
    KNOWN.iter().copied().find(|it| it.mime == found)
}
