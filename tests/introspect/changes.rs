//! Small changes to real schemas, with rows in their tables: there and back, and every row is as it was.
//!
//! Each change is made to all tables of a schema at once, as one revision.

use super::live::Live;
use super::real::{Statements, schemas};
use migrate_runtime::diff::{RenameHints, diff};
use migrate_runtime::operation::Operation;
use migrate_runtime::schema::{
    Backend, Check, Column, DefaultValue, Index, IndexKey, Name, Schema, SqlText, SqlType, Table,
    TableName, Value,
};
use std::collections::{BTreeMap, BTreeSet};

/// A change to a table; `false` where it has nothing to change.
type Change = fn(&mut Table) -> bool;

const CHANGES: &[(&str, Change)] = &[
    ("add a column", |table| {
        table
            .columns
            .push(Column::new("added_column", SqlType::Text));
        true
    }),
    ("add a column with a default", |table| {
        let default = DefaultValue::Value(Value::Integer(7));
        let column = Column::new("added_column", SqlType::Integer).not_null();
        table.columns.push(column.with_default(default));
        true
    }),
    ("drop a column", |table| {
        let Some(at) = droppable(table) else {
            return false;
        };
        table.columns.remove(at);
        true
    }),
    ("let a column be NULL", |table| {
        let free = |column: &&mut Column| !column.nullable && column.generated.is_none();
        let key = key_of(table);
        let mut columns = table.columns.iter_mut().filter(free);
        let column = columns.find(|column| !key.contains(&column.name));
        column.is_some_and(|column| {
            column.nullable = true;
            true
        })
    }),
    ("change a type", |table| {
        if table.options.sqlite_strict {
            return false;
        }
        let key = key_of(table);
        let mentioned = texts(table);
        let free = |column: &Column| {
            column.generated.is_none()
                && !key.contains(&column.name)
                && !mentioned.contains(&column.name.as_str().to_lowercase())
        };
        let references: Vec<Name> = table
            .foreign_keys
            .iter()
            .flat_map(|key| key.columns.clone())
            .collect();
        let mut columns = table.columns.iter_mut();
        let column = columns.find(|column| free(column) && !references.contains(&column.name));
        column.is_some_and(|column| {
            column.ty = SqlType::native(Backend::Sqlite, "BLOB");
            true
        })
    }),
    ("set a default", |table| {
        let mut columns = table.columns.iter_mut();
        let free = |column: &&mut Column| column.default.is_none() && column.generated.is_none();
        let column = columns.find(|column| free(column) && !column.auto_increment);
        column.is_some_and(|column| {
            column.default = Some(DefaultValue::Sql(SqlText::new("42")));
            true
        })
    }),
    ("add a check", |table| {
        let column = super::print::quoted(&table.columns[0].name);
        table.checks.push(Check {
            name: Some("added_check".into()),
            expression: SqlText::new(format!("{column} IS NOT 12345")),
        });
        true
    }),
    ("drop the checks", |table| {
        let had = !table.checks.is_empty();
        table.checks.retain(|check| check.name.is_none());
        had
    }),
    ("drop the foreign keys", |table| {
        let before = table.foreign_keys.len();
        table.foreign_keys.retain(|key| key.name.is_none());
        before > table.foreign_keys.len()
    }),
    ("add an index", |table| {
        let column = table.columns[0].name.clone();
        let name = format!("added to {}", table.name);
        table.indexes.push(Index::new(Name::new(name), [column]));
        true
    }),
    ("drop the indexes", |table| {
        let had = !table.indexes.is_empty();
        table.indexes.clear();
        had
    }),
    ("number otherwise", |table| {
        table.options.sqlite_no_autoincrement = !table.options.sqlite_no_autoincrement;
        table.columns.iter().any(|column| column.auto_increment)
    }),
];

#[test]
fn every_schema_changes_and_goes_back_with_its_rows() {
    let mut problems = Vec::new();
    let (mut filled, mut all) = (0, 0);
    for schema in schemas() {
        if ["many", "wide"].contains(&schema.name.as_str()) {
            continue;
        }
        let (tables, failed) = there_and_back(&schema);
        all += tables.len();
        filled += tables.iter().filter(|rows| **rows > 0).count();
        problems.extend(
            failed
                .into_iter()
                .map(|problem| format!("{}: {problem}", schema.name)),
        );
    }
    assert!(problems.is_empty(), "{}", problems.join("\n\n"));
    assert!(
        100 * filled >= 90 * all,
        "{filled} of {all} tables have rows"
    );
}

