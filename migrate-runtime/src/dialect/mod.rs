//! What is special about each database: spelling, quoting, capabilities, normalisation.
//!
//! A difference between databases is a method of [`Dialect`] or a field of [`Capabilities`]; nothing
//! else asks which database it is. No dialect knows a connection.

mod capabilities;
pub(crate) mod expression;
pub(crate) mod mysql;
mod normal;
mod own;
pub(crate) mod postgres;
pub(crate) mod sqlite;
mod written;

pub use capabilities::Capabilities;
pub use mysql::Mysql;
pub use postgres::Postgres;
pub use sqlite::{DdlError, Sqlite};
pub use written::compared;

use crate::schema::{Backend, Column, DefaultValue, Name, Schema, SqlType, TableName};

/// The facts of one database.
pub trait Dialect: std::fmt::Debug + Sync {
    /// The kind of database.
    fn backend(&self) -> Backend;

    /// What it can do.
    fn capabilities(&self) -> &'static Capabilities;

    /// A name, quoted for SQL.
    fn quote(&self, name: &Name) -> String;

    /// The name of a table, quoted for SQL, with its schema if it has one.
    fn quote_table(&self, table: &TableName) -> String {
        match &table.schema {
            Some(schema) => format!("{}.{}", self.quote(schema), self.quote(&table.name)),
            None => self.quote(&table.name),
        }
    }

    /// The query that tells how big a table is that nobody should be kept from for long, in words, where
    /// making an index keeps others from it; no row where it is small.
    fn big_table(&self, table: &TableName) -> Option<String> {
        let _ = table;
        None
    }

    /// How to find out whether rows of a table can have a value in a column, beside columns that the table is
    /// going to have; `None` where it is told only when rows get it.
    fn try_value(
        &self,
        table: &TableName,
        new: &[&Column],
        column: &Name,
        value: &str,
    ) -> Option<Trial> {
        let _ = (table, new, column, value);
        None
    }

    /// The query that tells which database of which version it is, in one row and column.
    fn version_query(&self) -> &'static str;

    /// A string as an SQL literal.
    fn literal(&self, text: &str) -> String {
        format!("'{}'", text.replace('\'', "''"))
    }

    /// How many characters the text in a column has, as an expression.
    fn length_of(&self, column: &str) -> String {
        format!("length({column})")
    }

    /// What is in a column as text, as an expression.
    fn text_of(&self, column: &str) -> String {
        format!("CAST({column} AS TEXT)")
    }

    /// How the database spells a type.
    ///
    /// # Errors
    /// [`Unsupported`] where it has no such type.
    fn spell_type(&self, ty: &SqlType) -> Result<String, Unsupported>;

    /// The portable type behind a spelling, or [`SqlType::Native`]; for writing models from a
    /// database. Spelling the result again gives an equal column.
    fn parse_type(&self, spelling: &str) -> SqlType;

    /// The portable type whose Rust type holds every value of a column declared so, whatever name
    /// [`Self::parse_type`] gives the declaration; for writing models from a database.
    fn value_type(&self, spelling: &str) -> SqlType;

    /// The portable default behind a default of this database, for a column of that portable type;
    /// SQL where there is none. For writing models from a database.
    fn parse_default(&self, text: &str, ty: &SqlType) -> Option<DefaultValue>;

    /// What the statement that the database keeps for a table says and a [`Schema`] cannot hold: what it
    /// is about, and why a model cannot say it.
    fn unsayable(&self, stored_sql: &str) -> Vec<(String, String)> {
        let _ = stored_sql;
        Vec::new()
    }

    /// What this database would hold for a portable schema: enum types and unsigned numbers become
    /// checks where there is no such type, and so on. The result is what rendering renders and what
    /// introspection would report, normalisation aside. Idempotent.
    fn physical(&self, schema: &Schema) -> Schema;

    /// The portable schema behind what introspection reported, for writing models: the opposite of
    /// [`Self::physical`], as far as anything would be said twice or in one database's words otherwise.
    fn logical(&self, schema: Schema) -> Schema {
        schema
    }

    /// The form in which two physical schemas of this database are compared: types become their
    /// comparison keys, expressions their canonical text, names of no meaning vanish. It is for
    /// comparing only and never rendered. Idempotent.
    fn normalize(&self, schema: &Schema) -> Schema;
}

/// A question to the database of which nothing remains.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trial {
    /// What it tries.
    pub statement: String,
    /// The query for its objection; an empty text if it has none.
    pub answer: String,
}

/// The dialect of a kind of database.
///
/// # Errors
/// [`Unsupported`] for a database that this version does not know yet.
pub fn dialect(backend: Backend) -> Result<&'static dyn Dialect, Unsupported> {
    match backend {
        Backend::Sqlite => Ok(&Sqlite),
        Backend::Postgres => Ok(&Postgres),
        Backend::Mysql => Ok(&Mysql),
    }
}

/// Something that a database does not have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{backend} has no {what}; {hint}")]
pub struct Unsupported {
    /// The database.
    pub backend: Backend,
    /// What was asked of it.
    pub what: String,
    /// What to do instead.
    pub hint: String,
}
