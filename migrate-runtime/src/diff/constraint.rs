//! Primary keys, unique constraints and checks; what makes two constraints the same.

use super::table::Moved;
use crate::operation::Operation;
use crate::operation::mentions::mentions;
use crate::schema::{Check, ForeignKey, Name, PrimaryKey, Table, TableName, Unique};

/// What happens to the constraints of a table, foreign keys aside.
#[derive(Debug, Default)]
pub(super) struct Constraints {
    pub(super) drop: Vec<Operation>,
    pub(super) rename: Vec<Operation>,
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
    let Unmatched {
        gone,
        fresh,
        renamed: kept,
    } = unmatched(before, &renamed.uniques, &after.uniques, &forced);
    constraints.rename.extend(renames(table, kept));
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
    let Unmatched {
        gone,
        fresh,
        renamed: kept,
    } = unmatched(before, &renamed.checks, &after.checks, &forced);
    constraints.rename.extend(renames(table, kept));
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

pub(super) fn by_columns(columns: &[Name]) -> Name {
    Name::new(crate::operation::describe::columns(columns))
}

/// A constraint that may lack a name, and what it says without it.
pub(super) trait Constraint: Ord {
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

/// The constraints of a table that are not the same before and after, by name.
pub(super) struct Unmatched<'a, C> {
    /// Those of before that nothing is.
    pub(super) gone: Vec<&'a C>,
    /// Those that are new.
    pub(super) fresh: Vec<&'a C>,
    /// Those that have another name only.
    pub(super) renamed: Vec<(&'a Name, &'a Name)>,
}

/// Compares the constraints of one kind; a forced one has no equal. `table` is the one before.
pub(super) fn unmatched<'a, C: Constraint>(
    table: &Table,
    before: &'a [C],
    after: &'a [C],
    forced: &[bool],
) -> Unmatched<'a, C> {
    let mut fresh: Vec<&C> = after.iter().collect();
    fresh.sort();
    let mut old: Vec<(&C, bool)> = before.iter().zip(forced.iter().copied()).collect();
    // Those with a name first, so that one without does not take their match.
    old.sort_by_key(|(one, _)| (one.name().is_none(), *one));
    let (mut gone, mut renamed) = (Vec::new(), Vec::new());
    for (one, forced) in old {
        let find = |may_be: &dyn Fn(&C) -> bool| {
            let mut all = fresh.iter();
            all.position(|new| !forced && may_be(new) && one.says_the_same(new))
        };
        let unnamed = |new: &C| one.name().is_none() || new.name().is_none();
        let free = |new: &C| !is_taken(table, one.name(), new.name());
        let same = find(&|new| one.name() == new.name()).or_else(|| find(&unnamed));
        match (same, one.name(), find(&free)) {
            (Some(at), ..) => {
                fresh.remove(at);
            }
            (None, Some(from), Some(at)) => {
                renamed.extend(fresh.remove(at).name().map(|to| (from, to)));
            }
            (None, ..) => gone.push(one),
        }
    }
    gone.sort();
    Unmatched {
        gone,
        fresh,
        renamed,
    }
}

/// The renames as operations.
pub(super) fn renames(
    table: &TableName,
    renamed: Vec<(&Name, &Name)>,
) -> impl Iterator<Item = Operation> {
    renamed
        .into_iter()
        .map(|(from, to)| Operation::RenameConstraint {
            table: table.clone(),
            from: from.clone(),
            to: to.clone(),
        })
}

/// Whether something else in the table has that name, whatever its case.
fn is_taken(table: &Table, own: Option<&Name>, name: Option<&Name>) -> bool {
    let uniques = table.uniques.iter().map(|one| one.name.as_ref());
    let checks = table.checks.iter().map(|one| one.name.as_ref());
    let keys = table.foreign_keys.iter().map(|one| one.name.as_ref());
    let indexes = table.indexes.iter().map(|one| Some(&one.name));
    let mut names = uniques.chain(checks).chain(keys).chain(indexes);
    let lower = |name: Option<&Name>| name.map(|name| name.as_str().to_ascii_lowercase());
    names.any(|there| there.is_some() && there != own && lower(there) == lower(name))
}
