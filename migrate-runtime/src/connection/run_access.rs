//! What a `run` step holds: the erased connection of the backend in use, or none.

use super::Session;
#[cfg(feature = "sqlite")]
use super::{ErasedConnection, diesel_session::session};
use crate::schema::Backend;
use std::fmt;

/// The connection of a `run` step, by backend.
pub struct RunAccess<'a>(Access<'a>);

enum Access<'a> {
    #[cfg(feature = "sqlite")]
    Sqlite(ErasedConnection<'a, diesel::sqlite::Sqlite>),
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

    /// The kind of database.
    pub fn backend(&self) -> Backend {
        match &self.0 {
            #[cfg(feature = "sqlite")]
            Access::Sqlite(_) => Backend::Sqlite,
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
        match &mut self.0 {
            Access::Sqlite(connection) => Ok(connection),
            Access::Plain(session) => Err(WrongBackend {
                wanted: Backend::Sqlite,
                is: session.backend(),
            }),
        }
    }

    /// Calls a function with the connection as a [`Session`].
    pub fn with_session<R>(&mut self, call: impl FnOnce(&mut dyn Session) -> R) -> R {
        match &mut self.0 {
            #[cfg(feature = "sqlite")]
            Access::Sqlite(connection) => call(&mut session(connection)),
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
