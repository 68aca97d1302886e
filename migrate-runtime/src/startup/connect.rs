//! The start on a connection of diesel, which may have to be waited for.

#![cfg(feature = "diesel")]

use super::{Started, Startup, StartupError};
use crate::Error;
use crate::connection::{MigrateBackend, refusal, session};
use crate::error::with_causes;
use diesel::connection::LoadConnection;
use std::time::{Duration, Instant};

/// How long between two attempts to reach a database.
const PAUSE: Duration = Duration::from_millis(250);

impl Startup<'_> {
    /// Brings the database up, as far as that is wanted.
    ///
    /// # Errors
    /// [`StartupError`], as an [`Error`] with what to do about it.
    pub fn run<C>(self, connection: &mut C) -> Result<Started, Error>
    where
        C: LoadConnection,
        C::Backend: MigrateBackend,
    {
        self.run_on(&mut session(connection))
    }

    /// Connects, as often as it takes within [`wait_for`](Self::wait_for), and brings the database up. A wrong
    /// password, a user or a database that does not exist is not tried again.
    ///
    /// ```no_run
    /// # #[cfg(feature = "sqlite")] {
    /// # use migrate_runtime::model::SchemaDef;
    /// # static SCHEMA: SchemaDef = SchemaDef { chain: "app", models: &[], migrations: &[], head: "", unmanaged: &[], ignore: &[], version_table: None, include: &[] };
    /// use diesel::{Connection, sqlite::SqliteConnection};
    /// use std::time::Duration;
    ///
    /// let (connection, _) = migrate_runtime::startup::Startup::new(&SCHEMA)
    ///     .wait_for(Duration::from_secs(30))
    ///     .connect(|| SqliteConnection::establish("shop.db"))?;
    /// # drop(connection);
    /// # }
    /// # Ok::<(), migrate_runtime::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`StartupError`], as [`run`](Self::run); `Unreachable` and `Refused` whatever [`on_failure`](Self::on_failure) says.
    pub fn connect<C, E>(
        self,
        mut establish: impl FnMut() -> Result<C, E>,
    ) -> Result<(C, Started), Error>
    where
        C: LoadConnection,
        C::Backend: MigrateBackend,
        E: std::error::Error,
    {
        let began = Instant::now();
        let mut connection = loop {
            let error = match establish() {
                Ok(connection) => break connection,
                Err(error) => with_causes(&error),
            };
            let backend = C::Backend::BACKEND;
            if refusal::is_final(backend, &error) {
                let message = error;
                return Err(StartupError::Refused { backend, message }.into());
            }
            if began.elapsed() + PAUSE > self.wait_for {
                return Err(StartupError::Unreachable {
                    message: error,
                    waited: self.wait_for,
                }
                .into());
            }
            tracing::info!(%error, "waiting for the database");
            std::thread::sleep(PAUSE);
        };
        let started = self.run(&mut connection)?;
        Ok((connection, started))
    }

    /// As [`run`](Self::run), on a connection of `diesel-async`: a plain one, or one that a pool gave out. The
    /// executor is not blocked.
    ///
    /// # Errors
    /// As [`run`](Self::run). It runs to its end, or is rolled back, also where the future is dropped.
    #[cfg(feature = "async")]
    pub async fn run_async<C>(self, connection: C) -> Result<Started, Error>
    where
        Self: 'static,
        C: diesel_async::AsyncConnection + 'static,
        C::Backend: MigrateBackend,
    {
        crate::runner::on_a_thread(connection, |connection| self.run(connection)).await
    }
}
