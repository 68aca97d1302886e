//! What the runner costs: a chain of one-table migrations applied to an SQLite file, each in its own
//! transaction, and the same chain when there is nothing to do.

use diesel::prelude::*;
use diesel::sqlite::SqliteConnection;
use divan::Bencher;
use migrate_benches::chain_of;
use migrate_runtime::connection::session;
use migrate_runtime::runner::Migrator;
use tempfile::TempDir;

fn main() {
    divan::main();
}

/// A connection to a file of its own.
fn file() -> (TempDir, SqliteConnection) {
    let directory = tempfile::tempdir().expect("there is room");
    let path = directory.path().join("app.db");
    let connection = SqliteConnection::establish(&path.to_string_lossy()).expect("it opens");
    (directory, connection)
}

#[divan::bench(args = [100, 1000], sample_count = 5)]
fn upgrade_from_base(bencher: Bencher<'_, '_>, migrations: usize) {
    let schema = chain_of(migrations);
    bencher
        .with_inputs(file)
        .bench_local_values(|(directory, mut connection)| {
            let report = Migrator::new(schema).upgrade(&mut session(&mut connection), "head");
            assert_eq!(report.expect("it runs").steps.len(), migrations);
            (directory, connection)
        });
}

#[divan::bench(args = [100, 1000])]
fn nothing_to_do(bencher: Bencher<'_, '_>, migrations: usize) {
    let schema = chain_of(migrations);
    let (_directory, mut connection) = file();
    Migrator::new(schema)
        .upgrade(&mut session(&mut connection), "head")
        .expect("it runs");
    bencher.bench_local(|| {
        let report = Migrator::new(schema).upgrade(&mut session(&mut connection), "head");
        assert!(report.expect("it runs").steps.is_empty());
    });
}
