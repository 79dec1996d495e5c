//! What is left on the disk of what is gone: nothing.

use std::{fs, path::Path};

use reqwest::{Method, multipart};
use serde_json::{Value, json};

use crate::{
    on_every_database,
    support::files::png,
    support::{people::Person, server::Server},
};

on_every_database!(
    files_go_with_their_room,
    files_go_with_the_last_member_of_their_group,
    files_go_with_their_channel_and_their_server,
    files_and_portrait_go_with_an_account,
    a_portrait_goes_when_another_takes_its_place,
    nobody_takes_away_what_is_not_their_portrait,
);

impl Server {
    /// All uploaded files, small pictures among them.
    fn remains(&self, of: &str) -> usize {
        count(&self.folder.path().join("static").join(of))
    }

    /// A message with a picture, whose small version was looked at.
    async fn looked_at(&self, who: &Person, room: &str) -> Value {
        let said = self.picture(who, room, "look").await;
        let thumbnail = said["attachments"][0]["thumb_url"].as_str().unwrap();
        let request = self.http.get(self.url(thumbnail)).bearer_auth(&who.token);
        assert_eq!(request.send().await.unwrap().status(), 200);
        said
    }

    async fn portrait(&self, who: &Person) -> Value {
        let form = multipart::Form::new()
            .part("file", multipart::Part::bytes(png(8, 8)).file_name("me.png"));
        let request = self.http.put(self.url("/v1/me/avatar")).bearer_auth(&who.token);
        let me: Value = request.multipart(form).send().await.unwrap().json().await.unwrap();
        me["avatar_url"].clone()
    }

    async fn gone(&self, who: &Person, path: &str) {
        self.ok(Method::DELETE, path, who, None).await;
    }
}

fn count(folder: &Path) -> usize {
    let Ok(entries) = fs::read_dir(folder) else { return 0 };
    let weigh = |path: &Path| if path.is_dir() { count(path) } else { 1 };
    entries.map(|it| weigh(&it.unwrap().path())).sum()
}

async fn files_go_with_their_room(server: Server) {
    let group = server.group_of_three().await;
    let other = server.direct_room(&group.ann, &group.bob).await;
    server.looked_at(&group.ann, &group.room).await;
    let said = server.looked_at(&group.bob, &group.room).await;
    let path = format!("/v1/messages/{}/forward", said["message_id"]);
    let to = Some(json!({"chatroom_id": other}));
    let passed = server.ok(Method::POST, &path, &group.bob, to).await;
    assert!(server.remains("message") > 3);
    server.gone(&group.ann, &format!("/v1/rooms/{}", group.room)).await;
    assert_eq!(server.remains("message"), 1, "what was passed on stays");
    assert_eq!(server.file(&passed["attachments"][0], &group.ann).await, [200; 3]);
    assert_eq!(server.file(&said["attachments"][0], &group.bob).await, [404; 3]);
}

async fn files_go_with_the_last_member_of_their_group(server: Server) {
    let group = server.group_of_three().await;
    server.looked_at(&group.bob, &group.room).await;
    for who in [&group.bob, &group.ann, &group.max] {
        assert!(server.remains("message") > 0);
        server.gone(who, &format!("/v1/rooms/{}/members/me", group.room)).await;
    }
    assert_eq!(server.remains("message"), 0);
}

async fn files_go_with_their_channel_and_their_server(server: Server) {
    let ann = server.person("ann").await;
    let made = json!({"name": "the sea"});
    let server_id =
        server.ok(Method::POST, "/v1/servers", &ann, Some(made)).await["server_id"].clone();
    let mut channels = Vec::new();
    for name in ["general", "ships", "weather"] {
        let path = format!("/v1/servers/{server_id}/channels");
        let body = Some(json!({"chatroom_name": name}));
        let channel = server.ok(Method::POST, &path, &ann, body).await["chatroom_id"].clone();
        let channel = channel.as_str().unwrap().to_owned();
        server.looked_at(&ann, &channel).await;
        channels.push(channel);
    }
    let all = server.remains("message");
    server.gone(&ann, &format!("/v1/rooms/{}", channels[0])).await;
    assert_eq!(server.remains("message"), all / 3 * 2);
    server.gone(&ann, &format!("/v1/servers/{server_id}")).await;
    assert_eq!(server.remains("message"), 0);
}

async fn files_and_portrait_go_with_an_account(server: Server) {
    let group = server.group_of_three().await;
    server.looked_at(&group.bob, &group.room).await;
    let kept = server.looked_at(&group.ann, &group.room).await;
    server.portrait(&group.bob).await;
    // His server goes with him, as nobody else is there, and what a passing guest said there.
    let made = json!({"name": "the sea"});
    let created = server.ok(Method::POST, "/v1/servers", &group.bob, Some(made)).await;
    let path = format!("/v1/servers/{}", created["server_id"]);
    let body = Some(json!({"chatroom_name": "general"}));
    let channel = server.ok(Method::POST, &format!("{path}/channels"), &group.bob, body).await;
    let me = format!("{path}/members/me");
    server.ok(Method::PUT, &me, &group.eve, None).await;
    server.looked_at(&group.eve, channel["chatroom_id"].as_str().unwrap()).await;
    server.gone(&group.eve, &me).await;
    assert_eq!(server.remains("avatars"), 1);
    let all = server.remains("message");
    server.gone(&group.bob, "/v1/me").await;
    assert_eq!(server.remains("avatars"), 0);
    assert_eq!(server.remains("message"), all / 3, "only Ann's");
    assert_eq!(server.file(&kept["attachments"][0], &group.ann).await, [200; 3]);
}

async fn a_portrait_goes_when_another_takes_its_place(server: Server) {
    let ann = server.person("ann").await;
    let first = server.portrait(&ann).await;
    let second = server.portrait(&ann).await;
    assert_ne!(first, second);
    assert_eq!(server.remains("avatars"), 1);
    let response = server.http.get(server.url(second.as_str().unwrap())).send().await.unwrap();
    assert_eq!(response.status(), 200);
    server.gone(&ann, "/v1/me/avatar").await;
    assert_eq!(server.remains("avatars"), 0);
}

/// Some surfaces let people write down any address.
async fn nobody_takes_away_what_is_not_their_portrait(server: Server) {
    let group = server.group_of_three().await;
    let said = server.picture(&group.ann, &group.room, "look").await;
    let stored = format!("{}.png", said["attachments"][0]["id"].as_str().unwrap());
    let anns = server.portrait(&group.ann).await;
    let claims = [
        anns.as_str().unwrap().to_owned(),
        format!("/static/avatars/../message/{stored}"),
        format!("/static/avatars/%2e%2e/message/{stored}"),
        "/static/avatars/".to_owned(),
    ];
    for claim in claims {
        for avatar_url in [claim.as_str(), "http://x/y.png"] {
            let body = Some(json!({"avatar_url": avatar_url}));
            server.ok(Method::PUT, "/users/me", &group.bob, body).await;
        }
    }
    let body = Some(json!({"avatar_url": anns}));
    server.ok(Method::PUT, "/users/me", &group.bob, body).await;
    server.gone(&group.bob, "/v1/me").await;
    assert_eq!((server.remains("avatars"), server.remains("message")), (1, 1));
    assert_eq!(server.file(&said["attachments"][0], &group.ann).await, [200; 3]);
}
