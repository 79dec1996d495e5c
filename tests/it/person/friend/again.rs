//! Asking by name, asking each other at once, and asking again after each end.

use serde_json::json;
use tokio::join;

use super::{
    pair::{
        Pair,
        PairState::{AnnAsked, BobAsked, Friends, Strangers},
    },
    transitions::{by_event, by_route, on_chatroom},
};
use crate::{on_every_database, support::server::Server};

on_every_database!(
    somebody_is_asked_by_number_name_or_address,
    two_who_ask_each_other_at_once_are_friends,
    of_two_who_ask_each_other_at_once_on_chatroom_one_has_asked,
    whoever_ended_it_and_how_each_may_ask_again,
);

async fn somebody_is_asked_by_number_name_or_address(server: Server) {
    let mut pair = Pair::of(server).await;
    let (id, not_there) = (pair.bob.id, "not_found");
    for who in [
        json!({"user_id": id}),
        json!({"username": "bob"}),
        json!({"username": "BOB"}),
        json!({"email": "bob@example.com"}),
    ] {
        let asked = pair.phone.ok("friend:request", who.clone()).await;
        assert_eq!(asked["relation"]["user_id"], id, "{who}");
        assert_eq!(asked["relation"]["state"], "outgoing", "{who}");
        let (mine, bobs) = (&["friend:requested outgoing"], &["friend:requested incoming"]);
        pair.hears(mine, bobs, "a request").await;
        pair.sees(AnnAsked, "a request").await;
        pair.part(AnnAsked).await;
    }
    for nobody in [json!({"username": "bobby"}), json!({"email": "bobby@example.com"})] {
        let fault = pair.phone.fault("friend:request", nobody.clone()).await;
        assert_eq!(fault, not_there, "{nobody}");
    }
    for neither in [json!({}), json!({"user_id": "x"}), json!({"username": 1})] {
        let fault = pair.phone.fault("friend:request", neither.clone()).await;
        assert_eq!(fault, "validation_failed", "{neither}");
    }
    pair.hears(&[], &[], "what is refused").await;
    pair.sees(Strangers, "what is refused").await;
}

async fn two_who_ask_each_other_at_once_are_friends(server: Server) {
    let mut pair = Pair::of(server).await;
    for _ in 0..5 {
        let (to_bob, to_ann) = (json!({"user_id": pair.bob.id}), json!({"user_id": pair.ann.id}));
        let Pair { phone, bobs, .. } = &mut pair;
        let (one, other) =
            join!(phone.ok("friend:request", to_bob), bobs.ok("friend:request", to_ann));
        let mut states = [&one, &other].map(|it| it["relation"]["state"].as_str().unwrap());
        states.sort_unstable();
        assert_eq!(states, ["friends", "outgoing"], "one was the first");
        let is_anns_first = one["relation"]["state"] == "outgoing";
        if is_anns_first {
            let bobs = &["friend:requested incoming", "friend:accepted friends"];
            let anns = &["friend:requested outgoing", "friend:accepted friends"];
            pair.hears(anns, bobs, "at once").await;
        } else {
            let bobs = &["friend:requested outgoing", "friend:accepted friends"];
            let anns = &["friend:requested incoming", "friend:accepted friends"];
            pair.hears(anns, bobs, "at once").await;
        }
        pair.sees(Friends, "at once").await;
        pair.part(Friends).await;
    }
}

/// Its client makes the room where it accepts, so that asking back must not accept.
async fn of_two_who_ask_each_other_at_once_on_chatroom_one_has_asked(server: Server) {
    let mut pair = Pair::of(server).await;
    for _ in 0..5 {
        let ask = async |me, other: i64| {
            let path = format!("/friends/request?friend_id={other}");
            let (status, answer) =
                pair.server.call(reqwest::Method::POST, &path, Some(me), None).await;
            (status.as_u16(), answer)
        };
        let (anns, bobs) = join!(ask(&pair.ann, pair.bob.id), ask(&pair.bob, pair.ann.id));
        let refused = (400, json!({"detail": "Friend request already sent"}));
        let asked = (200, json!(null));
        let told = [&["friend:requested outgoing"], &["friend:requested incoming"]];
        if anns == asked {
            assert_eq!(bobs, refused);
            pair.hears(told[0], told[1], "Ann was the first").await;
            pair.sees(AnnAsked, "Ann was the first").await;
            pair.part(AnnAsked).await;
        } else {
            assert_eq!((anns, bobs), (refused, asked));
            pair.hears(told[1], told[0], "Bob was the first").await;
            pair.sees(BobAsked, "Bob was the first").await;
            pair.part(BobAsked).await;
        }
    }
}

/// Nothing is left of what was: the second time is as the first.
async fn whoever_ended_it_and_how_each_may_ask_again(server: Server) {
    let mut pair = Pair::of(server).await;
    let bob = pair.bob.clone();
    for before in [AnnAsked, BobAsked, Friends] {
        for ends in [&["DELETE friends"][..], &["PUT blocks", "DELETE blocks"]] {
            pair.begin(before).await;
            for end in ends {
                by_route(&mut pair, end, &bob).await;
            }
            pair.forget().await;
            pair.sees(Strangers, "an end").await;
            for again in [AnnAsked, BobAsked, Friends] {
                pair.begin(again).await;
                pair.part(again).await;
            }
        }
    }
    for (event, before) in
        [("friend:cancel", AnnAsked), ("friend:reject", BobAsked), ("friend:remove", Friends)]
    {
        pair.begin(before).await;
        assert_eq!(by_event(&mut pair, event, &bob).await, "none");
        pair.forget().await;
        pair.begin(BobAsked).await;
        let accepted = on_chatroom(&mut pair, "POST /friends/requests/accepted", &bob).await;
        assert_eq!(accepted, "200", "after {event}");
        pair.forget().await;
        pair.sees(Friends, event).await;
        pair.part(Friends).await;
    }
}
