//! How the tables came to be, oldest first. Names nothing of ours, so that history
//! does not change when the entities do.
pub use sea_orm_migration::prelude::*;

mod columns;
mod m20261121_000001_people;
mod m20261121_000002_friends;
mod m20261121_000003_rooms;
mod m20261121_000004_messages;
mod m20261121_000005_files;
mod m20261121_000006_servers;
mod m20261121_000007_joinable;
mod m20261121_000008_life;
mod m20261121_000009_search;
mod m20261121_000010_invites;
mod m20261130_000015_positions;
mod m20261130_000016_avatars;
mod m20261130_000017_removals;
mod m20261130_000018_paired;
mod m20261130_000019_channel_numbers;
mod m20261130_000020_unread_from;

pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261121_000001_people::Migration),
            Box::new(m20261121_000002_friends::Migration),
            Box::new(m20261121_000003_rooms::Migration),
            Box::new(m20261121_000004_messages::Migration),
            Box::new(m20261121_000005_files::Migration),
            Box::new(m20261121_000006_servers::Migration),
            Box::new(m20261121_000007_joinable::Migration),
            Box::new(m20261121_000008_life::Migration),
            Box::new(m20261121_000009_search::Migration),
            Box::new(m20261121_000010_invites::Migration),
            Box::new(m20261130_000015_positions::Migration),
            Box::new(m20261130_000016_avatars::Migration),
            Box::new(m20261130_000017_removals::Migration),
            Box::new(m20261130_000018_paired::Migration),
            Box::new(m20261130_000019_channel_numbers::Migration),
            Box::new(m20261130_000020_unread_from::Migration),
        ]
    }
}
