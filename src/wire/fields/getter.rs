//! The getters of single fields, for readers that a derive cannot write.

use std::borrow::Cow;

use entity::time::Timestamp;
use serde_json::Value;
use uuid::Uuid;

use super::{Fields, Loc, Source};
use crate::{
    model::text::name::Email,
    wire::fastapi::{fault::Fault, timestamp, value},
};

impl Fields<'_> {
    pub fn text(&mut self, name: &str) -> Option<String> {
        self.required(name, value::text)
    }

    /// Absent and null are both `Some(None)`, here and in every `…_opt`.
    pub fn text_opt(&mut self, name: &str) -> Option<Option<String>> {
        self.optional(name, value::text)
    }

    pub fn text_min(&mut self, name: &str, min: usize) -> Option<String> {
        self.required(name, |it| value::text_between(it, min, usize::MAX))
    }

    pub fn text_between(&mut self, name: &str, min: usize, max: usize) -> Option<String> {
        self.required(name, |it| value::text_between(it, min, max))
    }

    pub fn text_between_opt(
        &mut self,
        name: &str,
        min: usize,
        max: usize,
    ) -> Option<Option<String>> {
        self.optional(name, |it| value::text_between(it, min, max))
    }

    pub fn int(&mut self, name: &str) -> Option<i64> {
        let read = self.reader(name, value::int, value::exact_int);
        self.required(name, read)
    }

    pub fn int_opt(&mut self, name: &str) -> Option<Option<i64>> {
        let read = self.reader(name, value::int, value::exact_int);
        self.optional(name, read)
    }

    /// From the one to the other, and both of them.
    pub fn int_between(&mut self, name: &str, least: i64, most: i64) -> Option<i64> {
        let int = self.int(name)?;
        self.within(name, int, least, most)
    }

    pub fn int_between_opt(&mut self, name: &str, least: i64, most: i64) -> Option<Option<i64>> {
        let Some(int) = self.int_opt(name)? else { return Some(None) };
        self.within(name, int, least, most).map(Some)
    }

    fn within(&mut self, name: &str, int: i64, least: i64, most: i64) -> Option<i64> {
        if (least..=most).contains(&int) {
            return Some(int);
        }
        self.refuse(name, &format!("must be from {least} to {most}"));
        None
    }

    pub fn bool(&mut self, name: &str) -> Option<bool> {
        let read = self.reader(name, value::bool, value::exact_bool);
        self.required(name, read)
    }

    pub fn bool_opt(&mut self, name: &str) -> Option<Option<bool>> {
        let read = self.reader(name, value::bool, value::exact_bool);
        self.optional(name, read)
    }

    pub fn uuid(&mut self, name: &str) -> Option<Uuid> {
        self.required(name, value::uuid)
    }

    pub fn uuid_opt(&mut self, name: &str) -> Option<Option<Uuid>> {
        self.optional(name, value::uuid)
    }

    pub fn one_of<T: Copy>(&mut self, name: &str, known: &[(&'static str, T)]) -> Option<T> {
        self.required(name, |it| value::one_of(it, known))
    }

    pub fn one_of_opt<T: Copy>(
        &mut self,
        name: &str,
        known: &[(&'static str, T)],
    ) -> Option<Option<T>> {
        self.optional(name, |it| value::one_of(it, known))
    }

    pub fn email(&mut self, name: &str) -> Option<Email> {
        self.required(name, value::email)
    }

    pub fn email_opt(&mut self, name: &str) -> Option<Option<Email>> {
        self.optional(name, value::email)
    }

    pub fn timestamp(&mut self, name: &str) -> Option<Timestamp> {
        let read = self.reader(name, timestamp::moment, timestamp::spelled);
        self.required(name, read)
    }

    pub fn timestamp_opt(&mut self, name: &str) -> Option<Option<Timestamp>> {
        let read = self.reader(name, timestamp::moment, timestamp::spelled);
        self.optional(name, read)
    }

    pub fn int_list(&mut self, name: &str) -> Option<Vec<i64>> {
        let values = self.list(name);
        let read = self.reader(name, value::int, value::exact_int);
        self.items(name, values, read)
    }

    pub fn int_list_opt(&mut self, name: &str) -> Option<Option<Vec<i64>>> {
        let read = self.reader(name, value::int, value::exact_int);
        self.list_opt(name, read)
    }

    pub fn uuid_list_opt(&mut self, name: &str) -> Option<Option<Vec<Uuid>>> {
        self.list_opt(name, value::uuid)
    }

    /// A value that is only passed on, or whose type the caller looks at.
    pub fn raw(&self, name: &str) -> Option<Value> {
        self.source.find(name).map(Cow::into_owned)
    }

    /// Refuses every field but these, so that a typo is not a silent loss.
    pub fn only(&mut self, known: &[&str]) {
        let own = self.source.rest();
        for name in self.source.strangers(known) {
            let input = own.find(name).map(Cow::into_owned).unwrap_or_default();
            self.push(own, Fault::forbidden(), vec![Loc::from(name.as_str())], input);
        }
    }

    /// The same of a query, where others may otherwise stand beside those that a route knows.
    pub fn only_in_query(&mut self, known: &[&str]) {
        if let query @ Source::Query(_) = self.source.rest() {
            for name in query.strangers(known) {
                let input = query.find(name).map(Cow::into_owned).unwrap_or_default();
                self.push(query, Fault::forbidden(), vec![Loc::from(name.as_str())], input);
            }
        }
    }

    /// Refuses a field, if it is there.
    pub fn forbid(&mut self, name: &str) {
        if let Some(input) = self.raw(name) {
            self.note(name, Fault::forbidden(), input);
        }
    }

    /// Notes what a shape itself has found wrong, as a pydantic validator would.
    pub fn refuse(&mut self, name: &str, problem: &str) {
        let input = self.raw(name).unwrap_or_default();
        self.note(name, Fault::value_error(problem), input);
    }
}
