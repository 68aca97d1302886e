//! Several chains in one database: the application's, and those of the libraries it includes.

use super::chains::{chain, column, run, trace, traced};
use crate::databases::{Database, each};
use migrate_runtime::migration::*;
use migrate_runtime::model::SchemaDef;
use migrate_runtime::runner::Direction::{Downgrade, Upgrade};
use migrate_runtime::runner::{Migrator, Range};
use migrate_runtime::sql::offline::RunSteps;

/// A library of two revisions.
const AUTH: SchemaDef = named(
    "auth",
    chain(&[traced!("auth1",), traced!("auth2", "auth1")]),
);

const fn named(name: &'static str, mut schema: SchemaDef) -> SchemaDef {
    schema.chain = name;
    schema
}

/// A library on top of it.
const BILLING: SchemaDef = SchemaDef {
    include: &[AUTH],
    ..BILLING_ALONE
};
const BILLING_ALONE: SchemaDef = named(
    "my-billing",
    chain(&[traced!("bill1",).depends_on(&["auth@auth1"])]),
);

/// An application that uses both. Its ids are the smallest, and would come first if nothing else counted.
static APP: SchemaDef = SchemaDef {
    include: &[AUTH, BILLING],
    ..APP_ALONE
};
const APP_ALONE: SchemaDef = named(
    "app",
    chain(&[
        traced!("a",),
        traced!("b", "a").depends_on(&["my-billing@bill1"]),
        traced!("c", "b").depends_on(&["auth@auth2"]),
    ]),
);

fn rows(database: &mut dyn Database) -> String {
    let sql = "SELECT concat(chain, '@', revision) FROM __migrate_version ORDER BY chain, revision";
    column(database, sql).join(" ")
}

const ALL: &str = "app@c auth@auth2 my-billing@bill1";

#[test]
fn targets_over_several_chains() {
    each(|database| {
        // From, command, what runs, rows after; or the words of the error.
        type Case = (
            &'static str,
            &'static str,
            Result<(&'static str, &'static str), &'static str>,
        );
        let cases: &[Case] = &[
            (
                "base",
                "upgrade head",
                Ok(("+a +auth1 +auth2 +bill1 +b +c", ALL)),
            ),
            (
                "base",
                "upgrade heads",
                Ok(("+a +auth1 +auth2 +bill1 +b +c", ALL)),
            ),
            ("base", "upgrade a", Ok(("+a", "app@a"))),
            ("base", "upgrade +1", Ok(("+a", "app@a"))),
            (
                "base",
                "upgrade b",
                Ok(("+a +auth1 +bill1 +b", "app@b auth@auth1 my-billing@bill1")),
            ),
            (
                "base",
                "upgrade auth@head",
                Ok(("+auth1 +auth2", "auth@auth2")),
            ),
            ("base", "upgrade auth@+1", Ok(("+auth1", "auth@auth1"))),
            (
                "base",
                "upgrade my-billing@bill1",
                Ok(("+auth1 +bill1", "auth@auth1 my-billing@bill1")),
            ),
            (
                "base",
                "upgrade app@head",
                Ok(("+a +auth1 +auth2 +bill1 +b +c", ALL)),
            ),
            ("b", "upgrade head", Ok(("+auth2 +c", ALL))),
            ("head", "upgrade head", Ok(("", ALL))),
            (
                "head",
                "downgrade -1",
                Ok(("-c", "app@b auth@auth2 my-billing@bill1")),
            ),
            (
                "head",
                "downgrade base",
                Ok(("-c -b -bill1 -auth2 -auth1 -a", "")),
            ),
            (
                "head",
                "downgrade app@base",
                Ok(("-c -b -a", "auth@auth2 my-billing@bill1")),
            ),
            // What stands on what goes, goes too.
            (
                "head",
                "downgrade auth@-1",
                Ok(("-c -auth2", "app@b auth@auth1 my-billing@bill1")),
            ),
            (
                "head",
                "downgrade auth@base",
                Ok(("-c -b -bill1 -auth2 -auth1", "app@a")),
            ),
            (
                "head",
                "upgrade nobody@head",
                Err("no such branch: 'nobody'"),
            ),
            (
                "head",
                "upgrade auth@b",
                Err("Can't locate revision identified by 'b'"),
            ),
        ];
        for (from, command, expected) in cases {
            database.clear();
            let mut migrator = Migrator::new(&APP);
            if *from != "base" {
                migrator.upgrade(&mut *database.session(), from).unwrap();
            }
            trace(database);
            let (verb, target) = command.split_once(' ').unwrap();
            let result = match verb {
                "upgrade" => migrator.upgrade(&mut *database.session(), target),
                _ => migrator.downgrade(&mut *database.session(), target),
            };
            let found = result
                .map(|_| (trace(database), rows(database)))
                .map_err(|error| error.to_string());
            let expected = expected
                .map(|(ran, rows)| (ran.to_owned(), rows.to_owned()))
                .map_err(str::to_owned);
            assert_eq!(found, expected, "from {from}: {command}");
        }
    });
}

