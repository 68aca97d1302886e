//! Connections to a database, as the rest of the crate sees them: statements in, rows out.
//!
//! A caller brings any diesel connection; [`session`] makes a [`Session`] of it, [`open`] makes one from
//! a URL. Behind a `run` step the concrete connection is erased again ([`ErasedConnection`]), so that
//! one migration file compiles for all of them. Nothing here knows a schema or a migration.

#[cfg(feature = "diesel")]
mod backend;
#[cfg(feature = "diesel")]
mod collect;
#[cfg(feature = "diesel")]
mod diesel_session;
#[cfg(any(feature = "cli-postgres", feature = "cli-mysql"))]
mod driver_runtime;
#[cfg(feature = "diesel")]
mod erased;
#[cfg(feature = "mysql")]
mod mysql;
#[cfg(feature = "cli-mysql")]
mod mysql_driver;
mod open;
#[cfg(feature = "postgres")]
mod postgres;
#[cfg(feature = "cli-postgres")]
mod postgres_driver;
pub(crate) mod refusal;
mod row;
mod run_access;
#[cfg(feature = "sqlite")]
mod sqlite;

#[cfg(feature = "diesel")]
pub use backend::MigrateBackend;
#[cfg(feature = "diesel")]
pub use diesel_session::session;
#[cfg(feature = "diesel")]
pub use erased::ErasedConnection;
#[cfg(feature = "cli-mysql")]
pub use mysql_driver::{MysqlParameters, open_mysql};
#[cfg(feature = "cli")]
pub(crate) use open::no_driver;
pub use open::{OpenError, open};
#[cfg(feature = "cli-postgres")]
pub use postgres_driver::{PostgresParameters, open_postgres};
pub use row::{Cell, Row};
pub use run_access::{RunAccess, WrongBackend};

use crate::schema::Backend;

/// Whether this build knows a database where a value that is added to an enum type has to wait for the end
/// of the transaction before it is used.
pub const VALUES_WAIT: bool = cfg!(feature = "postgres");

/// What MySQL and MariaDB are to do about values that do not fit, and how they read quotes and backslashes: the
/// same wherever a migration runs, whatever the server's own setting. Without it a number that is too
/// large, or a text that is too long, is cut, and a NULL for a NOT NULL column becomes 0.
pub(crate) const MYSQL_MODE: &str =
    "STRICT_ALL_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION";

/// An open connection, whatever diesel type is behind it. Introspection and the runner speak to this.
///
/// ```
/// # #[cfg(feature = "sqlite")] {
/// use diesel::{Connection, sqlite::SqliteConnection};
/// use migrate_runtime::connection::{Session, session};
///
/// let mut connection = SqliteConnection::establish(":memory:")?;
/// let mut session = session(&mut connection);
/// assert_eq!(session.query("SELECT 40 + 2")?[0].integer(0), Some(42));
/// # }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait Session {
    /// The kind of database.
    fn backend(&self) -> Backend;

    /// Runs statements, separated by semicolons.
    ///
    /// # Errors
    /// What the database said; the statements before the one it refused have run.
    fn batch(&mut self, sql: &str) -> Result<(), DatabaseError>;

    /// Runs a query and returns its rows.
    ///
    /// # Errors
    /// What the database said.
    fn query(&mut self, sql: &str) -> Result<Vec<Row>, DatabaseError>;

    /// Runs queries that do not wait for each other and returns the rows of each. A connection that can sends
    /// the next before it has read the rows of the last.
    ///
    /// # Errors
    /// What the database said of the first that it refused.
    fn queries(&mut self, texts: &[&str]) -> Result<Vec<Vec<Row>>, DatabaseError> {
        texts.iter().map(|sql| self.query(sql)).collect()
    }

    /// Whether the caller began a transaction on it, as far as diesel knows.
    fn in_transaction(&mut self) -> bool;

    /// The connection as a `run` step gets it. Transactions that are begun on it become savepoints.
    fn run_access(&mut self) -> RunAccess<'_>;
}

