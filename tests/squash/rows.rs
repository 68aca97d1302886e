//! Databases with rows: one that took the old way, one that takes the new one, and all between.

use super::{compiled, schema, squash};
use crate::databases::{self, Database, each, upgrade};
use migrate_runtime::migration::*;
use migrate_runtime::runner::Migrator;

const CHAIN: [Migration; 5] = [
    Migration::new("a")
        .upgrade(&[
            create_table(
                "users",
                &[column("id", BigInt).not_null(), column("nick", Varchar(20))],
            )
            .constraints(&[primary_key(&["id"])]),
            create_table("gone", &[column("id", BigInt)]),
        ])
        .downgrade(&[drop_table("gone"), drop_table("users")]),
    Migration::new("b")
        .revises(&["a"])
        .upgrade(&[
            backfill("users", "nick", "'none'"),
            alter_column("users", "nick").set_not_null(),
            rename_column("users", "nick", "name"),
            drop_table("gone"),
        ])
        .downgrade(&[
            create_table("gone", &[column("id", BigInt)]),
            rename_column("users", "name", "nick"),
            alter_column("users", "nick").drop_not_null(),
        ]),
    Migration::new("c")
        .revises(&["b"])
        .upgrade(&[sql("INSERT INTO users (id, name) VALUES (7, 'admin')")])
        .downgrade(&[sql("DELETE FROM users WHERE id = 7")]),
    Migration::new("d")
        .revises(&["c"])
        .upgrade(&[
            rename_column("users", "name", "login"),
            create_index("users_login", "users", &["login"]),
        ])
        .downgrade(&[
            drop_index("users_login", "users"),
            rename_column("users", "login", "name"),
        ]),
    Migration::new("e")
        .revises(&["d"])
        .upgrade(&[add_column("users", column("age", Integer))])
        .downgrade(&[drop_column("users", "age")]),
];

fn names(database: &mut dyn Database) -> Vec<String> {
    databases::column(database, "SELECT login FROM users ORDER BY id")
}

#[test]
fn rows_are_the_same_by_both_ways() {
    let old = CHAIN;
    let squashed = squash(&old, "base:d").unwrap();
    // Both tables at once; what only its author understands stays where it was, and what comes behind it, too.
    let made: Vec<_> = squashed
        .revision
        .file
        .upgrade
        .iter()
        .map(|it| it.operation.word())
        .collect();
    assert_eq!(
        made,
        ["create_table", "sql", "rename_column", "create_index"]
    );
    let new = compiled(&squashed);
    let both = schema(&[&old[..4], &[new, old[4]]].concat());
    let pruned = schema(&[new, old[4]]);
    each(|database| {
        for stop in ["", "a", "b", "c", "d", "e"] {
            for schema in [both, pruned] {
                let is_inside = ["a", "b", "c"].contains(&stop);
                database.clear();
                if !stop.is_empty() {
                    let chain = super::schema(&old);
                    Migrator::new(chain)
                        .upgrade(&mut *database.session(), stop)
                        .unwrap();
                }
                if stop == "a" {
                    databases::run(database, "INSERT INTO users (id, nick) VALUES (1, NULL)");
                }
                let came = upgrade(database, schema);
                if is_inside && std::ptr::eq(schema, pruned) {
                    let error = came.unwrap_err().to_string();
                    assert!(
                        error.contains(&format!("at {stop}, in the middle of what s replaces")),
                        "{error}"
                    );
                    continue;
                }
                came.unwrap();
                let expected = if stop == "a" {
                    vec!["none", "admin"]
                } else {
                    vec!["admin"]
                };
                assert_eq!(names(database), expected, "{stop}");
                assert_eq!(database.columns("users"), ["id", "login", "age"], "{stop}");
                let mut migrator = Migrator::new(schema);
                let report = migrator
                    .downgrade(&mut *database.session(), "base")
                    .unwrap();
                assert_eq!(report.steps.len(), 2, "{stop}");
                assert!(
                    !database
                        .tables()
                        .iter()
                        .any(|it| it == "users" || it == "gone")
                );
            }
        }
    });
}

#[test]
fn the_middle_of_a_chain_keeps_the_rows_that_are_there() {
    let old = CHAIN;
    let squashed = squash(&old, "b:d").unwrap();
    let new = compiled(&squashed);
    assert_eq!(new.revises, ["a"]);
    let schema = schema(&[old[0], new, old[4]]);
    each(|database| {
        let chain = super::schema(&old);
        Migrator::new(chain)
            .upgrade(&mut *database.session(), "a")
            .unwrap();
        databases::run(
            database,
            "INSERT INTO users (id, nick) VALUES (1, NULL), (2, 'bo')",
        );
        upgrade(database, schema).unwrap();
        assert_eq!(names(database), ["none", "bo", "admin"]);
    });
}
