//! Who hears what, from coming in to going.

use super::*;

on_every_database!(
    sockets_hear_each_other_in_one_order,
    a_room_goes_with_its_last_member,
    pages_go_back_in_time_and_know_what_is_read,
);

async fn sockets_hear_each_other_in_one_order(server: Server) {
    let (ann, bob) = (server.campus_person("ann").await, server.campus_person("bob").await);
    let (mut hers, mut his) = (server.online(&ann).await, server.online(&bob).await);
    let mut tab = server.plain_by_query("/api/message/online", &ann.access).await;
    // The sockets were open before the room was.
    let room = server.campus_room(&ann, "seminar").await;
    his.join(&room).await;
    his.join(&room).await;
    for number in 0..20 {
        hers.say(&room, &format!("hers {number}")).await;
        his.say(&room, &format!("his {number}")).await;
    }
    let mut orders = Vec::new();
    for socket in [&mut hers, &mut his, &mut tab] {
        let mut words = Vec::new();
        for _ in 0..40 {
            words.push(socket.message().await["content"].as_str().unwrap().to_owned());
        }
        socket.expect_silence().await;
        orders.push(words);
    }
    assert_eq!(orders[0], orders[1]);
    assert_eq!(orders[0], orders[2]);
    for name in ["hers", "his"] {
        let own: Vec<&String> = orders[0].iter().filter(|it| it.starts_with(name)).collect();
        let said: Vec<String> = (0..20).map(|it| format!("{name} {it}")).collect();
        assert_eq!(own, said.iter().collect::<Vec<_>>());
    }
}

async fn a_room_goes_with_its_last_member(server: Server) {
    let (ann, bob) = (server.campus_person("ann").await, server.campus_person("bob").await);
    let room = server.campus_room(&ann, "short-lived").await;
    let (mut hers, mut his) = (server.online(&ann).await, server.online(&bob).await);
    his.join(&room).await;
    hers.say(&room, "before").await;
    his.message().await;
    hers.message().await;
    his.act("leave_room", &room).await;
    his.act("get_message", &room).await;
    assert_eq!(his.error().await, "You are not a member of this room");
    hers.say(&room, "behind his back").await;
    hers.message().await;
    his.expect_silence().await;
    assert_eq!(server.rooms_of(&bob).await, json!({}));
    hers.act("leave_room", &room).await;
    for action in ["get_message", "join_room", "mark_room_read", "leave_room"] {
        hers.act(action, &room).await;
        assert_eq!(hers.error().await, "room not exists", "{action}");
    }
    assert_eq!(server.rooms_of(&ann).await, json!({}));
}

async fn pages_go_back_in_time_and_know_what_is_read(server: Server) {
    let (ann, bob) = (server.campus_person("ann").await, server.campus_person("bob").await);
    let room = server.campus_room(&ann, "archive").await;
    let (mut hers, mut his) = (server.online(&ann).await, server.online(&bob).await);
    hers.say(&room, "long ago").await;
    hers.message().await;
    his.join(&room).await;
    for words in ["one", "two", "three"] {
        tokio::time::sleep(Duration::from_millis(3)).await;
        hers.say(&room, words).await;
        hers.message().await;
        his.message().await;
    }
    let brief = |all: &[Value]| -> Vec<(String, bool)> {
        let one = |it: &Value| {
            (it["content"].as_str().unwrap().to_owned(), it["is_read"].as_bool().unwrap())
        };
        all.iter().map(one).collect()
    };
    let said = |words: &str, read| (words.to_owned(), read);
    let all = his.history(&room).await;
    let unread =
        [said("three", false), said("two", false), said("one", false), said("long ago", true)];
    assert_eq!(brief(&all), unread);
    let page = json!({"action_type": "get_message", "chatroom_id": room, "limit": 2,
        "before_created_at": all[0]["created_at"]});
    his.send(&page).await;
    let page = his.hear().await;
    assert_eq!(page["messages"].as_array().unwrap(), &all[1..3]);
    his.act("mark_room_read", &room).await;
    assert!(brief(&his.history(&room).await).iter().all(|it| it.1));
    assert!(brief(&hers.history(&room).await).iter().all(|it| it.1), "one has read one's own");
}

