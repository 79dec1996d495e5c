//! Oneself, a number that nobody has, and somebody who has left for good.

use reqwest::Method;

use super::{
    pair::{
        HeardEvents, Pair, PairState,
        PairState::{AnnAsked, AnnBlocks, BobAsked, BobBlocks, BothBlock, Friends, Strangers},
    },
    transitions::{by_event, by_route, on_chatroom},
};
use crate::{
    on_every_database,
    support::{people::Person, server::Server},
};

on_every_database!(
    nobody_is_their_own_friend,
    whom_there_is_not_is_not_found,
    whoever_left_for_good_is_in_no_list_and_not_found,
);

/// By a native event, by a native route and on `chatroom`: the operation, and its answer.
type Answers = [&'static [(&'static str, &'static str)]; 3];

const OF_ONESELF: Answers = [
    &[
        ("friend:request", "conflict"),
        ("friend:accept", "not_found"),
        ("friend:reject", "none"),
        ("friend:cancel", "none"),
        ("friend:remove", "none"),
        ("user:block", "conflict"),
        ("user:unblock", ""),
    ],
    &[
        ("PUT friends", "409 conflict"),
        ("DELETE friends", "204"),
        ("PUT blocks", "409 conflict"),
        ("DELETE blocks", "204"),
    ],
    &[
        ("POST /friends/request", "400 You cannot add yourself as a friend."),
        ("POST /friends/requests/accepted", "404 Friend request not found"),
        ("DELETE /friends/requests/reject", "204"),
        ("DELETE /friends/", "204"),
    ],
];

const OF_NOBODY: Answers = [
    &[
        ("friend:request", "not_found"),
        ("friend:accept", "not_found"),
        ("friend:reject", "not_found"),
        ("friend:cancel", "not_found"),
        ("friend:remove", "not_found"),
        ("user:block", "not_found"),
        ("user:unblock", ""),
    ],
    &[
        ("PUT friends", "404 not_found"),
        ("DELETE friends", "404 not_found"),
        ("PUT blocks", "404 not_found"),
        ("DELETE blocks", "204"),
    ],
    &[
        ("POST /friends/request", "404 User not found"),
        ("POST /friends/requests/accepted", "404 Friend request not found"),
        ("DELETE /friends/requests/reject", "204"),
        ("DELETE /friends/", "204"),
    ],
];

/// There is nothing to end any more, which an event says; a route does not find who it was.
const OF_SOMEBODY_GONE: Answers = [
    &[
        ("friend:request", "not_found"),
        ("friend:accept", "not_found"),
        ("friend:reject", "none"),
        ("friend:cancel", "none"),
        ("friend:remove", "none"),
        ("user:block", "not_found"),
        ("user:unblock", ""),
    ],
    OF_NOBODY[1],
    OF_NOBODY[2],
];

async fn nobody_is_their_own_friend(server: Server) {
    let mut pair = Pair::of(server).await;
    let ann = pair.ann.clone();
    try_all(&mut pair, &ann, OF_ONESELF).await;
    pair.hears(&[], &[], "what Ann tries with herself").await;
    pair.sees(Strangers, "what Ann tries with herself").await;
}

async fn whom_there_is_not_is_not_found(server: Server) {
    let mut pair = Pair::of(server).await;
    for id in [0, -1, 999_999, i64::MAX] {
        let nobody = Person { id, ..pair.bob.clone() };
        try_all(&mut pair, &nobody, OF_NOBODY).await;
    }
    pair.hears(&[], &[], "what Ann tries with nobody").await;
    pair.sees(Strangers, "what Ann tries with nobody").await;
}

async fn try_all(pair: &mut Pair, other: &Person, answers: Answers) {
    let [events, routes, chatroom] = answers;
    for (event, answer) in events {
        assert_eq!(by_event(pair, event, other).await, *answer, "{event} of {}", other.id);
    }
    for (operation, answer) in routes {
        assert_eq!(by_route(pair, operation, other).await, *answer, "{operation} of {}", other.id);
    }
    for (operation, answer) in chatroom {
        assert_eq!(
            on_chatroom(pair, operation, other).await,
            *answer,
            "{operation} of {}",
            other.id
        );
    }
}

async fn whoever_left_for_good_is_in_no_list_and_not_found(server: Server) {
    const ENDS: [(PairState, HeardEvents); 7] = [
        (Strangers, &[]),
        (AnnAsked, &["friend:cancelled none"]),
        (BobAsked, &["friend:cancelled none"]),
        (Friends, &["friend:removed none"]),
        (AnnBlocks, &["user:unblocked"]),
        (BobBlocks, &[]),
        (BothBlock, &["user:unblocked"]),
    ];
    let mut pair = Pair::of(server).await;
    for (at, (pair_state, told)) in ENDS.into_iter().enumerate() {
        pair.another_bob(&format!("bob{at}")).await;
        pair.begin(pair_state).await;
        let bob = pair.bob.clone();
        pair.server.ok(Method::DELETE, "/v1/me", &bob, None).await;
        assert_eq!(pair.ann_overhears(bob.id).await, told, "{pair_state:?}");
        pair.ann_finds_nobody().await;
        try_all(&mut pair, &bob, OF_SOMEBODY_GONE).await;
        assert_eq!(pair.ann_overhears(bob.id).await, [""; 0], "{pair_state:?}, afterwards");
    }
}
