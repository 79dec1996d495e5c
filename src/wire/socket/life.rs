//! From the first frame to the last: one task reads and tells at once, and lets what is
//! being worked off come to its end, whatever becomes of the connection.

use std::{ops::ControlFlow, sync::Arc, time::Duration};

use futures_util::{
    SinkExt, StreamExt,
    stream::{SplitSink, SplitStream},
};
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    sync::mpsc,
    time::{Instant, interval_at, sleep, timeout},
};
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{
        Bytes, Error, Message, Utf8Bytes,
        protocol::{CloseFrame, frame::coding::CloseCode},
    },
};
use tokio_util::sync::CancellationToken;

use super::{FrameHandler, LONGEST, RESTART, Received, Refusal, TOO_LONG};
use crate::{
    model::allowance::Allowance,
    wire::{
        hangup::FAREWELL,
        meter::Meter,
        registry::{Close, Entry, Outgoing, registration::Registration},
    },
};

/// How often a peer is asked whether it is there.
const PING: Duration = Duration::from_secs(25);
/// How long a peer may be silent before it counts as gone.
const SILENCE: Duration = Duration::from_secs(45);

pub(super) type Stream = WebSocketStream<TokioIo<Upgraded>>;
type Read<T> = SplitStream<WebSocketStream<T>>;
type Write<T> = SplitSink<WebSocketStream<T>, Message>;

pub(super) async fn live<T, S, E>(
    stream: WebSocketStream<T>,
    registration: Registration<S>,
    mut handler: E,
    meter: Meter,
    stop: CancellationToken,
) where
    T: AsyncRead + AsyncWrite + Unpin,
    E: FrameHandler,
{
    let (guard, queue, _lease) = registration.into_parts();
    let entry = &guard.entry;
    let (write, read) = stream.split();
    let hearing = async {
        hear(read, entry, &mut handler, &meter).await;
        entry.cut();
    };
    let telling = async {
        let told = tell(write, queue);
        // An error means that the peer is gone, which the reader hears too.
        entry.cutting().run_until_cancelled(told).await;
    };
    tokio::join!(hearing, telling, watch(entry, &stop));
    // Still registered: whoever says goodbye to the others must not hear it.
    handler.hear(Received::Gone).await.is_break();
}

/// Accepted only to be told why not.
pub(super) async fn dismiss(mut stream: Stream, word: Option<Utf8Bytes>, close: Close) {
    let farewell = async {
        if let Some(word) = word {
            stream.send(Message::Text(word)).await.ok();
        }
        stream.close(Some(spelled(close))).await.ok();
        // What the peer sent and nobody read would turn the farewell into a reset.
        while let Some(Ok(_)) = stream.next().await {}
    };
    timeout(FAREWELL, farewell).await.ok();
}

/// Until the connection is over. Only waiting is broken off, never the work.
async fn hear<T, S, E>(mut read: Read<T>, entry: &Arc<Entry<S>>, handler: &mut E, meter: &Meter)
where
    T: AsyncRead + AsyncWrite + Unpin,
    E: FrameHandler,
{
    loop {
        // 25 s between two pings and 20 s for the answer, as with Socket.IO.
        let next = timeout(SILENCE, read.next());
        let Some(Ok(next)) = entry.cutting().run_until_cancelled(next).await else { return };
        let is_end = matches!(next, Some(Err(Error::Capacity(_))));
        let said = match next {
            Some(Ok(Message::Text(text))) if text.len() > LONGEST => Received::TooLong,
            Some(Ok(Message::Binary(bytes))) if bytes.len() > LONGEST => Received::TooLong,
            Some(Ok(Message::Text(text))) => parsed(text),
            Some(Ok(Message::Binary(bytes))) => Received::Binary(bytes),
            Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => {
                // Each ping is answered, so a flood of them costs like any other.
                if meter.spend(Allowance::Event).is_err_and(|it| it.is_last) {
                    entry.close(E::WORN_OUT);
                }
                continue;
            }
            // The answer to it leaves while the end is awaited.
            Some(Ok(Message::Close(_))) => {
                entry.ending().cancel();
                continue;
            }
            Some(Err(Error::Capacity(_))) => Received::TooLong,
            Some(Err(_)) | None => return,
        };
        if !entry.ending().is_cancelled()
            && let ControlFlow::Break(close) = admit(said, handler, meter).await
        {
            entry.close(close);
        }
        if is_end {
            entry.close(TOO_LONG);
            // There is no reading on from the middle of a frame.
            return entry.cutting().cancelled().await;
        }
    }
}

/// Nothing that is said costs nothing.
async fn admit<E: FrameHandler>(
    said: Received,
    handler: &mut E,
    meter: &Meter,
) -> ControlFlow<Close> {
    while let Err(excess) = meter.spend(Allowance::Event) {
        if excess.is_last {
            return ControlFlow::Break(E::WORN_OUT);
        }
        if handler.refuse(excess.error).await == Refusal::PassedOver {
            return ControlFlow::Continue(());
        }
    }
    handler.hear(said).await
}

fn parsed(text: Utf8Bytes) -> Received {
    serde_json::from_str(&text).map_or(Received::Text(text), Received::Json)
}

/// Until the closing frame: what waits is written together and sent at once.
async fn tell<T>(mut write: Write<T>, mut queue: mpsc::Receiver<Outgoing>) -> Result<(), Error>
where
    T: AsyncRead + AsyncWrite + Unpin,
{
    let mut ping = interval_at(Instant::now() + PING, PING);
    loop {
        let mut next = tokio::select! {
            outgoing = queue.recv() => outgoing,
            _ = ping.tick() => {
                write.send(Message::Ping(Bytes::new())).await?;
                continue;
            }
        };
        while let Some(outgoing) = next {
            match outgoing {
                Outgoing::Frame(text) => write.feed(Message::Text(text)).await?,
                Outgoing::Close(close) => {
                    return write.send(Message::Close(Some(spelled(close)))).await;
                }
            }
            next = queue.try_recv().ok();
        }
        write.flush().await?;
    }
}

/// Sees to it that a connection that is to end does end.
async fn watch<S>(entry: &Arc<Entry<S>>, stop: &CancellationToken) {
    let ended = async {
        tokio::select! {
            () = stop.cancelled() => entry.close(RESTART),
            () = entry.ending().cancelled() => {}
        }
        sleep(FAREWELL).await;
    };
    entry.cutting().run_until_cancelled(ended).await;
    entry.cut();
}

fn spelled(close: Close) -> CloseFrame {
    CloseFrame { code: CloseCode::from(close.code), reason: Utf8Bytes::from_static(close.reason) }
}

#[cfg(test)]
mod tests;
