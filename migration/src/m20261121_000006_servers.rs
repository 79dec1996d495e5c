//! Servers with channels, rooms with numbers and names for their addresses, replies and
//! reactions.
use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, string_len, string_len_null, uuid_uniq},
    sea_orm::DbBackend,
};

use crate::columns::{add, cascading, create, exact, exact_null, index, moment, moment_null};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// Where the numbers of new rows come from. They are made here, so that two people who
/// are the first at the same moment do not both make one.
const COUNTERS: &str = "'rooms', 'servers', 'reactions'";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, db: &SchemaManager) -> Result<(), DbErr> {
        servers(db).await?;
        rooms(db).await?;
        numbers(db).await?;
        add(db, "messages", ColumnDef::new("reply_to_id").big_integer().null()).await?;
        reactions(db).await?;
        counters(db).await
    }

    async fn down(&self, db: &SchemaManager) -> Result<(), DbErr> {
        let sql = format!("DELETE FROM counters WHERE name IN ({COUNTERS})");
        db.get_connection().execute_unprepared(&sql).await?;
        for table in ["reactions", "chatroom_numbers"] {
            db.drop_table(Table::drop().table(table).if_exists().to_owned()).await?;
        }
        // Channels are nothing without their server.
        let channels = "DELETE FROM chatrooms WHERE kind = 'channel'";
        db.get_connection().execute_unprepared(channels).await?;
        if is_mysql(db) {
            let key = ForeignKey::drop().name("fk_chatrooms_server").table("chatrooms").to_owned();
            db.drop_foreign_key(key).await?;
        }
        for name in ["ix_chatrooms_server", "ux_chatrooms_slug", "ix_chatrooms_kind"] {
            db.drop_index(Index::drop().name(name).table("chatrooms").to_owned()).await?;
        }
        let columns = [
            ("messages", "reply_to_id"),
            ("chatrooms", "updated_at"),
            ("chatrooms", "slug"),
            ("chatrooms", "server_id"),
        ];
        for (table, column) in columns {
            db.alter_table(Table::alter().table(table).drop_column(column).to_owned()).await?;
        }
        for table in ["server_members", "servers"] {
            db.drop_table(Table::drop().table(table).if_exists().to_owned()).await?;
        }
        Ok(())
    }
}

async fn servers(db: &SchemaManager<'_>) -> Result<(), DbErr> {
    let users = ("users", "user_id");
    create(
        db,
        Table::create()
            .table("servers")
            .if_not_exists()
            .col(big_integer("server_id").primary_key())
            .col(string_len("name", 128))
            .col(string_len_null("description", 1024))
            .col(string_len_null("icon_url", 512))
            .col(big_integer("owner_id"))
            .col(moment(db, "created_at"))
            .col(moment(db, "updated_at"))
            .foreign_key(&mut cascading("fk_servers_owner", ("servers", "owner_id"), users))
            .to_owned(),
    )
    .await?;
    create(
        db,
        Table::create()
            .table("server_members")
            .if_not_exists()
            .col(big_integer("server_id"))
            .col(big_integer("user_id"))
            .col(string_len("role", 16))
            .col(moment(db, "joined_at"))
            .primary_key(Index::create().col("server_id").col("user_id"))
            .foreign_key(&mut cascading(
                "fk_server_members_server",
                ("server_members", "server_id"),
                ("servers", "server_id"),
            ))
            .foreign_key(&mut cascading(
                "fk_server_members_user",
                ("server_members", "user_id"),
                users,
            ))
            .to_owned(),
    )
    .await?;
    index(db, "ix_servers_owner", "servers", &["owner_id"], false).await?;
    index(db, "ix_server_members_user", "server_members", &["user_id"], false).await
}

