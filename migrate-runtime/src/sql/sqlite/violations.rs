//! Foreign keys that a plan may not break: rows without a parent are looked for before and after.
//!
//! Only violations that were not there before end the plan: old ones of other tables are no reason to
//! refuse a migration, and nothing would ever mend them (Atlas does the same; Django refuses all). One
//! is told from another by its key and the number of its row, so that an old one whose key is dropped
//! hides no new one. What the plan does to names and numbers is done to what is remembered.
//!
//! SQLite cannot check a table whose key refers to columns that are not unique: it answers "foreign key
//! mismatch" to a question about the whole database. Such tables are left out, so that an old mistake in
//! one table is no reason to refuse a change to another.

use super::super::{Blame, Step};
use crate::dialect::Dialect;
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
        "CREATE TEMP TABLE __migrate_violations AS {}",
        found(unchecked)
    ))
}

/// The step that finds new ones: rows that were none before. Where rows have got other numbers since,
/// only more of them are.
pub(super) fn compare(unchecked: &BTreeSet<Name>) -> Step {
    let same = "b.child = v.child COLLATE NOCASE AND b.parent = v.parent COLLATE NOCASE \
                AND b.key = v.key";
    Step::Expect {
        blame: Blame::Rows,
        query: format!(
            "SELECT v.child || ' (' || v.key || ') to ' || v.parent || ': ' || count(*) || {} || \
             coalesce(', the first at rowid ' || min(v.number), '') FROM ({}) AS v WHERE NOT EXISTS \
             (SELECT 1 FROM temp.__migrate_violations AS b WHERE {same} AND b.number = v.number) \
             GROUP BY v.child, v.parent, v.key HAVING count(*) > \
             (SELECT count(*) FROM temp.__migrate_violations AS b WHERE {same} AND b.number IS NULL)",
            rows("count(*)"),
            found(unchecked)
        ),
        problem: "foreign keys would refer to rows that do not exist".to_owned(),
        hint: "mend or delete those rows before, with a `sql` step".to_owned(),
    }
}

/// The step that finds the values of a new key that no row of its parent has. Where the table had rows
/// without that parent before, [`compare`] tells the new ones from them.
pub(super) fn dangling(table: &Table, key: &ForeignKey, dialect: &dyn Dialect) -> Step {
    let own = |name: &Name| format!("c.{}", dialect.quote(name));
    let columns: Vec<String> = key.columns.iter().map(own).collect();
    let shown: Vec<String> = columns
        .iter()
        .map(|name| format!("quote({name})"))
        .collect();
    let present: Vec<String> = (columns.iter())
        .map(|name| format!("{name} IS NOT NULL"))
        .collect();
    // The parent's collation is the one that counts: its column comes first.
    let equal: Vec<String> = (key.target_columns.iter().zip(&columns))
        .map(|(target, column)| format!("p.{} = {column}", dialect.quote(target)))
        .collect();
    let names: Vec<&str> = key.columns.iter().map(Name::as_str).collect();
    Step::Expect {
        blame: Blame::Rows,
        query: format!(
            "SELECT {} || ' in ' || count(*) || {} FROM {} AS c WHERE {} \
             AND NOT EXISTS (SELECT 1 FROM {} AS p WHERE {}) AND NOT EXISTS \
             (SELECT 1 FROM temp.__migrate_violations AS b WHERE b.child = {} COLLATE NOCASE \
             AND b.parent = {} COLLATE NOCASE AND b.key = {}) GROUP BY {} LIMIT 5",
            shown.join(" || ', ' || "),
            rows("count(*)"),
            dialect.quote_table(&table.name),
            present.join(" AND "),
            dialect.quote_table(&key.target),
            equal.join(" AND "),
            literal(table.name.name.as_str()),
            literal(key.target.name.as_str()),
            literal(&key_of(key.columns.iter().cloned())),
            columns.join(", ")
        ),
        problem: format!(
            "rows of {} have values in ({}) that no row of {} has",
            table.name,
            names.join(", "),
            key.target
        ),
        hint: "mend or delete those rows before, with a `sql` step".to_owned(),
    }
}

