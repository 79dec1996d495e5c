//! Passwords, tokens and sessions: guessed, stolen, forged, or used after their end.
mod expired_tokens;
mod guessing;
mod password_proof;
mod refresh_tokens;
mod signing_in;
mod socketio;
