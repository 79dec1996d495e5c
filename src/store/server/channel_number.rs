//! Channels by number.

use entity::{channel_number, counter, id::RoomId};
use sea_orm::{DbErr, ExprTrait, QueryFilter, entity::prelude::*, sea_query::Query};

/// Gives the channel the next number. Numbers that were not committed are given back.
pub async fn insert(db: &impl ConnectionTrait, room: RoomId) -> Result<(), DbErr> {
    counter::Entity::update_many()
        .col_expr(counter::Column::Value, Expr::col(counter::Column::Value).add(1))
        .filter(counter::Column::Name.eq("channels"))
        .exec(db)
        .await?;
    let taken = Query::select()
        .expr(Expr::col(counter::Column::Value).sub(1))
        .expr(Expr::value(room))
        .from(counter::Entity)
        .and_where(counter::Column::Name.eq("channels"))
        .to_owned();
    let mut insert = Query::insert();
    insert
        .into_table(channel_number::Entity)
        .columns([channel_number::Column::Number, channel_number::Column::ChatroomId])
        .select_from(taken)
        .map_err(|error| DbErr::Custom(error.to_string()))?;
    db.execute(&insert).await?;
    Ok(())
}

pub async fn find(
    db: &impl ConnectionTrait,
    number: i64,
) -> Result<Option<channel_number::Model>, DbErr> {
    channel_number::Entity::find_by_id(number).one(db).await
}

pub async fn of(
    db: &impl ConnectionTrait,
    rooms: &[RoomId],
) -> Result<Vec<channel_number::Model>, DbErr> {
    if rooms.is_empty() {
        return Ok(Vec::new());
    }
    channel_number::Entity::find()
        .filter(channel_number::Column::ChatroomId.is_in(rooms.iter().copied()))
        .all(db)
        .await
}
