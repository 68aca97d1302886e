//! Foreign keys, and the keys that they refer to.

use std::collections::BTreeMap;

use super::constraint::{Unmatched, by_columns, renames, unmatched};
use super::table::Changed;
use crate::operation::{Operation, key};
use crate::schema::{ForeignKey, Name, Schema, Table, TableName};

/// What happens to the keys of tables that are there before and after.
pub(super) struct Keys<'a> {
    from: &'a Schema,
    to: &'a Schema,
    shaken: BTreeMap<TableName, Shaken>,
}

impl<'a> Keys<'a> {
    /// As those changes leave them.
    pub(super) fn new(from: &'a Schema, to: &'a Schema, changes: &[Changed]) -> Self {
        let shaken = (changes.iter())
            .filter(|change| !change.is_empty())
            .filter_map(|change| {
                let name = change.name.clone()?;
                let shaken = Shaken::by(change, from.table(&name)?);
                Some((name, shaken))
            })
            .collect();
        Self { from, to, shaken }
    }

    /// Whether what a foreign key refers to is a key all the time, under the same names. A table that
    /// comes or goes has its keys as long as it is there.
    pub(super) fn hold(&self, key: &ForeignKey) -> bool {
        let (Some(before), Some(_)) = (self.from.table(&key.target), self.to.table(&key.target))
        else {
            return true;
        };
        let touched = (self.shaken.get(&key.target))
            .is_some_and(|shaken| shaken.touches(&key.target_columns));
        !touched && key::is_key(before, &key.target_columns)
    }

    /// Whether what a foreign key refers to may be no key for a while; it is named as before.
    fn goes(&self, key: &ForeignKey) -> bool {
        (self.shaken.get(&key.target)).is_some_and(|shaken| shaken.key_goes(&key.target_columns))
    }

    /// Whether that happens before anything inside the table.
    fn goes_early(&self, key: &ForeignKey) -> bool {
        (self.shaken.get(&key.target))
            .is_some_and(|shaken| are_among(&key.target_columns, &shaken.early_keys))
    }
}

/// Compares the foreign keys of all tables and puts each step where it can run: inside its table's
/// changes if what it refers to is there all the time, otherwise before or after everything else.
///
/// One that does not differ is dropped and added again where the key it refers to is.
pub(super) fn compare(keys: &Keys<'_>, changes: &mut [Changed]) {
    for change in changes {
        let Some((before, after)) = (change.name.as_ref())
            .and_then(|name| Some((keys.from.table(name)?, keys.to.table(name)?)))
        else {
            continue;
        };
        let calm = |key: &ForeignKey| !keys.shaken.contains_key(&key.target);
        if change.is_empty()
            && before.foreign_keys == after.foreign_keys
            && before.foreign_keys.iter().all(calm)
        {
            continue;
        }
        let columns = renames_inside(&change.inside);
        let following: Vec<ForeignKey> = (before.foreign_keys.iter())
            .map(|key| with_new_names(key, &columns, &keys.shaken))
            .collect();
        let own = keys.shaken.get(&after.name);
        let forced: Vec<bool> = (before.foreign_keys.iter())
            .map(|key| keys.goes(key) || own.is_some_and(|own| own.column_goes(&key.columns)))
            .collect();
        let Unmatched {
            gone,
            fresh,
            renamed,
        } = unmatched(before, &following, &after.foreign_keys, &forced);
        let mut drops = Vec::new();
        for key in gone {
            let operation = Operation::DropForeignKey {
                table: after.name.clone(),
                name: key.name.clone().unwrap_or_else(|| by_columns(&key.columns)),
            };
            let of_itself = key.target == after.name
                && !before
                    .foreign_keys
                    .iter()
                    .any(|old| old.name == key.name && keys.goes_early(old));
            let target_stays = keys.to.tables.contains_key(&key.target) && keys.hold(key);
            if of_itself || target_stays {
                drops.push(operation);
            } else {
                change.first.push(operation);
            }
        }
        drops.extend(renames(&after.name, renamed));
        change.inside.splice(0..0, drops);
        for key in fresh {
            let operation = Operation::AddForeignKey {
                table: after.name.clone(),
                foreign_key: key.clone(),
                if_not_exists: false,
                not_valid: false,
            };
            if key.target == after.name || keys.hold(key) {
                change.inside.push(operation);
            } else {
                change.last.push(operation);
            }
        }
    }
}

