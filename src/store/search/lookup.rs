//! Which places have everything that is asked for, read from the lists alone.

use std::collections::HashMap;

use entity::search_posting;
use sea_orm::{ConnectionTrait, DbErr};

use crate::store::search::{
    key::Clue,
    posting::{self, SPAN, places},
};

/// So few messages are looked at sooner than whose and where they are is looked up.
const FEW: usize = 48;

/// What a message must have.
pub struct Clues {
    /// Characters; there are some.
    pub words: Vec<Clue>,
    /// Its room, its sender, a file.
    pub facts: Vec<Clue>,
}

/// The places of each of these spans, last first. More than fit may be among them, but
/// none that fits is missing.
pub async fn places_with(
    db: &impl ConnectionTrait,
    spans: &[i32],
    clues: &Clues,
) -> Result<Vec<(i32, Vec<u32>)>, DbErr> {
    let mut maps: HashMap<i32, Map> = spans.iter().map(|it| (*it, Map::full())).collect();
    narrow(db, &mut maps, &clues.words).await?;
    let (mut many, mut found): (HashMap<_, _>, HashMap<_, _>) =
        maps.into_iter().partition(|(_, map)| map.count() > FEW);
    if !many.is_empty() {
        narrow(db, &mut many, &clues.facts).await?;
    }
    found.extend(many);
    Ok(found.into_iter().map(|(span, map)| (span, map.places())).collect())
}

/// Leaves only places that all the clues lead to.
async fn narrow(
    db: &impl ConnectionTrait,
    maps: &mut HashMap<i32, Map>,
    clues: &[Clue],
) -> Result<(), DbErr> {
    let spans: Vec<i32> = maps.keys().copied().collect();
    let mut exact: Vec<i64> = clues.iter().flat_map(exact).copied().collect();
    exact.sort_unstable();
    exact.dedup();
    let mut lists: HashMap<(i32, i64), Vec<search_posting::Model>> = HashMap::new();
    for row in posting::of(db, &spans, &exact).await? {
        lists.entry((row.span, row.gram)).or_default().push(row);
    }
    for clue in clues {
        let mut marked: HashMap<i32, Map> = HashMap::new();
        if let Clue::Between(low, high) = clue {
            for row in posting::between(db, &spans, *low, *high).await? {
                marked.entry(row.span).or_insert_with(Map::empty).mark(&row);
            }
        }
        for (span, map) in maps.iter_mut() {
            let marked = marked.entry(*span).or_insert_with(Map::empty);
            let rows = exact_of(clue).iter().filter_map(|it| lists.get(&(*span, *it))).flatten();
            rows.for_each(|row| marked.mark(row));
            map.keep(marked);
        }
    }
    Ok(())
}

/// One bit for each place of a span.
struct Map(Vec<u64>);

impl Map {
    fn full() -> Self {
        Self(vec![u64::MAX; words()])
    }

    fn empty() -> Self {
        Self(vec![0; words()])
    }

    fn mark(&mut self, row: &search_posting::Model) {
        for place in places(row) {
            if let Some(word) = self.0.get_mut(place as usize / 64) {
                *word |= 1 << (place % 64);
            }
        }
    }

    fn keep(&mut self, others: &Self) {
        self.0.iter_mut().zip(&others.0).for_each(|(mine, theirs)| *mine &= theirs);
    }

    fn count(&self) -> usize {
        self.0.iter().map(|it| it.count_ones() as usize).sum()
    }

    /// Last first.
    fn places(&self) -> Vec<u32> {
        let mut found = Vec::new();
        for (at, word) in self.0.iter().enumerate().rev() {
            let (at, mut rest) = (u32::try_from(at).unwrap_or(0), *word);
            while rest != 0 {
                let bit = rest.ilog2();
                found.push(at * 64 + bit);
                rest &= !(1 << bit);
            }
        }
        found
    }
}

fn words() -> usize {
    usize::try_from(SPAN / 64).unwrap_or(0)
}

fn exact(clue: &Clue) -> impl Iterator<Item = &i64> {
    exact_of(clue).iter()
}

fn exact_of(clue: &Clue) -> &[i64] {
    match clue {
        Clue::One(key) => std::slice::from_ref(key),
        Clue::Any(keys) => keys,
        Clue::Between(..) => &[],
    }
}
