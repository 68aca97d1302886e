//! Enum types, which SQLite holds as checks.

use super::Database;
use migrate_runtime::migration::*;

const CHAIN: &[OperationDef] = &[
    create_enum("state", &["draft", "sent"]),
    create_table(
        "letter",
        &[
            column("id", BigInt).not_null().auto_increment(),
            column("state", Enum("state"))
                .not_null()
                .default(text("draft")),
        ],
    )
    .constraints(&[primary_key(&["id"])]),
    create_table(
        "parcel",
        &[
            column("id", BigInt).not_null(),
            column("was", Enum("state")),
        ],
    )
    .constraints(&[primary_key(&["id"])]),
];

fn filled() -> Database {
    Database::of_chain(
        CHAIN,
        "INSERT INTO letter (state) VALUES ('draft'), ('sent'); INSERT INTO parcel VALUES (1, 'sent'), (2, NULL);",
    )
}

#[test]
fn values_are_added_and_renamed_in_every_table() {
    let mut database = filled();
    database
        .migrate(
            &[alter_enum("state", &["draft", "mailed", "lost"]).renames(&[("sent", "mailed")])],
        )
        .unwrap();
    assert_eq!(
        database.rows("SELECT state FROM letter"),
        ["draft", "mailed"]
    );
    assert_eq!(database.rows("SELECT was FROM parcel"), ["mailed", "NULL"]);
    database.batch("INSERT INTO letter (state) VALUES ('lost')");
    insta::assert_snapshot!(database.stored("letter"), @r#"
    CREATE TABLE "letter" (
        "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
        "state" TEXT NOT NULL DEFAULT 'draft',
        CONSTRAINT "letter_state_check" CHECK ("state" IN ('draft', 'mailed', 'lost'))
    )
    "#);
}

#[test]
fn a_value_in_use_is_not_removed() {
    let mut database = filled();
    let error = database
        .migrate(&[alter_enum("state", &["draft"])])
        .unwrap_err();
    insta::assert_snapshot!(error, @"letter.state holds values that its enum type no longer has: 'sent' in 1 row");
    database.batch("DELETE FROM letter WHERE state = 'sent'; UPDATE parcel SET was = NULL");
    database
        .migrate(&[alter_enum("state", &["draft"])])
        .unwrap();
}

#[test]
fn values_swap_their_names() {
    let mut database = filled();
    let error = database
        .migrate(&[alter_enum("state", &["draft", "sent"])
            .renames(&[("draft", "sent"), ("sent", "draft")])]);
    assert!(error.unwrap_err().contains("still among the new values"));
}

#[test]
fn a_column_of_the_type_comes_and_goes() {
    let mut database = filled();
    let operations = &[add_column("letter", column("next", Enum("state")))];
    assert!(!database.rebuilds(operations));
    database.migrate(operations).unwrap();
    database
        .migrate(&[
            drop_column("letter", "state"),
            drop_column("letter", "next"),
        ])
        .unwrap();
    assert_eq!(database.rows("SELECT * FROM letter"), ["1", "2"]);
    database
        .migrate(&[
            drop_table("letter"),
            drop_table("parcel"),
            drop_enum("state"),
        ])
        .unwrap();
}

#[test]
fn what_else_happens_to_the_table_is_in_the_same_rebuild() {
    let mut database = filled();
    let operations = [
        alter_enum("state", &["draft", "sent", "lost"]),
        alter_column("letter", "state").drop_default(),
        add_column("letter", column("note", Text)),
    ];
    let plan = database.plan(&operations).unwrap();
    database.migrate(&operations).unwrap();
    let rebuilds = |table: &str| {
        let create = format!("CREATE TABLE \"__migrate_new_{table}\"");
        (plan.statements.iter())
            .filter(|statement| statement.sql().starts_with(&create))
            .count()
    };
    assert_eq!((rebuilds("letter"), rebuilds("parcel")), (1, 1));
    assert_eq!(
        database.rows("SELECT state, note FROM letter"),
        ["draft|NULL", "sent|NULL"]
    );
}

#[test]
fn a_check_is_not_taken_for_one_whose_name_differs_in_case() {
    const CHAIN: &[OperationDef] = &[
        create_enum("mood", &["glad"]),
        create_table(
            "t",
            &[
                column("id", BigInt).not_null().auto_increment(),
                column("C", TinyInt).not_null(),
            ],
        )
        .constraints(&[primary_key(&["id"])]),
        // The check of its type keeps the name `t_C_check`.
        rename_column("t", "C", "b"),
        add_column("t", column("c", Enum("mood"))),
    ];
    const DROP: &[OperationDef] = &[
        drop_column("t", "c"),
        alter_column("t", "b").drop_not_null(),
    ];
    let mut database = Database::of_chain(&CHAIN[..2], "INSERT INTO t VALUES (1, 7)");
    database.migrate(&CHAIN[2..]).unwrap();
    assert!(database.rebuilds(DROP));
    database.migrate(DROP).unwrap();
    assert_eq!(database.rows("SELECT * FROM t"), ["1|7"]);
    insta::assert_snapshot!(database.stored("t"), @r#"
    CREATE TABLE "t" (
        "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
        "b" SMALLINT,
        CONSTRAINT "t_C_check" CHECK ("b" BETWEEN -128 AND 127)
    )
    "#);
}

#[test]
fn a_check_that_reads_as_the_one_of_the_type_is_another() {
    for name in ["letter_ok", "letter_state_check"] {
        let mut database = filled();
        let first: &'static [OperationDef] = Vec::leak(vec![add_check(
            "letter",
            check(name, "state IN ('draft', 'sent')"),
        )]);
        database.migrate(first).unwrap();
        let rename: &'static [OperationDef] = Vec::leak(vec![
            drop_check("letter", name),
            alter_enum("state", &["draft", "mailed"]).renames(&[("sent", "mailed")]),
            add_check("letter", check(name, "state IN ('draft', 'mailed')")),
        ]);
        database.migrate(rename).unwrap();
        assert_eq!(
            database.stored("letter").matches("'mailed'").count(),
            2,
            "{}",
            database.stored("letter")
        );
        assert!(!database.stored("letter").contains("'sent'"));
    }
}
