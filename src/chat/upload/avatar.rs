//! Portraits: decoded within limits and encoded anew.

use std::io::Cursor;

use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits};

use crate::{
    chat::upload::sniff,
    model::{
        error::{Error, Problem},
        file::{GIF, JPEG, PNG, WEBP},
    },
};

const LONGEST_SIDE: u32 = 8_192;
const MOST_PIXELS: u64 = 32_000_000;
const MOST_MEMORY: u64 = 128 * 1024 * 1024;

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
    let image = decode(&bytes)?;
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

/// Refuses pictures that would cost their viewers too much.
pub(super) fn bearable(size: Option<(u32, u32)>) -> Result<(), Error> {
    let Some((width, height)) = size else { return Err(unreadable()) };
    if u64::from(width) * u64::from(height) > MOST_PIXELS || width.max(height) > LONGEST_SIDE * 2 {
        return Err(Error::invalid("file", Problem::Other("the picture has too many pixels")));
    }
    Ok(())
}

fn decode(bytes: &[u8]) -> Result<DynamicImage, Error> {
    let reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format();
    let mut reader = reader.map_err(|_| unreadable())?;
    let mut limits = Limits::default();
    limits.max_image_width = Some(LONGEST_SIDE);
    limits.max_image_height = Some(LONGEST_SIDE);
    limits.max_alloc = Some(MOST_MEMORY);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(|_| unreadable())?;
    bearable(Some(decoder.dimensions()))?;
    let orientation = decoder.orientation().map_err(|_| unreadable())?;
    let mut image = DynamicImage::from_decoder(decoder).map_err(|_| unreadable())?;
    image.apply_orientation(orientation);
    Ok(image)
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

fn unreadable() -> Error {
    Error::invalid("file", Problem::Other("the picture cannot be read"))
}
