//! One call at start-up: the database is created, brought to the head, or refused.
//!
//! In goes a connection, out comes what was found and done. Nothing is guessed: a database with tables and
//! without a record is not touched.

mod connect;
mod error;
mod mode;
mod unrecorded;

pub use error::StartupError;
pub use mode::{Mode, UnknownMode};
pub use unrecorded::{Likeness, Unrecorded, UnrecordedTable};

use crate::connection::Session;
use crate::dialect::dialect;
use crate::model::SchemaDef;
use crate::runner::{
    Chains, Event, FirstLook, Migrator, Report, RunConnection, RunError, RunResult,
};
use crate::{Error, Explain};
use std::fmt;
use std::time::Duration;

/// The variable of the environment, unless the application has a name of its own.
pub const VARIABLE: &str = "MIGRATE_AUTO";

type Fill = Box<dyn FnMut(&mut RunConnection<'_>) -> RunResult + Send>;
type Options = Box<dyn for<'m> Fn(Migrator<'m>) -> Migrator<'m> + Send>;

/// What an application wants of its database when it starts.
///
/// | the database | what happens |
/// |---|---|
/// | is empty | it gets what the head of the chain has, at once, and the head is recorded. A chain with `sql`, `backfill` or `run` steps is run instead, and so is any on MySQL and MariaDB. Then [`on_create`](Self::on_create) loads the first rows |
/// | is behind | it is upgraded under the lock; other replicas wait, and find nothing to do |
/// | has tables and no record | [`StartupError::Unrecorded`]: which revision each table is like, and what to type |
/// | is ahead of this binary | [`StartupError::Ahead`], or [`Started::Ahead`] by [`ahead`](Self::ahead) |
/// | was migrated by revisions that were edited, or that nobody knows | the error of the runner |
///
/// All of that only where the variable `MIGRATE_AUTO` (or [another one](Self::variable)) says so: see
/// [`Mode::parse`]. Steps are told by `tracing`.
///
/// ```
/// # #[cfg(feature = "sqlite")] {
/// use diesel::sqlite::SqliteConnection;
/// use diesel::Connection;
/// use migrate_runtime::startup::{Mode, Started, Startup};
/// # use migrate_runtime::model::SchemaDef;
/// # static SCHEMA: SchemaDef = SchemaDef { chain: "app", models: &[], migrations: &[], head: "", unmanaged: &[], ignore: &[], version_table: None, include: &[] };
///
/// let mut connection = SqliteConnection::establish(":memory:")?;
/// let started = Startup::new(&SCHEMA)
///     .mode(Mode::On) // without it: what MIGRATE_AUTO says
///     .on_create(|connection| Ok(connection.execute("SELECT 'the first rows'")?))
///     .run(&mut connection)?;
/// assert!(matches!(started, Started::Created { .. }));
/// # }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Startup<'a> {
    schema: &'a SchemaDef,
    variable: &'a str,
    mode: Option<Mode>,
    ahead: Ahead,
    on_failure: OnFailure,
    wait_for: Duration,
    fill: Option<Fill>,
    options: Option<Options>,
}

/// What to do where the database is ahead of this binary.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Ahead {
    /// The application does not start.
    #[default]
    Refuse,
    /// It starts: while a deployment is rolled out, or back, versions run beside each other. All revisions
    /// of this binary are applied then, and others above them.
    Tolerate,
}

/// What to do where the database could not be brought up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OnFailure {
    /// The application does not start.
    #[default]
    Abort,
    /// It starts, on the database as it is: [`Started::Failed`].
    Continue,
}

/// What was found and done.
#[derive(Debug)]
#[non_exhaustive]
pub enum Started {
    /// The mode is off; the database was not looked at.
    Off,
    /// The database was empty, and has all tables now.
    Created {
        /// The heads that it is at.
        at: Vec<String>,
    },
    /// Revisions were applied.
    Upgraded(Report),
    /// There was nothing to do.
    UpToDate {
        /// The heads that it is at.
        at: Vec<String>,
    },
    /// It is ahead of this binary, which is tolerated.
    Ahead {
        /// The revisions that this binary does not know.
        revisions: Vec<String>,
    },
    /// It could not be brought up, and the application starts all the same.
    Failed(Error),
}

impl fmt::Debug for Startup<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Startup")
            .field("chain", &self.schema.chain)
            .field("variable", &self.variable)
            .field("mode", &self.mode)
            .finish_non_exhaustive()
    }
}

impl<'a> Startup<'a> {
    /// The defaults: what `MIGRATE_AUTO` says, any trouble is an error, no waiting for a server.
    pub fn new(schema: &'a SchemaDef) -> Self {
        Self {
            schema,
            variable: VARIABLE,
            mode: None,
            ahead: Ahead::default(),
            on_failure: OnFailure::default(),
            wait_for: Duration::ZERO,
            fill: None,
            options: None,
        }
    }

    /// Another variable than `MIGRATE_AUTO`.
    #[must_use]
    pub fn variable(mut self, name: &'a str) -> Self {
        self.variable = name;
        self
    }

    /// On or off, whatever the environment says: `myapp db init` means it.
    #[must_use]
    pub fn mode(mut self, mode: Mode) -> Self {
        self.mode = Some(mode);
        self
    }

    /// What to do where the database is ahead of this binary.
    #[must_use]
    pub fn ahead(mut self, ahead: Ahead) -> Self {
        self.ahead = ahead;
        self
    }

    /// What to do where the database cannot be brought up. A word in the variable that nobody knows is an
    /// error in any case.
    #[must_use]
    pub fn on_failure(mut self, on_failure: OnFailure) -> Self {
        self.on_failure = on_failure;
        self
    }

