//! What the commands cost that the migration files alone answer: `heads`, `history`, `show`, on a
//! directory of so many generated files.

use divan::Bencher;
use migrate_benches::project::{Chain, Size, write_migrations};
use migrate_runtime::command;
use tempfile::TempDir;

fn main() {
    divan::main();
}

/// A directory with the chain of a project with a fifth as many models.
fn directory(migrations: usize) -> TempDir {
    let directory = tempfile::tempdir().expect("there is room");
    let chain = Chain::new(Size {
        models: migrations / 5,
        columns: 12,
        migrations,
    });
    write_migrations(directory.path(), &chain).expect("they can be written");
    directory
}

#[divan::bench(args = [100, 1000])]
fn heads(bencher: Bencher<'_, '_>, migrations: usize) {
    let directory = directory(migrations);
    bencher.bench_local(|| {
        let heads = command::heads(&directory.path().into()).expect("they can be read");
        assert_eq!(heads.heads.len(), 1);
    });
}

#[divan::bench(args = [100, 1000])]
fn history(bencher: Bencher<'_, '_>, migrations: usize) {
    let directory = directory(migrations);
    bencher.bench_local(|| {
        let entries =
            command::history(&directory.path().into(), None, &[]).expect("they can be read");
        assert_eq!(entries.len(), migrations);
    });
}

#[divan::bench(args = [100, 1000])]
fn show(bencher: Bencher<'_, '_>, migrations: usize) {
    let directory = directory(migrations);
    bencher.bench_local(|| {
        let entries =
            command::show(&directory.path().into(), "head-1", &[]).expect("they can be read");
        assert_eq!(entries.len(), 1);
    });
}
