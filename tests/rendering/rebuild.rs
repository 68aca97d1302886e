//! What a rebuild keeps.

use super::Database;
use migrate_runtime::migration::*;

const PARENT: &str = "
    CREATE TABLE org (id INTEGER PRIMARY KEY, name TEXT);
    INSERT INTO org VALUES (1, 'a'), (2, 'b');";
const REQUIRE_NAME: &[OperationDef] = &[alter_column("org", "name").set_not_null()];

fn with(child: &str) -> Database {
    Database::new(&format!("{PARENT}{child}"))
}

#[test]
fn b15_rows_of_a_cascading_child_stay() {
    let mut database = with(
        "CREATE TABLE member (id INTEGER PRIMARY KEY, org_id INTEGER REFERENCES org (id) ON DELETE CASCADE);
         CREATE TABLE badge (id INTEGER PRIMARY KEY, org_id INTEGER REFERENCES org ON DELETE SET NULL);
         INSERT INTO member VALUES (10, 1), (11, 2);
         INSERT INTO badge VALUES (20, 1), (21, 2);",
    );
    assert!(database.rebuilds(REQUIRE_NAME));
    database.migrate(REQUIRE_NAME).unwrap();
    assert_eq!(database.rows("SELECT * FROM member"), ["10|1", "11|2"]);
    assert_eq!(database.rows("SELECT * FROM badge"), ["20|1", "21|2"]);
    assert_eq!(database.rows("SELECT * FROM org"), ["1|a", "2|b"]);
    // The keys work afterwards, and speak of the new table.
    database.batch("DELETE FROM org WHERE id = 1");
    assert_eq!(database.rows("SELECT * FROM member"), ["11|2"]);
    assert_eq!(database.rows("SELECT * FROM badge"), ["20|NULL", "21|2"]);
    assert!(database.stored("member").contains("REFERENCES org (id)"));
}

#[test]
fn b16_triggers_are_made_again() {
    let mut database = with(
        "CREATE TABLE log (what TEXT);
         CREATE TRIGGER org_added AFTER INSERT ON org BEGIN INSERT INTO log VALUES (new.name); END;
         CREATE TRIGGER log_added AFTER INSERT ON log BEGIN UPDATE org SET name = name; END;",
    );
    let before = database.stored("org_added");
    database.migrate(REQUIRE_NAME).unwrap();
    assert_eq!(database.stored("org_added"), before);
    assert_eq!(database.rows("SELECT * FROM log"), Vec::<String>::new());
    database.batch("INSERT INTO org VALUES (3, 'c')");
    assert_eq!(database.rows("SELECT * FROM log"), ["c"]);
}

#[test]
fn b17_views_work_as_before() {
    let mut database = with("CREATE VIEW names AS SELECT name FROM org;");
    let before = database.stored("names");
    database.migrate(REQUIRE_NAME).unwrap();
    assert_eq!(database.rows("SELECT * FROM names"), ["a", "b"]);
    assert_eq!(database.stored("names"), before);
}

#[test]
fn b18_numbers_of_autoincrement_are_not_given_twice() {
    let mut database = Database::new(
        "CREATE TABLE ticket (id INTEGER PRIMARY KEY AUTOINCREMENT, what TEXT);
         INSERT INTO ticket VALUES (1, 'x'), (7, 'y');
         DELETE FROM ticket WHERE id = 7;",
    );
    database
        .migrate(&[alter_column("ticket", "what").set_not_null()])
        .unwrap();
    database.batch("INSERT INTO ticket (what) VALUES ('z')");
    assert_eq!(database.rows("SELECT * FROM ticket"), ["1|x", "8|z"]);
    assert_eq!(database.rows("SELECT * FROM sqlite_sequence"), ["ticket|8"]);
}

