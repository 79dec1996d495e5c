use std::sync::Arc;

use entity::{
    id::{SessionId, UserId},
    participant::{self, Role},
    time::Timestamp,
};
use uuid::Uuid;

use super::registration::{PATIENCE, Registration};
use super::*;
use crate::model::{
    event::{
        Event,
        member::MemberNews,
        session::{Ending, SessionNews},
    },
    person::Card,
    room::Member,
};

const GOODBYE: Close = Close { code: 1_008, reason: "signed out" };
const LEFT: Close = Close { code: 1_000, reason: "left" };

fn registry() -> Registry<&'static str> {
    Registry::new(Closings { session_ended: GOODBYE, token_ended: GOODBYE, room_left: LEFT })
}

fn actor(id: u128) -> Actor {
    let session = SessionId(Uuid::from_u128(id));
    Actor { id: UserId(i64::try_from(id).unwrap()), session }
}

fn room(id: u128) -> RoomId {
    RoomId(Uuid::from_u128(id))
}

/// Somebody who has just come into a room.
fn member(id: u128) -> Arc<Member> {
    let (user_id, joined_at) = (UserId(1), Timestamp(chrono::DateTime::UNIX_EPOCH));
    let card = Card {
        erased: false,
        id: user_id,
        public_id: Uuid::nil(),
        username: "ann".to_owned(),
        nickname: None,
        avatar_url: None,
        status: None,
    };
    let row = participant::Model {
        cleared_seq: 0,
        chatroom_id: room(id),
        user_id,
        role: Role::Member,
        joined_at,
        joined_seq: 0,
        last_read_seq: 0,
        last_delivered_seq: 0,
        last_read_at: None,
        moved_at: None,
        muted_until: None,
        pinned_at: None,
        hidden_seq: None,
        parted_seq: None,
        marked_unread: false,
        unread_from: None,
        draft: None,
        drafted_at: None,
    };
    Arc::new(Member { card, row, discreet: false })
}

impl<S> Registration<S> {
    fn heard(&mut self) -> Vec<String> {
        let mut all = Vec::new();
        while let Ok(outgoing) = self.queue.try_recv() {
            all.push(match outgoing {
                Outgoing::Frame(text) => text.to_string(),
                Outgoing::Close(close) => format!("close {} {}", close.code, close.reason),
            });
        }
        all
    }
}

#[test]
fn everybody_in_an_audience_hears_in_order_and_nobody_else() {
    let registry = registry();
    let [mut ann, mut bob, mut eve] =
        [1, 2, 3].map(|id| registry.add(actor(id), Scope::Everything, "x"));
    for registration in [&ann, &bob] {
        registry.join(&registration.entry(), Topic::Room(room(1)));
        registry.join(&registration.entry(), Topic::Room(room(1)));
    }
    for words in ["one", "two", "three"] {
        registry.tell(Topic::Room(room(1)), || words.into());
    }
    registry.tell_except(Topic::Room(room(1)), &ann.entry(), || "not ann".into());
    registry.tell(Topic::User(UserId(3)), || "eve".into());
    registry.tell(Topic::Room(room(2)), || unreachable!("nobody listens"));
    registry.tell_all(|| "all".into());
    assert_eq!(ann.heard(), ["one", "two", "three", "all"]);
    assert_eq!(bob.heard(), ["one", "two", "three", "not ann", "all"]);
    assert_eq!(eve.heard(), ["eve", "all"]);
}

#[test]
fn whoever_does_not_read_is_cut_off_and_the_others_hear_on() {
    let registry = registry();
    let slow = registry.add(actor(1), Scope::Everything, "slow");
    let mut quick = registry.add(actor(2), Scope::Everything, "quick");
    for number in 0..PATIENCE + 10 {
        registry.tell_all(|| number.to_string().into());
        assert_eq!(quick.heard(), [number.to_string()]);
    }
    assert!(slow.entry().cutting().is_cancelled());
    assert!(!quick.entry().cutting().is_cancelled());
}

#[test]
fn whoever_drops_a_registration_leaves_every_audience() {
    let registry = registry();
    let registration = registry.add(actor(1), Scope::Everything, "x");
    let entry = registration.entry();
    registry.join(&entry, Topic::Room(room(1)));
    assert_eq!(registry.count(), 1);
    drop(registration);
    registry.join(&entry, Topic::Room(room(2)));
    registry.tell(Topic::Room(room(1)), || unreachable!("nobody listens"));
    assert_eq!((registry.count(), registry.of(Topic::Room(room(2))).len()), (0, 0));
    assert!(registry.read().of(Topic::User(UserId(1))).next().is_none());
    assert!(entry.cutting().is_cancelled());
}

#[test]
fn leaving_while_somebody_tells_ends_the_hearing() {
    let registry = registry();
    let mut registration = registry.add(actor(1), Scope::Everything, "x");
    let topic = Topic::Room(room(1));
    registry.join(&registration.entry(), topic);
    std::thread::scope(|scope| {
        let teller = scope.spawn(|| {
            while !registry.of(topic).is_empty() {
                registry.tell(topic, || "words".into());
                std::thread::yield_now();
            }
        });
        std::thread::sleep(std::time::Duration::from_millis(5));
        registry.leave(&registration.entry(), topic);
        registration.heard();
        teller.join().unwrap();
        assert_eq!(registration.heard(), [""; 0]);
    });
}

#[test]
fn sockets_follow_their_people() {
    let registry = registry();
    let mut everywhere = registry.add(actor(1), Scope::Everything, "x");
    let mut bound = registry.add(actor(1), Scope::Room(room(1)), "x");
    registry.join(&bound.entry(), Topic::Room(room(1)));
    let event = |news: MemberNews| Event::new(Topic::Room(room(2)), news);
    let user = UserId(1);
    registry.follow(&event(MemberNews::Joined { room: room(2), user, member: member(2), rev: 1 }));
    registry.tell(Topic::Room(room(2)), || "two".into());
    registry.follow(&event(MemberNews::Left { room: room(2), user, rev: 2 }));
    registry.tell(Topic::Room(room(2)), || unreachable!("nobody listens"));
    registry.follow(&event(MemberNews::Left { room: room(1), user, rev: 3 }));
    assert_eq!(everywhere.heard(), ["two"]);
    assert_eq!(bound.heard(), ["close 1000 left"]);
    let topic = Topic::Session(actor(1).session);
    registry.follow(&Event::new(topic, SessionNews::Ended(Ending::LoggedOut)));
    registry.tell_all(|| "too late".into());
    assert_eq!(everywhere.heard(), ["close 1008 signed out"]);
    assert_eq!(bound.heard(), [""; 0], "nobody is shown the door twice");
}
