//! WebP: chunks within one that holds them all. One that is more than pixels begins with a
//! chunk that says so.

use std::io;

use crate::{
    chat::file::picture::anatomy::{Anatomy, Role, Source},
    model::file::WEBP,
};

/// Name and length of what holds them all, and the name of the format.
const HEAD: u64 = 12;
const PROFILE: u8 = 0x20;
const EXIF: u8 = 0x08;
const XMP: u8 = 0x04;

pub(super) fn read(source: &mut Source, mut picture: Anatomy) -> io::Result<Option<Anatomy>> {
    let head: [u8; 12] = source.take()?;
    if &head[..4] != b"RIFF" || &head[8..] != b"WEBP" {
        return Ok(None);
    }
    while source.at + 8 <= source.end {
        let start = source.at;
        let (name, length) = (source.take::<4>()?, u32::from_le_bytes(source.take()?));
        let content = source.at;
        match &name {
            b"VP8X" if start == HEAD && length == 10 => extended(source, &mut picture)?,
            // An extended picture has said at its beginning how large the whole of it is.
            b"VP8 " | b"VP8L" if picture.width == 0 => {
                let Some(size) = size(source, name)? else { return Ok(None) };
                (picture.width, picture.height) = size;
            }
            b"EXIF" if picture.extended.is_some() => {
                let exif = source.peek(length.into())?;
                // Some programs write what JPEG puts in front of it.
                picture.turn(exif.strip_prefix(b"Exif\0\0").unwrap_or(&exif));
            }
            _ => {}
        }
        // They begin at even places.
        source.go(content + u64::from(length) + u64::from(length % 2))?;
        let role = match &name {
            b"VP8X" if start == HEAD => continue,
            b"VP8 " | b"VP8L" | b"ALPH" | b"ANIM" | b"ANMF" => Role::Pixels,
            b"ICCP" => Role::Looks,
            _ => Role::Words,
        };
        if picture.add(start, source.at - start, role).is_none() {
            return Ok(None);
        }
    }
    Ok(Some(picture))
}

fn extended(source: &mut Source, picture: &mut Anatomy) -> io::Result<()> {
    let content: [u8; 10] = source.take()?;
    let side =
        |at: usize| 1 + u32::from_le_bytes([content[at], content[at + 1], content[at + 2], 0]);
    (picture.width, picture.height) = (side(4), side(7));
    let mut chunk = *b"VP8X\x0a\0\0\0..........";
    chunk[8..].copy_from_slice(&content);
    picture.extended = Some(chunk);
    Ok(())
}

/// Of a picture that is nothing but pixels.
fn size(source: &mut Source, name: [u8; 4]) -> io::Result<Option<(u32, u32)>> {
    if &name == b"VP8L" {
        let head: [u8; 5] = source.take()?;
        let bits = u32::from_le_bytes([head[1], head[2], head[3], head[4]]);
        return Ok((head[0] == 0x2f).then_some((1 + (bits & 0x3fff), 1 + (bits >> 14 & 0x3fff))));
    }
    let head: [u8; 10] = source.take()?;
    let side = |at: usize| u32::from(u16::from_le_bytes([head[at], head[at + 1]]) & 0x3fff);
    Ok((head[3..6] == [0x9d, 0x01, 0x2a]).then_some((side(6), side(8))))
}

/// Of what is no piece.
pub(super) fn length_of_head(picture: &Anatomy) -> u64 {
    let extension = picture.extended.map_or(0, |it| it.len() as u64);
    if picture.kind == WEBP { HEAD + extension } else { 0 }
}

/// What a picture has besides its pixels.
#[derive(Clone, Copy)]
pub(super) struct Extras {
    pub profile: bool,
    pub exif: bool,
}

/// What stands before the pieces that are kept, which are so long together.
pub(super) fn head(picture: &Anatomy, kept: u64, extras: Extras) -> Vec<u8> {
    let mut first = picture.extended.map(Vec::from).unwrap_or_default();
    if let Some(flags) = first.get_mut(8) {
        // A flag for what is left out of the copy would make the file invalid.
        *flags &= !(EXIF | XMP | PROFILE);
        *flags |= if extras.profile { PROFILE } else { 0 } | if extras.exif { EXIF } else { 0 };
    }
    let length = u32::try_from(4 + first.len() as u64 + kept).unwrap_or(u32::MAX);
    [b"RIFF", &length.to_le_bytes()[..], b"WEBP", &first].concat()
}

/// A chunk as it stands in a file; its content is of an even length.
pub(super) fn chunk(name: [u8; 4], content: &[u8]) -> Vec<u8> {
    let length = u32::try_from(content.len()).unwrap_or(u32::MAX);
    [&name, &length.to_le_bytes()[..], content].concat()
}
