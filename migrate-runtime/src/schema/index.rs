//! Indexes.

use super::{Name, SqlText};

/// An index of a table.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Index {
    /// Its name.
    pub name: Name,
    /// What it is sorted by, in order.
    pub columns: Vec<IndexColumn>,
    /// Whether two rows may not have the same key.
    pub unique: bool,
    /// The condition of the rows it holds, for a partial index.
    pub predicate: Option<SqlText>,
    /// The access method, where it is not the database's default (PostgreSQL `gin`, MySQL `fulltext`).
    pub method: Option<String>,
    /// Columns stored but not sorted by (PostgreSQL `INCLUDE`).
    pub include: Vec<Name>,
    /// Whether two NULLs count as equal in a unique index (PostgreSQL 15).
    pub nulls_not_distinct: bool,
    /// Its storage parameters (PostgreSQL `WITH`): `fillfactor = 70, deduplicate_items = off`.
    pub storage: Option<String>,
}

impl Index {
    /// A plain index on columns.
    pub fn new<N: Into<Name>>(name: impl Into<Name>, columns: impl IntoIterator<Item = N>) -> Self {
        Self {
            name: name.into(),
            columns: columns
                .into_iter()
                .map(|column| IndexColumn::new(IndexKey::Column(column.into())))
                .collect(),
            unique: false,
            predicate: None,
            method: None,
            include: Vec::new(),
            nulls_not_distinct: false,
            storage: None,
        }
    }
}

/// One part of an index's key.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IndexColumn {
    /// The column or expression.
    pub key: IndexKey,
    /// The direction.
    pub order: SortOrder,
    /// Where NULLs are sorted, if that was said.
    pub nulls: Option<NullsOrder>,
    /// The collation, if that was said.
    pub collation: Option<String>,
    /// The operator class (PostgreSQL), if that was said.
    pub operator_class: Option<String>,
}

impl IndexColumn {
    /// A part in ascending order.
    pub fn new(key: IndexKey) -> Self {
        Self {
            key,
            order: SortOrder::Ascending,
            nulls: None,
            collation: None,
            operator_class: None,
        }
    }
}

/// What a part of an index's key is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum IndexKey {
    /// A column.
    Column(Name),
    /// An expression.
    Expression(SqlText),
}

/// The direction of a part of an index's key.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SortOrder {
    /// Smallest first.
    #[default]
    Ascending,
    /// Largest first.
    Descending,
}

/// Where NULLs are sorted in an index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NullsOrder {
    /// Before everything else.
    First,
    /// After everything else.
    Last,
}
