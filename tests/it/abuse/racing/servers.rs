//! On servers.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::{TRIES, owners, race, roles};
use crate::{
    on_every_database,
    support::{people::Person, server::Server},
};

on_every_database!(
    whoever_becomes_the_owner_of_a_server_is_not_thrown_out,
    whoever_is_banned_does_not_come_in_meanwhile,
    whoever_is_sent_away_leaves_no_invitation,
    whoever_comes_while_a_channel_is_made_is_in_it,
);

struct RacingServer {
    path: String,
    ann: Person,
    bob: Person,
    cid: Person,
}

impl RacingServer {
    /// Ann owns it, Bob and Cid are as they are said to be, or are not there.
    async fn new(server: &Server, people: &[Person; 3], as_what: [Option<&str>; 2]) -> Self {
        let [ann, bob, cid] = people.clone();
        let body = json!({"name": "the sea", "is_open": true});
        let made = server.ok(Method::POST, "/v1/servers", &ann, Some(body)).await;
        let it = Self { path: format!("/v1/servers/{}", made["server_id"]), ann, bob, cid };
        for (who, role) in [(&it.bob, as_what[0]), (&it.cid, as_what[1])] {
            let Some(role) = role else { continue };
            let path = format!("{}/members/me", it.path);
            server.ok(Method::PUT, &path, who, None).await;
            let role = Some(json!({"role": role}));
            server.ok(Method::PUT, &it.member(who), &it.ann, role).await;
        }
        it
    }

    fn member(&self, who: &Person) -> String {
        format!("{}/members/{}", self.path, who.id)
    }

    fn on(&self, rest: &str) -> String {
        format!("{}{rest}", self.path)
    }
}

async fn three(server: &Server) -> [Person; 3] {
    [server.person("ann").await, server.person("bob").await, server.person("cid").await]
}

async fn whoever_becomes_the_owner_of_a_server_is_not_thrown_out(server: Server) {
    let people = three(&server).await;
    for n in 0..TRIES {
        let it = RacingServer::new(&server, &people, [Some("member"), Some("admin")]).await;
        let away = match n % 4 {
            0 | 1 => (Method::DELETE, it.member(&it.bob), &it.cid, None),
            2 => (Method::PUT, it.on(&format!("/bans/{}", it.bob.id)), &it.cid, None),
            _ => (Method::DELETE, it.on("/members/me"), &it.bob, None),
        };
        let owner = Some(json!({"role": "owner"}));
        let hand_over = (Method::PUT, it.member(&it.bob), &it.ann, owner);
        let [gone, handed_over] = race(&server, n, away, hand_over).await;
        assert_ne!(gone.is_success(), handed_over.is_success(), "{gone} {handed_over}");
        let owner = if handed_over.is_success() { it.bob.id } else { it.ann.id };
        assert_eq!(owners(&roles(&server, &it.path, &it.ann).await), [owner]);
    }
}

async fn whoever_is_banned_does_not_come_in_meanwhile(server: Server) {
    let people = three(&server).await;
    for n in 0..TRIES {
        let it = RacingServer::new(&server, &people, [None, Some("admin")]).await;
        let made = server.ok(Method::POST, &it.on("/invites"), &it.ann, Some(json!({}))).await;
        let invite = made["url"].as_str().unwrap().to_owned();
        let ban = (Method::PUT, it.on(&format!("/bans/{}", it.bob.id)), &it.cid, None);
        let come = match n % 3 {
            0 => (Method::PUT, it.on("/members/me"), &it.bob, None),
            1 => (Method::POST, format!("{}/join", &it.path[3..]), &it.bob, None),
            _ => (Method::POST, invite, &it.bob, None),
        };
        let [banned, _] = race(&server, n, ban, come).await;
        assert!(banned.is_success(), "{banned}");
        let there = roles(&server, &it.path, &it.ann).await;
        assert!(there.iter().all(|who| who.0 != it.bob.id), "{there:?}");
    }
}

async fn whoever_is_sent_away_leaves_no_invitation(server: Server) {
    let people = three(&server).await;
    for n in 0..TRIES {
        let it = RacingServer::new(&server, &people, [Some("admin"), None]).await;
        let invite = (Method::POST, it.on("/invites"), &it.bob, Some(json!({})));
        let away = match n % 4 {
            0 | 1 => (Method::DELETE, it.member(&it.bob), &it.ann, None),
            _ => (Method::PUT, it.on(&format!("/bans/{}", it.bob.id)), &it.ann, None),
        };
        let [_, gone] = race(&server, n, invite, away).await;
        assert!(gone.is_success(), "{gone}");
        let left = server.get(&it.on("/invites"), &it.ann).await;
        assert_eq!(left["items"], json!([]));
    }
}

async fn whoever_comes_while_a_channel_is_made_is_in_it(server: Server) {
    let people = three(&server).await;
    for n in 0..TRIES {
        let it = RacingServer::new(&server, &people, [None, None]).await;
        let name = Some(json!({"chatroom_name": "north"}));
        let make = (Method::POST, it.on("/channels"), &it.ann, name);
        let come = (Method::PUT, it.on("/members/me"), &it.bob, None);
        let done = race(&server, n, make, come).await;
        assert!(done.iter().all(StatusCode::is_success), "{done:?}");
        let channels = server.get(&it.on("/channels"), &it.bob).await;
        let north: Vec<&Value> = channels["items"].as_array().unwrap().iter().collect();
        assert_eq!(north.len(), 1);
        let path = format!("/v1/rooms/{}", north[0]["chatroom_id"].as_str().unwrap());
        assert_eq!(roles(&server, &path, &it.bob).await.len(), 2);
    }
}
