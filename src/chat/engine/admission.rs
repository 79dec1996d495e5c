//! What is paid at the doors, before anybody looks at what is wanted there. Operations pay for
//! themselves; here is what no operation could: connections, requests, and all that comes in
//! over a socket. Over the limit is an answer, never a silence.

use std::net::IpAddr;

use entity::id::SessionId;

use crate::{
    chat::engine::{handle::Chat, rate_limits::Limits},
    model::{
        actor::Actor,
        allowance::{Allowance, Spender},
        error::Error,
    },
};

/// Shows that making an account was paid for. [`crate::chat::person::account::register`] asks for
/// it, and the door pays before it reads what is to be in the account, so that mistakes cost too.
#[derive(Debug)]
pub struct MayRegister(());

pub fn registration(chat: &Chat, address: Option<IpAddr>) -> Result<MayRegister, Error> {
    if let Some(address) = address {
        chat.limits.spend(Allowance::Register, Spender::at(address))?;
    }
    Ok(MayRegister(()))
}

/// A socket says hello.
pub fn handshake(chat: &Chat, address: IpAddr) -> Result<(), Error> {
    chat.limits.spend(Allowance::Handshake, Spender::at(address))
}

/// A session of Engine.IO begins, before anybody has said hello over it.
pub fn opening(chat: &Chat, address: IpAddr) -> Result<(), Error> {
    chat.limits.spend(Allowance::Opening, Spender::at(address))
}

/// Who pays for a request that nobody has looked at yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Payer {
    /// The session of whoever says who they are. It may have ended, so it must not be able to
    /// use up what others of its person have.
    Session(SessionId),
    /// A stranger at this address, who asks for anything,
    Stranger(IpAddr),
    /// or for one of the files that pages are made of.
    Page(IpAddr),
}

pub fn any_request(chat: &Chat, payer: Payer) -> Result<(), Error> {
    let (allowance, spender) = match payer {
        Payer::Session(session) => (Allowance::Request, Spender::Session(session)),
        Payer::Stranger(address) => (Allowance::Stranger, Spender::at(address)),
        Payer::Page(address) => (Allowance::File, Spender::at(address)),
    };
    chat.limits.spend(allowance, spender)
}

/// A request of somebody who has been recognised.
pub fn request(chat: &Chat, me: Actor) -> Result<(), Error> {
    chat.limits.spend(Allowance::Other, Spender::User(me.id))
}

/// What is said to those who are there and not kept counts like a message.
pub fn fleeting_message(chat: &Chat, me: Actor) -> Result<(), Error> {
    chat.limits.spend(Allowance::Message, Spender::User(me.id))
}

/// What one connection may say, for whoever has to count it.
#[derive(Clone)]
pub struct Budget {
    limits: Limits,
    spender: Spender,
}

impl Budget {
    pub fn of(chat: &Chat, spender: Spender) -> Self {
        Self { limits: chat.limits.clone(), spender }
    }

    /// One that nothing exhausts.
    #[cfg(test)]
    pub fn endless(spender: Spender) -> Self {
        Self { limits: Limits::off(), spender }
    }

    pub fn spend(&self, allowance: Allowance) -> Result<(), Error> {
        self.limits.spend(allowance, self.spender.clone())
    }
}
