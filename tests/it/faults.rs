//! What breaks below the server: disks, databases, processes, clocks. Each file is one kind of
//! fault; `docs/trust.md` lists them with what is promised.
mod address;
mod connections;
mod foreign;
mod full;
mod hanging;
mod removed;
mod stopping;
mod twice;
mod uploads;
