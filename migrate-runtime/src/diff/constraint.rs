//! Primary keys, unique constraints, checks and foreign keys.

use std::collections::BTreeMap;

use super::table::{Changed, Moved};
use crate::operation::Operation;
use crate::operation::mentions::mentions;
use crate::schema::{
    Check, ForeignKey, Index, IndexKey, Name, PrimaryKey, Schema, Table, TableName, Unique,
};

/// What happens to the constraints of a table, foreign keys aside.
#[derive(Debug, Default)]
pub(super) struct Constraints {
    pub(super) drop: Vec<Operation>,
    pub(super) add: Vec<Operation>,
}

/// Compares constraints; `renamed` is the table before, under the columns' new names.
pub(super) fn compare(
    before: &Table,
    renamed: &Table,
    after: &Table,
    moved: &Moved<'_>,
) -> Constraints {
    let mut constraints = Constraints::default();
    let table = &after.name;
    let touches = |columns: &[Name]| columns.iter().any(|name| moved.replaced.contains(name));

    let forced: Vec<bool> = before
        .uniques
        .iter()
        .map(|old| touches(&old.columns))
        .collect();
    let (gone, fresh) = unmatched(&renamed.uniques, &after.uniques, &forced);
    for unique in gone {
        // One without a name is no constraint of a chain; it goes by what its columns say.
        let name = unique
            .name
            .clone()
            .unwrap_or_else(|| by_columns(&unique.columns));
        constraints.drop.push(Operation::DropUnique {
            table: table.clone(),
            name,
        });
    }
    for unique in fresh {
        constraints.add.push(Operation::AddUnique {
            table: table.clone(),
            unique: unique.clone(),
            if_not_exists: false,
        });
    }

    let forced: Vec<bool> = (before.checks.iter())
        .map(|old| moved.names().any(|name| mentions(&old.expression, name)))
        .collect();
    let (gone, fresh) = unmatched(&renamed.checks, &after.checks, &forced);
    for check in gone {
        let name = check.name.clone().unwrap_or_else(|| {
            Name::new(format!(
                "({})",
                crate::operation::describe::text(&check.expression)
            ))
        });
        constraints.drop.push(Operation::DropCheck {
            table: table.clone(),
            name,
        });
    }
    for check in fresh {
        constraints.add.push(Operation::AddCheck {
            table: table.clone(),
            check: check.clone(),
            if_not_exists: false,
            not_valid: false,
        });
    }

    let columns = |key: &Option<PrimaryKey>| key.as_ref().map(|key| key.columns.clone());
    let key_is_forced = before.primary_key.iter().any(|key| touches(&key.columns));
    if key_is_forced || columns(&renamed.primary_key) != columns(&after.primary_key) {
        if renamed.primary_key.is_some() {
            constraints.drop.push(Operation::DropPrimaryKey {
                table: table.clone(),
            });
        }
        if let Some(key) = &after.primary_key {
            let operation = Operation::AddPrimaryKey {
                table: table.clone(),
                primary_key: key.clone(),
            };
            constraints.add.insert(0, operation);
        }
    }
    constraints
}

fn by_columns(columns: &[Name]) -> Name {
    Name::new(crate::operation::describe::columns(columns))
}

/// A constraint that may lack a name, and what it says without it.
trait Constraint: Ord {
    fn name(&self) -> Option<&Name>;

    /// Whether the two say the same, names aside.
    fn says_the_same(&self, other: &Self) -> bool;
}

impl Constraint for Unique {
    fn name(&self) -> Option<&Name> {
        self.name.as_ref()
    }

    fn says_the_same(&self, other: &Self) -> bool {
        let Self {
            name: _,
            columns,
            include,
            nulls_not_distinct,
            deferrable,
        } = self;
        as_set(columns) == as_set(&other.columns)
            && *include == other.include
            && *nulls_not_distinct == other.nulls_not_distinct
            && *deferrable == other.deferrable
    }
}

impl Constraint for Check {
    fn name(&self) -> Option<&Name> {
        self.name.as_ref()
    }

