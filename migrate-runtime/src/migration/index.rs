//! Const forms of indexes.

use super::types::SqlDef;
use crate::schema::{Backend, NullsOrder, SortOrder};

/// The const form of [`Index`](crate::schema::Index).
///
/// The key is a list of plain columns or, where it is more than that, of [`IndexColumnDef`]s.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IndexDef {
    /// Its name.
    pub name: &'static str,
    /// Plain columns in ascending order.
    pub columns: &'static [&'static str],
    /// The key in full, instead of `columns`, where it is not empty.
    pub key: &'static [IndexColumnDef],
    /// Whether two rows may not have the same key.
    pub unique: bool,
    /// The condition of the rows it holds.
    pub predicate: Option<SqlDef>,
    /// The access method.
    pub method: Option<&'static str>,
    /// Columns stored but not sorted by.
    pub include: &'static [&'static str],
    /// Whether two NULLs count as equal.
    pub nulls_not_distinct: bool,
    /// Its storage parameters.
    pub storage: Option<&'static str>,
}

/// An index on plain columns.
pub const fn index(name: &'static str, columns: &'static [&'static str]) -> IndexDef {
    IndexDef {
        name,
        columns,
        key: &[],
        unique: false,
        predicate: None,
        method: None,
        include: &[],
        nulls_not_distinct: false,
        storage: None,
    }
}

/// The const form of [`IndexColumn`](crate::schema::IndexColumn).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IndexColumnDef {
    /// The column, unless it is an expression.
    pub column: &'static str,
    /// The expression.
    pub expression: Option<SqlDef>,
    /// The direction.
    pub order: SortOrder,
    /// Where NULLs are sorted.
    pub nulls: Option<NullsOrder>,
    /// The collation.
    pub collation: Option<&'static str>,
    /// The operator class.
    pub operator_class: Option<&'static str>,
}

/// A column as part of an index's key: `by("created_at").desc()`.
pub const fn by(column: &'static str) -> IndexColumnDef {
    IndexColumnDef {
        column,
        expression: None,
        order: SortOrder::Ascending,
        nulls: None,
        collation: None,
        operator_class: None,
    }
}

/// An expression as part of an index's key: `by_expression("lower(email)")`.
pub const fn by_expression(sql: &'static str) -> IndexColumnDef {
    IndexColumnDef {
        expression: Some(SqlDef::new(sql)),
        ..by("")
    }
}

/// An expression whose text depends on the database.
pub const fn by_expression_def(expression: SqlDef) -> IndexColumnDef {
    IndexColumnDef {
        expression: Some(expression),
        ..by("")
    }
}

impl IndexColumnDef {
    /// Largest first.
    pub const fn desc(mut self) -> Self {
        self.order = SortOrder::Descending;
        self
    }

    /// NULLs before everything else.
    pub const fn nulls_first(mut self) -> Self {
        self.nulls = Some(NullsOrder::First);
        self
    }

    /// NULLs after everything else.
    pub const fn nulls_last(mut self) -> Self {
        self.nulls = Some(NullsOrder::Last);
        self
    }

    /// The collation.
    pub const fn collate(mut self, collation: &'static str) -> Self {
        self.collation = Some(collation);
        self
    }

    /// The operator class (PostgreSQL).
    pub const fn operator_class(mut self, name: &'static str) -> Self {
        self.operator_class = Some(name);
        self
    }

    /// The text of an expression for one database.
    ///
    /// # Panics
    /// At compile time, on a column.
    #[track_caller]
    pub const fn expression_for(mut self, backend: Backend, sql: &'static str) -> Self {
        let Some(expression) = self.expression else {
            panic!("`expression_for` belongs to `by_expression`")
        };
        self.expression = Some(expression.or(backend, sql));
        self
    }
}
