//! A server that takes no notice of the case of tables' names, as on Windows: it writes them small, whatever
//! the chain says.

use super::server::{Database, ours, start};
use crate::runner::chains::chain;
use migrate_runtime::Model;
use migrate_runtime::autogenerate::Flags;
use migrate_runtime::command::{self, RevisionRequest, autogenerate};
use migrate_runtime::connection::Session;
use migrate_runtime::migration::*;
use migrate_runtime::model::SchemaDef;
use migrate_runtime::runner::Migrator;

#[derive(Model)]
#[model(table = "People", unlisted)]
#[expect(dead_code, reason = "only its definition is looked at")]
struct Person {
    id: i64,
    #[model(max_length = 20, index)]
    name: String,
}

#[derive(Model)]
#[model(table = "UserNotes", unlisted, check(name = "Title", "title <> 'x'"))]
#[expect(dead_code, reason = "only its definition is looked at")]
struct Note {
    id: i64,
    #[model(references = Person, on_delete = "cascade")]
    person_id: i64,
    #[model(max_length = 20)]
    title: String,
}

const KEY: &[ConstraintDef] = &[primary_key(&["id"])];
const ID: ColumnDef = column("id", BigInt).not_null();

const MIGRATIONS: &[Migration] = &[
    Migration::new("a")
        .upgrade(&[
            create_table("People", &[ID, column("name", Varchar(20)).not_null()]).constraints(KEY),
            create_table("Remarks", &[ID, column("person_id", BigInt).not_null()]).constraints(KEY),
            create_index("People_name_idx", "People", &["name"]),
        ])
        .downgrade(&[drop_table("Remarks"), drop_table("People")]),
    Migration::new("b")
        .revises(&["a"])
        .upgrade(&[
            rename_table("Remarks", "UserNotes"),
            add_column("UserNotes", column("title", Varchar(20)).not_null()),
            add_check("UserNotes", check("Title", "title <> 'x'")),
            add_foreign_key(
                "UserNotes",
                foreign_key(
                    "UserNotes_person_id_fkey",
                    &["person_id"],
                    "People",
                    &["id"],
                )
                .on_delete(Cascade),
            ),
        ])
        .downgrade(&[
            drop_foreign_key("UserNotes", "UserNotes_person_id_fkey"),
            drop_check("UserNotes", "Title"),
            drop_column("UserNotes", "title"),
            rename_table("UserNotes", "Remarks"),
        ]),
];

#[test]
fn tables_that_the_server_writes_small_are_no_difference() {
    let Some(program) = ours() else { return };
    let server = start(&program, &["--lower-case-table-names=1"]).unwrap();
    let mut database = Database::on(&server);
    let schema = SchemaDef {
        models: &[Person::TABLE, Note::TABLE],
        ..chain(MIGRATIONS)
    };
    for _ in 0..2 {
        Migrator::new(&schema)
            .upgrade(&mut database, "head")
            .unwrap();
        assert_eq!(
            tables(&mut database),
            ["__migrate_log", "__migrate_version", "people", "usernotes"]
        );
        let found = command::check(&mut database, &mut Migrator::new(&schema)).unwrap();
        assert!(found.differences.is_empty(), "{found}");
        let directory = tempfile::tempdir().unwrap();
        let session: &mut dyn Session = &mut database;
        let again = autogenerate(
            &directory.path().into(),
            &schema,
            Some(session),
            &Flags::default(),
            &RevisionRequest::new("x"),
            None,
        )
        .unwrap();
        assert_eq!((again.plan.upgrade, again.plan.drift), (vec![], vec![]));
        Migrator::new(&schema)
            .downgrade(&mut database, "base")
            .unwrap();
        assert_eq!(
            tables(&mut database),
            ["__migrate_log", "__migrate_version"]
        );
    }
}

fn tables(database: &mut Database) -> Vec<String> {
    let rows = database.query("SHOW TABLES").unwrap();
    rows.iter().filter_map(|row| row.text(0)).collect()
}