    fn says_the_same(&self, other: &Self) -> bool {
        let Self {
            name: _,
            expression,
        } = self;
        *expression == other.expression
    }
}

impl Constraint for ForeignKey {
    fn name(&self) -> Option<&Name> {
        self.name.as_ref()
    }

    fn says_the_same(&self, other: &Self) -> bool {
        let Self {
            name: _,
            columns,
            target,
            target_columns,
            on_delete,
            on_update,
            deferrable,
            match_full,
        } = self;
        pairs(columns, target_columns) == pairs(&other.columns, &other.target_columns)
            && *target == other.target
            && *on_delete == other.on_delete
            && *on_update == other.on_update
            && *deferrable == other.deferrable
            && *match_full == other.match_full
    }
}

fn as_set(columns: &[Name]) -> Vec<&Name> {
    let mut columns: Vec<&Name> = columns.iter().collect();
    columns.sort();
    columns
}

/// The columns of a foreign key with those they refer to: `(a, b) -> (x, y)` says what
/// `(b, a) -> (y, x)` says.
fn pairs<'a>(columns: &'a [Name], targets: &'a [Name]) -> Vec<(&'a Name, Option<&'a Name>)> {
    let mut pairs: Vec<_> = (columns.iter().enumerate())
        .map(|(at, column)| (column, targets.get(at)))
        .collect();
    pairs.sort();
    pairs
}

/// The constraints of each side without an equal on the other, by name; a forced one has none.
fn unmatched<'a, C: Constraint>(
    before: &'a [C],
    after: &'a [C],
    forced: &[bool],
) -> (Vec<&'a C>, Vec<&'a C>) {
    let mut fresh: Vec<&C> = after.iter().collect();
    fresh.sort();
    let mut old: Vec<(&C, bool)> = before.iter().zip(forced.iter().copied()).collect();
    // Those with a name first, so that one without does not take their match.
    old.sort_by_key(|(one, _)| (one.name().is_none(), *one));
    let mut gone = Vec::new();
    for (one, forced) in old {
        let same_name =
            |new: &&C| one.name() == new.name() || one.name().is_none() || new.name().is_none();
        let exact = fresh
            .iter()
            .position(|new| one.name() == new.name() && one.says_the_same(new));
        let found = exact.or_else(|| {
            fresh
                .iter()
                .position(|new| same_name(new) && one.says_the_same(new))
        });
        match found.filter(|_| !forced) {
            Some(at) => {
                fresh.remove(at);
            }
            None => gone.push(one),
        }
    }
    gone.sort();
    (gone, fresh)
}

/// Whether those columns are the primary key of the table, or unique there.
pub(super) fn is_key_of(table: &Table, columns: &[Name]) -> bool {
    let columns = as_set(columns);
    (table.primary_key.iter()).any(|key| as_set(&key.columns) == columns)
        || table
            .uniques
            .iter()
            .any(|unique| as_set(&unique.columns) == columns)
        || (table.indexes.iter())
            .filter(|index| index.unique && index.predicate.is_none())
            .any(|index| {
                let mut keys: Vec<_> = (index.columns.iter())
                    .map(|part| match &part.key {
                        IndexKey::Column(name) => Some(name),
                        IndexKey::Expression(_) => None,
                    })
                    .collect();
                keys.sort();
                keys == columns.iter().map(|name| Some(*name)).collect::<Vec<_>>()
            })
}

