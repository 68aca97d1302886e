//! Chains and databases that the tests share.

use crate::databases::Database;
pub(crate) use crate::databases::{column, run};
use diesel::prelude::*;
use diesel::sqlite::SqliteConnection;
use migrate_runtime::migration::*;
use migrate_runtime::model::SchemaDef;

/// A schema without models over that chain.
pub const fn chain(migrations: &'static [Migration]) -> SchemaDef {
    SchemaDef {
        chain: "tests",
        models: &[],
        unmanaged: &[],
        ignore: &[],
        version_table: None,
        include: &[],
        migrations,
        head: "",
    }
}

/// A migration that leaves a trace: a row in `trace`, taken away on the way down.
macro_rules! traced {
    ($id:literal, $($parent:literal),*) => {
        Migration::new($id)
            .revises(&[$($parent),*])
            .upgrade(&[
                sql("CREATE TABLE IF NOT EXISTS trace (at INTEGER PRIMARY KEY, step TEXT)"),
                sql(concat!("INSERT INTO trace SELECT count(*), '+", $id, "' FROM trace")),
            ])
            .downgrade(&[sql(concat!("INSERT INTO trace SELECT count(*), '-", $id, "' FROM trace"))])
    };
}
pub(super) use traced;

/// a ← b ← c ← d ← e
pub static LINEAR: SchemaDef = chain(&[
    traced!("a",),
    traced!("b", "a"),
    traced!("c", "b"),
    traced!("d", "c"),
    traced!("e", "d"),
]);

/// a ← b; b ← c1 ← d1; b ← c2 ← d2
pub static BRANCHED: SchemaDef = chain(&[
    traced!("a",),
    traced!("b", "a"),
    traced!("c1", "b").branch_labels(&["c1branch"]),
    traced!("c2", "b").branch_labels(&["c2branch"]),
    traced!("d1", "c1"),
    traced!("d2", "c2"),
]);

/// As [`BRANCHED`], with e = merge(d1, d2) ← f
pub static MERGED: SchemaDef = chain(&[
    traced!("a",),
    traced!("b", "a"),
    traced!("c1", "b"),
    traced!("c2", "b"),
    traced!("d1", "c1"),
    traced!("d2", "c2"),
    Migration::new("e").revises(&["d1", "d2"]),
    traced!("f", "e"),
]);

/// A database in memory.
pub fn memory() -> SqliteConnection {
    SqliteConnection::establish(":memory:").unwrap()
}

/// What the traced migrations did since the last call: `+a +b`.
pub fn trace(database: &mut dyn Database) -> String {
    if !database.tables().iter().any(|table| table == "trace") {
        return String::new();
    }
    let steps = column(database, "SELECT step FROM trace ORDER BY at");
    run(database, "DELETE FROM trace");
    steps.join(" ")
}

/// The rows of the version table.
pub fn rows(database: &mut dyn Database) -> String {
    column(
        database,
        "SELECT revision FROM __migrate_version ORDER BY revision",
    )
    .join(" ")
}
