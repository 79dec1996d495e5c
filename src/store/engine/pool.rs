//! Connections to the database, watched: nothing takes longer than the limit, and nothing is
//! written while the database is not well.

use std::sync::Arc;

use sea_orm::{
    AccessMode, ConnectionTrait, DatabaseConnection, DbBackend, DbErr, ExecResult, IsolationLevel,
    QueryResult, SqliteTransactionMode, Statement, TransactionOptions, TransactionTrait,
};

use crate::{
    model::outage::Outage,
    store::engine::{
        condition::{self, Condition},
        connection::{self, Address},
        counter,
        database_file::DatabaseFile,
        transaction::{Purpose, Transaction},
    },
};

/// Cheap to clone; all clones are the same pool.
#[derive(Clone)]
pub struct Pool {
    db: DatabaseConnection,
    condition: Arc<Condition>,
    file: Option<Arc<DatabaseFile>>,
}

/// Opens the pool of those who read and the pool of those who write. `bare` is what the
/// database was brought up to date with.
pub async fn open(bare: DatabaseConnection, address: &Address) -> Result<(Pool, Pool), DbErr> {
    let condition = Arc::new(Condition::new(address.statement));
    if bare.get_database_backend() != DbBackend::Sqlite {
        // It has no limits, as whoever changes tables needs it.
        bare.close().await?;
        let db = connection::open_watched(address, &condition).await?;
        let pool = Pool { db, condition, file: None };
        return Ok((pool.clone(), pool));
    }
    if connection::is_in_memory(&address.url) {
        let pool = Pool { db: bare, condition, file: None };
        return Ok((pool.clone(), pool));
    }
    // SQLite lets one write at a time, and a connection forgets all the pages that it knows
    // when another one has written: so writers share one, and wait for it in a fair queue.
    let writer = connection::open(&Address { max_connections: 1, ..address.clone() }).await?;
    for db in [&bare, &writer] {
        connection::expect_file(db);
    }
    let file = Some(Arc::new(DatabaseFile::open(address).await?));
    let reader = Pool { db: bare, condition: condition.clone(), file: file.clone() };
    Ok((reader, Pool { db: writer, condition, file }))
}

impl Pool {
    /// A transaction that will write. SQLite must say so at once: one that reads first and
    /// writes later fails whenever somebody else wrote in between.
    pub async fn begin(&self) -> Result<Transaction, DbErr> {
        self.may_write()?;
        self.begin_anyway().await
    }

    async fn begin_anyway(&self) -> Result<Transaction, DbErr> {
        let sqlite_transaction_mode = self.is_sqlite().then_some(SqliteTransactionMode::Immediate);
        let options = TransactionOptions { sqlite_transaction_mode, ..Default::default() };
        let begun = self.open(options, Purpose::Writing).await;
        begun.inspect_err(|it| self.condition.judge_write(it))
    }

    /// A transaction that only reads, and reads everything as it was at one moment.
    pub async fn snapshot(&self) -> Result<Transaction, DbErr> {
        // SQLite's transactions are like that by themselves, and know no such options.
        let named = !self.is_sqlite();
        let options = TransactionOptions {
            isolation_level: named.then_some(IsolationLevel::RepeatableRead),
            access_mode: named.then_some(AccessMode::ReadOnly),
            ..Default::default()
        };
        self.open(options, Purpose::Reading).await
    }

    /// Begins to its end even if nobody waits for it any more: drivers do not know that they
    /// are within a transaction before they hear of it, and would give the connection back so.
    async fn open(
        &self,
        options: TransactionOptions,
        purpose: Purpose,
    ) -> Result<Transaction, DbErr> {
        let pool = self.clone();
        let begin = async move {
            let tx = pool.condition.within(pool.db.begin_with_options(options)).await?;
            let file = pool.file.filter(|_| purpose == Purpose::Writing);
            Ok(Transaction::new(tx, pool.condition, file, purpose))
        };
        if self.is_sqlite() {
            // Its driver does know, and a task for each batch of messages is not for nothing.
            return begin.await;
        }
        tokio::spawn(begin).await.unwrap_or_else(|it| Err(DbErr::Custom(it.to_string())))
    }

    fn is_sqlite(&self) -> bool {
        self.get_database_backend() == DbBackend::Sqlite
    }

    pub async fn ping(&self) -> Result<(), DbErr> {
        self.condition.within(self.db.execute_unprepared("SELECT 1")).await.map(|_| ())
    }

    pub fn condition(&self) -> &Condition {
        &self.condition
    }

    /// Notices when the database's files are not those that are open.
    pub fn look_at_file(&self) {
        // What is found is kept in the condition, where everybody asks for it.
        self.still_there().ok();
    }

    /// Whether a write arrives; if so, the database is well again.
    pub async fn probe(&self) -> Result<(), DbErr> {
        if self.file.is_some() && self.condition.trouble() == Some(Outage::Full) {
            // Its log may be what fills the disk.
            let shorten = self.db.execute_unprepared("PRAGMA wal_checkpoint(TRUNCATE)");
            // If that fails, the write below tells how things are.
            self.condition.within(shorten).await.ok();
        }
        let tx = self.begin_anyway().await?;
        // A transaction that writes nothing commits on a full disk, too.
        counter::take(&tx, "probes", 1).await?;
        tx.commit().await?;
        self.condition.recover();
        Ok(())
    }

    pub async fn close(&self) -> Result<(), DbErr> {
        self.db.close_by_ref().await?;
        match &self.file {
            Some(file) => file.close().await,
            None => Ok(()),
        }
    }

    fn may_write(&self) -> Result<(), DbErr> {
        self.condition.trouble().map_or(Ok(()), |it| Err(condition::unavailable(it)))
    }

    fn still_there(&self) -> Result<(), DbErr> {
        if self.file.as_ref().is_none_or(|it| it.is_there()) {
            return Ok(());
        }
        self.condition.fail(Outage::Gone);
        Err(condition::unavailable(Outage::Gone))
    }

    /// A change of one statement.
    async fn write<T>(&self, work: impl Future<Output = Result<T, DbErr>>) -> Result<T, DbErr> {
        self.may_write()?;
        let result = self.condition.within(work).await;
        let done = result.inspect_err(|it| self.condition.judge_write(it))?;
        // Afterwards: a file that was removed takes writes without complaint.
        self.still_there()?;
        Ok(done)
    }
}

#[async_trait::async_trait]
impl ConnectionTrait for Pool {
    fn get_database_backend(&self) -> DbBackend {
        self.db.get_database_backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.write(self.db.execute_raw(statement)).await
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.write(self.db.execute_unprepared(sql)).await
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        let reads = is_read(&statement);
        let work = self.db.query_one_raw(statement);
        if reads { self.condition.within(work).await } else { self.write(work).await }
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        let reads = is_read(&statement);
        let work = self.db.query_all_raw(statement);
        if reads { self.condition.within(work).await } else { self.write(work).await }
    }
}

/// Where rows that are written can be asked for, that is how they are written.
fn is_read(statement: &Statement) -> bool {
    statement.sql.starts_with("SELECT") || statement.sql.starts_with("WITH")
}
