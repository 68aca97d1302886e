//! The constructors of operations, as a migration file calls them.

use super::column::{ColumnChangeDef, ColumnDef};
use super::constraint::{ConstraintDef, ConstraintKind};
use super::index::{IndexDef, index};
use super::types::{EnumDef, SqlDef, TableNameDef, TableOptionsDef, options, table_name};
use crate::runner::RunFunction;
use crate::schema::Backend;
use std::panic::Location;

/// The const form of [`Operation`](crate::operation::Operation), with the place it is written at.
#[derive(Debug, Clone, Copy)]
pub struct OperationDef {
    /// What it does.
    pub kind: OperationKind,
    /// Where it is written.
    pub location: &'static Location<'static>,
}

/// What an [`OperationDef`] does.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
#[expect(
    missing_docs,
    reason = "field for field the owned `Operation`, which documents them"
)]
pub enum OperationKind {
    CreateTable {
        table: TableNameDef,
        columns: &'static [ColumnDef],
        constraints: &'static [ConstraintDef],
        comment: Option<&'static str>,
        options: TableOptionsDef,
        if_not_exists: bool,
    },
    DropTable {
        table: TableNameDef,
        if_exists: bool,
    },
    RenameTable {
        from: TableNameDef,
        to: TableNameDef,
    },
    SetTableComment {
        table: TableNameDef,
        comment: Option<&'static str>,
    },
    SetTableOptions {
        table: TableNameDef,
        options: TableOptionsDef,
    },
    AddColumn {
        table: TableNameDef,
        column: ColumnDef,
        if_not_exists: bool,
    },
    DropColumn {
        table: TableNameDef,
        column: &'static str,
        if_exists: bool,
    },
    RenameColumn {
        table: TableNameDef,
        from: &'static str,
        to: &'static str,
    },
    AlterColumn {
        table: TableNameDef,
        column: &'static str,
        change: ColumnChangeDef,
    },
    CreateIndex {
        table: TableNameDef,
        index: IndexDef,
        if_not_exists: bool,
        concurrently: bool,
    },
    DropIndex {
        table: TableNameDef,
        index: &'static str,
        if_exists: bool,
        concurrently: bool,
    },
    RenameIndex {
        table: TableNameDef,
        from: &'static str,
        to: &'static str,
    },
    /// `add_primary_key`, `add_unique`, `add_check` or `add_foreign_key`, by the constraint's kind.
    AddConstraint {
        table: TableNameDef,
        constraint: ConstraintDef,
        /// Of foreign keys only.
        if_not_exists: bool,
        /// Of checks and foreign keys only.
        not_valid: bool,
    },
    RenameConstraint {
        table: TableNameDef,
        from: &'static str,
        to: &'static str,
    },
    ValidateConstraint {
        table: TableNameDef,
        name: &'static str,
    },
    DropPrimaryKey {
        table: TableNameDef,
    },
    DropUnique {
        table: TableNameDef,
        name: &'static str,
    },
    DropCheck {
        table: TableNameDef,
        name: &'static str,
    },
    DropForeignKey {
        table: TableNameDef,
        name: &'static str,
    },
    CreateEnum {
        enum_type: EnumDef,
        if_not_exists: bool,
    },
    AlterEnum {
        name: &'static str,
        values: &'static [&'static str],
        renames: &'static [(&'static str, &'static str)],
    },
    DropEnum {
        name: &'static str,
    },
    Sql {
        sql: SqlDef,
        changes: &'static [OperationDef],
    },
    Backfill {
        table: TableNameDef,
        column: &'static str,
        value: SqlDef,
        condition: Option<SqlDef>,
    },
    Run {
        name: &'static str,
        function: RunFunction,
        changes: &'static [OperationDef],
    },
}

#[track_caller]
const fn operation(kind: OperationKind) -> OperationDef {
    OperationDef {
        kind,
        location: Location::caller(),
    }
}

/// Creates a table: `create_table("users", &[column("id", BigInt).not_null()])
/// .constraints(&[primary_key(&["id"])])`.
#[track_caller]
pub const fn create_table(name: &'static str, columns: &'static [ColumnDef]) -> OperationDef {
    operation(OperationKind::CreateTable {
        table: table_name(name),
        columns,
        constraints: &[],
        comment: None,
        options: options(),
        if_not_exists: false,
    })
}

/// Drops a table, with its indexes and constraints.
#[track_caller]
pub const fn drop_table(name: &'static str) -> OperationDef {
    operation(OperationKind::DropTable {
        table: table_name(name),
        if_exists: false,
    })
}

