//! A whole server, started in this process on a port of its own.

use std::{
    collections::HashMap,
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use parlor::{
    chat::{
        engine::{clock::Clock, handle::Chat},
        session,
    },
    config::Settings,
    model::actor::Actor,
    serve::{self, Running},
    store::engine::pool::Pool,
};
use reqwest::{Client, Method, redirect::Policy};
use sea_orm::{Database, DatabaseConnection};
use serde_json::Value;
use tokio::{sync::OnceCell, time::sleep};

use crate::support::{
    databases::{self, Kind},
    people::Person,
    proxy::Proxy,
};

pub struct Server {
    pub address: SocketAddr,
    pub http: Client,
    pub folder: Folder,
    variables: HashMap<String, String>,
    tweak: fn(&mut Settings),
    running: Option<Running>,
    db: OnceCell<DatabaseConnection>,
}

/// A folder that goes away with the test.
pub struct Folder(PathBuf);

impl Server {
    /// On SQLite, for what does not depend on the database.
    pub async fn start() -> Self {
        Self::on(Kind::Sqlite).await
    }

    pub async fn on(kind: Kind) -> Self {
        Self::with(kind, &[]).await
    }

    /// With settings of its own.
    pub async fn with(kind: Kind, more: &[(&str, &str)]) -> Self {
        Self::made(kind, more, |_| {}).await
    }

    /// With what only a file of settings can say.
    pub async fn tweaked(tweak: fn(&mut Settings)) -> Self {
        Self::made(Kind::Sqlite, &[], tweak).await
    }

    async fn made(kind: Kind, more: &[(&str, &str)], tweak: fn(&mut Settings)) -> Self {
        let mut server = Self::prepared(kind, more, tweak).await;
        server.begin(Clock::system()).await;
        server
    }

    /// All that it needs, but not started yet.
    pub async fn prepared(kind: Kind, more: &[(&str, &str)], tweak: fn(&mut Settings)) -> Self {
        let folder = Folder::new();
        let mut variables: HashMap<String, String> = [
            ("HOST", "127.0.0.1".to_owned()),
            ("RATE_LIMITS", "off".to_owned()),
            ("DATABASE_URL", databases::fresh(kind, folder.path()).await),
            ("DATA_DIR", folder.path().join("data").display().to_string()),
            ("STATIC_DIR", folder.path().join("static").display().to_string()),
        ]
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect();
        variables
            .extend(more.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        let http = Client::builder().redirect(Policy::none()).build().unwrap();
        let address = SocketAddr::from(([127, 0, 0, 1], 0));
        Self { address, http, folder, variables, tweak, running: None, db: OnceCell::new() }
    }

    /// Its database hangs when the proxy does.
    pub async fn behind_proxy(kind: Kind, tweak: fn(&mut Settings)) -> (Self, Proxy) {
        let mut server = Self::prepared(kind, &[], tweak).await;
        let (proxy, address) = Proxy::to(&server.variables["DATABASE_URL"]).await;
        server.set("DATABASE_URL", &address);
        (server, proxy)
    }

    /// Another program at its database.
    pub async fn beside(&self) -> DatabaseConnection {
        // SeaORM's spelling of the path that the settings would translate.
        let url = self.variables["DATABASE_URL"].replace("sqlite:////", "sqlite:///");
        Database::connect(url).await.unwrap()
    }

    /// The same, kept for the whole test, for those that ask again and again.
    pub async fn db(&self) -> &DatabaseConnection {
        self.db.get_or_init(|| self.beside()).await
    }

    /// The server's own connections for writing: for what only they are, or do.
    pub fn writer(&self) -> Pool {
        self.chat().writer_for_tests().clone()
    }

    /// Comes back when requests may be sent here, or may not.
    pub async fn becomes_ready(&self, ready: bool) -> Value {
        let mut last = Value::Null;
        for _ in 0..600 {
            let (status, health) = self.call(Method::GET, "/health/ready", None, None).await;
            if status.is_success() == ready {
                return health;
            }
            last = health;
            sleep(Duration::from_millis(50)).await;
        }
        panic!("the server did not become ready ({ready}): {last}");
    }

    /// What it is told through its environment.
    pub fn variables(&self) -> &HashMap<String, String> {
        &self.variables
    }

    /// Another setting of its environment, from the next start on.
    pub fn set(&mut self, name: &str, value: &str) {
        self.variables.insert(name.to_owned(), value.to_owned());
    }

    /// Starts again on the same data and the same port.
    pub async fn restart(&mut self) {
        self.stop().await;
        self.begin(Clock::system()).await;
    }

    pub async fn stop(&mut self) {
        if let Some(running) = self.running.take() {
            running.stop().await;
        }
    }

    pub async fn begin(&mut self, clock: Clock) {
        let mut settings = Settings::load(None, &self.variables).unwrap();
        settings.server.port = self.address.port();
        settings.database.max_connections = 8;
        (self.tweak)(&mut settings);
        let running = serve::start(&mut settings, clock).await.unwrap();
        self.address = running.address;
        self.running = Some(running);
    }

    /// The core, for what no surface offers yet.
    pub fn chat(&self) -> Chat {
        self.running.as_ref().unwrap().chat.clone()
    }

    /// A person as the core knows them.
    pub async fn actor(&self, person: &Person) -> Actor {
        session::recognise(&self.chat(), &person.token).await.unwrap().actor
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }
}

impl Folder {
    pub fn new() -> Self {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("parlor-{}-{count}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).ok();
    }
}
