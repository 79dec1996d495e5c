//! What is known of uploaded files; their bytes are `disk`'s.

pub mod avatar;
pub mod discarded;
pub mod disk;

use entity::{
    attachment,
    id::{FileId, MessageId, RoomId, UserId},
    time::Timestamp,
};
use sea_orm::{
    Condition, DbErr, QueryFilter, QueryOrder, QuerySelect, entity::prelude::*,
    sea_query::CaseStatement,
};

use crate::store::engine::transaction::Transaction;

/// Rooms in one statement, well under every database's limit of parameters.
const ROWS: usize = 500;

pub async fn insert(db: &impl ConnectionTrait, row: &attachment::Model) -> Result<(), DbErr> {
    attachment::Entity::insert(attachment::ActiveModel::from(row.clone()).reset_all())
        .exec_without_returning(db)
        .await?;
    Ok(())
}

pub async fn find(
    db: &impl ConnectionTrait,
    file: FileId,
) -> Result<Option<attachment::Model>, DbErr> {
    attachment::Entity::find_by_id(file).one(db).await
}

pub async fn by_stored_name(
    db: &impl ConnectionTrait,
    name: &str,
) -> Result<Option<attachment::Model>, DbErr> {
    attachment::Entity::find().filter(attachment::Column::StoredName.eq(name)).one(db).await
}

pub async fn find_all(
    db: &impl ConnectionTrait,
    files: &[FileId],
) -> Result<Vec<attachment::Model>, DbErr> {
    if files.is_empty() {
        return Ok(Vec::new());
    }
    attachment::Entity::find()
        .filter(attachment::Column::FileId.is_in(files.iter().copied()))
        .all(db)
        .await
}

/// The same, held until the transaction ends; always in the same order, so that no two wait for
/// each other.
pub async fn hold(tx: &Transaction, files: &[FileId]) -> Result<Vec<attachment::Model>, DbErr> {
    if files.is_empty() {
        return Ok(Vec::new());
    }
    attachment::Entity::find()
        .filter(attachment::Column::FileId.is_in(files.iter().copied()))
        .order_by_asc(attachment::Column::FileId)
        .lock_exclusive()
        .all(tx)
        .await
}

/// The files of each message in their order. Those that were sent before files had one are in
/// the order in which they came.
pub async fn of_messages(
    db: &impl ConnectionTrait,
    messages: &[MessageId],
) -> Result<Vec<attachment::Model>, DbErr> {
    if messages.is_empty() {
        return Ok(Vec::new());
    }
    attachment::Entity::find()
        .filter(attachment::Column::MessageId.is_in(messages.iter().copied()))
        .order_by_asc(attachment::Column::Position)
        .order_by_asc(attachment::Column::CreatedAt)
        .order_by_asc(attachment::Column::FileId)
        .all(db)
        .await
}

pub async fn of_owner(
    db: &impl ConnectionTrait,
    owner: UserId,
) -> Result<Vec<attachment::Model>, DbErr> {
    attachment::Entity::find().filter(attachment::Column::OwnerId.eq(owner)).all(db).await
}

/// Bytes that one person keeps here.
pub async fn total(db: &impl ConnectionTrait, owner: UserId) -> Result<u64, DbErr> {
    // Added up here: SQL's sum of such numbers is of another type on two of the databases.
    let sizes: Vec<i64> = attachment::Entity::find()
        .select_only()
        .column(attachment::Column::Size)
        .filter(attachment::Column::OwnerId.eq(owner))
        .into_tuple()
        .all(db)
        .await?;
    Ok(sizes.into_iter().map(i64::unsigned_abs).sum())
}

pub async fn rename(db: &impl ConnectionTrait, file: FileId, name: String) -> Result<(), DbErr> {
    attachment::Entity::update_many()
        .col_expr(attachment::Column::Name, Expr::value(name))
        .filter(attachment::Column::FileId.eq(file))
        // Under its name others have seen what was sent already.
        .filter(attachment::Column::MessageId.is_null())
        .exec(db)
        .await?;
    Ok(())
}

