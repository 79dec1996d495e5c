//! How long somebody may take, and how many may wait.

use super::from_file;

#[test]
fn how_long_bodies_statements_and_waiting_sessions_may_take_is_set_within_bounds() {
    let text = "[server]\nbody_seconds = 5\nmax_waiting = 10\n[database]\nstatement_seconds = 3";
    let set = from_file(text).unwrap();
    assert_eq!((set.server.body_seconds, set.server.max_waiting), (5, 10));
    assert_eq!(set.database.statement_seconds, 3);
    for (section, key) in [
        ("server", "body_seconds"),
        ("server", "body_rate"),
        ("server", "body_most_seconds"),
        ("server", "max_connections_per_address"),
        ("server", "max_waiting"),
        ("server", "max_waiting_per_address"),
        ("server", "polling_keeps_address"),
        ("database", "statement_seconds"),
    ] {
        let fault = from_file(&format!("[{section}]\n{key} = \"many\"")).err().unwrap();
        assert_eq!(fault.name, format!("{section}.{key} in /a.toml"));
    }
}
