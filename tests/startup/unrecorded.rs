//! Databases with tables that nobody recorded.

use super::{APP, start, upgrade};
use crate::databases::{Database, each, run};
use migrate_runtime::startup::Started;
use migrate_runtime::{Error, Migrator};

/// An error with its hints.
pub(super) fn said(error: &Error) -> String {
    let hints = error.hints().iter().map(|hint| format!("\nhint: {hint}"));
    format!("{error}{}", hints.collect::<String>())
}

/// The tables of a revision without a record, as a dump brings them.
fn restored(database: &mut dyn Database, target: &str) {
    Migrator::new(&APP)
        .upgrade(&mut *database.session(), target)
        .unwrap();
    run(database, "DROP TABLE __migrate_version");
    run(database, "DROP TABLE __migrate_log");
}

#[test]
fn a_revision_that_all_tables_are_like_is_named() {
    each(|database| {
        restored(database, "b");
        let error = start(database, &APP).unwrap_err();
        insta::assert_snapshot!(said(&error), @r"
        the database has tables, and no record of the revisions that made them
          posts  as at revisions b to c
          users  as at revisions a to b
        hint: all of them are as at revision b: cargo migrate stamp b
        ");
        assert!(!database.tables().contains(&"__migrate_version".to_owned()));

        let mut migrator = Migrator::new(&APP);
        migrator
            .stamp(&mut *database.session(), &["b"], false)
            .unwrap();
        let started = start(database, &APP).unwrap();
        assert!(matches!(started, Started::Upgraded(report) if report.to == ["c"]));
    });
}

#[test]
fn tables_that_are_like_no_revision_are_listed() {
    each(|database| {
        restored(database, "head");
        run(database, "ALTER TABLE users ADD COLUMN by_hand INTEGER");
        run(database, "CREATE TABLE geography (id INTEGER)");
        let error = start(database, &APP).unwrap_err();
        insta::assert_snapshot!(said(&error), @r#"
        the database has tables, and no record of the revisions that made them
          geography  in no revision
          posts      as at revisions b to c
          users      different in every revision
        hint: if you know the revision that they are at: cargo migrate stamp REVISION
        hint: to take over what no revision describes: cargo migrate models --from-database --adopt
        hint: tables of somebody else: schema! { …, ignore = ["their_*"] }, or once: cargo migrate upgrade
        "#);
    });
}

#[test]
fn tables_of_somebody_else_alone_are_not_started_on_either() {
    each(|database| {
        run(database, "CREATE TABLE geography (id INTEGER)");
        let error = start(database, &APP).unwrap_err();
        insta::assert_snapshot!(said(&error), @r#"
        the database has tables, and no record of the revisions that made them
          geography  in no revision
        hint: to take over what no revision describes: cargo migrate models --from-database --adopt
        hint: tables of somebody else: schema! { …, ignore = ["their_*"] }, or once: cargo migrate upgrade
        "#);
        upgrade(database, &APP);
        assert!(matches!(
            start(database, &APP),
            Ok(Started::UpToDate { .. })
        ));
    });
}
