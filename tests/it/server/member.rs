//! Servers with channels.

use entity::id::ServerId;
use futures_util::future::join_all;
use parlor::{
    chat::{
        engine::handle::Chat,
        message,
        room::{self, member, number, public},
        server::{self, channel},
    },
    model::{
        actor::Actor,
        error::{Ban, Clash, Error, OwnerAction, Thing},
        page::{Limit, Window},
        server::{Channel, ChannelDraft, ServerDraft, ServerEdit},
    },
};
use reqwest::Method;
use sea_orm::ConnectionTrait;
use serde_json::json;

use crate::{on_every_database, support::server::Server};

on_every_database!(
    whoever_joins_a_server_is_in_all_its_channels,
    only_the_owner_changes_a_server,
    whoever_leaves_a_server_hears_no_more_of_its_channels,
    a_deleted_server_takes_its_channels_along,
    a_server_outlives_its_owners_account,
    no_channel_is_without_a_server,
    every_member_is_in_every_channel_however_busy_it_is,
);

async fn made(chat: &Chat, owner: Actor) -> ServerId {
    let draft = ServerDraft {
        name: "the sea".to_owned(),
        description: None,
        icon_url: None,
        is_open: true,
    };
    server::create(chat, owner, draft).await.unwrap().server_id
}

async fn channel(chat: &Chat, owner: Actor, server: ServerId, name: &str) -> Channel {
    let draft = ChannelDraft { server, name: name.to_owned(), description: None };
    channel::create(chat, owner, draft).await.unwrap()
}

async fn whoever_joins_a_server_is_in_all_its_channels(server: Server) {
    let (ann, bob, eve) =
        (server.person("ann").await, server.person("bob").await, server.person("eve").await);
    let (chat, me) = (server.chat(), server.actor(&ann).await);
    let (other, stranger) = (server.actor(&bob).await, server.actor(&eve).await);
    let server_id = made(&chat, me).await;
    let north = channel(&chat, me, server_id, "north").await;
    let mut at_bobs = server.socket(&bob).await;

    assert_eq!(server::join(&chat, other, server_id).await.unwrap().name, "the sea");
    assert_eq!(
        at_bobs.hear("room:member_joined").await["chatroom_id"],
        json!(north.room.chatroom_id.0)
    );
    let south = channel(&chat, me, server_id, "south").await;
    assert_eq!(at_bobs.hear("room:created").await["chatroom"]["chatroom_name"], "south");
    for it in [&north, &south] {
        server.say(&ann, &it.room.chatroom_id.to_string(), "ahoy").await;
        assert_eq!(at_bobs.hear("message:created").await["message"]["content"], "ahoy");
    }

    let view = server::view(&chat, other, server_id).await.unwrap();
    let names: Vec<_> = view.channels.iter().map(|it| it.room.chatroom_name.as_deref()).collect();
    assert_eq!(names, [Some("north"), Some("south")]);
    assert_eq!(number::channel_of(&chat, north.number).await.unwrap(), north.room.chatroom_id);
    assert_eq!(server::mine(&chat, other).await.unwrap().len(), 1);
    assert!(server::mine(&chat, stranger).await.unwrap().is_empty());

    let refused = server::view(&chat, stranger, server_id).await;
    assert!(matches!(refused, Err(Error::Forbidden(Ban::NotMember))));
    let refused = channel::view(&chat, stranger, north.room.chatroom_id).await;
    assert!(matches!(refused, Err(Error::Forbidden(Ban::NotMember))));
    let refused = server::view(&chat, stranger, ServerId(999)).await;
    assert!(matches!(refused, Err(Error::Missing(Thing::Server))));
    let refused = server::join(&chat, other, server_id).await;
    assert!(matches!(refused, Err(Error::Taken(Clash::AlreadyMember))));
}

