//! GIF: it says its size at once, and nothing about how it is to be turned.

use std::io;

use crate::chat::file::picture::anatomy::{Anatomy, Role, Source};

pub(super) fn read(source: &mut Source, mut picture: Anatomy) -> io::Result<Option<Anatomy>> {
    let head: [u8; 10] = source.take()?;
    if !head.starts_with(b"GIF8") {
        return Ok(None);
    }
    let side = |at: usize| u32::from(u16::from_le_bytes([head[at], head[at + 1]]));
    (picture.width, picture.height) = (side(6), side(8));
    let all = picture.add(0, source.end, Role::Pixels);
    Ok(all.map(|()| picture))
}
