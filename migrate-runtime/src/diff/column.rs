//! Columns of a table.

use std::collections::BTreeSet;

use crate::operation::mentions::mentions;
use crate::operation::{ColumnChange, Operation};
use crate::schema::{Column, Generated, Name, Table};

/// What happens to the columns of a table, around the renames.
#[derive(Debug, Default)]
pub(super) struct Columns {
    /// Drops that must come before renames and additions.
    pub(super) drop_first: Vec<Operation>,
    /// Everything else.
    pub(super) rest: Vec<Operation>,
}

/// The columns that are dropped and added again: generated ones whose expression or kind differs, or
/// names a column that is gone, renamed or gets another type, and plain ones that become generated.
///
/// The result has the names before and after alike; a replaced column is never a renamed one.
pub(super) fn replaced(
    before: &Table,
    renamed: &Table,
    after: &Table,
    gone: &BTreeSet<&Name>,
) -> BTreeSet<Name> {
    let other_type: Vec<&Name> = (renamed.columns.iter())
        .filter(|column| {
            after
                .column(&column.name)
                .is_some_and(|now| now.ty != column.ty)
        })
        .map(|column| &column.name)
        .collect();
    let must_go = |generated: &Generated| {
        let names = gone.iter().copied().chain(other_type.iter().copied());
        names
            .into_iter()
            .any(|name| mentions(&generated.expression, name))
    };
    let mut replaced: BTreeSet<Name> = (before.columns.iter())
        .filter_map(|column| {
            let now = after.column(&column.name)?;
            let again = match (&column.generated, &now.generated) {
                (None, None) => false,
                (Some(then), None) => gone.iter().any(|name| mentions(&then.expression, name)),
                (None, Some(_)) => true,
                (Some(then), Some(now)) => then != now || must_go(then),
            };
            again.then(|| column.name.clone())
        })
        .collect();
    // A generated column made of a replaced one goes with it.
    loop {
        let more: Vec<Name> = (before.columns.iter())
            .filter(|column| {
                !replaced.contains(&column.name) && after.column(&column.name).is_some()
            })
            .filter(|column| {
                column.generated.as_ref().is_some_and(|from| {
                    replaced.iter().any(|name| mentions(&from.expression, name))
                })
            })
            .map(|column| column.name.clone())
            .collect();
        if more.is_empty() {
            return replaced;
        }
        replaced.extend(more);
    }
}

/// Compares columns; `renamed` is the table before, under the columns' new names.
pub(super) fn compare(
    before: &Table,
    renamed: &Table,
    after: &Table,
    replaced: &BTreeSet<Name>,
) -> Columns {
    let mut columns = Columns::default();
    let mut gone: Vec<&Column> = (renamed.columns.iter())
        .filter(|column| after.column(&column.name).is_none() || replaced.contains(&column.name))
        .collect();
    gone.sort_by_key(|column| &column.name);
    let fresh: Vec<&Column> = (after.columns.iter())
        .filter(|column| renamed.column(&column.name).is_none() || replaced.contains(&column.name))
        .collect();

    let (first, last): (Vec<&Column>, Vec<&Column>) = gone
        .into_iter()
        .partition(|column| goes_first(column, after));
    let drop = |column: &Column| Operation::DropColumn {
        table: after.name.clone(),
        column: column.name.clone(),
        if_exists: false,
    };
    let (generated, plain): (Vec<&Column>, Vec<&Column>) = first
        .into_iter()
        .partition(|column| column.generated.is_some());
    // They go before the renames, and are never renamed themselves.
    let generated = (generated.into_iter())
        .map(|column| before.column(&column.name).unwrap_or(column))
        .collect();
    // One that is made of another goes before it.
    columns.drop_first.extend(
        makers_first(generated)
            .into_iter()
            .rev()
            .chain(plain)
            .map(drop),
    );

    let add = |column: &Column| Operation::AddColumn {
        table: after.name.clone(),
        column: column.clone(),
        if_not_exists: false,
    };
    let (generated, plain): (Vec<&Column>, Vec<&Column>) = fresh
        .into_iter()
        .partition(|column| column.generated.is_some());
    columns.rest.extend(plain.into_iter().map(add));
    columns.rest.extend(altered(renamed, after, replaced));
    columns
        .rest
        .extend(makers_first(generated).into_iter().map(add));
    // Last, so that a table never runs out of columns.
    columns.rest.extend(last.into_iter().map(drop));
    columns
}

/// Generated columns go before what they are made of, and a name must be free, whatever its case,
/// before it is taken.
fn goes_first(column: &Column, after: &Table) -> bool {
    let same_name = |new: &Column| new.name.as_str().eq_ignore_ascii_case(column.name.as_str());
    column.generated.is_some() || after.columns.iter().any(same_name)
}

/// A column that is generated no longer comes first: until then nothing it was made of can change its
/// type.
fn altered(renamed: &Table, after: &Table, replaced: &BTreeSet<Name>) -> Vec<Operation> {
    let (first, rest): (Vec<_>, Vec<_>) = (after.columns.iter())
        .filter(|column| !replaced.contains(&column.name))
        .filter_map(|column| {
            let change = ColumnChange::between(renamed.column(&column.name)?, column);
            (!change.is_empty()).then_some((column, change))
        })
        .partition(|(_, change)| change.generated == Some(None));
    (first.into_iter().chain(rest))
        .map(|(column, change)| Operation::AlterColumn {
            table: after.name.clone(),
            column: column.name.clone(),
            change,
        })
        .collect()
}

/// Generated columns, each after those that its expression names.
fn makers_first(columns: Vec<&Column>) -> Vec<&Column> {
    let mut waiting = columns;
    let mut sorted = Vec::new();
    while !waiting.is_empty() {
        let needs_another = |column: &Column| {
            waiting.iter().any(|other| {
                other.name != column.name
                    && (column.generated.iter()).any(|from| mentions(&from.expression, &other.name))
            })
        };
        let ready = waiting.iter().position(|column| !needs_another(column));
        // A circle is no valid table; any order will do.
        sorted.push(waiting.remove(ready.unwrap_or(0)));
    }
    sorted
}
