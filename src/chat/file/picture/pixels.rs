//! Pictures decoded and encoded anew. Whoever calls has looked at their outline and knows that
//! they are bearable.

use std::{io::Cursor, path::Path};

use image::{
    DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits, codecs::jpeg::JpegEncoder,
};

use crate::{
    chat::file::picture::{anatomy::Anatomy, copy, unreadable},
    model::{
        error::Error,
        file::{FileType, GIF, JPEG, PNG, WEBP},
    },
};

/// Of a thumbnail.
const SMALL: u32 = 480;
const QUALITY: u8 = 80;
/// What a decoder may take for a pixel and besides; what is larger is no honest picture.
const BYTES_OF_PIXEL: u64 = 8;
const BYTES_BESIDES: u64 = 4 << 20;

const FORMATS: [(FileType, ImageFormat); 4] = [
    (PNG, ImageFormat::Png),
    (JPEG, ImageFormat::Jpeg),
    (WEBP, ImageFormat::WebP),
    (GIF, ImageFormat::Gif),
];

/// The bytes of a portrait, unless those of the file will do, and their extension.
pub(super) fn portrait(
    picture: &Anatomy,
    path: &Path,
) -> Result<(Option<Vec<u8>>, &'static str), Error> {
    // Also where the file's own bytes will do: what cannot be decoded would be shown to nobody.
    let image = decode(picture, path)?;
    if picture.kind == PNG && picture.is_bare() {
        return Ok((None, PNG.extension));
    }
    // The first frame of an animation is the portrait.
    let target = if picture.kind == GIF { PNG } else { picture.kind };
    let image = match target {
        // Its encoder takes no picture that one can see through.
        JPEG => DynamicImage::ImageRgb8(image.into_rgb8()),
        _ => DynamicImage::ImageRgba8(image.into_rgba8()),
    };
    let image = turned(image, picture);
    let mut encoded = Cursor::new(Vec::new());
    image.write_to(&mut encoded, format(target)?).map_err(Error::internal)?;
    Ok((Some(encoded.into_inner()), target.extension))
}

pub(super) fn thumbnail(picture: &Anatomy, path: &Path) -> Result<(Vec<u8>, FileType), Error> {
    let whole = decode(picture, path)?;
    let fits = whole.width().max(whole.height()) <= SMALL;
    // To fit one into the bounds also means to make small ones larger.
    let image = if fits { whole } else { whole.thumbnail(SMALL, SMALL) };
    // Turned last, when there are few pixels. The bounds are a square, so the order changes
    // nothing.
    small(&turned(image, picture)).map_err(Error::internal)
}

fn turned(mut image: DynamicImage, picture: &Anatomy) -> DynamicImage {
    image.apply_orientation(picture.orientation);
    image
}

/// As its bytes have it, not turned yet.
fn decode(picture: &Anatomy, path: &Path) -> Result<DynamicImage, Error> {
    let mut bare = Vec::with_capacity(usize::try_from(picture.bytes).unwrap_or(0));
    copy::bare(picture, path, &mut bare).map_err(Error::internal)?;
    let mut reader = ImageReader::with_format(Cursor::new(bare), format(picture.kind)?);
    let mut limits = Limits::default();
    // A decoder may read the size elsewhere in the file than we have; the limits are about what we
    // have seen.
    limits.max_image_width = Some(picture.width);
    limits.max_image_height = Some(picture.height);
    let pixels = u64::from(picture.width) * u64::from(picture.height);
    limits.max_alloc = Some(pixels * BYTES_OF_PIXEL + BYTES_BESIDES);
    reader.limits(limits);
    let decoder = reader.into_decoder().map_err(|_| unreadable())?;
    if decoder.dimensions() != (picture.width, picture.height) {
        return Err(unreadable());
    }
    DynamicImage::from_decoder(decoder).map_err(|_| unreadable())
}

fn format(kind: FileType) -> Result<ImageFormat, Error> {
    let format = FORMATS.iter().find(|it| it.0 == kind);
    format.map(|it| it.1).ok_or(Error::Unsupported)
}

fn small(image: &DynamicImage) -> Result<(Vec<u8>, FileType), image::ImageError> {
    let mut encoded = Cursor::new(Vec::new());
    let colours = image.to_rgba8();
    if colours.pixels().any(|it| it.0[3] < u8::MAX) {
        colours.write_to(&mut encoded, ImageFormat::WebP)?;
        return Ok((encoded.into_inner(), WEBP));
    }
    image.to_rgb8().write_with_encoder(JpegEncoder::new_with_quality(&mut encoded, QUALITY))?;
    Ok((encoded.into_inner(), JPEG))
}
