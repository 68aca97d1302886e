//! What a downgrade says it destroys, before it does.

use super::chains::{chain, memory};
use migrate_runtime::command;
use migrate_runtime::connection::session;
use migrate_runtime::migration::*;
use migrate_runtime::model::SchemaDef;
use migrate_runtime::runner::Migrator;

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
        .downgrade(&[drop_column("tags", "note")]),
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

fn lost(target: &str) -> Vec<String> {
    let mut connection = memory();
    Migrator::new(&RENAMED)
        .upgrade(&mut session(&mut connection), "head")
        .unwrap();
    let losses = command::losses(
        &mut session(&mut connection),
        &mut Migrator::new(&RENAMED),
        target,
    );
    let losses = losses.unwrap().into_iter();
    losses
        .map(|loss| {
            let column = loss.column.map_or(String::new(), |name| format!(".{name}"));
            let (revision, table, rows) = (loss.revision, loss.table, loss.rows);
            format!("{revision}: {table}{column} {rows}")
        })
        .collect()
}

#[test]
fn what_was_renamed_is_counted_under_the_name_it_has_now() {
    assert_eq!(lost("b"), [""; 0]);
    assert_eq!(lost("a"), ["b: labels.remark 1"]);
    assert_eq!(lost("base"), ["b: labels.remark 1", "a: labels 2"]);
}
