//! What a `run` step holds: the erased connection of the backend in use, or none.

use super::Session;
#[cfg(any(feature = "sqlite", feature = "postgres", feature = "mysql"))]
use super::{ErasedConnection, diesel_session::session};
use crate::schema::Backend;
use std::fmt;

/// The connection of a `run` step, by backend.
pub struct RunAccess<'a>(Access<'a>);

enum Access<'a> {
    #[cfg(feature = "sqlite")]
    Sqlite(ErasedConnection<'a, diesel::sqlite::Sqlite>),
    #[cfg(feature = "postgres")]
    Postgres(ErasedConnection<'a, diesel::pg::Pg>),
    #[cfg(feature = "mysql")]
    Mysql(ErasedConnection<'a, diesel::mysql::Mysql>),
    /// No diesel connection behind it: a session of tests or tools.
    Plain(&'a mut dyn Session),
}

impl fmt::Debug for RunAccess<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("RunAccess").field(&self.backend()).finish()
    }
}

impl<'a> RunAccess<'a> {
    /// Access to a session that no diesel connection is behind: SQL only.
    pub fn plain(session: &'a mut dyn Session) -> Self {
        Self(Access::Plain(session))
    }

    #[cfg(feature = "sqlite")]
    pub(super) fn sqlite_connection(
        connection: ErasedConnection<'a, diesel::sqlite::Sqlite>,
    ) -> Self {
        Self(Access::Sqlite(connection))
    }

    #[cfg(feature = "postgres")]
    pub(super) fn postgres_connection(connection: ErasedConnection<'a, diesel::pg::Pg>) -> Self {
        Self(Access::Postgres(connection))
    }

    #[cfg(feature = "mysql")]
    pub(super) fn mysql_connection(connection: ErasedConnection<'a, diesel::mysql::Mysql>) -> Self {
        Self(Access::Mysql(connection))
    }

    /// The kind of database.
    pub fn backend(&self) -> Backend {
        match &self.0 {
            #[cfg(feature = "sqlite")]
            Access::Sqlite(_) => Backend::Sqlite,
            #[cfg(feature = "postgres")]
            Access::Postgres(_) => Backend::Postgres,
            #[cfg(feature = "mysql")]
            Access::Mysql(_) => Backend::Mysql,
            Access::Plain(session) => session.backend(),
        }
    }

    /// The diesel connection, on SQLite.
    ///
    /// # Errors
    /// [`WrongBackend`] on any other database.
    #[cfg(feature = "sqlite")]
    pub fn sqlite(
        &mut self,
    ) -> Result<&mut ErasedConnection<'a, diesel::sqlite::Sqlite>, WrongBackend> {
        let is = self.backend();
        if let Access::Sqlite(connection) = &mut self.0 {
            return Ok(connection);
        }
        Err(WrongBackend {
            wanted: Backend::Sqlite,
            is,
        })
    }

    /// The diesel connection, on PostgreSQL.
    ///
    /// # Errors
    /// [`WrongBackend`] on any other database.
    #[cfg(feature = "postgres")]
    pub fn postgres(&mut self) -> Result<&mut ErasedConnection<'a, diesel::pg::Pg>, WrongBackend> {
        let is = self.backend();
        if let Access::Postgres(connection) = &mut self.0 {
            return Ok(connection);
        }
        Err(WrongBackend {
            wanted: Backend::Postgres,
            is,
        })
    }

    /// The diesel connection, on MySQL and MariaDB.
    ///
    /// # Errors
    /// [`WrongBackend`] on any other database.
    #[cfg(feature = "mysql")]
    pub fn mysql(
        &mut self,
    ) -> Result<&mut ErasedConnection<'a, diesel::mysql::Mysql>, WrongBackend> {
        let is = self.backend();
        if let Access::Mysql(connection) = &mut self.0 {
            return Ok(connection);
        }
        Err(WrongBackend {
            wanted: Backend::Mysql,
            is,
        })
    }

    /// Calls a function with the connection as a [`Session`].
    pub fn with_session<R>(&mut self, call: impl FnOnce(&mut dyn Session) -> R) -> R {
        match &mut self.0 {
            #[cfg(feature = "sqlite")]
            Access::Sqlite(connection) => call(&mut session(connection)),
            #[cfg(feature = "postgres")]
            Access::Postgres(connection) => call(&mut session(connection)),
            #[cfg(feature = "mysql")]
            Access::Mysql(connection) => call(&mut session(connection)),
            Access::Plain(session) => call(*session),
        }
    }
}

/// A `run` step asked for the connection of another database.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("this database is {is}, not {wanted}; ask `conn.backend()` first")]
pub struct WrongBackend {
    /// The database asked for.
    pub wanted: Backend,
    /// The database in use.
    pub is: Backend,
}
