//! What breaks below the server: disks, databases, processes, clocks. Each file is one kind of
//! fault; `docs/trust.md` lists them with what is promised.
mod connections;
mod database_address;
mod foreign_database;
mod full_disk;
mod hanging_database;
mod killed;
mod removed_database;
mod stopping;
mod two_servers;
mod untold_presence;
mod uploads;
