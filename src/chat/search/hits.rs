//! What has been found, until it is certain that nothing newer will be.

use std::collections::BTreeMap;

use entity::message;

use crate::model::{page::Limit, search::SearchPosition};

pub struct Hits {
    limit: usize,
    /// The page, newest first.
    page: Vec<message::Model>,
    /// In order, and each once: a message may have been indexed while it was looked for.
    waiting: BTreeMap<SearchPosition, message::Model>,
}

impl Hits {
    pub fn new(limit: Limit) -> Self {
        let limit = usize::try_from(limit.get()).unwrap_or(usize::MAX);
        Self { limit, page: Vec::new(), waiting: BTreeMap::new() }
    }

    pub fn add(&mut self, rows: Vec<message::Model>) {
        let last = self.page.last().map(SearchPosition::of);
        let new = rows.into_iter().map(|it| (SearchPosition::of(&it), it));
        // What was found in the tail may be found on the shelf again, and be on the page already.
        self.waiting.extend(new.filter(|it| last.is_none_or(|last| it.0 < last)));
    }

    /// Takes into the page what is newer than everything that has not been looked at.
    pub fn settle(&mut self, bound: Option<i64>) {
        while self.page.len() < self.limit {
            let newest = self.waiting.last_entry();
            // Not at the bound itself: another message may be of the same moment, and come before
            // this one.
            match newest.filter(|it| bound.is_none_or(|bound| bound < it.key().at)) {
                Some(newest) => self.page.push(newest.remove()),
                None => return,
            }
        }
    }

    /// Where to go on, once the page is full and there may be more.
    pub fn last_of_page(&self, bound: Option<i64>) -> Option<SearchPosition> {
        let is_full = self.page.len() == self.limit;
        let is_more = bound.is_some() || !self.waiting.is_empty();
        self.page.last().filter(|_| is_full && is_more).map(SearchPosition::of)
    }

    pub fn into_rows(self) -> Vec<message::Model> {
        self.page
    }
}
