//! Migrations that run outside a transaction.

use super::chains::{chain, column, memory, rows, run};
use migrate_runtime::migration::{Migration, Text, column as col, create_index, create_table, sql};
use migrate_runtime::model::SchemaDef;
use migrate_runtime::runner::{downgrade, upgrade};

static SCHEMA: SchemaDef = chain(&[
    Migration::new("a")
        .upgrade(&[sql("CREATE TABLE t (x TEXT)")])
        .downgrade(&[sql("DROP TABLE t")]),
    Migration::new("b")
        .revises(&["a"])
        .outside_transaction()
        .upgrade(&[sql("PRAGMA auto_vacuum = FULL; VACUUM")])
        .downgrade(&[sql("PRAGMA auto_vacuum = NONE; VACUUM")]),
]);

#[test]
fn it_does_what_no_transaction_can_and_is_recorded() {
    let mut connection = memory();
    upgrade(&mut connection, &SCHEMA).unwrap();
    assert_eq!(rows(&mut connection), "b");
    assert_eq!(column(&mut connection, "PRAGMA auto_vacuum"), ["1"]);
    downgrade(&mut connection, &SCHEMA, "-1").unwrap();
    assert_eq!(rows(&mut connection), "a");
    assert_eq!(column(&mut connection, "PRAGMA auto_vacuum"), ["0"]);
    let log = "SELECT revision || ' ' || direction || coalesce(' ' || step, '') || ' ' || outcome \
               FROM __migrate_log ORDER BY id";
    assert_eq!(
        column(&mut connection, log),
        [
            "a upgrade applied",
            "b upgrade 1 applied",
            "b upgrade applied",
            "b downgrade 1 applied",
            "b downgrade applied",
        ]
    );
}

#[test]
fn what_fails_is_not_recorded_and_runs_again() {
    static FAILS: SchemaDef = chain(&[Migration::new("a")
        .outside_transaction()
        .upgrade(&[sql("VACUUM INTO (SELECT path FROM target)")])]);
    let mut connection = memory();
    let error = upgrade(&mut connection, &FAILS).unwrap_err().to_string();
    assert!(error.contains("no such table: target"), "{error}");
    assert_eq!(
        column(&mut connection, "SELECT outcome FROM __migrate_log"),
        ["failed"]
    );
    let copy = tempfile::tempdir().unwrap();
    let path = copy.path().join("copy.db");
    let target = format!("CREATE TABLE target AS SELECT '{}' AS path", path.display());
    run(&mut connection, &target);
    upgrade(&mut connection, &FAILS).unwrap();
    assert_eq!(rows(&mut connection), "a");
    assert!(path.exists());
}

#[test]
fn one_step_that_could_run_in_a_transaction_is_rolled_back_with_it() {
    static FAILS: SchemaDef = chain(&[Migration::new("a")
        .outside_transaction()
        .upgrade(&[sql("CREATE TABLE t (x TEXT); SELECT nonsense")])]);
    let mut connection = memory();
    upgrade(&mut connection, &FAILS).unwrap_err();
    assert_eq!(
        column(
            &mut connection,
            "SELECT name FROM sqlite_schema WHERE name = 't'"
        ),
        [""; 0]
    );
}

#[test]
fn concurrently_is_a_transaction_as_ever_where_there_is_no_such_thing() {
    static FAILS: SchemaDef = chain(&[
        Migration::new("a").upgrade(&[sql(
            "CREATE TABLE t (x TEXT); INSERT INTO t VALUES (1), (1)",
        )
        .changes(&[create_table("t", &[col("x", Text)])])]),
        Migration::new("b")
            .revises(&["a"])
            .outside_transaction()
            .upgrade(&[
                create_index("one", "t", &["x"]).concurrently(),
                create_index("two", "t", &["x"]).unique().concurrently(),
            ]),
    ]);
    let mut connection = memory();
    upgrade(&mut connection, &FAILS).unwrap_err();
    assert_eq!(rows(&mut connection), "a");
    let indexes = "SELECT name FROM sqlite_schema WHERE type = 'index' AND tbl_name = 't'";
    assert_eq!(column(&mut connection, indexes), [""; 0]);
    run(&mut connection, "DELETE FROM t");
    upgrade(&mut connection, &FAILS).unwrap();
    assert_eq!(column(&mut connection, indexes), ["one", "two"]);
}
