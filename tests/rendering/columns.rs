//! Columns: natively where that works on a table with rows, else by a rebuild.

use super::Database;
use migrate_runtime::migration::*;

fn filled() -> Database {
    Database::new(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b TEXT); INSERT INTO t VALUES (1, 'x', '7'), (2, NULL, '8');",
    )
}

#[test]
fn b01_plain_columns_are_added_natively() {
    let operations = &[
        add_column("t", column("c", Text)),
        add_column("t", column("d", Integer).not_null().default(integer(-1))),
        add_column("t", column("e", TinyInt)),
        add_column("t", column("f", Integer).generated_virtual("d + 1")),
    ];
    let mut database = filled();
    assert!(!database.rebuilds(operations));
    database.migrate(operations).unwrap();
    assert_eq!(
        database.rows("SELECT c, d, e, f FROM t"),
        ["NULL|-1|NULL|0", "NULL|-1|NULL|0"]
    );
}

#[test]
fn b02_expressions_and_stored_columns_need_a_rebuild() {
    for added in [
        column("c", Timestamp(None)).not_null().default(now()),
        column("c", Text).default_sql("(lower('X'))"),
        column("c", Text).generated_stored("b || 'y'"),
    ] {
        let operations = vec![add_column("t", added)];
        let mut database = filled();
        assert!(database.rebuilds(&operations));
        database.migrate(&operations).unwrap();
        assert_eq!(database.one("SELECT count(c) FROM t"), "2");
    }
}

#[test]
fn a_required_column_without_default_needs_an_empty_table() {
    let operations = &[add_column("t", column("c", Text).not_null())];
    let error = filled().migrate(operations).unwrap_err();
    insta::assert_snapshot!(error, @"t.c is added as NOT NULL without a default, and the table has rows: 2 rows");
    let mut empty = filled();
    empty.batch("DELETE FROM t");
    empty.migrate(operations).unwrap();
}

#[test]
fn a_required_column_in_three_steps() {
    let mut database = filled();
    database
        .migrate(&[
            add_column("t", column("status", Text)),
            backfill("t", "status", "'active'"),
            alter_column("t", "status").set_not_null(),
        ])
        .unwrap();
    assert_eq!(database.rows("SELECT status FROM t"), ["active", "active"]);
}

#[test]
fn b03_text_becomes_numbers_and_nothing_is_lost() {
    let operations = &[alter_column("t", "b").set_type(Integer)];
    let mut database = filled();
    database.migrate(operations).unwrap();
    assert_eq!(
        database.rows("SELECT b, typeof(b) FROM t"),
        ["7|integer", "8|integer"]
    );
    let mut database = filled();
    database.batch("UPDATE t SET b = 'seven' WHERE id = 1; UPDATE t SET b = '2.5' WHERE id = 2");
    insta::assert_snapshot!(database.migrate(operations).unwrap_err(), @"values of t.b are no whole numbers, which its new type demands: 'seven', 2.5");
}

#[test]
fn b03_json_is_not_cast() {
    const CHAIN: &[OperationDef] = &[create_table(
        "t",
        &[column("id", Integer).not_null(), column("j", Json)],
    )];
    let mut database = Database::of_chain(CHAIN, "INSERT INTO t VALUES (1, '{\"a\":1}')");
    database
        .migrate(&[alter_column("t", "j")
            .set_type(Text)
            .set_default(text("{}"))])
        .unwrap();
    assert_eq!(database.rows("SELECT j FROM t"), ["{\"a\":1}"]);
    database
        .migrate(&[alter_column("t", "j").set_type(Jsonb).drop_default()])
        .unwrap();
    assert_eq!(
        database.rows("SELECT typeof(j), json(j) FROM t"),
        ["blob|{\"a\":1}"]
    );
}

#[test]
fn b04_dates_kept_as_text_stay_text() {
    let mut database = Database::new(
        "CREATE TABLE t (at TIMESTAMP); INSERT INTO t VALUES ('2026-01-02 03:04:05'), ('2026-01-02');",
    );
    database
        .migrate(&[alter_column("t", "at")
            .set_type(Timestamp(None))
            .set_not_null()])
        .unwrap();
    assert_eq!(
        database.rows("SELECT at, typeof(at) FROM t"),
        ["2026-01-02 03:04:05|text", "2026-01-02|text"]
    );
}

