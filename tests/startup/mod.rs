//! What an application finds when it starts, and what it does then, on every kind of database.

mod creation;
mod replicas;
mod unrecorded;

use crate::databases::{Database, each, run};
use crate::runner::chains::chain;
use migrate_runtime::migration::*;
use migrate_runtime::model::SchemaDef;
use migrate_runtime::runner::RunError;
use migrate_runtime::startup::{Ahead, Mode, OnFailure, Started, Startup, StartupError};
use migrate_runtime::{Error, Migrator};

const USERS: Migration = Migration::new("a")
    .upgrade(&[create_table(
        "users",
        &[
            column("id", BigInt).not_null(),
            column("email", Varchar(200)).not_null(),
        ],
    )
    .constraints(&[
        primary_key(&["id"]).named("pk_users"),
        unique("uq_users_email", &["email"]),
    ])])
    .downgrade(&[drop_table("users")]);

const POSTS: Migration = Migration::new("b")
    .revises(&["a"])
    .upgrade(&[
        create_table(
            "posts",
            &[
                column("id", BigInt).not_null(),
                column("author", BigInt).not_null(),
            ],
        )
        .constraints(&[
            primary_key(&["id"]).named("pk_posts"),
            foreign_key("fk_posts_author", &["author"], "users", &["id"]),
        ]),
        create_index("ix_posts_author", "posts", &["author"]),
    ])
    .downgrade(&[drop_table("posts")]);

const BIO: Migration = Migration::new("c")
    .revises(&["b"])
    .upgrade(&[add_column("users", column("bio", Text))])
    .downgrade(&[drop_column("users", "bio")]);

/// a ← b ← c, nothing but tables.
static APP: SchemaDef = chain(&[USERS, POSTS, BIO]);

/// The version before it.
static OLD: SchemaDef = chain(&[USERS, POSTS]);

/// A start that is wanted.
fn start(database: &mut dyn Database, schema: &'static SchemaDef) -> Result<Started, Error> {
    Startup::new(schema)
        .mode(Mode::On)
        .run_on(&mut *database.session())
}

fn upgrade(database: &mut dyn Database, schema: &'static SchemaDef) {
    Migrator::new(schema)
        .upgrade(&mut *database.session(), "head")
        .unwrap();
}

#[test]
fn a_database_that_is_behind_is_upgraded() {
    each(|database| {
        upgrade(database, &OLD);
        let started = start(database, &APP).unwrap();
        let Started::Upgraded(report) = started else {
            panic!("{started:?}");
        };
        assert_eq!(
            (report.from, report.to),
            (vec!["b".into()], vec!["c".into()])
        );
        let started = start(database, &APP).unwrap();
        assert!(matches!(started, Started::UpToDate { at } if at == ["c"]));
    });
}

#[test]
fn nothing_is_done_unless_it_is_wanted() {
    each(|database| {
        let variable = "MIGRATE_TEST_NOBODY_SETS_THIS";
        let startup = Startup::new(&APP).variable(variable);
        let started = startup.run_on(&mut *database.session()).unwrap();
        assert!(matches!(started, Started::Off));
        assert!(database.tables().is_empty());
    });
}

#[test]
fn a_database_that_is_ahead() {
    each(|database| {
        upgrade(database, &APP);
        let error = start(database, &OLD).unwrap_err();
        assert_eq!(
            error.to_string(),
            "the database is ahead of this binary: at c, which stands on all that this binary has"
        );
        let startup = Startup::new(&OLD).mode(Mode::On).ahead(Ahead::Tolerate);
        let started = startup.run_on(&mut *database.session()).unwrap();
        assert!(matches!(started, Started::Ahead { revisions } if revisions == ["c"]));
    });
}

#[test]
fn a_database_that_went_another_way_is_not_ahead() {
    static OTHER: SchemaDef = chain(&[
        USERS,
        Migration::new("x")
            .revises(&["a"])
            .upgrade(&[add_column("users", column("age", Integer))])
            .downgrade(&[drop_column("users", "age")]),
    ]);
    each(|database| {
        upgrade(database, &OTHER);
        let startup = Startup::new(&OLD).mode(Mode::On).ahead(Ahead::Tolerate);
        let error = startup.run_on(&mut *database.session()).unwrap_err();
        let error = error.downcast_ref::<StartupError>().unwrap();
        assert!(
            matches!(error, StartupError::Run(RunError::UnknownRevision(it)) if it.revision == "x"),
            "{error}"
        );
    });
}

#[test]
fn an_edited_revision_stops_the_start_or_is_told() {
    static EDITED: SchemaDef = chain(&[
        USERS,
        Migration::new("b")
            .revises(&["a"])
            .upgrade(&[])
            .downgrade(&[]),
    ]);
    each(|database| {
        upgrade(database, &OLD);
        let error = start(database, &EDITED).unwrap_err();
        let is_edited = |error: &Error| {
            matches!(
                error.downcast_ref(),
                Some(StartupError::Run(RunError::EditedRevisions { .. }))
            )
        };
        assert!(is_edited(&error), "{error}");
        let startup = Startup::new(&EDITED).mode(Mode::On);
        let startup = startup.on_failure(OnFailure::Continue);
        let started = startup.run_on(&mut *database.session()).unwrap();
        assert!(matches!(started, Started::Failed(error) if is_edited(&error)));
    });
}

#[test]
fn a_version_table_that_was_emptied_is_not_the_base() {
    each(|database| {
        upgrade(database, &APP);
        run(database, "DELETE FROM __migrate_version");
        let error = start(database, &APP).unwrap_err();
        insta::assert_snapshot!(unrecorded::said(&error), @r"
        the database has tables, and no record of the revisions that made them (its log says: c)
          posts  as at revisions b to c
          users  as at revision c
        hint: if the version table was emptied by accident: cargo migrate stamp c
        ");
        stamped(database);
    });
}

/// What the hint says.
fn stamped(database: &mut dyn Database) {
    Migrator::new(&APP)
        .stamp(&mut *database.session(), &["c"], false)
        .unwrap();
    let started = start(database, &APP).unwrap();
    assert!(matches!(started, Started::UpToDate { at } if at == ["c"]));
}

#[test]
fn after_a_downgrade_to_base_the_chain_is_run_again() {
    each(|database| {
        upgrade(database, &APP);
        let mut migrator = Migrator::new(&APP);
        migrator
            .downgrade(&mut *database.session(), "base")
            .unwrap();
        let started = start(database, &APP).unwrap();
        assert!(matches!(started, Started::Upgraded(report) if report.steps.len() == 3));
    });
}
