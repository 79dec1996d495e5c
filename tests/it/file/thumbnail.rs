//! Pictures and the small ones that are made of them.

use std::io::Cursor;

use image::{DynamicImage, ImageFormat, Rgba, RgbaImage};
use reqwest::{Method, StatusCode, header, multipart};
use serde_json::{Value, json};

use crate::{
    on_every_database,
    support::files::png,
    support::{people::Person, server::Server},
};

on_every_database!(a_picture_has_a_small_one_for_whoever_may_have_it);

async fn sent(server: &Server, who: &Person, name: &str, bytes: Vec<u8>) -> (StatusCode, Value) {
    let part = multipart::Part::bytes(bytes).file_name(name.to_owned());
    let form = multipart::Form::new().part("file", part);
    let request = server.http.post(server.url("/v1/files")).bearer_auth(&who.token);
    let response = request.multipart(form).send().await.unwrap();
    (response.status(), response.json().await.unwrap_or_default())
}

async fn fetched(server: &Server, who: &Person, path: &Value) -> (StatusCode, String, Vec<u8>) {
    let url = server.url(path.as_str().unwrap());
    let response = server.http.get(url).bearer_auth(&who.token).send().await.unwrap();
    let kind = response.headers()[header::CONTENT_TYPE].to_str().unwrap().to_owned();
    (response.status(), kind, response.bytes().await.unwrap().to_vec())
}

