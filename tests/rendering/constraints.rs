//! Constraints and indexes.

use super::Database;
use migrate_runtime::migration::*;
use migrate_runtime::sql::Statement;

fn filled() -> Database {
    Database::new(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b INT, CONSTRAINT t_b CHECK (b > 0), UNIQUE (a));
         INSERT INTO t VALUES (1, 'x', 1), (2, 'y', 1);",
    )
}

#[test]
fn b27_indexes_never_rebuild() {
    const OPERATIONS: &[OperationDef] = &[
        create_index("t_a_idx", "t", &["a"]),
        create_index("t_part", "t", &[])
            .on(&[by("a").desc(), by_expression("lower(a)")])
            .unique()
            .filter("b > 0"),
        rename_index("t", "t_a_idx", "t_other"),
        drop_index("t_other", "t"),
    ];
    let mut database = filled();
    assert!(!database.rebuilds(OPERATIONS));
    database.migrate(OPERATIONS).unwrap();
    insta::assert_snapshot!(database.stored("t_part"), @r#"CREATE UNIQUE INDEX "t_part" ON "t" ("a" DESC, (lower(a))) WHERE b > 0"#);
}

#[test]
fn a_unique_constraint_on_equal_rows_says_which() {
    let error = filled()
        .migrate(&[add_unique("t", unique("t_b_key", &["b"]))])
        .unwrap_err();
    insta::assert_snapshot!(error, @"rows of t are equal in (b), which is to be unique: 1 in 2 rows");
}

#[test]
fn constraints_come_and_go() {
    let mut database = filled();
    database
        .migrate(&[
            drop_check("t", "t_b"),
            add_check("t", check("t_b2", "b < 100")),
            add_unique("t", unique("t_both", &["a", "b"])),
            add_foreign_key(
                "t",
                foreign_key("t_self", &["b"], "t", &["id"]).on_delete(SetNull),
            ),
        ])
        .unwrap();
    insta::assert_snapshot!(database.stored("t"), @r#"CREATE TABLE "t" (id INTEGER PRIMARY KEY, a TEXT, b INT, UNIQUE (a), CONSTRAINT "t_both" UNIQUE ("a", "b"), CONSTRAINT "t_b2" CHECK (b < 100), CONSTRAINT "t_self" FOREIGN KEY ("b") REFERENCES "t" ("id") ON DELETE SET NULL)"#);
    database
        .migrate(&[
            drop_foreign_key("t", "t_self"),
            drop_unique("t", "t_both"),
            drop_check("t", "t_b2"),
        ])
        .unwrap();
    insta::assert_snapshot!(database.stored("t"), @r#"CREATE TABLE "t" (id INTEGER PRIMARY KEY, a TEXT, b INT, UNIQUE (a))"#);
    assert_eq!(database.rows("SELECT * FROM t"), ["1|x|1", "2|y|1"]);
}

#[test]
fn options_change() {
    let mut database = Database::new(
        "CREATE TABLE t (k TEXT NOT NULL PRIMARY KEY, v INTEGER); INSERT INTO t VALUES ('a', 1);",
    );
    database
        .migrate(&[set_table_options(
            "t",
            options().sqlite_strict().sqlite_without_rowid(),
        )])
        .unwrap();
    insta::assert_snapshot!(database.stored("t"), @r#"CREATE TABLE "t" (k TEXT NOT NULL PRIMARY KEY, v INTEGER) STRICT, WITHOUT ROWID"#);
    database
        .migrate(&[set_table_options("t", options())])
        .unwrap();
    assert_eq!(database.rows("SELECT rowid, k, v FROM t"), ["1|a|1"]);
}

#[test]
fn a_new_table_takes_what_the_list_adds_to_it() {
    const OPERATIONS: &[OperationDef] = &[
        create_table(
            "a",
            &[
                column("id", BigInt).not_null().auto_increment(),
                column("b_id", BigInt),
            ],
        )
        .constraints(&[primary_key(&["id"])]),
        create_table(
            "b",
            &[column("id", BigInt).not_null(), column("a_id", BigInt)],
        )
        .constraints(&[
            primary_key(&["id"]),
            foreign_key("b_a", &["a_id"], "a", &["id"]),
        ]),
        add_foreign_key("a", foreign_key("a_b", &["b_id"], "b", &["id"])),
        create_index("a_b_idx", "a", &["b_id"]),
    ];
    let mut database = Database::new("");
    assert!(!database.rebuilds(OPERATIONS));
    let plan = database.plan(OPERATIONS).unwrap();
    let sql: Vec<&str> = plan.statements.iter().map(Statement::sql).collect();
    insta::assert_snapshot!(sql.join(";\n"), @r#"
    CREATE TABLE "a" (
        "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
        "b_id" BIGINT,
        CONSTRAINT "a_b" FOREIGN KEY ("b_id") REFERENCES "b" ("id")
    );
    CREATE INDEX "a_b_idx" ON "a" ("b_id");
    CREATE TABLE "b" (
        "id" BIGINT NOT NULL,
        "a_id" BIGINT,
        PRIMARY KEY ("id"),
        CONSTRAINT "b_a" FOREIGN KEY ("a_id") REFERENCES "a" ("id")
    )
    "#);
    database.migrate(OPERATIONS).unwrap();
    database
        .migrate(&[
            drop_foreign_key("a", "a_b"),
            drop_table("b"),
            drop_table("a"),
        ])
        .unwrap();
    assert_eq!(
        database.rows("SELECT name FROM sqlite_schema WHERE name NOT LIKE 'sqlite%'"),
        Vec::<String>::new()
    );
}

#[test]
fn steps_that_have_nothing_to_do_are_skipped_and_say_so() {
    const OPERATIONS: &[OperationDef] = &[
        create_table("t", &[column("id", Integer)]).if_not_exists(),
        drop_table("u").if_exists(),
        add_column("t", column("a", Text)).if_not_exists(),
        add_column("u", column("a", Text)).if_not_exists(),
        drop_column("t", "z").if_exists(),
        drop_column("u", "z").if_exists(),
        create_index("i", "u", &["a"]).if_not_exists(),
        drop_index("i", "t").if_exists(),
        drop_index("i", "u").if_exists(),
    ];
    let mut database = filled();
    let plan = database.plan(OPERATIONS).unwrap();
    let log: Vec<String> = (plan.statements.iter())
        .map(|one| format!("{}: {:?}", one.operation, one.step))
        .collect();
    insta::assert_snapshot!(log.join("\n"), @r#"
    0: Skip { reason: "table t exists" }
    1: Skip { reason: "there is no table u" }
    2: Skip { reason: "column t.a exists" }
    3: Skip { reason: "there is no table u" }
    4: Skip { reason: "there is no column t.z" }
    5: Skip { reason: "there is no table u" }
    6: Skip { reason: "there is no table u" }
    7: Skip { reason: "there is no index i on t" }
    8: Skip { reason: "there is no table u" }
    "#);
    database.migrate(OPERATIONS).unwrap();
}

#[test]
fn dropping_a_table_keeps_the_rows_that_refer_to_it_from_being_deleted() {
    let mut database = Database::new(
        "CREATE TABLE p (id INTEGER PRIMARY KEY); INSERT INTO p VALUES (1);
         CREATE TABLE c (id INTEGER PRIMARY KEY, p_id INTEGER REFERENCES p ON DELETE CASCADE, CONSTRAINT c_p FOREIGN KEY (p_id) REFERENCES p (id));
         INSERT INTO c VALUES (5, 1);",
    );
    let error = database.migrate(&[drop_table("p")]).unwrap_err();
    insta::assert_snapshot!(error, @"operation 1 does not fit the database: drop_table: table p is used by foreign key (p_id) on c");
    assert_eq!(database.rows("SELECT * FROM c"), ["5|1"]);
}

/// Runs operations that rows are in the way of; says which operation is blamed, and why.
fn blamed(database: &mut Database, operations: &[OperationDef]) -> String {
    let plan = database.plan(operations).unwrap();
    let (operation, problem) = database.run(&plan).unwrap_err();
    format!("{operation}: {problem}")
}

#[test]
fn what_is_done_in_one_rebuild_is_blamed_one_by_one() {
    let new = || {
        Database::new(
            "CREATE TABLE p (id INTEGER PRIMARY KEY);
             CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b INT, c TEXT);
             INSERT INTO t VALUES (1, 'x', 7, NULL), (2, 'x', 7, NULL);",
        )
    };
    const FILLS: OperationDef = backfill("t", "b", "7");
    const FIRST: OperationDef = alter_column("t", "a").set_not_null();
    const LAST: OperationDef = alter_column("t", "b").set_default(integer(1));
    let later = [
        add_unique("t", unique("t_a_key", &["a"])),
        add_check("t", check("t_b_check", "b < 0")),
        alter_column("t", "c").set_not_null(),
        alter_column("t", "c").set_type(Integer).set_not_null(),
        add_column("t", column("d", Integer).not_null()),
        add_foreign_key("t", foreign_key("t_p", &["b"], "p", &["id"])),
        create_index("t_a_idx", "t", &["a"]).unique(),
    ];
    let mut said = String::new();
    for operation in later {
        said += &blamed(&mut new(), &[FILLS, FIRST, operation, LAST]);
        said.push('\n');
    }
    // Behind a constraint that holds, one that does not; and a unique one on a column that is new.
    said += &blamed(
        &mut new(),
        &[
            FIRST,
            add_unique("t", unique("t_id_key", &["id"])),
            add_unique("t", unique("t_b_key", &["b"])),
        ],
    );
    said.push('\n');
    said += &blamed(
        &mut new(),
        &[
            FIRST,
            add_column("t", column("d", Integer).not_null().default(integer(0))),
            add_unique("t", unique("t_d_key", &["d"])),
        ],
    );
    insta::assert_snapshot!(said, @r#"
    2: rows of t are equal in (a), which is to be unique: 'x' in 2 rows
    2: rows of t break the check t_b_check: 2 of them
    2: t.c becomes NOT NULL, but there are rows where it is NULL: 2 rows
    2: t.c becomes NOT NULL, but there are rows where it is NULL: 2 rows
    2: t.d is added as NOT NULL without a default, and the table has rows: 2 rows
    2: rows of t have values in (b) that no row of p has: 7 in 2 rows
    2: rows of t are equal where the index t_a_idx allows no two: 'x' in 2 rows
    2: rows of t are equal in (b), which is to be unique: 7 in 2 rows
    2: UNIQUE constraint failed: __migrate_new_t.d: INSERT INTO "__migrate_new_t" ("id", "a", "b", "c") SELECT "id", "a", "b", "c" FROM "t"
    "#);
}
