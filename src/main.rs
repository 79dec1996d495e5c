//! The one binary: serves, migrates, or shows its settings.

use std::{path::PathBuf, process::ExitCode, time::Duration};

use clap::{Parser, Subcommand};
use parlor::{
    config::{self, Settings},
    serve::{self, database::Database},
    store::engine::migrate,
    telemetry,
};
use tokio::runtime::Runtime;

/// A self-hosted realtime chat server, compatible with Socket.IO.
#[derive(Parser)]
#[command(version, about)]
struct Arguments {
    /// A file of settings; see config/default.toml for what it may hold.
    #[arg(long, global = true)]
    config: Option<PathBuf>,
    #[command(subcommand)]
    task: Option<Task>,
}

#[derive(Subcommand)]
enum Task {
    /// Serve (the default).
    Serve,
    /// Bring the database up to date and exit; the server does it at start, too.
    Migrate {
        /// Take this many steps back instead. What they hold is lost.
        #[arg(long)]
        revert: Option<u32>,
    },
    /// Print the settings in force, secrets masked.
    Config,
}

/// How long a thread may take that is still at work when all is done, such as one that waits
/// for a disk.
const LAST: Duration = Duration::from_secs(1);

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let done = Runtime::new().map_err(serve::StartError::Runtime).and_then(|runtime| {
        let done = runtime.block_on(work(arguments));
        runtime.shutdown_timeout(LAST);
        done
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            eprintln!("parlor: {fault}");
            ExitCode::FAILURE
        }
    }
}

async fn work(arguments: Arguments) -> Result<(), serve::StartError> {
    let variables = config::environment()?;
    let settings = Settings::load(arguments.config.as_deref(), &variables)?;
    match arguments.task {
        None | Some(Task::Serve) => {
            telemetry::start(&settings.server.filter());
            serve::run(settings).await
        }
        Some(Task::Migrate { revert }) => {
            tell(&settings);
            migrate(&settings, revert).await
        }
        Some(Task::Config) => {
            tell(&settings);
            print!("{}", settings.describe());
            Ok(())
        }
    }
}

/// Where there is no log.
fn tell(settings: &Settings) {
    for remark in &settings.remarks {
        eprintln!("parlor: {remark}");
    }
}

async fn migrate(settings: &Settings, revert: Option<u32>) -> Result<(), serve::StartError> {
    let database = Database::open(settings).await?;
    let pool = &database.pool;
    if let Some(steps) = revert {
        database.revert(steps).await?;
    } else {
        for name in migrate::pending(pool).await.map_err(|it| database.fault(it))? {
            println!("to do: {name}");
        }
        database.migrate().await?;
    }
    println!("done");
    // Else SQLite leaves what was written in its log.
    pool.close_by_ref().await.map_err(|it| database.fault(it))
}
