//! Reads the schema of a live database.
//!
//! In: a [`Session`]. Out: a [`Schema`] as the database reports it, types and expressions as it spells
//! them, everything that no operation creates as attached objects. A constant number of queries,
//! however many tables there are. Nothing is compared or made equal here; that is `normalize`.

mod mysql;
mod postgres;
mod sqlite;

use crate::connection::{DatabaseError, Session};
use crate::dialect::DdlError;
use crate::schema::{Backend, Name, Schema};
use crate::{ErrorKind, Explain};

/// Reads the schema of the connection's database, without the tables that migrate keeps for itself.
///
/// # Errors
/// [`IntrospectError`] when a query fails or a stored statement cannot be read.
///
/// ```
/// # #[cfg(feature = "sqlite")] {
/// use diesel::{Connection, connection::SimpleConnection, sqlite::SqliteConnection};
/// use migrate_runtime::{connection::session, introspect::introspect, schema::TableName};
///
/// let mut connection = SqliteConnection::establish(":memory:")?;
/// connection.batch_execute("CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT UNIQUE)")?;
/// let schema = introspect(&mut session(&mut connection))?;
/// assert_eq!(schema.tables[&TableName::new("users")].uniques.len(), 1);
/// # }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn introspect(session: &mut dyn Session) -> Result<Schema, IntrospectError> {
    match session.backend() {
        Backend::Sqlite => sqlite::introspect(session),
        Backend::Postgres => postgres::introspect(session),
        Backend::Mysql => mysql::introspect(session),
    }
}

/// As [`introspect`], with the names that the chain has: what is in the connection's current schema has
/// that in its name where the chain says it.
///
/// # Errors
/// As [`introspect`].
pub(crate) fn introspect_for(
    session: &mut dyn Session,
    chain: &Schema,
) -> Result<Schema, IntrospectError> {
    introspect_named(session, chain, &Schema::new())
}

/// As [`introspect_for`], with the names that models have for what the chain does not know yet.
///
/// # Errors
/// As [`introspect`].
pub(crate) fn introspect_named(
    session: &mut dyn Session,
    chain: &Schema,
    models: &Schema,
) -> Result<Schema, IntrospectError> {
    let mut database = introspect(session)?;
    match session.backend() {
        Backend::Postgres => postgres::spell(session, [chain, models], &mut database)?,
        Backend::Mysql => mysql::spell(session, [chain, models], &mut database)?,
        // A connection has one schema, and names have none.
        Backend::Sqlite => {}
    }
    Ok(database)
}

/// As [`introspect`], for comparing with a chain: where the database writes a name or an expression in
/// other words than the chain and can say that both mean the same, the result has the chain's.
///
/// # Errors
/// As [`introspect`].
pub fn introspect_beside(
    session: &mut dyn Session,
    chain: &Schema,
) -> Result<Schema, IntrospectError> {
    introspect_before(session, chain, &Schema::new())
}

/// As [`introspect_beside`], for models that the chain is going to have.
///
/// # Errors
/// As [`introspect`].
pub(crate) fn introspect_before(
    session: &mut dyn Session,
    chain: &Schema,
    models: &Schema,
) -> Result<Schema, IntrospectError> {
    let mut database = introspect_named(session, chain, models)?;
    match session.backend() {
        Backend::Postgres => postgres::settle(session, chain, &mut database)?,
        Backend::Mysql => mysql::settle(session, chain, &mut database)?,
        // It keeps expressions as they were written.
        Backend::Sqlite => {}
    }
    Ok(database)
}

/// Why the schema of a database could not be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum IntrospectError {
    /// A query failed.
    #[error("the schema of the database cannot be read: {0}")]
    Database(#[from] DatabaseError),
    /// A stored statement has a form that is not known.
    #[error("the definition of {object} cannot be read: {source}")]
    Statement {
        /// The table or index.
        object: Name,
        /// What is wrong with it.
        source: DdlError,
    },
}

impl Explain for IntrospectError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Database(error) => error.kind(),
            Self::Statement { source, .. } => source.kind(),
        }
    }

    fn hints(&self) -> Vec<String> {
        match self {
            Self::Database(error) => error.hints(),
            Self::Statement { source, .. } => source.hints(),
        }
    }
}