fn encoded(image: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    image.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// The left half dark, the right half bright, taken by a camera that was held upright: to
/// be turned by a quarter, clockwise.
fn upright_photograph() -> Vec<u8> {
    let image = RgbaImage::from_fn(1_200, 600, |x, _| {
        let shade = if x < 600 { 10 } else { 240 };
        Rgba([shade, shade, shade, 255])
    });
    let image = DynamicImage::ImageRgb8(DynamicImage::ImageRgba8(image).to_rgb8());
    let plain = encoded(&image, ImageFormat::Jpeg);
    let mut exif = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0".to_vec();
    exif.extend_from_slice(&[0; 4]);
    let length = u16::try_from(exif.len() + 2).unwrap().to_be_bytes();
    let segment = [&[0xff, 0xe1], &length[..], &exif].concat();
    [&plain[..2], &segment, &plain[2..]].concat()
}

async fn a_picture_has_a_small_one_for_whoever_may_have_it(server: Server) {
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let eve = server.person("eve").await;
    let (status, file) = sent(&server, &ann, "photo.jpg", upright_photograph()).await;
    assert_eq!(status, StatusCode::CREATED, "{file}");
    assert_eq!((&file["width"], &file["height"]), (&json!(600), &json!(1_200)), "as it is shown");
    let thumb = &file["thumb_url"];
    assert_eq!(thumb, &json!(format!("{}/thumbnail", file["url"].as_str().unwrap())));
    // Several ask at once for what is not made yet.
    let all = futures_util::future::join_all((0..4).map(|_| fetched(&server, &ann, thumb))).await;
    assert!(all.iter().all(|it| *it == all[0]), "all get the same");
    let (status, kind, bytes) = &all[0];
    assert_eq!((*status, kind.as_str()), (StatusCode::OK, "image/jpeg"));
    let small = image::load_from_memory(bytes).unwrap().to_luma8();
    assert_eq!((small.width(), small.height()), (240, 480));
    let shade = |y| small.get_pixel(120, y).0[0];
    assert!(shade(60) < 60 && shade(420) > 200, "turned the right way");
    assert!(!bytes.windows(4).any(|it| it == b"Exif"), "and nothing else is told");

    assert_eq!(fetched(&server, &bob, thumb).await.0, StatusCode::FORBIDDEN, "not sent yet");
    let nobody = server.http.get(server.url(thumb.as_str().unwrap())).send().await.unwrap();
    assert_eq!(nobody.status(), StatusCode::UNAUTHORIZED);
    let room = server.direct_room(&ann, &bob).await;
    let body = json!({"attachment_ids": [file["id"]]});
    let path = format!("/v1/rooms/{room}/messages");
    let message = server.ok(Method::POST, &path, &ann, Some(body)).await;
    assert_eq!(message["attachments"][0]["thumb_url"], *thumb);
    assert_eq!(fetched(&server, &bob, thumb).await.2, *bytes);
    assert_eq!(fetched(&server, &eve, thumb).await.0, StatusCode::FORBIDDEN);

    // The file itself still comes whole and in pieces, under its name.
    let request = server.http.get(server.url(file["url"].as_str().unwrap()));
    let request = request.bearer_auth(&bob.token).header("range", "bytes=0-1");
    let piece = request.send().await.unwrap();
    assert_eq!(piece.status(), StatusCode::PARTIAL_CONTENT);
    assert_eq!(piece.headers()["content-disposition"], "inline; filename*=UTF-8''photo.jpg");
    assert_eq!(piece.bytes().await.unwrap().as_ref(), [0xff, 0xd8]);

    let kept = server.folder.path().join("static/message/.thumbnails");
    let count = || std::fs::read_dir(&kept).unwrap().count();
    assert_eq!(count(), 1);
    server.ok(Method::DELETE, "/v1/me", &ann, None).await;
    assert_eq!(count(), 0, "it goes with its file");
}

#[tokio::test(flavor = "multi_thread")]
async fn small_pictures_are_of_pictures_alone() {
    let server = Server::start().await;
    let ann = server.person("ann").await;
    let mut glass = RgbaImage::from_pixel(600, 300, Rgba([200, 0, 0, 255]));
    glass.put_pixel(0, 0, Rgba([0, 0, 0, 0]));
    for x in 0..300 {
        (0..300).for_each(|y| glass.put_pixel(x, y, Rgba([0, 0, 0, 0])));
    }
    let glass = DynamicImage::ImageRgba8(glass);
    for (name, bytes, kind, size) in [
        ("glass.png", encoded(&glass, ImageFormat::Png), "image/webp", (480, 240)),
        ("glass.webp", encoded(&glass, ImageFormat::WebP), "image/webp", (480, 240)),
        ("tiny.png", png(30, 20), "image/jpeg", (30, 20)),
        ("moving.gif", encoded(&glass, ImageFormat::Gif), "image/webp", (480, 240)),
    ] {
        let (status, file) = sent(&server, &ann, name, bytes).await;
        assert_eq!(status, StatusCode::CREATED, "{name}: {file}");
        let (status, found, bytes) = fetched(&server, &ann, &file["thumb_url"]).await;
        assert_eq!((status, found.as_str()), (StatusCode::OK, kind), "{name}");
        let small = image::load_from_memory(&bytes).unwrap();
        assert_eq!((small.width(), small.height()), size, "{name}");
        // Made once, asked for again.
        assert_eq!(fetched(&server, &ann, &file["thumb_url"]).await.2, bytes, "{name}");
    }

    let mut huge = png(1, 1);
    huge[16..24].copy_from_slice(&[0, 0, 0x40, 1, 0, 0, 0, 1]);
    assert_eq!(sent(&server, &ann, "huge.png", huge).await.0, StatusCode::UNPROCESSABLE_ENTITY);
    let words = b"just a text".to_vec();
    let refused = sent(&server, &ann, "text.png", words).await.0;
    assert_eq!(refused, StatusCode::UNSUPPORTED_MEDIA_TYPE);

    let pdf = b"%PDF-1.4\n1 0 obj <</Type /Catalog>> endobj\ntrailer <</Root 1 0 R>>\n%%EOF";
    let (status, file) = sent(&server, &ann, "paper.pdf", pdf.to_vec()).await;
    assert_eq!(status, StatusCode::CREATED, "{file}");
    let none = [&file["thumb_url"], &file["width"], &file["height"]];
    assert_eq!(none, [&Value::Null; 3]);
    let path = json!(format!("{}/thumbnail", file["url"].as_str().unwrap()));
    assert_eq!(fetched(&server, &ann, &path).await.0, StatusCode::NOT_FOUND);

    // One whose header is all that is right about it.
    let mut broken = png(64, 64);
    broken.truncate(45);
    let (status, file) = sent(&server, &ann, "broken.png", broken).await;
    assert_eq!(status, StatusCode::CREATED, "{file}");
    let (status, kind, _) = fetched(&server, &ann, &file["thumb_url"]).await;
    assert_eq!((status, kind.as_str()), (StatusCode::NOT_FOUND, "application/problem+json"));
}
