//! Primary keys, unique constraints, checks and foreign keys.
//!
//! A constraint of a database may be nameless (`None`); in models and chains every name is filled in
//! by the naming convention, except that of a primary key, which no dialect needs.

use super::{Backend, Name, SqlText, TableName};

/// The primary key of a table.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PrimaryKey {
    /// Its name, where one was given.
    pub name: Option<Name>,
    /// The columns, in order.
    pub columns: Vec<Name>,
}

/// A unique constraint.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Unique {
    /// Its name.
    pub name: Option<Name>,
    /// The columns, in order.
    pub columns: Vec<Name>,
    /// Columns that its index holds and that it does not compare (PostgreSQL `INCLUDE`).
    pub include: Vec<Name>,
    /// Whether two NULLs count as equal (PostgreSQL 15).
    pub nulls_not_distinct: bool,
    /// When it is checked.
    pub deferrable: Deferrable,
}

/// A check constraint, or what else demands something of rows in the words of one database: an
/// exclusion constraint of PostgreSQL is held as one with text for PostgreSQL alone.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Check {
    /// Its name.
    pub name: Option<Name>,
    /// The condition that every row must not fail.
    pub expression: SqlText,
}

impl Check {
    /// What an exclusion constraint says behind `EXCLUDE`; `None` for a condition. No condition begins
    /// with the word `USING`.
    pub fn exclusion(&self) -> Option<&str> {
        self.expression
            .get(Backend::Postgres)
            .filter(|text| text.starts_with("USING "))
    }
}

/// A foreign key.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ForeignKey {
    /// Its name.
    pub name: Option<Name>,
    /// The columns of this table.
    pub columns: Vec<Name>,
    /// The table they refer to.
    pub target: TableName,
    /// The columns they refer to, one for each. Empty only in what a database reports:
    /// the target's primary key.
    pub target_columns: Vec<Name>,
    /// What happens to the row when the row it refers to is deleted.
    pub on_delete: ReferentialAction,
    /// What happens to the row when the key it refers to changes.
    pub on_update: ReferentialAction,
    /// When it is checked.
    pub deferrable: Deferrable,
    /// Whether a key of several columns is NULL in all or in none of them (PostgreSQL `MATCH FULL`).
    pub match_full: bool,
}

/// What a foreign key does when the row it refers to goes or changes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ReferentialAction {
    /// Refuse, at the end of the statement or transaction.
    #[default]
    NoAction,
    /// Refuse at once.
    Restrict,
    /// Delete or change the referring row too.
    Cascade,
    /// Set the referring columns to NULL.
    SetNull,
    /// Set the referring columns to their defaults.
    SetDefault,
}

impl ReferentialAction {
    /// The SQL keywords.
    pub const fn as_sql(self) -> &'static str {
        match self {
            Self::NoAction => "NO ACTION",
            Self::Restrict => "RESTRICT",
            Self::Cascade => "CASCADE",
            Self::SetNull => "SET NULL",
            Self::SetDefault => "SET DEFAULT",
        }
    }
}

/// When a constraint is checked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Deferrable {
    /// With each statement.
    #[default]
    No,
    /// With each statement, unless the transaction defers it.
    InitiallyImmediate,
    /// At the end of the transaction.
    InitiallyDeferred,
}