/// Makes a file somebody's that was uploaded without a credential and not sent yet; `false`
/// when it was sent meanwhile.
pub async fn give(db: &impl ConnectionTrait, file: FileId, owner: UserId) -> Result<bool, DbErr> {
    let uploaded_by_nobody = Condition::any()
        .add(attachment::Column::Paired.eq(true))
        .add(attachment::Column::OwnerId.is_null());
    let done = attachment::Entity::update_many()
        .col_expr(attachment::Column::OwnerId, Expr::value(owner))
        .filter(attachment::Column::FileId.eq(file))
        .filter(attachment::Column::MessageId.is_null())
        .filter(uploaded_by_nobody)
        .exec(db)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Ties the files to the message they were sent with, in this order.
pub async fn send(
    db: &impl ConnectionTrait,
    files: &[FileId],
    room: RoomId,
    message: MessageId,
) -> Result<(), DbErr> {
    attachment::Entity::update_many()
        .col_expr(attachment::Column::ChatroomId, Expr::value(room))
        .col_expr(attachment::Column::MessageId, Expr::value(message))
        .col_expr(attachment::Column::Position, positions(files))
        .filter(attachment::Column::FileId.is_in(files.iter().copied()))
        .exec(db)
        .await?;
    Ok(())
}

/// Of one file it is the first.
fn positions(files: &[FileId]) -> Expr {
    let numbered = (0_i32..).zip(files).skip(1);
    let case = |case: CaseStatement, (position, file): (i32, &FileId)| {
        case.case(attachment::Column::FileId.eq(*file), Expr::value(position))
    };
    match files {
        // A CASE without cases is no SQL.
        [] | [_] => Expr::value(0),
        _ => numbered.fold(CaseStatement::new(), case).finally(Expr::value(0)).into(),
    }
}

pub async fn delete_of_message(db: &impl ConnectionTrait, message: MessageId) -> Result<(), DbErr> {
    attachment::Entity::delete_many()
        .filter(attachment::Column::MessageId.eq(message))
        .exec(db)
        .await?;
    Ok(())
}

/// Takes all files from these rooms, and says under which names they are stored.
pub async fn take_of_rooms(
    db: &impl ConnectionTrait,
    rooms: &[RoomId],
) -> Result<Vec<String>, DbErr> {
    let mut names = Vec::new();
    for rooms in rooms.chunks(ROWS) {
        let theirs = || attachment::Column::ChatroomId.is_in(rooms.iter().copied());
        // Read first, because MySQL has no `RETURNING`. The rooms are held, so no file comes in
        // between.
        let stored = attachment::Entity::find()
            .select_only()
            .column(attachment::Column::StoredName)
            .filter(theirs())
            .into_tuple::<String>();
        names.extend(stored.all(db).await?);
        attachment::Entity::delete_many().filter(theirs()).exec(db).await?;
    }
    Ok(names)
}

/// Takes some of those that were uploaded before this and never sent, and says under which names
/// they are stored.
pub async fn take_unsent(
    tx: &Transaction,
    before: Timestamp,
    limit: u64,
) -> Result<Vec<String>, DbErr> {
    let unsent: Vec<FileId> = attachment::Entity::find()
        .select_only()
        .column(attachment::Column::FileId)
        .filter(attachment::Column::MessageId.is_null())
        .filter(attachment::Column::CreatedAt.lt(before))
        .limit(limit)
        .into_tuple()
        .all(tx)
        .await?;
    // One of them may be sent in this moment.
    let mut rows = hold(tx, &unsent).await?;
    rows.retain(|it| it.message_id.is_none());
    let files: Vec<FileId> = rows.iter().map(|it| it.file_id).collect();
    if !files.is_empty() {
        delete_all(tx, &files).await?;
    }
    Ok(rows.into_iter().map(|it| it.stored_name).collect())
}

pub async fn delete_all(db: &impl ConnectionTrait, files: &[FileId]) -> Result<(), DbErr> {
    attachment::Entity::delete_many()
        .filter(attachment::Column::FileId.is_in(files.iter().copied()))
        .exec(db)
        .await?;
    Ok(())
}

pub async fn delete_of(db: &impl ConnectionTrait, owner: UserId) -> Result<(), DbErr> {
    attachment::Entity::delete_many()
        .filter(attachment::Column::OwnerId.eq(owner))
        .exec(db)
        .await?;
    Ok(())
}
