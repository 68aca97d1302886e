//! PostgreSQL: eight queries on `pg_catalog`, whatever the number of tables (13 to 18), and one for the
//! current schema beside a chain that names schemas.
//!
//! All schemas but the system's are read; what is in the connection's current schema has no schema in
//! its name. Partitions, tables that inherit, and what belongs to an extension are no tables of ours:
//! the former are listed as attached objects, the latter not at all. All cells come as text.

mod column;
mod constraint;
mod index;
mod names;
mod numbers;
mod sequence;
mod settle;

pub(super) use names::spell;
pub(super) use settle::settle;

use self::index::Unusual;
use self::numbers::Numbers;
use self::sequence::Sequences;
use super::IntrospectError;
use crate::connection::{Row, Session};
use crate::schema::{
    Attached, AttachedKind, EnumType, Name, Schema, Table, TableName, TableOptions,
};
use std::collections::{BTreeMap, BTreeSet};

/// What separates the parts of a list in a cell.
const SEPARATOR: char = '\u{1f}';

const QUERIES: [&str; 8] = [
    include_str!("../queries/postgres/columns.sql"),
    include_str!("../queries/postgres/constraints.sql"),
    include_str!("../queries/postgres/indexes.sql"),
    include_str!("../queries/postgres/index_columns.sql"),
    include_str!("../queries/postgres/sequences.sql"),
    include_str!("../queries/postgres/tables.sql"),
    include_str!("../queries/postgres/enums.sql"),
    include_str!("../queries/postgres/objects.sql"),
];

pub(super) fn introspect(session: &mut dyn Session) -> Result<Schema, IntrospectError> {
    // Those with the most rows first: they are read while the server works on the others.
    let mut found = session.queries(&QUERIES)?.into_iter();
    let mut next = || found.next().unwrap_or_default();
    let mut columns = next();
    let (constraints, indexes, unusual) = (next(), next(), next());
    let (sequences, tables, enums, objects) = (next(), next(), next(), next());
    columns.sort_by_cached_key(column::place);
    let mut found = Found::default();
    found.tables(&tables);
    let owned = Sequences::read(&sequences);
    let (mut details, mut numbered) = (Vec::new(), BTreeSet::new());
    for row in &columns {
        found.on_table(row, |table, _| {
            details.extend(column::details(row, table));
            let column = column::read(row, &owned)?;
            if column.auto_increment {
                numbered.insert((row.text(0)?, column::place(row)));
            }
            table.columns.push(column);
            Some(())
        });
    }
    let numbers = Numbers::read(&columns);
    for row in &constraints {
        found.on_table(row, |table, attached| {
            constraint::read(row, &numbers, table, attached)
        });
    }
    let unusual = Unusual::read(&unusual);
    for row in &indexes {
        found.on_table(row, |table, attached| {
            index::read(row, &numbers, &unusual, table, attached)
        });
    }
    let in_scope = |row: &&Row| {
        sequence::owner(row).is_none_or(|(table, _)| found.tables.contains_key(&table))
    };
    let apart: Vec<Attached> = (sequences.iter().filter(in_scope))
        .filter_map(|row| owned.apart(row, &numbered))
        .collect();
    let mut schema = Schema::new();
    for table in found.tables.into_values() {
        schema.insert(table);
    }
    schema.enums = enums.iter().filter_map(enum_type).collect();
    schema.attached = objects.iter().filter_map(object).collect();
    schema.attached.extend(apart);
    schema.attached.extend(details);
    schema.attached.sort_by_cached_key(place);
    schema.attached.extend(found.attached);
    Ok(schema)
}

/// The tables so far, by their number in the catalog.
#[derive(Default)]
struct Found {
    tables: BTreeMap<String, Table>,
    attached: Vec<Attached>,
}

