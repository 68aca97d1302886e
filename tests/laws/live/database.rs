//! What is in a database that no model speaks of: rows, and the objects of somebody else.

use migrate_runtime::schema::{Schema, SqlType, Table};
use proptest::prelude::*;

use super::parts::quoted;
use crate::journey::Journey;

/// Rows and strangers, in numbers.
#[derive(Clone)]
pub(super) struct Rows {
    pub(super) foreign_keys: bool,
    amount: u8,
    values: Vec<u8>,
    trigger: Option<(usize, usize, u8)>,
    view: Option<(usize, usize, u8)>,
    index: Option<usize>,
}

/// On one line.
impl std::fmt::Debug for Rows {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            foreign_keys,
            amount,
            values,
            trigger,
            view,
            index,
        } = self;
        write!(
            f,
            "keys {foreign_keys}, {amount} rows, trigger {trigger:?}, view {view:?}, index {index:?}, {values:?}"
        )
    }
}

pub(super) fn rows() -> impl Strategy<Value = Rows> {
    (
        prop::bool::weighted(0.7),
        prop_oneof![1 => Just(0u8), 5 => Just(3u8)],
        prop::collection::vec(0u8..8, 40),
        prop::option::weighted(0.3, (0usize..4, 0usize..4, 0u8..6)),
        prop::option::weighted(0.3, (0usize..4, 0usize..4, 0u8..6)),
        prop::option::weighted(0.2, 0usize..4),
    )
        .prop_map(
            |(foreign_keys, amount, values, trigger, view, index)| Rows {
                foreign_keys,
                amount,
                values,
                trigger,
                view,
                index,
            },
        )
}

impl Rows {
    /// Inserts what the tables take, then makes the strangers.
    pub(super) fn fill(&self, journey: &mut Journey, schema: &Schema) {
        let mut values = self.values.iter().copied().cycle();
        for _ in 0..self.amount {
            for table in schema.tables.values() {
                let insert = insert(table, &mut values);
                // A row that breaks a rule of the table is not there.
                drop(migrate_runtime::connection::Session::batch(
                    &mut *journey.session(),
                    &insert,
                ));
            }
        }
        let tables: Vec<&Table> = schema.tables.values().collect();
        let pick = |at: usize| tables.get(at % tables.len().max(1)).copied();
        journey.run("CREATE TABLE theirs (x)");
        if let Some((table, other, kind)) = self.trigger
            && let (Some(table), Some(other)) = (pick(table), pick(other))
        {
            journey.run(&trigger(table, other, kind));
        }
        if let Some((table, other, kind)) = self.view
            && let (Some(table), Some(other)) = (pick(table), pick(other))
        {
            journey.run(&view(table, other, kind));
        }
        if let Some(table) = self.index
            && let Some(table) = pick(table)
        {
            let name = quoted(table.name.name.as_str());
            journey.run(&format!("CREATE INDEX dba_idx ON {name} (id DESC)"));
        }
    }
}

fn trigger(table: &Table, other: &Table, kind: u8) -> String {
    let column = quoted(table.columns.last().unwrap().name.as_str());
    let (table, other) = (
        quoted(table.name.name.as_str()),
        quoted(other.name.name.as_str()),
    );
    let (event, action) = match kind {
        0 => ("AFTER INSERT", "INSERT INTO theirs VALUES (1)".to_owned()),
        1 => (
            "AFTER DELETE",
            "INSERT INTO theirs VALUES (old.id)".to_owned(),
        ),
        // A backfill is an update, and no row is to come of it.
        2 => (
            "AFTER UPDATE",
            format!("UPDATE theirs SET x = new.{column}"),
        ),
        3 => (
            "BEFORE DELETE",
            format!("UPDATE {other} SET id = id WHERE id = old.id"),
        ),
        4 => (
            "AFTER INSERT",
            format!(
                "DELETE FROM theirs WHERE x IN (SELECT {table}.{column} FROM {other}, {table})"
            ),
        ),
        _ => (
            "AFTER INSERT",
            format!("SELECT 'a; b', id FROM {table} -- {column}\n"),
        ),
    };
    format!("CREATE TRIGGER noted {event} ON {table} BEGIN {action}; END")
}

fn view(table: &Table, other: &Table, kind: u8) -> String {
    let column = quoted(table.columns.last().unwrap().name.as_str());
    let (table, other) = (
        quoted(table.name.name.as_str()),
        quoted(other.name.name.as_str()),
    );
    let select = match kind {
        0 => format!("id FROM {table}"),
        1 => format!("count(*) FROM {table}"),
        2 => format!("{column} FROM {table}"),
        3 => format!("{table}.id FROM {table} JOIN {other} AS o ON o.id = {table}.id"),
        4 => format!("* FROM {table}"),
        _ => format!(
            "x.{column} AS shown FROM (SELECT * FROM {table}) AS x WHERE x.id IN (SELECT id FROM {other})"
        ),
    };
    format!(
        "CREATE VIEW seen AS SELECT {select};
         CREATE TRIGGER instead INSTEAD OF DELETE ON seen BEGIN SELECT 1; END"
    )
}

fn insert(table: &Table, values: &mut impl Iterator<Item = u8>) -> String {
    let columns: Vec<_> = (table.columns.iter())
        .filter(|column| column.generated.is_none())
        .collect();
    let names: Vec<String> = (columns.iter())
        .map(|column| quoted(column.name.as_str()))
        .collect();
    let values: Vec<String> = (columns.iter())
        .map(|column| match values.next().unwrap_or_default() {
            0 if column.nullable => "NULL".to_owned(),
            4 if matches!(column.ty, SqlType::Text | SqlType::Varchar(_)) => "'x'".to_owned(),
            6 => "' a '".to_owned(),
            7 => "x'07'".to_owned(),
            value => value.to_string(),
        })
        .collect();
    format!(
        "INSERT INTO {} ({}) VALUES ({})",
        quoted(table.name.name.as_str()),
        names.join(", "),
        values.join(", ")
    )
}