#[test]
fn nulls_become_the_default_only_where_the_migration_gives_one() {
    let mut database = filled();
    database
        .migrate(&[alter_column("t", "a").set_default(text("none"))])
        .unwrap();
    assert_eq!(database.rows("SELECT a FROM t"), ["x", "NULL"]);
    let required = &[alter_column("t", "a").set_not_null()];
    insta::assert_snapshot!(database.migrate(required).unwrap_err(), @"t.a becomes NOT NULL, but there are rows where it is NULL: 1 row");
    database
        .migrate(&[alter_column("t", "a")
            .set_default(text("empty"))
            .set_not_null()])
        .unwrap();
    assert_eq!(database.rows("SELECT a FROM t"), ["x", "empty"]);
}

#[test]
fn columns_are_dropped_natively_where_nothing_speaks_of_them() {
    let mut database = filled();
    let operations = &[drop_column("t", "a")];
    assert!(!database.rebuilds(operations));
    database.migrate(operations).unwrap();
    assert_eq!(database.rows("SELECT * FROM t"), ["1|7", "2|8"]);
}

#[test]
fn a_dropped_column_that_is_added_again_is_empty() {
    let mut database = filled();
    database
        .migrate(&[
            drop_column("t", "a"),
            add_column("t", column("a", Text).default_sql("(lower('NEW'))")),
        ])
        .unwrap();
    assert_eq!(database.rows("SELECT a FROM t"), ["new", "new"]);
}

#[test]
fn b06_a_rename_reaches_checks_indexes_triggers_and_views() {
    let mut database = Database::new(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, age INT, CONSTRAINT adult CHECK (age >= 18));
         CREATE INDEX by_age ON t (age) WHERE age > 20;
         CREATE VIEW ages AS SELECT age FROM t;
         CREATE TRIGGER aged AFTER UPDATE OF age ON t BEGIN SELECT new.age; END;
         INSERT INTO t VALUES (1, 30);",
    );
    database
        .migrate(&[rename_column("t", "age", "years")])
        .unwrap();
    for object in ["t", "by_age", "ages", "aged"] {
        assert!(database.stored(object).contains("years"), "{object}");
    }
    assert_eq!(database.rows("SELECT * FROM ages"), ["30"]);
    database
        .migrate(&[alter_column("t", "years").set_not_null()])
        .unwrap();
    assert_eq!(database.rows("SELECT * FROM ages"), ["30"]);
    assert!(database.stored("aged").contains("years"));
}

#[test]
fn b07_a_column_of_the_primary_key_goes_and_comes_back() {
    let mut database = Database::new(
        "CREATE TABLE t (a INT NOT NULL, b INT NOT NULL, c TEXT, PRIMARY KEY (a, b)); INSERT INTO t VALUES (1, 2, 'x');",
    );
    database
        .migrate(&[
            drop_primary_key("t"),
            drop_column("t", "b"),
            add_primary_key("t", primary_key(&["a"])),
        ])
        .unwrap();
    assert_eq!(database.rows("SELECT * FROM t"), ["1|x"]);
    database
        .migrate(&[
            add_column("t", column("b", Integer).not_null().default(integer(5))),
            drop_primary_key("t"),
            add_primary_key("t", primary_key(&["a", "b"])),
        ])
        .unwrap();
    assert_eq!(database.rows("SELECT a, b, c FROM t"), ["1|5|x"]);
    assert_eq!(
        database.rows("SELECT name, pk FROM pragma_table_info('t') WHERE pk > 0"),
        ["a|1", "b|2"]
    );
}

#[test]
fn comments_are_no_sql() {
    let mut database = filled();
    let plan = database
        .plan(&[
            set_table_comment("t", Some("x")),
            alter_column("t", "a").set_comment("y"),
        ])
        .unwrap();
    assert_eq!(plan.statements, []);
    assert!(!plan.needs_foreign_keys_off());
}

#[test]
fn a_collation_and_a_generated_expression_change() {
    let mut database = Database::new(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, g TEXT AS (a || '1') STORED NOT NULL); INSERT INTO t (a) VALUES ('x');",
    );
    database
        .migrate(&[
            alter_column("t", "a").set_collation("NOCASE"),
            alter_column("t", "g").set_generated_stored("a || '2'"),
        ])
        .unwrap();
    assert_eq!(database.rows("SELECT g FROM t WHERE a = 'X'"), ["x2"]);
    database
        .migrate(&[alter_column("t", "g").drop_generated()])
        .unwrap();
    assert_eq!(database.rows("SELECT g FROM t"), ["x2"]);
}

