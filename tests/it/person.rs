//! People: their accounts, their friends, and whether they are there.
mod account;
mod friend;
mod name;
mod presence;
