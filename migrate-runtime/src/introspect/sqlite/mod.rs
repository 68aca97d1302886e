//! SQLite: three queries, and the stored statements for what no pragma tells.
//!
//! `pragma_table_xinfo` gives the columns; names of constraints, checks, generated expressions,
//! collations, deferrability, `AUTOINCREMENT` and the difference between a unique constraint and a
//! unique index stand in the stored statements only.

mod index;
mod respell;
mod table;

use super::IntrospectError;
use crate::connection::{Cell, Row, Session};
use crate::dialect::sqlite::ddl::{CreateIndex, CreateTable};
use crate::schema::{Attached, AttachedKind, Name, Schema, TableName};
use std::collections::BTreeMap;

/// A row of `pragma_table_xinfo`.
#[derive(Debug)]
struct ColumnFacts {
    name: Name,
    ty: String,
    not_null: bool,
    /// The place in the primary key, from 1.
    key: i64,
}

/// A row of `sqlite_master`.
#[derive(Debug)]
struct Object {
    kind: String,
    name: String,
    table: String,
    sql: String,
}

pub(super) fn introspect(session: &mut dyn Session) -> Result<Schema, IntrospectError> {
    let objects = session.query(include_str!("../queries/sqlite/objects.sql"))?;
    let kinds = session.query(include_str!("../queries/sqlite/kinds.sql"))?;
    let columns = session.query(include_str!("../queries/sqlite/columns.sql"))?;
    assemble(&objects, &kinds, columns)
}

fn assemble(objects: &[Row], kinds: &[Row], columns: Vec<Row>) -> Result<Schema, IntrospectError> {
    let kinds = special_tables(kinds);
    let mut columns = columns_by_table(columns);
    let objects: Vec<Object> = objects.iter().filter_map(object).collect();
    let mut schema = Schema::new();
    for object in &objects {
        if let Some(kind) = attached_kind(object, &kinds) {
            schema.attached.push(attached(kind, object));
        } else if object.kind == "table" {
            let statement =
                CreateTable::parse(&object.sql).map_err(|error| unread(object, error))?;
            let facts = columns.remove(&object.name).unwrap_or_default();
            schema.insert(table::read(&object.name, &object.sql, &statement, &facts));
        }
    }
    for object in objects.iter().filter(|object| object.kind == "index") {
        let statement = CreateIndex::parse(&object.sql).map_err(|error| unread(object, error))?;
        // The index of a virtual table's shadow is attached with it.
        if let Some(table) = schema.tables.get_mut(&table_name(&object.table)) {
            let index = index::read(&object.name, &statement, table);
            table.indexes.push(index);
        }
    }
    respell::respell(&mut schema);
    Ok(schema)
}

fn unread(object: &Object, source: crate::dialect::DdlError) -> IntrospectError {
    IntrospectError::Statement {
        object: object.name.as_str().into(),
        source,
    }
}

/// A table in the default schema, also when its name has a point in it.
fn table_name(name: &str) -> TableName {
    TableName::new(name)
}

fn object(row: &Row) -> Option<Object> {
    Some(Object {
        kind: row.text(0)?,
        name: row.text(1)?,
        table: row.text(2)?,
        sql: row.text(3)?,
    })
}

fn special_tables(rows: &[Row]) -> BTreeMap<String, AttachedKind> {
    rows.iter()
        .filter_map(|row| {
            let kind = match row.text(1)?.as_str() {
                "virtual" => AttachedKind::VirtualTable,
                "shadow" => AttachedKind::ShadowTable,
                _ => return None,
            };
            Some((row.text(0)?, kind))
        })
        .collect()
}

/// The columns of each table; those of one stand together.
fn columns_by_table(rows: Vec<Row>) -> BTreeMap<String, Vec<ColumnFacts>> {
    let mut tables = BTreeMap::new();
    let mut of_last: (String, Vec<ColumnFacts>) = Default::default();
    for row in rows {
        let (not_null, key) = (row.integer(3), row.integer(4));
        let mut cells = row.0.into_iter();
        let mut text = || match cells.next() {
            Some(Cell::Text(text)) => Some(text),
            _ => None,
        };
        let (Some(table), Some(name), ty) = (text(), text(), text()) else {
            continue;
        };
        if of_last.0 != table {
            let (table, columns) = std::mem::replace(&mut of_last, (table, Vec::new()));
            tables.insert(table, columns);
        }
        of_last.1.push(ColumnFacts {
            name: name.into(),
            ty: ty.unwrap_or_default(),
            not_null: not_null == Some(1),
            key: key.unwrap_or(0),
        });
    }
    tables.insert(of_last.0, of_last.1);
    tables
}

fn attached_kind(object: &Object, kinds: &BTreeMap<String, AttachedKind>) -> Option<AttachedKind> {
    match object.kind.as_str() {
        "view" => Some(AttachedKind::View),
        "trigger" => Some(AttachedKind::Trigger),
        "table" => kinds.get(&object.name).copied(),
        _ => None,
    }
}

fn attached(kind: AttachedKind, object: &Object) -> Attached {
    Attached {
        kind,
        name: object.name.as_str().into(),
        table: (kind == AttachedKind::Trigger).then(|| table_name(&object.table)),
        sql: Some(object.sql.clone()),
    }
}
