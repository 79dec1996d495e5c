//! What every Socket.IO surface needs: limits, answers, and a way to be rid of a socket.
pub mod admission;
pub mod arrivals;
pub mod posting;

use std::{
    any::Any,
    convert::Infallible,
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use futures_util::FutureExt;
use serde::Serialize;
use socketioxide::{
    ParserConfig, SocketIo, SocketIoBuilder,
    adapter::LocalAdapter,
    extract::{AckSender, Event, SocketRef, TryData},
    handler::{FromMessageParts, MessageHandler, Value},
    operators::BroadcastOperators,
    socket::Socket,
};

use crate::{
    model::allowance::Allowance,
    wire::{
        hangup::Hangup,
        meter::{Excess, Meter},
    },
};

/// 64 KiB: longer texts and files go over HTTP.
const LONGEST_MESSAGE: usize = 64 * 1024;
/// Packets that may wait for one slow client before it is cut off.
const PATIENCE: usize = 1_024;

/// A Socket.IO server at this path, with our limits and `state` for its handlers.
pub fn builder<S: Clone + Send + Sync + 'static>(path: &'static str, state: S) -> SocketIoBuilder {
    SocketIo::builder()
        .req_path(path)
        .ping_interval(Duration::from_secs(25))
        .ping_timeout(Duration::from_secs(20))
        .connect_timeout(Duration::from_secs(10))
        .max_payload(LONGEST_MESSAGE as u64)
        .max_buffer_size(PATIENCE)
        // `max_payload` holds for polling alone.
        .ws_max_message_size(LONGEST_MESSAGE)
        .ws_max_frame_size(LONGEST_MESSAGE)
        // Each connection has its own, and nearly all are idle nearly always.
        .ws_read_buffer_size(512)
        .with_parser(
            ParserConfig::common()
                // A packet may announce any number of attachments, and then each is waited for.
                .max_incoming_binaries(4)
                .max_incoming_binary_buf_size(LONGEST_MESSAGE)
                .packet_completion_timeout(Duration::from_secs(10)),
        )
        .with_state(state)
}

/// What a session holds until somebody has been let in on it. Travels with its handshake.
#[derive(Clone)]
pub struct Waiting(Arc<Mutex<Option<Box<dyn Any + Send>>>>);

impl Waiting {
    pub fn with(held: impl Any + Send) -> Self {
        Self(Arc::new(Mutex::new(Some(Box::new(held)))))
    }

    fn end(&self) {
        let held = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        drop(held);
    }
}

/// Where the answer to one event goes, and whether its sender asked for one.
pub struct Answer {
    pub socket: SocketRef,
    pub wanted: bool,
    ack: AckSender,
}

impl Answer {
    /// Answers by acknowledgement, if one was asked for.
    pub fn send<T: Serialize + ?Sized>(self, data: &T) {
        // Nothing can be done for a client that is gone, and one that is slow is found
        // out by the next broadcast.
        self.ack.send(data).ok();
    }
}

impl FromMessageParts<LocalAdapter> for Answer {
    type Error = Infallible;

    fn from_message_parts(
        socket: &Arc<Socket<LocalAdapter>>,
        value: &mut Value,
        ack_id: &Option<i64>,
    ) -> Result<Self, Infallible> {
        let ack = AckSender::from_message_parts(socket, value, ack_id)?;
        let socket = SocketRef::from_message_parts(socket, value, ack_id)?;
        Ok(Self { socket, wanted: ack_id.is_some(), ack })
    }
}

/// What a client has said, and where the answer goes.
pub struct EventReceived {
    pub event: String,
    /// Null when there is none, or none that could be read.
    pub payload: serde_json::Value,
    pub answer: Answer,
}

