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

/// Everything that may be sent, unless whoever receives takes any bytes.
pub const KNOWN: [FileType; 7] = [PNG, JPEG, WEBP, GIF, MP3, PDF, MP4];

/// What a message with such a file is called.
pub fn shown_as(mime: &str) -> message::Type {
    KNOWN.iter().find(|it| it.mime == mime).map_or(message::Type::File, |it| it.shown_as)
}

/// Whether somebody who is given this name expects a picture.
pub fn promises_a_picture(name: &str) -> bool {
    let given = extension(name);
    let mut pictures = KNOWN.iter().filter(|it| it.shown_as == message::Type::Image);
    given == "jpeg" || pictures.any(|it| it.extension == given)
}

/// Nothing that a browser would run or show, nor that a system would start.
const HARMLESS: [&str; 42] = [
    "txt", "csv", "md", "log", "json", "rtf", "doc", "docx", "xls", "xlsx", "ppt", "pptx", "odt",
    "ods", "odp", "pages", "numbers", "key", "epub", "ics", "vcf", "zip", "gz", "tar", "7z", "rar",
    "m4a", "wav", "aac", "flac", "ogg", "opus", "mov", "m4v", "webm", "mkv", "avi", "heic", "heif",
    "tiff", "bmp", "avif",
];

/// Bytes that we do not know: they are kept and handed out, and mean nothing to us.
pub fn unknown(name: &str) -> FileType {
    let given = extension(name);
    let extension = HARMLESS.into_iter().find(|it| *it == given).unwrap_or("bin");
    known("application/octet-stream", extension, message::Type::File)
}

fn extension(name: &str) -> String {
    name.rsplit_once('.').map(|it| it.1.to_ascii_lowercase()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_that_nobody_knows_keep_only_a_harmless_extension() {
        let extension = |name| unknown(name).extension;
        assert_eq!(extension("notes.TXT"), "txt");
        assert_eq!(extension("voice.m4a"), "m4a");
        for name in ["page.html", "a.svg", "run.exe", "a.png", "a.pdf", "none", "", "a.txt.js"] {
            assert_eq!(extension(name), "bin", "{name}");
        }
    }

    #[test]
    fn a_name_may_promise_a_picture() {
        for name in ["cat.png", "cat.JPG", "cat.jpeg", "cat.webp", "cat.txt.gif"] {
            assert!(promises_a_picture(name), "{name}");
        }
        for name in ["cat.pdf", "cat.mp4", "cat.png.txt", "png", "cat.heic", ""] {
            assert!(!promises_a_picture(name), "{name}");
        }
    }
}
