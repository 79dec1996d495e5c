//! The `.env` file, and those of the five originals.

use std::collections::HashMap;

use parlor::config::{Settings, environment_in};

use crate::config::{Folder, env};

fn from_dotenv(text: &str) -> HashMap<String, String> {
    environment_in(&Folder::new().with(".env", text).0, HashMap::new()).expect("this file is good")
}

#[test]
fn the_env_file_lies_under_the_real_environment() {
    let folder = Folder::new().with(".env", "PORT=1\nHOST=0.0.0.0\nLOG=warn\n");
    let env = environment_in(&folder.0, env(&[("PORT", "2"), ("LOG", "")])).unwrap();
    let settings = Settings::load(None, &env).unwrap();
    assert_eq!((settings.server.port, settings.server.log.as_str()), (2, "warn"));
    assert_eq!(settings.server.host.to_string(), "0.0.0.0");
}

#[test]
fn the_env_format_is_that_of_python_dotenv() {
    let text = "\u{feff}# a comment\r\nexport A=1\r\nB = two words # said\nC='it $x ${A} # stays'\n\
        D=\"line\\nbreak \\\"${A}\\\"\" # yes\nE=p#ss$word\nF=${A}${NONE:-3}\nG=\nH=[\"a\", \"b\"]\nI=a=b\n";
    let expected = env(&[
        ("A", "1"),
        ("B", "two words"),
        ("C", "it $x ${A} # stays"),
        ("D", "line\nbreak \"1\""),
        ("E", "p#ss$word"),
        ("F", "13"),
        ("G", ""),
        ("H", r#"["a", "b"]"#),
        ("I", "a=b"),
    ]);
    assert_eq!(from_dotenv(text), expected);
}

#[test]
fn a_mistake_in_the_env_file_is_named_by_its_line() {
    for (text, expected) in [
        ("A=1\nnonsense", ".env line 2: there is no \"=\" after the name"),
        ("A='1", ".env line 1: the quote is not closed on this line"),
        ("A=\"1\" 2", ".env line 1: there is text after the closing quote"),
        ("A B=1", ".env line 1: a name has only letters, digits and underscores"),
    ] {
        let folder = Folder::new().with(".env", text);
        assert_eq!(environment_in(&folder.0, HashMap::new()).unwrap_err().to_string(), expected);
    }
}

#[test]
fn the_env_file_of_each_original_works() {
    let campus = from_dotenv(
        "DB_USER=\"me\"\nDB_PASSWORD=\"p@ss\"\nDB_HOST=\"localhost\"\nDB_NAME=\"campus\"\nDB_PORT=5432\n\
         SECRET_KEY=\"your_secret_key\"\nFRONTEND_URL=\"http://localhost:3001\"",
    );
    let campus = Settings::load(None, &campus).unwrap();
    assert_eq!(campus.database.url, "postgres://me:p%40ss@localhost:5432/campus");
    assert_eq!(campus.origins[0], "http://localhost:3001");

    let discord = from_dotenv(
        "DATABASE_URL=postgresql://username:password@localhost:5432/chatapp_db\n\
         SECRET_KEY=your-secret-key-here-change-this-in-production\nALGORITHM=HS256\nACCESS_TOKEN_EXPIRE_MINUTES=30",
    );
    let discord = Settings::load(None, &discord).unwrap();
    assert_eq!(discord.database.url, "postgres://username:password@localhost:5432/chatapp_db");

    let chatsphere = from_dotenv(
        "DATABASE_URL=postgresql+asyncpg://postgres:password@localhost:5432/chatsphere\nPOSTGRES_USER=postgres\n\
         REDIS_URL=redis://localhost:6379/0\nSECRET_KEY=your-super-secret-key-here\nHOST=0.0.0.0\nPORT=8000\nDEBUG=true\n\
         ALLOWED_ORIGINS=[\"http://localhost:5173\", \"http://localhost:3009\"]",
    );
    let chatsphere = Settings::load(None, &chatsphere).unwrap();
    assert_eq!(chatsphere.origins[..2], ["http://localhost:5173", "http://localhost:3009"]);
    assert_eq!(chatsphere.redis_url.as_deref(), Some("redis://localhost:6379/0"));
    assert_eq!(chatsphere.server.filter(), "info,parlor=debug");

    let swift = from_dotenv(
        "DATABASE_URL=sqlite:///./chat.db\nSECRET_KEY=x\nACCESS_TOKEN_EXPIRE_MINUTES=1440",
    );
    let swift = Settings::load(None, &swift).unwrap();
    assert_eq!(
        (swift.database.url.as_str(), swift.auth.access_minutes),
        ("sqlite://./chat.db?mode=rwc", Some(1440))
    );
}
