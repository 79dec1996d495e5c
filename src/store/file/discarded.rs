//! Names of files that are to be gone from the disk.

use entity::discarded_file;
use sea_orm::{ActiveValue::Set, DbErr, QueryFilter, QueryOrder, QuerySelect, entity::prelude::*};

/// Rows in one statement, well under every database's limit of parameters.
const ROWS: usize = 500;

/// In the transaction that takes the files from their message: what is noted here is
/// removed even when the server is killed before it gets to it.
pub async fn insert(db: &impl ConnectionTrait, names: &[String]) -> Result<(), DbErr> {
    for names in names.chunks(ROWS) {
        let row = |it: &String| discarded_file::ActiveModel { stored_name: Set(it.clone()) };
        let rows = names.iter().map(row);
        discarded_file::Entity::insert_many(rows).exec_without_returning(db).await?;
    }
    Ok(())
}

pub async fn some(
    db: &impl ConnectionTrait,
    after: &str,
    limit: u64,
) -> Result<Vec<String>, DbErr> {
    discarded_file::Entity::find()
        .select_only()
        .column(discarded_file::Column::StoredName)
        // What cannot be removed stays noted; from its name on, the next batch gets past it.
        .filter(discarded_file::Column::StoredName.gt(after))
        .order_by_asc(discarded_file::Column::StoredName)
        .limit(limit)
        .into_tuple()
        .all(db)
        .await
}

pub async fn delete(db: &impl ConnectionTrait, names: &[String]) -> Result<(), DbErr> {
    for names in names.chunks(ROWS) {
        discarded_file::Entity::delete_many()
            .filter(discarded_file::Column::StoredName.is_in(names))
            .exec(db)
            .await?;
    }
    Ok(())
}
