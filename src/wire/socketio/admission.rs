//! Whether a socket is let in.

use std::fmt;

use socketioxide::extract::SocketRef;

use crate::{model::error::Error, wire::failure::Carrier};

/// Refuses a connection with a code, which is all that a client gets to see.
pub struct Refused(pub &'static str);

impl Refused {
    /// By the dialect's code for it: a refused connect carries one text and nothing else.
    pub fn new(error: &Error, code: &'static str) -> Self {
        if let Error::Internal(cause) = error {
            tracing::error!(%cause, "a socket could not be admitted");
        }
        Self(code)
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// The token that came with the handshake in one of these places, first choice first.
pub fn carried(socket: &SocketRef, carriers: &[Carrier]) -> Option<String> {
    let request = socket.req_parts();
    carriers.iter().find_map(|it| it.token(&request.headers, &request.uri))
}
