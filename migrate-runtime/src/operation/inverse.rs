//! The way back: what undoes an operation.
//!
//! The former state comes from the schema as it was before, so a dropped table comes back with its
//! indexes and constraints. Values do not come back: a NOT NULL column without default is filled with
//! a neutral value, since it could not be added to a table with rows otherwise.

use super::{ApplyError, ColumnChange, Operation, apply, key};
use crate::schema::{
    Backend, Check, Column, Name, Schema, SqlText, SqlType, Table, TableName, Unique,
};

/// Why an operation has no way back.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Irreversible {
    /// Nothing can be known of what it did.
    #[error("{operation} \"{what}\" has no written inverse")]
    Opaque {
        /// The operation's word.
        operation: &'static str,
        /// Its name or the beginning of its text.
        what: String,
    },
    /// It does not fit the schema before it.
    #[error(transparent)]
    Apply(#[from] ApplyError),
}

impl crate::Explain for Irreversible {
    fn kind(&self) -> crate::ErrorKind {
        crate::ErrorKind::Config
    }

    fn hints(&self) -> Vec<String> {
        match self {
            Self::Opaque { .. } => {
                vec!["write the downgrade by hand, or say `.irreversible(\"why\")`".to_owned()]
            }
            Self::Apply(error) => error.hints(),
        }
    }
}

/// The operations that undo those, last one first: the downgrade.
///
/// # Errors
/// The first operation that has no way back, or does not fit.
pub fn inverse_all(
    operations: &[Operation],
    before: &Schema,
) -> Result<Vec<Operation>, Irreversible> {
    let mut schema = before.clone();
    let mut groups = Vec::new();
    for operation in operations {
        let undo = undo(operation, &schema)?;
        apply(&mut schema, operation)?;
        groups.push(undo);
    }
    Ok(without_idle_steps(
        groups.into_iter().rev().flatten().collect(),
    ))
}

/// The operations that undo one, in order.
///
/// What `if_not_exists` may have found in place is not dropped, since only what a chain created ever
/// is; the chain forgets it.
///
/// # Errors
/// Where it has no way back, or does not fit the schema before it.
pub fn inverse(operation: &Operation, before: &Schema) -> Result<Vec<Operation>, Irreversible> {
    apply(&mut before.clone(), operation)?;
    undo(operation, before)
}

