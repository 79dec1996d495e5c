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
    model::limit::Allowance,
    wire::{
        meter::Meter,
        seat::{Close, Parcel, Place, Seat},
    },
};

/// How often a peer is asked whether it is there.
const PING: Duration = Duration::from_secs(25);
/// How long a peer may be silent before it counts as gone.
const SILENCE: Duration = Duration::from_secs(45);
/// How long a farewell may take.
const FAREWELL: Duration = Duration::from_millis(800);

pub(super) type Stream = WebSocketStream<TokioIo<Upgraded>>;
type Read<T> = SplitStream<WebSocketStream<T>>;
type Write<T> = SplitSink<WebSocketStream<T>, Message>;

pub(super) async fn live<T, S, E>(
    stream: WebSocketStream<T>,
    seat: Seat<S>,
    mut ear: E,
    meter: Meter,
    stop: CancellationToken,
) where
    T: AsyncRead + AsyncWrite + Unpin,
    E: FrameHandler,
{
    let (guard, queue, _lease) = seat.unfold();
    let place = &guard.place;
    let (write, read) = stream.split();
    let hearing = async {
        hear(read, place, &mut ear, &meter).await;
        place.cut();
    };
    let telling = async {
        let told = tell(write, queue);
        // An error means that the peer is gone, which the reader hears too.
        place.cutting().run_until_cancelled(told).await;
    };
    tokio::join!(hearing, telling, watch(place, &stop));
    // Still in its place: whoever says goodbye to the others must not hear it.
    ear.hear(Received::Gone).await.is_break();
}

/// Accepted only to be told why not.
pub(super) async fn dismiss(mut stream: Stream, word: Option<Utf8Bytes>, close: Close) {
    let farewell = async {
        if let Some(word) = word {
            stream.send(Message::Text(word)).await.ok();
        }
        stream.close(Some(spelled(close))).await.ok();
        while let Some(Ok(_)) = stream.next().await {}
    };
    timeout(FAREWELL, farewell).await.ok();
}

/// Until the connection is over. Only waiting is broken off, never the work.
async fn hear<T, S, E>(mut read: Read<T>, place: &Arc<Place<S>>, ear: &mut E, meter: &Meter)
where
    T: AsyncRead + AsyncWrite + Unpin,
    E: FrameHandler,
{
    loop {
        let next = timeout(SILENCE, read.next());
        let Some(Ok(next)) = place.cutting().run_until_cancelled(next).await else { return };
        let is_end = matches!(next, Some(Err(Error::Capacity(_))));
        let said = match next {
            Some(Ok(Message::Text(text))) if text.len() > LONGEST => Received::TooLong,
            Some(Ok(Message::Binary(bytes))) if bytes.len() > LONGEST => Received::TooLong,
            Some(Ok(Message::Text(text))) => parsed(text),
            Some(Ok(Message::Binary(bytes))) => Received::Binary(bytes),
            Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => {
                if meter.spend(Allowance::Event).is_err_and(|it| it.is_last) {
                    place.close(E::WORN_OUT);
                }
                continue;
            }
            // The answer to it leaves while the end is awaited.
            Some(Ok(Message::Close(_))) => {
                place.ending().cancel();
                continue;
            }
            Some(Err(Error::Capacity(_))) => Received::TooLong,
            Some(Err(_)) | None => return,
        };
        if !place.ending().is_cancelled()
            && let ControlFlow::Break(close) = admit(said, ear, meter).await
        {
            place.close(close);
        }
        if is_end {
            place.close(TOO_LONG);
            // There is no reading on from the middle of a frame.
            return place.cutting().cancelled().await;
        }
    }
}

/// Nothing that is said costs nothing.
async fn admit<E: FrameHandler>(said: Received, ear: &mut E, meter: &Meter) -> ControlFlow<Close> {
    while let Err(excess) = meter.spend(Allowance::Event) {
        if excess.is_last {
            return ControlFlow::Break(E::WORN_OUT);
        }
        if ear.refuse(excess.error).await == Refusal::PassedOver {
            return ControlFlow::Continue(());
        }
    }
    ear.hear(said).await
}

fn parsed(text: Utf8Bytes) -> Received {
    serde_json::from_str(&text).map_or(Received::Text(text), Received::Json)
}

/// Until the closing frame: what waits is written together and sent at once.
async fn tell<T>(mut write: Write<T>, mut queue: mpsc::Receiver<Parcel>) -> Result<(), Error>
where
    T: AsyncRead + AsyncWrite + Unpin,
{
    let mut ping = interval_at(Instant::now() + PING, PING);
    loop {
        let mut next = tokio::select! {
            parcel = queue.recv() => parcel,
            _ = ping.tick() => {
                write.send(Message::Ping(Bytes::new())).await?;
                continue;
            }
        };
        while let Some(parcel) = next {
            match parcel {
                Parcel::Frame(text) => write.feed(Message::Text(text)).await?,
                Parcel::Close(close) => {
                    return write.send(Message::Close(Some(spelled(close)))).await;
                }
            }
            next = queue.try_recv().ok();
        }
        write.flush().await?;
    }
}

/// Sees to it that a connection that is to end does end.
async fn watch<S>(place: &Arc<Place<S>>, stop: &CancellationToken) {
    let ended = async {
        tokio::select! {
            () = stop.cancelled() => place.close(RESTART),
            () = place.ending().cancelled() => {}
        }
        sleep(FAREWELL).await;
    };
    place.cutting().run_until_cancelled(ended).await;
    place.cut();
}

fn spelled(close: Close) -> CloseFrame {
    CloseFrame { code: CloseCode::from(close.code), reason: Utf8Bytes::from_static(close.reason) }
}

#[cfg(test)]
mod tests;
