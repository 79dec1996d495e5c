//! Whoever speaks on one surface is heard on every other that shows the room: once, in that
//! surface's own frame, and for ever after in its history.
mod edits;
mod files;

use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    on_every_database,
    support::{
        clients::{ALL, BUT_DISCORD, HeardMessage, Identity, RoomClient, RoomIds, Surface, read},
        server::Server,
    },
};

on_every_database!(
    a_room_of_the_app_is_a_public_room_to_all_who_came_in,
    the_default_room_of_chatsphere_is_a_room_of_the_app,
    a_group_is_one_room_wherever_it_was_made,
    a_channel_is_a_room_on_all_six_surfaces,
    a_direct_room_is_a_private_chat_wherever_it_was_begun,
);

async fn a_room_of_the_app_is_a_public_room_to_all_who_came_in(server: Server) {
    let (ann, bob) = two_people(&server).await;
    let room = json!({"name": "the app's room"});
    let made = server.ok(Method::POST, "/api/rooms", &ann.person, Some(room)).await;
    come_in(&server, &bob, made["id"].as_i64().unwrap()).await;
    let rooms = both(&server, [&ann, &bob], ["the app's room"; 2]).await;
    assert_eq!(rooms[0].chat_type, "room");
    converse(&server, &BUT_DISCORD, [&ann, &bob], &rooms, &[]).await;
    no_channel(&server, &ann, &rooms[0]).await;
}

async fn the_default_room_of_chatsphere_is_a_room_of_the_app(server: Server) {
    let (ann, bob) = two_people(&server).await;
    let rooms = server.get("/api/rooms", &ann.person).await;
    let default_room =
        rooms.as_array().unwrap().iter().find(|it| it["name"] == "公共大厅").unwrap();
    for who in [&ann, &bob] {
        come_in(&server, who, default_room["id"].as_i64().unwrap()).await;
    }
    let rooms = both(&server, [&ann, &bob], ["公共大厅"; 2]).await;
    assert_eq!((rooms[0].chat_type.as_str(), rooms[0].chat_id.as_str()), ("room", "general"));
    converse(&server, &BUT_DISCORD, [&ann, &bob], &rooms, &[]).await;
    no_channel(&server, &ann, &rooms[0]).await;
}

async fn a_group_is_one_room_wherever_it_was_made(server: Server) {
    let (ann, bob) = two_people(&server).await;
    let cid = server.identity("cid").await;
    let [one, two, three] = [&ann, &bob, &cid].map(|it| it.person.id);
    // By the course project, where whoever knows a room joins it.
    let body = Some(json!({"room_name": "seminar"}));
    let made = server.ok(Method::POST, "/message/create_room", &ann.person, body).await;
    let mut socket = server.plain_by_cookie("/message/online", &bob.person.token).await;
    socket.send(&json!({"action_type": "join_room", "chatroom_id": made["room_id"]})).await;
    socket.send(&json!([])).await;
    assert!(socket.hear().await["error"].is_string(), "and by now it has joined");
    // By the Vue client, and by a native one.
    let body = Some(json!({"members_id": [one, two, three], "chatroom_name": "trio"}));
    server.ok(Method::POST, "/chatrooms/", &ann.person, body).await;
    let body = json!({"kind": "group", "user_ids": [two, three], "chatroom_name": "band"});
    server.ok(Method::POST, "/v1/rooms", &ann.person, Some(body)).await;
    for name in ["seminar", "trio", "band"] {
        let rooms = both(&server, [&ann, &bob], [name; 2]).await;
        assert_eq!(rooms[0].chat_type, "group");
        converse(&server, &BUT_DISCORD, [&ann, &bob], &rooms, &[]).await;
        no_channel(&server, &ann, &rooms[0]).await;
    }
}

async fn a_channel_is_a_room_on_all_six_surfaces(server: Server) {
    let (ann, bob) = two_people(&server).await;
    let number = channel(&server, [&ann, &bob], "north").await;
    let rooms = both(&server, [&ann, &bob], ["north"; 2]).await;
    assert_eq!((rooms[0].channel, rooms[0].chat_type.as_str()), (Some(number), "group"));
    converse(&server, &ALL, [&ann, &bob], &rooms, &[]).await;
}