/// What undoes an operation that fits.
fn undo(operation: &Operation, before: &Schema) -> Result<Vec<Operation>, Irreversible> {
    let undo = match operation {
        Operation::CreateTable {
            table,
            if_not_exists: _,
        } => {
            if before.tables.contains_key(&table.name) {
                return Ok(Vec::new());
            }
            vec![Operation::DropTable {
                table: table.name.clone(),
                if_exists: false,
            }]
        }
        Operation::DropTable {
            table,
            if_exists: _,
        } => before.table(table).map(recreate).unwrap_or_default(),
        Operation::RenameTable { from, to } => {
            vec![Operation::RenameTable {
                from: to.clone(),
                to: from.clone(),
            }]
        }
        Operation::SetTableComment { table, comment: _ } => with_table(before, table, |there| {
            vec![Operation::SetTableComment {
                table: table.clone(),
                comment: there.comment.clone(),
            }]
        }),
        Operation::SetTableOptions { table, options: _ } => with_table(before, table, |there| {
            vec![Operation::SetTableOptions {
                table: table.clone(),
                options: there.options.clone(),
            }]
        }),
        Operation::AddColumn {
            table,
            column,
            if_not_exists: _,
        } => {
            let adds =
                (before.table(table)).is_some_and(|there| there.column(&column.name).is_none());
            if !adds {
                return Ok(Vec::new());
            }
            vec![Operation::DropColumn {
                table: table.clone(),
                column: column.name.clone(),
                if_exists: false,
            }]
        }
        Operation::DropColumn {
            table,
            column,
            if_exists: _,
        } => with_table(before, table, |there| {
            there
                .column(column)
                .map(|column| add_again(table, column, before))
                .unwrap_or_default()
        }),
        Operation::RenameColumn { table, from, to } => vec![Operation::RenameColumn {
            table: table.clone(),
            from: to.clone(),
            to: from.clone(),
        }],
        Operation::AlterColumn {
            table,
            column,
            change,
        } => with_table(before, table, |there| {
            let former = there.column(column).map(|column| former(change, column));
            former
                .map(|change| Operation::AlterColumn {
                    table: table.clone(),
                    column: column.clone(),
                    change,
                })
                .into_iter()
                .collect()
        }),
        Operation::CreateIndex {
            table,
            index,
            if_not_exists: _,
            concurrently,
        } => {
            let creates =
                (before.table(table)).is_some_and(|there| there.index(&index.name).is_none());
            if !creates {
                return Ok(Vec::new());
            }
            vec![Operation::DropIndex {
                table: table.clone(),
                index: index.name.clone(),
                if_exists: false,
                concurrently: *concurrently,
            }]
        }
        Operation::DropIndex {
            table,
            index,
            if_exists: _,
            concurrently,
        } => with_table(before, table, |there| {
            (there.index(index).into_iter())
                .map(|index| Operation::CreateIndex {
                    table: table.clone(),
                    index: index.clone(),
                    if_not_exists: false,
                    concurrently: *concurrently,
                })
                .collect()
        }),
        Operation::RenameIndex { table, from, to } => vec![Operation::RenameIndex {
            table: table.clone(),
            from: to.clone(),
            to: from.clone(),
        }],
        Operation::RenameConstraint { table, from, to } => vec![Operation::RenameConstraint {
            table: table.clone(),
            from: to.clone(),
            to: from.clone(),
        }],
        Operation::CreateEnum {
            enum_type,
            if_not_exists: _,
        } => {
            if before.enums.contains_key(&enum_type.name) {
                return Ok(Vec::new());
            }
            vec![Operation::DropEnum {
                name: enum_type.name.clone(),
            }]
        }
        Operation::AlterEnum {
            name,
            values: _,
            renames,
        } => (before.enums.get(name).into_iter())
            .map(|there| Operation::AlterEnum {
                name: name.clone(),
                values: there.values.clone(),
                renames: (renames.iter())
                    .map(|(from, to)| (to.clone(), from.clone()))
                    .collect(),
            })
            .collect(),
        Operation::DropEnum { name } => (before.enums.get(name).into_iter())
            .map(|there| Operation::CreateEnum {
                enum_type: there.clone(),
                if_not_exists: false,
            })
            .collect(),
        Operation::Sql { sql, changes: _ } => {
            return Err(opaque(operation, &super::describe::text(sql)));
        }
        Operation::Run { name, changes: _ } => return Err(opaque(operation, name)),
        // The values that were there before were NULL, and NULL is no loss to get back.
        Operation::Backfill { .. } => Vec::new(),
        // Valid is no other state than there: the schema does not tell them apart.
        Operation::ValidateConstraint { .. } => Vec::new(),
        Operation::AddPrimaryKey { .. }
        | Operation::DropPrimaryKey { .. }
        | Operation::AddUnique { .. }
        | Operation::DropUnique { .. }
        | Operation::AddCheck { .. }
        | Operation::DropCheck { .. }
        | Operation::AddForeignKey { .. }
        | Operation::DropForeignKey { .. } => of_constraint(operation, before),
    };
    Ok(if operation.adopts() && !undo.is_empty() {
        vec![forget(undo)]
    } else {
        undo
    })
}

/// Takes objects out of the chain and leaves them in the database.
fn forget(changes: Vec<Operation>) -> Operation {
    let sql = "-- stays in the database: it may have been there before";
    Operation::Sql {
        sql: SqlText::new(sql),
        changes,
    }
}

fn opaque(operation: &Operation, what: &str) -> Irreversible {
    let what = what
        .lines()
        .next()
        .unwrap_or_default()
        .chars()
        .take(60)
        .collect();
    Irreversible::Opaque {
        operation: operation.word(),
        what,
    }
}

fn with_table(
    schema: &Schema,
    name: &TableName,
    f: impl FnOnce(&Table) -> Vec<Operation>,
) -> Vec<Operation> {
    schema.table(name).map(f).unwrap_or_default()
}

