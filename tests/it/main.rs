//! One test binary: every surface, one chat. Names are facts; a failing one is the report.
mod accounts;
mod architecture;
mod chatroom;
mod concurrency;
mod config;
mod doors;
mod friends;
mod native;
mod rooms;
mod strangers;
mod support;
mod uploads;