#[test]
fn a_default_that_a_strict_table_refuses_becomes_null_for_the_rows() {
    let strict = |rows: &str| {
        Database::new(&format!(
            "CREATE TABLE t (id INTEGER PRIMARY KEY) STRICT; {rows}"
        ))
    };
    let rows = "INSERT INTO t VALUES (1);";
    for (ty, default, there) in [
        (Integer, "'x'", "null"),
        (Integer, "'12'", "integer"),
        (Integer, "1.5", "null"),
        (Integer, "2.0", "integer"),
        (Integer, "(abs(-3))", "integer"),
        (Integer, "(lower('A'))", "null"),
        (Double, "'0.5'", "real"),
        (Double, "x'00'", "null"),
        (Text, "7", "text"),
        (Text, "x'07'", "null"),
        (Binary, "'x'", "null"),
        (Binary, "x'01'", "blob"),
    ] {
        let added = column("c", ty).default_sql(default);
        let mut database = strict(rows);
        database.migrate(&[add_column("t", added)]).unwrap();
        let is = database.one("SELECT typeof(c) FROM t");
        assert_eq!(is, there, "{default} in {ty:?}");
        // The same by a rebuild for another reason, and on a table without rows.
        let more = add_column("t", column("d", Text).default_sql("(lower('X'))"));
        let mut database = strict(rows);
        database.migrate(&[add_column("t", added), more]).unwrap();
        assert_eq!(database.one("SELECT typeof(c) FROM t"), there, "{default}");
        strict("").migrate(&[add_column("t", added)]).unwrap();
    }
    let required = &[add_column(
        "t",
        column("c", Integer).not_null().default_sql("'x'"),
    )];
    let error = strict(rows).migrate(required).unwrap_err();
    insta::assert_snapshot!(error, @"t.c is added as NOT NULL to a STRICT table with rows, and its default is no value of its type: 'x' for 1 row");
    strict("").migrate(required).unwrap();
}

#[test]
fn a_default_that_its_own_check_refuses_becomes_null_for_the_rows() {
    let with = |default| {
        let mut database = filled();
        database
            .migrate(&[create_enum("mood", &["ok", "so, so"])])
            .unwrap();
        let added = column("c", Enum("mood")).default(text(default));
        let rebuilt = database.rebuilds(&[add_column("t", added)]);
        database.migrate(&[add_column("t", added)]).unwrap();
        (rebuilt, database.one("SELECT DISTINCT quote(c) FROM t"))
    };
    assert_eq!(with("so, so"), (false, "'so, so'".to_owned()));
    assert_eq!(with("so"), (true, "NULL".to_owned()));

    let mut database = filled();
    let operations = &[
        add_column("t", column("c", TinyInt).default(integer(200))),
        add_column("t", column("d", TinyInt).not_null().default(integer(-100))),
    ];
    database.migrate(operations).unwrap();
    assert_eq!(
        database.one("SELECT DISTINCT quote(c) || d FROM t"),
        "NULL-100"
    );
}

#[test]
fn values_are_looked_at_before_a_type_is_enforced() {
    const SETUP: &str = "CREATE TABLE t (id INT PRIMARY KEY, a TEXT, b); INSERT INTO t VALUES";
    let key = &[alter_column("t", "id")
        .set_type(BigInt)
        .set_auto_increment(true)];
    let strict = &[set_table_options("t", options().sqlite_strict())];
    let migrated = |rows: &str, operations: &[OperationDef]| {
        let mut database = Database::new(&format!("{SETUP} {rows}"));
        database
            .migrate(operations)
            .map(|()| database.one("SELECT * FROM t"))
    };
    insta::assert_snapshot!(migrated("('one', 1, 1)", key).unwrap_err(), @"values of t.id are not INTEGER, which SQLite enforces from now on: 'one'");
    insta::assert_snapshot!(migrated("(NULL, 1, 1)", key).unwrap_err(), @"values of t.id are not INTEGER, which SQLite enforces from now on: NULL");
    insta::assert_snapshot!(migrated("(1, x'01', 1)", strict).unwrap_err(), @"values of t.a are not TEXT, which SQLite enforces from now on: X'01'");
    assert_eq!(migrated("('7', 1, 1)", key).unwrap(), "7|1|1");
    assert_eq!(migrated("(7.0, 1, x'01')", strict).unwrap(), "7|1|[01]");
}
