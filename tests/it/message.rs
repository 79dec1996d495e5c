//! A message: sent, answered, changed, shown again, and gone.
mod edit;
mod erase;
mod forward;
mod history;
mod mark;
mod mention;
mod pin;
mod reaction;
mod reaction_tally;
mod reading;
mod reply;
mod send;
