//! Foreign keys that a plan may not break: rows without a parent are counted before and after.
//!
//! Only violations that were not there before end the plan: old ones of other tables are no reason to
//! refuse a migration, and nothing would ever mend them (Atlas does the same; Django refuses all). They
//! are counted per pair of tables, since a rebuild may number rows anew.
//!
//! SQLite cannot check a table whose key refers to columns that are not unique: it answers "foreign key
//! mismatch" to a question about the whole database. Such tables are left out, so that an old mistake in
//! one table is no reason to refuse a change to another.

use super::super::Step;
use crate::operation::Operation;
use crate::schema::{ForeignKey, IndexKey, Name, Schema, Table};
use std::collections::{BTreeMap, BTreeSet};

/// Whether an operation may rebuild or drop a table.
pub(super) const fn may_drop(operation: &Operation) -> bool {
    !matches!(
        operation,
        Operation::CreateTable { .. }
            | Operation::CreateIndex { .. }
            | Operation::DropIndex { .. }
            | Operation::RenameTable { .. }
            | Operation::RenameColumn { .. }
            | Operation::CreateEnum { .. }
            | Operation::Backfill { .. }
            | Operation::SetTableComment { .. }
    )
}

/// The tables whose foreign keys SQLite cannot check.
pub(super) fn unchecked(schema: &Schema) -> BTreeSet<Name> {
    let by_name: BTreeMap<String, &Table> = (schema.tables.values())
        .map(|table| (folded(&table.name.name), table))
        .collect();
    let mismatched = |key: &ForeignKey| {
        by_name
            .get(&folded(&key.target.name))
            .is_some_and(|parent| !is_key(parent, key))
    };
    (schema.tables.values())
        .filter(|table| table.foreign_keys.iter().any(mismatched))
        .map(|table| table.name.name.clone())
        .collect()
}

/// The statement that remembers the violations of now.
pub(super) fn remember(unchecked: &BTreeSet<Name>) -> Step {
    Step::Sql(format!(
        "CREATE TEMP TABLE __migrate_violations AS SELECT \"table\" AS child, parent, \
         count(*) AS n FROM {} GROUP BY 1, 2",
        found(unchecked, "")
    ))
}

/// The step that finds new ones.
pub(super) fn compare(unchecked: &BTreeSet<Name>) -> Step {
    Step::Expect {
        query: format!(
            "SELECT v.\"table\" || ' to ' || v.parent || ': ' || count(*) || ' rows' \
             FROM {} GROUP BY v.\"table\", v.parent \
             HAVING count(*) > coalesce((SELECT sum(b.n) FROM temp.__migrate_violations \
             AS b WHERE b.child = v.\"table\" COLLATE NOCASE \
             AND b.parent = v.parent COLLATE NOCASE), 0)",
            found(unchecked, " AS v")
        ),
        problem: "foreign keys would refer to rows that do not exist".to_owned(),
        hint: "mend or delete those rows before, with a `sql` step".to_owned(),
    }
}

fn found(unchecked: &BTreeSet<Name>, alias: &str) -> String {
    if unchecked.is_empty() {
        return format!("pragma_foreign_key_check{alias}");
    }
    let names: Vec<String> = (unchecked.iter())
        .map(|name| format!("'{}'", name.as_str().replace('\'', "''")))
        .collect();
    format!(
        "(SELECT f.* FROM sqlite_master AS t, pragma_foreign_key_check(t.name) AS f \
         WHERE t.type = 'table' AND t.name COLLATE NOCASE NOT IN ({})){alias}",
        names.join(", ")
    )
}

/// Whether the key refers to the primary key of the table, or to columns that are unique in it.
fn is_key(parent: &Table, key: &ForeignKey) -> bool {
    let primary: &[Name] = parent.primary_key.as_ref().map_or(&[], |key| &key.columns);
    let wanted = if key.target_columns.is_empty() {
        primary
    } else {
        &key.target_columns
    };
    let is = |columns: &[Name]| {
        columns.len() == wanted.len()
            && (columns.iter()).all(|name| wanted.iter().any(|other| folded(other) == folded(name)))
    };
    let indexes = (parent.indexes.iter()).filter(|index| index.unique && index.predicate.is_none());
    let mut indexes = indexes.filter_map(|index| {
        let columns = index.columns.iter().map(|part| match &part.key {
            IndexKey::Column(name) => Some(name.clone()),
            IndexKey::Expression(_) => None,
        });
        columns.collect::<Option<Vec<Name>>>()
    });
    wanted.len() == key.columns.len()
        && (is(primary)
            || parent.uniques.iter().any(|unique| is(&unique.columns))
            || indexes.any(|columns| is(&columns)))
}

fn folded(name: &Name) -> String {
    name.as_str().to_ascii_lowercase()
}