/// `updated_at` is never empty, but SQLite cannot promise that of a column that comes
/// later.
async fn rooms(db: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut server = ColumnDef::new("server_id");
    server.big_integer().null();
    if is_mysql(db) {
        if !db.has_column("chatrooms", "server_id").await? {
            // In one step, which is done or not.
            let mut key = TableForeignKey::new();
            key.name("fk_chatrooms_server")
                .from_tbl("chatrooms")
                .from_col("server_id")
                .to_tbl("servers")
                .to_col("server_id")
                .on_delete(ForeignKeyAction::Cascade);
            let mut change = Table::alter();
            change.table("chatrooms").add_column(server).add_foreign_key(&key);
            db.alter_table(change).await?;
        }
    } else {
        // The one way in which SQLite takes a foreign key afterwards.
        server.extra("REFERENCES servers (server_id) ON DELETE CASCADE");
        add(db, "chatrooms", &mut server).await?;
    }
    index(db, "ix_chatrooms_server", "chatrooms", &["server_id"], false).await?;
    add(db, "chatrooms", &mut exact_null(db, "slug", 64)).await?;
    index(db, "ux_chatrooms_slug", "chatrooms", &["slug"], true).await?;
    index(db, "ix_chatrooms_kind", "chatrooms", &["kind"], false).await?;
    add(db, "chatrooms", &mut moment_null(db, "updated_at")).await?;
    let filled = "UPDATE chatrooms SET updated_at = created_at WHERE updated_at IS NULL";
    db.get_connection().execute_unprepared(filled).await?;
    Ok(())
}

/// Every room gets a number, the oldest room the first.
async fn numbers(db: &SchemaManager<'_>) -> Result<(), DbErr> {
    create(
        db,
        Table::create()
            .table("chatroom_numbers")
            .if_not_exists()
            .col(big_integer("number").primary_key())
            .col(uuid_uniq("chatroom_id"))
            .foreign_key(&mut cascading(
                "fk_chatroom_numbers_room",
                ("chatroom_numbers", "chatroom_id"),
                ("chatrooms", "chatroom_id"),
            ))
            .to_owned(),
    )
    .await?;
    // Nobody has seen a number before this step is done, so one that was cut off may
    // begin anew.
    for sql in [
        "DELETE FROM chatroom_numbers",
        "INSERT INTO chatroom_numbers (number, chatroom_id) \
         SELECT ROW_NUMBER() OVER (ORDER BY created_at, chatroom_id), chatroom_id FROM chatrooms",
    ] {
        db.get_connection().execute_unprepared(sql).await?;
    }
    Ok(())
}

async fn reactions(db: &SchemaManager<'_>) -> Result<(), DbErr> {
    create(
        db,
        Table::create()
            .table("reactions")
            .if_not_exists()
            .col(big_integer("reaction_id").primary_key())
            .col(big_integer("message_id"))
            .col(big_integer("user_id"))
            .col(exact(db, "emoji", 64))
            .col(moment(db, "created_at"))
            .foreign_key(&mut cascading(
                "fk_reactions_message",
                ("reactions", "message_id"),
                ("messages", "message_id"),
            ))
            .foreign_key(&mut cascading(
                "fk_reactions_user",
                ("reactions", "user_id"),
                ("users", "user_id"),
            ))
            .to_owned(),
    )
    .await?;
    let once = ["message_id", "user_id", "emoji"];
    index(db, "ux_reactions_once", "reactions", &once, true).await?;
    index(db, "ix_reactions_user", "reactions", &["user_id"], false).await
}

async fn counters(db: &SchemaManager<'_>) -> Result<(), DbErr> {
    for sql in [
        // A start that was cut off may have made them already.
        format!("DELETE FROM counters WHERE name IN ({COUNTERS})"),
        "INSERT INTO counters (name, value) VALUES ('servers', 1), ('reactions', 1)".to_owned(),
        "INSERT INTO counters (name, value) \
         SELECT 'rooms', COALESCE(MAX(number), 0) + 1 FROM chatroom_numbers"
            .to_owned(),
    ] {
        db.get_connection().execute_unprepared(&sql).await?;
    }
    Ok(())
}

fn is_mysql(db: &SchemaManager<'_>) -> bool {
    db.get_database_backend() == DbBackend::MySql
}
