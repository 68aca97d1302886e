//! Adopts the databases of all modules, or verifies that nothing is left to do.

#![allow(dead_code, reason = "nobody reads the rows")]

use diesel::{Connection, SqliteConnection};
use migrate_runtime::command::{self, RevisionRequest};
use migrate_runtime::connection::session;
use migrate_runtime::dialect::{Dialect, Sqlite};
use migrate_runtime::diff::{RenameHints, diff};
use migrate_runtime::introspect::introspect;
use migrate_runtime::model::SchemaDef;
use migrate_runtime::operation::describe;
use migrate_runtime::schema::Schema;
use migrate_runtime::{Error, Migrator};
use std::path::PathBuf;

fn main() {
    let verify = std::env::args().any(|argument| argument == "verify");
    for (name, schema) in SCHEMAS {
        let done = if verify { verified(name, schema) } else { adopted(name, schema) };
        match done {
            Ok(lines) => lines.iter().for_each(|line| println!("{name}: {line}")),
            Err(error) => println!("{name}: error: {error} {error:?}"),
        }
    }
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
    let found = command::adopt(&directory(name), schema, &mut session(&mut connection), &request)?;
    let nothing = found.revision.is_none() && !schema.models.is_empty();
    Ok(if nothing { vec!["no baseline".to_owned()] } else { Vec::new() })
}

fn verified(name: &str, schema: &SchemaDef) -> Result<Vec<String>, Error> {
    let mut connection = open(name);
    let mut lines = Vec::new();
    migrate_runtime::upgrade(&mut connection, schema)?;
    let mut migrator = Migrator::new(schema);
    let check = command::check(&mut session(&mut connection), &mut migrator)?;
    if !check.is_clean() {
        lines.push(format!("{check:?}"));
    }
    let request = RevisionRequest { dry_run: true, ..RevisionRequest::new("again") };
    let again = command::autogenerate(&directory(name), schema, Some(&mut session(&mut connection)), &Default::default(), &request, None)?;
    lines.extend(again.plan.upgrade.iter().map(|operation| format!("again: {}", describe(operation))));
    lines.extend(again.plan.drift.iter().filter(|drift| drift.object.is_some()).map(|drift| drift.description.clone()));
    let there = introspect(&mut session(&mut connection))?;

    let mut fresh = open(&format!("fresh_{name}"));
    migrate_runtime::upgrade(&mut fresh, schema)?;
    let made = introspect(&mut session(&mut fresh))?;
    lines.extend(differences(&there, &made));
    Ok(lines)
}

/// What the database that was there has and the one that the chain made has not, and the reverse.
fn differences(there: &Schema, made: &Schema) -> Vec<String> {
    let options = there.tables.values().filter_map(|table| {
        let made = made.tables.get(&table.name)?;
        (made.options != table.options).then(|| format!("{}: {:?} becomes {:?}", table.name, table.options, made.options))
    });
    let mut lines: Vec<String> = options.collect();
    let [there, made] = [there, made].map(|schema| Sqlite.normalize(&Sqlite.physical(schema)));
    let operations = diff(&made, &there, &RenameHints::default());
    lines.extend(operations.iter().map(|operation| format!("from nothing: {}", describe(operation))));
    lines
}