#[test]
fn reports_say_whose_a_revision_is() {
    each(|database| {
        let report = Migrator::new(&APP)
            .upgrade(&mut *database.session(), "head")
            .unwrap();
        let steps: Vec<&str> = report.steps.iter().map(|step| &*step.revision).collect();
        let expected = [
            "a",
            "auth@auth1",
            "auth@auth2",
            "my-billing@bill1",
            "b",
            "c",
        ];
        assert_eq!(steps, expected);
        assert_eq!(report.to, ["c", "auth@auth2", "my-billing@bill1"]);
        let current = Migrator::new(&APP)
            .current(&mut *database.session())
            .unwrap();
        let current: Vec<_> = current
            .iter()
            .map(|revision| (revision.library.as_deref(), &*revision.id, revision.is_head))
            .collect();
        let expected = [
            (None, "c", true),
            (Some("auth"), "auth2", true),
            (Some("my-billing"), "bill1", true),
        ];
        assert_eq!(current, expected);
    });
}

/// The library has its own rows, so that it needs no application to know where the database is.
#[test]
fn a_library_finds_its_place_alone() {
    each(|database| {
        Migrator::new(&APP)
            .upgrade(&mut *database.session(), "head")
            .unwrap();
        trace(database);
        let pending = Migrator::new(&AUTH)
            .pending(&mut *database.session())
            .unwrap();
        assert!(pending.is_empty(), "{pending:?}");
    });
}

#[test]
fn a_new_revision_of_a_library_comes_before_what_needs_it() {
    each(|database| {
        const AUTH1: SchemaDef = named("auth", chain(&[traced!("x1",)]));
        const AUTH2: SchemaDef = named("auth", chain(&[traced!("x1",), traced!("x2", "x1")]));
        const OLD_OWN: SchemaDef = chain(&[traced!("a1",).depends_on(&["auth@x1"])]);
        const NEW_OWN: SchemaDef = chain(&[
            traced!("a1",).depends_on(&["auth@x1"]),
            traced!("a2", "a1").depends_on(&["auth@x2"]),
        ]);
        static OLD: SchemaDef = SchemaDef {
            include: &[AUTH1],
            ..OLD_OWN
        };
        static NEW: SchemaDef = SchemaDef {
            include: &[AUTH2],
            ..NEW_OWN
        };
        Migrator::new(&OLD)
            .upgrade(&mut *database.session(), "head")
            .unwrap();
        assert_eq!(trace(database), "+x1 +a1");
        let pending = Migrator::new(&NEW)
            .pending(&mut *database.session())
            .unwrap();
        assert_eq!(pending, ["auth@x2", "a2"]);
        Migrator::new(&NEW)
            .upgrade(&mut *database.session(), "head")
            .unwrap();
        assert_eq!(trace(database), "+x2 +a2");
        // The older application meets a revision of the library that it does not have.
        let error = Migrator::new(&OLD)
            .upgrade(&mut *database.session(), "head")
            .unwrap_err();
        assert!(error.to_string().contains("auth@x2"), "{error}");
    });
}

