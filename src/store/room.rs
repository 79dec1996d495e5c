//! Rooms, and the two numbers that give their messages an order.

pub mod ban;
pub mod cursor;
pub mod head;
pub mod member;
pub mod number;
pub mod receipt;
pub mod setting;
pub mod unread;

use std::collections::HashMap;

use entity::{
    chatroom::{self, Kind},
    chatroom_number as numbers,
    id::{RoomId, ServerId, UserId},
    time::Timestamp,
};
use sea_orm::{
    ActiveValue::Set, DbBackend, DbErr, ExprTrait, JoinType, QueryFilter, QueryOrder, QuerySelect,
    entity::prelude::*, sea_query::CaseStatement,
};
use uuid::Uuid;

use crate::{
    policy::{MayManage, message::MayErase, server::MayRule},
    store::{engine::connection::AT_ONCE, server::channel_number},
};

#[derive(Clone)]
pub struct NewRoom {
    pub kind: Kind,
    pub name: Option<String>,
    pub direct_key: Option<String>,
    pub description: Option<String>,
    /// Nobody, for the rooms that the server begins with.
    pub creator: Option<UserId>,
    pub server: Option<ServerId>,
    pub slug: Option<String>,
    pub joinable: bool,
}

impl NewRoom {
    /// A public room with nothing but a name.
    pub fn public(name: &str) -> Self {
        Self {
            kind: Kind::Public,
            name: Some(name.to_owned()),
            direct_key: None,
            description: None,
            creator: None,
            server: None,
            slug: None,
            joinable: false,
        }
    }
}

/// Every room gets a number, too, and a channel one more among channels.
pub async fn insert(
    db: &impl ConnectionTrait,
    new: NewRoom,
    now: Timestamp,
) -> Result<chatroom::Model, DbErr> {
    let row = chatroom::Model {
        chatroom_id: RoomId(Uuid::new_v4()),
        chatroom_name: new.name,
        kind: new.kind,
        direct_key: new.direct_key,
        description: new.description,
        creator_id: new.creator,
        last_seq: 0,
        // Not 0: whoever knows nothing of the room asks from 0, and must be told of it.
        rev: 1,
        members_rev: 1,
        deleted_count: 0,
        created_at: now,
        server_id: new.server,
        slug: new.slug,
        updated_at: now,
        joinable: new.joinable,
    };
    chatroom::Entity::insert(chatroom::ActiveModel::from(row.clone()).reset_all())
        .exec_without_returning(db)
        .await?;
    number::insert(db, row.chatroom_id).await?;
    if row.kind == Kind::Channel {
        channel_number::insert(db, row.chatroom_id).await?;
    }
    Ok(row)
}

pub async fn find(
    db: &impl ConnectionTrait,
    room: RoomId,
) -> Result<Option<chatroom::Model>, DbErr> {
    chatroom::Entity::find_by_id(room).one(db).await
}

pub async fn find_all(
    db: &impl ConnectionTrait,
    rooms: &[RoomId],
) -> Result<Vec<chatroom::Model>, DbErr> {
    chatroom::Entity::find()
        .filter(chatroom::Column::ChatroomId.is_in(rooms.iter().copied()))
        .all(db)
        .await
}

pub async fn by_direct_key(
    db: &impl ConnectionTrait,
    key: &str,
) -> Result<Option<chatroom::Model>, DbErr> {
    chatroom::Entity::find().filter(chatroom::Column::DirectKey.eq(key)).one(db).await
}

pub async fn by_slug(
    db: &impl ConnectionTrait,
    slug: &str,
) -> Result<Option<chatroom::Model>, DbErr> {
    chatroom::Entity::find().filter(chatroom::Column::Slug.eq(slug)).one(db).await
}

pub async fn public(db: &impl ConnectionTrait) -> Result<Vec<chatroom::Model>, DbErr> {
    chatroom::Entity::find().filter(chatroom::Column::Kind.eq(Kind::Public)).all(db).await
}

