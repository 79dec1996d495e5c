//! Pictures to send, and how they are sent.

use std::io::Cursor;

use reqwest::{Method, StatusCode, multipart};
use serde_json::Value;

use crate::support::{people::Person, server::Server};

/// A picture of this size.
pub fn png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    let image = image::DynamicImage::new_rgb8(width, height);
    image.write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner()
}

pub async fn upload(
    server: &Server,
    method: Method,
    path: &str,
    who: &Person,
    name: &str,
    bytes: Vec<u8>,
) -> (StatusCode, Value) {
    let part = multipart::Part::bytes(bytes).file_name(name.to_owned());
    let form = multipart::Form::new().part("file", part);
    let request = server.http.request(method, server.url(path)).bearer_auth(&who.token);
    let response = request.multipart(form).send().await.unwrap();
    let status = response.status();
    (status, response.json().await.unwrap_or_default())
}
