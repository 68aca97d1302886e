//! What the runner and `revision --autogenerate` cost on MariaDB, beside what they cannot do without: the bare
//! catalog queries. A server of their own is started, as for the tests.
#![expect(clippy::unwrap_used, reason = "a measurement that cannot go on fails")]
#![expect(clippy::print_stderr, reason = "what is not measured is told")]

use divan::Bencher;
use migrate_benches::{chain_of, schema_of};
use migrate_runtime::autogenerate::drift;
use migrate_runtime::connection::{MysqlParameters, Session, open_mysql};
use migrate_runtime::dialect::Mysql;
use migrate_runtime::diff::{RenameHints, diff};
use migrate_runtime::introspect::introspect_beside;
use migrate_runtime::runner::Migrator;
use migrate_runtime::schema::{Schema, SqlType};
use migrate_runtime::sql::{Statement, render};
use server::Database;

#[expect(clippy::single_match_else, reason = "tests are written to be read")]
#[path = "../tests/mysql/server.rs"]
mod server;

/// Says why nothing is measured.
fn not_run(why: &str) {
    eprintln!("{why}");
}

fn main() {
    if Database::new().is_some() {
        divan::main();
    }
}

/// A connection as the command line makes it.
fn connect(database: &Database) -> Box<dyn Session> {
    let (_, address) = database.url.split_once('@').unwrap();
    let (address, name) = address.split_once('/').unwrap();
    let (host, port) = address.split_once(':').unwrap();
    let parameters: MysqlParameters = [
        ("host", host),
        ("port", port),
        ("user", "root"),
        ("database", name),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .into();
    open_mysql(&parameters, &database.url).unwrap()
}

/// A database, and a connection to it.
fn fresh() -> (Database, Box<dyn Session>) {
    let database = Database::new().unwrap();
    let session = connect(&database);
    (database, session)
}

/// The schema of all benches; a row of `InnoDB` has no room for many texts without a limit.
fn tables_of(tables: usize) -> Schema {
    let mut schema = schema_of(tables);
    for table in schema.tables.values_mut() {
        for column in &mut table.columns {
            if column.ty == SqlType::Text {
                column.ty = SqlType::Varchar(200);
            }
        }
    }
    schema
}

/// A database that holds the schema.
fn filled(schema: &Schema) -> (Database, Box<dyn Session>) {
    let (database, mut session) = fresh();
    let operations = diff(&Schema::new(), schema, &RenameHints::default());
    let statements = render(&operations, &Schema::new(), &Mysql).unwrap();
    let texts: Vec<&str> = statements.iter().map(Statement::sql).collect();
    session.batch(&texts.join(";\n")).unwrap();
    (database, session)
}

#[divan::bench(args = [100], sample_count = 5)]
fn upgrade_from_base(bencher: Bencher<'_, '_>, migrations: usize) {
    let schema = chain_of(migrations);
    bencher
        .with_inputs(fresh)
        .bench_local_values(|(database, mut session)| {
            let report = Migrator::new(schema).upgrade(&mut *session, "head");
            assert_eq!(report.unwrap().steps.len(), migrations);
            (database, session)
        });
}

#[divan::bench(args = [100, 1000])]
fn nothing_to_do(bencher: Bencher<'_, '_>, migrations: usize) {
    let schema = chain_of(migrations);
    let (_database, mut session) = fresh();
    Migrator::new(schema)
        .stamp(&mut *session, &["head"], false)
        .unwrap();
    bencher.bench_local(|| {
        let report = Migrator::new(schema).upgrade(&mut *session, "head");
        assert!(report.unwrap().steps.is_empty());
    });
}

/// Introspection, drift and difference of an unchanged project, from the connection on.
#[divan::bench(args = [10, 100, 1000], sample_count = 20)]
fn autogenerate_without_changes(bencher: Bencher<'_, '_>, tables: usize) {
    let schema = tables_of(tables);
    let (database, _session) = filled(&schema);
    bencher.bench_local(|| {
        let mut session = connect(&database);
        let found = introspect_beside(&mut *session, &schema).unwrap();
        let drift = drift(&schema, &found, &Mysql);
        let operations = diff(&schema, &schema, &RenameHints::default());
        assert!(drift.is_empty() && operations.is_empty(), "{drift:?}");
    });
}

/// The floor: the catalog queries alone, their rows thrown away.
#[divan::bench(args = [10, 100, 1000], sample_count = 20)]
fn catalog_queries_alone(bencher: Bencher<'_, '_>, tables: usize) {
    let (database, _session) = filled(&tables_of(tables));
    bencher.bench_local(|| {
        let mut session = connect(&database);
        for query in [
            include_str!("../migrate-runtime/src/introspect/queries/mysql/server.sql"),
            include_str!("../migrate-runtime/src/introspect/queries/mysql/tables.sql"),
            include_str!("../migrate-runtime/src/introspect/queries/mysql/columns.sql"),
            include_str!("../migrate-runtime/src/introspect/queries/mysql/indexes_mariadb.sql"),
            include_str!("../migrate-runtime/src/introspect/queries/mysql/foreign_keys.sql"),
            include_str!("../migrate-runtime/src/introspect/queries/mysql/actions.sql"),
            include_str!("../migrate-runtime/src/introspect/queries/mysql/checks_mariadb.sql"),
            include_str!("../migrate-runtime/src/introspect/queries/mysql/objects.sql"),
        ] {
            session.query(query).unwrap();
        }
    });
}
