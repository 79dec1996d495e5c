//! PNG: a row of chunks, each with its length, its name and a checksum.

use std::io;

use crate::chat::file::picture::anatomy::{Anatomy, Role, Source};

const SIGNATURE: [u8; 8] = *b"\x89PNG\r\n\x1a\n";
/// The signature and the first chunk, which says the size.
pub(super) const HEAD: u64 = 33;
/// Of a colour profile, which is packed and may be a thousand times as long. Those of
/// screens have some hundred bytes.
const LONGEST_PROFILE: u32 = 256 * 1024;
const LONGEST_CHUNK: u32 = i32::MAX.unsigned_abs();
/// Length, name and checksum.
const FRAME: u64 = 12;

const LOOKS: [&[u8; 4]; 13] = [
    b"sRGB", b"gAMA", b"cHRM", b"cICP", b"mDCV", b"cLLI", b"sBIT", b"bKGD", b"pHYs", b"hIST",
    b"acTL", b"fcTL", b"fdAT",
];

pub(super) fn read(source: &mut Source, mut picture: Anatomy) -> io::Result<Option<Anatomy>> {
    if source.take()? != SIGNATURE {
        return Ok(None);
    }
    while source.at + FRAME <= source.end {
        // The signature goes with the first chunk, so that no copy can be without it.
        let start = if source.at == 8 { 0 } else { source.at };
        let (length, name) = (u32::from_be_bytes(source.take()?), source.take::<4>()?);
        // The size is said once, at the beginning: a second one could be what a decoder believes.
        if length > LONGEST_CHUNK || (start == 0) != (&name == b"IHDR") {
            return Ok(None);
        }
        let content = source.at;
        if &name == b"IHDR" && length == 13 {
            (picture.width, picture.height) =
                (u32::from_be_bytes(source.take()?), u32::from_be_bytes(source.take()?));
        }
        if &name == b"eXIf" {
            let exif = source.peek(length.into())?;
            picture.turn(&exif);
        }
        source.go(content + u64::from(length) + 4)?;
        if picture.add(start, source.at - start, role(name, length)).is_none() {
            return Ok(None);
        }
        // Whatever follows does not belong to the picture, and is in no copy of it.
        if &name == b"IEND" {
            break;
        }
    }
    Ok(Some(picture))
}

fn role(name: [u8; 4], length: u32) -> Role {
    match &name {
        b"IHDR" | b"PLTE" | b"tRNS" | b"IDAT" | b"IEND" => Role::Pixels,
        b"iCCP" if length <= LONGEST_PROFILE => Role::Looks,
        name if LOOKS.contains(&name) => Role::Looks,
        _ => Role::Words,
    }
}

/// A chunk as it stands in a file.
pub(super) fn chunk(name: [u8; 4], content: &[u8]) -> Vec<u8> {
    let length = u32::try_from(content.len()).unwrap_or(LONGEST_CHUNK);
    let mut chunk = length.to_be_bytes().to_vec();
    chunk.extend_from_slice(&name);
    chunk.extend_from_slice(content);
    let sum = checksum(&chunk[4..]);
    chunk.extend_from_slice(&sum.to_be_bytes());
    chunk
}

fn checksum(bytes: &[u8]) -> u32 {
    let step = |sum: u32, _| if sum & 1 == 1 { sum >> 1 ^ 0xedb8_8320 } else { sum >> 1 };
    !bytes.iter().fold(u32::MAX, |sum, byte| (0..8).fold(sum ^ u32::from(*byte), step))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_chunk_of_every_png_has_this_checksum() {
        assert_eq!(chunk(*b"IEND", b""), b"\0\0\0\0IEND\xae\x42\x60\x82");
    }
}
