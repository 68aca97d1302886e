//! What is in a database that no model speaks of: rows, and the objects of somebody else.

use migrate_runtime::schema::{Schema, SqlType, Table};
use proptest::prelude::*;

use crate::journey::Journey;

/// Rows and strangers, in numbers.
#[derive(Clone)]
pub(super) struct Rows {
    pub(super) foreign_keys: bool,
    values: Vec<u8>,
    trigger: Option<(usize, u8)>,
    view: Option<(usize, u8)>,
    index: Option<usize>,
}

/// On one line.
impl std::fmt::Debug for Rows {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            foreign_keys,
            values,
            trigger,
            view,
            index,
        } = self;
        write!(
            f,
            "keys {foreign_keys}, trigger {trigger:?}, view {view:?}, index {index:?}, {values:?}"
        )
    }
}

pub(super) fn rows() -> impl Strategy<Value = Rows> {
    (
        prop::bool::weighted(0.7),
        prop::collection::vec(0u8..6, 40),
        prop::option::weighted(0.3, (0usize..4, 0u8..3)),
        prop::option::weighted(0.3, (0usize..4, 0u8..3)),
        prop::option::weighted(0.2, 0usize..4),
    )
        .prop_map(|(foreign_keys, values, trigger, view, index)| Rows {
            foreign_keys,
            values,
            trigger,
            view,
            index,
        })
}

impl Rows {
    /// Inserts what the tables take, then makes the strangers.
    pub(super) fn fill(&self, journey: &mut Journey, schema: &Schema) {
        let mut values = self.values.iter().copied().cycle();
        for _ in 0..3 {
            for table in schema.tables.values() {
                let insert = insert(table, &mut values);
                // A row that breaks a rule of the table is not there.
                drop(migrate_runtime::connection::Session::batch(
                    &mut journey.session(),
                    &insert,
                ));
            }
        }
        let tables: Vec<&Table> = schema.tables.values().collect();
        let pick = |at: usize| tables.get(at % tables.len().max(1)).copied();
        journey.run("CREATE TABLE theirs (x)");
        if let Some((table, kind)) = self.trigger
            && let Some(table) = pick(table)
        {
            let name = quoted(table.name.name.as_str());
            let column = quoted(table.columns.last().unwrap().name.as_str());
            let (event, action) = match kind {
                0 => ("AFTER INSERT", "INSERT INTO theirs VALUES (1)".to_owned()),
                1 => (
                    "AFTER DELETE",
                    "INSERT INTO theirs VALUES (old.id)".to_owned(),
                ),
                // A backfill is an update, and no row is to come of it.
                _ => (
                    "AFTER UPDATE",
                    format!("UPDATE theirs SET x = new.{column}"),
                ),
            };
            journey.run(&format!(
                "CREATE TRIGGER noted {event} ON {name} BEGIN {action}; END"
            ));
        }
        if let Some((table, kind)) = self.view
            && let Some(table) = pick(table)
        {
            let name = quoted(table.name.name.as_str());
            let column = quoted(table.columns.last().unwrap().name.as_str());
            let columns = ["id".to_owned(), "count(*)".to_owned(), column];
            journey.run(&format!(
                "CREATE VIEW seen AS SELECT {} FROM {name}",
                columns[usize::from(kind)]
            ));
        }
        if let Some(table) = self.index
            && let Some(table) = pick(table)
        {
            let name = quoted(table.name.name.as_str());
            journey.run(&format!("CREATE INDEX dba_idx ON {name} (id DESC)"));
        }
    }
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

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
