//! The values of enum types: those that go, their order, and what still names one that was renamed.

use super::Severity::{Compatibility, MayFail};
use super::{Said, Step};
use crate::operation::mentions::compared;
use crate::operation::{Operation, apply_to_database};
use crate::schema::{IndexKey, Name, SqlText, Table};

/// The rule of what still names a renamed value.
pub(crate) const ENUM_VALUE_NAMED: &str = "enum-value-named";

pub(super) fn check(step: &Step<'_>) -> Vec<Said> {
    let Operation::AlterEnum {
        name,
        values,
        renames,
    } = step.operation
    else {
        return Vec::new();
    };
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
    said.extend(still_named(step, name, renames));
    said
}

/// What names a renamed value after the last step: where enums are text, nothing refuses it and it is never true.
fn still_named(step: &Step<'_>, name: &Name, renames: &[(String, String)]) -> Vec<Said> {
    if renames.is_empty() {
        return Vec::new();
    }
    let mut after = step.schema.clone();
    for operation in std::iter::once(step.operation).chain(step.later) {
        // One that does not fit is reported where the chain is folded.
        drop(apply_to_database(&mut after, operation));
    }
    let is_value = |old: &String| (after.enums.get(name)).is_some_and(|it| it.values.contains(old));
    let renamed = || renames.iter().filter(|(old, _)| !is_value(old));
    let of_type = |table: &&Table| table.columns.iter().any(|column| column.has_enum(name));
    let mut said = Vec::new();
    for table in after.tables.values().filter(of_type) {
        let columns: Vec<&Name> = table.columns.iter().map(|column| &column.name).collect();
        let is_of_type = |column: &Name| table.column(column).is_some_and(|it| it.has_enum(name));
        for (what, sql) in texts(table) {
            let speaks_of = |old: &str| {
                let with = compared(sql, old, &columns);
                with.into_iter().any(is_of_type)
            };
            for (old, new) in renamed().filter(|(old, _)| speaks_of(old)) {
                let message = format!("{what} still speaks of '{old}', which is '{new}' now");
                said.push((ENUM_VALUE_NAMED, Compatibility, message));
            }
        }
    }
    said
}

/// The SQL of a table, and where it stands.
pub(crate) fn texts(table: &Table) -> impl Iterator<Item = (String, &SqlText)> {
    let name = &table.name;
    let generated = table.columns.iter().filter_map(move |column| {
        let generated = column.generated.as_ref()?;
        Some((format!("{name}.{}", column.name), &generated.expression))
    });
    let checks = table.checks.iter().map(move |check| {
        let what = check.name.as_ref().map_or_else(
            || format!("a check of {name}"),
            |check| format!("the check {check} of {name}"),
        );
        (what, &check.expression)
    });
    let indexes = table.indexes.iter().flat_map(move |index| {
        let keys = index.columns.iter().filter_map(|part| match &part.key {
            IndexKey::Expression(sql) => Some(sql),
            IndexKey::Column(_) => None,
        });
        (keys.chain(&index.predicate)).map(move |sql| (format!("the index {}", index.name), sql))
    });
    generated.chain(checks).chain(indexes)
}