#[test]
fn b18_the_sequence_of_an_emptied_table_stays() {
    let mut database = Database::new(
        "CREATE TABLE ticket (id INTEGER PRIMARY KEY AUTOINCREMENT, what TEXT);
         INSERT INTO ticket VALUES (7, 'y');
         DELETE FROM ticket;
         CREATE TABLE fresh (id INTEGER PRIMARY KEY AUTOINCREMENT, what TEXT);",
    );
    database
        .migrate(&[
            alter_column("ticket", "what").set_not_null(),
            alter_column("fresh", "what").set_not_null(),
        ])
        .unwrap();
    database.batch("INSERT INTO ticket (what) VALUES ('z'); INSERT INTO fresh (what) VALUES ('z')");
    assert_eq!(database.rows("SELECT id FROM ticket"), ["8"]);
    assert_eq!(database.rows("SELECT id FROM fresh"), ["1"]);
}

#[test]
fn b19_b22_what_no_model_knows_stays_to_the_byte() {
    let mut database = Database::new(
        "CREATE TABLE t (
           id INTEGER PRIMARY KEY,  -- the key
           a TEXT COLLATE NOCASE UNIQUE ON CONFLICT IGNORE,
           b INT CHECK (b > 0),
           c, /* no type */
           CHECK (b < 100),
           UNIQUE (a, b) ON CONFLICT REPLACE
         );
         CREATE INDEX by_a ON t (a COLLATE BINARY DESC, lower(c));
         CREATE UNIQUE INDEX some_b ON t (b) WHERE b > 10;
         INSERT INTO t VALUES (1, 'x', 1, 'y');",
    );
    database
        .migrate(&[alter_column("t", "c").set_default(text("z"))])
        .unwrap();
    insta::assert_snapshot!(database.stored("t"), @r#"
    CREATE TABLE "t" (
               id INTEGER PRIMARY KEY,  -- the key
               a TEXT COLLATE NOCASE UNIQUE ON CONFLICT IGNORE,
               b INT CHECK (b > 0),
               c DEFAULT 'z', /* no type */
               CHECK (b < 100),
               UNIQUE (a, b) ON CONFLICT REPLACE
             )
    "#);
    insta::assert_snapshot!(database.stored("by_a"), @r#"CREATE INDEX "by_a" ON "t" ("a" COLLATE "BINARY" DESC, (lower(c)))"#);
    insta::assert_snapshot!(database.stored("some_b"), @r#"CREATE UNIQUE INDEX "some_b" ON "t" ("b") WHERE b > 10"#);
    assert_eq!(database.rows("SELECT * FROM t"), ["1|x|1|y"]);
}

#[test]
fn b23_a_failure_in_the_copy_leaves_nothing_behind() {
    let mut database = with("INSERT INTO org VALUES (3, NULL);");
    let error = database.migrate(REQUIRE_NAME).unwrap_err();
    insta::assert_snapshot!(error, @"org.name becomes NOT NULL, but there are rows where it is NULL: 1 row");
    let long = || add_check("org", check("org_name", "length(name) > 5"));
    let error = database.migrate(&[long()]).unwrap_err();
    insta::assert_snapshot!(error, @"rows of org break the check org_name: 2 of them");
    // One that only the database can find: the values are those after the copy.
    let error = database
        .migrate(&[alter_column("org", "name").set_type(Integer), long()])
        .unwrap_err();
    assert!(
        error.starts_with("CHECK constraint failed: org_name"),
        "{error}"
    );
}

#[test]
fn b11_several_keys_to_one_table_survive() {
    let mut database = with(
        "CREATE TABLE deal (id INTEGER PRIMARY KEY, buyer INTEGER REFERENCES org, note TEXT,
           seller INTEGER REFERENCES org (id) ON UPDATE CASCADE,
           CONSTRAINT again FOREIGN KEY (buyer) REFERENCES org (id) ON DELETE RESTRICT);
         INSERT INTO deal VALUES (1, 1, NULL, 2);",
    );
    let keys = "SELECT \"from\", \"table\", \"to\", on_update, on_delete FROM \
                pragma_foreign_key_list('deal') ORDER BY 1, 5";
    let before = database.rows(keys);
    assert_eq!(before.len(), 3);
    database
        .migrate(&[alter_column("deal", "note")
            .set_type(Varchar(9))
            .set_default(text(""))])
        .unwrap();
    assert_eq!(database.rows(keys), before);
}

#[test]
fn b08_a_self_reference_stays_one() {
    let mut database = Database::new(
        "CREATE TABLE node (id INTEGER PRIMARY KEY, org INTEGER, parent INTEGER REFERENCES node (id) ON DELETE CASCADE,
           CONSTRAINT node_org FOREIGN KEY (org) REFERENCES node (id));
         INSERT INTO node VALUES (1, 1, NULL), (2, 1, 1), (3, 2, 2);",
    );
    database
        .migrate(&[
            drop_foreign_key("node", "node_org"),
            drop_column("node", "org"),
        ])
        .unwrap();
    assert_eq!(
        database.rows("SELECT * FROM node"),
        ["1|NULL", "2|1", "3|2"]
    );
    assert!(database.stored("node").contains("REFERENCES node (id)"));
    database.batch("DELETE FROM node WHERE id = 1");
    assert_eq!(database.rows("SELECT * FROM node"), Vec::<String>::new());
}