#[tokio::test(flavor = "multi_thread")]
async fn both_clients_talk_in_one_room() {
    let server = Server::start().await;
    let (ann, bob) = (server.campus_person("ann").await, server.person("bob").await);
    let room = server.campus_room(&ann, "both").await;
    let mut hers = server.online(&ann).await;
    let mut his = server.socket(&bob).await;
    let eve = server.person("eve").await;
    // Their rooms are open to whoever knows the id, ours are not.
    let group = server.group(&bob, &[&eve]).await;
    hers.act("join_room", &group).await;
    assert_eq!(hers.error().await, "You are not a member of this room");
    server.ok(Method::PUT, &format!("/v1/rooms/{room}/members/me"), &bob, None).await;
    his.hear("room:member_joined").await;
    hers.say(&room, "from campus").await;
    let created = his.hear("message:created").await;
    assert_eq!(created["message"]["content"], "from campus");
    assert_eq!(created["message"]["user"]["username"], "ann");
    hers.message().await;
    let sent = json!({"chatroom_id": room, "content": "from afar",
        "client_msg_id": uuid::Uuid::new_v4()});
    his.ok("message:send", sent).await;
    let heard = hers.message().await;
    assert_eq!((&heard["content"], &heard["author_name"]), (&json!("from afar"), &json!("bob")));
    // A direct room is named after the other, and heard of at once.
    let me = server.get("/v1/users?query=ann", &bob).await;
    let body = json!({"kind": "direct", "user_ids": [me["items"][0]["user_id"]]});
    let direct = server.ok(Method::POST, "/v1/rooms", &bob, Some(body)).await;
    let direct = direct["chatroom_id"].as_str().unwrap();
    server.say(&bob, direct, "psst").await;
    assert_eq!(hers.message().await["content"], "psst");
    let rooms = server.rooms_of(&ann).await;
    assert_eq!(rooms, json!({room.as_str(): "both", direct: "bob"}));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_sent_away_hears_no_more() {
    let server = Server::start().await;
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let cid = server.person("cid").await;
    let room = server.group(&ann, &[&bob, &cid]).await;
    let mut his = server.plain_by_bearer(ONLINE, &bob.token).await;
    server.say(&ann, &room, "one").await;
    assert_eq!(his.message().await["content"], "one");
    let member = format!("/v1/rooms/{room}/members/{}", bob.id);
    server.ok(Method::DELETE, &member, &ann, None).await;
    server.say(&ann, &room, "two").await;
    his.say(&room, "three").await;
    assert_eq!(his.error().await, "You are not a member of this room");
    his.expect_silence().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn strangers_neither_read_nor_write() {
    let server = Server::start().await;
    let (ann, eve) = (server.campus_person("ann").await, server.campus_person("eve").await);
    let room = server.campus_room(&ann, "closed").await;
    let (mut hers, mut evil) = (server.online(&ann).await, server.online(&eve).await);
    evil.say(&room, "intrusion").await;
    assert_eq!(evil.error().await, "You are not a member of this room");
    evil.act("get_message", &room).await;
    evil.error().await;
    assert_eq!(hers.history(&room).await, [Value::Null; 0]);
    hers.expect_silence().await;
}

/// The socket is opened while its user comes in or is sent away: whichever is first, what
/// counts is who is a member afterwards.
#[tokio::test(flavor = "multi_thread")]
async fn a_socket_that_opens_in_the_middle_of_a_move_hears_what_it_should() {
    let server = Server::start().await;
    let (ann, bob) = (server.campus_person("ann").await, server.person("bob").await);
    let room = server.campus_room(&ann, "revolving door").await;
    let mut hers = server.online(&ann).await;
    let membership = format!("/v1/rooms/{room}/members/me");
    for round in 0..30 {
        let coming = server.ok(Method::PUT, &membership, &bob, None);
        let (_, mut his) = tokio::join!(coming, server.plain_by_bearer(ONLINE, &bob.token));
        hers.say(&room, &format!("in {round}")).await;
        assert_eq!(his.message().await["content"], format!("in {round}"));
        let going = server.ok(Method::DELETE, &membership, &bob, None);
        let (_, mut late) = tokio::join!(going, server.plain_by_bearer(ONLINE, &bob.token));
        hers.say(&room, &format!("out {round}")).await;
        hers.hear_where(|it| it["messages"][0]["content"] == format!("out {round}")).await;
        for socket in [&mut his, &mut late] {
            // Told in order: had it been told of the room, that would have come first.
            socket.send_text("{}").await;
            socket.error().await;
        }
    }
}
