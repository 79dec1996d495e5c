//! Everything that Ann can do, however she and Bob stand: what she is answered, how they stand
//! then, and what each of them hears.

use reqwest::Method;
use serde_json::{Value, json};

use super::pair::{
    HeardEvents, Pair, PairState,
    PairState::{AnnAsked, AnnBlocks, BobAsked, BobBlocks, BothBlock, Friends, Strangers},
};
use crate::{
    on_every_database,
    support::{people::Person, server::Server},
};

on_every_database!(
    every_event_has_its_answer_however_two_people_stand,
    every_route_has_its_answer_however_two_people_stand,
    every_route_of_chatroom_has_its_answer_however_two_people_stand,
);

/// How they stand, what Ann does, her answer, how they stand then, what she hears, what Bob hears.
type Row = (PairState, &'static str, &'static str, PairState, HeardEvents, HeardEvents);

const SILENCE: HeardEvents = &[];
const CANCELLED: HeardEvents = &["friend:cancelled none"];
const REMOVED: HeardEvents = &["friend:removed none"];
const ACCEPTED: HeardEvents = &["friend:accepted friends"];
const I_ASKED: HeardEvents = &["friend:requested outgoing"];
const I_AM_ASKED: HeardEvents = &["friend:requested incoming"];
const I_BLOCKED: HeardEvents = &["user:blocked"];
const I_BLOCKED_AND_LEFT: HeardEvents = &["user:blocked", "friend:removed none"];
const I_UNBLOCKED: HeardEvents = &["user:unblocked"];

