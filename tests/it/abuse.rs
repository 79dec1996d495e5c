//! What one client can do to all others, and who tries to come in by a side door. Each file is one
//! kind of attack; `docs/trust.md` lists them with their figures.

mod guessing;
mod neighbours;
pub mod pictures;
mod proving;
mod racing;
mod refreshing;
mod signing_in;
