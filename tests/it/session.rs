//! Signing in, staying signed in, and being signed out.
mod ending;
mod lifetime;
mod password;
mod password_length;
mod renewal;
mod token;
