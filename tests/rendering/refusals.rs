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

fn failed(setup: &str, operations: &[OperationDef]) -> String {
    Database::new(setup).migrate(operations).unwrap_err()
}

#[test]
fn a_column_that_a_view_or_trigger_uses() {
    let view = "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT); CREATE VIEW v AS SELECT A FROM T;";
    insta::assert_snapshot!(failed(view, &[drop_column("t", "a")]), @r#"error in view v after drop column: no such column: A: ALTER TABLE "t" DROP COLUMN "a""#);
    insta::assert_snapshot!(failed(view, &[drop_table("t")]), @"table t is dropped, which view v uses: no such table: main.T");
    let trigger = "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT);
        CREATE TRIGGER r AFTER INSERT ON t BEGIN UPDATE t SET a = 1; END;";
    insta::assert_snapshot!(failed(trigger, &[drop_column("t", "a")]), @"column t.a is dropped, which trigger r uses: no such column: a");
}

/// A key keeps SQLite from dropping a column itself, so its own look at views and triggers is missing.
const CHILD: &str = "CREATE TABLE p (id INTEGER PRIMARY KEY, a TEXT);
    CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER CONSTRAINT t_a REFERENCES p);";

#[test]
fn a_rebuild_asks_sqlite_about_views_and_triggers() {
    let drop = [drop_foreign_key("t", "t_a"), drop_column("t", "a")];
    let because = |object: &str| failed(&format!("{CHILD} {object};"), &drop);
    insta::assert_snapshot!(because("CREATE VIEW v AS SELECT t.a FROM p, t"), @"column t.a is dropped, which view v uses: no such column: t.a");
    insta::assert_snapshot!(because("CREATE VIEW w AS SELECT * FROM t; CREATE VIEW v AS SELECT a FROM w"), @"column t.a is dropped, which view v uses: no such column: a");
    insta::assert_snapshot!(because("CREATE TRIGGER r AFTER DELETE ON p BEGIN UPDATE t SET a = old.id; END"), @"column t.a is dropped, which trigger r uses: no such column: a");
    insta::assert_snapshot!(because("CREATE TRIGGER r AFTER UPDATE ON t WHEN new.a > 1 BEGIN SELECT 1; END"), @"column t.a is dropped, which trigger r uses: no such column: new.a");
    insta::assert_snapshot!(because("CREATE VIEW w AS SELECT * FROM t; CREATE TRIGGER r INSTEAD OF INSERT ON w BEGIN SELECT new.a; END"), @"column t.a is dropped, which trigger r uses: no such column: new.a");
}

#[test]
fn what_sqlite_would_not_miss_is_refused_by_its_words() {
    let quoted = format!("{CHILD} CREATE VIEW v AS SELECT \"a\" FROM t;");
    insta::assert_snapshot!(refused(&quoted, &[drop_foreign_key("t", "t_a"), drop_column("t", "a")]), @"operation 2 drops column t.a, which view v uses");
    let listed =
        format!("{CHILD} CREATE TRIGGER r AFTER UPDATE OF id, a ON t BEGIN SELECT 1; END;");
    insta::assert_snapshot!(refused(&listed, &[drop_foreign_key("t", "t_a"), drop_column("t", "a")]), @"operation 2 drops column t.a, which trigger r uses");
}

#[test]
fn the_same_word_for_something_else_is_not_in_the_way() {
    let others = "CREATE TABLE a (t TEXT);
        CREATE VIEW v AS SELECT p.a, 't' AS t FROM p JOIN t ON t.id = p.id;
        CREATE TRIGGER r AFTER INSERT ON t BEGIN SELECT \"p\".\"a\" FROM p; END;
        CREATE TRIGGER s AFTER UPDATE OF a ON p BEGIN DELETE FROM t WHERE id = new.a; END;
        CREATE TRIGGER u AFTER DELETE ON p BEGIN INSERT INTO t (id) VALUES (old.a); END;";
    let mut rebuilt = Database::new(&format!("{CHILD} {others}"));
    rebuilt
        .migrate(&[
            drop_foreign_key("t", "t_a"),
            drop_column("t", "a"),
            drop_table("a"),
        ])
        .unwrap();
    let plain = "CREATE TABLE p (id INTEGER PRIMARY KEY, a TEXT); CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT);";
    let mut native = Database::new(&format!("{plain} {others}"));
    assert!(!native.rebuilds(&[drop_column("t", "a")]));
    native.migrate(&[drop_column("t", "a")]).unwrap();
}

/// `ALTER TABLE` reads such an index as one over a column that is not there.
#[test]
fn an_index_over_a_string_is_not_in_the_way() {
    let mut database = Database::new(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b TEXT); CREATE INDEX i ON t (\"no column\");",
    );
    database.migrate(&[drop_column("t", "b")]).unwrap();
    assert_eq!(
        database.stored("i"),
        "CREATE INDEX \"i\" ON \"t\" ((\"no column\"))"
    );
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
    insta::assert_snapshot!(failed(setup, table), @"table u is dropped, which view v uses: no such table: main.u");
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
