//! A list of operations in lines: what is dropped and added under another name is a rename.

use std::fmt;

use super::{Operation, apply_to_database, describe};
use crate::schema::{Check, ForeignKey, Name, Schema, TableName, Unique};

/// What one operation does, or two that are a rename together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The place of the operation in the list; of two, that of the second.
    pub operation: usize,
    /// `added`, `removed`, `changed`, `renamed`.
    pub verb: &'static str,
    /// What it is about: `users.bio TEXT NULL`.
    pub what: String,
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.verb, self.what)
    }
}

/// The operations in words; `before` is the schema that they change.
pub fn lines(operations: &[Operation], before: &Schema) -> Vec<Line> {
    let mut renames = made_again(operations, before);
    renames.retain(|again| again.from != again.to);
    let is_first = |at: usize| renames.iter().any(|rename| rename.drop == at);
    (operations.iter().enumerate())
        .filter(|(at, _)| !is_first(*at))
        .map(|(at, operation)| {
            let (verb, what) = match renames.iter().find(|rename| rename.add == at) {
                Some(Again {
                    drop: _,
                    add: _,
                    table,
                    from,
                    to,
                }) => ("renamed", format!("constraint {from} to {to} on {table}")),
                None => describe::summary(operation),
            };
            Line {
                operation: at,
                verb,
                what,
            }
        })
        .collect()
}

/// A constraint that is dropped and added again, be it under another name.
pub(crate) struct Again {
    /// The place of the one operation.
    pub(crate) drop: usize,
    /// The place of the other.
    pub(crate) add: usize,
    table: TableName,
    from: Name,
    to: Name,
}

/// What is dropped and added again as it was, renames of tables and columns aside.
pub(crate) fn made_again(operations: &[Operation], before: &Schema) -> Vec<Again> {
    let mut found = Vec::new();
    if !operations.iter().any(|one| dropped(one).is_some()) {
        return found;
    }
    // What is dropped stays here, and follows the renames.
    let mut schema = before.clone();
    let mut gone: Vec<(usize, TableName, Name)> = Vec::new();
    for (add, operation) in operations.iter().enumerate() {
        if let Some((table, name)) = dropped(operation) {
            gone.push((add, table.clone(), name.clone()));
            continue;
        }
        if let Operation::RenameTable { from, to } = operation {
            for (_, table, _) in gone.iter_mut().filter(|(_, table, _)| table == from) {
                table.clone_from(to);
            }
        }
        if let Some((table, to)) = added(operation) {
            let same = |(_, on, name): &(usize, TableName, Name)| {
                on == table && is_same(&schema, table, name, operation)
            };
            let own = |(_, on, name): &(usize, TableName, Name)| on == table && name == to;
            let is_own = gone.iter().any(own);
            // One that comes back under its own name is no other one's new form.
            let at = gone
                .iter()
                .position(|one| if is_own { own(one) } else { same(one) });
            let is_again = at.is_some_and(|at| same(&gone[at]));
            if let Some((drop, table, from)) = at.map(|at| gone.remove(at)) {
                forget(&mut schema, &table, &from);
                if is_again {
                    found.push(Again {
                        drop,
                        add,
                        table,
                        from,
                        to: to.clone(),
                    });
                }
            }
        }
        // One that does not fit is reported where the chain is folded.
        drop(apply_to_database(&mut schema, operation));
    }
    found
}

const fn dropped(operation: &Operation) -> Option<(&TableName, &Name)> {
    match operation {
        Operation::DropUnique { table, name }
        | Operation::DropCheck { table, name }
        | Operation::DropForeignKey { table, name } => Some((table, name)),
        _ => None,
    }
}

const fn added(operation: &Operation) -> Option<(&TableName, &Name)> {
    let (table, name) = match operation {
        Operation::AddUnique { table, unique, .. } => (table, &unique.name),
        Operation::AddCheck { table, check, .. } => (table, &check.name),
        Operation::AddForeignKey {
            table, foreign_key, ..
        } => (table, &foreign_key.name),
        _ => return None,
    };
    match name {
        Some(name) => Some((table, name)),
        None => None,
    }
}

/// Whether the operation adds what the table has under that name.
fn is_same(schema: &Schema, table: &TableName, name: &Name, add: &Operation) -> bool {
    let Some(there) = schema.table(table) else {
        return false;
    };
    let name = Some(name.clone());
    match add {
        Operation::AddUnique { unique, .. } => there.uniques.contains(&Unique {
            name,
            ..unique.clone()
        }),
        Operation::AddCheck { check, .. } => there.checks.contains(&Check {
            name,
            ..check.clone()
        }),
        Operation::AddForeignKey { foreign_key, .. } => there.foreign_keys.contains(&ForeignKey {
            name,
            ..foreign_key.clone()
        }),
        _ => false,
    }
}

fn forget(schema: &mut Schema, table: &TableName, name: &Name) {
    if let Some(table) = schema.table_mut(table) {
        table.uniques.retain(|one| one.name.as_ref() != Some(name));
        table.checks.retain(|one| one.name.as_ref() != Some(name));
        (table.foreign_keys).retain(|one| one.name.as_ref() != Some(name));
    }
}
