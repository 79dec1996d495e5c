//! What people may do, drawn at random: numbers stand for people, devices, rooms and
//! messages, and are taken modulo of what there is.

use proptest::prelude::*;

#[derive(Clone, Debug)]
pub struct Step {
    /// Two devices to a person.
    pub device: usize,
    pub room: usize,
    /// Which message of the room, counted from its end.
    pub back: usize,
    pub action: Action,
}

#[derive(Clone, Debug)]
pub enum Action {
    Say,
    Reply,
    /// The last message once more, under its own name.
    Repeat,
    Edit,
    Delete,
    React(&'static str),
    Unreact(&'static str),
    Pin,
    Unpin,
    Read,
    Invite(usize),
    Leave,
    Rename,
    Block(usize),
    Unblock(usize),
    /// The network goes, and comes back.
    Cut,
    Connect,
    /// Everybody looks at their devices.
    Look,
}

pub const DEVICES: usize = 6;
const EMOJI: [&str; 3] = ["👍", "❤️", "😂"];

pub fn steps(count: usize) -> impl Strategy<Value = Vec<Step>> {
    prop::collection::vec(step(), count / 2..=count)
}

fn step() -> impl Strategy<Value = Step> {
    let emoji = || prop::sample::select(&EMOJI[..]);
    let person = 0..DEVICES / 2;
    let action = prop_oneof![
        8 => Just(Action::Say),
        2 => Just(Action::Reply),
        1 => Just(Action::Repeat),
        3 => Just(Action::Edit),
        3 => Just(Action::Delete),
        3 => emoji().prop_map(Action::React),
        2 => emoji().prop_map(Action::Unreact),
        2 => Just(Action::Pin),
        1 => Just(Action::Unpin),
        3 => Just(Action::Read),
        2 => person.clone().prop_map(Action::Invite),
        1 => Just(Action::Leave),
        1 => Just(Action::Rename),
        1 => person.clone().prop_map(Action::Block),
        1 => person.prop_map(Action::Unblock),
        3 => Just(Action::Cut),
        3 => Just(Action::Connect),
        2 => Just(Action::Look),
    ];
    (0..DEVICES, 0..8_usize, 0..12_usize, action).prop_map(|(device, room, back, action)| Step {
        device,
        room,
        back,
        action,
    })
}
