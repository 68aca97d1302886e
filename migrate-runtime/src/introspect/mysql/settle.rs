//! What the chain says in other words than the server, or leaves to it.
//!
//! In: the chain and the schema that was read. A character set, a collation or the order of an index that
//! the chain says nothing of, or that the server has no notion of, is not compared; where the chain says
//! it, the one that goes without saying there is filled in. Expressions that two texts do not settle are
//! put to the server, see [`questions`](super::questions).

use super::{Server, questions};
use crate::connection::Session;
use crate::dialect::mysql::flavor::DESCENDING_INDEXES;
use crate::dialect::{Dialect, Mysql};
use crate::introspect::IntrospectError;
use crate::schema::{Name, Schema, SortOrder, Table, TableName};
use std::collections::BTreeMap;

/// Gives the tables the names that one of the schemas has for them, the first that knows them, where the
/// server takes no notice of their case.
pub(in crate::introspect) fn spell(
    session: &mut dyn Session,
    known: [&Schema; 2],
    database: &mut Schema,
) -> Result<(), IntrospectError> {
    let is_unknown = |name: &&TableName| known.iter().all(|schema| schema.table(name).is_none());
    let unknown = database.tables.keys().filter(is_unknown);
    let unknown: BTreeMap<String, &TableName> = unknown.map(|name| (folded(name), name)).collect();
    let mut names: BTreeMap<TableName, TableName> = BTreeMap::new();
    if !unknown.is_empty() {
        for name in known.iter().flat_map(|schema| schema.tables.keys()) {
            if let Some(&there) = unknown.get(&folded(name)) {
                names.entry(there.clone()).or_insert_with(|| name.clone());
            }
        }
    }
    if names.is_empty() || !Server::ask(session)?.folds_tables {
        return Ok(());
    }
    let named = |name: &TableName| names.get(name).unwrap_or(name).clone();
    let read = std::mem::take(&mut database.tables);
    for mut table in read.into_values() {
        table.name = named(&table.name);
        for key in &mut table.foreign_keys {
            key.target = named(&key.target);
        }
        database.insert(table);
    }
    for object in &mut database.attached {
        object.table = object.table.as_ref().map(named);
    }
    Ok(())
}

fn folded(name: &TableName) -> String {
    name.to_string().to_lowercase()
}

/// Gives the database the chain's words where they mean the same.
pub(in crate::introspect) fn settle(
    session: &mut dyn Session,
    chain: &Schema,
    database: &mut Schema,
) -> Result<(), IntrospectError> {
    let ours = Mysql.physical(chain);
    let mut server = None;
    for (name, there) in &mut database.tables {
        let Some(table) = ours.table(name) else {
            continue;
        };
        if needs_server(table) && server.is_none() {
            server = Some(Server::ask(session)?);
        }
        settle_table(table, there, server.as_ref());
    }
    questions::settle(session, &ours, database)?;
    Ok(())
}

/// Whether it says something that only the server can tell the meaning of.
fn needs_server(table: &Table) -> bool {
    let options = &table.options;
    let descends = |table: &Table| {
        let mut parts = table.indexes.iter().flat_map(|index| &index.columns);
        parts.any(|part| part.order == SortOrder::Descending)
    };
    options.mysql_charset.is_some()
        || options.mysql_collation.is_some()
        || table
            .columns
            .iter()
            .any(|column| column.collation.is_some())
        || descends(table)
}

fn settle_table(ours: &Table, there: &mut Table, server: Option<&Server>) {
    let said = &ours.options;
    let is = &mut there.options;
    let collation = is
        .mysql_collation
        .clone()
        .or_else(|| server.map(|server| server.collation.clone()));
    let charset = (is.mysql_charset.clone())
        .or_else(|| collation.as_deref().map(charset_of))
        .or_else(|| server.map(|server| server.charset.clone()));
    is.mysql_collation = collation.clone().filter(|_| said.mysql_collation.is_some());
    is.mysql_charset = charset.filter(|_| said.mysql_charset.is_some());
    if said.mysql_row_format.is_none() {
        is.mysql_row_format = None;
    }
    for column in &mut there.columns {
        let Some(own) = find(ours, &column.name) else {
            continue;
        };
        column.collation = match &own.collation {
            None => None,
            Some(_) => column.collation.take().or_else(|| collation.clone()),
        };
    }
    if server.is_some_and(|server| !server.flavor.has(DESCENDING_INDEXES)) {
        for index in &mut there.indexes {
            if let Some(own) = ours.index(&index.name) {
                for (part, own) in index.columns.iter_mut().zip(&own.columns) {
                    part.order = own.order;
                }
            }
        }
    }
}

fn charset_of(collation: &str) -> String {
    collation.split('_').next().unwrap_or(collation).to_owned()
}

fn find<'t>(table: &'t Table, name: &Name) -> Option<&'t crate::schema::Column> {
    let lower = name.as_str().to_lowercase();
    (table.columns.iter()).find(|column| column.name.as_str().to_lowercase() == lower)
}
