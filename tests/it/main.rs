//! One test binary: every surface, one chat. Names are facts; a failing one is the report.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should say where")]
mod accounts;
mod architecture;
mod campus;
mod chatroom;
mod chatsphere;
mod concurrency;
mod config;
mod contested;
mod discord;
mod doors;
mod friends;
mod guilds;
mod killed;
mod limits;
mod messages;
mod migrations;
mod native;
mod public_rooms;
mod reactions;
mod rooms;
mod strangers;
mod support;
mod swift;
mod sync;
mod uploads;
