//! What rows are in the way of a later operation is found out before an earlier one changes anything.

use super::server::Database;
use crate::runner::chains::chain;
use migrate_runtime::connection::Session;
use migrate_runtime::migration::*;
use migrate_runtime::model::SchemaDef;
use migrate_runtime::runner::{Migrator, RunError};

const TABLES: Migration = Migration::new("a").upgrade(&[
    create_enum("mood", &["sad", "ok", "glad"]),
    create_table("org", &[column("id", BigInt).not_null()]).constraints(&[primary_key(&["id"])]),
    create_table(
        "users",
        &[
            column("id", BigInt).not_null(),
            column("name", Varchar(20)),
            column("mood", Enum("mood")).not_null().default(text("ok")),
            column("org_id", BigInt),
            column("points", BigInt),
            column("price", Decimal(8, 3)),
            column("old", Integer),
        ],
    )
    .constraints(&[primary_key(&["id"])]),
]);

const ROWS: &str = "INSERT INTO org VALUES (1); INSERT INTO users VALUES \
     (1, 'Ann', 'glad', 7, 3000000000, 99.996, 1), (2, 'Ann', 'sad', 1, 5, 1, 2), \
     (3, NULL, 'ok', NULL, NULL, NULL, 3)";

/// A chain of `a` and another migration with those operations behind some that change something.
macro_rules! behind {
    ($($operation:expr),* $(,)?) => {{
        static SCHEMA: SchemaDef = chain(&[
            TABLES,
            Migration::new("b").revises(&["a"]).upgrade(&[
                create_table("more", &[column("id", BigInt).not_null()]),
                drop_column("users", "old"),
                $($operation),*
            ]),
        ]);
        &SCHEMA
    }};
}

fn upgrade(schema: &'static SchemaDef) -> Option<(Database, Result<(), RunError>)> {
    let mut database = Database::new()?;
    let mut migrator = Migrator::new(schema);
    migrator.upgrade(&mut database, "a").unwrap();
    database.batch(ROWS).unwrap();
    let result = migrator.upgrade(&mut database, "head").map(|_| ());
    Some((database, result))
}

fn shown(database: &mut Database, sql: &str) -> String {
    database.query(sql).unwrap()[0].text(0).unwrap_or_default()
}

#[test]
fn nothing_is_done_where_the_rows_are_in_the_way_of_a_later_operation() {
    for (schema, problem) in [
        (
            behind!(alter_enum("mood", &["ok", "glad"])),
            "column users.mood still has values that go away: 'sad' in 1 row",
        ),
        (
            behind!(
                alter_column("users", "mood").set_default(text("glad")),
                alter_enum("mood", &["sad", "glad"])
            ),
            "column users.mood still has values that go away: 'ok' in 1 row",
        ),
        (
            behind!(alter_column("users", "name").set_not_null()),
            "column users.name becomes NOT NULL and is NULL in: 1 row",
        ),
        (
            behind!(add_column("users", column("n", Integer).not_null())),
            "the rows that are there have no value for it",
        ),
        (
            behind!(add_foreign_key(
                "users",
                foreign_key("f", &["org_id"], "org", &["id"])
            )),
            "rows of users refer to rows of org that are not there, by org_id: 7",
        ),
        (
            behind!(add_unique("users", unique("u", &["name"]))),
            "rows of users are the same, which become unique, by name: Ann",
        ),
        (
            behind!(create_index("i", "users", &["name"]).unique()),
            "rows of users are the same, which become unique, by name: Ann",
        ),
        (
            behind!(add_check("users", check("positive", "points < 10 # or so"))),
            "rows of users do not satisfy positive: 1 row",
        ),
        (
            behind!(alter_column("users", "name").set_type(Varchar(2))),
            "values of column users.name do not fit into",
        ),
        (
            behind!(alter_column("users", "points").set_type(Integer)),
            "values of column users.points do not fit into",
        ),
        (
            behind!(alter_column("users", "price").set_type(Decimal(4, 2))),
            "values of column users.price do not fit into",
        ),
    ] {
        let Some((mut database, result)) = upgrade(schema) else {
            return;
        };
        let said = result.expect_err(problem).to_string();
        assert!(said.contains(problem), "{problem}: {said}");
        assert!(
            said.contains("the database is at a, as before it"),
            "{said}"
        );
        assert!(!said.contains("stays"), "{said}");
        assert_eq!(
            shown(&mut database, "SELECT SUM(old) FROM users"),
            "6",
            "{problem}"
        );
        let log = "SELECT COUNT(*) FROM __migrate_log WHERE revision = 'b' AND step IS NOT NULL";
        assert_eq!(shown(&mut database, log), "0", "{problem}");
        let tables = "SELECT COUNT(*) FROM information_schema.tables \
                      WHERE table_schema = DATABASE() AND table_name = 'more'";
        assert_eq!(shown(&mut database, tables), "0", "{problem}");
    }
}

#[test]
fn a_view_in_the_way_of_a_later_operation_is_found_at_once() {
    let schema = behind!(drop_column("users", "points"));
    let Some(mut database) = Database::new() else {
        return;
    };
    let mut migrator = Migrator::new(schema);
    migrator.upgrade(&mut database, "a").unwrap();
    database
        .batch("CREATE VIEW rich AS SELECT points FROM users")
        .unwrap();
    let said = migrator.upgrade(&mut database, "head").unwrap_err();
    assert!(said.to_string().contains("view rich"), "{said}");
    shown(&mut database, "SELECT SUM(old) FROM users");
}

/// What comes between makes room: nothing of it is refused beforehand.
#[test]
fn what_works_behind_earlier_operations_is_not_refused() {
    fn delete(connection: &mut RunConnection<'_>) -> RunResult {
        connection.execute("DELETE FROM users WHERE id <> 2")?;
        Ok(())
    }
    for schema in [
        behind!(
            backfill("users", "name", "'nobody'"),
            alter_column("users", "name").set_not_null(),
        ),
        behind!(
            sql("UPDATE users SET mood = 'ok'"),
            alter_enum("mood", &["ok", "glad"]),
        ),
        behind!(
            run("delete", delete),
            add_unique("users", unique("u", &["name"]))
        ),
        behind!(
            alter_enum("mood", &["low", "ok", "glad"]).renames(&[("sad", "low")]),
            alter_enum("mood", &["low", "ok", "glad", "sad"]),
        ),
        behind!(
            drop_column("users", "name"),
            add_column("users", column("name", Varchar(20))),
            add_unique("users", unique("u", &["name"])),
        ),
        behind!(
            rename_column("users", "points", "score"),
            rename_table("users", "people"),
            add_check("people", check("c", "score > 0")),
            rename_column("people", "name", "called"),
            create_index("people_score_idx", "people", &["score"]).unique(),
        ),
        behind!(
            drop_table("users"),
            create_table("users", &[column("name", Varchar(20))]),
            add_column("users", column("n", Integer).not_null()),
            add_unique("users", unique("u", &["name"])),
        ),
        behind!(
            alter_column("users", "price").set_type(Decimal(4, 1)),
            alter_column("users", "name").set_type(Varchar(3)),
        ),
    ] {
        let Some((_, result)) = upgrade(schema) else {
            return;
        };
        result.unwrap_or_else(|error| panic!("{error}"));
    }
}
