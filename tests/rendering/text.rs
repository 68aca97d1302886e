//! The statements themselves, for a chain without a database.

use super::{fold, lower, sqlite};
use migrate_runtime::migration::*;
use migrate_runtime::sql::{Step, plan};

const BEFORE: &[OperationDef] = &[
    create_table(
        "users",
        &[
            column("id", BigInt).not_null().auto_increment(),
            column("email", Varchar(255)).not_null().collate("NOCASE"),
            column("age", Integer),
        ],
    )
    .constraints(&[
        primary_key(&["id"]),
        unique("users_email_key", &["email"]),
        check("users_age_check", "age >= 0"),
    ]),
    create_index("users_age_idx", "users", &["age"]),
];

fn check_sql(operations: &[OperationDef]) -> String {
    let plan = plan(&lower(operations), &fold(BEFORE), sqlite()).unwrap();
    let lines: Vec<String> = (plan.settings.iter())
        .map(|setting| setting.set.to_owned())
        .chain(
            plan.statements
                .iter()
                .map(|statement| match &statement.step {
                    Step::Expect { query, problem, .. } => {
                        format!("-- expect none: {problem}\n{query}")
                    }
                    Step::Skip { reason } => format!("-- skipped: {reason}"),
                    Step::Run { name } => format!("-- run {name}"),
                    _ => statement.sql().to_owned(),
                }),
        )
        .collect();
    lines.join(";\n")
}