impl Found {
    fn tables(&mut self, rows: &[Row]) {
        for row in rows {
            let (Some(number), Some(name)) = (row.text(0), row.text(2)) else {
                continue;
            };
            let mut table = Table::new(table_name(row.text(1), name));
            table.options = TableOptions {
                postgres_unlogged: is_true(row, 3),
                postgres_tablespace: row.text(4),
                ..TableOptions::default()
            };
            table.comment = row.text(5);
            self.tables.insert(number, table);
        }
    }

    /// Reads a row of a table that is in scope; the first cell is its number.
    fn on_table(
        &mut self,
        row: &Row,
        read: impl FnOnce(&mut Table, &mut Vec<Attached>) -> Option<()>,
    ) {
        let table = row.text(0).and_then(|number| self.tables.get_mut(&number));
        if let Some(table) = table {
            // A cell that is NULL where none can be belongs to something dropped meanwhile.
            let _: Option<()> = read(table, &mut self.attached);
        }
    }
}

fn is_true(row: &Row, column: usize) -> bool {
    row.text(column).as_deref() == Some("true")
}

fn table_name(schema: Option<String>, name: String) -> TableName {
    TableName {
        schema: schema.map(Name::from),
        name: name.into(),
    }
}

/// The name of an enum type, with its schema where that is not the current one.
fn enum_name(schema: Option<String>, name: String) -> Name {
    table_name(schema, name).to_string().into()
}

fn enum_type(row: &Row) -> Option<(Name, EnumType)> {
    let name = enum_name(row.text(0), row.text(1)?);
    let values = row.text(2)?.split(SEPARATOR).map(str::to_owned).collect();
    Some((name.clone(), EnumType { name, values }))
}

fn object(row: &Row) -> Option<Attached> {
    let kind = match row.text(0)?.as_str() {
        "view" => AttachedKind::View,
        "materialized view" => AttachedKind::MaterializedView,
        "foreign table" => AttachedKind::ForeignTable,
        "partition" => AttachedKind::Partition,
        "function" => AttachedKind::Function,
        "domain" => AttachedKind::Domain,
        "type" => AttachedKind::Type,
        "trigger" => AttachedKind::Trigger,
        "rule" => AttachedKind::Rule,
        "policy" => AttachedKind::Policy,
        "extension" => AttachedKind::Extension,
        "statistics object" => AttachedKind::Statistics,
        "publication" => AttachedKind::Publication,
        "event trigger" => AttachedKind::EventTrigger,
        "foreign server" => AttachedKind::ForeignServer,
        "collation" => AttachedKind::Collation,
        "text search object" => AttachedKind::TextSearch,
        "operator" => AttachedKind::Operator,
        other => AttachedKind::Detail(DETAILS.iter().find(|words| **words == other)?),
    };
    Some(Attached {
        kind,
        name: enum_name(row.text(1), row.text(2)?),
        table: row.text(4).map(|table| table_name(row.text(3), table)),
        sql: row.text(5),
    })
}

/// Where it stands among the others.
fn place(attached: &Attached) -> (&'static str, TableName, Option<TableName>) {
    let Attached {
        kind,
        name,
        table,
        sql: _,
    } = attached;
    (
        kind.as_str(),
        TableName::parse(name.as_str()),
        table.clone(),
    )
}

/// The details of a table and what is on it that no migration says, in the words of `objects.sql`.
const DETAILS: &[&str] = &[
    "PARTITION BY of table",
    "WITH of table",
    "REPLICA IDENTITY of table",
    "ROW LEVEL SECURITY of table",
    "access method of table",
    "CLUSTER of index",
    "REPLICA IDENTITY of index",
    "comment of index",
    "WITH of constraint",
    "tablespace of constraint",
    "DEFERRABLE of constraint",
    "NO INHERIT of constraint",
    "SET NULL columns of constraint",
    "NOT ENFORCED of constraint",
    "period of constraint",
    "comment of constraint",
    "comment of type",
];

/// Something of a table that no migration can say.
fn remark(kind: AttachedKind, name: &str, table: &Table, sql: Option<String>) -> Attached {
    Attached {
        kind,
        name: name.into(),
        table: Some(table.name.clone()),
        sql,
    }
}
