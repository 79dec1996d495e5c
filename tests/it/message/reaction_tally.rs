//! Answers that are one emoji.

use entity::id::{MessageId, RoomId};
use futures_util::future::join_all;
use parlor::{
    chat::{
        message::{self, reaction},
        room,
    },
    model::{
        error::{Ban, Error, Thing},
        message::reaction::Tally,
    },
};

use crate::{
    on_every_database,
    support::{people::Person, server::Server},
};

const SIX: [&str; 6] = ["👍", "❤️", "😂", "😮", "😢", "😡"];

on_every_database!(
    everybody_in_the_room_hears_of_a_reaction,
    of_some_emoji_a_person_has_one,
    reactions_are_for_those_in_the_room,
    many_reactions_at_once_are_all_counted,
);

fn spelled(tallies: &[Tally]) -> Vec<(&str, Vec<&str>)> {
    tallies
        .iter()
        .map(|it| (it.emoji.as_str(), it.people.iter().map(|it| it.username.as_str()).collect()))
        .collect()
}

async fn said(server: &Server, who: &Person, room: &str) -> (RoomId, MessageId) {
    let said = server.say(who, room, "what do you think?").await;
    let message = MessageId(said["message_id"].as_i64().unwrap());
    (RoomId(room.parse().unwrap()), message)
}

async fn everybody_in_the_room_hears_of_a_reaction(server: Server) {
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let (chat, me, other) = (server.chat(), server.actor(&ann).await, server.actor(&bob).await);
    let (room, id) = said(&server, &ann, &server.direct_room(&ann, &bob).await).await;
    let before = room::view(&chat, me, room).await.unwrap().room.rev;
    let mut at_anns = server.socket(&ann).await;

    let put = reaction::put(&chat, other, id, "🎉", &[]).await.unwrap();
    assert_eq!(spelled(&put.tallies), [("🎉", vec!["bob"])]);
    let heard = at_anns.hear("reaction:added").await;
    assert_eq!(heard["message_id"], id.0);
    assert_eq!(heard["reactions"][0]["user_ids"][0], other.id.0);
    assert_eq!(heard["rev"], before + 1);
    assert_eq!(message::find(&chat, me, id).await.unwrap().row.rev, before + 1);

    let again = reaction::put(&chat, other, id, "🎉", &[]).await.unwrap();
    assert_eq!(again.row, put.row, "a second time changes nothing");
    assert_eq!(room::view(&chat, me, room).await.unwrap().room.rev, before + 1);

    let put = reaction::put(&chat, me, id, "🎉", &[]).await.unwrap();
    assert_eq!(spelled(&put.tallies), [("🎉", vec!["bob", "ann"])]);
    let left = reaction::remove(&chat, other, id, &["🎉"]).await.unwrap();
    assert_eq!(spelled(&left), [("🎉", vec!["ann"])]);
    assert_eq!(at_anns.hear("reaction:removed").await["emoji"], "🎉");
    let gone = reaction::remove(&chat, other, id, &["🎉"]).await;
    assert!(matches!(gone, Err(Error::Missing(Thing::Reaction))));
    let all = message::find(&chat, me, id).await.unwrap().tallies;
    assert_eq!(spelled(&all), [("🎉", vec!["ann"])]);
}

async fn of_some_emoji_a_person_has_one(server: Server) {
    let (ann, bob) = (server.person("ann").await, server.person("bob").await);
    let (chat, me) = (server.chat(), server.actor(&ann).await);
    let (_, id) = said(&server, &ann, &server.direct_room(&ann, &bob).await).await;
    reaction::put(&chat, me, id, "🎉", &SIX).await.unwrap();
    for emoji in SIX {
        let put = reaction::put(&chat, me, id, emoji, &SIX).await.unwrap();
        assert_eq!(spelled(&put.tallies), [("🎉", vec!["ann"]), (emoji, vec!["ann"])]);
    }
    let at_once = SIX.map(|emoji| reaction::put(&chat, me, id, emoji, &SIX));
    assert!(join_all(at_once).await.iter().all(Result::is_ok));
    let left = reaction::remove(&chat, me, id, &SIX).await.unwrap();
    assert_eq!(spelled(&left), [("🎉", vec!["ann"])]);
}

async fn reactions_are_for_those_in_the_room(server: Server) {
    let (ann, bob, eve) =
        (server.person("ann").await, server.person("bob").await, server.person("eve").await);
    let (chat, stranger) = (server.chat(), server.actor(&eve).await);
    let (_, id) = said(&server, &ann, &server.direct_room(&ann, &bob).await).await;
    let refused = reaction::put(&chat, stranger, id, "👍", &SIX).await;
    assert!(matches!(refused, Err(Error::Forbidden(Ban::NotMember))));
    let refused = reaction::remove(&chat, stranger, id, &SIX).await;
    assert!(matches!(refused, Err(Error::Forbidden(Ban::NotMember))));
    let gone = reaction::put(&chat, stranger, MessageId(999), "👍", &SIX).await;
    assert!(matches!(gone, Err(Error::Missing(Thing::Message))));
    let blank = reaction::put(&chat, server.actor(&ann).await, id, " ", &[]).await;
    assert!(matches!(blank, Err(Error::Invalid(_))));
}

async fn many_reactions_at_once_are_all_counted(server: Server) {
    let ann = server.person("ann").await;
    let mut people = Vec::new();
    for n in 0..12 {
        people.push(server.person(&format!("p{n}")).await);
    }
    let others: Vec<&Person> = people.iter().collect();
    let (room, id) = said(&server, &ann, &server.group(&ann, &others).await).await;
    let (chat, me) = (server.chat(), server.actor(&ann).await);
    let before = room::view(&chat, me, room).await.unwrap().room.rev;
    let actors = join_all(people.iter().map(|it| server.actor(it))).await;
    let puts = join_all(actors.iter().map(|it| reaction::put(&chat, *it, id, "👍", &SIX)));
    let (room_id, words) = (room.to_string(), "meanwhile");
    let talk = join_all((0..12).map(|_| server.say(&ann, &room_id, words)));
    let (puts, _) = tokio::join!(puts, talk);
    assert!(puts.iter().all(Result::is_ok));
    let all = message::find(&chat, me, id).await.unwrap().tallies;
    assert_eq!(all[0].people.len(), 12);
    let after = room::view(&chat, me, room).await.unwrap().room.rev;
    assert_eq!(after, before + 24, "every change has a number of its own");
}
