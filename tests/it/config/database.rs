//! Addresses of databases, in SQLAlchemy's spellings and in ours.

use crate::config::{complaint, load};

fn database(url: &str) -> String {
    load(&[("DATABASE_URL", url)]).database.url
}

#[test]
fn every_spelling_of_a_database_is_understood() {
    for scheme in [
        "postgres",
        "postgresql",
        "postgresql+asyncpg",
        "postgresql+psycopg2",
        "postgresql+psycopg",
    ] {
        assert_eq!(database(&format!("{scheme}://u:p@h:1/d")), "postgres://u:p@h:1/d");
    }
    for scheme in
        ["mysql", "mysql+pymysql", "mysql+aiomysql", "mysql+mysqldb", "mariadb", "mariadb+asyncmy"]
    {
        assert_eq!(database(&format!("{scheme}://u:p@h/d")), "mysql://u:p@h/d");
    }
    for scheme in ["sqlite", "sqlite+aiosqlite", "sqlite+pysqlite"] {
        assert_eq!(database(&format!("{scheme}:///./chat.db")), "sqlite://./chat.db?mode=rwc");
        assert_eq!(
            database(&format!("{scheme}:////var/chat.db")),
            "sqlite:///var/chat.db?mode=rwc"
        );
        for memory in ["://", ":///", "://:memory:", ":///:memory:"] {
            assert_eq!(database(&format!("{scheme}{memory}")), "sqlite::memory:");
        }
    }
    assert_eq!(database("sqlite::memory:"), "sqlite::memory:");
    assert_eq!(database("sqlite:chat.db?mode=ro"), "sqlite://chat.db?mode=ro");
}

#[test]
fn an_unknown_driver_is_named_and_a_password_is_not() {
    let known = "is unknown; postgresql, mysql, mariadb and sqlite are known";
    for driver in ["oracle", "postgresql+magic"] {
        let line = complaint(&[("DATABASE_URL", &format!("{driver}://u:hidden@h/d"))]);
        assert_eq!(line, format!("DATABASE_URL: the driver {driver:?} {known}"));
    }
    for (broken, problem) in [
        (
            "postgres://u:hidden@h:port/d",
            " (invalid port number); special characters in a password are written as %XX",
        ),
        ("u:hidden@h/d", " such as \"postgres://user:password@host/name\""),
        (
            "mysql://u:hidden@h h/d",
            " (invalid domain character); special characters in a password are written as %XX",
        ),
    ] {
        let line = complaint(&[("DATABASE_URL", broken)]);
        assert_eq!(line, format!("DATABASE_URL: is not an address{problem}"), "{broken}");
    }
}

#[test]
fn parameters_of_the_driver_stay_and_those_of_python_go() {
    for (given, expected) in [
        ("mysql+pymysql://u@h/d?charset=utf8mb4&autocommit=true", "mysql://u@h/d?charset=utf8mb4"),
        ("mysql+pymysql://u@h/d?unix_socket=/run/m.sock", "mysql://u@h/d?socket=%2Frun%2Fm.sock"),
        ("mysql+aiomysql://u@h/d?ssl=true", "mysql://u@h/d?ssl-mode=REQUIRED"),
        (
            "postgresql+asyncpg://u@h/d?ssl=require&prepared_statement_cache_size=0",
            "postgres://u@h/d?sslmode=require",
        ),
        ("postgresql://u@h/d?sslmode=verify-full", "postgres://u@h/d?sslmode=verify-full"),
        ("postgresql://u@/d?host=/run/pg", "postgres://u@localhost/d?host=%2Frun%2Fpg"),
        (
            "sqlite:///a.db?check_same_thread=false&cache=shared",
            "sqlite://a.db?mode=rwc&cache=shared",
        ),
    ] {
        assert_eq!(database(given), expected);
    }
    let line = complaint(&[("DATABASE_URL", "postgres://u@h/d?sslmod=require")]);
    assert_eq!(line, "DATABASE_URL: the parameter \"sslmod\" is unknown");
}

#[test]
fn a_password_may_hold_what_a_url_may_not() {
    assert_eq!(database("mysql://u:p@s#s/w@h/d"), "mysql://u:p%40s%23s%2Fw@h/d");
    assert_eq!(database("mysql://u:p%40%zz@h/d"), "mysql://u:p%40%25zz@h/d");
}

#[test]
fn a_database_in_parts_is_mysql_unless_its_port_says_otherwise() {
    let parts = [("DB_USER", "me@home"), ("DB_PASSWORD", "a:b/c%41"), ("DB_NAME", "chat")];
    assert_eq!(load(&parts).database.url, "mysql://me%40home:a%3Ab%2Fc%2541@localhost:3306/chat");
    let with = |name, value| load(&[&parts[..], &[(name, value)]].concat()).database.url;
    assert_eq!(with("DB_PORT", "5432"), "postgres://me%40home:a%3Ab%2Fc%2541@localhost:5432/chat");
    assert_eq!(with("DB_HOST", "::1"), "mysql://me%40home:a%3Ab%2Fc%2541@[::1]:3306/chat");
    assert_eq!(with("DATABASE_URL", "sqlite:///x.db"), "sqlite://x.db?mode=rwc");
    let missing = complaint(&parts[..2]);
    assert!(missing.starts_with("DB_NAME: is missing beside the other DB_ settings"), "{missing}");
    let wrong = |name, value| complaint(&[&parts[..], &[(name, value)]].concat());
    assert_eq!(wrong("DB_PORT", "x"), r#"DB_PORT: "x" is not a number from 1 to 65535"#);
    assert_eq!(
        wrong("DB_HOST", "a/b"),
        r#"DB_HOST: "a/b" is not the name or address of a computer"#
    );
}
