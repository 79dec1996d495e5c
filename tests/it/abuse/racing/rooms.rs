//! In rooms.

use futures_util::future::{join, join_all};
use reqwest::Method;
use serde_json::{Value, json};

use super::{TRIES, owners, race, roles};
use crate::{
    on_every_database,
    support::{people::Person, server::Server},
};

on_every_database!(
    whoever_is_removed_does_not_come_back_by_joining,
    whoever_becomes_the_owner_is_not_thrown_out,
    whoever_is_made_an_admin_is_not_thrown_out_by_one,
    a_room_has_one_owner_however_it_is_handed_over,
    whoever_leaves_while_the_room_is_handed_to_them_leaves_it_to_somebody,
    whoever_is_removed_is_heard_no_more,
);

struct RacingGroup {
    path: String,
    ann: Person,
    bob: Person,
    cid: Person,
}

impl RacingGroup {
    /// Ann owns it, Cid is an admin, Bob a member.
    async fn new(server: &Server, people: &[Person; 3]) -> Self {
        let [ann, bob, cid] = people.clone();
        let path = format!("/v1/rooms/{}", server.group(&ann, &[&bob, &cid]).await);
        let it = Self { path, ann, bob, cid };
        server.ok(Method::PUT, &it.member(&it.cid), &it.ann, Some(role("admin"))).await;
        it
    }

    fn member(&self, who: &Person) -> String {
        format!("{}/members/{}", self.path, who.id)
    }
}

fn role(it: &str) -> Value {
    json!({"role": it})
}

async fn three(server: &Server) -> [Person; 3] {
    [server.person("ann").await, server.person("bob").await, server.person("cid").await]
}

async fn whoever_is_removed_does_not_come_back_by_joining(server: Server) {
    let people = three(&server).await;
    let mut back = 0;
    for n in 0..TRIES {
        let it = RacingGroup::new(&server, &people).await;
        let ways = [
            format!("{}/members/me", it.path),
            it.member(&it.bob),
            format!("{}/members/me", it.path),
        ];
        let remove = (Method::DELETE, it.member(&it.bob), &it.ann, None);
        let join = (Method::PUT, ways[n % 3].clone(), &it.bob, None);
        let [removed, _] = race(&server, n, remove, join).await;
        assert_eq!(removed, 204);
        back += usize::from(roles(&server, &it.path, &it.ann).await.len() == 3);
    }
    assert_eq!(back, 0, "came back uninvited in so many of {TRIES}");
}

async fn whoever_becomes_the_owner_is_not_thrown_out(server: Server) {
    let people = three(&server).await;
    let mut thrown_out = 0;
    for n in 0..TRIES {
        let it = RacingGroup::new(&server, &people).await;
        let remove = (Method::DELETE, it.member(&it.bob), &it.cid, None);
        let hand_over = (Method::PUT, it.member(&it.bob), &it.ann, Some(role("owner")));
        let [removed, handed_over] = race(&server, n, remove, hand_over).await;
        let roles = roles(&server, &it.path, &it.ann).await;
        // Ann may bring in whoever is not there, so both may have been done; but then Bob is
        // there, and owns it.
        assert!(handed_over.is_success() && owners(&roles).len() == 1, "{removed} {roles:?}");
        thrown_out += usize::from(owners(&roles) != [it.bob.id]);
    }
    assert_eq!(thrown_out, 0, "owners were thrown out in so many of {TRIES}");
}

async fn whoever_is_made_an_admin_is_not_thrown_out_by_one(server: Server) {
    let people = three(&server).await;
    for n in 0..TRIES {
        let it = RacingGroup::new(&server, &people).await;
        let remove = (Method::DELETE, it.member(&it.bob), &it.cid, None);
        let promote = (Method::PUT, it.member(&it.bob), &it.ann, Some(role("admin")));
        let [removed, promoted] = race(&server, n, remove, promote).await;
        let roles = roles(&server, &it.path, &it.ann).await;
        assert!(promoted.is_success(), "{promoted}");
        assert!(roles.contains(&(it.bob.id, "admin".to_owned())), "{removed} {roles:?}");
    }
}

async fn a_room_has_one_owner_however_it_is_handed_over(server: Server) {
    let people = three(&server).await;
    for n in 0..TRIES {
        let it = RacingGroup::new(&server, &people).await;
        let to_bob = (Method::PUT, it.member(&it.bob), &it.ann, Some(role("owner")));
        let to_cid = (Method::PUT, it.member(&it.cid), &it.ann, Some(role("owner")));
        let done = race(&server, n, to_bob, to_cid).await;
        assert_eq!(done.iter().filter(|it| it.is_success()).count(), 1, "{done:?}");
        let owner = if done[0].is_success() { it.bob.id } else { it.cid.id };
        assert_eq!(owners(&roles(&server, &it.path, &it.ann).await), [owner]);
    }
}

async fn whoever_leaves_while_the_room_is_handed_to_them_leaves_it_to_somebody(server: Server) {
    let people = three(&server).await;
    for n in 0..TRIES {
        let it = RacingGroup::new(&server, &people).await;
        let leave = (Method::DELETE, format!("{}/members/me", it.path), &it.cid, None);
        let hand_over = (Method::PUT, it.member(&it.cid), &it.ann, Some(role("owner")));
        race(&server, n, leave, hand_over).await;
        let roles = roles(&server, &it.path, &it.ann).await;
        assert_eq!(owners(&roles).len(), 1, "{roles:?}");
    }
}

/// Once the room knows that Bob is gone, nothing there is his doing any more.
async fn whoever_is_removed_is_heard_no_more(server: Server) {
    let people = three(&server).await;
    let mut at_anns = server.socket(&people[0]).await;
    for n in 0..TRIES {
        let it = RacingGroup::new(&server, &people).await;
        let room = it.path.strip_prefix("/v1/rooms/").unwrap();
        let said = server.say(&it.ann, room, "well?").await;
        let said = said["message_id"].as_i64().unwrap();
        let does = |what: usize| {
            let (method, path, body) = match what {
                0 => (Method::PUT, format!("/v1/messages/{said}/reactions/%F0%9F%91%8D"), None),
                1 => (Method::PUT, format!("/v1/messages/{said}/pin"), None),
                _ => {
                    let body = json!({"content": format!("{n}: {what}")});
                    (Method::POST, format!("{}/messages", it.path), Some(body))
                }
            };
            let (server, bob) = (&server, &it.bob);
            async move { drop(server.call(method, &path, Some(bob), body).await) }
        };
        let bobs = it.member(&it.bob);
        let remove = server.ok(Method::DELETE, &bobs, &it.ann, None);
        join(join_all((0..8).map(does)), remove).await;
        let left = at_anns.hear("room:member_left").await;
        assert_eq!(left["chatroom_id"], json!(room));
        let page = server.get(&format!("{}/messages?limit=50", it.path), &it.ann).await;
        for message in page["messages"].as_array().unwrap() {
            let (last, gone) = (message["rev"].as_i64().unwrap(), left["rev"].as_i64().unwrap());
            assert!(last < gone, "he was gone by {gone}: {message}");
        }
    }
}