async fn only_the_owner_changes_a_server(server: Server) {
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let (chat, me, other) = (server.chat(), server.actor(&ann).await, server.actor(&bob).await);
    let server_id = made(&chat, me).await;
    let north = channel(&chat, me, server_id, "north").await.room.chatroom_id;
    server::join(&chat, other, server_id).await.unwrap();

    let wanted = ServerEdit { description: Some("salt".to_owned()), ..Default::default() };
    let refused = server::update(&chat, other, server_id, wanted.clone()).await;
    assert!(matches!(
        refused,
        Err(Error::Forbidden(Ban::NotServerOwner(OwnerAction::UpdateServer)))
    ));
    let refused = server::delete(&chat, other, server_id).await;
    assert!(matches!(
        refused,
        Err(Error::Forbidden(Ban::NotServerOwner(OwnerAction::DeleteServer)))
    ));
    let draft = ChannelDraft { server: server_id, name: "mine".to_owned(), description: None };
    let refused = channel::create(&chat, other, draft).await;
    assert!(matches!(
        refused,
        Err(Error::Forbidden(Ban::NotServerOwner(OwnerAction::CreateChannels)))
    ));
    let refused = channel::update(&chat, other, north, Some("x".to_owned()), None).await;
    assert!(matches!(
        refused,
        Err(Error::Forbidden(Ban::NotServerOwner(OwnerAction::UpdateChannels)))
    ));
    let refused = channel::delete(&chat, other, north).await;
    assert!(matches!(
        refused,
        Err(Error::Forbidden(Ban::NotServerOwner(OwnerAction::DeleteChannels)))
    ));

    let row = server::update(&chat, me, server_id, wanted).await.unwrap();
    assert_eq!((row.name.as_str(), row.description.as_deref()), ("the sea", Some("salt")));
    assert!(row.updated_at > row.created_at);
    let row = channel::update(&chat, me, north, Some("cold".to_owned()), None).await.unwrap();
    assert_eq!(row.room.chatroom_name.as_deref(), Some("cold"));
    assert!(row.room.updated_at > row.room.created_at);
    channel::delete(&chat, me, north).await.unwrap();
    let gone = channel::view(&chat, me, north).await;
    assert!(matches!(gone, Err(Error::Missing(Thing::Room))));
}

async fn whoever_leaves_a_server_hears_no_more_of_its_channels(server: Server) {
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let (chat, me, other) = (server.chat(), server.actor(&ann).await, server.actor(&bob).await);
    let server_id = made(&chat, me).await;
    let north = channel(&chat, me, server_id, "north").await.room.chatroom_id;
    let south = channel(&chat, me, server_id, "south").await.room.chatroom_id;
    server::join(&chat, other, server_id).await.unwrap();
    let mut at_bobs = server.socket(&bob).await;

    let refused = member::leave(&chat, other, north).await;
    assert!(matches!(refused, Err(Error::Forbidden(Ban::NotAllowed))), "one channel alone");
    let refused = member::remove(&chat, me, north, other.id).await;
    assert!(matches!(refused, Err(Error::Forbidden(Ban::NotAllowed))), "one channel alone");
    server::leave(&chat, other, server_id).await.unwrap();
    for _ in 0..2 {
        at_bobs.hear("room:member_left").await;
    }
    for it in [north, south] {
        server.say(&ann, &it.to_string(), "gossip").await;
        let refused = message::history(&chat, other, it, Window::Newest, Limit::default()).await;
        assert!(matches!(refused, Err(Error::Forbidden(Ban::NotMember))));
    }
    assert!(at_bobs.overhear("message:created").await.is_empty());
    assert!(room::list(&chat, other).await.unwrap().is_empty());

    let refused = server::leave(&chat, other, server_id).await;
    assert!(matches!(refused, Err(Error::Missing(Thing::Membership))));
    let refused = server::leave(&chat, me, server_id).await;
    assert!(matches!(refused, Err(Error::Forbidden(Ban::OwnerStays))));
    let refused = server::leave(&chat, me, ServerId(999)).await;
    assert!(matches!(refused, Err(Error::Missing(Thing::Server))));
}