fn of_constraint(operation: &Operation, before: &Schema) -> Vec<Operation> {
    let undo = match operation {
        Operation::AddPrimaryKey {
            table,
            primary_key: _,
        } => Some(Operation::DropPrimaryKey {
            table: table.clone(),
        }),
        Operation::DropPrimaryKey { table } => (before.table(table))
            .and_then(|there| there.primary_key.clone())
            .map(|primary_key| Operation::AddPrimaryKey {
                table: table.clone(),
                primary_key,
            }),
        Operation::AddUnique {
            table,
            unique,
            if_not_exists: _,
        } => {
            let named = |one: &Unique| one.name.is_some() && one.name == unique.name;
            if (before.table(table)).is_some_and(|there| there.uniques.iter().any(named)) {
                return Vec::new();
            }
            (unique.name.clone()).map(|name| Operation::DropUnique {
                table: table.clone(),
                name,
            })
        }
        Operation::DropUnique { table, name } => (before.table(table))
            .and_then(|there| {
                there
                    .uniques
                    .iter()
                    .find(|one| one.name.as_ref() == Some(name))
            })
            .map(|one| Operation::AddUnique {
                table: table.clone(),
                unique: one.clone(),
                if_not_exists: false,
            }),
        Operation::AddCheck {
            table,
            check,
            if_not_exists: _,
            not_valid: _,
        } => {
            let named = |one: &Check| one.name.is_some() && one.name == check.name;
            if (before.table(table)).is_some_and(|there| there.checks.iter().any(named)) {
                return Vec::new();
            }
            (check.name.clone()).map(|name| Operation::DropCheck {
                table: table.clone(),
                name,
            })
        }
        Operation::DropCheck { table, name } => (before.table(table))
            .and_then(|there| {
                there
                    .checks
                    .iter()
                    .find(|one| one.name.as_ref() == Some(name))
            })
            .map(|one| Operation::AddCheck {
                table: table.clone(),
                check: one.clone(),
                if_not_exists: false,
                not_valid: false,
            }),
        Operation::AddForeignKey {
            table,
            foreign_key,
            if_not_exists,
            not_valid: _,
        } => {
            if *if_not_exists
                && (before.table(table)).is_some_and(|there| there.has_foreign_key(foreign_key))
            {
                return Vec::new();
            }
            (foreign_key.name.clone()).map(|name| Operation::DropForeignKey {
                table: table.clone(),
                name,
            })
        }
        Operation::DropForeignKey { table, name } => (before.table(table))
            .and_then(|there| {
                there
                    .foreign_keys
                    .iter()
                    .find(|one| one.name.as_ref() == Some(name))
            })
            .map(|one| Operation::AddForeignKey {
                table: table.clone(),
                foreign_key: one.clone(),
                if_not_exists: false,
                not_valid: false,
            }),
        _ => None,
    };
    undo.into_iter().collect()
}

/// A table as operations: itself, then its indexes, then its foreign keys to those.
pub(crate) fn recreate(table: &Table) -> Vec<Operation> {
    let mut bare = table.clone();
    bare.stored_sql = None;
    let indexes = std::mem::take(&mut bare.indexes);
    let name = bare.name.clone();
    let foreign_keys = std::mem::take(&mut bare.foreign_keys);
    let (late, ready): (Vec<_>, Vec<_>) = (foreign_keys.into_iter())
        .partition(|it| it.target == name && !key::is_key(&bare, &it.target_columns));
    bare.foreign_keys = ready;
    let mut operations = vec![Operation::CreateTable {
        table: bare,
        if_not_exists: false,
    }];
    operations.extend(indexes.into_iter().map(|index| Operation::CreateIndex {
        table: name.clone(),
        index,
        if_not_exists: false,
        concurrently: false,
    }));
    operations.extend(
        (late.into_iter()).map(|foreign_key| Operation::AddForeignKey {
            table: name.clone(),
            foreign_key,
            if_not_exists: false,
            not_valid: false,
        }),
    );
    operations
}

/// The values that the changed attributes had.
fn former(change: &ColumnChange, column: &Column) -> ColumnChange {
    let ColumnChange {
        ty,
        using: _,
        nullable,
        default,
        generated,
        auto_increment,
        collation,
        comment,
    } = change;
    ColumnChange {
        ty: ty.as_ref().map(|_| column.ty.clone()),
        using: None,
        nullable: nullable.map(|_| column.nullable),
        default: default.as_ref().map(|_| column.default.clone()),
        generated: generated.as_ref().map(|_| column.generated.clone()),
        auto_increment: auto_increment.map(|_| column.auto_increment),
        collation: collation.as_ref().map(|_| column.collation.clone()),
        comment: comment.as_ref().map(|_| column.comment.clone()),
    }
}

