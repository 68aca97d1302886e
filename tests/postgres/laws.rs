//! On random small schemas with all that PostgreSQL adds: the way there and back, on a server.

use super::decorated::{Choices, decorated};
use super::live::Live;
use crate::laws::schemas::{any_schema, every_rename, with_distinct_indexes};
use migrate_runtime::dialect::{Dialect, Postgres};
use migrate_runtime::diff::{RenameHints, diff};
use migrate_runtime::schema::{DefaultValue, IndexKey, Schema, SqlText, SqlType, Table, Value};
use proptest::prelude::*;

fn choices() -> impl Strategy<Value = Choices> {
    prop::collection::vec(any::<u8>(), 97).prop_map(Choices::new)
}

proptest! {
    #![proptest_config(crate::laws::live::known_cases(12, 60))]

    #[test]
    fn any_schema_becomes_any_other_and_back(
        from in any_schema(), to in any_schema(), one in choices(), other in choices(),
        has_rows: bool, renames: bool,
    ) {
        let Some(mut live) = Live::empty("") else {
            return Ok(());
        };
        let mut from = decorated(lawful(from), one, &mut live);
        let mut to = decorated(lawful(to), other, &mut live);
        let hints = if renames { every_rename(&from, &to) } else { RenameHints::default() };
        lists_stay(&mut from, &mut to, &hints);
        live.migrate(&from);
        if has_rows && fill(&mut live, &from) {
            let before = live.introspected();
            let operations = diff(&from, &to, &hints);
            // Rows may stand in the way; then nothing has happened.
            match live.apply(operations) {
                Ok(_) => {}
                Err(_) => assert_eq!(before, live.introspected()),
            }
        } else {
            let done = live.migrate_with(&to, &hints);
            live.back(&done);
            live.migrate(&Schema::new());
        }
    }
}

/// A list and a value do not become each other, whatever is said.
fn lists_stay(from: &mut Schema, to: &mut Schema, hints: &RenameHints) {
    for (name, table) in &mut from.tables {
        let renamed = hints.tables.iter().find(|(old, _)| old == name);
        let name = renamed.map_or(name, |(_, new)| new);
        let Some(after) = to.tables.get_mut(name) else {
            continue;
        };
        for column in &mut table.columns {
            let renamed = (hints.columns.iter())
                .find(|(of, old, _)| of == name && *old == column.name)
                .map_or(&column.name, |(_, _, new)| new);
            let Some(other) = after.column_mut(renamed) else {
                continue;
            };
            match (&column.ty, &other.ty) {
                (SqlType::Array(_), SqlType::Array(_)) => {}
                (SqlType::Array(element), _) => column.ty = (**element).clone(),
                (_, SqlType::Array(element)) => other.ty = (**element).clone(),
                _ => {}
            }
        }
    }
}

/// Rows for the tables that take them; whether there is one.
fn fill(live: &mut Live, schema: &Schema) -> bool {
    for name in schema.tables.keys() {
        let table = Postgres.quote_table(name);
        let columns: Vec<String> = (schema.tables[name].columns.iter())
            .filter(|column| !column.auto_increment && column.generated.is_none())
            .map(|column| Postgres.quote(&column.name))
            .collect();
        let values: Vec<&str> = (schema.tables[name].columns.iter())
            .filter(|column| !column.auto_increment && column.generated.is_none())
            .map(|column| match &column.ty {
                SqlType::Integer | SqlType::BigInt => "n",
                SqlType::Text | SqlType::Varchar(_) => "n::text",
                SqlType::Bool => "true",
                _ => "NULL",
            })
            .collect();
        if columns.is_empty() {
            continue;
        }
        let (columns, values) = (columns.join(", "), values.join(", "));
        live.run(&format!(
            "DO $$ BEGIN INSERT INTO {table} ({columns}) SELECT {values} FROM generate_series(1, 3) AS s (n); \
             SET CONSTRAINTS ALL IMMEDIATE; \
             EXCEPTION WHEN OTHERS THEN NULL; END $$"
        ));
    }
    (schema.tables.keys()).any(|name| {
        let count = format!("SELECT count(*) FROM {}", Postgres.quote_table(name));
        live.rows(&count) != ["0"]
    })
}

/// The schema without what a server refuses: expressions on columns that are no numbers, defaults of
/// another type, foreign keys between unlike columns.
fn lawful(mut schema: Schema) -> Schema {
    let whole = schema.clone();
    for table in schema.tables.values_mut() {
        let before = table.clone();
        let fits = |sql: &SqlText| speaks_of_numbers(sql, &before);
        for column in &mut table.columns {
            let is_number = is_number(&column.ty);
            column.generated = (column.generated.take())
                .filter(|generated| is_number && fits(&generated.expression));
            if let Some(generated) = &mut column.generated {
                generated.stored = true;
                column.default = None;
            }
            column.default = column.default.take().filter(|default| match default {
                DefaultValue::Value(Value::Integer(_)) => is_number,
                _ => column.ty == SqlType::Text,
            });
            column.auto_increment &= is_number;
        }
        table.checks.retain(|check| fits(&check.expression));
        table.indexes.retain(|index| {
            index.predicate.as_ref().is_none_or(fits)
                && (index.columns.iter()).all(|part| match &part.key {
                    IndexKey::Expression(sql) => fits(sql),
                    IndexKey::Column(_) => true,
                })
        });
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
    }
    with_distinct_indexes(schema)
}

const fn is_number(ty: &SqlType) -> bool {
    matches!(ty, SqlType::Integer | SqlType::BigInt)
}

fn speaks_of_numbers(sql: &SqlText, table: &Table) -> bool {
    let text = sql.any.as_deref().unwrap_or_default();
    text.split(|one: char| !one.is_alphanumeric() && one != '_')
        .filter(|word| !word.is_empty() && !word.starts_with(|one: char| one.is_ascii_digit()))
        .all(|word| {
            (table.column(&word.into()))
                .is_some_and(|column| is_number(&column.ty) && column.generated.is_none())
                && word == word.to_lowercase()
        })
}
