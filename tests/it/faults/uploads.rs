//! Uploads that are cut off: by a disk that is full, by a server that is killed.

use std::{fs, path::PathBuf, time::Duration};

use parlor::chat::engine::clock::Clock;
use reqwest::{Method, StatusCode, multipart};
use serde_json::Value;
use tokio::{io::AsyncWriteExt, net::TcpStream, time::sleep};

use crate::support::{
    databases::Kind,
    files::{png, upload},
    people::Person,
    process::Process,
    server::{Folder, Server},
};

/// A picture that cannot be packed, of 3 bytes for each pixel.
fn noise(side: u32) -> Vec<u8> {
    let mut seed = 1u32;
    let mut next = |_, _| {
        seed ^= seed << 13;
        seed ^= seed >> 17;
        seed ^= seed << 5;
        let [a, b, c, _] = seed.to_le_bytes();
        image::Rgb([a, b, c])
    };
    let image = image::RgbImage::from_fn(side, side, &mut next);
    let mut bytes = std::io::Cursor::new(Vec::new());
    image.write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner()
}

fn parts(folder: &PathBuf) -> Vec<u64> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let entries = entries.map(Result::unwrap);
    let parts = entries.filter(|it| it.path().extension().is_some_and(|it| it == "part"));
    parts.map(|it| it.metadata().unwrap().len()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_never_finished_is_gone_after_a_start() {
    let mut server = Server::start().await;
    let ann = server.person("ann").await;
    let (_, file) = upload(&server, Method::POST, "/v1/files", &ann, "a.png", png(9, 9)).await;
    upload(&server, Method::PUT, "/v1/me/avatar", &ann, "a.png", png(9, 9)).await;
    let thumbnail = format!("{}/thumbnail", file["url"].as_str().unwrap());
    server.http.get(server.url(&thumbnail)).bearer_auth(&ann.token).send().await.unwrap();
    server.stop().await;
    let folders = ["message", "avatars", "message/.thumbnails"]
        .map(|it| server.folder.path().join("static").join(it));
    let count = |folder: &PathBuf| fs::read_dir(folder).unwrap().count();
    let before = folders.each_ref().map(count);
    assert_eq!(before, [2, 1, 1], "a file and the folder of the small ones");
    for folder in &folders {
        for name in [".a.part", ".a.copy.part", "a.b.part"] {
            fs::write(folder.join(name), "half").unwrap();
        }
    }
    server.begin(Clock::system()).await;
    assert_eq!(folders.each_ref().map(count), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_in_a_killed_server_leaves_nothing_and_takes_no_quota() {
    let folder = Folder::new();
    let settings = folder.path().join("parlor.toml");
    fs::write(&settings, "[storage]\nquota_bytes_per_user = 5242880\n").unwrap();
    let path = settings.display().to_string();
    let server = Process::with(Kind::Sqlite, &[("PARLOR_CONFIG", &path)]).await;
    let ann = server.person("ann").await;
    let mut socket = TcpStream::connect(server.address).await.unwrap();
    let head = format!(
        "POST /v1/files HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {}\r\nContent-Length: 5000000\
         \r\nContent-Type: multipart/form-data; boundary=x\r\n\r\n--x\r\nContent-Disposition: \
         form-data; name=\"file\"; filename=\"a.txt\"\r\n\r\n",
        ann.token
    );
    socket.write_all(head.as_bytes()).await.unwrap();
    socket.write_all(&vec![b'a'; 4_000_000]).await.unwrap();
    let messages = server.folder.path().join("static/message");
    while parts(&messages).first().is_none_or(|it| *it < 3_000_000) {
        sleep(Duration::from_millis(20)).await;
    }
    let more = upload(&server, Method::POST, "/v1/files", &ann, "a.txt", vec![b'a'; 4_000_000]);
    assert_eq!(more.await.0, StatusCode::PAYLOAD_TOO_LARGE, "it is reserved");
    server.kill_and_start_again().await;
    assert_eq!(parts(&messages), [0; 0]);
    let more = upload(&server, Method::POST, "/v1/files", &ann, "a.txt", vec![b'a'; 5_242_880]);
    assert_eq!(more.await.0, StatusCode::CREATED);
}

async fn post(server: &Server, path: &str, who: &Person, bytes: Vec<u8>) -> (StatusCode, Value) {
    let part = multipart::Part::bytes(bytes).file_name("a.png").mime_str("image/png").unwrap();
    let method = if path == "/v1/me/avatar" { Method::PUT } else { Method::POST };
    let request = server.http.request(method, server.url(path)).bearer_auth(&who.token);
    let response = request.multipart(multipart::Form::new().part("file", part)).send().await;
    let response = response.unwrap();
    (response.status(), response.json().await.unwrap())
}

/// A disk of its own for the uploads, of 1 MB, that nobody else sees.
#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_is_named_and_has_room_again() {
    let disk = Folder::new();
    let path = disk.path().display().to_string();
    let server = Process::on_a_disk_of(Kind::Sqlite, "1m", &path).await;
    let ann = server.person("ann").await;
    let large = noise(800);
    let routes = [
        ("/v1/me/avatar", "code", "insufficient_storage"),
        ("/v1/files", "code", "insufficient_storage"),
        ("/upload/upload-avatar", "detail", "The server's disk is full, please try again later"),
        (
            "/upload/upload-message-file",
            "detail",
            "The server's disk is full, please try again later",
        ),
        ("/api/upload-file", "detail", "The server's disk is full, please try again later"),
        ("/api/upload-image", "detail", "The server's disk is full, please try again later"),
    ];
    for (path, field, words) in routes {
        let (status, answer) = post(&server, path, &ann, large.clone()).await;
        assert_eq!(status, StatusCode::INSUFFICIENT_STORAGE, "{path}: {answer}");
        assert_eq!(answer[field], words, "{path}");
        for folder in ["message", "avatars"] {
            assert_eq!(parts(&server.seen(disk.path()).join(folder)), [0; 0], "{path}");
        }
        let (status, answer) = post(&server, path, &ann, png(9, 9)).await;
        assert!(status.is_success(), "{path} has room again: {status} {answer}");
    }
}
