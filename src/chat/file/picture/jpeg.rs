//! JPEG: marked segments with their lengths, and between them the pixels, which end at the
//! next mark.

use std::io;

use crate::chat::file::picture::anatomy::{Anatomy, Role, Source};

const MARK: u8 = 0xff;
const START: u8 = 0xd8;
const END: u8 = 0xd9;
const SCAN: u8 = 0xda;

/// Ends with the picture: what follows is another one, a film or something foreign.
pub(super) fn read(source: &mut Source, mut picture: Anatomy) -> io::Result<Option<Anatomy>> {
    if source.take()? != [MARK, START] || picture.add(0, 2, Role::Pixels).is_none() {
        return Ok(None);
    }
    let (mut is_sized, mut has_pixels) = (false, false);
    while let Some(mark) = next_mark(source)? {
        let start = source.at - 2;
        // These have neither length nor content.
        if matches!(mark, 0x01 | 0xd0..=END) {
            picture.add(start, 2, Role::Pixels);
            if mark == END {
                break;
            }
            continue;
        }
        if source.at + 2 > source.end {
            break;
        }
        let length = u64::from(u16::from_be_bytes(source.take()?));
        let Some(length) = length.checked_sub(2) else { return Ok(None) };
        let (content, role) = (source.at, role(source, mark, length, &mut picture)?);
        // All but the tables among them.
        if matches!(mark, 0xc0..=0xcf) && !matches!(mark, 0xc4 | 0xc8 | 0xcc) {
            // Of two sizes a decoder could take the one that was not looked at, and more memory.
            if is_sized || content + 5 > source.end {
                return Ok(None);
            }
            let [_, high, low, wide, narrow] = source.take()?;
            picture.height = u16::from_be_bytes([high, low]).into();
            picture.width = u16::from_be_bytes([wide, narrow]).into();
            is_sized = true;
        }
        source.go(content + length)?;
        if mark == SCAN {
            has_pixels = true;
            pass_pixels(source)?;
        }
        if picture.add(start, source.at - start, role).is_none() {
            return Ok(None);
        }
    }
    Ok(Some(picture).filter(|_| is_sized && has_pixels))
}

fn role(source: &mut Source, mark: u8, length: u64, picture: &mut Anatomy) -> io::Result<Role> {
    let content = match mark {
        0xe0..=0xef => source.peek(length)?,
        // A comment.
        0xfe => return Ok(Role::Words),
        _ => return Ok(Role::Pixels),
    };
    if let (0xe1, Some(exif)) = (mark, content.strip_prefix(b"Exif\0\0")) {
        picture.turn(exif);
    }
    let begins = |name: &[u8]| content.starts_with(name);
    Ok(match mark {
        // These two say what the numbers of the pixels mean as colours.
        0xe0 if begins(b"JFIF\0") => Role::Pixels,
        0xee if begins(b"Adobe") => Role::Pixels,
        0xe2 if begins(b"ICC_PROFILE\0") => Role::Looks,
        _ => Role::Words,
    })
}

/// The next mark, with what is before it passed over.
fn next_mark(source: &mut Source) -> io::Result<Option<u8>> {
    loop {
        source.pass(MARK)?;
        let mut byte = MARK;
        // As many as one likes make one mark.
        while byte == MARK && source.at < source.end {
            [byte] = source.take()?;
        }
        match byte {
            MARK => return Ok(None),
            // Among pixels a zero follows each 0xff that is no mark.
            0 => {}
            mark => return Ok(Some(mark)),
        }
    }
}

/// Up to the next mark that is not one of theirs.
fn pass_pixels(source: &mut Source) -> io::Result<()> {
    while let Some(mark) = next_mark(source)? {
        // Those stand between the pixels, so that a broken file can be shown from there on.
        if !matches!(mark, 0xd0..=0xd7) {
            return source.go(source.at - 2);
        }
    }
    Ok(())
}

/// A segment as it stands in a file.
pub(super) fn segment(mark: u8, content: &[&[u8]]) -> Vec<u8> {
    let content = content.concat();
    let length = u16::try_from(content.len() + 2).unwrap_or(u16::MAX);
    [&[MARK, mark], &length.to_be_bytes()[..], &content].concat()
}
