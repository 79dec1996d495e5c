//! Signing in, staying signed in, and being signed out.
mod ending;
mod lifetime;
mod password;
mod renewal;
mod token;
