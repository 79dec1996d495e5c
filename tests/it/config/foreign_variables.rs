//! Variables of other systems, of clusters, and misspelt ones.

use std::collections::HashMap;

use parlor::config::{Environment, Settings, environment_in};

use crate::config::{Folder, complaint, env, load};

/// What would be logged at the start, in a folder with these files.
fn start(files: &[(&str, &str)], process: &[(&str, &str)]) -> Settings {
    let folder = files.iter().fold(Folder::new(), |folder, (name, text)| folder.with(name, text));
    Settings::load(None, &environment_in(&folder.0, env(process)).unwrap()).unwrap()
}

fn remark(pairs: &[(&str, &str)]) -> String {
    load(pairs).remarks.join("; ")
}

#[test]
fn what_a_cluster_injects_is_named_and_stops_nothing() {
    let settings = load(&[
        ("PARLOR_SERVICE_HOST", "10.0.0.1"),
        ("PARLOR_SERVICE_PORT_HTTP", "8000"),
        ("PARLOR_PORT", "tcp://10.0.0.1:8000"),
        ("PARLOR_PORT_8000_TCP_ADDR", "10.0.0.1"),
        ("POSTGRES_PORT", "tcp://10.0.0.2:5432"),
        ("DB_PORT", "tcp://10.0.0.2:3306"),
        ("REDIS_PORT", "tcp://10.0.0.3:6379"),
    ]);
    assert_eq!(settings.database.url, "sqlite://data/parlor.db?mode=rwc");
    let names =
        "PARLOR_PORT, PARLOR_PORT_8000_TCP_ADDR, PARLOR_SERVICE_HOST, PARLOR_SERVICE_PORT_HTTP";
    assert_eq!(settings.remarks, [format!("there is no such setting: {names}")]);
    assert!(remark(&[("PARLOR_TEST_POSTGRES", "y"), ("PATH", "/bin")]).is_empty());
}

#[test]
fn a_misspelt_one_of_ours_is_refused_with_the_one_that_was_meant() {
    for (given, meant) in [
        ("PARLOR_EVN", "PARLOR_ENV"),
        ("PARLOR_ENVS", "PARLOR_ENV"),
        ("PARLOR_CONFG", "PARLOR_CONFIG"),
        ("PARLOR_DATABASE_URL", "DATABASE_URL"),
        ("PARLOR_PORT", "PORT"),
    ] {
        let expected = format!("{given}: there is no such setting; did you mean {meant}?");
        assert_eq!(complaint(&[(given, "8000")]), expected);
    }
}

#[test]
fn the_env_file_of_chatroom_names_its_database_and_production() {
    let example = "APP_ENV=production  # 'development' or 'production'\nSECRET_KEY=your-secret-key\n\
        DB_CONNECTION_STRING=mysql+mysqlconnector://me:pw@db:3306/chatroom\n\
        S3_BUCKET_NAME=bucket\nAWS_REGION=us-east-1\n";
    let folder = Folder::new().with(".env", example);
    let read = environment_in(&folder.0, HashMap::new()).unwrap();
    assert_eq!(Settings::load(None, &read).unwrap_err().name, "SECRET_KEY");
    let development = example.replace("=production ", "=development ");
    // As that system reads it: a file for each environment, and development without a word.
    for (name, process) in [
        (".env", &[][..]),
        (".env.development", &[]),
        (".env.development", &[("APP_ENV", "development")]),
    ] {
        let settings = start(&[(name, &development)], process);
        assert_eq!(settings.database.url, "mysql://me:pw@db:3306/chatroom", "{name}");
        let idle =
            "these settings of another system have no effect here: AWS_REGION, S3_BUCKET_NAME";
        assert_eq!(settings.remarks, [idle]);
    }
    let both = [(".env", "APP_ENV=blue\nPORT=1\nLOG=warn"), (".env.blue", "PORT=2")];
    let settings = start(&both, &[]);
    assert_eq!((settings.server.port, settings.server.log.as_str()), (2, "warn"));
}

#[test]
fn the_env_file_of_chatsphere_names_its_database_in_parts() {
    let parts = [
        ("POSTGRES_USER", "me"),
        ("POSTGRES_PASSWORD", "p@ss"),
        ("POSTGRES_HOST", "db"),
        ("POSTGRES_PORT", "5433"),
        ("POSTGRES_DB", "chatsphere"),
    ];
    assert_eq!(load(&parts).database.url, "postgres://me:p%40ss@db:5433/chatsphere");
    assert_eq!(load(&[parts[0], parts[4]]).database.url, "postgres://me@localhost:5432/chatsphere");
    let missing = complaint(&parts[..2]);
    assert!(missing.starts_with("POSTGRES_DB: is missing beside"), "{missing}");
    let named = [&parts[..], &[("DATABASE_URL", "sqlite:///x.db")]].concat();
    let spare = parts.map(|it| it.0).join(", ");
    let said = format!("{spare}: no effect beside DATABASE_URL, which names the database");
    assert_eq!(remark(&named), said);
    let file = Folder::new().with("a.toml", "[database]\nurl = \"sqlite:///y.db\"");
    let settings = Settings::load(Some(&file.join("a.toml")), &env(&parts)).unwrap();
    assert_eq!(settings.database.url, "sqlite://y.db?mode=rwc", "the file is stronger");
    let key = format!("database.url in {}", file.join("a.toml").display());
    let said = format!("{spare}: no effect beside {key}, which names the database");
    assert_eq!(settings.remarks[0], said);
}

#[test]
fn what_else_an_original_can_set_is_used_or_named() {
    let settings =
        load(&[("REFRESH_TOKEN_EXPIRE_DAYS", "7"), ("RELOAD", "true"), ("APP_NAME", "x")]);
    assert_eq!(settings.auth.refresh_days, 7);
    assert!(settings.remarks[0].ends_with("no effect here: APP_NAME, RELOAD"), "{settings:?}");
    let database = [("DB_CONNECTION_STRING", "sqlite:///a.db"), ("DATABASE_URL", "sqlite:///b.db")];
    assert_eq!(load(&database).database.url, "sqlite://b.db?mode=rwc");
    assert!(remark(&database).starts_with("DB_CONNECTION_STRING: no effect beside DATABASE_URL"));
    assert!(
        remark(&[("APP_ENV", "staging")]).starts_with("APP_ENV has no effect: this is develop")
    );
    let strict = [("APP_ENV", "development"), ("ENVIRONMENT", "production")];
    assert_eq!(complaint(&strict).split(':').next(), Some("SECRET_KEY"));
    let ours = [("PARLOR_ENV", "development"), ("ENVIRONMENT", "production")];
    assert_eq!(load(&ours).environment, Environment::Development);
}
