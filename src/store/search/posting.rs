//! The lists of the index: at which places each key occurs. A span is a stretch of places;
//! within it a key's list is in one piece, or in several until it is tidied up.

use std::collections::BTreeMap;

use entity::search_posting::{self, Column, Model};
use sea_orm::{
    DbErr, ExprTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
    entity::prelude::*,
    sea_query::{Expr, ValueTuple},
};

use crate::store::search::packing::{pack_places, unpack_places};

/// Places in a span.
pub const SPAN: i64 = 65_536;

/// Rows in one statement.
const ROWS: usize = 500;

/// Parameters in one list.
const KEYS: usize = 1_000;

/// The span of a place, and how far into it the place is.
pub fn split(place: i64) -> (i32, u32) {
    let span = i32::try_from(place / SPAN).unwrap_or(i32::MAX);
    (span, u32::try_from(place % SPAN).unwrap_or(0))
}

/// The places of a row, within its span.
pub fn places(row: &Model) -> impl Iterator<Item = u32> {
    unpack_places(row.start.cast_unsigned(), &row.places)
}

/// A row for places of one span, which rise.
pub fn row(span: i32, gram: i64, places: &[u32]) -> Model {
    let start = places.first().copied().unwrap_or(0);
    Model { span, gram, start: start.cast_signed(), places: pack_places(start, places) }
}

pub async fn insert(db: &impl ConnectionTrait, rows: Vec<Model>) -> Result<(), DbErr> {
    let mut rows = rows.into_iter().map(|it| it.into_active_model().reset_all()).peekable();
    while rows.peek().is_some() {
        let some: Vec<_> = rows.by_ref().take(ROWS).collect();
        search_posting::Entity::insert_many(some).exec_without_returning(db).await?;
    }
    Ok(())
}

/// The lists of these keys in these spans.
pub async fn of(
    db: &impl ConnectionTrait,
    spans: &[i32],
    grams: &[i64],
) -> Result<Vec<Model>, DbErr> {
    let mut found = Vec::new();
    for grams in grams.chunks(KEYS) {
        let rows = search_posting::Entity::find()
            .filter(Column::Span.is_in(spans.iter().copied()))
            .filter(Column::Gram.is_in(grams.iter().copied()))
            .all(db)
            .await?;
        found.extend(rows);
    }
    Ok(found)
}

/// The lists of all keys from `low` to `high` in these spans.
pub async fn between(
    db: &impl ConnectionTrait,
    spans: &[i32],
    low: i64,
    high: i64,
) -> Result<Vec<Model>, DbErr> {
    search_posting::Entity::find()
        .filter(Column::Span.is_in(spans.iter().copied()))
        .filter(Column::Gram.between(low, high))
        .all(db)
        .await
}

/// Takes a place from the lists of these keys.
pub async fn remove(db: &impl ConnectionTrait, place: i64, grams: &[i64]) -> Result<(), DbErr> {
    let (span, offset) = split(place);
    for grams in grams.chunks(ROWS) {
        let rows = search_posting::Entity::find()
            .filter(Column::Span.eq(span))
            .filter(Column::Gram.is_in(grams.iter().copied()))
            // A piece that begins later cannot have the place.
            .filter(Column::Start.lte(offset.cast_signed()))
            .lock_exclusive()
            .all(db)
            .await?;
        let with = |row: &Model| places(row).any(|it| it == offset);
        let rows: Vec<Model> = rows.into_iter().filter(with).collect();
        let rest = rows.iter().filter_map(|row| {
            let others: Vec<u32> = places(row).filter(|it| *it != offset).collect();
            let start = row.start.cast_unsigned();
            // From the old beginning, even if that place has gone: it is part of the row's key.
            let places = pack_places(start, &others);
            (!others.is_empty()).then(|| Model { places, ..row.clone() })
        });
        replace(db, span, &rows, rest.collect()).await?;
    }
    Ok(())
}

/// Puts a place into the lists of these keys.
pub async fn add(db: &impl ConnectionTrait, place: i64, grams: &[i64]) -> Result<(), DbErr> {
    let (span, offset) = split(place);
    for grams in grams.chunks(ROWS) {
        let there = search_posting::Entity::find()
            .filter(Column::Span.eq(span))
            .filter(Column::Gram.is_in(grams.iter().copied()))
            // Its own small piece, so that no long list is read and packed anew for one place.
            .filter(Column::Start.eq(offset.cast_signed()))
            .lock_exclusive()
            .all(db)
            .await?;
        let rows = grams.iter().map(|gram| {
            let old = there.iter().filter(|it| it.gram == *gram).flat_map(places);
            let mut all: Vec<u32> = old.chain([offset]).collect();
            all.sort_unstable();
            all.dedup();
            row(span, *gram, &all)
        });
        replace(db, span, &there, rows.collect()).await?;
    }
    Ok(())
}

/// Joins the pieces of the lists of a span, from one key on, and says where to go on. The
/// lease is held, so that nobody is putting anything into a piece that goes away.
pub async fn join(
    db: &impl ConnectionTrait,
    span: i32,
    from: i64,
    limit: u64,
) -> Result<Option<i64>, DbErr> {
    let mut rows = search_posting::Entity::find()
        .filter(Column::Span.eq(span))
        .filter(Column::Gram.gte(from))
        .order_by_asc(Column::Gram)
        .order_by_asc(Column::Start)
        .limit(limit)
        .all(db)
        .await?;
    let [first, .., last] = &rows[..] else { return Ok(None) };
    let (first, last) = (first.gram, last.gram);
    let is_full = rows.len() as u64 >= limit;
    // The last key may have more pieces than were read, unless it is the only one: then
    // some of its pieces are joined, and it has its turn again.
    if is_full && first != last {
        rows.retain(|it| it.gram != last);
    }
    let mut lists: BTreeMap<i64, Vec<Model>> = BTreeMap::new();
    for row in rows {
        lists.entry(row.gram).or_default().push(row);
    }
    lists.retain(|_, pieces| pieces.len() > 1);
    let joined = lists.iter().map(|(gram, pieces)| {
        let mut all: Vec<u32> = pieces.iter().flat_map(places).collect();
        all.sort_unstable();
        all.dedup();
        row(span, *gram, &all)
    });
    let joined = joined.collect();
    let pieces: Vec<Model> = lists.into_values().flatten().collect();
    replace(db, span, &pieces, joined).await?;
    Ok(is_full.then_some(last))
}

/// Removes what was put down from this place on and never finished.
pub async fn sweep(db: &impl ConnectionTrait, place: i64) -> Result<(), DbErr> {
    let (span, offset) = split(place);
    let later = Column::Span.eq(span).and(Column::Start.gte(offset.cast_signed()));
    search_posting::Entity::delete_many().filter(later.or(Column::Span.gt(span))).exec(db).await?;
    Ok(())
}

async fn replace(
    db: &impl ConnectionTrait,
    span: i32,
    old: &[Model],
    new: Vec<Model>,
) -> Result<(), DbErr> {
    for old in old.chunks(ROWS) {
        let keys = old.iter().map(|it| ValueTuple::Two(it.gram.into(), it.start.into()));
        let pair = Expr::tuple([Expr::col(Column::Gram), Expr::col(Column::Start)]);
        search_posting::Entity::delete_many()
            .filter(Column::Span.eq(span))
            .filter(pair.in_tuples(keys))
            .exec(db)
            .await?;
    }
    insert(db, new).await
}