#[test]
fn generated_columns_are_computed_not_copied() {
    let mut database = Database::new(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a INT, twice INT AS (a * 2) STORED, more INT GENERATED ALWAYS AS (a + 1));
         INSERT INTO t (a) VALUES (3);",
    );
    database
        .migrate(&[alter_column("t", "a").set_not_null()])
        .unwrap();
    assert_eq!(database.rows("SELECT a, twice, more FROM t"), ["3|6|4"]);
}

#[test]
fn without_rowid_and_strict_stay() {
    let mut database = Database::new(
        "CREATE TABLE t (k TEXT PRIMARY KEY, v INTEGER) STRICT, WITHOUT ROWID;
         INSERT INTO t VALUES ('a', 1);",
    );
    database
        .migrate(&[alter_column("t", "v").set_not_null()])
        .unwrap();
    assert_eq!(
        database.stored("t"),
        "CREATE TABLE \"t\" (k TEXT PRIMARY KEY, v INTEGER NOT NULL) STRICT, WITHOUT ROWID"
    );
    assert_eq!(database.rows("SELECT * FROM t"), ["a|1"]);
}

#[test]
fn hidden_rowids_stay() {
    let mut database = Database::new(
        "CREATE TABLE t (a TEXT); INSERT INTO t VALUES ('x'), ('y'), ('z'); DELETE FROM t WHERE a = 'y';",
    );
    database
        .migrate(&[alter_column("t", "a").set_not_null()])
        .unwrap();
    assert_eq!(database.rows("SELECT rowid, a FROM t"), ["1|x", "3|z"]);
}

#[test]
fn several_changes_are_one_rebuild() {
    let mut database = with("CREATE TABLE other (id INTEGER PRIMARY KEY);");
    let operations = &[
        alter_column("org", "name").set_not_null(),
        add_column("other", column("x", Text)),
        add_column("org", column("slug", Text)),
        add_unique("org", unique("org_slug", &["slug"])),
        create_index("org_name_idx", "org", &["name"]),
        add_check("org", check("org_name_check", "name <> ''")),
    ];
    let plan = database.plan(operations).unwrap();
    let drops = (plan.statements.iter())
        .filter(|statement| statement.sql().starts_with("DROP TABLE \"org\""));
    assert_eq!(drops.count(), 1);
    database.migrate(operations).unwrap();
    assert_eq!(database.rows("SELECT * FROM org"), ["1|a|NULL", "2|b|NULL"]);
}

