//! The bytes of a file while they come: counted, written down, and never kept in memory.

use std::time::Duration;

use bytes::Bytes;
use futures_util::{Stream, StreamExt};

use crate::{
    chat::file::quota::Reservation,
    model::error::{Error, Problem},
    store::file::disk::FileDraft,
};

/// A client that sends nothing for this long has gone.
const SILENCE: Duration = Duration::from_secs(30);
/// Types are recognised by their beginning.
const HEAD: usize = 4_096;
/// How much of a file that is too large is still taken in.
const WITHIN_REASON: usize = 64 << 20;

/// Writes what comes, and returns its beginning. What is written is reserved first.
pub(super) async fn receive<S, E>(
    mut bytes: S,
    limit: u64,
    room: &mut Reservation,
    draft: &mut FileDraft,
) -> Result<Vec<u8>, Error>
where
    S: Stream<Item = Result<Bytes, E>> + Unpin,
    E: std::error::Error + Send + Sync + 'static,
{
    let (mut head, mut size) = (Vec::new(), 0u64);
    while let Some(piece) = next(&mut bytes).await? {
        size += piece.len() as u64;
        let fits = if size > limit { Err(Error::TooLarge { limit }) } else { Ok(()) };
        let fits = fits.and_then(|()| room.grow(piece.len() as u64));
        let kept = match fits {
            Ok(()) => draft.write(&piece).await.map_err(Error::disk),
            refused => refused,
        };
        if let Err(error) = kept {
            pass_over(bytes).await;
            return Err(error);
        }
        let missing = HEAD.saturating_sub(head.len()).min(piece.len());
        head.extend_from_slice(&piece[..missing]);
    }
    if size == 0 {
        return Err(Error::invalid("file", Problem::Blank));
    }
    draft.flush().await.map_err(Error::disk)?;
    Ok(head)
}

/// Takes the rest and throws it away, within reason: a client that is still sending would
/// take a closed connection for a broken one and miss the answer.
async fn pass_over<S, E>(mut bytes: S)
where
    S: Stream<Item = Result<Bytes, E>> + Unpin,
    E: std::error::Error + Send + Sync + 'static,
{
    let mut left = WITHIN_REASON;
    while let Ok(Some(piece)) = next(&mut bytes).await {
        match left.checked_sub(piece.len()) {
            Some(rest) => left = rest,
            None => break,
        }
    }
}

async fn next<S, E>(bytes: &mut S) -> Result<Option<Bytes>, Error>
where
    S: Stream<Item = Result<Bytes, E>> + Unpin,
    E: std::error::Error + Send + Sync + 'static,
{
    match tokio::time::timeout(SILENCE, bytes.next()).await {
        Ok(None) => Ok(None),
        Ok(Some(Ok(piece))) => Ok(Some(piece)),
        Ok(Some(Err(cause))) => Err(Error::cut_off("file", "the upload was cut off", &cause)),
        Err(_) => Err(Error::TooSlow),
    }
}
