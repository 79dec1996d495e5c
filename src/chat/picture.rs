//! Pictures: measured, decoded within limits, made small. Never says whose they are.

use std::{
    io::{BufRead, BufReader, Cursor, Seek},
    path::PathBuf,
    sync::Arc,
};

use image::{
    DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits, codecs::jpeg::JpegEncoder,
    metadata::Orientation,
};
use tokio::sync::Semaphore;

use crate::model::{
    error::{Error, Problem},
    file::{FileType, JPEG, WEBP},
};

const MOST_PIXELS: u64 = 32_000_000;
const MOST_MEMORY: u64 = 128 * 1024 * 1024;
const LONGEST_SIDE: u32 = 16_384;
/// Of a thumbnail.
const SMALL: u32 = 480;
const QUALITY: u8 = 80;

/// Where thumbnails are made: a few at a time, because each may need much memory.
#[derive(Clone)]
pub struct Darkroom(Arc<Semaphore>);

impl Default for Darkroom {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(2)))
    }
}

impl Darkroom {
    /// The first frame of a picture, at most 480 pixels long and high, and what it is
    /// encoded as: JPEG, unless something can be seen through it.
    pub async fn thumbnail(&self, path: PathBuf) -> Result<(Vec<u8>, FileType), Error> {
        let _place = self.0.acquire().await.map_err(Error::internal)?;
        tokio::task::spawn_blocking(move || small(path)).await.map_err(Error::internal)?
    }
}

/// Width and height as a picture is shown, read from its header alone.
pub fn size(path: PathBuf) -> Option<(u32, u32)> {
    let mut reader = ImageReader::open(path).ok()?.with_guessed_format().ok()?;
    reader.no_limits();
    let mut decoder = reader.into_decoder().ok()?;
    let (width, height) = decoder.dimensions();
    let is_turned = matches!(
        decoder.orientation(),
        Ok(Orientation::Rotate90
            | Orientation::Rotate270
            | Orientation::Rotate90FlipH
            | Orientation::Rotate270FlipH)
    );
    Some(if is_turned { (height, width) } else { (width, height) })
}

/// Refuses pictures that would cost their viewers too much.
pub fn bearable(size: Option<(u32, u32)>) -> Result<(), Error> {
    let Some((width, height)) = size else { return Err(unreadable()) };
    if u64::from(width) * u64::from(height) > MOST_PIXELS || width.max(height) > LONGEST_SIDE {
        return Err(Error::invalid("file", Problem::Other("the picture has too many pixels")));
    }
    Ok(())
}

/// The picture as its bytes have it, and how it is to be turned.
pub fn decode(
    source: impl BufRead + Seek,
    longest_side: u32,
) -> Result<(DynamicImage, Orientation), Error> {
    let reader = ImageReader::new(source).with_guessed_format();
    let mut reader = reader.map_err(|_| unreadable())?;
    let mut limits = Limits::default();
    limits.max_image_width = Some(longest_side);
    limits.max_image_height = Some(longest_side);
    limits.max_alloc = Some(MOST_MEMORY);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(|_| unreadable())?;
    bearable(Some(decoder.dimensions()))?;
    let orientation = decoder.orientation().map_err(|_| unreadable())?;
    let image = DynamicImage::from_decoder(decoder).map_err(|_| unreadable())?;
    Ok((image, orientation))
}

fn small(path: PathBuf) -> Result<(Vec<u8>, FileType), Error> {
    let file = std::fs::File::open(path).map_err(|_| unreadable())?;
    let (whole, orientation) = decode(BufReader::new(file), LONGEST_SIDE)?;
    let fits = whole.width().max(whole.height()) <= SMALL;
    let mut image = if fits { whole } else { whole.thumbnail(SMALL, SMALL) };
    image.apply_orientation(orientation);
    encode(&image).map_err(Error::internal)
}

fn encode(image: &DynamicImage) -> Result<(Vec<u8>, FileType), image::ImageError> {
    let mut encoded = Cursor::new(Vec::new());
    let colours = image.to_rgba8();
    if colours.pixels().any(|it| it.0[3] < u8::MAX) {
        colours.write_to(&mut encoded, ImageFormat::WebP)?;
        return Ok((encoded.into_inner(), WEBP));
    }
    image.to_rgb8().write_with_encoder(JpegEncoder::new_with_quality(&mut encoded, QUALITY))?;
    Ok((encoded.into_inner(), JPEG))
}

fn unreadable() -> Error {
    Error::invalid("file", Problem::Other("the picture cannot be read"))
}
