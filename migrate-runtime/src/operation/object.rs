//! What an operation acts on, by kind and name, for errors, drift lists and flags.

use std::fmt;

use crate::schema::{Name, TableName};

/// A database object that a chain creates.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Object {
    /// A table.
    Table(TableName),
    /// A column of a table.
    Column(TableName, Name),
    /// An index of a table.
    Index(TableName, Name),
    /// The primary key of a table.
    PrimaryKey(TableName),
    /// A unique constraint of a table.
    Unique(TableName, Name),
    /// A check of a table.
    Check(TableName, Name),
    /// A foreign key of a table.
    ForeignKey(TableName, Name),
    /// A unique constraint, check or foreign key of a table.
    Constraint(TableName, Name),
    /// An enum type.
    Enum(Name),
}

impl Object {
    /// How a flag names it: `users`, `users.bio`, `users_bio_idx`.
    pub fn path(&self) -> String {
        match self {
            Self::Table(table) => table.to_string(),
            Self::PrimaryKey(table) => format!("{table}.primary_key"),
            Self::Column(table, name) => format!("{table}.{name}"),
            Self::Index(_, name)
            | Self::Unique(_, name)
            | Self::Check(_, name)
            | Self::ForeignKey(_, name)
            | Self::Constraint(_, name)
            | Self::Enum(name) => name.to_string(),
        }
    }

    /// The table it is, or belongs to.
    pub const fn table(&self) -> Option<&TableName> {
        match self {
            Self::Table(table)
            | Self::Column(table, _)
            | Self::Index(table, _)
            | Self::PrimaryKey(table)
            | Self::Unique(table, _)
            | Self::Check(table, _)
            | Self::ForeignKey(table, _)
            | Self::Constraint(table, _) => Some(table),
            Self::Enum(_) => None,
        }
    }
}

impl fmt::Display for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Table(table) => write!(f, "table {table}"),
            Self::Column(table, name) => write!(f, "column {table}.{name}"),
            Self::Index(table, name) => write!(f, "index {name} on {table}"),
            Self::PrimaryKey(table) => write!(f, "primary key of {table}"),
            Self::Unique(table, name) => write!(f, "unique constraint {name} on {table}"),
            Self::Check(table, name) => write!(f, "check {name} on {table}"),
            Self::ForeignKey(table, name) => write!(f, "foreign key {name} on {table}"),
            Self::Constraint(table, name) => write!(f, "constraint {name} on {table}"),
            Self::Enum(name) => write!(f, "enum type {name}"),
        }
    }
}
