//! Where sessions are kept, and whose turn it is to refresh one of them.
//!
//! The records are kept by the stores of `tower-sessions`; these overwrite what is there, and know
//! no compare-and-set. So the same database has a second table, of turns: who has a session's turn
//! is the only one to refresh it, whichever process that is.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;
use sqlx::postgres::{PgPool, PgPoolOptions};
use sqlx::query;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions};
use time::OffsetDateTime;
use tokio::time::Instant;
use tower_sessions_core::session::{Id, Record};
use tower_sessions_core::{ExpiredDeletion, SessionStore};
use tower_sessions_sqlx_store::{PostgresStore, SqliteStore};

use super::failure::Failure;
use super::session::now;
use super::wire;

/// For how long a turn holds if nobody gives it back: longer than a request to the provider may
/// take, and no longer than a browser waits.
const LEASE: Duration = wire::TIMEOUT.saturating_add(Duration::from_secs(5));
/// How long a connection to the database is waited for. No caller of an API waits for longer than
/// it takes to say that the store cannot be reached.
const CONNECT: Duration = Duration::from_secs(3);
/// How often who waits for a turn looks whether it is free.
const POLL: Duration = Duration::from_millis(25);
/// How often what has expired is swept out.
const SWEEP: Duration = Duration::from_secs(60);
/// The one member of a record.
const MEMBER: &str = "value";

/// What `SESSION_STORE` says. Its `Debug` output has no password.
#[derive(Clone, PartialEq, Eq)]
pub enum Address {
    /// In this process, until it ends.
    Memory,
    /// A file, for the processes of one machine.
    Sqlite(PathBuf),
    /// A server, for any number of machines.
    Postgres(String),
}

impl Address {
    /// Reads the setting; `None` is [`Memory`](Self::Memory).
    ///
    /// # Errors
    /// A predicate to follow the setting's name, without the value, which may hold a password.
    pub fn parse(text: Option<&str>) -> Result<Self, &'static str> {
        match text {
            None | Some("memory") => Ok(Self::Memory),
            Some(text) if text.starts_with("postgres://") || text.starts_with("postgresql://") => {
                Ok(Self::Postgres(text.to_owned()))
            }
            Some(text) => match text.strip_prefix("sqlite://") {
                Some(path) if !path.is_empty() => Ok(Self::Sqlite(path.into())),
                _ => Err("is not a store: write memory, sqlite:///path/to/file or \
                     postgres://user:password@host/database"),
            },
        }
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Memory => f.write_str("Memory"),
            Self::Sqlite(path) => f.debug_tuple("Sqlite").field(path).finish(),
            Self::Postgres(_) => f.write_str("Postgres(..)"),
        }
    }
}

/// The store. A clone is the same one.
#[derive(Clone, Debug)]
pub struct Store {
    records: Arc<dyn SessionStore>,
    database: Database,
}

#[derive(Clone, Debug)]
enum Database {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

/// Runs a statement on whichever database it is; both understand the ones that are used here.
macro_rules! run {
    ($database:expr, $statement:expr $(, $value:expr)*) => {
        match $database {
            Database::Sqlite(pool) => query($statement)$(.bind($value))*
                .execute(pool).await.map(|done| done.rows_affected()),
            Database::Postgres(pool) => query($statement)$(.bind($value))*
                .execute(pool).await.map(|done| done.rows_affected()),
        }
    };
}

impl Store {
    /// Opens the store, makes its tables if they are missing, and sweeps it from then on.
    ///
    /// # Errors
    /// A sentence that says what could not be opened and what to look at.
    pub async fn open(address: &Address) -> Result<Self, String> {
        let cannot = |reason: &dyn fmt::Display| {
            let cure = match address {
                Address::Memory => String::new(),
                Address::Sqlite(path) => format!(
                    ": is the folder of {} there, and may this user write to it?",
                    path.display()
                ),
                Address::Postgres(_) => {
                    ": is the server up, and may the user make tables?".to_owned()
                }
            };
            format!("the store of SESSION_STORE cannot be opened ({reason}){cure}")
        };
        match address {
            Address::Memory => Self::sqlite(in_memory().await).await,
            Address::Sqlite(path) => Self::sqlite(in_file(path).await).await,
            Address::Postgres(url) => Self::postgres(on_server(url).await).await,
        }
        .map_err(|reason| cannot(&reason))
    }

    async fn sqlite(pool: Result<SqlitePool, sqlx::Error>) -> Result<Self, sqlx::Error> {
        let pool = pool?;
        let records = SqliteStore::new(pool.clone());
        records.migrate().await?;
        Self::swept(records, Database::Sqlite(pool)).await
    }

    async fn postgres(pool: Result<PgPool, sqlx::Error>) -> Result<Self, sqlx::Error> {
        let pool = pool?;
        let records = PostgresStore::new(pool.clone());
        records.migrate().await?;
        Self::swept(records, Database::Postgres(pool)).await
    }

    async fn swept(
        records: impl ExpiredDeletion + Clone,
        database: Database,
    ) -> Result<Self, sqlx::Error> {
        run!(
            &database,
            "create table if not exists refresh_turns \
             (session text primary key not null, holder text not null, until bigint not null)"
        )?;
        tokio::spawn(sweep(records.clone(), database.clone()));
        Ok(Self {
            records: Arc::new(records),
            database,
        })
    }

