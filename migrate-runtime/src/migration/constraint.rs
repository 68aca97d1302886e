//! Const forms of constraints.

use super::types::{SqlDef, TableNameDef, table_name};
use crate::schema::{Backend, Deferrable, ReferentialAction};

/// A constraint of a table, in const form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConstraintDef {
    /// Its name; `None` only for a primary key.
    pub name: Option<&'static str>,
    /// What it demands.
    pub kind: ConstraintKind,
}

/// The kinds of [`ConstraintDef`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ConstraintKind {
    /// A primary key.
    PrimaryKey {
        /// The columns, in order.
        columns: &'static [&'static str],
    },
    /// A unique constraint.
    Unique {
        /// The columns, in order.
        columns: &'static [&'static str],
        /// Columns that its index holds and that it does not compare.
        include: &'static [&'static str],
        /// Whether two NULLs count as equal.
        nulls_not_distinct: bool,
        /// When it is checked.
        deferrable: Deferrable,
    },
    /// A check.
    Check {
        /// The condition.
        expression: SqlDef,
    },
    /// A foreign key.
    ForeignKey {
        /// The columns of this table.
        columns: &'static [&'static str],
        /// The table they refer to.
        target: TableNameDef,
        /// The columns they refer to.
        target_columns: &'static [&'static str],
        /// What happens when the row it refers to is deleted.
        on_delete: ReferentialAction,
        /// What happens when the key it refers to changes.
        on_update: ReferentialAction,
        /// When it is checked.
        deferrable: Deferrable,
        /// Whether a key of several columns is NULL in all or in none of them.
        match_full: bool,
    },
}

/// A primary key.
pub const fn primary_key(columns: &'static [&'static str]) -> ConstraintDef {
    ConstraintDef {
        name: None,
        kind: ConstraintKind::PrimaryKey { columns },
    }
}

/// A unique constraint.
pub const fn unique(name: &'static str, columns: &'static [&'static str]) -> ConstraintDef {
    ConstraintDef {
        name: Some(name),
        kind: ConstraintKind::Unique {
            columns,
            include: &[],
            nulls_not_distinct: false,
            deferrable: Deferrable::No,
        },
    }
}

/// A check: `check("users_age_check", "age >= 0")`.
pub const fn check(name: &'static str, expression: &'static str) -> ConstraintDef {
    ConstraintDef {
        name: Some(name),
        kind: ConstraintKind::Check {
            expression: SqlDef::new(expression),
        },
    }
}

/// A check whose text depends on the database.
pub const fn check_def(name: &'static str, expression: SqlDef) -> ConstraintDef {
    ConstraintDef {
        name: Some(name),
        kind: ConstraintKind::Check { expression },
    }
}

/// An exclusion constraint of PostgreSQL, which is added and dropped as a check is; other databases do
/// without: `exclusion("stays_apart", "USING gist (room WITH =, during WITH &&)")`.
///
/// # Panics
/// At compile time, if the text, which is what stands behind `EXCLUDE`, does not begin with `USING`.
#[track_caller]
pub const fn exclusion(name: &'static str, definition: &'static str) -> ConstraintDef {
    assert!(
        matches!(
            definition.as_bytes(),
            [b'U', b'S', b'I', b'N', b'G', b' ', ..]
        ),
        "an exclusion constraint is written as it stands behind EXCLUDE: `USING gist (..)`"
    );
    check_def(name, SqlDef::only(Backend::Postgres, definition))
}

/// A foreign key: `foreign_key("posts_user_id_fkey", &["user_id"], "users", &["id"])`.
pub const fn foreign_key(
    name: &'static str,
    columns: &'static [&'static str],
    target: &'static str,
    target_columns: &'static [&'static str],
) -> ConstraintDef {
    ConstraintDef {
        name: Some(name),
        kind: ConstraintKind::ForeignKey {
            columns,
            target: table_name(target),
            target_columns,
            on_delete: ReferentialAction::NoAction,
            on_update: ReferentialAction::NoAction,
            deferrable: Deferrable::No,
            match_full: false,
        },
    }
}

impl ConstraintDef {
    /// Gives a primary key a name of its own.
    pub const fn named(mut self, name: &'static str) -> Self {
        self.name = Some(name);
        self
    }