/// The answer is the new relation, the code of the refusal, or nothing.
const EVENTS: [Row; 49] = [
    (Strangers, "friend:request", "outgoing", AnnAsked, I_ASKED, I_AM_ASKED),
    (Strangers, "friend:accept", "not_found", Strangers, SILENCE, SILENCE),
    (Strangers, "friend:reject", "none", Strangers, SILENCE, SILENCE),
    (Strangers, "friend:cancel", "none", Strangers, SILENCE, SILENCE),
    (Strangers, "friend:remove", "none", Strangers, SILENCE, SILENCE),
    (Strangers, "user:block", "", AnnBlocks, I_BLOCKED, SILENCE),
    (Strangers, "user:unblock", "", Strangers, SILENCE, SILENCE),
    //
    (AnnAsked, "friend:request", "conflict", AnnAsked, SILENCE, SILENCE),
    (AnnAsked, "friend:accept", "not_found", AnnAsked, SILENCE, SILENCE),
    (AnnAsked, "friend:reject", "outgoing", AnnAsked, SILENCE, SILENCE),
    (AnnAsked, "friend:cancel", "none", Strangers, CANCELLED, CANCELLED),
    (AnnAsked, "friend:remove", "outgoing", AnnAsked, SILENCE, SILENCE),
    (AnnAsked, "user:block", "", AnnBlocks, I_BLOCKED_AND_LEFT, REMOVED),
    (AnnAsked, "user:unblock", "", AnnAsked, SILENCE, SILENCE),
    // Asking back is accepting; a rejection is not told.
    (BobAsked, "friend:request", "friends", Friends, ACCEPTED, ACCEPTED),
    (BobAsked, "friend:accept", "friends", Friends, ACCEPTED, ACCEPTED),
    (BobAsked, "friend:reject", "none", Strangers, CANCELLED, SILENCE),
    (BobAsked, "friend:cancel", "incoming", BobAsked, SILENCE, SILENCE),
    (BobAsked, "friend:remove", "incoming", BobAsked, SILENCE, SILENCE),
    (BobAsked, "user:block", "", AnnBlocks, I_BLOCKED_AND_LEFT, REMOVED),
    (BobAsked, "user:unblock", "", BobAsked, SILENCE, SILENCE),
    //
    (Friends, "friend:request", "already_friends", Friends, SILENCE, SILENCE),
    (Friends, "friend:accept", "friends", Friends, SILENCE, SILENCE),
    (Friends, "friend:reject", "friends", Friends, SILENCE, SILENCE),
    (Friends, "friend:cancel", "friends", Friends, SILENCE, SILENCE),
    (Friends, "friend:remove", "none", Strangers, REMOVED, REMOVED),
    (Friends, "user:block", "", AnnBlocks, I_BLOCKED_AND_LEFT, REMOVED),
    (Friends, "user:unblock", "", Friends, SILENCE, SILENCE),
    // Whoever blocks asks for nothing either.
    (AnnBlocks, "friend:request", "not_accepting", AnnBlocks, SILENCE, SILENCE),
    (AnnBlocks, "friend:accept", "not_found", AnnBlocks, SILENCE, SILENCE),
    (AnnBlocks, "friend:reject", "none", AnnBlocks, SILENCE, SILENCE),
    (AnnBlocks, "friend:cancel", "none", AnnBlocks, SILENCE, SILENCE),
    (AnnBlocks, "friend:remove", "none", AnnBlocks, SILENCE, SILENCE),
    (AnnBlocks, "user:block", "", AnnBlocks, SILENCE, SILENCE),
    (AnnBlocks, "user:unblock", "", Strangers, I_UNBLOCKED, SILENCE),
    // Bob is told nothing by his block, and nothing of what Ann does meanwhile.
    (BobBlocks, "friend:request", "not_accepting", BobBlocks, SILENCE, SILENCE),
    (BobBlocks, "friend:accept", "not_found", BobBlocks, SILENCE, SILENCE),
    (BobBlocks, "friend:reject", "none", BobBlocks, SILENCE, SILENCE),
    (BobBlocks, "friend:cancel", "none", BobBlocks, SILENCE, SILENCE),
    (BobBlocks, "friend:remove", "none", BobBlocks, SILENCE, SILENCE),
    (BobBlocks, "user:block", "", BothBlock, I_BLOCKED, SILENCE),
    (BobBlocks, "user:unblock", "", BobBlocks, SILENCE, SILENCE),
    // Each block is lifted by whoever made it.
    (BothBlock, "friend:request", "not_accepting", BothBlock, SILENCE, SILENCE),
    (BothBlock, "friend:accept", "not_found", BothBlock, SILENCE, SILENCE),
    (BothBlock, "friend:reject", "none", BothBlock, SILENCE, SILENCE),
    (BothBlock, "friend:cancel", "none", BothBlock, SILENCE, SILENCE),
    (BothBlock, "friend:remove", "none", BothBlock, SILENCE, SILENCE),
    (BothBlock, "user:block", "", BothBlock, SILENCE, SILENCE),
    (BothBlock, "user:unblock", "", BobBlocks, I_UNBLOCKED, SILENCE),
];