async fn a_direct_room_is_a_private_chat_wherever_it_was_begun(server: Server) {
    for begun in [Surface::Chatroom, Surface::ChatSphere, Surface::Native] {
        let names = [format!("ann{begun:?}"), format!("bob{begun:?}")];
        let (ann, bob) = (server.identity(&names[0]).await, server.identity(&names[1]).await);
        let mut said = Vec::new();
        match begun {
            Surface::Chatroom => {
                let body = json!({"members_id": [bob.person.id]});
                server.ok(Method::POST, "/chatrooms/", &ann.person, Some(body)).await;
            }
            Surface::ChatSphere => {
                let mut socket = server.plain_by_query("/ws", &ann.person.token).await;
                let data = json!({"content": "psst", "chat_type": "private",
                    "chat_id": bob.public_id});
                socket.send(&json!({"type": "send_message", "data": data})).await;
                socket.hear_where(|it| it["type"] == "message").await;
                said.push(HeardMessage { author: names[0].clone(), words: "psst".to_owned() });
            }
            _ => drop(server.direct_room(&ann.person, &bob.person).await),
        }
        // To each of them it is called as the other is.
        let rooms = both(&server, [&ann, &bob], [&names[1], &names[0]]).await;
        for (room, peer) in rooms.iter().zip([&bob, &ann]) {
            assert_eq!((room.chat_type.as_str(), &room.chat_id), ("private", &peer.public_id));
        }
        assert_eq!((&rooms[0].uuid, rooms[0].number), (&rooms[1].uuid, rooms[1].number));
        converse(&server, &BUT_DISCORD, [&ann, &bob], &rooms, &said).await;
        no_channel(&server, &ann, &rooms[0]).await;
    }
}

async fn two_people(server: &Server) -> (Identity, Identity) {
    (server.identity("ann").await, server.identity("bob").await)
}

/// The app knows no other way of becoming a member than to open a room.
async fn come_in(server: &Server, who: &Identity, number: i64) {
    let path = format!("/ws/chat/{number}");
    let mut socket = server.plain_by_query(&path, &who.person.token).await;
    assert_eq!(socket.hear().await["type"], "connected");
    socket.close().await;
}

/// A channel of a new server of the first, with the second on it.
pub async fn channel(server: &Server, people: [&Identity; 2], name: &str) -> i64 {
    let [ann, bob] = people.map(|it| &it.person);
    let body = Some(json!({"name": format!("sea of {name}")}));
    let server_id = server.ok(Method::POST, "/servers/", ann, body).await["id"].clone();
    server.ok(Method::POST, &format!("/servers/{server_id}/join"), bob, None).await;
    let body = Some(json!({"name": name, "server_id": server_id}));
    server.ok(Method::POST, "/channels/", ann, body).await["id"].as_i64().unwrap()
}

pub async fn both(server: &Server, people: [&Identity; 2], names: [&str; 2]) -> [RoomIds; 2] {
    let [one, other] = people;
    let [first, second] = names;
    [server.room_ids(&one.person, first).await, server.room_ids(&other.person, second).await]
}

/// Both speak on each surface in turn; both hear it on each. The next thing that is heard
/// anywhere is what was said last, so nothing comes twice.
async fn converse(
    server: &Server,
    surfaces: &[Surface],
    people: [&Identity; 2],
    rooms: &[RoomIds; 2],
    before: &[HeardMessage],
) {
    let mut clients: Vec<(usize, RoomClient)> = Vec::new();
    for (who, room) in rooms.iter().enumerate() {
        for surface in surfaces {
            let client = match surface {
                // One of the two as the Vue client is, which has no credential.
                Surface::Chatroom if who == 1 => {
                    server.anonymous_client(&people[who].person, room).await
                }
                _ => server.client(*surface, &people[who].person, room).await,
            };
            clients.push((who, client));
        }
    }
    let mut said = before.to_vec();
    for speaker in 0..clients.len() {
        let (who, client) = &mut clients[speaker];
        let author = people[*who].person.name.clone();
        let words = format!("{author} on {:?}", client.surface);
        client.say(server, &words).await;
        let expected = HeardMessage { author, words };
        hear_all(&mut clients, &people, &expected).await;
        said.push(expected);
    }
    let marker = server.say(&people[0].person, &rooms[0].uuid, "the end").await;
    assert_eq!(marker["content"], "the end");
    said.push(HeardMessage { author: people[0].person.name.clone(), words: "the end".to_owned() });
    hear_all(&mut clients, &people, &said[said.len() - 1]).await;
    for (who, room) in rooms.iter().enumerate() {
        for surface in surfaces {
            let history = server.history(*surface, &people[who].person, room).await;
            let found: Vec<HeardMessage> =
                history.iter().map(|it| read(*surface, &people, it)).collect();
            assert_eq!(found, said, "{surface:?}");
        }
    }
}

async fn hear_all(
    clients: &mut [(usize, RoomClient)],
    people: &[&Identity],
    expected: &HeardMessage,
) {
    for (_, client) in clients {
        let frame = client.hear().await;
        assert_eq!(&client.read(people, &frame), expected, "{:?}", client.surface);
    }
}

/// Only channels are rooms to the surface of servers and channels.
async fn no_channel(server: &Server, who: &Identity, room: &RoomIds) {
    let number = room.number;
    for path in [format!("/channels/{number}"), format!("/channels/{number}/messages")] {
        let (status, answer) = server.call(Method::GET, &path, Some(&who.person), None).await;
        assert_eq!((status.as_u16(), answer), (404, json!({"detail": "Channel not found"})));
    }
    let path = format!("/ws/{number}?token={}", who.person.token);
    assert_eq!(server.try_plain(&path, &[]).await.err(), Some((403, String::new())));
    assert_eq!(server.get("/servers/", &who.person).await, Value::Array(Vec::new()));
}
