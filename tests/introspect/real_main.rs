//! Adopts the databases of all modules, or verifies that nothing is left to do. Prints a line for each
//! thing that is: schema, table, what.

#![allow(dead_code, reason = "nobody reads the rows")]

use diesel::{Connection, SqliteConnection};
use migrate_runtime::command::{self, RevisionRequest};
use migrate_runtime::connection::session;
use migrate_runtime::dialect::{Dialect, Sqlite};
use migrate_runtime::diff::{RenameHints, diff};
use migrate_runtime::introspect::introspect;
use migrate_runtime::model::SchemaDef;
use migrate_runtime::operation::{Object, Operation, describe};
use migrate_runtime::schema::{Schema, TableName};
use migrate_runtime::{Error, Migrator};
use std::path::PathBuf;

fn main() {
    let verify = std::env::args().any(|argument| argument == "verify");
    for (name, schema) in SCHEMAS {
        let done = if verify { verified(name, schema) } else { adopted(name, schema) };
        let lines = done.unwrap_or_else(|error| vec![line(None, format!("error: {error}"))]);
        for line in lines {
            println!("{name}\t{line}");
        }
    }
}

fn line(table: Option<&TableName>, text: String) -> String {
    let table = table.map(|table| table.to_string().to_lowercase());
    format!("{}\t{text}", table.unwrap_or_default())
}

fn changes(of: &str, operations: &[Operation]) -> Vec<String> {
    let line = |operation: &Operation| line(operation.table(), format!("{of}: {}", describe(operation)));
    operations.iter().map(line).collect()
}

fn open(name: &str) -> SqliteConnection {
    SqliteConnection::establish(&format!("{name}.db")).expect("a file is there")
}

fn directory(name: &str) -> PathBuf {
    PathBuf::from("migrations").join(name)
}

fn adopted(name: &str, schema: &SchemaDef) -> Result<Vec<String>, Error> {
    let mut connection = open(name);
    let request = RevisionRequest::new("baseline");
    let found = command::adopt(&directory(name).into(), schema, &mut session(&mut connection), &request)?;
    let nothing = found.revision.is_none() && !schema.models.is_empty();
    Ok(if nothing { vec![line(None, "no baseline".to_owned())] } else { Vec::new() })
}

fn verified(name: &str, schema: &SchemaDef) -> Result<Vec<String>, Error> {
    let mut connection = open(name);
    let mut lines = Vec::new();
    let before = introspect(&mut session(&mut connection))?;
    migrate_runtime::upgrade(&mut connection, schema)?;
    let mut migrator = Migrator::new(schema);
    let check = command::check(&mut session(&mut connection), &mut migrator)?;
    if !check.is_clean() {
        lines.push(line(None, format!("{check:?}")));
    }
    let request = RevisionRequest { dry_run: true, ..RevisionRequest::new("again") };
    let again = command::autogenerate(
        &directory(name).into(),
        schema,
        Some(&mut session(&mut connection)),
        &Default::default(),
        &request,
        None,
    )?;
    lines.extend(changes("again", &again.plan.upgrade));
    for drift in again.plan.drift {
        if let Some(object) = &drift.object {
            lines.push(line(Object::table(object), drift.description));
        }
    }
    let there = introspect(&mut session(&mut connection))?;
    if there != before {
        lines.push(line(None, "the adopted baseline changed the database".to_owned()));
    }
    let mut fresh = open(&format!("fresh_{name}"));
    migrate_runtime::upgrade(&mut fresh, schema)?;
    let made = introspect(&mut session(&mut fresh))?;
    lines.extend(differences(&there, &made));
    migrate_runtime::downgrade(&mut connection, schema, "base")?;
    if introspect(&mut session(&mut connection))? != before {
        lines.push(line(None, "the baseline's downgrade changed the database".to_owned()));
    }
    Ok(lines)
}

/// What the database that was there has and the one that the chain made from nothing has not.
fn differences(there: &Schema, made: &Schema) -> Vec<String> {
    let mut lines = Vec::new();
    for table in there.tables.values() {
        if let Some(made) = made.tables.get(&table.name)
            && made.options != table.options
        {
            lines.push(line(Some(&table.name), format!("{:?}, not {:?}", made.options, table.options)));
        }
    }
    let [there, made] = [there, made].map(|schema| Sqlite.normalize(&Sqlite.physical(schema)));
    lines.extend(changes("from nothing", &diff(&made, &there, &RenameHints::default())));
    lines
}