/// What the database said when it refused a statement.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.words())]
pub struct DatabaseError {
    /// The database's own words.
    pub message: String,
    /// What it says besides, often of the row that is to blame: PostgreSQL's `DETAIL`.
    pub details: Option<String>,
    /// The statement.
    pub sql: String,
}

impl DatabaseError {
    /// All that the database said, in one line.
    pub(crate) fn words(&self) -> String {
        let Some(details) = &self.details else {
            return self.message.clone();
        };
        let details = details.trim_end_matches(['.', '\n']).replace('\n', "; ");
        format!("{}: {details}", self.message)
    }

    /// Whether rows that were there before the statement are to blame, if it is not one that writes rows.
    pub(crate) fn is_of_the_rows(&self) -> bool {
        let message = self.message.to_lowercase();
        [
            "constraint failed",
            "cannot store",
            "could not create unique index",
            "could not create exclusion constraint",
            "contains null values",
            "is violated by some row",
            "violates foreign key constraint",
            "violates check constraint",
            "violates not-null constraint",
            "violates unique constraint",
            "violates exclusion constraint",
            "value too long for type",
            // MySQL and MariaDB.
            "duplicate entry",
            "data truncated for column",
            "data too long for column",
            "out of range value",
            "invalid use of null value",
            "cannot add or update a child row",
            "incorrect integer value",
            "incorrect string value",
            "incorrect datetime value",
            "incorrect date value",
            "incorrect decimal value",
            "incorrect double value",
        ]
        .iter()
        .any(|words| message.contains(words))
    }

    /// Whether the statement is not to blame: the disk, a permission, another process.
    pub(crate) fn is_of_the_surroundings(&self) -> bool {
        let message = self.message.to_lowercase();
        [
            "disk is full",
            "disk i/o error",
            "readonly database",
            "is locked",
            "unable to open",
            "out of memory",
            // The program that owns the database knows it, this connection does not.
            "no such collation sequence",
            "permission denied",
            "must be owner",
            "due to statement timeout",
            "due to lock timeout",
            "deadlock detected",
            "read-only transaction",
            "out of shared memory",
            "could not extend file",
            "no schema has been selected",
            // MySQL and MariaDB.
            "access denied",
            "command denied to user",
            "lock wait timeout exceeded",
            "deadlock found",
            "read-only option",
            "' is full",
        ]
        .iter()
        .any(|words| message.contains(words))
    }
}

impl crate::Explain for DatabaseError {
    fn kind(&self) -> crate::ErrorKind {
        crate::ErrorKind::Database
    }

    fn hints(&self) -> Vec<String> {
        let message = self.message.to_lowercase();
        let says = |words: &str| message.contains(words);
        let hint = if says("database is locked") || says("database table is locked") {
            "another process holds the database; wait for it, or raise the lock timeout"
        } else if says("readonly database") {
            "the database file or its directory is not writable; check owner and permissions"
        } else if says("disk is full") {
            "make room on the disk (SQLite needs about the size of the file again) and run the command again"
        } else if says("disk i/o error") {
            "look at the space on the disk, its quota and its health, then run the command again"
        } else if says("unable to open") {
            "the database or a file beside it cannot be opened; check that its directory exists and is writable"
        } else if says("not a database") {
            "the file is no SQLite database; check the path in the URL"
        } else if says("no such collation sequence") || says("no such function") {
            "if a program registers it on its own connection, apply the revision from that program: migrate_runtime::upgrade"
        } else if says("error in view") || says("error in trigger") {
            "SQLite reads every view and trigger when something is renamed or dropped; mend that one, or drop it before and create it again behind, with `sql` steps"
        } else if self.is_of_the_rows() {
            "rows that are there break that rule; change or delete them before, with a `backfill` or `sql` step"
        } else {
            let hint = postgres_hint(&message).or_else(|| mysql_hint(&message));
            return hint.map_or_else(Vec::new, |hint| vec![hint.to_owned()]);
        };
        vec![hint.to_owned()]
    }
}