#[test]
fn a_rebuild_from_the_chain_alone() {
    insta::assert_snapshot!(check_sql(&[alter_column("users", "age").set_not_null()]), @r#"
    PRAGMA foreign_keys = OFF;
    PRAGMA legacy_alter_table = OFF;
    CREATE TEMP TABLE __migrate_violations AS SELECT f."table" AS child, f.rowid AS number, f.parent AS parent, (SELECT group_concat(name, ', ') FROM (SELECT lower(k."from") AS name FROM pragma_foreign_key_list(f."table") AS k WHERE k.id = f.fkid ORDER BY 1)) AS key FROM pragma_foreign_key_check AS f;
    -- expect none: table users has something that the migrations do not know and that rebuilding it would lose
    SELECT type || ' ' || name FROM sqlite_schema WHERE lower(tbl_name) = lower('users') AND type IN ('index', 'trigger') AND sql IS NOT NULL AND name COLLATE NOCASE NOT IN ('users_age_idx') UNION ALL SELECT 'column ' || name FROM pragma_table_xinfo('users') WHERE name COLLATE NOCASE NOT IN ('id', 'email', 'age');
    -- expect none: users.age becomes NOT NULL, but there are rows where it is NULL
    SELECT count(*) || CASE count(*) WHEN 1 THEN ' row' ELSE ' rows' END FROM "users" WHERE "age" IS NULL HAVING count(*) > 0;
    CREATE TABLE "__migrate_new_users" (
        "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
        "email" VARCHAR(255) NOT NULL COLLATE "NOCASE",
        "age" INTEGER NOT NULL,
        CONSTRAINT "users_email_key" UNIQUE ("email"),
        CONSTRAINT "users_age_check" CHECK (age >= 0)
    );
    INSERT INTO "__migrate_new_users" ("id", "email", "age") SELECT "id", "email", "age" FROM "users";
    -- expect none: rows of users were lost in the copy
    SELECT o.n || ' rows before, ' || c.n || ' after' FROM (SELECT count(*) AS n FROM "users") AS o, (SELECT count(*) AS n FROM "__migrate_new_users") AS c WHERE o.n <> c.n;
    DELETE FROM sqlite_sequence WHERE name = '__migrate_new_users';
    INSERT INTO sqlite_sequence (name, seq) SELECT '__migrate_new_users', seq FROM sqlite_sequence WHERE name = 'users';
    DROP TABLE "users";
    PRAGMA legacy_alter_table = ON;
    ALTER TABLE "__migrate_new_users" RENAME TO "users";
    PRAGMA legacy_alter_table = OFF;
    CREATE INDEX "users_age_idx" ON "users" ("age");
    -- expect none: foreign keys would refer to rows that do not exist
    SELECT v.child || ' (' || v.key || ') to ' || v.parent || ': ' || count(*) || CASE count(*) WHEN 1 THEN ' row' ELSE ' rows' END || coalesce(', the first at rowid ' || min(v.number), '') FROM (SELECT f."table" AS child, f.rowid AS number, f.parent AS parent, (SELECT group_concat(name, ', ') FROM (SELECT lower(k."from") AS name FROM pragma_foreign_key_list(f."table") AS k WHERE k.id = f.fkid ORDER BY 1)) AS key FROM pragma_foreign_key_check AS f) AS v WHERE NOT EXISTS (SELECT 1 FROM temp.__migrate_violations AS b WHERE b.child = v.child COLLATE NOCASE AND b.parent = v.parent COLLATE NOCASE AND b.key = v.key AND b.number = v.number) GROUP BY v.child, v.parent, v.key HAVING count(*) > (SELECT count(*) FROM temp.__migrate_violations AS b WHERE b.child = v.child COLLATE NOCASE AND b.parent = v.parent COLLATE NOCASE AND b.key = v.key AND b.number IS NULL);
    DROP TABLE temp.__migrate_violations
    "#);
}

#[test]
fn names_and_texts_are_quoted() {
    const OPERATIONS: &[OperationDef] = &[
        create_table(
            "odd \"name\"",
            &[column("order", Text).not_null().default(text("it's"))],
        ),
        create_index("i\"x", "odd \"name\"", &["order"]),
        rename_table("odd \"name\"", "select"),
        rename_column("select", "order", "group"),
    ];
    insta::assert_snapshot!(
        check_sql(OPERATIONS),
        @r#"
    PRAGMA legacy_alter_table = OFF;
    CREATE TABLE "odd ""name""" (
        "order" TEXT NOT NULL DEFAULT 'it''s'
    );
    CREATE INDEX "i""x" ON "odd ""name""" ("order");
    ALTER TABLE "odd ""name""" RENAME TO "select";
    ALTER TABLE "select" RENAME COLUMN "order" TO "group"
    "#
    );
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let operations = &[
        alter_column("users", "age")
            .set_type(BigInt)
            .set_not_null()
            .set_default(integer(0)),
        drop_unique("users", "users_email_key"),
        add_unique("users", unique("users_both", &["email", "age"])),
    ];
    assert_eq!(check_sql(operations), check_sql(operations));
    insta::assert_snapshot!(check_sql(operations), @r#"
    PRAGMA foreign_keys = OFF;
    PRAGMA legacy_alter_table = OFF;
    CREATE TEMP TABLE __migrate_violations AS SELECT f."table" AS child, f.rowid AS number, f.parent AS parent, (SELECT group_concat(name, ', ') FROM (SELECT lower(k."from") AS name FROM pragma_foreign_key_list(f."table") AS k WHERE k.id = f.fkid ORDER BY 1)) AS key FROM pragma_foreign_key_check AS f;
    -- expect none: table users has something that the migrations do not know and that rebuilding it would lose
    SELECT type || ' ' || name FROM sqlite_schema WHERE lower(tbl_name) = lower('users') AND type IN ('index', 'trigger') AND sql IS NOT NULL AND name COLLATE NOCASE NOT IN ('users_age_idx') UNION ALL SELECT 'column ' || name FROM pragma_table_xinfo('users') WHERE name COLLATE NOCASE NOT IN ('id', 'email', 'age');
    -- expect none: rows of users are equal in (email, age), which is to be unique
    SELECT quote("email") || ', ' || quote("age") || ' in ' || count(*) || ' rows' FROM "users" WHERE "email" IS NOT NULL AND "age" IS NOT NULL GROUP BY "email", "age" HAVING count(*) > 1 LIMIT 5;
    CREATE TABLE "__migrate_new_users" (
        "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
        "email" VARCHAR(255) NOT NULL COLLATE "NOCASE",
        "age" BIGINT NOT NULL DEFAULT 0,
        CONSTRAINT "users_age_check" CHECK (age >= 0),
        CONSTRAINT "users_both" UNIQUE ("email", "age")
    );
    INSERT INTO "__migrate_new_users" ("id", "email", "age") SELECT "id", "email", coalesce("age", 0) FROM "users";
    -- expect none: rows of users were lost in the copy
    SELECT o.n || ' rows before, ' || c.n || ' after' FROM (SELECT count(*) AS n FROM "users") AS o, (SELECT count(*) AS n FROM "__migrate_new_users") AS c WHERE o.n <> c.n;
    DELETE FROM sqlite_sequence WHERE name = '__migrate_new_users';
    INSERT INTO sqlite_sequence (name, seq) SELECT '__migrate_new_users', seq FROM sqlite_sequence WHERE name = 'users';
    DROP TABLE "users";
    PRAGMA legacy_alter_table = ON;
    ALTER TABLE "__migrate_new_users" RENAME TO "users";
    PRAGMA legacy_alter_table = OFF;
    CREATE INDEX "users_age_idx" ON "users" ("age");
    -- expect none: foreign keys would refer to rows that do not exist
    SELECT v.child || ' (' || v.key || ') to ' || v.parent || ': ' || count(*) || CASE count(*) WHEN 1 THEN ' row' ELSE ' rows' END || coalesce(', the first at rowid ' || min(v.number), '') FROM (SELECT f."table" AS child, f.rowid AS number, f.parent AS parent, (SELECT group_concat(name, ', ') FROM (SELECT lower(k."from") AS name FROM pragma_foreign_key_list(f."table") AS k WHERE k.id = f.fkid ORDER BY 1)) AS key FROM pragma_foreign_key_check AS f) AS v WHERE NOT EXISTS (SELECT 1 FROM temp.__migrate_violations AS b WHERE b.child = v.child COLLATE NOCASE AND b.parent = v.parent COLLATE NOCASE AND b.key = v.key AND b.number = v.number) GROUP BY v.child, v.parent, v.key HAVING count(*) > (SELECT count(*) FROM temp.__migrate_violations AS b WHERE b.child = v.child COLLATE NOCASE AND b.parent = v.parent COLLATE NOCASE AND b.key = v.key AND b.number IS NULL);
    DROP TABLE temp.__migrate_violations
    "#);
}
