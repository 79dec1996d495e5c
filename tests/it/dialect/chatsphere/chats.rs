//! Rooms, private chats and groups: who is addressed how, who reads, who hears.

use std::sync::atomic::Ordering;

use chrono::TimeDelta;
use parlor::{
    chat::server::{self, channel},
    model::server::{ChannelDraft, ServerDraft},
};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::{is_message, said, settled};
use crate::{
    on_every_database,
    support::{databases::Kind, server::Server},
    sync::people::with_clock,
};

on_every_database!(
    each_of_two_knows_their_chat_by_the_other,
    a_group_is_for_its_members,
    a_room_of_another_surface_is_heard_without_joining,
    history_comes_in_pages,
    an_answer_names_what_it_answers,
    whoever_joined_a_room_has_it_in_the_list_and_is_told_what_they_missed,
    a_chat_is_shown_as_pinned_and_muted_to_whoever_did_so,
);

async fn a_chat_is_shown_as_pinned_and_muted_to_whoever_did_so(server: Server) {
    let (ann, bob) = (server.chatsphere_person("ann").await, server.chatsphere_person("bob").await);
    let room = server.direct_room(&ann.native, &bob.native).await;
    server.say(&bob.native, &room, "psst").await;
    let shown = async || {
        let chat = server.conversation(&ann, "private", &bob.id).await;
        [chat["is_pinned"].clone(), chat["is_muted"].clone()].map(|it| it.as_bool().unwrap())
    };
    assert_eq!(shown().await, [false, false]);
    let path = format!("/v1/rooms/{room}/settings");
    for (change, wanted) in [
        (json!({"pinned": true}), [true, false]),
        (json!({"muted_until": "2999-01-01T00:00:00Z"}), [true, true]),
        (json!({"pinned": false}), [false, true]),
        (json!({"muted_until": null}), [false, false]),
        (json!({"pinned": true, "muted_until": "2999-01-01T00:00:00Z"}), [true, true]),
    ] {
        server.ok(Method::PUT, &path, &ann.native, Some(change.clone())).await;
        assert_eq!(shown().await, wanted, "{change}");
    }
    let at_bobs = server.conversation(&bob, "private", &ann.id).await;
    let settings = (&at_bobs["is_pinned"], &at_bobs["is_muted"]);
    assert_eq!(settings, (&json!(false), &json!(false)), "they are hers alone");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chat_is_muted_until_its_time_has_come() {
    let (server, ahead) = with_clock(Kind::Sqlite).await;
    let (ann, bob) = (server.chatsphere_person("ann").await, server.chatsphere_person("bob").await);
    let room = server.direct_room(&ann.native, &bob.native).await;
    server.say(&bob.native, &room, "psst").await;
    let until = server.chat().now().0 + TimeDelta::minutes(5);
    let body = json!({"muted_until": until.to_rfc3339()});
    let path = format!("/v1/rooms/{room}/settings");
    server.ok(Method::PUT, &path, &ann.native, Some(body)).await;
    let is_muted = async || server.conversation(&ann, "private", &bob.id).await["is_muted"].clone();
    assert_eq!(is_muted().await, true);
    ahead.store(6 * 60, Ordering::SeqCst);
    assert_eq!(is_muted().await, false);
}

async fn each_of_two_knows_their_chat_by_the_other(server: Server) {
    let (ann, bob, eve) = (
        server.chatsphere_person("ann").await,
        server.chatsphere_person("bob").await,
        server.chatsphere_person("eve").await,
    );
    let [mut at_anns, mut at_bobs, mut at_eves] =
        [server.open(&ann).await, server.open(&bob).await, server.open(&eve).await];
    let mut phone = server.open(&ann).await;
    at_anns.send(&said("private", &bob.id, "psst")).await;
    for (socket, peer) in [(&mut at_anns, &bob), (&mut phone, &bob), (&mut at_bobs, &ann)] {
        let data = socket.hear_where(is_message("psst")).await["data"].take();
        assert_eq!((&data["chat_type"], &data["chat_id"]), (&json!("private"), &json!(peer.id)));
        assert_eq!((&data["from_user_id"], &data["to_user_id"]), (&json!(ann.id), &json!(bob.id)));
        assert_eq!((&data["room_id"], &data["group_id"]), (&Value::Null, &Value::Null));
        let updated = socket.hear_where(|it| it["type"] == "conversation_updated").await;
        assert_eq!(updated["data"]["chat_id"], json!(peer.id));
        assert_eq!(updated["data"]["message_id"], data["id"]);
    }
    settled(&mut at_eves).await;
    let heard = at_eves.overhear().await;
    assert!(heard.iter().all(|it| it["type"] == "online_users"), "{heard:?}");

    let at_bobs_list = server.conversation(&bob, "private", &ann.id).await;
    assert_eq!(
        (&at_bobs_list["unread_count"], &at_bobs_list["name"]),
        (&json!(1), &json!("D ann"))
    );
    assert_eq!(at_bobs_list["other_user"]["username"], "ann");
    assert_eq!(at_bobs_list["last_message"]["from_user_id"], json!(ann.id));
    assert!(at_bobs_list["id"].is_i64());
    let read = format!("/api/v1/conversations/private/{}/mark-read", ann.id);
    server.ok(Method::POST, &read, &bob.native, None).await;
    assert_eq!(server.conversation(&bob, "private", &ann.id).await["unread_count"], 0);

    for peer in [&ann, &bob] {
        let page = server.see(&format!("/api/v1/messages/private/{}", peer.id), &eve).await;
        assert_eq!(page, json!({"messages": [], "total": 0, "has_more": false}));
    }
    // The same chat, from the native surface.
    let room = server.direct_room(&bob.native, &ann.native).await;
    server.say(&bob.native, &room, "from elsewhere").await;
    let heard = at_anns.hear_where(is_message("from elsewhere")).await;
    assert_eq!(heard["data"]["chat_id"], json!(bob.id));
    for nobody in [ann.id.as_str(), "9b401513-2da0-4ad0-ae97-42e304db9bc2", "x"] {
        at_anns.send(&said("private", nobody, "hm")).await;
        let error = at_anns.hear_where(|it| it["type"] == "error").await;
        assert_eq!(error["data"]["message"], "消息发送失败，请重试");
    }
}

async fn a_group_is_for_its_members(server: Server) {
    let (ann, bob, eve) = (
        server.chatsphere_person("ann").await,
        server.chatsphere_person("bob").await,
        server.chatsphere_person("eve").await,
    );
    let [mut at_anns, mut at_bobs, mut at_eves] =
        [server.open(&ann).await, server.open(&bob).await, server.open(&eve).await];
    let group = server.group(&ann.native, &[&bob.native]).await;
    at_anns.send(&said("group", &group, "to us")).await;
    for socket in [&mut at_anns, &mut at_bobs] {
        let data = socket.hear_where(is_message("to us")).await["data"].take();
        assert_eq!((&data["chat_id"], &data["group_id"]), (&json!(group), &json!(group)));
        assert_eq!((&data["room_id"], &data["to_user_id"]), (&Value::Null, &Value::Null));
    }
    let listed = server.conversation(&bob, "group", &group).await;
    let expected = json!({"id": group, "name": "the group", "avatar_url": null});
    assert_eq!((&listed["group"], &listed["unread_count"]), (&expected, &json!(1)));

    let history = format!("/api/v1/messages/group/{group}");
    let (status, refused) = server.call(Method::GET, &history, Some(&eve.native), None).await;
    assert_eq!((status, &refused["code"]), (StatusCode::FORBIDDEN, &json!(50_000)));
    at_eves.send(&said("group", &group, "let me in")).await;
    at_eves.hear_where(|it| it["type"] == "error").await;
    // A group is no room, whatever it is called.
    at_eves.send(&said("room", &group, "let me in")).await;
    at_eves.hear_where(|it| it["type"] == "error").await;
    let count = format!("/api/v1/rooms/{group}/online-count");
    assert_eq!(server.see(&count, &eve).await["online_count"], 0);

    server.ok(Method::DELETE, &format!("/v1/rooms/{group}/members/me"), &bob.native, None).await;
    at_anns.send(&said("group", &group, "he is gone")).await;
    at_anns.hear_where(is_message("he is gone")).await;
    for socket in [&mut at_bobs, &mut at_eves] {
        settled(socket).await;
        let heard = socket.overhear().await;
        assert!(heard.iter().all(|it| it["type"] != "message"), "{heard:?}");
    }
}

async fn a_room_of_another_surface_is_heard_without_joining(server: Server) {
    let (ann, bob) = (server.chatsphere_person("ann").await, server.chatsphere_person("bob").await);
    let mut at_bobs = server.open(&bob).await;
    let (chat, me) = (server.chat(), server.actor(&ann.native).await);
    let cave = parlor::chat::room::public::create(&chat, me, "the cave", None).await.unwrap();
    let id = cave.room.chatroom_id.to_string();
    server.say(&ann.native, &id, "echo").await;
    let data = at_bobs.hear_where(is_message("echo")).await["data"].take();
    assert_eq!((&data["chat_id"], &data["room_id"]), (&json!(id), &json!(id)));
    let rooms = server.see("/api/v1/rooms", &bob).await;
    assert_eq!(
        (&rooms["rooms"][0]["id"], &rooms["rooms"][3]["id"]),
        (&json!("general"), &json!(id))
    );
    assert_eq!(server.see("/api/v1/conversations", &bob).await["conversations"], json!([]));
    // Whoever writes there has it in their list, and counts what they have not read.
    let mut native = server.socket(&ann.native).await;
    at_bobs.send(&said("room", &id, "echo, echo")).await;
    assert_eq!(native.hear("message:created").await["message"]["content"], "echo, echo");
    server.say(&ann.native, &id, "still there?").await;
    let listed = server.conversation(&bob, "room", &id).await;
    assert_eq!((&listed["name"], &listed["unread_count"]), (&json!("the cave"), &json!(1)));
    // A channel of a server is a group here.
    let draft =
        ServerDraft { name: "sea".to_owned(), description: None, icon_url: None, is_open: true };
    let server_id = server::create(&chat, me, draft).await.unwrap().server_id;
    let draft = ChannelDraft { server: server_id, name: "north".to_owned(), description: None };
    let north = channel::create(&chat, me, draft).await.unwrap();
    let north = north.room.chatroom_id.to_string();
    assert_eq!(server.conversation(&ann, "group", &north).await["name"], "north");
}

async fn history_comes_in_pages(server: Server) {
    let ann = server.chatsphere_person("ann").await;
    for number in 1..=7 {
        let general = parlor::chat::room::public::by_slug(&server.chat(), "general").await.unwrap();
        let id = general.room.chatroom_id.to_string();
        server.say(&ann.native, &id, &number.to_string()).await;
    }
    let page = async |query: &str| {
        let page = server.see(&format!("/api/v1/messages/room/general{query}"), &ann).await;
        let said = |it: &Value| it["content"].as_str().unwrap().to_owned();
        let words: Vec<String> = page["messages"].as_array().unwrap().iter().map(said).collect();
        (words.join(" "), page["has_more"].as_bool().unwrap(), page["total"].as_i64().unwrap())
    };
    assert_eq!(page("").await, ("1 2 3 4 5 6 7".to_owned(), false, 7));
    assert_eq!(page("?limit=3").await, ("5 6 7".to_owned(), true, 7));
    assert_eq!(page("?limit=3&offset=3").await, ("2 3 4".to_owned(), true, 7));
    assert_eq!(page("?limit=3&offset=6").await, ("1".to_owned(), false, 7));
    assert_eq!(page("?offset=99").await, (String::new(), false, 7));
    assert_eq!(page("?limit=-1&offset=-1").await, ("7".to_owned(), true, 7));
    let none = server.see("/api/v1/messages/room/nowhere", &ann).await;
    assert_eq!(none["messages"], json!([]));
    let ask = async |path| server.call(Method::GET, path, Some(&ann.native), None).await;
    let (status, answer) = ask("/api/v1/messages/cave/general").await;
    let refused = json!({"code": 50_000, "message": "无效的聊天类型", "data": null});
    assert_eq!((status, answer), (StatusCode::BAD_REQUEST, refused));
    let (status, answer) = ask("/api/v1/messages/room/general?limit=many").await;
    assert_eq!((status, &answer["code"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!(40_022)));
    assert_eq!(answer["data"]["errors"][0]["field"], "query -> limit");
    assert_eq!(ask("/api/v1/messages/room/%00").await.0, StatusCode::NOT_FOUND);
}

async fn an_answer_names_what_it_answers(server: Server) {
    let (ann, bob) = (server.chatsphere_person("ann").await, server.chatsphere_person("bob").await);
    let mut socket = server.open(&ann).await;
    socket.send(&said("private", &bob.id, "question")).await;
    let id = socket.hear_where(is_message("question")).await["data"]["id"].take();
    let number: i64 = id.as_str().unwrap().parse().unwrap();
    for (reply_to, words) in [(id.clone(), "as text"), (json!(number), "as number")] {
        let mut answer = said("private", &bob.id, words);
        answer["data"]["reply_to_id"] = reply_to;
        socket.send(&answer).await;
        assert_eq!(socket.hear_where(is_message(words)).await["data"]["reply_to_id"], id);
    }
    let page = server.see(&format!("/api/v1/messages/private/{}", bob.id), &ann).await;
    assert_eq!(page["messages"][2]["reply_to_id"], json!(number));
    let mut elsewhere = said("room", "general", "wrong place");
    elsewhere["data"]["reply_to_id"] = id;
    socket.send(&elsewhere).await;
    socket.hear_where(|it| it["type"] == "error").await;
}

async fn whoever_joined_a_room_has_it_in_the_list_and_is_told_what_they_missed(server: Server) {
    let (ann, bob) = (server.chatsphere_person("ann").await, server.chatsphere_person("bob").await);
    let (mut at_anns, mut at_bobs) = (server.open(&ann).await, server.open(&bob).await);
    for kind in ["join_room", "leave_room"] {
        at_bobs.send(&json!({"type": kind, "data": {"room_id": "tech"}})).await;
    }
    settled(&mut at_bobs).await;
    at_anns.send(&said("room", "tech", "is anybody there?")).await;
    at_bobs.hear_where(is_message("is anybody there?")).await;
    let shown = server.conversation(&bob, "room", "tech").await;
    assert_eq!(
        (&shown["unread_count"], &shown["last_message"]["content"]),
        (&json!(1), &json!("is anybody there?"))
    );
}
