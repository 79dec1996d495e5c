//! What derived readers do with a request.

use entity::time::Timestamp;
use serde_json::json;

use super::*;
use crate::wire::fields::bound::Bound;

#[derive(Clone, Copy, Debug, PartialEq)]
enum Color {
    Red,
    Blue,
}

impl Word for Color {
    const WORDS: &'static [(&'static str, Self)] = &[("red", Self::Red), ("blue", Self::Blue)];
}

const SIZES: [(&str, u8); 2] = [("small", 1), ("large", 2)];

#[derive(Debug, PartialEq, Shape)]
struct Page {
    #[shape(number(1, 100), default = 20)]
    limit: i64,
    #[shape(with = half)]
    cursor: Option<i64>,
}

#[expect(clippy::option_option, reason = "what is wrong, and what is absent, are two things")]
fn half(fields: &mut Fields<'_>, name: &str) -> Option<Option<i64>> {
    let whole = fields.int_opt(name)?;
    if whole.is_some_and(|it| it % 2 == 1) {
        fields.refuse(name, "must be even");
    }
    Some(whole.map(|it| it / 2))
}

#[derive(Debug, PartialEq, Shape)]
#[shape(closed, check = Order::has_room_for)]
#[expect(clippy::option_option, reason = "absent and null differ")]
struct Order {
    #[shape(characters(1, 5))]
    title: String,
    r#type: Color,
    #[shape(name = "as", one_of = SIZES)]
    size: Option<u8>,
    #[shape(default)]
    is_gift: bool,
    until: Option<Option<Timestamp>>,
    rooms: Option<Vec<Uuid>>,
    #[shape(flatten)]
    page: Page,
    #[shape(skip)]
    owner: i64,
    #[shape(bound = Bound::up_to(rules.password_min))]
    note: Option<String>,
}

impl Order {
    fn has_room_for(&self, fields: &mut Fields<'_>) {
        if self.is_gift && self.note.is_none() {
            fields.refuse("note", "a gift needs one");
        }
    }
}

fn complaints(body: &Value) -> Vec<(String, &'static str)> {
    let errors = from_json::<Order>(body).unwrap_err();
    errors.into_iter().map(|it| (it.loc.last().unwrap().to_string(), it.kind)).collect()
}

#[test]
fn what_is_left_out_has_its_default() {
    let order = from_json::<Order>(&json!({ "title": "it", "type": "blue" })).unwrap();
    let page = Page { limit: 20, cursor: None };
    let bare = Order {
        title: "it".to_owned(),
        r#type: Color::Blue,
        size: None,
        is_gift: false,
        until: None,
        rooms: None,
        page,
        owner: 0,
        note: None,
    };
    assert_eq!(order, bare);
}

#[test]
fn null_is_absent_unless_it_must_differ() {
    let body = json!({ "title": "it", "type": "red", "as": null, "is_gift": null, "until": null,
        "rooms": null, "limit": null, "cursor": 8, "note": null });
    let order = from_json::<Order>(&body).unwrap();
    assert_eq!((order.size, order.is_gift, order.rooms), (None, false, None));
    assert_eq!(order.until, Some(None));
    assert_eq!(order.page, Page { limit: 20, cursor: Some(4) });
}

#[test]
fn all_mistakes_are_told_in_the_order_of_the_fields() {
    let body = json!({ "title": "a long one", "as": "huge", "is_gift": 7, "until": "noon",
        "rooms": ["x"], "limit": 0, "cursor": 3, "owner": 5, "note": 1 });
    assert_eq!(
        complaints(&body),
        [
            ("title".to_owned(), "string_too_long"),
            ("type".to_owned(), "missing"),
            ("as".to_owned(), "enum"),
            ("is_gift".to_owned(), "bool_parsing"),
            ("until".to_owned(), "datetime_from_date_parsing"),
            ("0".to_owned(), "uuid_parsing"),
            ("limit".to_owned(), "value_error"),
            ("cursor".to_owned(), "value_error"),
            ("note".to_owned(), "string_type"),
            ("owner".to_owned(), "extra_forbidden"),
        ]
    );
}

#[test]
fn a_rule_across_fields_comes_last() {
    let body = json!({ "title": "it", "type": "red", "is_gift": true, "size": "small" });
    let told = [("size".to_owned(), "extra_forbidden"), ("note".to_owned(), "value_error")];
    assert_eq!(complaints(&body), told);
    let note = json!({ "title": "it", "type": "red", "is_gift": true, "note": "for you" });
    assert_eq!(from_json::<Order>(&note).unwrap().note.as_deref(), Some("for you"));
}

#[test]
fn a_query_is_read_by_the_same_shape() {
    let pairs = [("limit".to_owned(), "7".to_owned()), ("other".to_owned(), "x".to_owned())];
    assert_eq!(from_query::<Page>(&pairs, true), Ok(Page { limit: 7, cursor: None }));
}

#[test]
fn a_shape_tells_its_names_and_its_bounds() {
    let names = ["title", "type", "as", "is_gift", "until", "rooms", "limit", "cursor", "note"];
    assert_eq!(Order::names(), names);
    let bounds: Vec<String> = Order::bounds(&Rules::of_a_test())
        .iter()
        .map(|(name, it)| format!("{name}: {it:?}"))
        .collect();
    assert_eq!(
        bounds,
        [
            "title: Characters(1, 5)",
            "type: OneOf([\"red\", \"blue\"])",
            "as: OneOf([\"small\", \"large\"])",
            "until: Moment",
            "limit: Number(1, 100)",
            "note: Characters(0, 9)",
        ]
    );
    const { assert!(Order::IS_CLOSED && !Page::IS_CLOSED) };
}