/// The answer is a status, and the new relation or the code of the refusal.
const ROUTES: [Row; 28] = [
    (Strangers, "PUT friends", "201 outgoing", AnnAsked, I_ASKED, I_AM_ASKED),
    (Strangers, "DELETE friends", "204", Strangers, SILENCE, SILENCE),
    (Strangers, "PUT blocks", "200", AnnBlocks, I_BLOCKED, SILENCE),
    (Strangers, "DELETE blocks", "204", Strangers, SILENCE, SILENCE),
    //
    (AnnAsked, "PUT friends", "409 conflict", AnnAsked, SILENCE, SILENCE),
    (AnnAsked, "DELETE friends", "204", Strangers, CANCELLED, CANCELLED),
    (AnnAsked, "PUT blocks", "200", AnnBlocks, I_BLOCKED_AND_LEFT, REMOVED),
    (AnnAsked, "DELETE blocks", "204", AnnAsked, SILENCE, SILENCE),
    //
    (BobAsked, "PUT friends", "200 friends", Friends, ACCEPTED, ACCEPTED),
    (BobAsked, "DELETE friends", "204", Strangers, CANCELLED, SILENCE),
    (BobAsked, "PUT blocks", "200", AnnBlocks, I_BLOCKED_AND_LEFT, REMOVED),
    (BobAsked, "DELETE blocks", "204", BobAsked, SILENCE, SILENCE),
    //
    (Friends, "PUT friends", "409 already_friends", Friends, SILENCE, SILENCE),
    (Friends, "DELETE friends", "204", Strangers, REMOVED, REMOVED),
    (Friends, "PUT blocks", "200", AnnBlocks, I_BLOCKED_AND_LEFT, REMOVED),
    (Friends, "DELETE blocks", "204", Friends, SILENCE, SILENCE),
    //
    (AnnBlocks, "PUT friends", "403 not_accepting", AnnBlocks, SILENCE, SILENCE),
    (AnnBlocks, "DELETE friends", "204", AnnBlocks, SILENCE, SILENCE),
    (AnnBlocks, "PUT blocks", "200", AnnBlocks, SILENCE, SILENCE),
    (AnnBlocks, "DELETE blocks", "204", Strangers, I_UNBLOCKED, SILENCE),
    //
    (BobBlocks, "PUT friends", "403 not_accepting", BobBlocks, SILENCE, SILENCE),
    (BobBlocks, "DELETE friends", "204", BobBlocks, SILENCE, SILENCE),
    (BobBlocks, "PUT blocks", "200", BothBlock, I_BLOCKED, SILENCE),
    (BobBlocks, "DELETE blocks", "204", BobBlocks, SILENCE, SILENCE),
    //
    (BothBlock, "PUT friends", "403 not_accepting", BothBlock, SILENCE, SILENCE),
    (BothBlock, "DELETE friends", "204", BothBlock, SILENCE, SILENCE),
    (BothBlock, "PUT blocks", "200", BothBlock, SILENCE, SILENCE),
    (BothBlock, "DELETE blocks", "204", BobBlocks, I_UNBLOCKED, SILENCE),
];

const ASK: &str = "POST /friends/request";
const ACCEPT: &str = "POST /friends/requests/accepted";
const REJECT: &str = "DELETE /friends/requests/reject";
const END: &str = "DELETE /friends/";

/// The answer is a status, and the sentence that this client compares. It answers 204 whether or
/// not there was anything, knows no block, and accepts where it was asked, not by asking back.
const CHATROOM: [Row; 28] = [
    (Strangers, ASK, "200", AnnAsked, I_ASKED, I_AM_ASKED),
    (Strangers, ACCEPT, "404 Friend request not found", Strangers, SILENCE, SILENCE),
    (Strangers, REJECT, "204", Strangers, SILENCE, SILENCE),
    (Strangers, END, "204", Strangers, SILENCE, SILENCE),
    //
    (AnnAsked, ASK, "400 Friend request already sent", AnnAsked, SILENCE, SILENCE),
    (AnnAsked, ACCEPT, "404 Friend request not found", AnnAsked, SILENCE, SILENCE),
    (AnnAsked, REJECT, "204", AnnAsked, SILENCE, SILENCE),
    (AnnAsked, END, "204", AnnAsked, SILENCE, SILENCE),
    //
    (BobAsked, ASK, "400 Friend request already sent", BobAsked, SILENCE, SILENCE),
    (BobAsked, ACCEPT, "200", Friends, ACCEPTED, ACCEPTED),
    (BobAsked, REJECT, "204", Strangers, CANCELLED, SILENCE),
    (BobAsked, END, "204", BobAsked, SILENCE, SILENCE),
    //
    (Friends, ASK, "400 Already friends", Friends, SILENCE, SILENCE),
    (Friends, ACCEPT, "200", Friends, SILENCE, SILENCE),
    (Friends, REJECT, "204", Friends, SILENCE, SILENCE),
    (Friends, END, "204", Strangers, REMOVED, REMOVED),
    //
    (AnnBlocks, ASK, NOT_ACCEPTING, AnnBlocks, SILENCE, SILENCE),
    (AnnBlocks, ACCEPT, "404 Friend request not found", AnnBlocks, SILENCE, SILENCE),
    (AnnBlocks, REJECT, "204", AnnBlocks, SILENCE, SILENCE),
    (AnnBlocks, END, "204", AnnBlocks, SILENCE, SILENCE),
    //
    (BobBlocks, ASK, NOT_ACCEPTING, BobBlocks, SILENCE, SILENCE),
    (BobBlocks, ACCEPT, "404 Friend request not found", BobBlocks, SILENCE, SILENCE),
    (BobBlocks, REJECT, "204", BobBlocks, SILENCE, SILENCE),
    (BobBlocks, END, "204", BobBlocks, SILENCE, SILENCE),
    //
    (BothBlock, ASK, NOT_ACCEPTING, BothBlock, SILENCE, SILENCE),
    (BothBlock, ACCEPT, "404 Friend request not found", BothBlock, SILENCE, SILENCE),
    (BothBlock, REJECT, "204", BothBlock, SILENCE, SILENCE),
    (BothBlock, END, "204", BothBlock, SILENCE, SILENCE),
];

