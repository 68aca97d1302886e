//! MySQL and MariaDB: eight queries on `information_schema`, whatever the number of tables.
//!
//! The connection's current database is read. What the two servers report in different words is brought
//! into one form here, so that normalisation knows one dialect: defaults and expressions as SQL,
//! MariaDB's JSON as `json`, `RESTRICT` as the action that goes without saying. A collation, a character
//! set or an engine is reported where it is not the one that the table or the database has anyway.

mod column;
mod constraint;
mod index;
mod objects;
mod questions;
mod settle;

pub(super) use settle::{settle, spell};

use super::IntrospectError;
use crate::connection::{DatabaseError, Row, Session};
use crate::dialect::mysql::flavor::Flavor;
use crate::schema::{Attached, Schema, Table, TableName};
use std::collections::BTreeMap;

/// What is true of the server and the current database.
#[derive(Debug, Clone)]
struct Server {
    flavor: Flavor,
    /// Whether it compares the names of tables without regard to their case.
    folds_tables: bool,
    charset: String,
    collation: String,
}

impl Server {
    fn ask(session: &mut dyn Session) -> Result<Self, DatabaseError> {
        let rows = session.query(include_str!("../queries/mysql/server.sql"))?;
        let text = |at| {
            rows.first()
                .and_then(|row| row.text(at))
                .unwrap_or_default()
        };
        Ok(Self {
            flavor: Flavor::parse(&text(0)),
            folds_tables: text(1) != "0",
            charset: text(2),
            collation: text(3),
        })
    }
}

pub(super) fn introspect(session: &mut dyn Session) -> Result<Schema, IntrospectError> {
    let server = Server::ask(session)?;
    let mariadb = server.flavor.mariadb;
    let tables = session.query(include_str!("../queries/mysql/tables.sql"))?;
    let columns = session.query(include_str!("../queries/mysql/columns.sql"))?;
    let indexes = session.query(if mariadb {
        include_str!("../queries/mysql/indexes_mariadb.sql")
    } else {
        include_str!("../queries/mysql/indexes_mysql.sql")
    })?;
    let keys = session.query(include_str!("../queries/mysql/foreign_keys.sql"))?;
    let actions = session.query(include_str!("../queries/mysql/actions.sql"))?;
    let checks = session.query(if mariadb {
        include_str!("../queries/mysql/checks_mariadb.sql")
    } else {
        include_str!("../queries/mysql/checks_mysql.sql")
    })?;
    let others = session.query(include_str!("../queries/mysql/objects.sql"))?;
    let mut found = Found::new(server);
    found.tables(&tables);
    let json = constraint::json_columns(&checks);
    for row in ordered(columns, &[0, 2]) {
        found.on_table(&row, |table, context| {
            column::read(&row, table, &json, context)
        });
    }
    for row in ordered(indexes, &[0, 1, 2]) {
        found.on_table(&row, |table, context| index::read(&row, table, context));
    }
    for row in ordered(keys, &[0, 1, 2]) {
        found.on_table(&row, |table, _| constraint::foreign_key(&row, table));
    }
    for row in &actions {
        found.on_table(row, |table, _| constraint::actions(row, table));
    }
    for row in ordered(checks, &[0, 1]) {
        found.on_table(&row, |table, context| {
            constraint::check(&row, table, context)
        });
    }
    found
        .attached
        .extend(others.iter().filter_map(objects::read));
    let mut schema = Schema::new();
    for table in found.tables.into_values() {
        schema.insert(index::settled(table));
    }
    schema.attached = found.attached;
    Ok(schema)
}

/// The rows in the order of these cells; numbers by their value.
fn ordered(mut rows: Vec<Row>, by: &[usize]) -> Vec<Row> {
    rows.sort_by_cached_key(|row| {
        by.iter()
            .map(|at| (row.integer(*at), row.text(*at)))
            .collect::<Vec<_>>()
    });
    rows
}

/// The tables so far, by their name.
struct Found {
    tables: BTreeMap<String, Table>,
    /// The collation of each.
    collations: BTreeMap<String, String>,
    attached: Vec<Attached>,
    server: Server,
}

/// What the reader of a row has beside its table.
struct Context<'a> {
    server: &'a Server,
    /// The collation of the table.
    collation: &'a str,
    attached: &'a mut Vec<Attached>,
}

impl Found {
    const fn new(server: Server) -> Self {
        Self {
            tables: BTreeMap::new(),
            collations: BTreeMap::new(),
            attached: Vec::new(),
            server,
        }
    }

    fn tables(&mut self, rows: &[Row]) {
        for row in rows {
            let Some(name) = row.text(0) else { continue };
            if let Some(object) = objects::beside_tables(row) {
                self.attached.push(object);
                continue;
            }
            let table = objects::table(row, &self.server, &mut self.attached);
            let collation = row.text(3).unwrap_or_default();
            self.collations.insert(name.clone(), collation);
            self.tables.insert(name, table);
        }
    }

    /// Reads a row of a table that is in scope; the first cell is its name.
    fn on_table(
        &mut self,
        row: &Row,
        read: impl FnOnce(&mut Table, &mut Context<'_>) -> Option<()>,
    ) {
        let Some(name) = row.text(0) else { return };
        if let Some(table) = self.tables.get_mut(&name) {
            let mut context = Context {
                server: &self.server,
                collation: self.collations.get(&name).map_or("", String::as_str),
                attached: &mut self.attached,
            };
            // A cell that is NULL where none can be belongs to something dropped meanwhile.
            let _: Option<()> = read(table, &mut context);
        }
    }
}

/// Something of a table that no migration can say.
fn remark(words: &'static str, name: &str, table: &TableName, sql: Option<String>) -> Attached {
    Attached {
        kind: crate::schema::AttachedKind::Detail(words),
        name: name.into(),
        table: Some(table.clone()),
        sql,
    }
}
