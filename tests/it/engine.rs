//! What every operation stands on: orders, limits, simultaneity, and the tables of the database.
mod concurrency;
mod limits;
mod migrations;
mod order;
