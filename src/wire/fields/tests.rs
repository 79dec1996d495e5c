use serde_json::json;

use super::*;

/// Reads one field of a JSON object and returns the value, or the only error.
fn json_field<T>(
    body: &Value,
    read: impl FnOnce(&mut Fields<'_>) -> Option<T>,
) -> Result<T, Value> {
    let object = body.as_object().unwrap();
    let errors = Fields::new(Source::Object(object)).finish(read);
    errors.map_err(|errors| serde_json::to_value(errors).unwrap()[0].take())
}

fn pairs(text: &str) -> Vec<(String, String)> {
    url::form_urlencoded::parse(text.as_bytes()).into_owned().collect()
}

fn int(value: &Value) -> Result<i64, String> {
    scalar_of(value, |it| it.int("n"))
}

/// Reads the field `n` and returns its value, or the kind of its error.
fn scalar_of<T>(
    value: &Value,
    read: impl FnOnce(&mut Fields<'_>) -> Option<T>,
) -> Result<T, String> {
    let result = json_field(&json!({ "n": value }), read);
    result.map_err(|error| error["type"].as_str().unwrap().to_owned())
}

#[test]
fn a_missing_key_shows_the_whole_body() {
    let body = json!({ "password": "abcd" });
    let error = json_field(&body, |it| it.text("username")).unwrap_err();
    assert_eq!(
        error,
        json!({
            "type": "missing",
            "loc": ["body", "username"],
            "msg": "Field required",
            "input": { "password": "abcd" },
        })
    );
}

#[test]
fn a_missing_query_or_form_field_shows_null() {
    let errors = Fields::new(Source::Query(&[])).finish(|it| it.text("email")).unwrap_err();
    assert_eq!(errors, [FieldError::missing(&["query", "email"])]);
    let form = pairs("username=");
    let errors = Fields::new(Source::Form(&form)).finish(|it| it.text("username")).unwrap_err();
    assert_eq!(errors, [FieldError::missing(&["body", "username"])]);
}

#[test]
fn all_errors_come_at_once() {
    let body = json!({ "username": 7, "members_id": [1, "x", 2.5], "typo": true });
    let object = body.as_object().unwrap();
    let errors = Fields::new(Source::Object(object)).finish(|it| {
        it.only(&["username", "members_id", "password"]);
        let all = (it.text("username"), it.int_list("members_id"), it.text("password"));
        Some((all.0?, all.1?, all.2?))
    });
    let seen: Vec<_> = errors.unwrap_err().into_iter().map(|it| (it.kind, it.loc)).collect();
    let at = |name: &str| vec![Loc::from("body"), Loc::from(name)];
    let item = |index| vec![Loc::from("body"), Loc::from("members_id"), Loc::Index(index)];
    assert_eq!(
        seen,
        [
            ("extra_forbidden", at("typo")),
            ("string_type", at("username")),
            ("int_parsing", item(1)),
            ("int_from_float", item(2)),
            ("missing", at("password")),
        ]
    );
}

#[test]
fn a_body_that_is_no_object_is_refused() {
    #[derive(Debug, Shape)]
    struct Anything {}

    let errors = from_json::<Anything>(&json!([1])).unwrap_err();
    assert_eq!(
        serde_json::to_value(errors).unwrap(),
        json!([{
            "type": "model_attributes_type",
            "loc": ["body"],
            "msg": "Input should be a valid dictionary or object to extract fields from",
            "input": [1],
        }])
    );
}

#[test]
fn numbers_may_come_as_text() {
    assert_eq!(int(&json!(5)), Ok(5));
    assert_eq!(int(&json!("5")), Ok(5));
    assert_eq!(int(&json!(" -5.00 ")), Ok(-5));
    assert_eq!(int(&json!(5.0)), Ok(5));
    assert_eq!(int(&json!(true)), Ok(1));
    let refused = |kind: &str| Err(kind.to_owned());
    assert_eq!(int(&json!("x")), refused("int_parsing"));
    assert_eq!(int(&json!("")), refused("int_parsing"));
    assert_eq!(int(&json!("5.5")), refused("int_parsing"));
    assert_eq!(int(&json!(5.5)), refused("int_from_float"));
    assert_eq!(int(&json!(null)), refused("int_type"));
    assert_eq!(int(&json!([5])), refused("int_type"));
    assert_eq!(int(&json!(u64::MAX)), refused("int_parsing_size"));
    assert_eq!(int(&json!(1e300)), refused("int_parsing_size"));
    assert_eq!(int(&json!("99999999999999999999")), refused("int_parsing_size"));
}

#[test]
fn truth_has_many_spellings() {
    let bool = |value: Value| scalar_of(&value, |it| it.bool("n"));
    assert_eq!(bool(json!("Yes")), Ok(true));
    assert_eq!(bool(json!(0)), Ok(false));
    assert_eq!(bool(json!(2)), Err("bool_parsing".to_owned()));
    assert_eq!(bool(json!("maybe")), Err("bool_parsing".to_owned()));
    assert_eq!(bool(json!([])), Err("bool_type".to_owned()));
}

#[test]
fn a_text_has_a_length_and_no_nul() {
    let error = json_field(&json!({ "password": "abc" }), |it| it.text_min("password", 4));
    assert_eq!(
        error.unwrap_err(),
        json!({
            "type": "string_too_short",
            "loc": ["body", "password"],
            "msg": "String should have at least 4 characters",
            "input": "abc",
            "ctx": { "min_length": 4 },
        })
    );
    let error = json_field(&json!({ "a": "éé" }), |it| it.text_between("a", 0, 1)).unwrap_err();
    assert_eq!(error["msg"], "String should have at most 1 character");
    let error = json_field(&json!({ "a": "\0" }), |it| it.text("a")).unwrap_err();
    assert_eq!(error["msg"], "Value error, must not contain NUL");
}

#[test]
fn an_unknown_word_is_answered_with_the_known_ones() {
    let known = [("text", 1), ("image", 2), ("video", 3)];
    assert_eq!(json_field(&json!({ "it": "image" }), |it| it.one_of("it", &known)), Ok(2));
    assert_eq!(
        json_field(&json!({ "it": "gif" }), |it| it.one_of("it", &known)).unwrap_err(),
        json!({
            "type": "enum",
            "loc": ["body", "it"],
            "msg": "Input should be 'text', 'image' or 'video'",
            "input": "gif",
            "ctx": { "expected": "'text', 'image' or 'video'" },
        })
    );
}

#[test]
fn a_bad_address_is_explained() {
    assert_eq!(
        json_field(&json!({ "email": "bad" }), |it| it.email("email")).unwrap_err(),
        json!({
            "type": "value_error",
            "loc": ["body", "email"],
            "msg": "value is not a valid email address: An email address must have an @-sign.",
            "input": "bad",
            "ctx": { "reason": "An email address must have an @-sign." },
        })
    );
}

#[test]
fn a_bad_uuid_is_explained() {
    let error = json_field(&json!({ "id": "x" }), |it| it.uuid("id")).unwrap_err();
    assert_eq!(error["type"], "uuid_parsing");
    let msg = error["msg"].as_str().unwrap();
    assert_eq!(msg.strip_prefix("Input should be a valid UUID, "), error["ctx"]["error"].as_str());
}

#[test]
fn absent_and_null_are_the_same_to_an_optional_field() {
    let body = json!({ "a": null });
    assert_eq!(json_field(&body, |it| it.text_opt("a")), Ok(None));
    assert_eq!(json_field(&body, |it| it.int_list_opt("b")), Ok(None));
    assert_eq!(json_field(&body, |it| it.int_list_opt("a")), Ok(None));
    let error = json_field(&json!({ "a": "x" }), |it| it.int_list_opt("a")).unwrap_err();
    assert_eq!(error["msg"], "Input should be a valid list");
}

#[test]
fn a_query_repeats_a_name_for_a_list() {
    let query = pairs("id=1&id=2&x=3&limit=5");
    let mut fields = Fields::new(Source::Query(&query));
    assert_eq!(fields.int_list("id"), Some(vec![1, 2]));
    assert_eq!(fields.int("id"), Some(2));
    assert_eq!(fields.int_opt("limit"), Some(Some(5)));
    assert_eq!(fields.int_list_opt("none"), Some(None));
    assert_eq!(fields.errors, []);
}

#[test]
fn many_mistakes_are_not_all_listed() {
    let body = json!({ "ids": vec![Value::Null; 10_000] });
    let object = body.as_object().unwrap();
    let errors = Fields::new(Source::Object(object)).finish(|it| it.int_list("ids"));
    assert_eq!(errors.unwrap_err().len(), MOST_ERRORS);
}