/// Hears every event of a socket right where it comes in, in the order in which they do: a
/// handler for each would weigh on every idle connection, and each event would be a task.
/// What `heard` does must not wait. Each costs something, and is given with what was said
/// against it when it was too much. Whoever is listened to has been let in.
pub fn listen(
    socket: &SocketRef,
    meter: Meter,
    allowance: impl Fn(&str) -> Allowance + Send + Sync + 'static,
    heard: impl Fn(EventReceived, Result<(), Excess>) + Send + Sync + 'static,
) {
    if let Some(waiting) = socket.req_parts().extensions.get::<Waiting>() {
        waiting.end();
    }
    let line = line(socket);
    socket.on_fallback(EventHandler(move |said: EventReceived| {
        if line.as_ref().is_some_and(Hangup::is_dismissed) {
            return;
        }
        let spent = meter.spend(allowance(&said.event));
        heard(said, spent);
    }));
}

struct EventHandler<F>(F);

impl<F: Fn(EventReceived) + Send + Sync + 'static> MessageHandler<LocalAdapter, ()>
    for EventHandler<F>
{
    fn call(&self, socket: Arc<Socket<LocalAdapter>>, mut value: Value, ack_id: Option<i64>) {
        let (value, ack_id) = (&mut value, &ack_id);
        let Ok(Event(event)) = Event::from_message_parts(&socket, value, ack_id) else { return };
        let data = TryData::from_message_parts(&socket, value, ack_id);
        // What cannot be read goes on as null, so that the event is refused in words and not
        // dropped.
        let payload = data.ok().and_then(|it| it.0.ok()).unwrap_or_default();
        let Ok(answer) = Answer::from_message_parts(&socket, value, ack_id);
        (self.0)(EventReceived { event, payload, answer });
    }
}

/// Tells a Socket.IO room, encoding once. Returns whether everybody could be told.
pub fn emit<T: Serialize + ?Sized>(
    io: &SocketIo,
    namespace: &str,
    room: impl fmt::Display,
    event: &str,
    data: &T,
) -> bool {
    // After `close` there is none, and `io.to` would panic.
    let Some(namespace) = io.of(namespace) else { return true };
    // With everything in this process a broadcast never waits.
    let sent = namespace.to(room.to_string()).emit(event, data).now_or_never();
    matches!(sent, Some(Ok(())))
}

/// Whether anybody would hear it: an event that nobody hears need not be rendered.
pub fn is_heard(io: &SocketIo, namespace: &str, room: impl fmt::Display) -> bool {
    !sockets(io, namespace, room).is_empty()
}

/// A broadcast does not say who missed it. One more small event does, and those who can take it
/// learn from it that they should compare. The others come back, and catch up.
pub fn cut_off_the_slow<T: Serialize + ?Sized>(
    io: &SocketIo,
    namespace: &str,
    room: impl fmt::Display,
    probe: &T,
) {
    for socket in sockets(io, namespace, room) {
        if socket.emit("heads", probe).is_err() {
            tracing::info!("a client that does not read is cut off");
            kick(&socket);
        }
    }
}

/// Everybody in a Socket.IO room.
pub fn sockets(io: &SocketIo, namespace: &str, room: impl fmt::Display) -> Vec<SocketRef> {
    io.of(namespace).map(|it| it.within(room.to_string()).sockets()).unwrap_or_default()
}

/// Breaks off every connection, as a network would: clients that are told to go stay
/// away, those that lose their connection come back.
pub fn break_off(io: &SocketIo) {
    for socket in io.of("/").map(BroadcastOperators::sockets).unwrap_or_default() {
        if let Some(line) = line(&socket) {
            line.cut();
        }
    }
}

/// Ends the connection for good: a socket that was only disconnected from its namespace
/// keeps its transport, and could connect again on it.
pub fn kick(socket: &SocketRef) {
    let Some(line) = line(socket) else {
        socket.clone().disconnect().ok();
        return;
    };
    // Nothing is told to it from here on.
    socket.leave_all();
    let (socket, ended) = (socket.clone(), line.clone());
    // A word for a socket that is disconnected already makes the library drop the connection,
    // and all that waits to be sent over it.
    line.dismiss(move || {
        // Its queue is full or gone, so no farewell would arrive.
        if socket.disconnect().is_err() {
            ended.cut();
        }
    });
}

fn line(socket: &SocketRef) -> Option<Hangup> {
    socket.req_parts().extensions.get::<Hangup>().cloned()
}
