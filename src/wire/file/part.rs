//! A message in parts, for clients that know either words or one file in each message. The core
//! knows one message with words and files; what its words were meant for is these clients' affair.

use entity::{attachment, message::Type};

use crate::model::{file::shown_as, message::Message};

/// One of them. Its number never changes, since files keep their order.
#[derive(Clone, Copy, Debug)]
pub struct Part<'a> {
    pub number: i64,
    pub body: Body<'a>,
}

#[derive(Clone, Copy, Debug)]
pub enum Body<'a> {
    Words(&'a str),
    File(&'a attachment::Model),
    /// Of a file that is not attached.
    Address(&'a str, Type),
}

impl Message {
    /// The words first, then each file. There is at least one part, maybe of no words.
    pub fn parts(&self) -> Vec<Part<'_>> {
        let words = self.words().map(Body::Words).into_iter();
        let elsewhere = self.row.media_url.as_deref().filter(|_| self.files.is_empty());
        let elsewhere = elsewhere.map(|it| Body::Address(it, self.row.message_type));
        let mut bodies: Vec<Body<'_>> =
            words.chain(self.files.iter().map(Body::File)).chain(elsewhere).collect();
        if bodies.is_empty() {
            bodies.push(Body::Words(""));
        }
        let numbered = (0_i64..).zip(bodies);
        numbered.map(|(number, body)| Part { number, body }).collect()
    }

    /// What it says besides its files: those clients write a file's address into the words.
    fn words(&self) -> Option<&str> {
        let content = self.row.content.as_str();
        let names = |it: &attachment::Model| content.ends_with(&format!("/{}", it.stored_name));
        let is_address = self.files.iter().any(names)
            || self.row.media_url.as_deref().is_some_and(|it| it == content);
        (!content.is_empty() && !is_address).then_some(content)
    }
}

impl Part<'_> {
    /// As messages with one file are called by those who send them.
    pub fn kind(&self, message: &Message) -> Type {
        match self.body {
            // A link to a picture elsewhere may be all that a message has.
            Body::Words(_) if message.files.is_empty() && message.row.media_url.is_none() => {
                message.row.message_type
            }
            Body::Words(_) => Type::Text,
            Body::File(file) => shown_as(&file.mime),
            Body::Address(_, kind) => kind,
        }
    }
}