/// The number of rows of each table, and what went wrong.
fn there_and_back(Statements { sql, .. }: &Statements) -> (Vec<usize>, Vec<String>) {
    let mut problems = Vec::new();
    let mut live = Live::by_hand(Schema::new(), sql);
    let chain = managed(live.introspected());
    fill(&mut live, &chain);
    live.assume(chain.clone());
    let rows = dump(&mut live, &chain);
    for (name, change) in CHANGES {
        let mut models = chain.clone();
        let mut changed = 0;
        for table in models.tables.values_mut() {
            let before = table.clone();
            if change(table) {
                changed += 1;
            } else {
                *table = before;
            }
        }
        if changed == 0 {
            continue;
        }
        let operations = diff(&chain, &models, &RenameHints::default());
        problems.extend(step(&mut live, name, operations, &chain, &rows));
    }
    for operations in [rename_columns(&chain), rename_tables(&chain)] {
        problems.extend(step(&mut live, "rename", operations, &chain, &rows));
    }
    (rows.values().map(Vec::len).collect(), problems)
}

fn step(
    live: &mut Live,
    name: &str,
    operations: Vec<Operation>,
    chain: &Schema,
    rows: &BTreeMap<TableName, Vec<String>>,
) -> Option<String> {
    let done = match live.apply(operations) {
        Ok(done) => done,
        // A view or trigger, or a key that no chain can have, uses what is to go.
        Err(problem)
            if (["error in view", "which trigger", "is used by"].iter())
                .any(|words| problem.contains(words)) =>
        {
            return None;
        }
        Err(problem) => return Some(format!("{name}: {problem}")),
    };
    live.back(&done);
    let after = dump(live, chain);
    let mut tables = rows.iter().zip(&after);
    let (before, after) = tables.find(|(before, after)| before != after)?;
    Some(format!(
        "{name}: the rows differ: {before:?}, then {after:?}"
    ))
}

/// What a chain can have: no key to a table that is not there, and a name for every constraint.
fn managed(mut schema: Schema) -> Schema {
    let unique: BTreeMap<TableName, Vec<Vec<Name>>> = (schema.tables.values())
        .map(|table| {
            let uniques = table.uniques.iter().map(|unique| unique.columns.clone());
            (table.name.clone(), uniques.collect())
        })
        .collect();
    let keys: BTreeMap<TableName, Vec<Name>> = (schema.tables.values())
        .map(|table| (table.name.clone(), key_of(table)))
        .collect();
    for table in schema.tables.values_mut() {
        table.stored_sql = None;
        for key in &mut table.foreign_keys {
            if key.target_columns.is_empty() {
                key.target_columns = keys.get(&key.target).cloned().unwrap_or_default();
            }
        }
        (table.foreign_keys).retain(|key| {
            let sorted = |names: &[Name]| names.iter().cloned().collect::<BTreeSet<_>>();
            let wanted = sorted(&key.target_columns);
            let uniques = unique.get(&key.target).into_iter().flatten();
            (uniques.chain(keys.get(&key.target))).any(|columns| sorted(columns) == wanted)
        });
    }
    schema.attached.clear();
    for table in schema.tables.values_mut() {
        let uniques = table.uniques.iter_mut().map(|unique| &mut unique.name);
        let checks = table.checks.iter_mut().map(|check| &mut check.name);
        let keys = table.foreign_keys.iter_mut().map(|key| &mut key.name);
        for (number, name) in uniques.chain(checks).chain(keys).enumerate() {
            name.get_or_insert_with(|| Name::new(format!("constraint {number}")));
        }
    }
    schema
}

/// Three rows in each table: row `k` has `k` in every column, so every key finds its row.
fn fill(live: &mut Live, schema: &Schema) {
    live.run("PRAGMA foreign_keys = OFF");
    for table in schema.tables.values() {
        let columns: Vec<&Column> = (table.columns.iter())
            .filter(|column| column.generated.is_none())
            .collect();
        let names: Vec<String> = columns
            .iter()
            .map(|column| super::print::quoted(&column.name))
            .collect();
        // What is dropped comes back as NULL.
        let empty = droppable(table).map(|at| &table.columns[at].name);
        for k in 1..=3 {
            let values = columns.iter().map(|column| match empty {
                Some(name) if *name == column.name => "NULL".to_owned(),
                _ => allowed(table, column).unwrap_or_else(|| value(column, k)),
            });
            let values: Vec<String> = values.collect();
            let table = super::print::quoted(&table.name.name);
            let sql = format!(
                "INSERT OR IGNORE INTO {table} ({}) VALUES ({})",
                names.join(", "),
                values.join(", ")
            );
            live.try_run(&sql);
        }
    }
    // A table may have refused its rows; so do those that refer to it, and to them.
    for table in schema.tables.keys().cycle().take(3 * schema.tables.len()) {
        let table = super::print::quoted(&table.name);
        live.try_run(&format!(
            "DELETE FROM {table} WHERE EXISTS (SELECT 1 FROM pragma_foreign_key_check({table}))"
        ));
    }
    live.run("PRAGMA foreign_keys = ON");
}

