//! Pictures that are small on the wire and large in memory.

use futures_util::future::join_all;
use reqwest::{Method, StatusCode, multipart};

use crate::{
    support::files::png,
    support::{databases::Kind, people::Person, process::Process, server::Server},
};

/// What the server takes at most for the portraits of this test, of which two are worked on at
/// once; all at once take more, and a bomb that goes off takes 2,000 MB.
const MOST: u64 = 400 << 20;

/// A chunk of a PNG.
pub fn chunk(name: [u8; 4], content: &[u8]) -> Vec<u8> {
    let length = u32::try_from(content.len()).unwrap();
    let named = [&name[..], content].concat();
    let step = |sum: u32, _| if sum & 1 == 1 { sum >> 1 ^ 0xedb8_8320 } else { sum >> 1 };
    let sum = named.iter().fold(u32::MAX, |sum, it| (0..8).fold(sum ^ u32::from(*it), step));
    [&length.to_be_bytes()[..], &named, &(!sum).to_be_bytes()].concat()
}

/// Puts a chunk behind the head of a picture.
pub fn with_chunk(picture: &[u8], chunk: &[u8]) -> Vec<u8> {
    [&picture[..33], chunk, &picture[33..]].concat()
}

/// A picture with a colour profile of so many bytes that are 1,032 times as many unpacked: the
/// first ones say that two bits without anything in them mean 258 zeros.
fn bomb(bytes: usize) -> Vec<u8> {
    const CODES: [u8; 16] = *b"\x78\xda\xed\xc0\x81\0\0\0\0\x80\xa0\xfd\xa9\x17\xa9\0";
    let profile = [&b"p\0\0"[..], &CODES, &vec![0; bytes]].concat();
    with_chunk(&png(64, 64), &chunk(*b"iCCP", &profile))
}

async fn post(server: &Server, path: &str, who: Option<&Person>, bytes: Vec<u8>) -> StatusCode {
    let part = multipart::Part::bytes(bytes).file_name("a.png").mime_str("image/png").unwrap();
    let method = if path == "/v1/me/avatar" { Method::PUT } else { Method::POST };
    let mut request = server.http.request(method, server.url(path));
    if let Some(person) = who {
        request = request.bearer_auth(&person.token);
    }
    let form = multipart::Form::new().part("file", part);
    request.multipart(form).send().await.unwrap().status()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_packed_colour_profile_takes_no_memory() {
    let server = Process::on(Kind::Sqlite).await;
    let ann = server.person("ann").await;
    let routes = [
        ("/v1/me/avatar", Some(&ann)),
        ("/v1/files", Some(&ann)),
        ("/upload/upload-avatar", None),
        ("/upload/upload-message-file", None),
        ("/api/upload-file", Some(&ann)),
        ("/api/upload-image", Some(&ann)),
    ];
    for (path, who) in routes {
        let status = post(&server, path, who, bomb(2 << 20)).await;
        let peak = server.peak();
        assert!(peak < 200 << 20, "{path}: {} MB", peak >> 20);
        assert!(status.is_success(), "{path}: {status}");
    }
    let file = server.get("/v1/me", &ann).await;
    assert!(file["avatar_url"].is_string(), "{file}");
}

#[tokio::test(flavor = "multi_thread")]
async fn many_portraits_at_once_wait_for_each_other() {
    let server = Process::on(Kind::Sqlite).await;
    let ann = server.person("ann").await;
    // Encoded anew, because of what is said in it.
    let large = with_chunk(&png(2_400, 2_400), &chunk(*b"tEXt", b"Comment\0hello"));
    let all = (0..24).map(|it| {
        let bytes = if it % 3 > 0 { bomb(2 << 20) } else { large.clone() };
        post(&server, "/v1/me/avatar", Some(&ann), bytes)
    });
    for status in join_all(all).await {
        assert_eq!(status, StatusCode::OK);
    }
    let peak = server.peak();
    assert!(peak < MOST, "{} MB", peak >> 20);
}
