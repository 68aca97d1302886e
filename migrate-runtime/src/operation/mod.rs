//! Operations: the steps from one schema to another, as plain owned data.
//!
//! What the diff produces is what a migration file says, what the fold of the chain replays
//!, what the SQL renderer renders and what the inverse of a migration is made of. An operation holds no
//! function: a `run` step is known here by its name only.

mod apply;
mod change;
pub mod describe;
mod former;
mod inverse;
mod lines;
pub(crate) mod mentions;
mod names;
mod object;

pub(crate) use apply::enum_of;
pub(crate) use apply::key;
pub use apply::{ApplyError, apply, apply_all, apply_to_database};
pub use change::ColumnChange;
pub use describe::describe;
pub(crate) use former::FormerNames;
pub use inverse::{Irreversible, inverse, inverse_all};
pub(crate) use lines::made_again;
pub use lines::{Line, lines};
pub(crate) use names::too_long;
pub use object::Object;

use crate::schema::{
    Check, Column, EnumType, ForeignKey, Index, Name, PrimaryKey, SqlText, Table, TableName,
    TableOptions, Unique,
};

/// One step of a migration.
///
/// The constructor in a migration file, the variant, the words in a log line and the heading in the
/// documentation are the same.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Operation {
    /// Creates a table with its columns and constraints. Indexes are operations of their own.
    CreateTable {
        /// The table; its `indexes` are empty.
        table: Table,
        /// Skips the step, with a log line, where the table exists.
        if_not_exists: bool,
    },
    /// Drops a table, with its indexes and constraints.
    DropTable {
        /// The table.
        table: TableName,
        /// Skips the step where there is no such table.
        if_exists: bool,
    },
    /// Gives a table another name.
    RenameTable {
        /// Its name before.
        from: TableName,
        /// Its name after.
        to: TableName,
    },
    /// Sets or removes a table's comment.
    SetTableComment {
        /// The table.
        table: TableName,
        /// The comment (`None`: no comment).
        comment: Option<String>,
    },
    /// Sets all options of a table.
    SetTableOptions {
        /// The table.
        table: TableName,
        /// The options it has from now on.
        options: TableOptions,
    },
    /// Adds a column.
    AddColumn {
        /// The table.
        table: TableName,
        /// The column.
        column: Column,
        /// Skips the step where the column exists, or the table does not.
        if_not_exists: bool,
    },
    /// Drops a column.
    DropColumn {
        /// The table.
        table: TableName,
        /// The column.
        column: Name,
        /// Skips the step where there is no such column or table.
        if_exists: bool,
    },
    /// Gives a column another name.
    RenameColumn {
        /// The table.
        table: TableName,
        /// Its name before.
        from: Name,
        /// Its name after.
        to: Name,
    },
    /// Changes a column in place.
    AlterColumn {
        /// The table.
        table: TableName,
        /// The column.
        column: Name,
        /// What changes.
        change: ColumnChange,
    },
    /// Creates an index.
    CreateIndex {
        /// The table.
        table: TableName,
        /// The index.
        index: Index,
        /// Skips the step where the index exists, or the table does not.
        if_not_exists: bool,
        /// Whether others may write to the table meanwhile (PostgreSQL `CONCURRENTLY`).
        concurrently: bool,
    },
    /// Drops an index.
    DropIndex {
        /// The table.
        table: TableName,
        /// The index.
        index: Name,
        /// Skips the step where there is no such index.
        if_exists: bool,
        /// Whether others may use the table meanwhile (PostgreSQL `CONCURRENTLY`).
        concurrently: bool,
    },
    /// Gives an index another name.
    RenameIndex {
        /// The table.
        table: TableName,
        /// Its name before.
        from: Name,
        /// Its name after.
        to: Name,
    },
    /// Adds a primary key.
    AddPrimaryKey {
        /// The table.
        table: TableName,
        /// The key.
        primary_key: PrimaryKey,
    },
    /// Drops the primary key.
    DropPrimaryKey {
        /// The table.
        table: TableName,
    },
    /// Adds a unique constraint.
    AddUnique {
        /// The table.
        table: TableName,
        /// The constraint.
        unique: Unique,
        /// Whether nothing is done when the table has the same constraint already, under any name.
        if_not_exists: bool,
    },
    /// Drops a unique constraint.
    DropUnique {
        /// The table.
        table: TableName,
        /// Its name.
        name: Name,
    },
    /// Adds a check.
    AddCheck {
        /// The table.
        table: TableName,
        /// The check.
        check: Check,
        /// Whether nothing is done when the table has the same check already, under any name.
        if_not_exists: bool,
        /// Whether the rows that are there are not looked at (PostgreSQL `NOT VALID`).
        not_valid: bool,
    },
    /// Drops a check.
    DropCheck {
        /// The table.
        table: TableName,
        /// Its name.
        name: Name,
    },
    /// Adds a foreign key.
    AddForeignKey {
        /// The table.
        table: TableName,
        /// The key.
        foreign_key: ForeignKey,
        /// Whether nothing is done when the table has the same key already, under any name.
        if_not_exists: bool,
        /// Whether the rows that are there are not looked at (PostgreSQL `NOT VALID`).
        not_valid: bool,
    },
    /// Looks at the rows that were there before a check or foreign key that did not.
    ValidateConstraint {
        /// The table.
        table: TableName,
        /// The name of the constraint.
        name: Name,
    },
    /// Drops a foreign key.
    DropForeignKey {
        /// The table.
        table: TableName,
        /// Its name.
        name: Name,
    },
    /// Gives a unique constraint, check or foreign key another name.
    RenameConstraint {
        /// The table.
        table: TableName,
        /// Its name before.
        from: Name,
        /// Its name after.
        to: Name,
    },
    /// Creates an enum type.
    CreateEnum {
        /// The type.
        enum_type: EnumType,
        /// Whether a type of that name may be there already.
        if_not_exists: bool,
    },
    /// Changes the values of an enum type.
    AlterEnum {
        /// The type.
        name: Name,
        /// All values it has from now on, in order.
        values: Vec<String>,
        /// Values that are renamed, as pairs of before and after; rows follow.
        renames: Vec<(String, String)>,
    },
    /// Drops an enum type.
    DropEnum {
        /// The type.
        name: Name,
    },
    /// Runs SQL as it is written.
    Sql {
        /// The statements; a database without a text runs nothing.
        sql: SqlText,
        /// What it does to the schema, for the fold.
        changes: Vec<Self>,
    },
    /// Fills a column of existing rows.
    Backfill {
        /// The table.
        table: TableName,
        /// The column.
        column: Name,
        /// The expression that gives the value.
        value: SqlText,
        /// The condition of the rows to fill (`None`: those where the column is NULL).
        condition: Option<SqlText>,
    },
    /// Calls a function of the migration file.
    Run {
        /// The name it is known by.
        name: String,
        /// What it does to the schema, for the fold.
        changes: Vec<Self>,
    },
}

