//! A picture's file once more, without what is not wanted in it. The pixels stay as they are,
//! byte for byte, and so does how the picture is turned.

use std::{
    io::{self, Write},
    path::Path,
};

use image::metadata::Orientation;

use crate::{
    chat::file::picture::{
        anatomy::{Anatomy, Piece, Role, Source},
        jpeg, png, webp,
    },
    model::file::{JPEG, PNG, WEBP},
};

/// All that a decoder needs, and nothing that it would have to unpack besides.
pub(super) fn bare(picture: &Anatomy, path: &Path, to: &mut impl Write) -> io::Result<()> {
    copy(picture, path, &[Role::Pixels], None, to)
}

/// Without what is said about it: where it was taken, when, with what, by whom.
pub(super) fn silent(picture: &Anatomy, path: &Path, to: &mut impl Write) -> io::Result<()> {
    let turned = Some(picture.orientation).filter(|it| *it != Orientation::NoTransforms);
    copy(picture, path, &[Role::Pixels, Role::Looks], turned, to)
}

/// Whether there is nothing to be left out.
pub(super) fn is_silent(picture: &Anatomy) -> bool {
    let is_kept = |it: &&Piece| it.role != Role::Words;
    let kept: u64 = picture.pieces.iter().filter(is_kept).map(|it| it.length).sum();
    kept + webp::length_of_head(picture) == picture.bytes
}

fn copy(
    picture: &Anatomy,
    path: &Path,
    kept: &[Role],
    turned: Option<Orientation>,
    to: &mut impl Write,
) -> io::Result<()> {
    let mut source = Source::open(path)?;
    let exif = turned.map(exif);
    let exif = exif.as_ref().map(|it| &it[..]);
    let pieces = || picture.pieces.iter().copied().filter(|it| kept.contains(&it.role));
    match (picture.kind, exif) {
        // Readers expect EXIF right behind the mark that begins the file.
        (JPEG, Some(exif)) => {
            insert(&mut source, pieces(), 2, &jpeg::segment(0xe1, &[b"Exif\0\0", exif]), to)
        }
        // The size must come first, and what says how to turn the picture before its pixels.
        (PNG, Some(exif)) => {
            insert(&mut source, pieces(), png::HEAD, &png::chunk(*b"eXIf", exif), to)
        }
        (WEBP, exif) => {
            let exif = exif.map(|it| webp::chunk(*b"EXIF", it)).unwrap_or_default();
            let kept = pieces().map(|it| it.length).sum::<u64>() + exif.len() as u64;
            let profile = pieces().any(|it| it.role == Role::Looks);
            let extras = webp::Extras { profile, exif: !exif.is_empty() };
            // It cannot be copied: it says how long everything behind it is.
            to.write_all(&webp::head(picture, kept, extras))?;
            pieces().try_for_each(|it| source.copy(it, to))?;
            // In this format it stands behind the pixels.
            to.write_all(&exif)
        }
        _ => pieces().try_for_each(|it| source.copy(it, to)),
    }
}

/// Puts something at this place, which is within the first piece.
fn insert(
    source: &mut Source,
    mut pieces: impl Iterator<Item = Piece>,
    place: u64,
    what: &[u8],
    to: &mut impl Write,
) -> io::Result<()> {
    let Some(first) = pieces.next() else { return Ok(()) };
    let head = place.min(first.length);
    source.copy(Piece { length: head, ..first }, to)?;
    to.write_all(what)?;
    source.copy(Piece { start: first.start + head, length: first.length - head, ..first }, to)?;
    pieces.try_for_each(|it| source.copy(it, to))
}

/// An EXIF block that says how to turn the picture, and nothing else.
fn exif(orientation: Orientation) -> [u8; 26] {
    let mut block = *b"MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0.\0\0\0\0\0\0";
    block[19] = orientation.to_exif();
    block
}