/// Compares the foreign keys of all tables and puts each step where it can run: inside its table's
/// changes if what it refers to is there all the time, otherwise before or after everything else.
///
/// One that does not differ is dropped and added again where the key it refers to is.
pub(super) fn foreign_keys(from: &Schema, to: &Schema, changes: &mut [Changed]) {
    let shaken: BTreeMap<TableName, Shaken> = (changes.iter())
        .filter(|change| !change.inside.is_empty())
        .filter_map(|change| {
            let name = change.name.clone()?;
            let shaken = Shaken::by(&change.inside, from.table(&name)?);
            Some((name, shaken))
        })
        .collect();
    let stays = |table: &TableName, key: &ForeignKey| {
        let calm = shaken
            .get(&key.target)
            .is_none_or(|shaken| !shaken.touches(&key.target_columns));
        let there = from
            .table(&key.target)
            .is_none_or(|target| is_key_of(target, &key.target_columns));
        (key.target == *table || calm) && (there || to.table(&key.target).is_none())
    };
    for change in changes {
        let Some((before, after)) =
            (change.name.as_ref()).and_then(|name| Some((from.table(name)?, to.table(name)?)))
        else {
            continue;
        };
        let calm = |key: &ForeignKey| !shaken.contains_key(&key.target);
        if change.inside.is_empty()
            && before.foreign_keys == after.foreign_keys
            && before.foreign_keys.iter().all(calm)
        {
            continue;
        }
        let renames = renames_inside(&change.inside);
        let renamed: Vec<ForeignKey> = (before.foreign_keys.iter())
            .map(|key| with_new_names(key, &renames, &shaken))
            .collect();
        let own = shaken.get(&after.name);
        let forced: Vec<bool> = (before.foreign_keys.iter())
            .map(|key| {
                let target_goes = shaken
                    .get(&key.target)
                    .is_some_and(|shaken| shaken.key_goes(&key.target_columns));
                target_goes || own.is_some_and(|own| own.column_goes(&key.columns))
            })
            .collect();
        let (gone, fresh) = unmatched(&renamed, &after.foreign_keys, &forced);
        let mut drops = Vec::new();
        for key in gone {
            let operation = Operation::DropForeignKey {
                table: after.name.clone(),
                name: key.name.clone().unwrap_or_else(|| by_columns(&key.columns)),
            };
            let target_stays = to.tables.contains_key(&key.target) && stays(&after.name, key);
            if target_stays {
                drops.push(operation);
            } else {
                change.first.push(operation);
            }
        }
        change.inside.splice(0..0, drops);
        for key in fresh {
            let operation = Operation::AddForeignKey {
                table: after.name.clone(),
                foreign_key: key.clone(),
                if_not_exists: false,
                not_valid: false,
            };
            let ready = stays(&after.name, key) || key.target == after.name;
            if ready {
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

/// The columns of an index that has only columns; of another one, those it has.
fn columns_of(index: &Index) -> Vec<Name> {
    (index.columns.iter())
        .filter_map(|part| match &part.key {
            IndexKey::Column(name) => Some(name.clone()),
            IndexKey::Expression(_) => None,
        })
        .collect()
}

/// What the changes inside a table do to those who refer to it.
#[derive(Debug, Default)]
struct Shaken {
    renames: Vec<(Name, Name)>,
    dropped_columns: Vec<Name>,
    dropped_keys: Vec<Vec<Name>>,
}

impl Shaken {
    fn by(operations: &[Operation], before: &Table) -> Self {
        let mut shaken = Self {
            renames: renames_inside(operations),
            ..Self::default()
        };
        for operation in operations {
            let key = match operation {
                Operation::DropColumn { column, .. } => {
                    shaken.dropped_columns.push(column.clone());
                    None
                }
                Operation::DropPrimaryKey { .. } => {
                    before.primary_key.as_ref().map(|key| key.columns.clone())
                }
                Operation::DropUnique { name, .. } => (before.uniques.iter())
                    .find(|unique| unique.name.as_ref() == Some(name))
                    .map(|unique| unique.columns.clone()),
                Operation::DropIndex { index, .. } => before.index(index).map(columns_of),
                _ => None,
            };
            shaken.dropped_keys.extend(key);
        }
        shaken
    }

    fn column_goes(&self, columns: &[Name]) -> bool {
        columns
            .iter()
            .any(|column| self.dropped_columns.contains(column))
    }

    /// Whether a key of those columns may be gone for a while.
    fn key_goes(&self, columns: &[Name]) -> bool {
        let dropped = |key: &Vec<Name>| as_set(key) == as_set(columns);
        self.dropped_keys.iter().any(dropped) || self.column_goes(columns)
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