/// Gives a table another name.
#[track_caller]
pub const fn rename_table(from: &'static str, to: &'static str) -> OperationDef {
    operation(OperationKind::RenameTable {
        from: table_name(from),
        to: table_name(to),
    })
}

/// Sets or removes a table's comment.
#[track_caller]
pub const fn set_table_comment(table: &'static str, comment: Option<&'static str>) -> OperationDef {
    operation(OperationKind::SetTableComment {
        table: table_name(table),
        comment,
    })
}

/// Sets all options of a table.
#[track_caller]
pub const fn set_table_options(table: &'static str, options: TableOptionsDef) -> OperationDef {
    operation(OperationKind::SetTableOptions {
        table: table_name(table),
        options,
    })
}

/// Adds a column: `add_column("users", column("bio", Text))`.
#[track_caller]
pub const fn add_column(table: &'static str, column: ColumnDef) -> OperationDef {
    operation(OperationKind::AddColumn {
        table: table_name(table),
        column,
        if_not_exists: false,
    })
}

/// Drops a column.
#[track_caller]
pub const fn drop_column(table: &'static str, column: &'static str) -> OperationDef {
    operation(OperationKind::DropColumn {
        table: table_name(table),
        column,
        if_exists: false,
    })
}

/// Gives a column another name.
#[track_caller]
pub const fn rename_column(
    table: &'static str,
    from: &'static str,
    to: &'static str,
) -> OperationDef {
    operation(OperationKind::RenameColumn {
        table: table_name(table),
        from,
        to,
    })
}

/// Changes a column: `alter_column("users", "bio").set_type(Varchar(500)).set_not_null()`.
#[track_caller]
pub const fn alter_column(table: &'static str, column: &'static str) -> OperationDef {
    operation(OperationKind::AlterColumn {
        table: table_name(table),
        column,
        change: ColumnChangeDef {
            ty: None,
            using: None,
            nullable: None,
            default: None,
            generated: None,
            auto_increment: None,
            collation: None,
            comment: None,
        },
    })
}

/// Creates an index: `create_index("users_bio_idx", "users", &["bio"])`. For anything but plain
/// columns pass `&[]` and say [`OperationDef::on`].
#[track_caller]
pub const fn create_index(
    name: &'static str,
    table: &'static str,
    columns: &'static [&'static str],
) -> OperationDef {
    operation(OperationKind::CreateIndex {
        table: table_name(table),
        index: index(name, columns),
        if_not_exists: false,
        concurrently: false,
    })
}

/// Gives a unique constraint, check or foreign key another name.
#[track_caller]
pub const fn rename_constraint(
    table: &'static str,
    from: &'static str,
    to: &'static str,
) -> OperationDef {
    operation(OperationKind::RenameConstraint {
        table: table_name(table),
        from,
        to,
    })
}

/// Drops an index.
#[track_caller]
pub const fn drop_index(name: &'static str, table: &'static str) -> OperationDef {
    operation(OperationKind::DropIndex {
        table: table_name(table),
        index: name,
        if_exists: false,
        concurrently: false,
    })
}

/// Gives an index another name.
#[track_caller]
pub const fn rename_index(
    table: &'static str,
    from: &'static str,
    to: &'static str,
) -> OperationDef {
    operation(OperationKind::RenameIndex {
        table: table_name(table),
        from,
        to,
    })
}

#[track_caller]
const fn add_constraint(table: &'static str, constraint: ConstraintDef) -> OperationDef {
    operation(OperationKind::AddConstraint {
        table: table_name(table),
        constraint,
        if_not_exists: false,
        not_valid: false,
    })
}

/// Adds a primary key: `add_primary_key("users", primary_key(&["id"]))`.
#[track_caller]
pub const fn add_primary_key(table: &'static str, constraint: ConstraintDef) -> OperationDef {
    assert!(
        matches!(constraint.kind, ConstraintKind::PrimaryKey { .. }),
        "`add_primary_key` takes a `primary_key(..)`"
    );
    add_constraint(table, constraint)
}

/// Adds a unique constraint: `add_unique("users", unique("users_email_key", &["email"]))`.
#[track_caller]
pub const fn add_unique(table: &'static str, constraint: ConstraintDef) -> OperationDef {
    assert!(
        matches!(constraint.kind, ConstraintKind::Unique { .. }),
        "`add_unique` takes a `unique(..)`"
    );
    add_constraint(table, constraint)
}

