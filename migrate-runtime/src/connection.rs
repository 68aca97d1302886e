//! Connections to a database, as the rest of the crate sees them: statements in, rows out.

use crate::schema::Backend;

/// An open connection, whatever diesel type is behind it. Introspection and the runner speak to this.
pub(crate) trait Session {
    /// The kind of database.
    fn backend(&self) -> Backend;

    /// Runs statements, separated by semicolons.
    fn batch(&mut self, sql: &str) -> Result<(), DatabaseError>;

    /// Runs a query and returns its rows.
    fn query(&mut self, sql: &str) -> Result<Vec<Row>, DatabaseError>;
}

impl crate::Explain for DatabaseError {
    fn kind(&self) -> crate::ErrorKind {
        crate::ErrorKind::Database
    }
}

/// What the database said when it refused a statement.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{message}")]
pub struct DatabaseError {
    /// The database's own words.
    pub message: String,
    /// The statement.
    pub sql: String,
}

/// A row of a result.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Row(pub(crate) Vec<Cell>);

/// A value in a [`Row`].
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Cell {
    /// NULL.
    Null,
    /// A whole number.
    Integer(i64),
    /// A number with a fraction.
    Real(f64),
    /// Text.
    Text(String),
    /// Bytes.
    Blob(Vec<u8>),
}

impl Row {
    /// The text of a column; numbers are written out, NULL and bytes are `None`.
    pub(crate) fn text(&self, column: usize) -> Option<String> {
        match self.0.get(column)? {
            Cell::Text(text) => Some(text.clone()),
            Cell::Integer(number) => Some(number.to_string()),
            Cell::Real(number) => Some(number.to_string()),
            Cell::Null | Cell::Blob(_) => None,
        }
    }

    /// The number in a column, if it holds a whole one.
    pub(crate) fn integer(&self, column: usize) -> Option<i64> {
        match self.0.get(column)? {
            Cell::Integer(number) => Some(*number),
            Cell::Text(text) => text.parse().ok(),
            Cell::Null | Cell::Real(_) | Cell::Blob(_) => None,
        }
    }
}
