//! What a file is, going by its bytes.

use entity::message;

/// A type of file that people may send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileType {
    pub mime: &'static str,
    pub extension: &'static str,
    pub shown_as: message::Type,
}

const fn known(mime: &'static str, extension: &'static str, shown_as: message::Type) -> FileType {
    FileType { mime, extension, shown_as }
}

pub const PNG: FileType = known("image/png", "png", message::Type::Image);
pub const JPEG: FileType = known("image/jpeg", "jpg", message::Type::Image);
pub const WEBP: FileType = known("image/webp", "webp", message::Type::Image);
pub const GIF: FileType = known("image/gif", "gif", message::Type::Image);
pub const MP3: FileType = known("audio/mpeg", "mp3", message::Type::Audio);
pub const PDF: FileType = known("application/pdf", "pdf", message::Type::File);
pub const MP4: FileType = known("video/mp4", "mp4", message::Type::Video);

/// Everything that may be sent; whatever is not listed is refused.
pub const KNOWN: [FileType; 7] = [PNG, JPEG, WEBP, GIF, MP3, PDF, MP4];