#[test]
fn a_rename_in_between_is_no_second_rebuild() {
    let rebuilds = |database: &mut Database, operations: &[OperationDef]| {
        let plan = database.plan(operations).unwrap();
        let drops = (plan.statements.iter())
            .filter(|statement| statement.sql().starts_with("DROP TABLE \"org\""));
        drops.count()
    };
    let mut database = with(
        "CREATE TABLE member (id INTEGER PRIMARY KEY, org_name TEXT REFERENCES org (name));
         ALTER TABLE org ADD COLUMN age INTEGER CONSTRAINT org_age_check CHECK (age > 0);
         CREATE UNIQUE INDEX org_name_idx ON org (name);
         CREATE VIEW names AS SELECT name, age FROM org;
         INSERT INTO member VALUES (1, 'a');",
    );
    let operations = &[
        drop_check("org", "org_age_check"),
        rename_column("org", "name", "title"),
        add_column("member", column("since", Text)),
        rename_column("org", "age", "years"),
        alter_column("org", "title").set_not_null(),
        add_check("org", check("org_years_check", "years > 0")),
    ];
    assert_eq!(rebuilds(&mut database, operations), 1);
    database.migrate(operations).unwrap();
    assert_eq!(database.rows("SELECT * FROM org"), ["1|a|NULL", "2|b|NULL"]);
    assert_eq!(database.rows("SELECT * FROM names"), ["a|NULL", "b|NULL"]);
    assert!(database.stored("member").contains("\"title\""));
    // One whose new name is not free yet stays where it is.
    let operations = &[
        drop_check("org", "org_years_check"),
        drop_column("org", "years"),
        rename_column("org", "title", "years"),
        alter_column("org", "years").drop_not_null(),
    ];
    let mut database = Database::new(
        "CREATE TABLE org (id INTEGER PRIMARY KEY, title TEXT NOT NULL, years INTEGER,
             CONSTRAINT org_years_check CHECK (years > 0));
         INSERT INTO org VALUES (1, 'a', 7);",
    );
    assert_eq!(rebuilds(&mut database, operations), 2);
    database.migrate(operations).unwrap();
    assert_eq!(database.rows("SELECT id, years FROM org"), ["1|a"]);
}

#[test]
fn a_name_that_is_taken_is_not_used() {
    let mut database =
        with("CREATE TABLE __migrate_new_org (x); INSERT INTO __migrate_new_org VALUES (5);");
    database.migrate(REQUIRE_NAME).unwrap();
    assert_eq!(database.rows("SELECT * FROM __migrate_new_org"), ["5"]);
}

#[test]
fn only_new_violations_of_foreign_keys_count() {
    let mut database = with(
        "CREATE TABLE member (id INTEGER PRIMARY KEY, org_id INTEGER REFERENCES org (id));
         PRAGMA foreign_keys = OFF; INSERT INTO member VALUES (1, 99); PRAGMA foreign_keys = ON;
         CREATE TABLE loose (id INTEGER PRIMARY KEY, org_id INTEGER); INSERT INTO loose VALUES (1, 98);",
    );
    database.migrate(REQUIRE_NAME).unwrap();
    database
        .migrate(&[
            rename_table("member", "person"),
            alter_column("org", "name").drop_not_null(),
        ])
        .unwrap();
    let error = database
        .migrate(&[add_foreign_key(
            "loose",
            foreign_key("loose_org", &["org_id"], "org", &["id"]),
        )])
        .unwrap_err();
    insta::assert_snapshot!(error, @"rows of loose have values in (org_id) that no row of org has: 98 in 1 row");
}

