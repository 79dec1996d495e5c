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
    pub deed: Deed,
}

#[derive(Clone, Debug)]
pub enum Deed {
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
    let deed = prop_oneof![
        8 => Just(Deed::Say),
        2 => Just(Deed::Reply),
        1 => Just(Deed::Repeat),
        3 => Just(Deed::Edit),
        3 => Just(Deed::Delete),
        3 => emoji().prop_map(Deed::React),
        2 => emoji().prop_map(Deed::Unreact),
        2 => Just(Deed::Pin),
        1 => Just(Deed::Unpin),
        3 => Just(Deed::Read),
        2 => person.clone().prop_map(Deed::Invite),
        1 => Just(Deed::Leave),
        1 => Just(Deed::Rename),
        1 => person.clone().prop_map(Deed::Block),
        1 => person.prop_map(Deed::Unblock),
        3 => Just(Deed::Cut),
        3 => Just(Deed::Connect),
        2 => Just(Deed::Look),
    ];
    (0..DEVICES, 0..8_usize, 0..12_usize, deed).prop_map(|(device, room, back, deed)| Step {
        device,
        room,
        back,
        deed,
    })
}
