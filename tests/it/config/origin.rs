//! Who may call from a web page.

use std::collections::BTreeSet;

use crate::config::{complaint, load, production};

#[test]
fn origins_are_named_in_two_variables_and_spelt_as_browsers_do() {
    let named = [
        ("ALLOWED_ORIGINS", "https://A.example:443/, http://b:8080"),
        ("FRONTEND_URL", "http://b:8080/"),
    ];
    let settings = load(&production(&named));
    assert_eq!(settings.origins, ["https://a.example", "http://b:8080"]);
    let app = load(&production(&[("ALLOWED_ORIGINS", r#"["capacitor://localhost"]"#)]));
    assert_eq!(app.origins, ["capacitor://localhost"]);
}

#[test]
fn development_allows_the_dev_servers_and_its_own_port() {
    let origins: BTreeSet<_> = load(&[("PORT", "9000")]).origins.into_iter().collect();
    let expected = [3000, 4200, 5173, 9000]
        .iter()
        .flat_map(|port| [format!("http://localhost:{port}"), format!("http://127.0.0.1:{port}")]);
    assert_eq!(origins, expected.collect());
}

#[test]
fn what_is_no_origin_is_refused() {
    for star in ["*", "https://*.example.org"] {
        let expected = format!(
            "ALLOWED_ORIGINS: {star:?} is refused, because any page could then act with a visitor's credentials"
        );
        assert_eq!(complaint(&[("ALLOWED_ORIGINS", star)]), expected);
    }
    for wrong in [
        "your_frontend_url",
        "localhost:3000",
        "http://a/b",
        "http://a?b",
        "http://u@a",
        "null",
        "file:///x",
    ] {
        let expected = format!(
            "FRONTEND_URL: {wrong:?} is not an origin such as \"https://chat.example.org\""
        );
        assert_eq!(complaint(&[("FRONTEND_URL", wrong)]), expected);
    }
    let list = complaint(&[("ALLOWED_ORIGINS", "[http://a]")]);
    assert_eq!(list, r#"ALLOWED_ORIGINS: "[http://a]" is not a JSON list of texts"#);
}
