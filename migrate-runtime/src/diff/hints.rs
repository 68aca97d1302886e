//! What is known of renames.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use crate::operation::{Operation, apply_to_database};
use crate::schema::{Column, Name, Schema, Table, TableName};

/// The renames between two schemas that somebody vouches for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RenameHints {
    /// Tables: the name before and the name after.
    pub tables: Vec<(TableName, TableName)>,
    /// Columns: the table (by its name after), the column's name before and after.
    pub columns: Vec<(TableName, Name, Name)>,
    /// Values of enum types: the type, the value before and after.
    pub enum_values: Vec<(Name, String, String)>,
}

impl RenameHints {
    /// The hints that can be followed: what is renamed is there before and not after, unless something
    /// else gets its name; the new name is there after and not before, unless its owner is renamed, too.
    /// One that was followed in an earlier revision says nothing any more.
    pub(super) fn applicable(&self, from: &Schema, to: &Schema) -> Self {
        let tables = follow(
            self.tables.clone(),
            |name| from.tables.contains_key(name),
            |name| to.tables.contains_key(name),
        );
        let before = |table: &TableName| {
            let old = tables.iter().find(|(_, new)| new == table);
            from.table(old.map_or(table, |(old, _)| old))
        };
        let mut of: Vec<&TableName> = self.columns.iter().map(|(table, ..)| table).collect();
        of.sort();
        of.dedup();
        let mut columns = Vec::new();
        for table in of {
            let (Some(before), Some(after)) = (before(table), to.table(table)) else {
                continue;
            };
            // A generated column has no values of its own to keep.
            let has = |table: &Table, name: &Name| {
                (table.column(name)).is_some_and(|column| column.generated.is_none())
            };
            let pairs = self.columns_of(table);
            let pairs = pairs
                .filter(|(old, new)| has(before, old) && has(after, new))
                .map(|(old, new)| (old.clone(), new.clone()))
                .collect();
            let pairs = follow(
                pairs,
                |name| before.column(name).is_some(),
                |name| after.column(name).is_some(),
            );
            columns.extend(
                pairs
                    .into_iter()
                    .map(|(old, new)| (table.clone(), old, new)),
            );
        }
        let mut enum_values: Vec<(Name, String, String)> = (self.enum_values.iter())
            .filter(|(name, old, new)| {
                let (Some(before), Some(after)) = (from.enums.get(name), to.enums.get(name)) else {
                    return false;
                };
                let gone = before.values.contains(old) && !after.values.contains(old);
                gone && after.values.contains(new) && !before.values.contains(new)
            })
            .cloned()
            .collect();
        one_to_one(&mut enum_values, |(name, old, new)| {
            ((name.clone(), old.clone()), (name.clone(), new.clone()))
        });
        Self {
            tables,
            columns,
            enum_values,
        }
    }

    /// The same hints without the circles (`a` is called `b` and `b` is called `a`) that were followed
    /// in an earlier revision: those after which less would be as it should be.
    pub(super) fn without_old_circles(mut self, from: &Schema, to: &Schema) -> Self {
        let columns = |schema: &Schema, table: &TableName| -> Vec<Column> {
            (schema.table(table)).map_or_else(Vec::new, |table| table.columns.clone())
        };
        let alike = |old: &TableName, new: &TableName| {
            let after = columns(to, new);
            let common = |column: &&Column| after.contains(column);
            columns(from, old).iter().filter(common).count()
        };
        let circle = circle(&self.tables);
        let gain: usize = circle.iter().map(|(old, new)| alike(old, new)).sum();
        let as_is: usize = circle.iter().map(|(_, new)| alike(new, new)).sum();
        if gain <= as_is {
            self.tables.retain(|pair| !circle.contains(pair));
        }
        let tables: Vec<TableName> = to.tables.keys().cloned().collect();
        for table in tables {
            let pairs: Vec<(Name, Name)> = (self.columns_of(&table))
                .map(|(old, new)| (old.clone(), new.clone()))
                .collect();
            let circle = self::circle(&pairs);
            let (Some(before), Some(after)) =
                (from.table(self.table_before(&table)), to.table(&table))
            else {
                continue;
            };
            let alike = |old: &Name, new: &Name| {
                let renamed = before.column(old).map(|column| Column {
                    name: new.clone(),
                    ..column.clone()
                });
                usize::from(renamed.as_ref() == after.column(new))
            };
            let gain: usize = circle.iter().map(|(old, new)| alike(old, new)).sum();
            let as_is: usize = circle.iter().map(|(_, new)| alike(new, new)).sum();
            if gain <= as_is {
                self.columns.retain(|(of, old, new)| {
                    *of != table || !circle.contains(&(old.clone(), new.clone()))
                });
            }
        }
        self
    }

    /// The name before of a table, by its name after.
    pub(super) fn table_before<'a>(&'a self, table: &'a TableName) -> &'a TableName {
        let renamed = self.tables.iter().find(|(_, new)| new == table);
        renamed.map_or(table, |(old, _)| old)
    }