    /// What is kept under an id, if it has not expired.
    ///
    /// # Errors
    /// [`Failure::Unavailable`], when the database cannot be asked.
    pub async fn load<T: DeserializeOwned>(&self, id: Id) -> Result<Option<T>, Failure> {
        let record = self.records.load(&id).await.map_err(|_| out_of_reach())?;
        let value = record.and_then(|mut record| record.data.remove(MEMBER));
        // What an older version wrote and this one cannot read is as good as expired.
        Ok(value.and_then(|value| serde_json::from_value(value).ok()))
    }

    /// Keeps a value under an id until `expires`.
    ///
    /// # Errors
    /// [`Failure::Unavailable`], when the database cannot be asked.
    pub async fn save<T: Serialize>(
        &self,
        id: Id,
        value: &T,
        expires: OffsetDateTime,
    ) -> Result<(), Failure> {
        let value = serde_json::to_value(value)
            .map_err(|_| Failure::unexpected("a session cannot be written as JSON"))?;
        let record = Record {
            id,
            data: [(MEMBER.to_owned(), value)].into(),
            expiry_date: expires,
        };
        self.records.save(&record).await.map_err(|_| out_of_reach())
    }

    /// Forgets what is kept under an id.
    ///
    /// # Errors
    /// [`Failure::Unavailable`], when the database cannot be asked.
    pub async fn delete(&self, id: Id) -> Result<(), Failure> {
        self.records.delete(&id).await.map_err(|_| out_of_reach())
    }

    /// Forgets everything.
    ///
    /// # Errors
    /// [`Failure::Unavailable`], when the database cannot be asked.
    pub async fn clear(&self) -> Result<(), Failure> {
        let statement = match self.database {
            Database::Sqlite(_) => "delete from tower_sessions",
            Database::Postgres(_) => "delete from tower_sessions.session",
        };
        run!(&self.database, statement).map_err(|_| out_of_reach())?;
        Ok(())
    }

    /// Waits for the turn of a session, for as long as `patience`; `None`: somebody has it still.
    ///
    /// A process that dies in its turn keeps it for [`LEASE`]. The clocks of several machines may
    /// differ by the few seconds by which that is longer than a request to the provider takes.
    ///
    /// # Errors
    /// [`Failure::Unavailable`], when the database cannot be asked.
    pub async fn turn(&self, session: Id, patience: Duration) -> Result<Option<Turn>, Failure> {
        let turn = Turn {
            store: self.clone(),
            session: session.to_string(),
            holder: super::cookie::random(),
        };
        let deadline = Instant::now() + patience;
        while !turn.try_take().await? {
            if Instant::now() >= deadline {
                return Ok(None);
            }
            tokio::time::sleep(POLL).await;
        }
        Ok(Some(turn))
    }
}

/// The right to refresh a session, until it is [given back](Self::give_back).
#[derive(Debug)]
#[must_use = "a turn that is not given back keeps the others waiting"]
pub struct Turn {
    store: Store,
    session: String,
    holder: String,
}

impl Turn {
    async fn try_take(&self) -> Result<bool, Failure> {
        let now = now();
        let until = now.saturating_add(i64::try_from(LEASE.as_millis()).unwrap_or(i64::MAX));
        let taken = run!(
            &self.store.database,
            "insert into refresh_turns (session, holder, until) values ($1, $2, $3) \
             on conflict (session) do update \
             set holder = excluded.holder, until = excluded.until \
             where refresh_turns.until <= $4",
            &self.session,
            &self.holder,
            until,
            now
        );
        taken.map(|rows| rows == 1).map_err(|_| out_of_reach())
    }

    /// Lets the next one have it.
    pub async fn give_back(self) {
        // If the database cannot be asked, the turn ends with its lease.
        let _ = run!(
            &self.store.database,
            "delete from refresh_turns where session = $1 and holder = $2",
            &self.session,
            &self.holder
        );
    }
}

/// One connection that is never closed: the database lives as long as it does.
async fn in_memory() -> Result<SqlitePool, sqlx::Error> {
    SqlitePoolOptions::new()
        .max_connections(1)
        .idle_timeout(None)
        .max_lifetime(None)
        .connect_with(SqliteConnectOptions::new().in_memory(true))
        .await
}

async fn on_server(url: &str) -> Result<PgPool, sqlx::Error> {
    PgPoolOptions::new()
        .acquire_timeout(CONNECT)
        .connect(url)
        .await
}

async fn in_file(path: &Path) -> Result<SqlitePool, sqlx::Error> {
    for_this_user_alone(path)?;
    SqlitePoolOptions::new()
        .acquire_timeout(CONNECT)
        .connect_with(
            SqliteConnectOptions::new()
                .filename(path)
                .create_if_missing(true)
                .journal_mode(SqliteJournalMode::Wal),
        )
        .await
}

/// Makes the file, if it is not there, so that no other user can read the tokens in it. The files
/// that SQLite puts beside it get the same permissions.
fn for_this_user_alone(path: &Path) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop)
}

/// Takes out what has expired, now and then, for as long as the runtime lives: sessions, and the
/// turns of processes that died in them.
async fn sweep(records: impl ExpiredDeletion, database: Database) {
    let mut tick = tokio::time::interval(SWEEP);
    loop {
        tick.tick().await;
        // A database that is away now is swept the next time.
        let _ = records.delete_expired().await;
        let _ = run!(
            &database,
            "delete from refresh_turns where until <= $1",
            now()
        );
    }
}

fn out_of_reach() -> Failure {
    Failure::passing("the store of the sessions cannot be reached")
}
