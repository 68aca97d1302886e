//! What `revision --autogenerate` costs on an unchanged SQLite database, cargo's own part aside:
//! introspection, normalisation of both sides, drift and the difference to the models.

use diesel::prelude::*;
use diesel::sqlite::SqliteConnection;
use divan::Bencher;
use migrate_benches::schema_of;
use migrate_runtime::autogenerate::drift;
use migrate_runtime::connection::{Session as _, session};
use migrate_runtime::dialect::dialect;
use migrate_runtime::diff::{RenameHints, diff};
use migrate_runtime::introspect::introspect;
use migrate_runtime::schema::{Backend, Schema};
use migrate_runtime::sql::{Step, render};

fn main() {
    divan::main();
}

/// A database in memory that holds the schema.
fn database(schema: &Schema) -> SqliteConnection {
    let dialect = dialect(Backend::Sqlite).expect("SQLite is always there");
    let operations = diff(&Schema::new(), schema, &RenameHints::default());
    let statements = render(&operations, &Schema::new(), dialect).expect("it can be rendered");
    let mut connection = SqliteConnection::establish(":memory:").expect("memory is there");
    let mut session = session(&mut connection);
    for statement in statements {
        if let Step::Sql(sql) = statement.step {
            session.batch(&sql).expect("it runs");
        }
    }
    drop(session);
    connection
}

#[divan::bench(args = [10, 100, 1000])]
fn autogenerate_without_changes(bencher: Bencher<'_, '_>, tables: usize) {
    let schema = schema_of(tables);
    let mut connection = database(&schema);
    let dialect = dialect(Backend::Sqlite).expect("SQLite is always there");
    bencher.bench_local(|| {
        let found = introspect(&mut session(&mut connection)).expect("it can be read");
        let drift = drift(&schema, &found, dialect);
        let operations = diff(&schema, &schema, &RenameHints::default());
        assert!(drift.is_empty() && operations.is_empty());
    });
}

#[divan::bench(args = [10, 100, 1000])]
fn introspection_alone(bencher: Bencher<'_, '_>, tables: usize) {
    let mut connection = database(&schema_of(tables));
    bencher.bench_local(|| introspect(&mut session(&mut connection)).expect("it can be read"));
}