/// Some of them by number, beginning after this one, but for those that are closed to somebody.
pub async fn public_after(
    db: &impl ConnectionTrait,
    closed: &[RoomId],
    number: i64,
    limit: u64,
) -> Result<Vec<chatroom::Model>, DbErr> {
    chatroom::Entity::find()
        .join(
            JoinType::InnerJoin,
            chatroom::Entity::belongs_to(numbers::Entity)
                .from(chatroom::Column::ChatroomId)
                .to(numbers::Column::ChatroomId)
                .into(),
        )
        .filter(chatroom::Column::Kind.eq(Kind::Public))
        .filter(chatroom::Column::ChatroomId.is_not_in(closed.iter().copied()))
        // A number is unique and never changes, so pages neither miss a room nor repeat one.
        .filter(numbers::Column::Number.gt(number))
        .order_by_asc(numbers::Column::Number)
        .limit(limit)
        .all(db)
        .await
}

/// The names of all public rooms, and nothing else of them.
pub async fn public_names(
    db: &impl ConnectionTrait,
) -> Result<Vec<(RoomId, Option<String>)>, DbErr> {
    chatroom::Entity::find()
        .select_only()
        .columns([chatroom::Column::ChatroomId, chatroom::Column::ChatroomName])
        .filter(chatroom::Column::Kind.eq(Kind::Public))
        .into_tuple()
        .all(db)
        .await
}

/// How many messages all rooms have together: the numbers have no holes, so nothing else
/// needs counting but what was deleted.
pub async fn messages(db: &impl ConnectionTrait) -> Result<i64, DbErr> {
    // A sum is a number of unlimited size, which is another type on two of the databases.
    let integer = if db.get_database_backend() == DbBackend::MySql { "SIGNED" } else { "BIGINT" };
    let live = Expr::col(chatroom::Column::LastSeq).sub(Expr::col(chatroom::Column::DeletedCount));
    let sum: Option<Option<i64>> = chatroom::Entity::find()
        .select_only()
        .column_as(live.sum().cast_as(integer), "messages")
        .into_tuple()
        .one(db)
        .await?;
    Ok(sum.flatten().unwrap_or(0))
}

/// The channels of a server.
pub async fn of_server(
    db: &impl ConnectionTrait,
    server: ServerId,
) -> Result<Vec<chatroom::Model>, DbErr> {
    chatroom::Entity::find().filter(chatroom::Column::ServerId.eq(server)).all(db).await
}

/// The rooms, held against other writers until the transaction ends, always taken in the
/// same order so that no two transactions wait for each other.
pub async fn lock(
    db: &impl ConnectionTrait,
    rooms: &[RoomId],
) -> Result<Vec<chatroom::Model>, DbErr> {
    chatroom::Entity::find()
        .filter(chatroom::Column::ChatroomId.is_in(rooms.iter().copied()))
        .order_by_asc(chatroom::Column::ChatroomId)
        .lock_exclusive()
        .all(db)
        .await
}

/// Raises `last_seq` and `rev` of each room by the number of its new messages, and says
/// what they are now. Until the transaction ends, nobody else can raise them.
pub async fn advance(
    db: &impl ConnectionTrait,
    rooms: &[(RoomId, i64)],
) -> Result<Vec<chatroom::Model>, DbErr> {
    let mut raised = Vec::with_capacity(rooms.len());
    for rooms in rooms.chunks(AT_ONCE) {
        raised.extend(advance_some(db, rooms).await?);
    }
    Ok(raised)
}

async fn advance_some(
    db: &impl ConnectionTrait,
    rooms: &[(RoomId, i64)],
) -> Result<Vec<chatroom::Model>, DbErr> {
    let raised = |column: chatroom::Column| {
        let mut by = CaseStatement::new();
        for (room, count) in rooms {
            by = by.case(chatroom::Column::ChatroomId.eq(*room), *count);
        }
        Expr::col(column).add(by.finally(0))
    };
    let ids: Vec<RoomId> = rooms.iter().map(|it| it.0).collect();
    let raise = chatroom::Entity::update_many()
        .col_expr(chatroom::Column::LastSeq, raised(chatroom::Column::LastSeq))
        .col_expr(chatroom::Column::Rev, raised(chatroom::Column::Rev))
        .filter(chatroom::Column::ChatroomId.is_in(ids.iter().copied()));
    // A statement less in the way of every send. MySQL has no `RETURNING`.
    if db.support_returning() {
        return raise.exec_with_returning(db).await;
    }
    raise.exec(db).await?;
    // Nobody else has raised them since: the rows are held until the transaction ends.
    find_all(db, &ids).await
}

