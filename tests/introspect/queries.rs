//! How often a database is asked: as often with a thousand tables as with one.

use crate::databases::{Counting, Database, each, run};
use crate::runner::chains::chain;
use migrate_runtime::autogenerate::Flags;
use migrate_runtime::command::{RevisionRequest, autogenerate_at};
use migrate_runtime::introspect::introspect;
use migrate_runtime::migration::{
    BigInt, Integer, Migration, Varchar, check, column, create_enum, create_index, create_table,
    drop_enum, drop_table, foreign_key, primary_key, text, unique,
};
use migrate_runtime::model::SchemaDef;
use migrate_runtime::runner::Migrator;
use migrate_runtime::schema::Backend;

/// Tables with all that hangs on one, from that number on, in a schema.
fn make(database: &mut dyn Database, schema: &str, numbers: std::ops::Range<usize>) {
    for number in numbers {
        let table = format!(
            "CREATE TABLE {schema}t{number} (id INTEGER PRIMARY KEY, a VARCHAR(9) UNIQUE DEFAULT 'x', \
             b INT REFERENCES {schema}t0 (id), CHECK (b > 0)); \
             CREATE INDEX i{number} ON {schema}t{number} (b)"
        );
        run(database, &table);
    }
}

fn queries(database: &mut dyn Database, tables: usize) -> usize {
    let mut session = Counting(database.session(), 0);
    let schema = introspect(&mut session).unwrap();
    assert_eq!(schema.tables.len(), tables);
    session.1
}

#[test]
fn the_number_of_queries_is_constant() {
    each(|database| {
        make(database, "", 0..1);
        let of_one = queries(database, 1);
        make(database, "", 1..10);
        assert_eq!(queries(database, 10), of_one);
        make(database, "", 10..100);
        assert_eq!(queries(database, 100), of_one);
        if database.session().backend() == Backend::Postgres {
            for schema in ["sales", "stock"] {
                run(database, &format!("CREATE SCHEMA {schema}"));
                make(database, &format!("{schema}."), 0..10);
            }
            assert_eq!(queries(database, 120), of_one);
        }
    });
}

/// Everything that may need a look of its own: an enum type, expressions that a server writes anew.
static CHAIN: SchemaDef = chain(&[Migration::new("a")
    .upgrade(&[
        create_enum("mood", &["glad", "sad"]),
        create_table(
            "teams",
            &[
                column("id", BigInt).not_null(),
                column("name", Varchar(40)).not_null().default(text("it's")),
                column("age", Integer),
                column("of", BigInt),
            ],
        )
        .constraints(&[
            primary_key(&["id"]),
            unique("teams_name_key", &["name"]),
            check("teams_age", "age > 0 AND age < 7 OR age IN (8, 9)"),
            foreign_key("teams_of_fkey", &["of"], "teams", &["id"]),
        ]),
        create_index("teams_age", "teams", &["age"]),
    ])
    .downgrade(&[drop_table("teams"), drop_enum("mood")])]);

#[test]
fn the_records_are_read_once() {
    each(|database| {
        let mut migrator = Migrator::new(&CHAIN);
        migrator.upgrade(&mut *database.session(), "head").unwrap();
        let mut session = Counting(database.session(), 0);
        migrator.current(&mut session).unwrap();
        let records = std::mem::take(&mut session.1);
        introspect(&mut session).unwrap();
        let catalog = std::mem::take(&mut session.1);
        let directory = tempfile::tempdir().unwrap();
        let mut at = Vec::new();
        // The chain makes what no model says: the plan would take it away, and nothing is written.
        let request = RevisionRequest {
            dry_run: true,
            ..RevisionRequest::new("")
        };
        let mut seen = |current: &[migrate_runtime::runner::Revision]| {
            at.extend(current.iter().map(|revision| revision.id.clone()));
        };
        autogenerate_at(
            &directory.path().into(),
            &mut migrator,
            Some(&mut session),
            &Flags::default(),
            &request,
            None,
            &mut seen,
        )
        .unwrap();
        assert_eq!(at, ["a"]);
        // What the server alone can compare is put to it in one transaction.
        let settled = session.1 - records - catalog;
        assert!(settled <= 3, "{settled}");
        assert!(session.1 <= 15, "{}", session.1);
    });
}