#[test]
fn stamps_go_to_the_chain_they_name() {
    each(|database| {
        let mut stamp = |targets: &[&str]| {
            database.clear();
            let mut migrator = Migrator::new(&APP);
            let report = migrator.stamp(&mut *database.session(), targets, false);
            report.unwrap();
            rows(database)
        };
        assert_eq!(stamp(&["head"]), ALL);
        assert_eq!(stamp(&["b"]), "app@b");
        assert_eq!(stamp(&["auth@auth1"]), "auth@auth1");
        assert_eq!(stamp(&["b", "auth@head"]), "app@b auth@auth2");
    });
}

#[test]
fn an_edited_revision_of_a_library_is_found_and_repaired() {
    each(|database| {
        let mut migrator = Migrator::new(&APP);
        migrator.upgrade(&mut *database.session(), "head").unwrap();
        run(
            database,
            "UPDATE __migrate_log SET checksum = replace(checksum, ':', ':0') WHERE chain = 'auth' AND revision = 'auth1'",
        );
        let error = migrator
            .upgrade(&mut *database.session(), "head")
            .unwrap_err();
        assert!(error.to_string().contains("auth@auth1"), "{error}");
        let repaired = migrator.repair(&mut *database.session()).unwrap();
        assert_eq!(repaired.len(), 1);
        assert!(
            migrator
                .edited(&mut *database.session())
                .unwrap()
                .is_empty()
        );
    });
}

#[test]
fn a_script_brings_every_chain_there() {
    each(|database| {
        let backend = database.session().backend();
        let script = |from, to, direction| {
            let range = Range {
                from,
                to,
                direction,
            };
            let script = Migrator::new(&APP)
                .script(range, backend, RunSteps::Refuse)
                .unwrap();
            // What is meant for the client.
            let lines = script.lines().filter(|line| !line.starts_with(['.', '\\']));
            lines.collect::<Vec<_>>().join("\n")
        };
        run(database, &script("base", "b", Upgrade));
        assert_eq!(trace(database), "+a +auth1 +bill1 +b");
        assert_eq!(rows(database), "app@b auth@auth1 my-billing@bill1");
        run(database, &script("b", "head", Upgrade));
        assert_eq!(trace(database), "+auth2 +c");
        assert_eq!(rows(database), ALL);
        run(database, &script("head", "auth@auth1", Downgrade));
        assert_eq!(trace(database), "-c -auth2");
    });
}

#[test]
fn chains_that_cannot_be_ordered_are_refused() {
    each(|database| {
        let mut refused = |schema: &SchemaDef| {
            database.clear();
            let result = Migrator::new(schema).upgrade(&mut *database.session(), "head");
            result.unwrap_err().to_string()
        };
        let unknown = |dependency: &'static [&'static str]| SchemaDef {
            include: &[AUTH],
            migrations: Box::leak(Box::new([Migration::new("a").depends_on(dependency)])),
            ..chain(&[])
        };
        assert_eq!(
            refused(&unknown(&["auth@nothing"])),
            "revision auth@nothing, which revision a depends on, is not present"
        );
        assert_eq!(
            refused(&unknown(&["nobody@auth1"])),
            "revision nobody@auth1, which revision a depends on, is not present"
        );
        const OTHER: SchemaDef = named("auth", chain(&[traced!("other",)]));
        let twice = SchemaDef {
            include: &[AUTH, OTHER],
            ..chain(&[])
        };
        assert_eq!(
            refused(&twice),
            "two schemas of this application have a chain of the name auth, and not the same one"
        );
        let own = SchemaDef {
            include: &[AUTH],
            chain: "auth",
            ..chain(&[])
        };
        assert!(refused(&own).starts_with("two schemas"));
    });
}
