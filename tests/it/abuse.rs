//! What one client can do to all others, and who tries to come in by a side door. Each file is one
//! kind of attack; `docs/trust.md` lists them with their figures.

mod anonymous;
mod bodies;
mod connections;
mod drafting;
mod files;
mod flood;
mod guessing;
mod links;
mod logs;
mod neighbours;
mod nothing;
mod once;
mod pair;
mod pairing;
pub mod pictures;
mod positions;
mod proving;
mod racing;
mod refreshing;
mod sessions;
mod signing_in;
mod tokens;
