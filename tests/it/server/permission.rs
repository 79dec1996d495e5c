//! Every route, asked by everybody.

use reqwest::Method;
use serde_json::{Value, json};

use super::ChannelServer;
use crate::{on_every_database, support::server::Server};

on_every_database!(everybody_may_do_on_a_server_what_their_role_allows);

type Case = (Method, String, Option<Value>, [u16; 6]);

/// Anonymous, banned, stranger, member, admin, owner: in this order, so that whoever may
/// end something comes last.
fn cases(channel_server: &ChannelServer, south: &str, ids: [i64; 3], invite: &str) -> Vec<Case> {
    let [ann, mia, ben] = ids;
    let (get, post, put) = (Method::GET, Method::POST, Method::PUT);
    let (patch, delete) = (Method::PATCH, Method::DELETE);
    let name = |it: &str| Some(json!({"chatroom_name": it}));
    let on = |rest: &str| channel_server.path(rest);
    let owners = [401, 403, 403, 403, 403, 200];
    let members = [401, 403, 403, 200, 200, 200];
    let admins = [401, 403, 403, 403, 200, 200];
    let nobodys = [401, 403, 403, 403, 403, 403];
    vec![
        (get.clone(), "/v1/servers".to_owned(), None, [401, 200, 200, 200, 200, 200]),
        (get.clone(), on(""), None, [401, 403, 200, 200, 200, 200]),
        (get.clone(), invite.to_owned(), None, [401, 403, 200, 200, 200, 200]),
        (patch.clone(), on(""), Some(json!({"description": "salt"})), owners),
        (get.clone(), on("/channels"), None, members),
        (post.clone(), on("/channels"), name("east"), [401, 403, 403, 403, 403, 201]),
        (
            post.clone(),
            "/v1/rooms".to_owned(),
            {
                let body = json!({"kind": "channel", "server_id": channel_server.id, "chatroom_name": "west"});
                Some(body)
            },
            [401, 403, 403, 403, 403, 201],
        ),
        (get.clone(), on("/members"), None, members),
        (put.clone(), on(&format!("/members/{mia}")), Some(json!({"role": "member"})), owners),
        (put.clone(), on(&format!("/members/{ann}")), Some(json!({"role": "member"})), nobodys),
        (delete.clone(), on(&format!("/members/{ann}")), None, nobodys),
        (delete.clone(), on("/members/999"), None, [401, 403, 403, 403, 404, 404]),
        (get.clone(), on("/invites"), None, admins),
        (post.clone(), on("/invites"), None, [401, 403, 403, 403, 201, 201]),
        (delete.clone(), on("/invites/x"), None, [401, 403, 403, 403, 404, 404]),
        (get.clone(), on("/bans"), None, admins),
        (put.clone(), on(&format!("/bans/{ben}")), None, admins),
        (put.clone(), on("/bans/999"), None, [401, 403, 403, 403, 404, 404]),
        (put.clone(), on(&format!("/bans/{ann}")), None, nobodys),
        (delete.clone(), on("/bans/999"), None, [401, 403, 403, 403, 404, 404]),
        (get, format!("/v1/rooms/{}", channel_server.channel), None, members),
        (patch, format!("/v1/rooms/{}", channel_server.channel), name("cold"), owners),
        (
            put.clone(),
            format!("/v1/rooms/{}/members/{ann}", channel_server.channel),
            None,
            [401, 403, 403, 403, 403, 200],
        ),
        (
            delete.clone(),
            format!("/v1/rooms/{}/members/{mia}", channel_server.channel),
            None,
            nobodys,
        ),
        (delete.clone(), format!("/v1/rooms/{south}"), None, [401, 403, 403, 403, 403, 204]),
        (put, on("/members/me"), None, [401, 403, 200, 200, 200, 200]),
        (delete, on(""), None, [401, 403, 403, 403, 403, 204]),
    ]
}

/// Whoever is not on a closed server finds none; only its invitations lead there.
fn hidden(case: Case) -> Case {
    let (method, path, body, mut statuses) = case;
    if path.starts_with("/v1/servers/") || body.as_ref().is_some_and(|it| it["kind"] == "channel") {
        (statuses[1], statuses[2]) = (404, 404);
    }
    (method, path, body, statuses)
}

async fn everybody_may_do_on_a_server_what_their_role_allows(server: Server) {
    let ann = server.person("ann").await;
    for is_open in [true, false] {
        let channel_server = ChannelServer::made(&server, &ann, is_open).await;
        let n = if is_open { "1" } else { "2" };
        let adam = channel_server.with(&server, &ann, &format!("adam{n}"), "admin").await;
        let mia = channel_server.with(&server, &ann, &format!("mia{n}"), "member").await;
        let ben = channel_server.with(&server, &ann, &format!("ben{n}"), "member").await;
        channel_server.ban(&server, &adam, &ben).await;
        let eve = server.person(&format!("eve{n}")).await;
        let invite = channel_server.invite(&server, &ann, json!({})).await;
        let body = json!({"chatroom_name": "south"});
        let south =
            server.ok(Method::POST, &channel_server.path("/channels"), &ann, Some(body)).await;
        let south = south["chatroom_id"].as_str().unwrap();
        for case in cases(&channel_server, south, [ann.id, mia.id, ben.id], &invite) {
            let (method, path, body, statuses) = if is_open { case } else { hidden(case) };
            let everybody = [None, Some(&ben), Some(&eve), Some(&mia), Some(&adam), Some(&ann)];
            let mut answers = Vec::new();
            for who in everybody {
                let (status, _) = server.call(method.clone(), &path, who, body.clone()).await;
                answers.push(status.as_u16());
            }
            assert_eq!(answers, statuses, "{method} {path}, open: {is_open}");
        }
    }
}
