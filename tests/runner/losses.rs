//! What a downgrade says it destroys, before it does.

use super::chains::chain;
use crate::databases::{Database, each};
use migrate_runtime::command::{self, Loss};
use migrate_runtime::migration::*;
use migrate_runtime::model::SchemaDef;
use migrate_runtime::runner::Migrator;
use migrate_runtime::schema::Backend;

static RENAMED: SchemaDef = chain(&[
    Migration::new("a")
        .upgrade(&[
            create_table(
                "tags",
                &[column("id", BigInt).not_null(), column("name", Text)],
            ),
            create_table("empty", &[column("id", BigInt)]),
            sql("INSERT INTO tags VALUES (1, 'x'), (2, NULL)"),
        ])
        .downgrade(&[drop_table("empty"), drop_table("tags")]),
    Migration::new("b")
        .revises(&["a"])
        .upgrade(&[
            add_column("tags", column("note", Text)),
            sql("UPDATE tags SET note = 'n' WHERE id = 1"),
        ])
        .downgrade(&[
            sql("-- only words"),
            sql_for(Mysql, "DELETE FROM tags"),
            sql("-- of old\nDELETE FROM tags WHERE note = 'x'\n  AND id = 7"),
            drop_column("tags", "note"),
        ]),
    Migration::new("c")
        .revises(&["b"])
        .upgrade(&[
            rename_table("tags", "labels"),
            rename_column("labels", "note", "remark"),
        ])
        .downgrade(&[
            rename_column("labels", "remark", "note"),
            rename_table("labels", "tags"),
        ]),
]);

fn lost(database: &mut dyn Database, schema: &SchemaDef, target: &str) -> Vec<String> {
    database.clear();
    Migrator::new(schema)
        .upgrade(&mut *database.session(), "head")
        .unwrap();
    let losses = command::losses(&mut *database.session(), &mut Migrator::new(schema), target);
    let losses = losses.unwrap().into_iter();
    losses
        .map(|loss| match loss {
            Loss::Rows {
                revision,
                table,
                column,
                rows,
            } => {
                let column = column.map_or(String::new(), |name| format!(".{name}"));
                format!("{revision}: {table}{column} {rows}")
            }
            Loss::Unknown {
                revision,
                step,
                destroys,
            } => format!("{revision}: {step}{}", if destroys { " !" } else { "" }),
            other => panic!("{other:?}"),
        })
        .collect()
}

/// `size` is computed in another way from `b` on.
static COMPUTED: SchemaDef = chain(&[
    Migration::new("a")
        .upgrade(&[
            create_table(
                "tags",
                &[
                    column("id", BigInt),
                    column("size", BigInt).generated_stored("id * 2"),
                ],
            ),
            sql("INSERT INTO tags (id) VALUES (1), (2)"),
        ])
        .downgrade(&[drop_table("tags")]),
    Migration::new("b")
        .revises(&["a"])
        .upgrade(&[
            drop_column("tags", "size"),
            add_column("tags", column("size", BigInt).generated_stored("id * 3")),
        ])
        .downgrade(&[
            drop_column("tags", "size"),
            add_column("tags", column("size", BigInt).generated_stored("id * 2")),
        ]),
]);

#[test]
fn what_is_computed_is_not_lost() {
    each(|database| {
        assert_eq!(lost(database, &COMPUTED, "a"), [""; 0]);
        assert_eq!(lost(database, &COMPUTED, "base"), ["a: tags 2"]);
    });
}

#[test]
fn what_was_renamed_is_counted_under_the_name_it_has_now() {
    each(|database| {
        assert_eq!(lost(database, &RENAMED, "b"), [""; 0]);
        let runs = "b: SQL: DELETE FROM tags WHERE note = 'x' … !";
        let only_there = match database.session().backend() {
            Backend::Mysql => vec!["b: SQL: DELETE FROM tags !"],
            Backend::Sqlite | Backend::Postgres => Vec::new(),
        };
        let all = [only_there, vec![runs, "b: labels.remark 1"]].concat();
        assert_eq!(lost(database, &RENAMED, "a"), all);
        assert_eq!(
            lost(database, &RENAMED, "base"),
            [all, vec!["a: labels 2"]].concat()
        );
    });
}
