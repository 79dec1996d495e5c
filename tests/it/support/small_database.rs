//! A database on a small disk. It has a database server of its own, so that what goes wrong there
//! goes wrong for no other test.

use std::{
    fs,
    io::{BufRead, BufReader},
    os::unix::fs::{MetadataExt, chown},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use sea_orm::{ConnectionTrait, Database, DatabaseConnection, Statement};

use crate::support::{databases::Kind, small_disk::SmallDisk};

/// More than a database takes that has our tables and nothing in them.
const MEGABYTES: u32 = 32;

pub struct SmallDatabase {
    pub url: String,
    pub disk: SmallDisk,
    _service: Option<Service>,
}

impl SmallDatabase {
    /// Empty; in this folder, if it is a file.
    pub async fn on(kind: Kind, folder: &Path) -> Self {
        match kind {
            Kind::Sqlite => Self::in_a_file(folder),
            Kind::Postgres => Self::on_postgres().await,
            Kind::MariaDb => Self::on_mariadb().await,
        }
    }

    fn in_a_file(folder: &Path) -> Self {
        let disk = SmallDisk::mount(folder, MEGABYTES);
        let url = format!("sqlite:///{}/test.db", folder.display());
        Self { url, disk, _service: None }
    }

    /// Its tables are there; its log, without which it serves nobody, is not.
    async fn on_postgres() -> Self {
        let service = Service::start("postgres");
        let db = service.enter("/postgres").await;
        let data = told(&db, "SELECT current_setting('data_directory')").await;
        let folder = data.parent().unwrap().join("small");
        fs::create_dir(&folder).unwrap();
        let disk = mount(&folder, &data);
        for sql in [
            format!("CREATE TABLESPACE small LOCATION '{}'", folder.display()),
            "CREATE DATABASE small TABLESPACE small".to_owned(),
        ] {
            db.execute_unprepared(&sql).await.unwrap();
        }
        db.close().await.unwrap();
        Self { url: format!("{}/small", service.address), disk, _service: Some(service) }
    }

    async fn on_mariadb() -> Self {
        let service = Service::start("mariadb");
        let db = service.enter("").await;
        let data = told(&db, "SELECT @@datadir").await;
        db.execute_unprepared("CREATE DATABASE small").await.unwrap();
        db.close().await.unwrap();
        let disk = mount(&data.join("small"), &data);
        Self { url: format!("{}/small", service.address), disk, _service: Some(service) }
    }
}

/// A disk here that belongs to whoever has the database's folder.
fn mount(folder: &Path, data: &Path) -> SmallDisk {
    let disk = SmallDisk::mount(folder, MEGABYTES);
    chown(folder, Some(fs::metadata(data).unwrap().uid()), None).unwrap();
    disk
}

/// The folder that a query answers with.
async fn told(db: &DatabaseConnection, sql: &str) -> PathBuf {
    let backend = db.get_database_backend();
    let row = db.query_one_raw(Statement::from_string(backend, sql)).await.unwrap().unwrap();
    PathBuf::from(row.try_get_by_index::<String>(0).unwrap())
}

/// A database server, for as long as somebody has this.
struct Service {
    child: Child,
    address: String,
}

impl Service {
    fn start(name: &str) -> Self {
        let variable = format!("PARLOR_TEST_{}", name.to_uppercase());
        // It ends with the test, even if that is killed; and after an hour, whatever happened.
        let mut child = Command::new("setpriv")
            .args(["--pdeathsig", "TERM", "tests/with-services", "--only", name])
            .args(["sh", "-c", &format!("echo ${variable}; exec sleep 3600")])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut address = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut address).unwrap();
        assert!(!address.is_empty(), "{name} does not start");
        Self { child, address: address.trim().to_owned() }
    }

    async fn enter(&self, database: &str) -> DatabaseConnection {
        Database::connect(format!("{}{database}", self.address)).await.unwrap()
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        Command::new("kill").arg(self.child.id().to_string()).status().ok();
        self.child.wait().ok();
    }
}