/// What to do about something that a MySQL or MariaDB server said, in lower case.
fn mysql_hint(message: &str) -> Option<&'static str> {
    let says = |words: &str| message.contains(words);
    Some(if says("access denied") || says("command denied to user") {
        "the user may not do that: GRANT it what it lacks (CREATE, ALTER, DROP, INDEX, REFERENCES, SELECT, INSERT, UPDATE, DELETE ON database.*)"
    } else if says("row size too large") {
        "the columns of a row are too long together: give some of them the type Text, or shorter lengths"
    } else if says("specified key was too long")
        || says("used in key specification without a key length")
    {
        "an index holds 3072 bytes at most, and no Text as a whole: give the field a max_length, or index the beginning: index(expression = \"title(20)\")"
    } else if says("foreign key constraint is incorrectly formed")
        || says("incompatible") && says("foreign key")
    {
        "both sides of a foreign key have the same type, character set and collation, and the other side is a key: SHOW ENGINE INNODB STATUS tells more"
    } else if says("' is full") {
        "make room on the disk of the server and run the command again"
    } else {
        return None;
    })
}

/// What to do about something that a PostgreSQL server said, in lower case.
fn postgres_hint(message: &str) -> Option<&'static str> {
    let says = |words: &str| message.contains(words);
    Some(if says("permission denied for schema") {
        "the role may not create there: GRANT CREATE, USAGE ON SCHEMA .. TO .., or connect as the owner of the schema"
    } else if says("permission denied") || says("must be owner") {
        "the role may not do that: connect as the owner of the tables, or grant the role what it lacks"
    } else if says("no schema has been selected") {
        "no schema of the `search_path` is there: create one, or say another: ?options=-csearch_path%3Dpublic"
    } else if says("read-only transaction") {
        "the server is a standby, or default_transaction_read_only is on: connect to the primary as a role that may write"
    } else if says("unsafe use of new value") {
        "PostgreSQL cannot use a value before the transaction ends that adds it: add it in a migration of its own"
    } else if says("due to statement timeout") {
        "the server, the database or the role limits statements: cargo migrate upgrade --statement-timeout SECONDS"
    } else if says("due to lock timeout") || says("deadlock detected") {
        "somebody else uses the table: look at pg_stat_activity for who, and run it again"
    } else if says("out of shared memory") {
        "the migration locks more objects than the server keeps: split it, or raise max_locks_per_transaction"
    } else if says("could not extend file") {
        "make room on the server's disk and run the command again"
    } else if says("has no equivalent in encoding") {
        "the database cannot hold that character in its encoding: write it in others, the message of the migration too"
    } else {
        return None;
    })
}

#[cfg(test)]
mod tests {
    use super::DatabaseError;
    use crate::Explain;

    #[test]
    fn details_stand_behind_the_message_in_its_line() {
        let said = |message: &str, details: Option<&str>| DatabaseError {
            message: message.to_owned(),
            details: details.map(str::to_owned),
            sql: String::new(),
        };
        let error = said("could not create it", Some("Key (a)=(1) is duplicated."));
        assert_eq!(
            error.to_string(),
            "could not create it: Key (a)=(1) is duplicated"
        );
        let error = said("others need it", Some("view v needs it\nview w needs it"));
        assert_eq!(
            error.to_string(),
            "others need it: view v needs it; view w needs it"
        );
        assert_eq!(
            said("no such table: t", None).to_string(),
            "no such table: t"
        );
        let error = said("unsafe use of new value \"c\" of enum type e", None);
        assert!(error.hints()[0].contains("a migration of its own"));
        // What rows hold is no reason.
        let error = said("it is so", Some("Key (a)=(permission denied) exists"));
        assert!(!error.is_of_the_surroundings());
    }
}
