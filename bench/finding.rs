//! Measures the search at a million messages, half of them in Chinese, Japanese and Korean
//! letters: see `bench/search`, which starts the databases and this.

use std::{
    path::PathBuf,
    time::{Duration, Instant},
};

use clap::Parser;
use entity::{id::RoomId, message::Type};
use parlor::{
    chat::{
        engine::{clock::Clock, handle::Chat},
        message, session,
    },
    config::Settings,
    model::{actor::Actor, message::Draft},
    serve::{self, Running},
    store::search::{lease, progress},
};
use sea_orm::{ConnectionTrait, Database, DbBackend, Statement};
use serde_json::{Value, json};
use tokio::sync::mpsc;
use uuid::Uuid;

#[derive(Parser)]
struct Arguments {
    /// How many messages there are to search.
    #[arg(long, default_value_t = 1_000_000)]
    messages: usize,
    /// How often each query is asked.
    #[arg(long, default_value_t = 200)]
    rounds: usize,
    /// URLs of PostgreSQL and MariaDB servers, without a database.
    #[arg(long)]
    server: Vec<String>,
    /// Where SQLite's file is kept.
    #[arg(long)]
    folder: PathBuf,
    /// What `cargo bench` says to every benchmark.
    #[arg(long, hide = true)]
    bench: bool,
}

const ROOMS: usize = 100;
/// Messages under way at once.
const WINDOW: usize = 2_000;

/// Numbers that are the same in every run.
struct Dice(u64);

/// What people say: words by rank, as in any language, a few of them most of the time.
struct Tongue {
    words: Vec<String>,
    letters: Vec<char>,
}

struct Hall {
    running: Running,
    rooms: Vec<RoomId>,
    me: Actor,
    /// Somebody who is in a few of the rooms.
    few: String,
    all: String,
}

#[tokio::main]
async fn main() {
    let given = Arguments::parse();
    measure(&given, &format!("sqlite:///{}/bench.db", given.folder.display())).await;
    for server in &given.server {
        measure(&given, &fresh(server).await).await;
    }
}

/// A database of its own.
async fn fresh(server: &str) -> String {
    let home = if server.starts_with("postgres") { "/postgres" } else { "" };
    let db = Database::connect(format!("{server}{home}")).await.expect("a database server");
    db.execute_unprepared("CREATE DATABASE parlor_bench").await.expect("a database");
    format!("{server}/parlor_bench")
}

