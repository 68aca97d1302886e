//! Indexes of a table.

use std::collections::{BTreeMap, BTreeSet};

use super::table::{Changed, Moved};
use crate::operation::Operation;
use crate::operation::mentions::mentions;
use crate::schema::{Check, Index, IndexKey, Name, Schema, Table, Unique};

/// What happens to the indexes of a table.
#[derive(Debug, Default)]
pub(super) struct Indexes {
    pub(super) drop: Vec<Operation>,
    pub(super) rename: Vec<Operation>,
    pub(super) create: Vec<Operation>,
}

/// Compares the indexes of a table; `renamed` is the table before, under the columns' new names.
pub(super) fn compare(
    before: &Table,
    renamed: &Table,
    after: &Table,
    moved: &Moved<'_>,
) -> Indexes {
    let (mut gone, mut fresh) = (Vec::new(), Vec::new());
    for (old, index) in before.indexes.iter().zip(&renamed.indexes) {
        let stays = after.index(&index.name) == Some(index) && !is_forced(old, moved);
        if !stays {
            gone.push((old, index));
        }
    }
    for index in &after.indexes {
        let gone_too = gone.iter().any(|(_, old)| old.name == index.name);
        if gone_too || renamed.index(&index.name).is_none() {
            fresh.push(index.clone());
        }
    }
    gone.sort();
    let mut fresh = sorted(fresh);
    let mut indexes = Indexes::default();
    for (old, index) in gone {
        let same = fresh.iter().position(|new| {
            let free = before.index(&new.name).is_none();
            free && !is_forced(old, moved) && is_renamed(index, new)
        });
        match same {
            Some(at) => indexes.rename.push(Operation::RenameIndex {
                table: after.name.clone(),
                from: old.name.clone(),
                to: fresh.remove(at).name,
            }),
            None => indexes.drop.push(Operation::DropIndex {
                table: after.name.clone(),
                index: old.name.clone(),
                if_exists: false,
                concurrently: false,
            }),
        }
    }
    indexes
        .create
        .extend(fresh.into_iter().map(|index| Operation::CreateIndex {
            table: after.name.clone(),
            index,
            if_not_exists: false,
            concurrently: false,
        }));
    indexes
}

/// Whether one index is the other under a new name. Not when only the case of the name differs: where
/// names have no case, a rename to the same name fails.
fn is_renamed(before: &Index, after: &Index) -> bool {
    let Index {
        name,
        columns,
        unique,
        predicate,
        method,
        include,
        nulls_not_distinct,
        storage,
    } = before;
    !name.as_str().eq_ignore_ascii_case(after.name.as_str())
        && *columns == after.columns
        && *unique == after.unique
        && *predicate == after.predicate
        && *method == after.method
        && *include == after.include
        && *nulls_not_distinct == after.nulls_not_distinct
        && *storage == after.storage
}

/// Whether the index cannot stay while columns are renamed or replaced.
fn is_forced(index: &Index, moved: &Moved<'_>) -> bool {
    let part_is_forced = |key: &IndexKey| match key {
        IndexKey::Column(name) => moved.replaced.contains(name),
        IndexKey::Expression(text) => moved.names().any(|name| mentions(text, name)),
    };
    (index.columns.iter()).any(|part| part_is_forced(&part.key))
        || index
            .include
            .iter()
            .any(|name| moved.replaced.contains(name))
        || (index.predicate.iter()).any(|text| moved.names().any(|name| mentions(text, name)))
}

/// Indexes by name.
pub(super) fn sorted(mut indexes: Vec<Index>) -> Vec<Index> {
    indexes.sort();
    indexes
}

