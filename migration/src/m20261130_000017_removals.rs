//! What people have deleted for themselves, whom rooms keep out, and how people want to be seen.
use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, string_len_null},
};

use crate::columns::{add, cascading, create, index, moment};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, db: &SchemaManager) -> Result<(), DbErr> {
        add(db, "participants", big_integer("cleared_seq").default(0)).await?;
        add(db, "users", &mut string_len_null("mood", 16)).await?;
        create(
            db,
            Table::create()
                .table("room_bans")
                .if_not_exists()
                .col(ColumnDef::new("chatroom_id").uuid().not_null())
                .col(big_integer("user_id"))
                .col(big_integer("banned_by"))
                .col(moment(db, "created_at"))
                .primary_key(Index::create().col("chatroom_id").col("user_id"))
                .foreign_key(&mut cascading(
                    "fk_room_bans_room",
                    ("room_bans", "chatroom_id"),
                    ("chatrooms", "chatroom_id"),
                ))
                .foreign_key(&mut cascading(
                    "fk_room_bans_user",
                    ("room_bans", "user_id"),
                    ("users", "user_id"),
                ))
                .to_owned(),
        )
        .await?;
        index(db, "ix_room_bans_user", "room_bans", &["user_id"], false).await
    }

    async fn down(&self, db: &SchemaManager) -> Result<(), DbErr> {
        db.drop_table(Table::drop().table("room_bans").if_exists().to_owned()).await?;
        for (table, column) in [("users", "mood"), ("participants", "cleared_seq")] {
            if db.has_column(table, column).await? {
                db.alter_table(Table::alter().table(table).drop_column(column).to_owned()).await?;
            }
        }
        Ok(())
    }
}
