//! What the pairing knows is in the database: a restart takes nothing from the old client, and
//! gives nothing to others.

use entity::paired_socket;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;

use super::VuePage;
use crate::{
    on_every_database,
    support::{people::Person, server::Server, socketio::Socket},
};

on_every_database!(
    after_a_restart_a_chat_is_heard_when_it_is_opened_once,
    a_socket_that_comes_back_is_in_the_rooms_that_it_had,
    so_it_is_when_only_its_connection_was_lost,
    a_lost_socket_comes_back_once_and_to_its_own_client,
    who_turns_up_where_a_socket_came_back_does_not_hear_its_rooms,
);

const CHROME: &str = "Mozilla/5.0 Chrome/130";
const FIREFOX: &str = "Mozilla/5.0 Firefox/132";

struct RestartedServer {
    server: Server,
    ann: Person,
    bob: Person,
    ours: String,
    anns: String,
}

/// Ann's page was open when the server stopped; Bob speaks from elsewhere.
async fn restarted(mut server: Server) -> RestartedServer {
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let carl = server.person("carl").await;
    let ours = server.direct_room(&ann, &bob).await;
    let anns = server.group(&ann, &[&carl]).await;
    let mut page = VuePage::new(&server, &ann, CHROME).await;
    page.open(&ours).await;
    page.open(&anns).await;
    drop(page);
    server.restart().await;
    RestartedServer { server, ann, bob, ours, anns }
}

async fn back(server: &Server, agent: &'static str) -> Socket {
    let mut socket = server.nameless_socket(Some(agent), &[]).await.unwrap();
    // What a socket has when it comes back it has before its first event is answered.
    socket.ask("set_user_id", json!(0)).await;
    socket
}

async fn after_a_restart_a_chat_is_heard_when_it_is_opened_once(mut server: Server) {
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let room = server.direct_room(&ann, &bob).await;
    server.restart().await;
    // The page had not been open, and nobody has been seen since.
    let mut socket = server.nameless_socket(Some(CHROME), &[]).await.unwrap();
    socket.ask("join_room", json!(room)).await;
    let path = format!("/chatrooms/{room}/messages?limit=50");
    assert_eq!(server.ask_as(&ann, &path, &[("user-agent", CHROME)]).await, 200);
    server.say(&bob, &room, "heard").await;
    assert_eq!(socket.hear("receive_message").await["content"], "heard");
}

async fn a_socket_that_comes_back_is_in_the_rooms_that_it_had(server: Server) {
    let restarted = restarted(server).await;
    let mut socket = back(&restarted.server, CHROME).await;
    for (room, words) in [(&restarted.ours, "one"), (&restarted.anns, "two")] {
        let speaker = if *room == restarted.ours { &restarted.bob } else { &restarted.ann };
        restarted.server.say(speaker, room, words).await;
        assert_eq!(socket.hear("receive_message").await["content"], words);
    }
}

async fn so_it_is_when_only_its_connection_was_lost(server: Server) {
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let room = server.direct_room(&ann, &bob).await;
    let mut page = VuePage::new(&server, &ann, CHROME).await;
    page.open(&room).await;
    drop(page);
    let db = server.beside().await;
    let lost = paired_socket::Entity::find().filter(paired_socket::Column::LostAt.is_not_null());
    while lost.clone().one(&db).await.unwrap().is_none() {
        tokio::task::yield_now().await;
    }
    let mut socket = back(&server, CHROME).await;
    server.say(&bob, &room, "again").await;
    assert_eq!(socket.hear("receive_message").await["content"], "again");
}

async fn a_lost_socket_comes_back_once_and_to_its_own_client(server: Server) {
    let restarted = restarted(server).await;
    let mut other = back(&restarted.server, FIREFOX).await;
    let mut socket = back(&restarted.server, CHROME).await;
    let mut second = back(&restarted.server, CHROME).await;
    restarted.server.say(&restarted.bob, &restarted.ours, "here").await;
    assert_eq!(socket.hear("receive_message").await["content"], "here");
    for stranger in [&mut other, &mut second] {
        assert!(stranger.overhear("receive_message").await.is_empty());
    }
}

async fn who_turns_up_where_a_socket_came_back_does_not_hear_its_rooms(server: Server) {
    let restarted = restarted(server).await;
    let mut socket = back(&restarted.server, CHROME).await;
    restarted.server.say(&restarted.bob, &restarted.ours, "one").await;
    assert_eq!(socket.hear("receive_message").await["content"], "one");
    // Bob opens the page at the same kind of browser: the socket could have been his all along.
    let mut bobs = VuePage::new(&restarted.server, &restarted.bob, CHROME).await;
    bobs.open(&restarted.ours).await;
    restarted.server.say(&restarted.ann, &restarted.anns, "not for Bob").await;
    restarted.server.say(&restarted.ann, &restarted.ours, "for both").await;
    assert_eq!(socket.hear("receive_message").await["content"], "for both");
    assert!(socket.overhear("receive_message").await.is_empty());
}