impl Operation {
    /// The word for the operation, the same as its constructor: `create_table`.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::CreateTable { .. } => "create_table",
            Self::DropTable { .. } => "drop_table",
            Self::RenameTable { .. } => "rename_table",
            Self::SetTableComment { .. } => "set_table_comment",
            Self::SetTableOptions { .. } => "set_table_options",
            Self::AddColumn { .. } => "add_column",
            Self::DropColumn { .. } => "drop_column",
            Self::RenameColumn { .. } => "rename_column",
            Self::AlterColumn { .. } => "alter_column",
            Self::CreateIndex { .. } => "create_index",
            Self::DropIndex { .. } => "drop_index",
            Self::RenameIndex { .. } => "rename_index",
            Self::AddPrimaryKey { .. } => "add_primary_key",
            Self::DropPrimaryKey { .. } => "drop_primary_key",
            Self::AddUnique { .. } => "add_unique",
            Self::DropUnique { .. } => "drop_unique",
            Self::AddCheck { .. } => "add_check",
            Self::DropCheck { .. } => "drop_check",
            Self::AddForeignKey { .. } => "add_foreign_key",
            Self::ValidateConstraint { .. } => "validate_constraint",
            Self::DropForeignKey { .. } => "drop_foreign_key",
            Self::RenameConstraint { .. } => "rename_constraint",
            Self::CreateEnum { .. } => "create_enum",
            Self::AlterEnum { .. } => "alter_enum",
            Self::DropEnum { .. } => "drop_enum",
            Self::Sql { .. } => "sql",
            Self::Backfill { .. } => "backfill",
            Self::Run { .. } => "run",
        }
    }

    /// Whether the operation leaves in place what it finds.
    pub const fn adopts(&self) -> bool {
        matches!(
            self,
            Self::CreateTable {
                if_not_exists: true,
                ..
            } | Self::AddColumn {
                if_not_exists: true,
                ..
            } | Self::CreateIndex {
                if_not_exists: true,
                ..
            } | Self::AddUnique {
                if_not_exists: true,
                ..
            } | Self::AddCheck {
                if_not_exists: true,
                ..
            } | Self::AddForeignKey {
                if_not_exists: true,
                ..
            } | Self::CreateEnum {
                if_not_exists: true,
                ..
            }
        )
    }

    /// The table the operation changes, if it changes one.
    pub const fn table(&self) -> Option<&TableName> {
        match self {
            Self::CreateTable { table, .. } => Some(&table.name),
            Self::RenameTable { from, .. } => Some(from),
            Self::DropTable { table, .. }
            | Self::SetTableComment { table, .. }
            | Self::SetTableOptions { table, .. }
            | Self::AddColumn { table, .. }
            | Self::DropColumn { table, .. }
            | Self::RenameColumn { table, .. }
            | Self::AlterColumn { table, .. }
            | Self::CreateIndex { table, .. }
            | Self::DropIndex { table, .. }
            | Self::RenameIndex { table, .. }
            | Self::AddPrimaryKey { table, .. }
            | Self::DropPrimaryKey { table }
            | Self::AddUnique { table, .. }
            | Self::DropUnique { table, .. }
            | Self::AddCheck { table, .. }
            | Self::DropCheck { table, .. }
            | Self::AddForeignKey { table, .. }
            | Self::ValidateConstraint { table, .. }
            | Self::DropForeignKey { table, .. }
            | Self::RenameConstraint { table, .. }
            | Self::Backfill { table, .. } => Some(table),
            Self::CreateEnum { .. }
            | Self::AlterEnum { .. }
            | Self::DropEnum { .. }
            | Self::Sql { .. }
            | Self::Run { .. } => None,
        }
    }
}