#[test]
fn an_old_violation_hides_no_new_one() {
    // Two keys to one table: the old violation is of the one that goes, the new one of the other.
    const CHAIN: &[OperationDef] = &[
        create_table(
            "org",
            &[column("id", BigInt).not_null(), column("name", Text)],
        )
        .constraints(&[primary_key(&["id"])]),
        create_table(
            "member",
            &[
                column("id", BigInt).not_null().auto_increment(),
                column("a", BigInt),
                column("b", BigInt),
            ],
        )
        .constraints(&[primary_key(&["id"])]),
        add_foreign_key("member", foreign_key("member_a", &["a"], "org", &["id"])),
    ];
    const AGAIN: OperationDef = create_table("member", &[column("a", BigInt)])
        .constraints(&[foreign_key("member_a", &["a"], "org", &["id"])]);
    let two_keys = || {
        Database::of_chain(
            CHAIN,
            "INSERT INTO org VALUES (1, 'a'); PRAGMA foreign_keys = OFF;
             INSERT INTO member VALUES (1, 99, NULL), (2, NULL, 98); PRAGMA foreign_keys = ON;",
        )
    };
    let add_b = add_foreign_key("member", foreign_key("member_b", &["b"], "org", &["id"]));
    let mut database = two_keys();
    let error = database
        .migrate(&[drop_foreign_key("member", "member_a"), add_b])
        .unwrap_err();
    insta::assert_snapshot!(error, @"rows of member have values in (b) that no row of org has: 98 in 1 row");

    // A row that gets a parent hides none that loses its own.
    let error = two_keys()
        .migrate(&[
            sql("INSERT INTO org VALUES (99, 'late')"),
            sql("INSERT INTO member VALUES (3, 97, NULL)"),
            alter_column("org", "name").set_not_null(),
        ])
        .unwrap_err();
    insta::assert_snapshot!(error, @"foreign keys would refer to rows that do not exist: member (a) to org: 1 row, the first at rowid 3");

    // What is renamed and numbered anew on the way is no new violation.
    two_keys()
        .migrate(&[
            rename_table("member", "person"),
            rename_column("person", "a", "org, of \"theirs\""),
            rename_table("org", "company"),
            drop_primary_key("person"),
            alter_column("company", "name").set_not_null(),
        ])
        .unwrap();

    // A column that gets the name of one that goes holds other values.
    let error = two_keys()
        .migrate(&[
            drop_foreign_key("member", "member_a"),
            drop_column("member", "a"),
            add_column("member", column("a", BigInt).default(integer(96))),
            add_foreign_key("member", foreign_key("member_a", &["a"], "org", &["id"])),
        ])
        .unwrap_err();
    insta::assert_snapshot!(error, @"rows of member have values in (a) that no row of org has: 96 in 2 rows");

    // A table that gets the name of one that goes has no old violations.
    let error = two_keys()
        .migrate(&[
            drop_table("member"),
            AGAIN,
            sql("INSERT INTO member (rowid, a) VALUES (1, 99)"),
        ])
        .unwrap_err();
    insta::assert_snapshot!(error, @"foreign keys would refer to rows that do not exist: member (a) to org: 1 row, the first at rowid 1");
}

#[test]
fn rows_keep_their_numbers() {
    let rows = "INSERT INTO t VALUES (1, 'x'), (7, 'y');";
    let numbers = |before: &str, operations: &[OperationDef], name: &str| {
        let mut database = Database::new(&format!("{before}; {rows}"));
        database.batch("DELETE FROM t WHERE id = 1");
        database.migrate(operations).unwrap();
        database.one(&format!("SELECT {name} FROM t"))
    };
    let required = &[alter_column("t", "a").set_not_null()];
    let hidden = "CREATE TABLE t (id INT PRIMARY KEY, a TEXT)";
    assert_eq!(numbers(hidden, required, "rowid"), "2");
    // A column may have the name.
    let taken = "CREATE TABLE t (id INT PRIMARY KEY, \"ROWID\" TEXT)";
    let required = &[alter_column("t", "ROWID").set_not_null()];
    assert_eq!(numbers(taken, required, "_rowid_"), "2");
    let shown = "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT)";
    assert_eq!(numbers(shown, &[drop_primary_key("t")], "rowid"), "7");
}

#[test]
fn what_raw_sql_hung_on_the_table_is_not_lost() {
    let mut database = with("");
    let error = database
        .migrate(&[
            sql("CREATE TRIGGER mine AFTER DELETE ON org BEGIN SELECT 1; END"),
            alter_column("org", "name").set_not_null(),
        ])
        .unwrap_err();
    insta::assert_snapshot!(error, @"table org has something that the migrations do not know and that rebuilding it would lose: trigger mine");
}

