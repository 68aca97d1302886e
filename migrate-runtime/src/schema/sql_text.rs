//! SQL fragments written by a person, and which database they are for.

use std::collections::BTreeMap;

/// A kind of database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Backend {
    /// SQLite.
    Sqlite,
    /// PostgreSQL.
    Postgres,
    /// MySQL and MariaDB.
    Mysql,
}

impl Backend {
    /// All of them, in the order of the documentation.
    pub const ALL: [Self; 3] = [Self::Sqlite, Self::Postgres, Self::Mysql];

    /// The lower-case word used in attributes and output: `sqlite`, `postgres`, `mysql`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
            Self::Mysql => "mysql",
        }
    }
}

impl std::fmt::Display for Backend {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A fragment of SQL: one text for all databases, one per database, or one with exceptions.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SqlText {
    /// The text for every database without one of its own.
    pub any: Option<String>,
    /// The texts of single databases.
    pub overrides: BTreeMap<Backend, String>,
}

impl SqlText {
    /// The same text for every database.
    pub fn new(text: impl Into<String>) -> Self {
        Self {
            any: Some(text.into()),
            overrides: BTreeMap::new(),
        }
    }

    /// A text for one database only.
    pub fn only(backend: Backend, text: impl Into<String>) -> Self {
        Self {
            any: None,
            overrides: BTreeMap::from([(backend, text.into())]),
        }
    }

    /// The text for that database, if there is one.
    pub fn get(&self, backend: Backend) -> Option<&str> {
        self.overrides
            .get(&backend)
            .or(self.any.as_ref())
            .map(String::as_str)
    }
}

impl From<&str> for SqlText {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}