fn value(column: &Column, k: usize) -> String {
    let ty = column.ty.describe().to_uppercase();
    if ["BLOB", "BYTEA", "BINARY"]
        .iter()
        .any(|word| ty.contains(word))
    {
        format!("x'0{k}'")
    } else if ["CHAR", "TEXT", "CLOB"]
        .iter()
        .any(|word| ty.contains(word))
    {
        format!("'{k}'")
    } else {
        k.to_string()
    }
}

/// The first value that a check `column IN (…)` allows.
fn allowed(table: &Table, column: &Column) -> Option<String> {
    let wanted = column.name.as_str().to_lowercase();
    table.checks.iter().find_map(|check| {
        let text = check.expression.get(Backend::Sqlite)?;
        let (before, list) = text
            .split_once(" in (")
            .or_else(|| text.split_once(" IN ("))?;
        let first = list.split([',', ')']).next()?;
        before
            .to_lowercase()
            .contains(&wanted)
            .then(|| first.trim().to_owned())
    })
}

fn dump(live: &mut Live, schema: &Schema) -> BTreeMap<TableName, Vec<String>> {
    let mut rows = BTreeMap::new();
    for table in schema.tables.values() {
        let columns: Vec<String> = (table.columns.iter())
            .map(|column| format!("quote({})", super::print::quoted(&column.name)))
            .collect();
        let query = format!(
            "SELECT {} FROM {} ORDER BY 1",
            columns.join(" || ' ' || "),
            super::print::quoted(&table.name.name)
        );
        rows.insert(table.name.clone(), live.rows(&query));
    }
    rows
}

fn key_of(table: &Table) -> Vec<Name> {
    table
        .primary_key
        .as_ref()
        .map(|key| key.columns.clone())
        .unwrap_or_default()
}

/// The words of all expressions, in small letters.
fn texts(table: &Table) -> String {
    let checks = table.checks.iter().map(|check| &check.expression);
    let generated = table
        .columns
        .iter()
        .filter_map(|column| column.generated.as_ref());
    let predicates = table
        .indexes
        .iter()
        .filter_map(|index| index.predicate.as_ref());
    let parts = table.indexes.iter().flat_map(|index| &index.columns);
    let parts = parts.filter_map(|part| match &part.key {
        IndexKey::Expression(text) => Some(text),
        IndexKey::Column(_) => None,
    });
    checks
        .chain(generated.map(|generated| &generated.expression))
        .chain(predicates)
        .chain(parts)
        .filter_map(|text| text.get(Backend::Sqlite))
        .map(str::to_lowercase)
        .collect()
}

/// Whether nothing needs the column.
fn is_free(table: &Table, column: &Column) -> bool {
    let is = |name: &Name| name.as_str().eq_ignore_ascii_case(column.name.as_str());
    let listed = |names: &[Name]| names.iter().any(is);
    let in_index = |index: &Index| {
        index
            .columns
            .iter()
            .any(|part| matches!(&part.key, IndexKey::Column(name) if is(name)))
    };
    table.columns.len() > 1
        && !column.name.as_str().is_empty()
        && !listed(&key_of(table))
        && !table.uniques.iter().any(|unique| listed(&unique.columns))
        && !table
            .foreign_keys
            .iter()
            .any(|key| listed(&key.columns) || listed(&key.target_columns))
        && !table.indexes.iter().any(in_index)
        && !texts(table).contains(&column.name.as_str().to_lowercase())
}

/// The place of a column that can go and come back with all that it held.
fn droppable(table: &Table) -> Option<usize> {
    (table.columns.iter()).rposition(|column| {
        let plain = column.default.is_none() && column.generated.is_none();
        is_free(table, column) && column.nullable && plain
    })
}

fn rename_columns(schema: &Schema) -> Vec<Operation> {
    let tables = schema.tables.values();
    let column = |table: &Table| {
        let column = table.columns.iter().find(|column| is_free(table, column))?;
        Some(Operation::RenameColumn {
            table: table.name.clone(),
            from: column.name.clone(),
            to: "renamed column".into(),
        })
    };
    tables.filter_map(column).collect()
}

fn rename_tables(schema: &Schema) -> Vec<Operation> {
    let tables = schema.tables.keys().enumerate();
    tables
        .map(|(number, name)| Operation::RenameTable {
            from: name.clone(),
            to: TableName::new(format!("renamed {number}")),
        })
        .collect()
}
