//! Portraits: decoded within limits and encoded anew.

use std::io::Cursor;

use image::{DynamicImage, ImageFormat};

use crate::{
    chat::{picture, upload::sniff},
    model::{
        error::Error,
        file::{GIF, JPEG, PNG, WEBP},
    },
};

const LONGEST_SIDE: u32 = 8_192;

/// The bytes to store, and their extension.
pub(super) fn encode(bytes: Vec<u8>) -> Result<(Vec<u8>, &'static str), Error> {
    let kind = sniff::kind(&bytes[..bytes.len().min(4_096)]).ok_or(Error::Unsupported)?;
    let format = [
        (PNG, ImageFormat::Png),
        (JPEG, ImageFormat::Jpeg),
        (WEBP, ImageFormat::WebP),
        // The first frame of an animation is the portrait.
        (GIF, ImageFormat::Png),
    ];
    let (_, target) = format.into_iter().find(|it| it.0 == kind).ok_or(Error::Unsupported)?;
    let (mut image, orientation) = picture::decode(Cursor::new(&bytes), LONGEST_SIDE)?;
    image.apply_orientation(orientation);
    if kind == PNG && is_bare_png(&bytes) {
        return Ok((bytes, "png"));
    }
    let mut encoded = Cursor::new(Vec::new());
    let image = match target {
        ImageFormat::Jpeg => DynamicImage::ImageRgb8(image.to_rgb8()),
        _ => DynamicImage::ImageRgba8(image.to_rgba8()),
    };
    image.write_to(&mut encoded, target).map_err(Error::internal)?;
    let extension = if target == ImageFormat::Png { "png" } else { kind.extension };
    Ok((encoded.into_inner(), extension))
}

/// A PNG that holds a picture and nothing else: encoding it again would change nothing
/// that matters, so it may stay as it is.
fn is_bare_png(bytes: &[u8]) -> bool {
    let Some(mut rest) = bytes.get(8..) else { return false };
    loop {
        let Some((length, name)) = rest.get(..4).zip(rest.get(4..8)) else { return false };
        if ![&b"IHDR"[..], b"PLTE", b"tRNS", b"IDAT", b"IEND"].contains(&name) {
            return false;
        }
        let length = length.iter().fold(0usize, |sum, byte| sum << 8 | usize::from(*byte));
        let Some(after) = rest.get(length + 12..) else { return false };
        if name == b"IEND" {
            return length == 0 && after.is_empty();
        }
        rest = after;
    }
}
