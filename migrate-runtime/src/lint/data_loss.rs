//! Values that are lost, or that stop the step: dropped tables and columns, narrower types; and the
//! values of enums.

use super::Severity::{Compatibility, Destructive, MayFail};
use super::narrowing::severity_of_narrowing;
use super::{Said, Step, narrowing};
use crate::operation::{Operation, enum_of};
use crate::schema::{Name, Table};
use crate::sql::may_use;

pub(super) fn check(step: &Step<'_>) -> Vec<Said> {
    let Step {
        operation,
        earlier: _,
        later,
        schema,
        is_held: _,
    } = step;
    match operation {
        Operation::DropTable {
            table,
            if_exists: _,
        } => {
            vec![(
                "drop-table",
                Destructive,
                format!("all rows of {table} are lost"),
            )]
        }
        Operation::DropColumn {
            table,
            column,
            if_exists: _,
        } => {
            let there = schema.table(table).and_then(|table| table.column(column));
            // A generated column is computed from the others, so nothing is lost with it.
            if there.is_some_and(|there| there.generated.is_some()) {
                return Vec::new();
            }
            let again = later.iter().any(|other| {
                matches!(other, Operation::AddColumn { table: on, column: new, .. }
                    if on == table && new.name == *column)
            });
            let rest = if again {
                "; the column that comes instead is computed"
            } else {
                ""
            };
            vec![(
                "drop-column",
                Destructive,
                format!("the values of {table}.{column} are lost{rest}"),
            )]
        }
        Operation::AlterColumn {
            table,
            column,
            change,
        } => {
            let before = schema.table(table).and_then(|table| table.column(column));
            let (Some(before), Some(ty)) = (before, &change.ty) else {
                return Vec::new();
            };
            let severity = severity_of_narrowing(&before.ty, ty);
            (narrowing(&before.ty, ty).into_iter())
                .map(|why| match severity {
                    MayFail => format!("fails if a value does not fit, {table}.{column}: {why}"),
                    _ => format!("{table}.{column}: {why}"),
                })
                .map(|message| ("narrower-type", severity, message))
                .collect()
        }
        Operation::AlterEnum {
            name,
            values,
            renames,
        } => values_of_enum(step, name, values, renames),
        _ => Vec::new(),
    }
}

fn values_of_enum(
    step: &Step<'_>,
    name: &Name,
    values: &[String],
    renames: &[(String, String)],
) -> Vec<Said> {
    let before = step.schema.enums.get(name).map(|there| &there.values[..]);
    let before = before.unwrap_or_default();
    let renamed = |value: &String| {
        let renamed = renames.iter().find(|(from, _)| from == value);
        renamed.map_or_else(|| value.clone(), |(_, to)| to.clone())
    };
    let former: Vec<String> = before.iter().map(renamed).collect();
    let removed = (before.iter())
        .filter(|value| !values.contains(value))
        .filter(|value| !renames.iter().any(|(from, _)| from == *value));
    let mut said: Vec<Said> = removed
        .map(|value| {
            let message = format!("fails while a row holds '{value}'; change those rows before");
            ("enum-value-removed", MayFail, message)
        })
        .collect();
    let kept = former.iter().filter(|value| values.contains(value));
    let now = values.iter().filter(|value| former.contains(value));
    if !now.eq(kept) {
        let message = format!(
            "the values of {name} get another order, by which they are sorted and compared; \
             a database with such a type of its own rewrites every table that has it"
        );
        said.push(("enum-reordered", Compatibility, message));
    }
    let fresh: Vec<&String> = (values.iter())
        .filter(|value| !former.contains(value))
        .collect();
    if said.is_empty() && !fresh.is_empty() && may_use(step.later, &fresh) {
        said.extend(used_at_once(step, name, &fresh));
    }
    said
}

/// A value is not to be used before the commit of what adds it, so there is a new type instead.
fn used_at_once(step: &Step<'_>, name: &Name, fresh: &[&String]) -> Option<Said> {
    let is_new = |table: &Table| {
        let mut earlier = step.earlier.iter();
        earlier.any(|one| matches!(one, Operation::CreateTable { table: new, .. } if new.name == table.name))
    };
    let has_it = |table: &&Table| {
        (table.columns.iter()).any(|column| enum_of(&column.ty) == Some(name)) && !is_new(table)
    };
    let tables: Vec<String> = (step.schema.tables.values().filter(has_it))
        .map(|table| table.name.to_string())
        .collect();
    let values: Vec<String> = fresh.iter().map(|value| format!("'{value}'")).collect();
    let message = format!(
        "this migration may use {} at once, so a database with such a type of its own rewrites {}; \
         to avoid it, add the values in a revision of their own before this one",
        values.join(", "),
        tables.join(", ")
    );
    (!tables.is_empty()).then_some(("enum-value-used", Compatibility, message))
}
