//! What one client can do to all others, and who tries to come in by a side door. Each file is one
//! kind of attack; `docs/trust.md` lists them with their figures.

mod files;
mod guessing;
mod links;
mod neighbours;
mod once;
pub mod pictures;
mod positions;
mod proving;
mod racing;
mod refreshing;
mod signing_in;
