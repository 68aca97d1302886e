//! Indexes that are made while others write, in a revision of their own (`--concurrently`).
//!
//! In go the operations of a revision and the chain before them; out come those that stay, and the indexes
//! that follow, which no transaction may hold. An index stays where the order counts: a foreign key needs it,
//! a column under it changes, its name is wanted by something else.

use crate::diff::name_taken;
use crate::operation::{Operation, apply_all, describe};
use crate::schema::{AttachedKind, Index, Name, Schema, Table, TableName, naming};
use std::collections::BTreeSet;

/// A revision in two parts.
#[derive(Debug)]
pub(super) struct Parts {
    /// What goes into a transaction.
    pub(super) first: Vec<Operation>,
    /// Indexes only, all of them concurrent.
    pub(super) indexes: Vec<Operation>,
}

/// Takes the indexes of tables that are there already out of the operations. One that changes is built beside
/// the old one, which then gives way: the table is never without.
pub(super) fn split(operations: &[Operation], chain: &Schema, database: Option<&Schema>) -> Parts {
    let parts = taken_out(operations, chain, database);
    let exchanged = Parts {
        indexes: exchanged(&parts, chain),
        first: parts.first.clone(),
    };
    if leads_on(&exchanged, chain) {
        exchanged
    } else {
        parts
    }
}

fn taken_out(operations: &[Operation], chain: &Schema, database: Option<&Schema>) -> Parts {
    let candidates = candidates(operations, &|table| is_partitioned(table, database));
    let all = parts(operations, &candidates);
    if leads_on(&all, chain) {
        return all;
    }
    // One of them has to stay: the last ones are tried first, since what follows an index may need it.
    let mut chosen = BTreeSet::new();
    for at in candidates.into_iter().rev() {
        chosen.insert(at);
        if !leads_on(&parts(operations, &chosen), chain) {
            chosen.remove(&at);
        }
    }
    parts(operations, &chosen)
}

/// Whether the rows of a table are in partitions, which have indexes of their own.
fn is_partitioned(table: &TableName, database: Option<&Schema>) -> bool {
    database.is_some_and(|database| {
        (database.attached.iter())
            .any(|one| one.kind == AttachedKind::PARTITIONED && one.table.as_ref() == Some(table))
    })
}

/// What has to stay although it makes an index while others wait, in words.
pub(super) fn locking(
    operations: &[Operation],
    chain: &Schema,
    database: Option<&Schema>,
) -> Vec<String> {
    let sentences = operations.iter().filter_map(|operation| match operation {
        Operation::AddUnique { table, unique, .. } if chain.tables.contains_key(table) => {
            let columns = describe::columns(&unique.columns);
            Some(format!(
                "the unique constraint on {table} ({columns}) is made inside the transaction, and others \
                 wait: only an index can be made concurrently"
            ))
        }
        Operation::CreateIndex { table, index, .. } if is_partitioned(table, database) => {
            let name = &index.name;
            Some(format!(
                "index {name} is made inside the transaction, and others wait: {table} is partitioned, and \
                 only the indexes of its partitions can be made concurrently"
            ))
        }
        _ => None,
    });
    sentences.collect()
}

fn parts(operations: &[Operation], chosen: &BTreeSet<usize>) -> Parts {
    let mut parts = Parts {
        first: Vec::new(),
        indexes: Vec::new(),
    };
    for (at, operation) in operations.iter().enumerate() {
        if chosen.contains(&at) {
            parts.indexes.push(made_concurrent(operation.clone()));
        } else {
            parts.first.push(operation.clone());
        }
    }
    parts
}

/// The indexes, where what is dropped and made again under its name is made first, under another one.
fn exchanged(parts: &Parts, chain: &Schema) -> Vec<Operation> {
    let mut exchanged = Vec::new();
    for operation in &parts.indexes {
        match operation {
            Operation::DropIndex { table, index, .. } if makes(&parts.indexes, table, index) => {}
            Operation::CreateIndex {
                table,
                index,
                if_not_exists,
                concurrently,
            } if drops(&parts.indexes, table, &index.name) => {
                let name = free_name(&index.name, parts, chain);
                exchanged.extend([
                    Operation::CreateIndex {
                        table: table.clone(),
                        index: Index {
                            name: name.clone(),
                            ..index.clone()
                        },
                        if_not_exists: *if_not_exists,
                        concurrently: *concurrently,
                    },
                    Operation::DropIndex {
                        table: table.clone(),
                        index: index.name.clone(),
                        if_exists: false,
                        concurrently: *concurrently,
                    },
                    Operation::RenameIndex {
                        table: table.clone(),
                        from: name,
                        to: index.name.clone(),
                    },
                ]);
            }
            _ => exchanged.push(operation.clone()),
        }
    }
    exchanged
}

