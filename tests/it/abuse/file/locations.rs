//! Where a picture was taken is nobody's business but its sender's.

use std::io::Cursor;

use image::{
    DynamicImage, ImageDecoder, ImageEncoder, ImageReader,
    codecs::{jpeg::JpegEncoder, png::PngEncoder, webp::WebPEncoder},
    metadata::Orientation,
};
use reqwest::{Method, StatusCode, multipart};
use serde_json::Value;

use crate::{
    abuse::file::large_pictures::{chunk, with_chunk},
    support::{people::Person, server::Server},
};

const SECRET: &[u8] = b"47N11E-AT-HOME";

/// An EXIF block that turns the picture by 90 degrees and says where it was taken.
fn exif() -> Vec<u8> {
    let turned = b"\x01\x12\0\x03\0\0\0\x01\0\x06\0\0";
    let place = b"\x88\x25\0\x04\0\0\0\x01\0\0\0\x26";
    [&b"MM\0\x2a\0\0\0\x08\0\x02"[..], turned, place, &[0; 4], SECRET].concat()
}

fn pictures() -> [(&'static str, Vec<u8>); 3] {
    let colours =
        |x, y| image::Rgb([u8::try_from(x * 7).unwrap(), u8::try_from(y * 9).unwrap(), 90]);
    let image = DynamicImage::ImageRgb8(image::RgbImage::from_fn(32, 20, colours));
    [("a.jpg", jpeg(&image)), ("a.png", png(&image)), ("a.webp", webp(&image))]
}

fn jpeg(image: &DynamicImage) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = JpegEncoder::new(&mut bytes);
    encoder.set_exif_metadata(exif()).unwrap();
    image.write_with_encoder(encoder).unwrap();
    // And a comment, and another picture behind the first.
    let comment = [&b"\xff\xfe\0\x10"[..], SECRET].concat();
    bytes.splice(2..2, comment);
    [&bytes, SECRET].concat()
}

fn png(image: &DynamicImage) -> Vec<u8> {
    let mut bytes = Vec::new();
    image.write_with_encoder(PngEncoder::new(&mut bytes)).unwrap();
    let text = [&b"XML:com.adobe.xmp\0\0\0\0\0"[..], SECRET].concat();
    with_chunk(&with_chunk(&bytes, &chunk(*b"eXIf", &exif())), &chunk(*b"iTXt", &text))
}

fn webp(image: &DynamicImage) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = WebPEncoder::new_lossless(&mut bytes);
    encoder.set_exif_metadata(exif()).unwrap();
    image.write_with_encoder(encoder).unwrap();
    bytes
}

async fn sent(server: &Server, who: &Person, name: &str, bytes: &[u8]) -> (Value, Vec<u8>) {
    let part = multipart::Part::bytes(bytes.to_vec()).file_name(name.to_owned());
    let form = multipart::Form::new().part("file", part);
    let request = server.http.request(Method::POST, server.url("/v1/files"));
    let response = request.bearer_auth(&who.token).multipart(form).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::CREATED, "{name}");
    let file: Value = response.json().await.unwrap();
    let request = server.http.get(server.url(file["url"].as_str().unwrap()));
    let response = request.bearer_auth(&who.token).send().await.unwrap();
    (file, response.bytes().await.unwrap().to_vec())
}

fn tells(bytes: &[u8]) -> bool {
    bytes.windows(SECRET.len()).any(|it| it == SECRET)
}

/// How it is turned, and its pixels.
fn seen(bytes: &[u8]) -> (Orientation, DynamicImage) {
    let reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format().unwrap();
    let mut decoder = reader.into_decoder().unwrap();
    (decoder.orientation().unwrap(), DynamicImage::from_decoder(decoder).unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_learns_where_a_picture_was_taken() {
    let server = Server::start().await;
    let ann = server.person("ann").await;
    for (name, bytes) in pictures() {
        assert!(tells(&bytes));
        let (file, stored) = sent(&server, &ann, name, &bytes).await;
        assert!(!tells(&stored), "{name}");
        assert_eq!(seen(&stored), seen(&bytes), "{name}");
        assert_eq!(seen(&stored).0, Orientation::Rotate90, "{name}");
        assert_eq!((&file["width"], &file["height"]), (&20.into(), &32.into()), "{name}");
        assert_eq!(file["size"], stored.len(), "{name}");
        let (_, again) = sent(&server, &ann, name, &stored).await;
        assert_eq!(again, stored, "{name}: what says nothing stays as it is");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pictures_stay_as_they_are_where_somebody_wants_it() {
    let server = Server::tweaked(|it| it.storage.strip_positions = false).await;
    let ann = server.person("ann").await;
    for (name, bytes) in pictures() {
        assert_eq!(sent(&server, &ann, name, &bytes).await.1, bytes, "{name}");
    }
}