    /// Takes the name away: the database names the constraint, or it has none.
    pub const fn unnamed(mut self) -> Self {
        self.name = None;
        self
    }

    /// The table that a foreign key refers to, in full, where its name has a dot in it.
    ///
    /// # Panics
    /// At compile time, on anything but a foreign key.
    #[track_caller]
    pub const fn target(mut self, table: TableNameDef) -> Self {
        let ConstraintKind::ForeignKey { target, .. } = &mut self.kind else {
            panic!("`target` belongs to `foreign_key`")
        };
        *target = table;
        self
    }

    /// The text of a check for one database.
    ///
    /// # Panics
    /// At compile time, on anything but a check.
    #[track_caller]
    pub const fn expression_for(mut self, backend: Backend, sql: &'static str) -> Self {
        let ConstraintKind::Check { expression } = &mut self.kind else {
            panic!("`expression_for` belongs to `check`")
        };
        *expression = expression.or(backend, sql);
        self
    }

    /// What a foreign key does when the row it refers to is deleted.
    ///
    /// # Panics
    /// At compile time, on anything but a foreign key.
    #[track_caller]
    pub const fn on_delete(mut self, action: ReferentialAction) -> Self {
        let ConstraintKind::ForeignKey { on_delete, .. } = &mut self.kind else {
            panic!("`on_delete` belongs to `foreign_key`")
        };
        *on_delete = action;
        self
    }

    /// What a foreign key does when the key it refers to changes.
    ///
    /// # Panics
    /// At compile time, on anything but a foreign key.
    #[track_caller]
    pub const fn on_update(mut self, action: ReferentialAction) -> Self {
        let ConstraintKind::ForeignKey { on_update, .. } = &mut self.kind else {
            panic!("`on_update` belongs to `foreign_key`")
        };
        *on_update = action;
        self
    }

    /// Checked at the end of the statement, unless the transaction defers it.
    ///
    /// # Panics
    /// At compile time, on a primary key or a check.
    #[track_caller]
    pub const fn deferrable(self) -> Self {
        self.deferred(Deferrable::InitiallyImmediate)
    }

    /// Checked at the end of the transaction.
    ///
    /// # Panics
    /// At compile time, on a primary key or a check.
    #[track_caller]
    pub const fn initially_deferred(self) -> Self {
        self.deferred(Deferrable::InitiallyDeferred)
    }

    #[track_caller]
    const fn deferred(mut self, when: Deferrable) -> Self {
        match &mut self.kind {
            ConstraintKind::Unique { deferrable, .. }
            | ConstraintKind::ForeignKey { deferrable, .. } => *deferrable = when,
            ConstraintKind::PrimaryKey { .. } | ConstraintKind::Check { .. } => {
                panic!("only `unique` and `foreign_key` can be deferred")
            }
        }
        self
    }

    /// The index of a unique constraint holds these columns too (PostgreSQL).
    ///
    /// # Panics
    /// At compile time, on anything but a unique constraint.
    #[track_caller]
    pub const fn include(mut self, columns: &'static [&'static str]) -> Self {
        let ConstraintKind::Unique { include, .. } = &mut self.kind else {
            panic!("`include` belongs to `unique`")
        };
        *include = columns;
        self
    }

    /// A foreign key of several columns is NULL in all or in none of them (PostgreSQL).
    ///
    /// # Panics
    /// At compile time, on anything but a foreign key.
    #[track_caller]
    pub const fn match_full(mut self) -> Self {
        let ConstraintKind::ForeignKey { match_full, .. } = &mut self.kind else {
            panic!("`match_full` belongs to `foreign_key`")
        };
        *match_full = true;
        self
    }

    /// Two NULLs count as equal in a unique constraint.
    ///
    /// # Panics
    /// At compile time, on anything but a unique constraint.
    #[track_caller]
    pub const fn nulls_not_distinct(mut self) -> Self {
        let ConstraintKind::Unique {
            nulls_not_distinct, ..
        } = &mut self.kind
        else {
            panic!("`nulls_not_distinct` belongs to `unique`")
        };
        *nulls_not_distinct = true;
        self
    }
}
