//! Blocks: which message is at which place.

use entity::{
    message,
    search_block::{self, Column},
};
use sea_orm::{
    ActiveValue::Set, DbErr, FromQueryResult, QueryFilter, QueryOrder, QuerySelect,
    entity::prelude::*,
};

use crate::{
    model::search::SearchPosition,
    store::search::packing::{pack_ids, unpack_ids},
};

/// Blocks looked into together.
const PAGE: u64 = 8;

/// A block without its messages.
#[derive(Clone, Copy, Debug, FromQueryResult)]
pub struct Outline {
    pub place: i64,
    pub length: i32,
    pub oldest: i64,
    pub newest: i64,
    pub reach: i64,
}

impl Outline {
    /// The place after its last.
    pub fn end(&self) -> i64 {
        self.place + i64::from(self.length)
    }
}

pub async fn insert(
    db: &impl ConnectionTrait,
    outline: Outline,
    rows: &[message::Model],
) -> Result<(), DbErr> {
    let row = search_block::ActiveModel {
        place: Set(outline.place),
        length: Set(outline.length),
        oldest: Set(outline.oldest),
        newest: Set(outline.newest),
        reach: Set(outline.reach),
        messages: Set(pack_ids(rows.iter().map(|it| it.message_id.0))),
    };
    search_block::Entity::insert(row).exec_without_returning(db).await.map(drop)
}

/// Blocks before a place that have something from this moment or earlier, last first.
pub async fn before(
    db: &impl ConnectionTrait,
    place: i64,
    newest: i64,
    limit: u64,
) -> Result<Vec<Outline>, DbErr> {
    outlines()
        .filter(Column::Place.lt(place))
        .filter(Column::Oldest.lte(newest))
        .order_by_desc(Column::Place)
        .limit(limit)
        .into_model()
        .all(db)
        .await
}

pub async fn last(db: &impl ConnectionTrait) -> Result<Option<Outline>, DbErr> {
    outlines().order_by_desc(Column::Place).limit(1).into_model().one(db).await
}

/// The numbers of the messages of these blocks, each block under its first place.
pub async fn messages(
    db: &impl ConnectionTrait,
    places: &[i64],
) -> Result<Vec<(i64, Vec<i64>)>, DbErr> {
    let rows = search_block::Entity::find()
        .filter(Column::Place.is_in(places.iter().copied()))
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|it| (it.place, unpack_ids(&it.messages))).collect())
}

/// Where a message is. Read as it is now, whatever the transaction has seen before.
pub async fn place_of(
    db: &impl ConnectionTrait,
    message: &message::Model,
) -> Result<Option<i64>, DbErr> {
    let SearchPosition { at, message } = SearchPosition::of(message);
    // It is nearly always in the last block that begins before it.
    for page in 0.. {
        let blocks = search_block::Entity::find()
            .filter(Column::Oldest.lte(at))
            .order_by_desc(Column::Oldest)
            .order_by_desc(Column::Place)
            .offset(page * PAGE)
            .limit(PAGE)
            .lock_shared()
            .all(db)
            .await?;
        let is_last = (blocks.len() as u64) < PAGE;
        // Blocks overlap in time, because messages that come late have blocks of their own.
        for block in blocks.into_iter().filter(|it| at <= it.newest) {
            let offset = unpack_ids(&block.messages).iter().position(|it| *it == message);
            if let Some(offset) = offset.and_then(|it| i64::try_from(it).ok()) {
                return Ok(Some(block.place + offset));
            }
        }
        if is_last {
            break;
        }
    }
    Ok(None)
}

fn outlines() -> Select<search_block::Entity> {
    search_block::Entity::find().select_only().columns([
        Column::Place,
        Column::Length,
        Column::Oldest,
        Column::Newest,
        Column::Reach,
    ])
}