    /// How long [`connect`](Self::connect) tries to reach the database.
    #[must_use]
    pub fn wait_for(mut self, time: Duration) -> Self {
        self.wait_for = time;
        self
    }

    /// Loads the first rows of a database that was empty: once, by one process, in a transaction. Where it
    /// fails nothing of it stays, and the next start tries again.
    #[must_use]
    pub fn on_create(
        mut self,
        fill: impl FnMut(&mut RunConnection<'_>) -> RunResult + Send + 'static,
    ) -> Self {
        self.fill = Some(Box::new(fill));
        self
    }

    /// Options of the [`Migrator`]: how long to wait for another process, who is told of each step.
    ///
    /// ```
    /// # use migrate_runtime::model::SchemaDef;
    /// # static SCHEMA: SchemaDef = SchemaDef { chain: "app", models: &[], migrations: &[], head: "", unmanaged: &[], ignore: &[], version_table: None, include: &[] };
    /// use std::time::Duration;
    ///
    /// let startup = migrate_runtime::startup::Startup::new(&SCHEMA)
    ///     .options(|migrator| migrator.lock_timeout(Duration::from_secs(300)));
    /// # drop(startup);
    /// ```
    #[must_use]
    pub fn options(
        mut self,
        options: impl for<'m> Fn(Migrator<'m>) -> Migrator<'m> + Send + 'static,
    ) -> Self {
        self.options = Some(Box::new(options));
        self
    }

    /// Brings the database up, as far as that is wanted, on an open [`Session`].
    ///
    /// # Errors
    /// [`StartupError`], as an [`Error`] with what to do about it.
    pub fn run_on(mut self, session: &mut dyn Session) -> Result<Started, Error> {
        let mode = self.mode.map_or_else(
            || {
                Mode::of_variable(self.variable).map_err(|source| StartupError::Mode {
                    variable: self.variable.to_owned(),
                    source,
                })
            },
            Ok,
        )?;
        if mode == Mode::Off {
            return Ok(Started::Off);
        }
        let mut fill = self.fill.take();
        let started = self.bring_up(session, fill.as_mut());
        match (started, self.on_failure) {
            (Ok(started), _) => {
                tell(&started);
                Ok(started)
            }
            (Err(error), OnFailure::Abort) => Err(error.into()),
            (Err(error), OnFailure::Continue) => {
                let hints = error.hints();
                tracing::error!(%error, ?hints, "the database was not brought up; starting all the same");
                Ok(Started::Failed(error.into()))
            }
        }
    }

    fn bring_up(
        &self,
        session: &mut dyn Session,
        mut fill: Option<&mut Fill>,
    ) -> Result<Started, StartupError> {
        let mut migrator = Migrator::new(self.schema).progress(trace);
        if let Some(options) = &self.options {
            migrator = options(migrator);
        }
        if let Some(revisions) = migrator.ahead(session)? {
            return match self.ahead {
                Ahead::Refuse => Err(StartupError::Ahead { revisions }),
                Ahead::Tolerate => Ok(Started::Ahead { revisions }),
            };
        }
        let is_new = match migrator.first_look(session)? {
            FirstLook::Recorded => false,
            FirstLook::New => true,
            FirstLook::Unrecorded { database, logged } => {
                let dialect = dialect(session.backend()).map_err(RunError::from)?;
                let chains = Chains::new(self.schema).map_err(RunError::from)?;
                let found = unrecorded::compare(&chains, &database, logged, dialect);
                return Err(StartupError::Unrecorded(Box::new(found)));
            }
        };
        let is_created = is_new && migrator.create(session, fill.is_some())?.is_some();
        let report = migrator.upgrade(session, "heads")?;
        if let Some(fill) = &mut fill
            && migrator.fill(session, fill)?
        {
            tracing::info!("the first rows of the database were loaded");
        }
        // Where another process was first there was nothing to do.
        Ok(if is_created || is_new && !report.steps.is_empty() {
            Started::Created { at: report.to }
        } else if report.steps.is_empty() {
            Started::UpToDate { at: report.to }
        } else {
            Started::Upgraded(report)
        })
    }
}

fn tell(started: &Started) {
    match started {
        Started::Created { at } => tracing::info!(?at, "the database was created"),
        Started::Upgraded(report) => {
            tracing::info!(from = ?report.from, to = ?report.to, "the database was upgraded");
        }
        Started::UpToDate { at } => tracing::debug!(?at, "the database is up to date"),
        Started::Ahead { revisions } => {
            tracing::warn!(?revisions, "the database is ahead of this binary");
        }
        Started::Off | Started::Failed(_) => {}
    }
}

/// What happens on the way, for whoever collects it.
fn trace(event: &Event<'_>) {
    match event {
        Event::Started {
            direction,
            revision,
            message,
            ..
        } => tracing::info!(revision, message, "{}", direction.as_str()),
        Event::Destroys { what, rows, .. } => tracing::warn!(what, rows, "drops"),
        Event::Statement { sql } => tracing::debug!(sql),
        Event::Run { name } => tracing::debug!(name, "run"),
        Event::Skipped { reason } => tracing::info!(reason, "skipped"),
        Event::Finished { revision, elapsed } => tracing::info!(revision, ?elapsed, "done"),
        Event::Failed {
            revision,
            rolled_back,
        } => tracing::error!(revision, rolled_back, "failed"),
        Event::Waiting { revision, user, .. } => {
            tracing::info!(revision, user, "waiting for a table");
        }
        Event::Queued { holder } => tracing::info!(holder, "waiting for another process"),
        Event::Behind { transaction } => tracing::info!(transaction, "waiting for a transaction"),
        Event::Replaced { revision, last } => tracing::info!(revision, last, "recorded"),
        Event::Replanned => tracing::debug!("another process was here"),
    }
}
