//! What a `run` step of a migration gets and gives.
//!
//! A `run` function is held in const data, so it cannot be generic over the connection; what it gets is
//! the same type in the application and on the command line, whatever connection the caller brought.

use super::inspect::Inspector;
use crate::connection::RunAccess;
use crate::schema::Backend;

/// What a `run` function returns; any error ends and rolls back the migration.
pub type RunResult = Result<(), Box<dyn std::error::Error + Send + Sync>>;

/// A function that a migration calls.
pub type RunFunction = fn(&mut RunConnection<'_>) -> RunResult;

/// The connection that a `run` function gets.
///
/// It is inside the transaction of the migration. `sqlite()`, `postgres()` or `mysql()` gives a
/// `diesel::Connection`, on which diesel's query builder works; a `transaction` on it is a savepoint.
///
/// ```
/// # #[cfg(feature = "sqlite")] mod migration {
/// use diesel::prelude::*;
/// use migrate_runtime::migration::*;
///
/// // A migration has its own picture of the tables: those of the crate move on.
/// diesel::table! {
///     users (id) { id -> Integer, email -> Text }
/// }
///
/// fn lower_emails(conn: &mut RunConnection<'_>) -> RunResult {
///     let conn = conn.sqlite()?;
///     let rows: Vec<(i32, String)> = users::table.load(conn)?;
///     for (id, email) in rows {
///         diesel::update(users::table.find(id))
///             .set(users::email.eq(email.to_lowercase()))
///             .execute(conn)?;
///     }
///     Ok(())
/// }
///
/// pub const MIGRATION: Migration = Migration::new("20260125_120000")
///     .upgrade(&[run("lower_emails", lower_emails)])
///     .downgrade(&[]);
/// # }
/// ```
#[derive(Debug)]
pub struct RunConnection<'a> {
    access: RunAccess<'a>,
}

impl<'a> RunConnection<'a> {
    pub(crate) fn new(access: RunAccess<'a>) -> Self {
        Self { access }
    }

    /// The kind of database.
    pub fn backend(&self) -> Backend {
        self.access.backend()
    }

    /// The diesel connection, on SQLite.
    ///
    /// # Errors
    /// [`WrongBackend`](crate::connection::WrongBackend) on any other database.
    #[cfg(feature = "sqlite")]
    pub fn sqlite(
        &mut self,
    ) -> Result<
        &mut crate::connection::ErasedConnection<'a, diesel::sqlite::Sqlite>,
        crate::connection::WrongBackend,
    > {
        self.access.sqlite()
    }

    /// The diesel connection, on PostgreSQL.
    ///
    /// # Errors
    /// [`WrongBackend`](crate::connection::WrongBackend) on any other database.
    #[cfg(feature = "postgres")]
    pub fn postgres(
        &mut self,
    ) -> Result<
        &mut crate::connection::ErasedConnection<'a, diesel::pg::Pg>,
        crate::connection::WrongBackend,
    > {
        self.access.postgres()
    }

    /// The diesel connection, on MySQL and MariaDB.
    ///
    /// # Errors
    /// [`WrongBackend`](crate::connection::WrongBackend) on any other database.
    #[cfg(feature = "mysql")]
    pub fn mysql(
        &mut self,
    ) -> Result<
        &mut crate::connection::ErasedConnection<'a, diesel::mysql::Mysql>,
        crate::connection::WrongBackend,
    > {
        self.access.mysql()
    }

    /// Runs SQL: one statement or several, separated by semicolons.
    ///
    /// # Errors
    /// What the database said.
    pub fn execute(&mut self, sql: &str) -> Result<(), crate::connection::DatabaseError> {
        self.access.with_session(|session| session.batch(sql))
    }

    pub(super) fn access(&mut self) -> &mut RunAccess<'a> {
        &mut self.access
    }
}

/// Asks the database what it has: `inspect(conn).has_table("users")?`.
pub fn inspect<'c, 'a>(connection: &'c mut RunConnection<'a>) -> Inspector<'c, 'a> {
    Inspector::new(connection)
}
