//! The bytes of a file while they come: counted, written down, and never kept in memory.

use std::time::Duration;

use bytes::Bytes;
use futures_util::{Stream, StreamExt};

use crate::{
    model::error::{Error, Problem},
    store::disk::Draft,
};

/// A client that sends nothing for this long has gone.
const SILENCE: Duration = Duration::from_secs(30);
/// Types are recognised by their beginning.
const HEAD: usize = 4_096;
/// How much of a file that is too large is still taken in.
const WITHIN_REASON: usize = 64 << 20;

/// Writes what comes, and returns its beginning.
pub(super) async fn receive<S, E>(
    mut bytes: S,
    limit: u64,
    draft: &mut Draft,
) -> Result<Vec<u8>, Error>
where
    S: Stream<Item = Result<Bytes, E>> + Unpin,
    E: std::error::Error + Send + Sync + 'static,
{
    let (mut head, mut size) = (Vec::new(), 0u64);
    while let Some(piece) = next(&mut bytes).await? {
        size += piece.len() as u64;
        if size > limit {
            return Err(too_large(bytes, limit).await);
        }
        let missing = HEAD.saturating_sub(head.len()).min(piece.len());
        head.extend_from_slice(&piece[..missing]);
        draft.write(&piece).await.map_err(Error::internal)?;
    }
    if size == 0 {
        return Err(Error::invalid("file", Problem::Blank));
    }
    Ok(head)
}

/// Takes the rest and throws it away, within reason: a client that is still sending would
/// take a closed connection for a broken one and miss the answer.
async fn too_large<S, E>(mut bytes: S, limit: u64) -> Error
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
    Error::TooLarge { limit }
}

async fn next<S, E>(bytes: &mut S) -> Result<Option<Bytes>, Error>
where
    S: Stream<Item = Result<Bytes, E>> + Unpin,
    E: std::error::Error + Send + Sync + 'static,
{
    match tokio::time::timeout(SILENCE, bytes.next()).await {
        Ok(None) => Ok(None),
        Ok(Some(Ok(piece))) => Ok(Some(piece)),
        Ok(Some(Err(_))) | Err(_) => {
            Err(Error::invalid("file", Problem::Other("the upload was cut off")))
        }
    }
}