/// `row` or `rows`, as SQL, behind a count.
pub(super) fn rows(count: &str) -> String {
    format!("CASE {count} WHEN 1 THEN ' row' ELSE ' rows' END")
}

/// Every violation: the table, its row's number, the columns of the key and the table they refer to.
fn found(unchecked: &BTreeSet<Name>) -> String {
    let names: Vec<String> = (unchecked.iter())
        .map(|name| literal(name.as_str()))
        .collect();
    let checked = if names.is_empty() {
        "pragma_foreign_key_check AS f".to_owned()
    } else {
        format!(
            "sqlite_master AS t, pragma_foreign_key_check(t.name) AS f \
             WHERE t.type = 'table' AND t.name COLLATE NOCASE NOT IN ({})",
            names.join(", ")
        )
    };
    // `key_of` says the same of a key that is renamed.
    format!(
        "SELECT f.\"table\" AS child, f.rowid AS number, f.parent AS parent, \
         (SELECT group_concat(name, ', ') FROM (SELECT lower(k.\"from\") AS name \
         FROM pragma_foreign_key_list(f.\"table\") AS k WHERE k.id = f.fkid ORDER BY 1)) AS key \
         FROM {checked}"
    )
}

/// What keeps that which is remembered true when a table gets another name.
pub(super) fn renamed_table(from: &Name, to: &Name) -> Vec<String> {
    let (from, to) = (literal(from.as_str()), literal(to.as_str()));
    (["child", "parent"].into_iter())
        .map(|column| {
            format!(
                "UPDATE temp.__migrate_violations SET {column} = {to} \
                 WHERE {column} = {from} COLLATE NOCASE"
            )
        })
        .collect()
}

/// The same for the keys of a table that has another name for a column now.
pub(super) fn renamed_column(table: &Table, from: &Name, to: &Name) -> Vec<String> {
    let is = |name: &Name| folded(name) == folded(from);
    (table.foreign_keys.iter())
        .filter(|key| key.columns.iter().any(is))
        .map(|key| {
            let before = key.columns.iter().cloned();
            let after = (before.clone()).map(|name| if is(&name) { to.clone() } else { name });
            format!(
                "UPDATE temp.__migrate_violations SET key = {} \
                 WHERE child = {} COLLATE NOCASE AND key = {}",
                literal(&key_of(after)),
                literal(table.name.name.as_str()),
                literal(&key_of(before))
            )
        })
        .collect()
}

/// The same for keys that lose a column: one that is added under its name holds other values.
pub(super) fn dropped_columns(table: &Table, kept: &BTreeSet<Name>) -> Vec<String> {
    (table.foreign_keys.iter())
        .filter(|key| key.columns.iter().any(|name| !kept.contains(name)))
        .map(|key| {
            format!(
                "DELETE FROM temp.__migrate_violations WHERE child = {} COLLATE NOCASE AND key = {}",
                literal(table.name.name.as_str()),
                literal(&key_of(key.columns.iter().cloned()))
            )
        })
        .collect()
}

/// The same for a table whose rows have got other numbers.
pub(super) fn renumbered(table: &Name) -> String {
    format!(
        "UPDATE temp.__migrate_violations SET number = NULL WHERE child = {} COLLATE NOCASE",
        literal(table.as_str())
    )
}

/// The same for a table that is gone: one that gets its name later has no old violations.
pub(super) fn dropped(table: &Name) -> String {
    format!(
        "DELETE FROM temp.__migrate_violations WHERE child = {} COLLATE NOCASE",
        literal(table.as_str())
    )
}

fn key_of(columns: impl Iterator<Item = Name>) -> String {
    let mut names: Vec<String> = columns.map(|name| folded(&name)).collect();
    names.sort();
    names.join(", ")
}

fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
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
