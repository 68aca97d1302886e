//! Values of an enum type that are used in the migration that adds them.
//!
//! PostgreSQL lets nobody use a value before the commit of what added it, unless the type itself is as new.
//! In go the operations of a migration and the schema before them; out comes the first that uses one too
//! early. `check/replay/fresh_values.rs` says the same to the compiler.

use super::define::own;
use crate::dialect::{Dialect, Postgres};
use crate::operation::{ColumnChange, Operation, apply_to_database, enum_of};
use crate::schema::{
    Check, Column, DefaultValue, Index, IndexKey, Name, Schema, SqlText, SqlType, TableName, Value,
};

/// A value that is used before its time, with the places of both operations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TooEarly {
    pub(crate) added: usize,
    pub(crate) used: usize,
    pub(crate) name: Name,
    pub(crate) value: String,
}

/// The first value that is used in the same transaction as it is added in.
pub(crate) fn too_early(operations: &[Operation], before: &Schema) -> Option<TooEarly> {
    if !operations.iter().any(|one| alters(one).next().is_some()) {
        return None;
    }
    let mut schema = before.clone();
    for (added, operation) in operations.iter().enumerate() {
        for (name, values, renames) in alters(operation) {
            let is_new = operations[..added].iter().any(|one| creates(one, name));
            let held = schema.enums.get(name).map(|there| &there.values[..]);
            let fresh = match held {
                Some(held) if !is_new => additions(held, values, renames),
                _ => Vec::new(),
            };
            for (value, used) in fresh
                .into_iter()
                .flat_map(|value| (added + 1..operations.len()).map(move |at| (value, at)))
            {
                let fresh = Fresh {
                    name,
                    value,
                    schema: &schema,
                };
                if fresh.is_used(&operations[used]) {
                    return Some(TooEarly {
                        added,
                        used,
                        name: name.clone(),
                        value: value.clone(),
                    });
                }
            }
        }
        // What does not fit is refused elsewhere.
        apply_to_database(&mut schema, operation).ok()?;
    }
    None
}

/// The values that come to an enum type and are added in place; none where a new type takes its place.
pub(super) fn additions<'a>(
    held: &[String],
    values: &'a [String],
    renames: &[(String, String)],
) -> Vec<&'a String> {
    let renamed = |value: &String| {
        let rename = renames.iter().find(|(from, _)| from == value);
        rename.map_or_else(|| value.clone(), |(_, to)| to.clone())
    };
    let held: Vec<String> = held.iter().map(renamed).collect();
    let (kept, fresh): (Vec<_>, Vec<_>) = values.iter().partition(|one| held.contains(one));
    if kept.into_iter().eq(held.iter()) {
        fresh
    } else {
        Vec::new()
    }
}

type Alter<'a> = (&'a Name, &'a [String], &'a [(String, String)]);

/// What an operation does to the values of enum types, as it is declared.
fn alters(operation: &Operation) -> Box<dyn Iterator<Item = Alter<'_>> + '_> {
    match operation {
        Operation::AlterEnum {
            name,
            values,
            renames,
        } => Box::new(std::iter::once((name, &values[..], &renames[..]))),
        Operation::Sql { changes, .. } | Operation::Run { changes, .. } => {
            Box::new(changes.iter().flat_map(alters))
        }
        _ => Box::new(std::iter::empty()),
    }
}

/// Whether an operation makes the enum type for certain.
fn creates(operation: &Operation, name: &Name) -> bool {
    matches!(operation, Operation::CreateEnum { enum_type, if_not_exists: false } if enum_type.name == *name)
}

/// A value that is not to be used yet.
struct Fresh<'a> {
    name: &'a Name,
    value: &'a str,
    /// Before it is added.
    schema: &'a Schema,
}

impl Fresh<'_> {
    fn is_used(&self, operation: &Operation) -> bool {
        match operation {
            Operation::CreateTable {
                table,
                if_not_exists: _,
            } => {
                table.columns.iter().any(|column| self.in_column(column))
                    || table.checks.iter().any(|check| self.in_check(check))
                    || table.indexes.iter().any(|index| self.in_index(index))
            }
            Operation::AddColumn {
                table: _,
                column,
                if_not_exists: _,
            } => self.in_column(column),
            Operation::AlterColumn {
                table,
                column,
                change,
            } => self.in_change(table, column, change),
            Operation::Backfill {
                table,
                column,
                value,
                condition,
            } => {
                let is_of_it = || self.may_be_of(table, column);
                (self.in_sql(value) && is_of_it())
                    || condition.as_ref().is_some_and(|sql| self.in_sql(sql))
            }
            Operation::AddCheck { check, .. } => self.in_check(check),
            Operation::CreateIndex { index, .. } => self.in_index(index),
            Operation::Sql { sql, changes: _ } => self.in_sql(sql),
            _ => false,
        }
    }

    fn in_column(&self, column: &Column) -> bool {
        let of_it = enum_of(&column.ty) == Some(self.name);
        let default = column.default.as_ref();
        (of_it && default.is_some_and(|default| self.in_default(default, is_list(&column.ty))))
            || (column.generated.as_ref()).is_some_and(|made| self.in_sql(&made.expression))
    }

    fn in_change(&self, table: &TableName, column: &Name, change: &ColumnChange) -> bool {
        let ColumnChange {
            ty,
            using,
            nullable: _,
            default,
            generated,
            auto_increment: _,
            collation: _,
            comment: _,
        } = change;
        let becomes_it = ty.as_ref().is_some_and(|ty| enum_of(ty) == Some(self.name));
        let is_of_it = || ty.is_none() && self.may_be_of(table, column);
        let generated = generated.iter().flatten();
        becomes_it
            || (default.iter().flatten())
                .any(|default| is_of_it() && self.in_default(default, self.is_list(table, column)))
            || (using.iter().chain(generated.map(|made| &made.expression)))
                .any(|sql| self.in_sql(sql))
    }

    /// In a list there are no quotes around the value itself: `'{ok,sad}'`.
    fn in_default(&self, default: &DefaultValue, is_list: bool) -> bool {
        match default {
            DefaultValue::Value(Value::Text(text)) => text == self.value,
            DefaultValue::Sql(sql) => {
                self.in_sql(sql)
                    || is_list && own(sql).is_some_and(|text| text.contains(self.value))
            }
            _ => false,
        }
    }

    fn in_check(&self, check: &Check) -> bool {
        self.in_sql(&check.expression)
    }

    fn in_index(&self, index: &Index) -> bool {
        let expressions = index.columns.iter().filter_map(|part| match &part.key {
            IndexKey::Expression(sql) => Some(sql),
            IndexKey::Column(_) => None,
        });
        (expressions.chain(&index.predicate)).any(|sql| self.in_sql(sql))
    }

    fn in_sql(&self, sql: &SqlText) -> bool {
        own(sql).is_some_and(|text| text.contains(&Postgres.literal(self.value)))
    }

    /// Whether a column has that type, as far as is known: one that the migration makes may.
    fn may_be_of(&self, table: &TableName, column: &Name) -> bool {
        let there = self.schema.table(table).and_then(|it| it.column(column));
        there.is_none_or(|there| enum_of(&there.ty) == Some(self.name))
    }

    fn is_list(&self, table: &TableName, column: &Name) -> bool {
        let there = self.schema.table(table).and_then(|it| it.column(column));
        there.is_none_or(|there| is_list(&there.ty))
    }
}

fn is_list(ty: &SqlType) -> bool {
    matches!(ty, SqlType::Array(_))
}
