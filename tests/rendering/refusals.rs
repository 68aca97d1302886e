//! What cannot be done says so before the database does.

use super::Database;
use migrate_runtime::migration::*;

fn refused(setup: &str, operations: &[OperationDef]) -> String {
    Database::new(setup).plan(operations).unwrap_err()
}

const T: &str =
    "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b TEXT, CONSTRAINT t_a CHECK (a <> ''));
    CREATE INDEX t_b ON t (b) WHERE b > '';";

#[test]
fn b10_a_column_in_a_named_check() {
    insta::assert_snapshot!(refused(T, &[drop_column("t", "a")]), @"operation 1 does not fit the database: drop_column: column t.a is used by check t_a on t");
    let mut database = Database::new(T);
    database
        .migrate(&[drop_check("t", "t_a"), drop_column("t", "a")])
        .unwrap();
}

#[test]
fn a_column_in_an_index() {
    insta::assert_snapshot!(refused(T, &[drop_column("t", "b")]), @"operation 1 does not fit the database: drop_column: column t.b is used by index t_b on t");
}

#[test]
fn a_column_that_a_view_or_trigger_uses() {
    let view = "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT); CREATE VIEW v AS SELECT A FROM T;";
    insta::assert_snapshot!(refused(view, &[drop_column("t", "a")]), @"operation 1 drops column t.a, which view v uses");
    insta::assert_snapshot!(refused(view, &[drop_table("t")]), @"operation 1 drops table t, which view v uses");
    let trigger = "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT);
        CREATE TRIGGER r AFTER INSERT ON t BEGIN UPDATE t SET \"a\" = 1; END;";
    insta::assert_snapshot!(refused(trigger, &[drop_column("t", "a")]), @"operation 1 drops column t.a, which trigger r uses");
}

#[test]
fn a_view_that_the_migration_drops_is_not_in_the_way() {
    let mut database = Database::new(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b TEXT); CREATE VIEW v AS SELECT a FROM t;",
    );
    database
        .migrate(&[
            sql("DROP VIEW v"),
            drop_column("t", "a"),
            sql("CREATE VIEW v AS SELECT b FROM t"),
        ])
        .unwrap();
    assert!(database.stored("v").contains("SELECT b"));
}

#[test]
fn a_view_that_a_rename_changes_is_known_by_the_new_name() {
    let setup =
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT); CREATE VIEW v AS SELECT a FROM t;";
    let column = &[rename_column("t", "a", "b"), drop_column("t", "b")];
    insta::assert_snapshot!(refused(setup, column), @"operation 2 drops column t.b, which view v uses");
    let table = &[rename_table("t", "u"), drop_table("u")];
    insta::assert_snapshot!(refused(setup, table), @"operation 2 drops table u, which view v uses");
}

#[test]
fn a_view_that_is_broken_is_in_the_way_of_a_rename() {
    let mut database = Database::new(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT); CREATE VIEW v AS SELECT x FROM nowhere;",
    );
    let error = database.migrate(&[rename_column("t", "a", "b")]);
    insta::assert_snapshot!(error.unwrap_err(), @r#"error in view v: no such table: main.nowhere: ALTER TABLE "t" RENAME COLUMN "a" TO "b""#);
}

#[test]
fn what_does_not_exist_and_what_sqlite_has_not() {
    insta::assert_snapshot!(refused(T, &[alter_column("t", "z").set_not_null()]), @"operation 1 does not fit the database: alter_column: there is no column t.z, only id, a, b");
    insta::assert_snapshot!(refused(T, &[add_column("t", column("z", Array(&Text)))]), @r#"operation 1 cannot be rendered: sqlite has no type TEXT[] (column z); say how it is stored there: `#[model(sql_type(sqlite = "…"))]`"#);
}
