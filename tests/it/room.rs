//! Rooms: who may come in, who is in them, and what each person keeps about them.
mod ban;
mod direct;
pub mod leaving;
mod member;
mod public;
mod public_routes;
mod settings;
mod typing;
mod update;