async fn a_deleted_server_takes_its_channels_along(server: Server) {
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let (chat, me, other) = (server.chat(), server.actor(&ann).await, server.actor(&bob).await);
    let server_id = made(&chat, me).await;
    let north = channel(&chat, me, server_id, "north").await;
    let id = north.room.chatroom_id;
    server::join(&chat, other, server_id).await.unwrap();
    let said = server.say(&ann, &id.to_string(), "soon gone").await;
    let said = entity::id::MessageId(said["message_id"].as_i64().unwrap());
    let mut at_bobs = server.socket(&bob).await;

    server::delete(&chat, me, server_id).await.unwrap();
    assert_eq!(at_bobs.hear("room:deleted").await["chatroom"]["chatroom_id"], json!(id.0));
    at_bobs.hear("room:member_left").await;
    assert!(matches!(message::find(&chat, me, said).await, Err(Error::Missing(Thing::Message))));
    let gone = number::channel_of(&chat, north.number).await;
    assert!(matches!(gone, Err(Error::Missing(Thing::Room))));
    let gone = server::view(&chat, other, server_id).await;
    assert!(matches!(gone, Err(Error::Missing(Thing::Server))));
    assert!(server::mine(&chat, other).await.unwrap().is_empty());
}

async fn a_server_outlives_its_owners_account(server: Server) {
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let (chat, me, other) = (server.chat(), server.actor(&ann).await, server.actor(&bob).await);
    let (server_id, lonely) = (made(&chat, me).await, made(&chat, me).await);
    let north = channel(&chat, me, server_id, "north").await.room.chatroom_id;
    channel(&chat, me, lonely, "empty").await;
    server::join(&chat, other, server_id).await.unwrap();

    server.ok(Method::DELETE, "/v1/me", &ann, None).await;
    assert_eq!(server::view(&chat, other, server_id).await.unwrap().server.owner_id, other.id);
    channel::delete(&chat, other, north).await.unwrap();
    let gone = server::join(&chat, other, lonely).await;
    assert!(matches!(gone, Err(Error::Missing(Thing::Server))));
}

async fn no_channel_is_without_a_server(server: Server) {
    let ann = server.person("ann").await;
    let (chat, me) = (server.chat(), server.actor(&ann).await);
    let north = channel(&chat, me, made(&chat, me).await, "north").await;
    let done = server.beside().await.execute_unprepared("DELETE FROM servers").await.unwrap();
    assert_eq!(done.rows_affected(), 1);
    let gone = number::channel_of(&chat, north.number).await;
    assert!(matches!(gone, Err(Error::Missing(Thing::Room))), "the database sees to it");
}

async fn every_member_is_in_every_channel_however_busy_it_is(server: Server) {
    let ann = server.person("ann").await;
    let (chat, me) = (server.chat(), server.actor(&ann).await);
    let server_id = made(&chat, me).await;
    let mut people = Vec::new();
    for n in 0..8 {
        let person = server.person(&format!("p{n}")).await;
        people.push(server.actor(&person).await);
    }
    let joins = join_all(people.iter().map(|it| server::join(&chat, *it, server_id)));
    let names: Vec<String> = (0..8).map(|n| format!("c{n}")).collect();
    let channels = join_all(names.iter().map(|it| channel(&chat, me, server_id, it)));
    let rooms = join_all(names.iter().map(|it| public::create(&chat, me, it, None)));
    let (joined, channels, rooms) = tokio::join!(joins, channels, rooms);
    assert!(joined.iter().all(Result::is_ok));
    for channel in &channels {
        let members = member::members(&chat, me, channel.room.chatroom_id).await.unwrap();
        assert_eq!(members.len(), 9);
    }
    let mut numbers: Vec<i64> = channels.iter().map(|it| it.number).collect();
    numbers.sort_unstable();
    assert_eq!(numbers, (1..9).collect::<Vec<_>>(), "channels are counted by themselves");
    let ids: Vec<_> = channels.iter().map(|it| it.room.chatroom_id).collect();
    let mut numbers: Vec<i64> = number::of(&chat, &ids).await.unwrap().into_values().collect();
    numbers.extend(rooms.into_iter().map(|it| it.unwrap().number));
    numbers.sort_unstable();
    // The default rooms came before.
    assert_eq!(numbers, (4..20).collect::<Vec<_>>(), "each number once");
}
