//! Rooms by number, for clients that know rooms by integer.

use entity::{chatroom_number, counter, id::RoomId};
use sea_orm::{DbErr, ExprTrait, QueryFilter, entity::prelude::*, sea_query::Query};

/// Gives the room the next number. Numbers that were not committed are given back, so
/// the first rooms of a new database are 1, 2, 3.
pub async fn insert(db: &impl ConnectionTrait, room: RoomId) -> Result<(), DbErr> {
    counter::Entity::update_many()
        .col_expr(counter::Column::Value, Expr::col(counter::Column::Value).add(1))
        .filter(counter::Column::Name.eq("rooms"))
        .exec(db)
        .await?;
    let taken = Query::select()
        .expr(Expr::col(counter::Column::Value).sub(1))
        .expr(Expr::value(room))
        .from(counter::Entity)
        .and_where(counter::Column::Name.eq("rooms"))
        .to_owned();
    let mut insert = Query::insert();
    insert
        .into_table(chatroom_number::Entity)
        .columns([chatroom_number::Column::Number, chatroom_number::Column::ChatroomId])
        .select_from(taken)
        .map_err(|error| DbErr::Custom(error.to_string()))?;
    db.execute(&insert).await?;
    Ok(())
}

pub async fn find(
    db: &impl ConnectionTrait,
    number: i64,
) -> Result<Option<chatroom_number::Model>, DbErr> {
    chatroom_number::Entity::find_by_id(number).one(db).await
}

pub async fn of(
    db: &impl ConnectionTrait,
    rooms: &[RoomId],
) -> Result<Vec<chatroom_number::Model>, DbErr> {
    if rooms.is_empty() {
        return Ok(Vec::new());
    }
    chatroom_number::Entity::find()
        .filter(chatroom_number::Column::ChatroomId.is_in(rooms.iter().copied()))
        .all(db)
        .await
}