/// Names of indexes are unique in a whole schema on SQLite and PostgreSQL, there with those of the
/// constraints that are made of one. So what has a name that another table needs is dropped before
/// anything is created; an index that only changes its name is made anew.
pub(super) fn free_names(created: &[&Table], to: &Schema, changes: &mut [Changed]) {
    let folded = |name: &Name| name.as_str().to_lowercase();
    let mut taken: BTreeMap<String, BTreeSet<usize>> = BTreeMap::new();
    for table in created {
        let exclusions = (table.checks.iter()).filter(|check| check.exclusion().is_some());
        let names = (table.indexes.iter().map(|index| &index.name))
            .chain(table.uniques.iter().filter_map(|one| one.name.as_ref()))
            .chain(exclusions.filter_map(|one| one.name.as_ref()));
        for name in names {
            taken.entry(folded(name)).or_default().insert(usize::MAX);
        }
    }
    for (at, change) in changes.iter().enumerate() {
        for name in change.inside.iter().filter_map(name_taken) {
            taken.entry(folded(name)).or_default().insert(at);
        }
    }
    for (at, change) in changes.iter_mut().enumerate() {
        let is_taken = |name: &Name| {
            (taken.get(&folded(name))).is_some_and(|by| by.iter().any(|other| *other != at))
        };
        let early = (change.inside).extract_if(.., |one| name_freed(one, to).is_some_and(is_taken));
        let early: Vec<Operation> = early.collect();
        for operation in early {
            match made_anew(&operation, to) {
                Some((drop, create)) => {
                    change.early.push(drop);
                    change.inside.push(create);
                }
                None => change.early.push(operation),
            }
        }
    }
}

/// What a rename does, in two steps.
fn made_anew(rename: &Operation, to: &Schema) -> Option<(Operation, Operation)> {
    match rename {
        Operation::RenameIndex {
            table,
            from,
            to: new,
        } => Some((
            Operation::DropIndex {
                table: table.clone(),
                index: from.clone(),
                if_exists: false,
                concurrently: false,
            },
            Operation::CreateIndex {
                table: table.clone(),
                index: to.table(table)?.index(new)?.clone(),
                if_not_exists: false,
                concurrently: false,
            },
        )),
        Operation::RenameConstraint {
            table,
            from,
            to: new,
        } => {
            let (table, name) = (table.clone(), from.clone());
            let after = to.table(&table)?;
            if let Some(unique) = unique(after, new).cloned() {
                let drop = Operation::DropUnique {
                    table: table.clone(),
                    name,
                };
                let add = Operation::AddUnique {
                    table,
                    unique,
                    if_not_exists: false,
                };
                return Some((drop, add));
            }
            let check = exclusion(after, new)?.clone();
            let drop = Operation::DropCheck {
                table: table.clone(),
                name,
            };
            let add = Operation::AddCheck {
                table,
                check,
                if_not_exists: false,
                not_valid: false,
            };
            Some((drop, add))
        }
        _ => None,
    }
}

fn unique<'a>(table: &'a Table, name: &Name) -> Option<&'a Unique> {
    (table.uniques.iter()).find(|one| one.name.as_ref() == Some(name))
}

fn exclusion<'a>(table: &'a Table, name: &Name) -> Option<&'a Check> {
    (table.checks.iter())
        .find(|one| one.name.as_ref() == Some(name))
        .filter(|one| one.exclusion().is_some())
}

/// The name that an operation needs for an index.
pub(crate) fn name_taken(operation: &Operation) -> Option<&Name> {
    match operation {
        Operation::CreateIndex { index, .. } => Some(&index.name),
        Operation::RenameIndex { to, .. } | Operation::RenameConstraint { to, .. } => Some(to),
        Operation::AddUnique { unique, .. } => unique.name.as_ref(),
        Operation::AddCheck { check, .. } if check.exclusion().is_some() => check.name.as_ref(),
        _ => None,
    }
}

/// The name of what may have been an index.
fn name_freed<'a>(operation: &'a Operation, to: &Schema) -> Option<&'a Name> {
    match operation {
        Operation::RenameConstraint {
            table,
            from,
            to: new,
        } => to
            .table(table)
            .filter(|table| unique(table, new).is_some() || exclusion(table, new).is_some())
            .map(|_| from),
        Operation::DropIndex { index: name, .. }
        | Operation::RenameIndex { from: name, .. }
        | Operation::DropUnique { name, .. }
        | Operation::DropCheck { name, .. } => Some(name),
        _ => None,
    }
}