fn makes(operations: &[Operation], of: &TableName, name: &Name) -> bool {
    (operations.iter()).any(|one| {
        matches!(one, Operation::CreateIndex { table, index, .. }
            if table == of && index.name == *name)
    })
}

fn drops(operations: &[Operation], of: &TableName, name: &Name) -> bool {
    (operations.iter()).any(|one| {
        matches!(one, Operation::DropIndex { table, index, .. } if table == of && index == name)
    })
}

/// A name for the index that nothing has yet.
fn free_name(index: &Name, parts: &Parts, chain: &Schema) -> Name {
    let is_taken = |name: &Name| {
        let same = |other: &Name| other.as_str().eq_ignore_ascii_case(name.as_str());
        let names = |table: &Table| {
            same(&table.name.name)
                || table.indexes.iter().any(|index| same(&index.name))
                || (table.uniques.iter()).any(|one| one.name.as_ref().is_some_and(same))
        };
        chain.tables.values().any(names)
            || (parts.first.iter().chain(&parts.indexes)).any(|one| match one {
                Operation::CreateTable { table, .. } => names(table),
                other => name_taken(other).is_some_and(same),
            })
    };
    let mut name = Name::new(naming::replacement(index.as_str()).as_str());
    while is_taken(&name) {
        name = Name::new(naming::replacement(name.as_str()).as_str());
    }
    name
}

fn made_concurrent(mut operation: Operation) -> Operation {
    if let Operation::CreateIndex { concurrently, .. } | Operation::DropIndex { concurrently, .. } =
        &mut operation
    {
        *concurrently = true;
    }
    operation
}

/// Whether the chain takes the operations in that order. Where they lead is looked at later.
fn leads_on(parts: &Parts, chain: &Schema) -> bool {
    let Parts { first, indexes } = parts;
    apply_all(&mut chain.clone(), first.iter().chain(indexes)).is_ok()
}

/// The places of the operations that may be done last, as far as the database is concerned.
fn candidates(
    operations: &[Operation],
    is_partitioned: &dyn Fn(&TableName) -> bool,
) -> BTreeSet<usize> {
    let created: BTreeSet<&TableName> = (operations.iter())
        .filter_map(|operation| match operation {
            Operation::CreateTable { table, .. } => Some(&table.name),
            _ => None,
        })
        .collect();
    let alters_enums = (operations.iter()).any(|one| matches!(one, Operation::AlterEnum { .. }));
    let may_wait = |(at, operation): (usize, &Operation)| {
        let waits = match operation {
            Operation::CreateIndex {
                table,
                index: _,
                if_not_exists: false,
                concurrently: false,
            } => !created.contains(table) && !is_partitioned(table),
            Operation::DropIndex {
                table,
                index,
                if_exists: _,
                concurrently: false,
            } => {
                let others = || others(operations, at);
                !alters_enums
                    && !is_partitioned(table)
                    && !others().any(|other| changes_columns(other, table))
                    && !others().any(|other| wants_name(other, table, index))
            }
            _ => false,
        };
        waits.then_some(at)
    };
    operations.iter().enumerate().filter_map(may_wait).collect()
}

fn others(operations: &[Operation], at: usize) -> impl Iterator<Item = &Operation> {
    let (before, after) = operations.split_at(at);
    before.iter().chain(after.iter().skip(1))
}

/// Whether an index of the table may stand in the way of that.
fn changes_columns(operation: &Operation, on: &TableName) -> bool {
    match operation {
        Operation::AlterColumn { table, .. }
        | Operation::DropColumn { table, .. }
        | Operation::RenameColumn { table, .. } => table == on,
        _ => false,
    }
}

/// Whether something that does not wait needs the name of the index. What the same table makes under it is
/// an index that waits behind it, or something else.
fn wants_name(operation: &Operation, of: &TableName, name: &Name) -> bool {
    let same = |other: &Name| other.as_str().eq_ignore_ascii_case(name.as_str());
    match operation {
        Operation::CreateIndex { table, index, .. } => table != of && same(&index.name),
        Operation::CreateTable { table, .. } => {
            same(&table.name.name)
                || (table.uniques.iter())
                    .filter_map(|unique| unique.name.as_ref())
                    .chain(table.checks.iter().filter_map(|check| check.name.as_ref()))
                    .any(same)
        }
        _ => name_taken(operation).is_some_and(same),
    }
}
