//! Databases on the way through a chain when a part of it is squashed: with none, some and all of what was replaced,
//! while the old files are there and after.

use super::chains::{chain, column, rows, run};
use crate::databases::{Database, each, upgrade};
use migrate_runtime::command;
use migrate_runtime::graph::GraphError;
use migrate_runtime::migration::*;
use migrate_runtime::model::SchemaDef;
use migrate_runtime::runner::{Direction, Event, Migrator, Range, RunError};
use migrate_runtime::sql::offline::RunSteps;
use std::cell::RefCell;

const A: Migration = Migration::new("a")
    .upgrade(&[create_table("users", &[column_("id"), column_("age")])
        .constraints(&[primary_key(&["id"])])])
    .downgrade(&[drop_table("users")]);
const B: Migration = Migration::new("b")
    .revises(&["a"])
    .upgrade(&[add_column("users", column_("size"))])
    .downgrade(&[drop_column("users", "size")]);
const C: Migration = Migration::new("c")
    .revises(&["b"])
    .upgrade(&[drop_column("users", "age")])
    .downgrade(&[add_column("users", column_("age"))]);
const S: Migration = Migration::new("s")
    .replaces(&["a", "b", "c"])
    .upgrade(&[create_table("users", &[column_("id"), column_("size")])
        .constraints(&[primary_key(&["id"])])])
    .downgrade(&[drop_table("users")]);
const D: Migration = Migration::new("d")
    .revises(&["c"])
    .upgrade(&[create_index("users_size", "users", &["size"])])
    .downgrade(&[drop_index("users_size", "users")]);

const fn column_(name: &'static str) -> ColumnDef {
    let column = migrate_runtime::migration::column(name, Integer).not_null();
    column.default(integer(0))
}

static OLD: SchemaDef = chain(&[A, B, C]);
static BOTH: SchemaDef = chain(&[A, B, C, S, D]);
static PRUNED: SchemaDef = chain(&[S, D]);

fn at(database: &mut dyn Database, revision: &str) {
    database.clear();
    if !revision.is_empty() {
        let mut migrator = Migrator::new(&OLD);
        migrator
            .upgrade(&mut *database.session(), revision)
            .unwrap();
        run(database, "INSERT INTO users (id) VALUES (1), (2)");
    }
}

/// What ran, and what was said beside it.
fn to_head(database: &mut dyn Database, schema: &SchemaDef) -> Result<String, RunError> {
    let said = RefCell::new(String::new());
    let mut migrator = Migrator::new(schema).progress(|event: &Event<'_>| {
        if let Event::Replaced { revision, last } = event {
            *said.borrow_mut() += &format!("{revision} for {last}; ");
        }
    });
    let report = migrator.upgrade(&mut *database.session(), "head")?;
    drop(migrator);
    let ran: Vec<String> = report.steps.into_iter().map(|it| it.revision).collect();
    Ok(said.into_inner() + &ran.join(" "))
}

#[test]
fn every_database_comes_to_the_same_head() {
    each(|database| {
        for (from, schema, expected) in [
            ("", &BOTH, "s d"),
            ("", &PRUNED, "s d"),
            ("a", &BOTH, "s for c; b c d"),
            ("b", &BOTH, "s for c; c d"),
            ("c", &BOTH, "s for c; d"),
            ("c", &PRUNED, "s for c; d"),
        ] {
            at(database, from);
            assert_eq!(to_head(database, schema).unwrap(), expected, "{from}");
            assert_eq!(rows(database), "d");
            assert_eq!(database.columns("users"), ["id", "size"], "{from}");
            let count = if from.is_empty() { "0" } else { "2" };
            assert_eq!(
                column(database, "SELECT CAST(count(*) AS CHAR(9)) FROM users")[0].trim(),
                count
            );
            // Nothing is left to do or to write down, and the log knows the checksum.
            assert_eq!(to_head(database, schema).unwrap(), "");
            let log = "SELECT direction FROM __migrate_log WHERE revision = 's' AND step IS NULL";
            let direction = if from.is_empty() { "upgrade" } else { "stamp" };
            assert_eq!(column(database, log), [direction], "{from}");
            let edited = Migrator::new(schema)
                .edited(&mut *database.session())
                .unwrap();
            assert_eq!(edited, []);
        }
    });
}

#[test]
fn one_that_has_it_all_is_told_so_without_a_run() {
    each(|database| {
        static ONLY: SchemaDef = chain(&[S]);
        at(database, "c");
        // Those who look only change nothing.
        let pending = Migrator::new(&ONLY)
            .pending(&mut *database.session())
            .unwrap();
        assert_eq!(pending, Vec::<String>::new());
        let current = Migrator::new(&ONLY)
            .current(&mut *database.session())
            .unwrap();
        assert!(current[0].id == "s" && current[0].is_head, "{current:?}");
        assert_eq!(rows(database), "c");
        assert_eq!(to_head(database, &ONLY).unwrap(), "s for c; ");
        assert_eq!(rows(database), "s");
    });
}

#[test]
fn the_way_back_leads_past_it() {
    each(|database| {
        for schema in [&BOTH, &PRUNED] {
            for from in ["", "c"] {
                at(database, from);
                upgrade(database, schema).unwrap();
                let mut migrator = Migrator::new(schema);
                migrator
                    .downgrade(&mut *database.session(), "base")
                    .unwrap();
                assert_eq!(rows(database), "");
                assert!(!database.tables().contains(&"users".to_owned()));
                assert_eq!(to_head(database, schema).unwrap(), "s d");
            }
        }
        at(database, "b");
        let mut migrator = Migrator::new(&BOTH);
        migrator.downgrade(&mut *database.session(), "-1").unwrap();
        assert_eq!(rows(database), "a");
        assert_eq!(database.columns("users"), ["id", "age"]);
    });
}

