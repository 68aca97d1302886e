//! SQL fragments written by a person, and which database they are for.

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
    pub overrides: Overrides,
}

impl SqlText {
    /// The same text for every database.
    pub fn new(text: impl Into<String>) -> Self {
        Self {
            any: Some(text.into()),
            overrides: Overrides::default(),
        }
    }

    /// A text for one database only.
    pub fn only(backend: Backend, text: impl Into<String>) -> Self {
        Self {
            any: None,
            overrides: Overrides(vec![(backend, text.into())]),
        }
    }

    /// The text for that database, if there is one.
    pub fn get(&self, backend: Backend) -> Option<&str> {
        self.overrides.get(backend).or(self.any.as_deref())
    }

    /// Whether the text for some database has this value in quotes.
    pub(crate) fn quotes(&self, value: &str) -> bool {
        let quoted = format!("'{}'", value.replace('\'', "''"));
        (self.any.as_deref().into_iter())
            .chain(self.overrides.values())
            .any(|text| text.contains(&quoted))
    }
}

impl From<&str> for SqlText {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

/// Texts for single databases, at most one for each.
///
/// Every column of a table that introspection reads has one, so it is a list in the order of the
/// databases: a map would allocate ten times as much for it.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Overrides(Vec<(Backend, String)>);

impl Overrides {
    /// The text for that database.
    pub fn get(&self, backend: Backend) -> Option<&str> {
        self.iter()
            .find_map(|(on, text)| (on == backend).then_some(text))
    }

    /// Sets the text for a database.
    pub fn insert(&mut self, backend: Backend, text: impl Into<String>) {
        match self.0.binary_search_by_key(&backend, |(on, _)| *on) {
            Ok(index) => self.0[index].1 = text.into(),
            Err(index) => self.0.insert(index, (backend, text.into())),
        }
    }

    /// Whether no database has a text of its own.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The databases with a text of their own, in order.
    pub fn iter(&self) -> impl Iterator<Item = (Backend, &str)> {
        self.0.iter().map(|(on, text)| (*on, text.as_str()))
    }

    /// The texts, in the order of their databases.
    pub fn values(&self) -> impl Iterator<Item = &str> {
        self.iter().map(|(_, text)| text)
    }
}

impl FromIterator<(Backend, String)> for Overrides {
    fn from_iter<T: IntoIterator<Item = (Backend, String)>>(texts: T) -> Self {
        let mut overrides = Self::default();
        for (backend, text) in texts {
            overrides.insert(backend, text);
        }
        overrides
    }
}
