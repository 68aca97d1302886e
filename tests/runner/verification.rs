//! Files, log and version table must agree before anything runs.

use super::chains::{chain, rows, run};
use crate::databases::{each, upgrade};
use migrate_runtime::Explain;
use migrate_runtime::command::{self, Difference};
use migrate_runtime::migration::{Migration, Text, add_column, column as col, create_table, sql};
use migrate_runtime::model::SchemaDef;
use migrate_runtime::runner::{Migrator, RunError};

const BASE: Migration = Migration::new("a").upgrade(&[create_table("t", &[col("x", Text)])]);

static AS_APPLIED: SchemaDef = chain(&[
    BASE,
    Migration::new("b")
        .revises(&["a"])
        .upgrade(&[add_column("t", col("y", Text))]),
]);
static EDITED: SchemaDef = chain(&[
    BASE,
    Migration::new("b")
        .revises(&["a"])
        .upgrade(&[add_column("t", col("z", Text))]),
    Migration::new("c").revises(&["b"]),
]);
static DOWNGRADE_EDITED: SchemaDef = chain(&[
    BASE,
    Migration::new("b")
        .revises(&["a"])
        .upgrade(&[add_column("t", col("y", Text))])
        .downgrade(&[sql("SELECT 1")]),
]);
static RENAMED: SchemaDef = chain(&[
    BASE,
    Migration::new("b2")
        .revises(&["a"])
        .upgrade(&[add_column("t", col("y", Text))]),
]);
static REBASED: SchemaDef = chain(&[
    BASE,
    Migration::new("x")
        .revises(&["a"])
        .upgrade(&[add_column("t", col("z", Text))]),
    Migration::new("b2")
        .revises(&["x"])
        .upgrade(&[add_column("t", col("y", Text))]),
]);
static GONE: SchemaDef = chain(&[BASE]);

#[test]
fn an_edited_revision_stops_everything() {
    each(|database| {
        upgrade(database, &AS_APPLIED).unwrap();
        let mut migrator = Migrator::new(&EDITED);
        let error = migrator
            .upgrade(&mut *database.session(), "head")
            .unwrap_err();
        let RunError::EditedRevisions {
            revisions: edited, ..
        } = &error
        else {
            panic!("{error:?}")
        };
        assert_eq!(edited.len(), 1);
        assert_eq!(edited[0].revision, "b");
        assert!(
            error.to_string().starts_with(
                "revision b (tests/runner/verification.rs) was edited after it was applied (20"
            ),
            "{error}"
        );
        assert!(
            error
                .hints()
                .iter()
                .any(|hint| hint.contains("--allow-edited"))
        );
        assert!(
            error
                .hints()
                .iter()
                .any(|hint| hint.contains("cargo migrate repair"))
        );
        assert!(error.hints()[2].ends_with("cargo migrate upgrade --allow-edited"));
        let error = migrator.downgrade(&mut *database.session(), "-1");
        let hints = error.unwrap_err().hints();
        assert!(hints[2].ends_with("cargo migrate downgrade --allow-edited"));
        assert_eq!(rows(database), "b");

        let report = Migrator::new(&EDITED)
            .allow_edited(true)
            .upgrade(&mut *database.session(), "head")
            .unwrap();
        assert_eq!(report.to, ["c"]);
    });
}

#[test]
fn repair_takes_the_files_as_they_are() {
    each(|database| {
        upgrade(database, &AS_APPLIED).unwrap();
        let mut migrator = Migrator::new(&EDITED);
        let repaired = migrator.repair(&mut *database.session()).unwrap();
        assert_eq!(repaired.len(), 1);
        assert_eq!(migrator.repair(&mut *database.session()).unwrap(), []);
        upgrade(database, &EDITED).unwrap();
        assert_eq!(database.columns("t"), ["x", "y"]);
    });
}

#[test]
fn mending_a_downgrade_is_no_edit() {
    each(|database| {
        upgrade(database, &AS_APPLIED).unwrap();
        upgrade(database, &DOWNGRADE_EDITED).unwrap();
    });
}