/// Adds a dropped column again, in a way that works on a table with rows.
fn add_again(table: &TableName, column: &Column, before: &Schema) -> Vec<Operation> {
    let add = |column: Column| Operation::AddColumn {
        table: table.clone(),
        column,
        if_not_exists: false,
    };
    let needs_value = !column.nullable
        && column.default.is_none()
        && column.generated.is_none()
        && !column.auto_increment;
    let filler = if needs_value {
        neutral_value(&column.ty, before)
    } else {
        None
    };
    let Some(value) = filler else {
        return vec![add(column.clone())];
    };
    let mut nullable = column.clone();
    nullable.nullable = true;
    vec![
        add(nullable),
        Operation::Backfill {
            table: table.clone(),
            column: column.name.clone(),
            value,
            condition: None,
        },
        Operation::AlterColumn {
            table: table.clone(),
            column: column.name.clone(),
            change: ColumnChange {
                nullable: Some(false),
                ..ColumnChange::default()
            },
        },
    ]
}

/// A value that a column of that type can hold, where there is one that says nothing.
fn neutral_value(ty: &SqlType, schema: &Schema) -> Option<SqlText> {
    let text = match ty {
        SqlType::Bool => "FALSE".into(),
        SqlType::TinyInt
        | SqlType::SmallInt
        | SqlType::Integer
        | SqlType::BigInt
        | SqlType::UnsignedTinyInt
        | SqlType::UnsignedSmallInt
        | SqlType::UnsignedInteger
        | SqlType::UnsignedBigInt
        | SqlType::Float
        | SqlType::Double
        | SqlType::Decimal(..) => "0".into(),
        SqlType::Text | SqlType::Varchar(_) | SqlType::Char(_) => "''".into(),
        SqlType::Binary => {
            let mut empty = SqlText::new("X''");
            empty.overrides.insert(Backend::Postgres, "''");
            empty
        }
        SqlType::Date => "'1970-01-01'".into(),
        SqlType::Time(_) => "'00:00:00'".into(),
        SqlType::Timestamp(_) | SqlType::TimestampTz(_) => "'1970-01-01 00:00:00'".into(),
        SqlType::Json | SqlType::Jsonb => "'null'".into(),
        SqlType::Enum(name) => {
            let first = schema.enums.get(name)?.values.first()?;
            SqlText::new(format!("'{}'", first.replace('\'', "''")))
        }
        SqlType::Uuid | SqlType::Array(_) | SqlType::Native(_) => return None,
    };
    Some(text)
}

/// Leaves out steps whose effect a later drop of the table or column takes away: an index or an
/// altered column of a table that goes. Constraints stay, since other tables may hang on them.
fn without_idle_steps(operations: Vec<Operation>) -> Vec<Operation> {
    let idle: Vec<bool> = (operations.iter().enumerate())
        .map(|(at, operation)| is_idle(operation, &operations[at + 1..]))
        .collect();
    (operations.into_iter().zip(idle))
        .filter_map(|(operation, idle)| (!idle).then_some(operation))
        .collect()
}

fn is_idle(operation: &Operation, later: &[Operation]) -> bool {
    match operation {
        Operation::DropIndex { table, .. } => drops(later, table, None),
        Operation::AlterColumn { table, column, .. } => drops(later, table, Some(column)),
        _ => false,
    }
}

/// Whether the table (or the column) is dropped later, with nothing about it before that.
fn drops(later: &[Operation], name: &TableName, with_column: Option<&Name>) -> bool {
    for operation in later {
        match operation {
            Operation::DropTable { table, .. } if table == name => return true,
            Operation::DropColumn { table, column, .. }
                if table == name && Some(column) == with_column =>
            {
                return true;
            }
            Operation::DropIndex { .. }
            | Operation::DropForeignKey { .. }
            | Operation::AlterColumn { .. } => {}
            Operation::DropEnum { .. } | Operation::AlterEnum { .. } => return false,
            Operation::RenameTable { .. } => return false,
            other if other.table() == Some(name) => return false,
            _ => {}
        }
    }
    false
}