    /// The column renames of a table, by its name after.
    pub(crate) fn columns_of<'a>(
        &'a self,
        table: &'a TableName,
    ) -> impl Iterator<Item = (&'a Name, &'a Name)> + Clone {
        (self.columns.iter())
            .filter(move |(of, ..)| of == table)
            .map(|(_, old, new)| (old, new))
    }
}

/// Sorts pairs and keeps the first for each name before and each name after.
fn one_to_one<T: Ord, A: Ord, B: Ord>(pairs: &mut Vec<T>, names: impl Fn(&T) -> (A, B)) {
    pairs.sort();
    let (mut old, mut new) = (BTreeSet::new(), BTreeSet::new());
    pairs.retain(|pair| {
        let (a, b) = names(pair);
        // Both are looked at, so that a pair left out blocks no other.
        !old.contains(&a) && !new.contains(&b) && old.insert(a) && new.insert(b)
    });
}

/// The pairs of names that can be followed together.
fn follow<N: Ord + Clone>(
    mut pairs: Vec<(N, N)>,
    before: impl Fn(&N) -> bool,
    after: impl Fn(&N) -> bool,
) -> Vec<(N, N)> {
    pairs.retain(|(old, new)| old != new && before(old) && after(new));
    one_to_one(&mut pairs, Clone::clone);
    loop {
        let (old, new): (BTreeSet<N>, BTreeSet<N>) = pairs.iter().cloned().unzip();
        let count = pairs.len();
        pairs.retain(|(from, to)| {
            let gone = !after(from) || new.contains(from);
            let free = !before(to) || old.contains(to);
            gone && free
        });
        if pairs.len() == count {
            return pairs;
        }
    }
}

/// The pairs that begin and end among themselves.
fn circle<N: Ord + Clone>(pairs: &[(N, N)]) -> Vec<(N, N)> {
    let mut circle = pairs.to_vec();
    loop {
        let (old, new): (BTreeSet<N>, BTreeSet<N>) = circle.iter().cloned().unzip();
        let count = circle.len();
        circle.retain(|(from, to)| new.contains(from) && old.contains(to));
        if circle.len() == count {
            return circle;
        }
    }
}

/// Renames in an order in which each new name is free, whatever its case; where they run in a circle,
/// one takes a name in between. What stands in the way and is not renamed itself makes room.
///
/// `names` is all that is there before.
pub(super) fn in_order<N: Ord + Clone>(
    pairs: Vec<(N, N)>,
    names: impl Iterator<Item = N>,
    text: impl Fn(&N) -> String,
    named: impl Fn(&N, String) -> N,
) -> Vec<(N, N)> {
    let mut there: BTreeMap<String, N> = names
        .map(|name| (text(&name).to_lowercase(), name))
        .collect();
    let mut waiting = pairs;
    let mut steps = Vec::new();
    while !waiting.is_empty() {
        let in_the_way = |(old, new): &(N, N)| {
            there
                .get(&text(new).to_lowercase())
                .filter(|name| *name != old)
                .cloned()
        };
        let ready = waiting.iter().position(|pair| in_the_way(pair).is_none());
        let (old, new) = if let Some(at) = ready {
            waiting.remove(at)
        } else {
            let Some(name) = in_the_way(&waiting[0]) else {
                return steps;
            };
            let aside = (1..=there.len() + 1)
                .map(|number| format!("renamed_{number}"))
                .find(|name| !there.contains_key(name))
                .map(|text| named(&name, text));
            let Some(aside) = aside else {
                return steps;
            };
            for (old, _) in waiting.iter_mut().filter(|(old, _)| *old == name) {
                *old = aside.clone();
            }
            (name, aside)
        };
        there.remove(&text(&old).to_lowercase());
        there.insert(text(&new).to_lowercase(), new.clone());
        steps.push((old, new));
    }
    steps
}

/// Renames tables, and returns the schema under the new names.
pub(super) fn rename_tables<'a>(
    from: &'a Schema,
    hints: &RenameHints,
    operations: &mut Vec<Operation>,
) -> Cow<'a, Schema> {
    if hints.tables.is_empty() {
        return Cow::Borrowed(from);
    }
    let mut schema = from.clone();
    let steps = in_order(
        hints.tables.clone(),
        from.tables.keys().cloned(),
        TableName::to_string,
        |old, text| TableName {
            schema: old.schema.clone(),
            name: text.into(),
        },
    );
    for (from, to) in steps {
        let operation = Operation::RenameTable { from, to };
        if apply_to_database(&mut schema, &operation).is_ok() {
            operations.push(operation);
        }
    }
    Cow::Owned(schema)
}

/// Renames columns of a table; those that are dropped and in the way are gone by then.
pub(super) fn rename_columns(before: &Table, hints: &RenameHints) -> Vec<(Name, Name)> {
    let pairs: Vec<(Name, Name)> = (hints.columns_of(&before.name))
        .map(|(old, new)| (old.clone(), new.clone()))
        .collect();
    if pairs.is_empty() {
        return pairs;
    }
    let names: Vec<Name> = pairs.iter().map(|(old, _)| old.clone()).collect();
    in_order(pairs, names.into_iter(), Name::to_string, |_, text| {
        text.into()
    })
}