const NOT_ACCEPTING: &str = "403 This person is not accepting requests";

async fn every_event_has_its_answer_however_two_people_stand(server: Server) {
    play(server, &EVENTS, by_event).await;
}

async fn every_route_has_its_answer_however_two_people_stand(server: Server) {
    play(server, &ROUTES, by_route).await;
}

async fn every_route_of_chatroom_has_its_answer_however_two_people_stand(server: Server) {
    play(server, &CHATROOM, on_chatroom).await;
}

async fn play(server: Server, rows: &[Row], act: impl AsyncFn(&mut Pair, &str, &Person) -> String) {
    let mut pair = Pair::of(server).await;
    let bob = pair.bob.clone();
    for (before, operation, answer, after, anns, bobs) in rows {
        let what = format!("{before:?}, {operation}");
        pair.begin(*before).await;
        assert_eq!(act(&mut pair, operation, &bob).await, *answer, "{what}");
        pair.hears(anns, bobs, &what).await;
        pair.sees(*after, &what).await;
        pair.part(*after).await;
    }
}

pub(super) async fn by_event(pair: &mut Pair, event: &str, other: &Person) -> String {
    let answer = pair.phone.ask(event, json!({"user_id": other.id})).await;
    if answer["ok"] == false {
        return answer["error"]["code"].as_str().unwrap().to_owned();
    }
    let relation = &answer["data"]["relation"];
    if relation.is_null() {
        assert_eq!(answer["data"], json!({}), "{event}");
        return String::new();
    }
    assert_eq!(relation["user_id"], other.id, "{event}: {answer}");
    relation["state"].as_str().unwrap().to_owned()
}

pub(super) async fn by_route(pair: &mut Pair, operation: &str, other: &Person) -> String {
    let (method, noun) = operation.split_once(' ').unwrap();
    let method: Method = method.parse().unwrap();
    let path = format!("/v1/{noun}/{}", other.id);
    let (status, answer) = pair.server.call(method, &path, Some(&pair.ann), None).await;
    if status.is_success() && answer.is_object() {
        assert_eq!(answer["user_id"], other.id, "{operation}: {answer}");
    }
    let told = answer["state"].as_str().or(answer["code"].as_str());
    spelled(status.as_u16(), told)
}

pub(super) async fn on_chatroom(pair: &mut Pair, operation: &str, other: &Person) -> String {
    let (method, path) = operation.split_once(' ').unwrap();
    let method: Method = method.parse().unwrap();
    let path = format!("{path}?friend_id={}", other.id);
    let (status, answer) = pair.server.call(method, &path, Some(&pair.ann), None).await;
    match status.as_u16() {
        200 => assert_eq!(answer, Value::Null, "{operation}"),
        204 => assert_eq!(answer, json!(""), "{operation}"),
        _ => assert!(answer["detail"].is_string(), "{operation}: {answer}"),
    }
    spelled(status.as_u16(), answer["detail"].as_str())
}

fn spelled(status: u16, told: Option<&str>) -> String {
    told.map_or_else(|| status.to_string(), |it| format!("{status} {it}"))
}
