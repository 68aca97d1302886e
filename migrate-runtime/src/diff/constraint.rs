//! Primary keys, unique constraints and checks; what makes two constraints the same.

use super::table::Moved;
use crate::operation::Operation;
use crate::operation::mentions::mentions;
use crate::schema::{Check, ForeignKey, Name, PrimaryKey, Table, Unique};

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

/// The constraints of each side without an equal on the other, by name; a forced one has none.
pub(super) fn unmatched<'a, C: Constraint>(
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
