//! A transaction that is what it seems: whatever failed in it, it does not commit.

use std::sync::{Arc, OnceLock};

use sea_orm::{
    ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, ExecResult, QueryResult, RuntimeErr,
    Statement,
};

use crate::{
    model::outage::{self, Outage},
    store::engine::{
        condition::{self, Condition},
        database_file::DatabaseFile,
    },
};

/// What a transaction is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    Reading,
    Writing,
}

pub struct Transaction {
    inner: DatabaseTransaction,
    condition: Arc<Condition>,
    /// Whose files must be there for it to count.
    file: Option<Arc<DatabaseFile>>,
    purpose: Purpose,
    /// Set when a statement failed, with the outage that it was, if it was one. Databases differ in
    /// what a failure leaves of a transaction: everything, nothing, or a commit that rolls back and
    /// says that all is well. So nothing is asked of it any more, and whoever asks all the same,
    /// because two statements were under way, is told of the same outage.
    failure: OnceLock<Option<Outage>>,
}

impl Transaction {
    pub(super) fn new(
        inner: DatabaseTransaction,
        condition: Arc<Condition>,
        file: Option<Arc<DatabaseFile>>,
        purpose: Purpose,
    ) -> Self {
        Self { inner, condition, file, purpose, failure: OnceLock::new() }
    }

    /// Done only when the answer says so: one that comes too late may or may not have been.
    pub async fn commit(self) -> Result<(), DbErr> {
        self.is_whole()?;
        let Self { inner, condition, file, purpose, .. } = self;
        let result = condition.within(inner.commit()).await;
        if purpose == Purpose::Writing {
            result.inspect_err(|it| condition.judge_write(it))?;
        } else {
            result?;
        }
        if file.is_some_and(|it| !it.is_there()) {
            condition.fail(Outage::Gone);
            return Err(condition::unavailable(Outage::Gone));
        }
        Ok(())
    }

    pub async fn rollback(self) -> Result<(), DbErr> {
        let Self { inner, condition, .. } = self;
        if condition.is_late() {
            // It would not be answered either, and the connection is not used again.
            return Ok(());
        }
        condition.within(inner.rollback()).await
    }

    async fn ask<T>(&self, work: impl Future<Output = Result<T, DbErr>>) -> Result<T, DbErr> {
        self.is_whole()?;
        let result = self.condition.within(work).await;
        result.inspect_err(|error| {
            // The first failure is the one that tells something; later ones follow from it.
            self.failure.set(outage::of(error)).ok();
            if self.purpose == Purpose::Writing {
                self.condition.judge_write(error);
            }
        })
    }

    fn is_whole(&self) -> Result<(), DbErr> {
        match self.failure.get() {
            None => Ok(()),
            Some(Some(outage)) => Err(condition::unavailable(*outage)),
            Some(None) => {
                let words = "a statement of this transaction failed".to_owned();
                Err(DbErr::Query(RuntimeErr::Internal(words)))
            }
        }
    }
}

#[async_trait::async_trait]
impl ConnectionTrait for Transaction {
    fn get_database_backend(&self) -> DbBackend {
        self.inner.get_database_backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.ask(self.inner.execute_raw(statement)).await
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.ask(self.inner.execute_unprepared(sql)).await
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.ask(self.inner.query_one_raw(statement)).await
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.ask(self.inner.query_all_raw(statement)).await
    }
}
