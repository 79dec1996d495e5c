//! Pictures: measured, decoded within limits, made small. Never says whose they are.
//!
//! What a decoder is given is a copy that holds pixels alone (`copy`): a colour profile or a
//! text may be packed so that it is a thousand times as long, and nobody here wants to know it.

mod anatomy;
mod copy;
mod gif;
mod jpeg;
mod pixels;
mod png;
mod webp;

use std::{
    io::{self, Write},
    path::{Path, PathBuf},
};

use crate::{
    chat::{
        engine::workers::Pool,
        file::picture::anatomy::{Anatomy, Source},
    },
    model::{
        error::{Error, Problem},
        file::{FileType, GIF, JPEG, PNG, WEBP},
    },
    store::file::disk::FileDraft,
};

const MOST_PIXELS: u64 = 32_000_000;
const LONGEST_SIDE: u32 = 16_384;
const LONGEST_SIDE_OF_PORTRAIT: u32 = 8_192;
/// A picture whose file is larger is kept and handed out, but not decoded.
const MOST_BYTES: u64 = 64 << 20;
/// For each pixel, with what is decoded, converted, turned and encoded.
const BYTES_OF_PIXEL: u64 = 16;
/// For all pictures that are decoded at the same time; as much as the largest one takes.
const MEMORY: u32 = 640;

/// The one place where pictures are worked on. What only reads the outline of a file does not
/// wait for what unpacks pixels.
#[derive(Clone)]
pub struct PictureWorkers {
    outlines: Pool,
    pixels: Pool,
}

impl Default for PictureWorkers {
    fn default() -> Self {
        Self { outlines: Pool::new(4, 256, 4), pixels: Pool::new(2, 64, MEMORY) }
    }
}

impl PictureWorkers {
    /// Width and height of a picture that has arrived, as it is shown. Refuses those that would
    /// cost their viewers too much. If it is to be silenced, what is said about it (where it was
    /// taken, when, by whom) is taken out of its file; the pixels stay as they are.
    pub async fn receive(
        &self,
        mut draft: FileDraft,
        kind: FileType,
        is_silenced: bool,
    ) -> Result<(FileDraft, (u32, u32)), Error> {
        let job = move || {
            let picture = outline(draft.path(), kind)?;
            bearable(&picture, LONGEST_SIDE)?;
            if is_silenced && !copy::is_silent(&picture) {
                let path = draft.path().to_owned();
                let written = draft.rewrite(|to| copy::silent(&picture, &path, to));
                written.map_err(Error::disk)?;
            }
            Ok((draft, picture.shown()))
        };
        self.outlines.work(1, job).await?
    }

    /// Makes a portrait of what has arrived, and says its extension: encoded anew, so that no
    /// foreign byte survives, unless there is none in it.
    pub async fn portrait(
        &self,
        mut draft: FileDraft,
        kind: FileType,
    ) -> Result<(FileDraft, &'static str), Error> {
        let picture = self.decodable(draft.path(), kind, LONGEST_SIDE_OF_PORTRAIT).await?;
        let need = need(&picture);
        let job = move || {
            let (bytes, extension) = pixels::portrait(&picture, draft.path())?;
            let written = bytes.map(|bytes| draft.rewrite(|to| to.write_all(&bytes)));
            written.transpose().map_err(Error::disk)?;
            Ok((draft, extension))
        };
        self.pixels.work(need, job).await?
    }

    /// The first frame of a picture, at most 480 pixels long and high, and what it is
    /// encoded as: JPEG, unless something can be seen through it.
    pub async fn thumbnail(
        &self,
        path: PathBuf,
        kind: FileType,
    ) -> Result<(Vec<u8>, FileType), Error> {
        let picture = self.decodable(&path, kind, LONGEST_SIDE).await?;
        self.pixels.work(need(&picture), move || pixels::thumbnail(&picture, &path)).await?
    }

    async fn decodable(&self, path: &Path, kind: FileType, side: u32) -> Result<Anatomy, Error> {
        let path = path.to_owned();
        let picture = self.outlines.work(1, move || outline(&path, kind)).await??;
        bearable(&picture, side)?;
        if picture.bytes > MOST_BYTES {
            return Err(unreadable());
        }
        Ok(picture)
    }
}

fn outline(path: &Path, kind: FileType) -> Result<Anatomy, Error> {
    match read(path, kind) {
        Ok(Some(picture)) if picture.width > 0 && picture.height > 0 => Ok(picture),
        // A file that ends too early is the fault of whoever sent it, anything else is the disk's.
        Err(error) if error.kind() != io::ErrorKind::UnexpectedEof => Err(Error::disk(error)),
        Ok(_) | Err(_) => Err(unreadable()),
    }
}

/// `None` if this is no picture of this kind.
fn read(path: &Path, kind: FileType) -> io::Result<Option<Anatomy>> {
    let mut source = Source::open(path)?;
    let picture = Anatomy::new(kind, source.end);
    match kind {
        PNG => png::read(&mut source, picture),
        JPEG => jpeg::read(&mut source, picture),
        WEBP => webp::read(&mut source, picture),
        GIF => gif::read(&mut source, picture),
        _ => Ok(None),
    }
}

/// Refuses pictures that would cost their viewers too much.
fn bearable(picture: &Anatomy, longest_side: u32) -> Result<(), Error> {
    let (width, height) = (picture.width, picture.height);
    if u64::from(width) * u64::from(height) > MOST_PIXELS || width.max(height) > longest_side {
        return Err(Error::invalid("file", Problem::Other("the picture has too many pixels")));
    }
    Ok(())
}

/// How many megabytes it takes to decode a picture and to encode it anew.
fn need(picture: &Anatomy) -> u32 {
    let pixels = u64::from(picture.width) * u64::from(picture.height);
    // A copy is made for the decoder, which may make another.
    let bytes = pixels * BYTES_OF_PIXEL + 2 * picture.bytes;
    u32::try_from(bytes >> 20).unwrap_or(u32::MAX).saturating_add(1)
}

fn unreadable() -> Error {
    Error::invalid("file", Problem::Other("the picture cannot be read"))
}
