//! What one client can do to all others, and who tries to come in by a side door. Each file is one
//! kind of attack; `docs/trust.md` lists them with their figures.
mod anonymous_requests;
mod connections;
mod file;
mod flood;
mod links;
mod logs;
mod nul;
mod other_users;
mod pairing;
mod racing;
mod session;
mod slow_bodies;
mod strangers;
mod unwanted_rooms;