/// Adds a check: `add_check("users", check("users_age_check", "age >= 0"))`.
#[track_caller]
pub const fn add_check(table: &'static str, constraint: ConstraintDef) -> OperationDef {
    assert!(
        matches!(constraint.kind, ConstraintKind::Check { .. }),
        "`add_check` takes a `check(..)`"
    );
    add_constraint(table, constraint)
}

/// Adds a foreign key: `add_foreign_key("posts", foreign_key(..))`.
#[track_caller]
pub const fn add_foreign_key(table: &'static str, constraint: ConstraintDef) -> OperationDef {
    assert!(
        matches!(constraint.kind, ConstraintKind::ForeignKey { .. }),
        "`add_foreign_key` takes a `foreign_key(..)`"
    );
    add_constraint(table, constraint)
}

/// Checks the rows that were there before a check or foreign key that was added `not_valid`.
/// PostgreSQL reads the table for it and blocks nobody who writes; on other databases nothing is left
/// to do.
#[track_caller]
pub const fn validate_constraint(table: &'static str, name: &'static str) -> OperationDef {
    operation(OperationKind::ValidateConstraint {
        table: table_name(table),
        name,
    })
}

/// Drops the primary key.
#[track_caller]
pub const fn drop_primary_key(table: &'static str) -> OperationDef {
    operation(OperationKind::DropPrimaryKey {
        table: table_name(table),
    })
}

/// Drops a unique constraint.
#[track_caller]
pub const fn drop_unique(table: &'static str, name: &'static str) -> OperationDef {
    operation(OperationKind::DropUnique {
        table: table_name(table),
        name,
    })
}

/// Drops a check.
#[track_caller]
pub const fn drop_check(table: &'static str, name: &'static str) -> OperationDef {
    operation(OperationKind::DropCheck {
        table: table_name(table),
        name,
    })
}

/// Drops a foreign key.
#[track_caller]
pub const fn drop_foreign_key(table: &'static str, name: &'static str) -> OperationDef {
    operation(OperationKind::DropForeignKey {
        table: table_name(table),
        name,
    })
}

/// Creates an enum type: `create_enum("order_status", &["pending", "paid"])`.
#[track_caller]
pub const fn create_enum(name: &'static str, values: &'static [&'static str]) -> OperationDef {
    operation(OperationKind::CreateEnum {
        enum_type: EnumDef { name, values },
        if_not_exists: false,
    })
}

/// Gives an enum type these values, in this order.
#[track_caller]
pub const fn alter_enum(name: &'static str, values: &'static [&'static str]) -> OperationDef {
    operation(OperationKind::AlterEnum {
        name,
        values,
        renames: &[],
    })
}

/// Drops an enum type.
#[track_caller]
pub const fn drop_enum(name: &'static str) -> OperationDef {
    operation(OperationKind::DropEnum { name })
}

/// Runs SQL, on every database.
#[track_caller]
pub const fn sql(sql: &'static str) -> OperationDef {
    operation(OperationKind::Sql {
        sql: SqlDef::new(sql),
        changes: &[],
    })
}

/// Runs SQL on one kind of database: `sql_for(Postgres, "…")`.
#[track_caller]
pub const fn sql_for(backend: Backend, sql: &'static str) -> OperationDef {
    operation(OperationKind::Sql {
        sql: SqlDef::only(backend, sql),
        changes: &[],
    })
}

/// Runs SQL whose text depends on the database.
#[track_caller]
pub const fn sql_def(sql: SqlDef) -> OperationDef {
    operation(OperationKind::Sql { sql, changes: &[] })
}

/// Fills a column where it is NULL: `backfill("users", "status", "'active'")`.
#[track_caller]
pub const fn backfill(
    table: &'static str,
    column: &'static str,
    value: &'static str,
) -> OperationDef {
    operation(OperationKind::Backfill {
        table: table_name(table),
        column,
        value: SqlDef::new(value),
        condition: None,
    })
}

/// Fills a column with a value whose text depends on the database.
#[track_caller]
pub const fn backfill_def(
    table: &'static str,
    column: &'static str,
    value: SqlDef,
) -> OperationDef {
    operation(OperationKind::Backfill {
        table: table_name(table),
        column,
        value,
        condition: None,
    })
}

/// Calls a function of the migration file, with a diesel connection.
#[track_caller]
pub const fn run(name: &'static str, function: RunFunction) -> OperationDef {
    operation(OperationKind::Run {
        name,
        function,
        changes: &[],
    })
}
