//! Tables.

use super::{Check, Column, ForeignKey, Index, Name, PrimaryKey, TableName, Unique};

/// A table.
///
/// The order of columns is the order of creation; comparison does not look at it. The lists of
/// constraints and indexes have no order of their own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// Its name.
    pub name: TableName,
    /// Its columns.
    pub columns: Vec<Column>,
    /// Its primary key.
    pub primary_key: Option<PrimaryKey>,
    /// Its unique constraints.
    pub uniques: Vec<Unique>,
    /// Its checks.
    pub checks: Vec<Check>,
    /// Its foreign keys.
    pub foreign_keys: Vec<ForeignKey>,
    /// Its indexes.
    pub indexes: Vec<Index>,
    /// Its comment.
    pub comment: Option<String>,
    /// What one database offers and the others do not.
    pub options: TableOptions,
    /// The statement the database keeps for it (SQLite's `sqlite_schema.sql`); only introspection
    /// fills it in, and only a rebuild reads it, so that nothing the models do not know is lost.
    pub stored_sql: Option<String>,
}

impl Table {
    /// A table without columns.
    pub fn new(name: impl Into<TableName>) -> Self {
        Self {
            name: name.into(),
            columns: Vec::new(),
            primary_key: None,
            uniques: Vec::new(),
            checks: Vec::new(),
            foreign_keys: Vec::new(),
            indexes: Vec::new(),
            comment: None,
            options: TableOptions::default(),
            stored_sql: None,
        }
    }

    /// The same table with one more column.
    pub fn with_column(mut self, column: Column) -> Self {
        self.columns.push(column);
        self
    }

    /// The same table with that primary key.
    pub fn with_primary_key<N: Into<Name>>(mut self, columns: impl IntoIterator<Item = N>) -> Self {
        self.primary_key = Some(PrimaryKey {
            name: None,
            columns: columns.into_iter().map(Into::into).collect(),
        });
        self
    }

    /// The column of that name.
    pub fn column(&self, name: &Name) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == *name)
    }

    /// The column of that name, to change it.
    pub fn column_mut(&mut self, name: &Name) -> Option<&mut Column> {
        self.columns.iter_mut().find(|column| column.name == *name)
    }

    /// Whether it has that foreign key: one of that name, or one that refers to the same.
    pub fn has_foreign_key(&self, wanted: &ForeignKey) -> bool {
        let alike = |key: &ForeignKey| {
            key.target == wanted.target
                && key.columns == wanted.columns
                && (key.target_columns == wanted.target_columns || key.target_columns.is_empty())
        };
        let named = |key: &ForeignKey| wanted.name.is_some() && key.name == wanted.name;
        (self.foreign_keys.iter()).any(|key| named(key) || alike(key))
    }

    /// The index of that name.
    pub fn index(&self, name: &Name) -> Option<&Index> {
        self.indexes.iter().find(|index| index.name == *name)
    }
}

/// Options of a table that belong to one database.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TableOptions {
    /// SQLite: `STRICT`.
    pub sqlite_strict: bool,
    /// SQLite: `WITHOUT ROWID`.
    pub sqlite_without_rowid: bool,
    /// SQLite: the auto-increment key is a plain `INTEGER PRIMARY KEY`, without `AUTOINCREMENT`, so the
    /// numbers of deleted rows may be given again.
    pub sqlite_no_autoincrement: bool,
    /// PostgreSQL: `UNLOGGED`.
    pub postgres_unlogged: bool,
    /// PostgreSQL: the tablespace.
    pub postgres_tablespace: Option<String>,
    /// MySQL: `ENGINE`.
    pub mysql_engine: Option<String>,
    /// MySQL: `CHARACTER SET`.
    pub mysql_charset: Option<String>,
    /// MySQL: `COLLATE`.
    pub mysql_collation: Option<String>,
    /// MySQL: `ROW_FORMAT`.
    pub mysql_row_format: Option<String>,
}
