//! What the settings mean, from the file, the `.env` file and the environment to the answer.
mod database;
mod dotenv;
mod foreign_variables;
mod origin;
mod secret;
mod timeouts;

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use parlor::config::auth::AnonymousSockets;
use parlor::config::database::Synchronous;
use parlor::config::fault::ConfigError;
use parlor::config::{Environment, Settings, environment_in};

const STRONG: &str = "q3Zk7v0mX1b9Lw5Tn8Rj2Yc6Hd4Ps+Fa=";

fn env(pairs: &[(&str, &str)]) -> HashMap<String, String> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn load(pairs: &[(&str, &str)]) -> Settings {
    Settings::load(None, &env(pairs)).expect("these settings are good")
}

fn complaint(pairs: &[(&str, &str)]) -> String {
    let line = Settings::load(None, &env(pairs)).expect_err("these settings are bad").to_string();
    assert_eq!(line.lines().count(), 1, "{line}");
    line
}

fn production<'a>(pairs: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    [&[("PARLOR_ENV", "production"), ("SECRET_KEY", STRONG)], pairs].concat()
}

/// A folder of its own that is gone after the test.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let path =
            std::env::temp_dir().join(format!("parlor-config-{}-{number}", std::process::id()));
        fs::create_dir_all(&path).expect("a folder can be made");
        Self(path)
    }

    fn with(self, name: &str, text: &str) -> Self {
        fs::write(self.0.join(name), text).expect("a file can be written");
        self
    }

    fn join(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn from_file(text: &str) -> Result<Settings, ConfigError> {
    let folder = Folder::new().with("a.toml", text);
    let hidden = folder.0.display().to_string();
    Settings::load(Some(&folder.join("a.toml")), &HashMap::new()).map_err(|fault| {
        let [name, problem] = [fault.name, fault.problem].map(|it| it.replace(&hidden, ""));
        ConfigError { name, problem }
    })
}

#[test]
fn nothing_set_gives_the_defaults() {
    let settings = load(&[]);
    assert_eq!(settings.environment, Environment::Development);
    assert_eq!(settings.server.host.to_string(), "127.0.0.1");
    assert_eq!(settings.server.port, 8000);
    assert_eq!(settings.server.max_connections, 20_000);
    assert_eq!(settings.server.max_sockets_per_user, 20);
    assert_eq!((settings.server.header_seconds, settings.server.drain_seconds), (10, 10));
    let server = &settings.server;
    assert_eq!(server.max_connections_per_address, 1_000);
    assert_eq!((server.max_waiting, server.max_waiting_per_address), (4_096, 256));
    assert!(server.polling_keeps_address);
    assert_eq!((server.body_seconds, server.body_rate, server.body_most_seconds), (10, 1_000, 900));
    assert_eq!(settings.server.public_url, None);
    assert!(settings.server.trusted_proxies.is_empty());
    assert!(!settings.server.tls && !settings.server.engine_io_3 && !settings.server.debug);
    assert_eq!(settings.server.log, "info");
    assert_eq!(settings.database.url, "sqlite://data/parlor.db?mode=rwc");
    assert_eq!(settings.database.acquire_seconds, 3);
    assert_eq!(settings.database.statement_seconds, 10);
    assert_eq!(settings.database.synchronous, Synchronous::Full);
    assert_eq!(settings.redis_url, None);
    assert_eq!(settings.storage.avatars(), Path::new("static/avatars"));
    assert_eq!(settings.storage.messages(), Path::new("static/message"));
    assert_eq!(settings.storage.max_upload_bytes, 10 << 20);
    assert_eq!(settings.storage.max_avatar_bytes, 10 << 20);
    assert_eq!(settings.storage.quota_bytes_per_user, 1 << 30);
    assert!(settings.storage.strip_positions);
    assert_eq!(settings.storage.unsent_hours, 24);
    assert_eq!(settings.search.block, 1_024);
    assert!(settings.auth.secret_key.is_empty());
    assert_eq!((settings.auth.access_minutes, settings.auth.refresh_days), (None, 30));
    assert_eq!(settings.auth.surface_minutes.chatroom, 120);
    assert_eq!(settings.auth.refresh_grace_seconds, 10);
    assert_eq!(settings.auth.recent_sign_in_minutes, 10);
    assert_eq!((settings.auth.password_min, settings.auth.native_password_min), (4, 8));
    assert!(!settings.auth.cookie_secure);
    assert_eq!(settings.auth.register_per_hour, 10);
    assert_eq!(settings.auth.failures_per_address, 20);
    assert_eq!(settings.auth.anonymous_sockets, AnonymousSockets::Paired);
    assert!(settings.rate_limits && !settings.sample_data && settings.messages.show_edits);
}

#[test]
fn who_tries_the_sample_data_out_is_known_by_the_address_alone() {
    let of = |more: &[(&str, &str)]| load(more).auth.anonymous_sockets;
    let sample = ("SAMPLE_DATA", "on");
    assert_eq!(of(&[sample]), AnonymousSockets::Address);
    assert_eq!(of(&[sample, ("ANONYMOUS_SOCKETS", "paired")]), AnonymousSockets::Paired);
    assert_eq!(of(&[("ANONYMOUS_SOCKETS", "address")]), AnonymousSockets::Address);
    assert_eq!(of(&[("ANONYMOUS_SOCKETS", "off")]), AnonymousSockets::Off);
}

#[test]
fn earlier_versions_of_messages_are_shown_or_not() {
    let hidden = from_file("[messages]\nshow_edits = false").unwrap();
    assert!(!hidden.messages.show_edits);
    let fault = from_file("[messages]\nshow_edits = \"some\"").err().unwrap();
    assert_eq!(fault.name, "messages.show_edits in /a.toml");
}

#[test]
fn an_address_may_fail_so_often() {
    let patient = from_file("[auth]\nfailures_per_address = 200").unwrap();
    assert_eq!(patient.auth.failures_per_address, 200);
    for number in ["0", "10001", "\"many\""] {
        let fault = from_file(&format!("[auth]\nfailures_per_address = {number}")).unwrap_err();
        assert_eq!(fault.name, "auth.failures_per_address in /a.toml", "{number}");
    }
}

#[test]
fn unsent_files_have_an_end() {
    assert_eq!(from_file("[storage]\nunsent_hours = 2").unwrap().storage.unsent_hours, 2);
    for hours in ["0", "8761", "\"many\""] {
        let fault = from_file(&format!("[storage]\nunsent_hours = {hours}")).unwrap_err();
        assert_eq!(fault.name, "storage.unsent_hours in /a.toml", "{hours}");
    }
}

#[test]
fn positions_stay_in_pictures_where_somebody_wants_them() {
    let kept = from_file("[storage]\nstrip_positions = false").unwrap();
    assert!(!kept.storage.strip_positions);
    let fault = from_file("[storage]\nstrip_positions = \"some\"").err().unwrap();
    assert_eq!(fault.name, "storage.strip_positions in /a.toml");
}

#[test]
fn each_surface_has_its_own_life_of_a_token() {
    let some = from_file("[auth.surface_minutes]\nswift = 60").unwrap().auth.surface_minutes;
    assert_eq!((some.swift, some.campus), (60, 30));
    let fault = from_file("[auth.surface_minutes]\nswift = 0").unwrap_err();
    assert_eq!(fault.name, "auth.surface_minutes.swift in /a.toml");
}

#[test]
fn the_index_takes_blocks_of_some_size() {
    assert_eq!(from_file("[search]\nblock = 64").unwrap().search.block, 64);
    for block in ["0", "4097", "\"many\""] {
        let fault = from_file(&format!("[search]\nblock = {block}")).unwrap_err();
        assert_eq!(fault.name, "search.block in /a.toml", "{block}");
    }
}

#[test]
fn production_listens_everywhere_secures_cookies_and_allows_no_origin_by_itself() {
    let settings = load(&production(&[]));
    assert_eq!(settings.environment, Environment::Production);
    assert_eq!(settings.server.host.to_string(), "0.0.0.0");
    assert!(settings.auth.cookie_secure);
    assert_eq!(settings.origins, Vec::<String>::new());
}

#[test]
fn the_example_for_production_starts_once_it_has_a_secret() {
    let file = Path::new("config/production.example.toml");
    let fault = Settings::load(Some(file), &HashMap::new()).unwrap_err();
    assert_eq!(fault.name, "SECRET_KEY");
    let settings = Settings::load(Some(file), &env(&[("SECRET_KEY", STRONG)])).unwrap();
    assert_eq!(settings.origins, ["https://chat.example.org"]);
    assert_eq!(settings.server.trusted_proxies.len(), 2);
}

#[test]
fn a_malformed_value_is_named() {
    let cases = [
        ("PARLOR_ENV", "test", r#"PARLOR_ENV: "test" is not "development" or "production""#),
        ("PORT", "abc", r#"PORT: "abc" is not a number from 1 to 65535"#),
        ("PORT", "0", r#"PORT: "0" is not a number from 1 to 65535"#),
        ("PORT", "65536", r#"PORT: "65536" is not a number from 1 to 65535"#),
        ("PORT", "-1", r#"PORT: "-1" is not a number from 1 to 65535"#),
        ("PORT", "80\n81", r#"PORT: "80\n81" is not a number from 1 to 65535"#),
        ("HOST", "example", r#"HOST: "example" is not an IP address"#),
        ("DEBUG", "maybe", r#"DEBUG: "maybe" is not on or off"#),
        ("RATE_LIMITS", "some", r#"RATE_LIMITS: "some" is not on or off"#),
        ("ALGORITHM", "none", r#"ALGORITHM: "none" is not "HS256""#),
        (
            "ANONYMOUS_SOCKETS",
            "on",
            r#"ANONYMOUS_SOCKETS: "on" is not "off" or "paired" or "address""#,
        ),
        (
            "REDIS_URL",
            "localhost:6379",
            "REDIS_URL: is not an address that begins with redis:// or rediss://",
        ),
        (
            "PUBLIC_URL",
            "chat.example.org",
            "PUBLIC_URL: is not an address that begins with http:// or https://",
        ),
        (
            "PUBLIC_URL",
            "http://a/?b",
            "PUBLIC_URL: has more than a scheme, a host, a port and a path",
        ),
        (
            "LOG",
            "parlor=loud",
            r#"LOG: "parlor=loud" is not a tracing filter such as "info" or "warn,parlor=debug""#,
        ),
        (
            "ACCESS_TOKEN_EXPIRE_MINUTES",
            "0",
            r#"ACCESS_TOKEN_EXPIRE_MINUTES: "0" is not a number from 1 to 5256000"#,
        ),
        (
            "TRUSTED_PROXIES",
            "10.0.0.0/8,proxy",
            r#"TRUSTED_PROXIES: "proxy" is not an address or a network such as "10.0.0.0/8""#,
        ),
        ("DATA_DIR", "a\u{fffd}b", "DATA_DIR: is not valid Unicode"),
    ];
    for (name, value, expected) in cases {
        assert_eq!(complaint(&[(name, value)]), expected);
    }
}

#[test]
fn an_empty_variable_counts_as_unset() {
    let settings =
        load(&[("PORT", ""), ("DATABASE_URL", " "), ("DB_USER", ""), ("PARLOR_CONFIG", "")]);
    assert_eq!(settings.server.port, 8000);
    assert_eq!(settings.database.url, "sqlite://data/parlor.db?mode=rwc");
}

#[test]
fn switches_are_read_in_every_spelling() {
    for on in ["on", "ON", "true", "True", "1", "yes"] {
        assert!(load(&[("COOKIE_SECURE", on)]).auth.cookie_secure);
    }
    for off in ["off", "Off", "false", "FALSE", "0", "no"] {
        assert!(!load(&[("COOKIE_SECURE", off)]).auth.cookie_secure);
        let expected = "COOKIE_SECURE: production sends cookies over HTTPS only; leave it empty";
        assert_eq!(complaint(&production(&[("COOKIE_SECURE", off)])), expected);
    }
}

#[test]
fn proxies_are_addresses_or_networks() {
    let settings = load(&[("TRUSTED_PROXIES", "10.0.0.0/8, 127.0.0.1,::1")]);
    let shown: Vec<_> = settings.server.trusted_proxies.iter().map(ToString::to_string).collect();
    assert_eq!(shown, ["10.0.0.0/8", "127.0.0.1/32", "::1/128"]);
}

#[test]
fn a_file_wins_over_the_defaults_and_the_environment_over_a_file() {
    let folder =
        Folder::new().with("a.toml", "rate_limits = false\n[server]\nport = 1\nlog = \"warn\"");
    let file = folder.join("a.toml");
    let settings = Settings::load(Some(&file), &env(&[("PORT", "2")])).unwrap();
    assert_eq!((settings.server.port, settings.server.log.as_str()), (2, "warn"));
    assert!(!settings.rate_limits);
    let named = load(&[("PARLOR_CONFIG", file.to_str().unwrap())]);
    assert_eq!(named.server.port, 1);
}

#[test]
fn a_mistake_in_a_file_is_one_line_that_names_key_and_file() {
    let said = |text| from_file(text).unwrap_err().to_string();
    assert_eq!(said("[server]\nprot = 1"), "server.prot in /a.toml: there is no such setting");
    assert_eq!(said("port = 1"), "port in /a.toml: there is no such setting");
    assert_eq!(
        said("[auth]\nregister_per_hour = 0").split(": ").next(),
        Some("auth.register_per_hour in /a.toml")
    );
    assert_eq!(
        said("[server]\nport = 70000"),
        "server.port in /a.toml: 70000 is not a number from 1 to 65535"
    );
    assert_eq!(said("[server]\nport = [1]"), "server.port in /a.toml: [1] is not a single value");
    assert_eq!(said("origins = [1]"), "origins in /a.toml: [1] is not a list of texts");
    assert_eq!(
        said("[auth]\nsecret_key = 12345"),
        "auth.secret_key in /a.toml: must be a text in quotes"
    );
    let syntax = said("[server]\nport = = 1");
    assert!(syntax.starts_with("/a.toml line 2: ") && syntax.lines().count() == 1, "{syntax}");
}

#[test]
fn a_file_that_is_missing_is_named() {
    let line = complaint(&[("PARLOR_CONFIG", "/nowhere/a.toml")]);
    assert!(line.starts_with(r#"PARLOR_CONFIG: cannot read "/nowhere/a.toml": "#), "{line}");
    let fault = Settings::load(Some(Path::new("/nowhere/b.toml")), &HashMap::new()).unwrap_err();
    assert_eq!(fault.name, "--config");
}

#[test]
fn a_parlor_toml_in_the_working_directory_is_found() {
    let folder = Folder::new().with("parlor.toml", "[server]\nport = 4");
    let found = environment_in(&folder.0, HashMap::new()).unwrap();
    assert_eq!(Settings::load(None, &found).unwrap().server.port, 4);
    let other = environment_in(&folder.0, env(&[("PARLOR_CONFIG", "/nowhere")])).unwrap();
    assert_eq!(other["PARLOR_CONFIG"], "/nowhere");
}

#[test]
fn the_data_directory_holds_the_database_and_may_not_be_served() {
    assert_eq!(
        load(&[("DATA_DIR", "/x?y%")]).database.url,
        "sqlite:///x%3Fy%25/parlor.db?mode=rwc"
    );
    for served in ["static", "static/data", "data/../static/x", "static/avatars"] {
        let expected = format!(
            "DATA_DIR: {served:?} is not private, because it lies in a folder that is served"
        );
        assert_eq!(complaint(&[("DATA_DIR", served)]), expected);
    }
}

#[test]
fn uploads_follow_the_upload_folder() {
    let storage = load(&[("UPLOAD_DIR", "/srv/files"), ("STATIC_DIR", "/srv/www")]).storage;
    assert_eq!(storage.avatars(), Path::new("/srv/files/avatars"));
    assert_eq!(storage.messages(), Path::new("/srv/files/message"));
    assert_eq!(
        load(&[("STATIC_DIR", "/srv/www")]).storage.avatars(),
        Path::new("/srv/www/avatars")
    );
}

#[test]
fn production_refuses_to_run_without_limits_or_with_sample_data() {
    let said = |name, value| complaint(&production(&[(name, value)]));
    assert_eq!(said("RATE_LIMITS", "off"), "RATE_LIMITS: production does not run without limits");
    assert_eq!(
        said("SAMPLE_DATA", "on"),
        "SAMPLE_DATA: production does not make accounts with known passwords"
    );
    let development = load(&[("RATE_LIMITS", "off"), ("SAMPLE_DATA", "on")]);
    assert!(!development.rate_limits && development.sample_data);
}

#[test]
fn the_description_can_be_read_back() {
    let settings = load(&[
        ("PORT", "9000"),
        ("TRUSTED_PROXIES", "10.0.0.0/8"),
        ("UPLOAD_DIR", "/srv/\"files\""),
    ]);
    let again = from_file(&settings.describe()).unwrap();
    assert_eq!(again.describe(), settings.describe());
}

#[test]
fn debugging_only_raises_the_level() {
    let filter = |log, debug| load(&[("LOG", log), ("DEBUG", debug)]).server.filter();
    assert_eq!(filter("warn", "off"), "warn");
    assert_eq!(filter("warn", "on"), "warn,parlor=debug");
    assert_eq!(filter("trace", "on"), "trace");
    assert_eq!(filter("info,parlor::store=trace", "on"), "info,parlor::store=trace");
}
