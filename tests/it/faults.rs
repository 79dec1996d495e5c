//! What breaks below the server: disks, databases, processes, clocks. Each file is one kind of
//! fault; `docs/trust.md` lists them with what is promised.
mod address;
mod foreign;
mod twice;
mod uploads;