async fn measure(given: &Arguments, url: &str) {
    println!("\n{}", url.split(':').next().unwrap_or_default());
    let hall = Hall::open(given, url).await;
    let chat = hall.running.chat.clone();
    let (mut dice, tongue) = (Dice(7), Tongue::new());
    // The index is made afterwards, to see how long that takes.
    let other = Uuid::new_v4();
    claim(&chat, other).await;
    let sent = hall.talk(&mut dice, &tongue, given.messages, true).await;
    println!("  stored {} messages, {:.0}/s", given.messages, rate(given.messages, sent));
    lease::release(chat.writer_for_tests(), other).await.expect("the desk");
    let began = Instant::now();
    while waiting(&chat).await >= chat.rules().search_block {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let took = began.elapsed();
    println!("  indexed in {:.0} s, half of them resting", took.as_secs_f64());
    println!(
        "  index {} MB, messages {} MB",
        size(&chat, "search").await,
        size(&chat, "messages").await
    );
    for (who, token) in [("in 100 rooms", &hall.all), ("in 5 rooms", &hall.few)] {
        for (what, query) in [
            ("rare word", "quixotic"),
            ("no word", "zzyzxq"),
            ("common word", tongue.words[3].as_str()),
            ("part of words", &tongue.words[40][1..]),
            ("two letters", "ro"),
            ("rare CJK pair", "鬱陶"),
            ("common CJK pair", &tongue.pair(2)),
            ("no CJK pair", "龘龘"),
        ] {
            hall.ask(given, who, what, query, token).await;
        }
    }
    sends(given, &hall, &mut dice, &tongue).await;
    hall.running.stop().await;
}

/// The same sends with the indexer at work and without, in turns.
async fn sends(given: &Arguments, hall: &Hall, dice: &mut Dice, tongue: &Tongue) {
    let chat = hall.running.chat.clone();
    let count = (given.messages / 20).max(1_000);
    let (mut with, mut without) = (Vec::new(), Vec::new());
    let other = Uuid::new_v4();
    for round in 0..12 {
        let is_on = round % 2 == 0;
        if !is_on {
            claim(&chat, other).await;
        }
        let took = hall.talk(dice, tongue, count, false).await;
        if is_on { &mut with } else { &mut without }.push(rate(count, took));
        lease::release(chat.writer_for_tests(), other).await.expect("the desk");
    }
    let (with, without) = (median(&mut with), median(&mut without));
    println!(
        "  sends: {with:.0}/s with the indexer, {without:.0}/s without: {:.3}",
        with / without
    );
}

/// Takes the desk, so that the indexer has nothing to do.
async fn claim(chat: &Chat, who: Uuid) {
    assert!(
        lease::claim(chat.writer_for_tests(), who, i64::MAX, i64::MAX - 1).await.expect("the desk")
    );
}

async fn waiting(chat: &Chat) -> i64 {
    let backlog = progress::backlog(chat.writer_for_tests()).await.expect("the backlog");
    backlog.iter().map(progress::Stretch::length).sum()
}

/// Megabytes of the tables whose names begin like this.
async fn size(chat: &Chat, name: &str) -> i64 {
    let backend = chat.writer_for_tests().get_database_backend();
    let sql = match backend {
        DbBackend::Postgres => format!(
            "SELECT CAST(sum(pg_total_relation_size(oid)) AS BIGINT) AS n FROM pg_class \
             WHERE relkind = 'r' AND relname LIKE '{name}%'"
        ),
        DbBackend::MySql => {
            let tables = "search_postings, search_blocks, search_progress, messages";
            chat.writer_for_tests()
                .query_all_raw(Statement::from_string(backend, format!("ANALYZE TABLE {tables}")))
                .await
                .expect("statistics");
            format!(
                "SELECT CAST(sum(data_length + index_length) AS SIGNED) AS n \
                 FROM information_schema.tables \
                 WHERE table_schema = database() AND table_name LIKE '{name}%'"
            )
        }
        _ => format!(
            "SELECT sum(pgsize) AS n FROM dbstat WHERE name IN (SELECT name FROM sqlite_master \
             WHERE tbl_name LIKE '{name}%')"
        ),
    };
    let row = chat
        .writer_for_tests()
        .query_one_raw(Statement::from_string(backend, sql))
        .await
        .expect("the size");
    row.map_or(0, |it| it.try_get::<i64>("", "n").expect("a number")) / 1_000_000
}

impl Hall {
    async fn open(given: &Arguments, url: &str) -> Self {
        let folder = &given.folder;
        let variables = [
            ("HOST", "127.0.0.1".to_owned()),
            ("RATE_LIMITS", "off".to_owned()),
            ("DATABASE_URL", url.to_owned()),
            ("DATA_DIR", folder.join("data").display().to_string()),
            ("STATIC_DIR", folder.join("static").display().to_string()),
        ];
        let variables = variables.into_iter().map(|(name, value)| (name.to_owned(), value));
        let mut settings = Settings::load(None, &variables.collect()).expect("settings");
        settings.server.port = 0;
        let running = serve::start(&mut settings, Clock::system()).await.expect("a server");
        let http = reqwest::Client::new();
        let post = async |path: &str, token: &str, body: Value| -> Value {
            let url = format!("http://{}{path}", running.address);
            let answer = http.post(url).bearer_auth(token).json(&body).send().await;
            answer.expect("an answer").json().await.expect("JSON")
        };
        let mut tokens = Vec::new();
        for name in ["all", "few", "one"] {
            let body = json!({"username": name, "password": "correct horse"});
            let answer = post("/v1/auth/register", "", body).await;
            tokens.push(answer["access_token"].as_str().expect("a token").to_owned());
        }
        let [all, few, _] = tokens.try_into().expect("three people");
        let mut rooms = Vec::new();
        for n in 0..ROOMS {
            let others = if n % 20 == 0 { json!([2, 3]) } else { json!([3]) };
            let body = json!({"kind": "group", "user_ids": others, "chatroom_name": "room"});
            let room = post("/v1/rooms", &all, body).await;
            let id = room["chatroom_id"].as_str().expect("a room").parse().expect("its id");
            rooms.push(RoomId(id));
        }
        let me = session::recognise(&running.chat, &all).await.expect("a session").actor;
        Self { running, rooms, me, few, all }
    }

    /// Sends so many messages, and waits until all are acknowledged.
    async fn talk(&self, dice: &mut Dice, tongue: &Tongue, count: usize, rare: bool) -> Duration {
        let (done, mut acknowledged) = mpsc::unbounded_channel();
        let texts: Vec<String> = (0..count).map(|_| tongue.text(dice)).collect();
        let began = Instant::now();
        let mut under_way = 0;
        for (n, mut content) in texts.into_iter().enumerate() {
            if rare && n % (count / 10).max(1) == 5 {
                content += [" quixotic", "鬱陶しい"][n / (count / 10).max(1) % 2];
            }
            let draft = Draft {
                content,
                kind: Type::Text,
                media_url: None,
                client_msg_id: None,
                files: Vec::new(),
                reply_to: None,
                sent_at: None,
            };
            let done = done.clone();
            let answer = move |sent: Result<_, parlor::model::error::Error>| {
                done.send(sent.is_ok()).ok();
            };
            let room = self.rooms[dice.roll(ROOMS)];
            message::submit(&self.running.chat, self.me, room, draft, Box::new(answer)).await;
            under_way += 1;
            while under_way >= WINDOW {
                assert_eq!(acknowledged.recv().await, Some(true), "an acknowledgement");
                under_way -= 1;
            }
        }
        while under_way > 0 {
            assert_eq!(acknowledged.recv().await, Some(true), "an acknowledgement");
            under_way -= 1;
        }
        began.elapsed()
    }

    async fn ask(&self, given: &Arguments, who: &str, what: &str, query: &str, token: &str) {
        let http = reqwest::Client::new();
        let url = format!("http://{}/v1/search", self.running.address);
        let (mut times, mut hits, mut more) = (Vec::new(), 0, false);
        for _ in 0..given.rounds {
            let began = Instant::now();
            let pairs = [("query", query)];
            let request = http.get(format!("{url}?{}", form(&pairs))).bearer_auth(token);
            let answer = request.send().await.expect("an answer");
            let page: Value = answer.json().await.expect("JSON");
            times.push(began.elapsed().as_secs_f64() * 1e3);
            hits = page["items"].as_array().expect("items").len();
            more = page["next"].is_string();
        }
        times.sort_by(f64::total_cmp);
        let (half, most) = (times[times.len() / 2], times[times.len() * 99 / 100]);
        let more = if more { ", and more" } else { "" };
        println!("  {who}, {what}: median {half:.1} ms, p99 {most:.1} ms ({hits} found{more})");
    }
}

fn form(pairs: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

impl Tongue {
    fn new() -> Self {
        let mut dice = Dice(11);
        let syllables: Vec<String> = "bcdfghklmnprstvw"
            .chars()
            .flat_map(|it| "aeiou".chars().map(move |vowel| format!("{it}{vowel}")))
            .collect();
        let word = |dice: &mut Dice| -> String {
            let length = 1 + dice.roll(4);
            let end = ["", "n", "r", "s", "t"][dice.roll(5)];
            (0..length).map(|_| syllables[dice.roll(syllables.len())].clone()).collect::<String>()
                + end
        };
        let words = (0..50_000).map(|_| word(&mut dice)).collect();
        let han = (0x4e00..0x4e00 + 3_000).step_by(1);
        let letters = han.chain(0x3042..0x3090).chain((0xac00..0xac00 + 11_000).step_by(12));
        let mut letters: Vec<char> = letters.filter_map(char::from_u32).collect();
        for at in (1..letters.len()).rev() {
            letters.swap(at, dice.roll(at + 1));
        }
        Self { words, letters }
    }

    /// Two letters of which the first is often followed by the second.
    fn pair(&self, rank: usize) -> String {
        [self.letters[rank], self.letters[rank + 1]].iter().collect()
    }

    fn text(&self, dice: &mut Dice) -> String {
        if dice.roll(2) == 0 {
            let words =
                (0..3 + dice.roll(15)).map(|_| self.words[dice.rank(self.words.len())].as_str());
            return words.collect::<Vec<_>>().join(" ");
        }
        (0..6 + dice.roll(35)).map(|_| self.letters[dice.rank(self.letters.len())]).collect()
    }
}

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap_or(0) % sides
    }

    /// The first is the likeliest, the second half as likely, and so on.
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a rank need not be exact"
    )]
    fn rank(&mut self, of: usize) -> usize {
        let chance = self.roll(1 << 30) as f64 / f64::from(1 << 30);
        ((of as f64).powf(chance) as usize).saturating_sub(1).min(of - 1)
    }
}

#[expect(clippy::cast_precision_loss, reason = "a rate need not be exact")]
fn rate(count: usize, took: Duration) -> f64 {
    count as f64 / took.as_secs_f64()
}

fn median(them: &mut [f64]) -> f64 {
    them.sort_by(f64::total_cmp);
    them[them.len() / 2]
}