/// The columns that get another name, by the one before and the one at the end.
fn renames_inside(operations: &[Operation]) -> Vec<(Name, Name)> {
    let mut renames: Vec<(Name, Name)> = Vec::new();
    for operation in operations {
        if let Operation::RenameColumn { from, to, .. } = operation {
            match renames.iter_mut().find(|(_, now)| now == from) {
                Some((_, now)) => *now = to.clone(),
                None => renames.push((from.clone(), to.clone())),
            }
        }
    }
    renames
}

/// The foreign key as the renames of columns leave it, here and in the table it refers to.
fn with_new_names(
    key: &ForeignKey,
    renames: &[(Name, Name)],
    shaken: &BTreeMap<TableName, Shaken>,
) -> ForeignKey {
    let mut key = key.clone();
    let rename = |names: &mut [Name], renames: &[(Name, Name)]| {
        for name in names {
            if let Some((_, new)) = renames.iter().find(|(old, _)| old == name) {
                *name = new.clone();
            }
        }
    };
    rename(&mut key.columns, renames);
    if let Some(target) = shaken.get(&key.target) {
        rename(&mut key.target_columns, &target.renames);
    }
    key
}

/// What the changes inside a table do to those who refer to it.
#[derive(Debug, Default)]
struct Shaken {
    renames: Vec<(Name, Name)>,
    dropped_columns: Vec<Name>,
    early_keys: Vec<Vec<Name>>,
    dropped_keys: Vec<Vec<Name>>,
}

impl Shaken {
    fn by(change: &Changed, before: &Table) -> Self {
        let keys = |operations: &[Operation]| -> Vec<Vec<Name>> {
            (operations.iter())
                .filter_map(|operation| dropped_key(operation, before))
                .collect()
        };
        let column = |operation: &Operation| match operation {
            Operation::DropColumn { column, .. } => Some(column.clone()),
            _ => None,
        };
        Self {
            renames: renames_inside(&change.inside),
            dropped_columns: change.inside.iter().filter_map(column).collect(),
            early_keys: keys(&change.early),
            dropped_keys: keys(&change.inside),
        }
    }

    fn column_goes(&self, columns: &[Name]) -> bool {
        columns
            .iter()
            .any(|column| self.dropped_columns.contains(column))
    }

    /// Whether a key of those columns may be gone for a while. Another one of the same columns is no
    /// help: on a server a foreign key is bound to one of them.
    fn key_goes(&self, columns: &[Name]) -> bool {
        are_among(columns, &self.early_keys)
            || are_among(columns, &self.dropped_keys)
            || self.column_goes(columns)
    }

    fn touches(&self, columns: &[Name]) -> bool {
        let renamed = |column: &Name| {
            self.renames
                .iter()
                .any(|(old, new)| old == column || new == column)
        };
        self.key_goes(columns) || columns.iter().any(renamed)
    }
}

fn are_among(columns: &[Name], keys: &[Vec<Name>]) -> bool {
    keys.iter().any(|key| key::same(key, columns))
}

/// The columns of the key that an operation drops.
fn dropped_key(operation: &Operation, before: &Table) -> Option<Vec<Name>> {
    match operation {
        Operation::DropPrimaryKey { .. } => {
            before.primary_key.as_ref().map(|key| key.columns.clone())
        }
        Operation::DropUnique { name, .. } => (before.uniques.iter())
            .find(|unique| match &unique.name {
                Some(own) => own == name,
                None => by_columns(&unique.columns) == *name,
            })
            .map(|unique| unique.columns.clone()),
        Operation::DropIndex { index, .. } => before.index(index).and_then(key::of_index),
        _ => None,
    }
}
