//! On random small schemas: the way there and back, on a server.

use super::live::Live;
use crate::laws::schemas::{any_schema, every_rename, with_distinct_indexes};
use migrate_runtime::connection::Session;
use migrate_runtime::dialect::{Dialect, Mysql};
use migrate_runtime::diff::{RenameHints, diff};
use migrate_runtime::operation::{Operation, apply_to_database};
use migrate_runtime::schema::{
    DefaultValue, IndexKey, Name, ReferentialAction, Schema, SqlText, SqlType, Table, Value,
};
use proptest::prelude::*;

proptest! {
    #![proptest_config(crate::laws::live::known_cases(12, 60))]

    #[test]
    fn any_schema_becomes_any_other_and_back(
        from in any_schema(), to in any_schema(), has_rows: bool, renames: bool,
    ) {
        let Some(mut live) = Live::empty("") else {
            return Ok(());
        };
        let (from, to) = (lawful(from), lawful(to));
        let hints = if renames { every_rename(&from, &to) } else { RenameHints::default() };
        live.migrate(&from);
        if has_rows {
            fill(&mut live, &from);
            // Rows may stand in the way.
            if let Err(why) = live.apply(diff(&from, &to, &hints)) {
                prop_assert!(is_of_the_rows(&why), "{}", why);
            }
        } else {
            let done = live.migrate_with(&to, &hints);
            live.back(&done);
            live.migrate(&Schema::new());
        }
    }
}

/// Whether rows are to blame.
fn is_of_the_rows(why: &str) -> bool {
    [
        "Duplicate entry",
        "truncated",
        "too long",
        "Incorrect integer value",
        "that are not there",
        "values that go away",
        "and is NULL in",
        "the rows that are there",
        "CONSTRAINT",
        "NULL value",
        "Out of range",
        "foreign key constraint fails",
    ]
    .iter()
    .any(|words| why.contains(words))
}

/// Rows for the tables that take them.
fn fill(live: &mut Live, schema: &Schema) {
    for (name, table) in &schema.tables {
        let plain =
            |it: &&migrate_runtime::schema::Column| !it.auto_increment && it.generated.is_none();
        let columns: Vec<String> = (table.columns.iter().filter(plain))
            .map(|column| Mysql.quote(&column.name))
            .collect();
        for n in 1..=3 {
            let values: Vec<String> = (table.columns.iter().filter(plain))
                .map(|column| match &column.ty {
                    SqlType::Enum(_) => "1".to_owned(),
                    SqlType::Bool => (n % 2).to_string(),
                    SqlType::Text | SqlType::Varchar(_) => format!("'{n}'"),
                    _ => n.to_string(),
                })
                .collect();
            let insert = format!(
                "INSERT IGNORE INTO {} ({}) VALUES ({})",
                Mysql.quote_table(name),
                columns.join(", "),
                values.join(", ")
            );
            drop(live.database.batch(&insert));
        }
    }
}

/// The schema without what a server refuses.
fn lawful(mut schema: Schema) -> Schema {
    let names: Vec<_> = schema.tables.keys().cloned().collect();
    for table in names {
        // Names of columns have no case.
        if schema.tables[&table].column(&"E".into()).is_some() {
            let rename = Operation::RenameColumn {
                table,
                from: "E".into(),
                to: "f".into(),
            };
            apply_to_database(&mut schema, &rename).unwrap();
        }
    }
    for table in schema.tables.values_mut() {
        without_long_keys(table);
        lawful_table(table);
    }
    let whole = schema.clone();
    for table in schema.tables.values_mut() {
        let before = table.clone();
        table.foreign_keys.retain(|key| {
            let Some(target) = whole.table(&key.target) else {
                return false;
            };
            (key.columns.iter().zip(&key.target_columns)).all(|(one, other)| {
                match (before.column(one), target.column(other)) {
                    (Some(one), Some(other)) => {
                        one.ty == other.ty && one.generated.is_none() && other.generated.is_none()
                    }
                    _ => false,
                }
            })
        });
        for key in &mut table.foreign_keys {
            key.on_delete = ReferentialAction::NoAction;
            key.on_update = ReferentialAction::NoAction;
        }
    }
    with_distinct_indexes(schema)
}

/// No index holds a text as a whole.
fn without_long_keys(table: &mut Table) {
    let mut keys: Vec<Name> = Vec::new();
    keys.extend(table.primary_key.iter().flat_map(|key| key.columns.clone()));
    keys.extend(table.uniques.iter().flat_map(|key| key.columns.clone()));
    keys.extend(
        table
            .foreign_keys
            .iter()
            .flat_map(|key| key.columns.clone()),
    );
    keys.extend((table.indexes.iter()).flat_map(|index| {
        (index.columns.iter()).filter_map(|part| match &part.key {
            IndexKey::Column(name) => Some(name.clone()),
            IndexKey::Expression(_) => None,
        })
    }));
    for column in &mut table.columns {
        if column.ty == SqlType::Text && keys.contains(&column.name) {
            column.ty = SqlType::Varchar(30);
        }
    }
}

fn lawful_table(table: &mut Table) {
    let before = table.clone();
    let fits = |sql: &SqlText| speaks_of_numbers(sql, &before);
    let first = before
        .primary_key
        .as_ref()
        .and_then(|key| key.columns.first());
    let keys = before.primary_key.as_ref().map(|key| &key.columns);
    for column in &mut table.columns {
        let is_number = is_number(&column.ty);
        let is_key = keys.is_some_and(|keys| keys.contains(&column.name));
        column.generated = (column.generated.take())
            .filter(|generated| is_number && !is_key && fits(&generated.expression));
        column.default = column.default.take().filter(|default| match default {
            DefaultValue::Value(Value::Integer(_)) => is_number,
            _ => false,
        });
        if column.generated.is_some() {
            column.default = None;
        }
        let is_spoken_of = before
            .checks
            .iter()
            .any(|check| says(&check.expression, &column.name))
            || (before.columns.iter().filter_map(|it| it.generated.as_ref()))
                .any(|generated| says(&generated.expression, &column.name));
        column.auto_increment &= is_number && first == Some(&column.name) && !is_spoken_of;
        if column.auto_increment {
            column.default = None;
            column.nullable = false;
        }
    }
    table.checks.retain(|check| fits(&check.expression));
    table.indexes.retain(|index| {
        index.predicate.is_none()
            && (index.columns.iter()).all(|part| matches!(part.key, IndexKey::Column(_)))
    });
}

const fn is_number(ty: &SqlType) -> bool {
    matches!(ty, SqlType::Integer | SqlType::BigInt)
}

fn says(sql: &SqlText, name: &Name) -> bool {
    let text = sql.any.as_deref().unwrap_or_default();
    text.split(|one: char| !one.is_alphanumeric() && one != '_')
        .any(|word| word.eq_ignore_ascii_case(name.as_str()))
}

fn speaks_of_numbers(sql: &SqlText, table: &Table) -> bool {
    let text = sql.any.as_deref().unwrap_or_default();
    text.split(|one: char| !one.is_alphanumeric() && one != '_')
        .filter(|word| !word.is_empty() && !word.starts_with(|one: char| one.is_ascii_digit()))
        .all(|word| {
            (table.column(&word.into()))
                .is_some_and(|column| is_number(&column.ty) && column.generated.is_none())
        })
}
