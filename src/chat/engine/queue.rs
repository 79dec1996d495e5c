//! Taking together what waits together, so that one commit is enough for all of it.

use tokio::sync::mpsc;

/// Lets whoever is about to ask do so first: one commit, and one write to each socket, is
/// enough for all of them. Says whether that was worth while; nobody waits for a clock.
pub(super) async fn gather<J>(
    queue: &mut mpsc::Receiver<J>,
    jobs: &mut Vec<J>,
    most: usize,
) -> bool {
    tokio::task::yield_now().await;
    let before = jobs.len();
    while jobs.len() < most
        && let Ok(job) = queue.try_recv()
    {
        jobs.push(job);
    }
    // For less than an eighth more, those who are here already would wait longer than one commit
    // saves.
    jobs.len() > before + before / 8
}