#[test]
fn triggers_and_views_follow_a_rename_before_a_rebuild() {
    let mut database = with(
        "CREATE TABLE log (what TEXT);
         CREATE TRIGGER added AFTER INSERT ON org WHEN new.name <> '' BEGIN
           INSERT INTO log SELECT name FROM org WHERE id = new.id; END;
         CREATE TRIGGER logged AFTER INSERT ON log BEGIN UPDATE org SET name = 'l' WHERE name = 'c'; END;
         CREATE VIEW names AS SELECT org.name FROM org;",
    );
    database
        .migrate(&[
            rename_column("org", "name", "title"),
            rename_table("org", "of \"them\""),
            alter_column("of \"them\"", "title").set_not_null(),
            alter_column("of \"them\"", "title").set_default(text("none")),
            rename_column("of \"them\"", "title", "name"),
            alter_column("of \"them\"", "name").drop_not_null(),
        ])
        .unwrap();
    database.batch("INSERT INTO \"of \"\"them\"\"\" VALUES (3, 'c')");
    assert_eq!(database.rows("SELECT * FROM log"), ["c"]);
    assert_eq!(database.rows("SELECT * FROM names"), ["a", "b", "l"]);
    insta::assert_snapshot!(database.stored("added"), @r#"
    CREATE TRIGGER added AFTER INSERT ON "of ""them""" WHEN new."name" <> '' BEGIN
               INSERT INTO log SELECT "name" FROM "of ""them""" WHERE id = new.id; END
    "#);
}

#[test]
fn a_rebuild_follows_what_happened_before_it_in_the_same_list() {
    let mut database = with(
        "CREATE TABLE member (id INTEGER PRIMARY KEY, org_id INTEGER REFERENCES org(id), x INT CHECK (x > 0), gone TEXT);
         INSERT INTO member VALUES (1, 1, 5, 'g');",
    );
    database
        .migrate(&[
            rename_column("org", "id", "number"),
            rename_table("org", "company"),
            rename_column("member", "x", "size"),
            drop_column("member", "gone"),
            add_column("member", column("note", Text).default(text("n"))),
            sql("UPDATE member SET size = 6"),
            alter_column("member", "note").set_not_null(),
            alter_column("company", "name").set_not_null(),
        ])
        .unwrap();
    insta::assert_snapshot!(database.stored("member"), @r#"CREATE TABLE "member" (id INTEGER PRIMARY KEY, org_id INTEGER REFERENCES "company"(number), "size" INT CHECK (size > 0), "note" TEXT DEFAULT 'n' NOT NULL)"#);
    assert_eq!(database.rows("SELECT * FROM member"), ["1|1|6|n"]);
    assert_eq!(
        database.rows("SELECT number, name FROM company"),
        ["1|a", "2|b"]
    );
}

#[test]
fn renames_find_names_with_quotes_and_brackets() {
    let mut database = Database::new(
        "CREATE TABLE \"it's \"\"so\"\"\" (\"x)\" INTEGER PRIMARY KEY);
         CREATE TABLE child (a INT, b INT CONSTRAINT \"b (of a)\" CHECK (a > 0 AND b > 0),
           FOREIGN KEY (a) REFERENCES \"it's \"\"so\"\"\" /* ( */ (\"x)\"));
         INSERT INTO \"it's \"\"so\"\"\" VALUES (1); INSERT INTO child VALUES (1, 2);",
    );
    database
        .migrate(&[
            rename_table("it's \"so\"", "so [it] is"),
            rename_column("so [it] is", "x)", "y\"("),
            rename_column("child", "a", "so [it] is"),
            alter_column("child", "b").set_not_null(),
            alter_column("so [it] is", "y\"(").set_default(integer(7)),
        ])
        .unwrap();
    insta::assert_snapshot!(database.stored("child"), @r#"
    CREATE TABLE "child" ("so [it] is" INT, b INT CONSTRAINT "b (of a)" CHECK ("so [it] is" > 0 AND b > 0) NOT NULL,
               FOREIGN KEY ("so [it] is") REFERENCES "so [it] is" /* ( */ ("y""("))
    "#);
}