#[test]
fn v07_a_revision_that_no_file_has() {
    each(|database| {
        upgrade(database, &AS_APPLIED).unwrap();
        let error = Migrator::new(&GONE)
            .upgrade(&mut *database.session(), "head")
            .unwrap_err();
        let RunError::UnknownRevision(unknown) = &error else {
            panic!("{error:?}")
        };
        let (_, applied, host) = unknown.recorded.as_ref().unwrap();
        assert_eq!(
            error.to_string(),
            format!("Can't locate revision identified by 'b', applied {applied} on {host}")
        );
        // What can be told is told: the file that it stands on is applied.
        let listed = Migrator::new(&GONE).list(&mut *database.session()).unwrap();
        let listed = listed.iter().map(|one| {
            let has_file = one.revision.file.is_some();
            (one.revision.id.as_str(), has_file, one.is_applied)
        });
        let expected = [("a", true, true), ("b", false, true)];
        assert_eq!(listed.collect::<Vec<_>>(), expected);
        // Forgetting it is the way out that is named.
        Migrator::new(&GONE)
            .stamp(&mut *database.session(), &["a"], false)
            .unwrap_err();
        Migrator::new(&GONE)
            .stamp(&mut *database.session(), &["a"], true)
            .unwrap();
        upgrade(database, &GONE).unwrap();
    });
}

#[test]
fn a_file_that_was_only_renamed_is_found_by_its_checksum() {
    each(|database| {
        upgrade(database, &AS_APPLIED).unwrap();
        let error = Migrator::new(&RENAMED)
            .upgrade(&mut *database.session(), "head")
            .unwrap_err();
        let RunError::UnknownRevision(unknown) = &error else {
            panic!("{error:?}")
        };
        let file = "tests/runner/verification.rs".to_owned();
        assert_eq!(unknown.renamed_to, Some(("b2".to_owned(), file)));
        assert_eq!(
            error.hints()[0],
            "the file was renamed: cargo migrate stamp --purge b2"
        );
    });
}

#[test]
fn what_a_rebase_put_it_behind_is_applied_first() {
    each(|database| {
        upgrade(database, &AS_APPLIED).unwrap();
        let error = Migrator::new(&REBASED)
            .upgrade(&mut *database.session(), "head")
            .unwrap_err();
        assert_eq!(
            error.hints()[..3],
            [
                "it was put behind revisions that are not applied; first: cargo migrate stamp --purge a",
                "then, to apply those: cargo migrate upgrade x",
                "then: cargo migrate stamp b2",
            ]
        );
        let mut migrator = Migrator::new(&REBASED);
        let session = &mut *database.session();
        migrator.stamp(session, &["a"], true).unwrap();
        migrator.upgrade(session, "x").unwrap();
        migrator.stamp(session, &["b2"], false).unwrap();
        assert!(migrator.pending(session).unwrap().is_empty());
        session.query("SELECT z, y FROM t").unwrap();
    });
}

#[test]
fn a_revision_recorded_by_hand_is_not_judged() {
    each(|database| {
        upgrade(database, &AS_APPLIED).unwrap();
        run(database, "DELETE FROM __migrate_log");
        upgrade(database, &EDITED).unwrap();
    });
}

#[test]
fn taken_back_and_edited_it_is_a_new_one() {
    each(|database| {
        upgrade(database, &DOWNGRADE_EDITED).unwrap();
        Migrator::new(&DOWNGRADE_EDITED)
            .downgrade(&mut *database.session(), "a")
            .unwrap();
        run(database, "ALTER TABLE t DROP COLUMN y");
        upgrade(database, &EDITED).unwrap();
        assert_eq!(database.columns("t"), ["x", "z"]);
    });
}

#[test]
fn rows_that_were_lost_are_not_the_base() {
    each(|database| {
        upgrade(database, &AS_APPLIED).unwrap();
        run(database, "DELETE FROM __migrate_version");
        let session = &mut *database.session();
        let mut migrator = Migrator::new(&AS_APPLIED);
        let error = migrator.upgrade(session, "head").unwrap_err();
        assert!(
            matches!(&error, RunError::LostRows(lost) if lost.revision == "b"),
            "{error}"
        );
        assert!(error.hints()[0].ends_with("cargo migrate stamp b"));
        let found = command::check(session, &mut migrator).unwrap();
        let last = found.differences.last();
        assert!(
            matches!(last, Some(Difference::Lost(lost)) if lost.revision == "b"),
            "{found}"
        );
        migrator.stamp(session, &["b"], false).unwrap();
        assert_eq!(migrator.upgrade(session, "head").unwrap().steps.len(), 0);

        // Whoever says that it is the base is believed, and the tables are looked at.
        session.batch("DELETE FROM __migrate_version").unwrap();
        migrator.stamp(session, &["base"], false).unwrap();
        let error = migrator.upgrade(session, "head").unwrap_err();
        assert!(error.to_string().contains("already exists"), "{error}");
        session.batch("DROP TABLE t").unwrap();
        migrator.upgrade(session, "head").unwrap();
    });
}