/// Raises `rev` after a change that is not a message, and says what it is now. Whatever
/// changed must be found by it afterwards: in a message row with this `rev`, or in the
/// room's own row.
pub async fn touch(db: &impl ConnectionTrait, room: RoomId) -> Result<i64, DbErr> {
    chatroom::Entity::update_many()
        .col_expr(chatroom::Column::Rev, Expr::col(chatroom::Column::Rev).add(1))
        .filter(chatroom::Column::ChatroomId.eq(room))
        .exec(db)
        .await?;
    Ok(find(db, room).await?.map_or(0, |it| it.rev))
}

/// Raises `rev` because somebody came, went or got another role, and says what it is now.
pub async fn touch_members(db: &impl ConnectionTrait, room: RoomId) -> Result<i64, DbErr> {
    touch_members_of(db, &[room]).await?;
    Ok(find(db, room).await?.map_or(0, |it| it.rev))
}

/// The same for several rooms at once, whose rows the transaction holds.
pub async fn touch_members_of(db: &impl ConnectionTrait, rooms: &[RoomId]) -> Result<(), DbErr> {
    let raised = || Expr::col(chatroom::Column::Rev).add(1);
    chatroom::Entity::update_many()
        // This one first: MariaDB reads what the same statement has already written.
        .col_expr(chatroom::Column::MembersRev, raised())
        .col_expr(chatroom::Column::Rev, raised())
        .filter(chatroom::Column::ChatroomId.is_in(rooms.iter().copied()))
        .exec(db)
        .await?;
    Ok(())
}

/// One of its messages is deleted.
pub async fn count_deleted(db: &impl ConnectionTrait, permit: MayErase) -> Result<(), DbErr> {
    chatroom::Entity::update_many()
        .col_expr(chatroom::Column::DeletedCount, Expr::col(chatroom::Column::DeletedCount).add(1))
        .filter(chatroom::Column::ChatroomId.eq(permit.room()))
        .exec(db)
        .await?;
    Ok(())
}

/// The last message of each of these rooms.
pub async fn last_seqs(
    db: &impl ConnectionTrait,
    rooms: &[RoomId],
) -> Result<HashMap<RoomId, i64>, DbErr> {
    let mut last = HashMap::with_capacity(rooms.len());
    for rooms in rooms.chunks(cursor::MANY) {
        let rows: Vec<(RoomId, i64)> = chatroom::Entity::find()
            .select_only()
            .columns([chatroom::Column::ChatroomId, chatroom::Column::LastSeq])
            .filter(chatroom::Column::ChatroomId.is_in(rooms.iter().copied()))
            .into_tuple()
            .all(db)
            .await?;
        last.extend(rows);
    }
    Ok(last)
}

/// The `rev` of each of these rooms.
pub async fn revs(
    db: &impl ConnectionTrait,
    rooms: &[RoomId],
) -> Result<Vec<(RoomId, i64)>, DbErr> {
    chatroom::Entity::find()
        .select_only()
        .columns([chatroom::Column::ChatroomId, chatroom::Column::Rev])
        .filter(chatroom::Column::ChatroomId.is_in(rooms.iter().copied()))
        .into_tuple()
        .all(db)
        .await
}

pub async fn describe(
    db: &impl ConnectionTrait,
    permit: MayManage,
    name: Option<String>,
    description: Option<String>,
    now: Timestamp,
) -> Result<(), DbErr> {
    let mut change =
        chatroom::ActiveModel { chatroom_id: Set(permit.room()), ..Default::default() };
    if let Some(name) = name {
        change.chatroom_name = Set(Some(name).filter(|it| !it.is_empty()));
    }
    if let Some(description) = description {
        change.description = Set(Some(description).filter(|it| !it.is_empty()));
    }
    if change.chatroom_name.is_set() || change.description.is_set() {
        change.updated_at = Set(now);
        chatroom::Entity::update(change).exec_without_returning(db).await?;
    }
    Ok(())
}

pub async fn delete(db: &impl ConnectionTrait, permit: MayManage) -> Result<(), DbErr> {
    // The foreign keys take its messages and members along, but no files from the disk.
    chatroom::Entity::delete_by_id(permit.room()).exec(db).await?;
    Ok(())
}

/// All channels of a server, with what was said there.
pub async fn delete_of_server(db: &impl ConnectionTrait, permit: MayRule) -> Result<(), DbErr> {
    chatroom::Entity::delete_many()
        .filter(chatroom::Column::ServerId.eq(permit.server()))
        .exec(db)
        .await?;
    Ok(())
}
