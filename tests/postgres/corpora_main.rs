//! What the models of each schema come to: `NAME.sql`; and their databases, in `NAME.url`, taken over. Prints a
//! line for each thing that is not as it should be.

#![allow(dead_code, reason = "nobody reads the rows")]

use diesel::Connection;
use diesel_async::AsyncPgConnection;
use diesel_async::async_connection_wrapper::AsyncConnectionWrapper;
use migrate_runtime::command::{self, RevisionRequest};
use migrate_runtime::connection::session;
use migrate_runtime::dialect::Postgres;
use migrate_runtime::diff::{RenameHints, diff};
use migrate_runtime::introspect::introspect;
use migrate_runtime::model::SchemaDef;
use migrate_runtime::operation::describe;
use migrate_runtime::schema::Schema;
use migrate_runtime::{Error, Explain, Migrator};
use std::path::PathBuf;

fn main() {
    let what = std::env::args().nth(1).unwrap_or_default();
    for (name, schema) in SCHEMAS {
        let wrong = match what.as_str() {
            "adopt" => adopted(name, schema),
            "verify" => verified(name, schema),
            _ => rendered(name, schema),
        };
        let wrong = wrong.unwrap_or_else(|error| {
            vec![format!("{error}: {}", error.hints().join("; "))]
        });
        for line in wrong {
            println!("{name}: {line}");
        }
    }
}

fn rendered(name: &str, schema: &SchemaDef) -> Result<Vec<String>, Error> {
    let operations = diff(&Schema::new(), &schema.model_schema(), &RenameHints::default());
    let statements = migrate_runtime::sql::render(&operations, &Schema::new(), &Postgres).unwrap();
    // What a database needs no statement for is an empty one.
    let texts = statements.iter().map(|statement| statement.sql());
    let texts: Vec<&str> = texts.filter(|sql| !sql.is_empty()).collect();
    std::fs::write(format!("{name}.sql"), texts.join(";\n")).unwrap();
    Ok(Vec::new())
}

fn open(name: &str) -> AsyncConnectionWrapper<AsyncPgConnection> {
    let url = std::fs::read_to_string(format!("{name}.url")).unwrap();
    AsyncConnectionWrapper::establish(&url).unwrap()
}

fn directory(name: &str) -> PathBuf {
    PathBuf::from("migrations").join(name)
}

fn adopted(name: &str, schema: &SchemaDef) -> Result<Vec<String>, Error> {
    let mut connection = open(name);
    let request = RevisionRequest::new("baseline");
    let found = command::adopt(&directory(name).into(), schema, &mut session(&mut connection), &request)?;
    let nothing = found.revision.is_none() && !schema.models.is_empty();
    Ok(if nothing { vec!["no baseline".to_owned()] } else { Vec::new() })
}

fn verified(name: &str, schema: &SchemaDef) -> Result<Vec<String>, Error> {
    let mut connection = open(name);
    let mut session = session(&mut connection);
    let mut wrong = Vec::new();
    let before = introspect(&mut session)?;
    let mut migrator = Migrator::new(schema);
    migrator.upgrade(&mut session, "head")?;
    let check = command::check(&mut session, &mut migrator)?;
    if !check.is_clean() {
        wrong.push(check.to_string());
    }
    let request = RevisionRequest { dry_run: true, ..RevisionRequest::new("again") };
    let flags = Default::default();
    let again = command::autogenerate(
        &directory(name).into(),
        schema,
        Some(&mut session),
        &flags,
        &request,
        None,
    )?;
    wrong.extend(again.plan.upgrade.iter().map(|operation| format!("again: {}", describe(operation))));
    if introspect(&mut session)? != before {
        wrong.push("the adopted baseline changed the database".to_owned());
    }
    migrator.downgrade(&mut session, "base")?;
    if introspect(&mut session)? != before {
        wrong.push("the baseline's downgrade changed the database".to_owned());
    }
    Ok(wrong)
}
