//! The judge is judged: each fault that is planted into a good history is found, and
//! nothing else is.

use std::collections::BTreeMap;

use uuid::Uuid;

use super::history::{Deleted, Sent, Stored, Verdict, judge};
use crate::support::mirror::MirrorMessage;

/// Two people, ten messages in turn; the fourth is edited, the sixth deleted.
fn good() -> (Vec<Sent>, Vec<Stored>) {
    let mut sent = Vec::new();
    let mut stored = Vec::new();
    for seq in 1..=10 {
        let mut message = Sent {
            id: Uuid::new_v4(),
            sender: seq % 2,
            seq: Some(seq),
            acknowledged: 0,
            asked: 0,
            deleted: Deleted::No,
        };
        let mut shown = MirrorMessage { id: seq, sender: seq % 2, ..MirrorMessage::default() };
        if seq == 4 {
            (message.acknowledged, message.asked, shown.edited) = (1, 1, true);
        }
        if seq == 6 {
            (message.deleted, shown.deleted) = (Deleted::Yes, true);
        } else {
            shown.content = message.words(message.acknowledged);
        }
        stored.push(Stored { seq, client_msg_id: Some(message.id), shown });
        sent.push(message);
    }
    (sent, stored)
}

fn shown(stored: &[Stored]) -> BTreeMap<i64, MirrorMessage> {
    stored.iter().map(|it| (it.seq, it.shown.clone())).collect()
}

fn verdict(sent: &[Sent], stored: &[Stored]) -> Verdict {
    judge(sent, stored, &[&shown(stored)])
}

#[test]
fn a_good_history_is_good() {
    let (sent, stored) = good();
    assert_eq!(verdict(&sent, &stored), Verdict::default());
}

#[test]
fn what_nobody_answered_may_be_there_or_not() {
    let (mut sent, mut stored) = good();
    sent[9].seq = None;
    assert_eq!(verdict(&sent, &stored), Verdict::default());
    stored.pop();
    assert_eq!(verdict(&sent, &stored), Verdict::default());
    sent[2].deleted = Deleted::Perhaps;
    sent[3].asked = 2;
    assert_eq!(verdict(&sent, &stored), Verdict::default());
}

#[test]
fn a_lost_message_is_found() {
    let (sent, mut stored) = good();
    stored.pop();
    let lost = vec![sent[9].id];
    assert_eq!(verdict(&sent, &stored), Verdict { lost, ..Verdict::default() });
}

#[test]
fn a_hole_is_found() {
    let (mut sent, mut stored) = good();
    (stored[9].seq, sent[9].seq) = (12, Some(12));
    assert_eq!(verdict(&sent, &stored), Verdict { holes: vec![12], ..Verdict::default() });
}

#[test]
fn a_doubled_message_is_found() {
    let (sent, mut stored) = good();
    let again = Stored { seq: 11, ..stored[9].clone() };
    stored.push(again);
    let found = verdict(&sent, &stored);
    assert_eq!(found.doubled, [sent[9].id]);
}

#[test]
fn two_that_changed_places_are_found() {
    let (sent, mut stored) = good();
    stored.swap(6, 8);
    (stored[6].seq, stored[8].seq) = (7, 9);
    let reordered = vec![sent[6].id, sent[8].id];
    assert_eq!(verdict(&sent, &stored), Verdict { reordered, ..Verdict::default() });
}

#[test]
fn the_order_of_a_sender_counts_also_without_answers() {
    let (mut sent, mut stored) = good();
    (sent[6].seq, sent[8].seq) = (None, None);
    stored.swap(6, 8);
    (stored[6].seq, stored[8].seq) = (7, 9);
    assert_eq!(verdict(&sent, &stored).reordered, [sent[8].id]);
}

#[test]
fn an_edit_that_was_forgotten_is_found() {
    let (sent, mut stored) = good();
    stored[3].shown.content = sent[3].words(0);
    let undone = vec![sent[3].id];
    assert_eq!(verdict(&sent, &stored), Verdict { undone, ..Verdict::default() });
}

#[test]
fn a_deleted_message_that_is_back_is_found() {
    let (sent, mut stored) = good();
    stored[5].shown.deleted = false;
    stored[5].shown.content = sent[5].words(0);
    let undone = vec![sent[5].id];
    assert_eq!(verdict(&sent, &stored), Verdict { undone, ..Verdict::default() });
}

#[test]
fn a_message_that_nobody_sent_is_found() {
    let (sent, mut stored) = good();
    stored.push(Stored { seq: 11, client_msg_id: Some(Uuid::new_v4()), ..stored[0].clone() });
    assert_eq!(verdict(&sent, &stored), Verdict { unknown: vec![11], ..Verdict::default() });
}

#[test]
fn a_device_that_differs_is_found() {
    let (sent, stored) = good();
    let right = shown(&stored);
    let (mut stale, mut short, mut ghost) = (right.clone(), right.clone(), right.clone());
    stale.get_mut(&4).unwrap().content = sent[3].words(0);
    short.remove(&10);
    ghost.insert(11, MirrorMessage::default());
    let found = judge(&sent, &stored, &[&right, &stale, &short, &ghost]);
    assert_eq!(found, Verdict { different: vec![1, 2, 3], ..Verdict::default() });
}
