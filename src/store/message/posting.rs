//! New messages, many in one statement: the one whose cost everybody feels.

use std::sync::OnceLock;

use entity::message::{Column, Entity, Model};
use sea_orm::{
    ConnectionTrait, DbBackend, DbErr, Statement, Value,
    sea_query::{Query, Values},
};

use crate::{policy::message::MayPost, store::engine::connection::AT_ONCE};

// What no new message has, such as `edited_at`, is left out: every value is bound in each batch.
const COLUMNS: [Column; 13] = [
    Column::MessageId,
    Column::PublicId,
    Column::ChatroomId,
    Column::SenderId,
    Column::Seq,
    Column::Rev,
    Column::ClientMsgId,
    Column::Content,
    Column::MessageType,
    Column::MediaUrl,
    Column::Timestamp,
    Column::ReplyToId,
    Column::ForwardedFromId,
];

/// By the number of their rows.
type StatementCache = [OnceLock<String>; AT_ONCE + 1];

/// A row whose sender was allowed to post it.
#[derive(Clone, Copy)]
pub struct Post<'a> {
    pub row: &'a Model,
    pub permit: MayPost,
}

pub async fn insert_all(db: &impl ConnectionTrait, posts: &[Post<'_>]) -> Result<(), DbErr> {
    let db_backend = db.get_database_backend();
    for posts in posts.chunks(AT_ONCE) {
        let values = Values(posts.iter().flat_map(values).collect());
        let sql = words(db_backend, posts.len());
        db.execute_raw(Statement { sql, values: Some(values), db_backend }).await?;
    }
    Ok(())
}

/// In the order of the columns.
fn values(post: &Post<'_>) -> [Value; COLUMNS.len()] {
    let Post { row, permit } = post;
    [
        row.message_id.into(),
        row.public_id.into(),
        // By the permit and not by the row: what was checked is what is stored.
        permit.room().into(),
        permit.actor().into(),
        row.seq.into(),
        row.rev.into(),
        row.client_msg_id.into(),
        row.content.clone().into(),
        row.message_type.into(),
        row.media_url.clone().into(),
        row.timestamp.into(),
        row.reply_to_id.into(),
        row.forwarded_from_id.into(),
    ]
}

/// The statement for so many rows. It never changes, and composing it anew for every batch
/// costs as much as binding its values.
fn words(db: DbBackend, rows: usize) -> String {
    // A process may use all three, as the tests do.
    static KNOWN: [StatementCache; 3] = [const { [const { OnceLock::new() }; AT_ONCE + 1] }; 3];
    let backend = match db {
        DbBackend::Sqlite => 0,
        DbBackend::Postgres => 1,
        DbBackend::MySql => 2,
        _ => return composed(db, rows),
    };
    KNOWN[backend][rows].get_or_init(|| composed(db, rows)).clone()
}

fn composed(db: DbBackend, rows: usize) -> String {
    let mut insert = Query::insert();
    insert.into_table(Entity).columns(COLUMNS);
    for _ in 0..rows {
        // The values themselves are bound when it is used.
        insert.values_panic(COLUMNS.map(|_| 0.into()));
    }
    db.build(&insert).sql
}