#[test]
fn list_and_status_name_the_same_heads() {
    static LAST: SchemaDef = chain(&[A, B, C, S]);
    each(|database| {
        for (revision, head) in [("b", "c"), ("c", "s"), ("", "s")] {
            at(database, revision);
            let session = &mut *database.session();
            let mut migrator = Migrator::new(&LAST);
            assert_eq!(
                command::status(session, &mut migrator).unwrap().heads,
                [head]
            );
            let listed = command::list(session, &mut migrator).unwrap().into_iter();
            let heads = listed.map(|it| it.revision).filter(|it| it.is_head);
            assert_eq!(heads.map(|it| it.id).collect::<Vec<_>>(), [head]);
        }
    });
}

#[test]
fn one_in_the_middle_needs_the_old_files() {
    each(|database| {
        at(database, "b");
        let error = to_head(database, &PRUNED).unwrap_err();
        let RunError::Graph(GraphError::StoppedInside { id, by, last }) = error else {
            panic!("{error}");
        };
        assert_eq!((&*id, &*by, &*last), ("b", "s", "c"));
        assert_eq!(rows(database), "b");
        // Where it is can be told, and said.
        let current = Migrator::new(&PRUNED)
            .current(&mut *database.session())
            .unwrap();
        assert!(
            current[0].id == "b" && current[0].file.is_none(),
            "{current:?}"
        );
        let mut migrator = Migrator::new(&PRUNED);
        migrator
            .stamp(&mut *database.session(), &["s"], true)
            .unwrap();
        assert_eq!(rows(database), "s");
    });
}

#[test]
fn a_script_begins_where_the_database_is() {
    let script = |from: &str| {
        let range = Range {
            from,
            to: "head",
            direction: Direction::Upgrade,
        };
        let script = Migrator::new(&BOTH).script(range, Backend::Sqlite, RunSteps::Refuse);
        let script = script.unwrap();
        let lines = script.lines().filter(|line| line.starts_with("-- upgrade"));
        let names: Vec<&str> = lines
            .map(|line| &line["-- upgrade ".len()..][..1])
            .collect();
        (names.join(" "), script)
    };
    assert_eq!(script("base").0, "s d");
    assert_eq!(script("a").0, "b c d");
    let (names, script) = script("c");
    assert_eq!(names, "d");
    // The row is what the database has, and not what stands for it.
    for part in ["IS NOT 'c'", "AND revision = 'c'"] {
        assert!(script.contains(part), "{script}");
    }
}

#[test]
fn an_edited_squash_is_noticed() {
    each(|database| {
        at(database, "c");
        upgrade(database, &BOTH).unwrap();
        static EDITED: SchemaDef = chain(&[
            S.upgrade(&[
                create_table("users", &[column_("id")]).constraints(&[primary_key(&["id"])])
            ]),
            D,
        ]);
        let edited = Migrator::new(&EDITED)
            .edited(&mut *database.session())
            .unwrap();
        assert_eq!(
            edited.iter().map(|it| &*it.revision).collect::<Vec<_>>(),
            ["s"]
        );
    });
}

#[test]
fn a_library_squashes_its_chain() {
    const fn library(migrations: &'static [Migration]) -> SchemaDef {
        SchemaDef {
            chain: "lib",
            ..chain(migrations)
        }
    }
    const X: &[Migration] = &[Migration::new("x")
        .depends_on(&["lib@c"])
        .upgrade(&[sql("UPDATE users SET size = 3")])
        .downgrade(&[])];
    const fn app(include: &'static [SchemaDef]) -> SchemaDef {
        SchemaDef {
            include,
            ..chain(X)
        }
    }
    static BEFORE: SchemaDef = app(&[library(&[A, B, C])]);
    static AFTER: SchemaDef = app(&[library(&[A, B, C, S, D])]);
    each(|database| {
        for (from, expected) in [
            ("", "lib@s lib@d x"),
            ("lib@b", "lib@s for lib@c; lib@c lib@d x"),
            ("lib@c", "lib@s for lib@c; lib@d x"),
            ("x", "lib@s for lib@c; lib@d"),
        ] {
            database.clear();
            if !from.is_empty() {
                let mut migrator = Migrator::new(&BEFORE);
                migrator.upgrade(&mut *database.session(), from).unwrap();
            }
            assert_eq!(to_head(database, &AFTER).unwrap(), expected, "{from}");
            assert_eq!(database.columns("users"), ["id", "size"]);
        }
    });
}

#[test]
fn diesels_harness_goes_on_from_wherever_it_is() {
    use diesel::prelude::*;
    use diesel_migrations::MigrationHarness as _;
    use migrate_runtime::{DieselMigrations, connection::session};

    for steps in 0..=3 {
        let mut connection = SqliteConnection::establish(":memory:").unwrap();
        let old = DieselMigrations::<SqliteConnection>::new(&OLD);
        for _ in 0..steps {
            connection.run_next_migration(old).unwrap();
        }
        let both = DieselMigrations::<SqliteConnection>::new(&BOTH);
        connection.run_pending_migrations(both).unwrap();
        let at = |connection: &mut SqliteConnection| {
            let at = Migrator::new(&BOTH).current(&mut session(connection));
            let ids = at.unwrap().into_iter().map(|it| it.id);
            ids.collect::<Vec<_>>()
        };
        assert_eq!(at(&mut connection), ["d"], "{steps}");
        let pruned = DieselMigrations::<SqliteConnection>::new(&PRUNED);
        assert!(!connection.has_pending_migration(pruned).unwrap());
    }
}
