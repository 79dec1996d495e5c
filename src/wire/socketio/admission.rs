//! Whether a socket is let in.

use std::{fmt, time::Duration};

use socketioxide::extract::SocketRef;

use crate::{
    model::error::Error,
    wire::{failure::Carrier, hangup::Hangup},
};

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

/// Whoever was sent away has their line for as long as the farewell takes, and is not let in
/// again over it.
pub fn over_open_line(socket: &SocketRef) -> Result<(), Error> {
    match socket.req_parts().extensions.get::<Hangup>() {
        Some(line) if line.is_dismissed() => {
            Err(Error::Busy { retry_after: Duration::from_secs(1) })
        }
        _ => Ok(()),
    }
}

/// The token that came with the handshake in one of these places, first choice first.
pub fn carried(socket: &SocketRef, carriers: &[Carrier]) -> Option<String> {
    let request = socket.req_parts();
    carriers.iter().find_map(|it| it.token(&request.headers, &request.uri))
}
