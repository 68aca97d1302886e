//! Several chains in one database: the application's, and those of the libraries it includes.

use super::chains::{chain, column, memory, run, trace, traced};
use diesel::sqlite::SqliteConnection;
use migrate_runtime::connection::session;
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

fn rows(connection: &mut SqliteConnection) -> String {
    let sql = "SELECT chain || '@' || revision FROM __migrate_version ORDER BY chain, revision";
    column(connection, sql).join(" ")
}

const ALL: &str = "app@c auth@auth2 my-billing@bill1";

#[test]
fn targets_over_several_chains() {
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
            Err("can't locate revision identified by 'b'"),
        ),
    ];
    for (from, command, expected) in cases {
        let mut connection = memory();
        let mut migrator = Migrator::new(&APP);
        if *from != "base" {
            migrator
                .upgrade(&mut session(&mut connection), from)
                .unwrap();
        }
        trace(&mut connection);
        let (verb, target) = command.split_once(' ').unwrap();
        let result = match verb {
            "upgrade" => migrator.upgrade(&mut session(&mut connection), target),
            _ => migrator.downgrade(&mut session(&mut connection), target),
        };
        let found = result
            .map(|_| (trace(&mut connection), rows(&mut connection)))
            .map_err(|error| error.to_string());
        let expected = expected
            .map(|(ran, rows)| (ran.to_owned(), rows.to_owned()))
            .map_err(str::to_owned);
        assert_eq!(found, expected, "from {from}: {command}");
    }
}

#[test]
fn reports_say_whose_a_revision_is() {
    let mut connection = memory();
    let report = Migrator::new(&APP)
        .upgrade(&mut session(&mut connection), "head")
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
        .current(&mut session(&mut connection))
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
}

/// The library has its own rows, so that it needs no application to know where the database is.
#[test]
fn a_library_finds_its_place_alone() {
    let mut connection = memory();
    Migrator::new(&APP)
        .upgrade(&mut session(&mut connection), "head")
        .unwrap();
    trace(&mut connection);
    let pending = Migrator::new(&AUTH)
        .pending(&mut session(&mut connection))
        .unwrap();
    assert!(pending.is_empty(), "{pending:?}");
}

#[test]
fn a_new_revision_of_a_library_comes_before_what_needs_it() {
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
    let mut connection = memory();
    Migrator::new(&OLD)
        .upgrade(&mut session(&mut connection), "head")
        .unwrap();
    assert_eq!(trace(&mut connection), "+x1 +a1");
    let pending = Migrator::new(&NEW)
        .pending(&mut session(&mut connection))
        .unwrap();
    assert_eq!(pending, ["auth@x2", "a2"]);
    Migrator::new(&NEW)
        .upgrade(&mut session(&mut connection), "head")
        .unwrap();
    assert_eq!(trace(&mut connection), "+x2 +a2");
    // The older application meets a revision of the library that it does not have.
    let error = Migrator::new(&OLD)
        .upgrade(&mut session(&mut connection), "head")
        .unwrap_err();
    assert!(error.to_string().contains("auth@x2"), "{error}");
}

#[test]
fn stamps_go_to_the_chain_they_name() {
    let stamp = |targets: &[&str]| {
        let mut connection = memory();
        let mut migrator = Migrator::new(&APP);
        let report = migrator.stamp(&mut session(&mut connection), targets, false);
        report.unwrap();
        rows(&mut connection)
    };
    assert_eq!(stamp(&["head"]), ALL);
    assert_eq!(stamp(&["b"]), "app@b");
    assert_eq!(stamp(&["auth@auth1"]), "auth@auth1");
    assert_eq!(stamp(&["b", "auth@head"]), "app@b auth@auth2");
}

#[test]
fn an_edited_revision_of_a_library_is_found_and_repaired() {
    let mut connection = memory();
    let mut migrator = Migrator::new(&APP);
    migrator
        .upgrade(&mut session(&mut connection), "head")
        .unwrap();
    run(
        &mut connection,
        "UPDATE __migrate_log SET checksum = replace(checksum, ':', ':0') WHERE chain = 'auth' AND revision = 'auth1'",
    );
    let error = migrator
        .upgrade(&mut session(&mut connection), "head")
        .unwrap_err();
    assert!(error.to_string().contains("auth@auth1"), "{error}");
    let repaired = migrator.repair(&mut session(&mut connection)).unwrap();
    assert_eq!(repaired.len(), 1);
    assert!(
        migrator
            .edited(&mut session(&mut connection))
            .unwrap()
            .is_empty()
    );
}

#[test]
fn a_script_brings_every_chain_there() {
    let script = |from, to, direction| {
        let range = Range {
            from,
            to,
            direction,
        };
        let script = Migrator::new(&APP)
            .script(range, Sqlite, RunSteps::Refuse)
            .unwrap();
        // What is meant for the client.
        let lines = script.lines().filter(|line| !line.starts_with('.'));
        lines.collect::<Vec<_>>().join("\n")
    };
    let mut connection = memory();
    run(&mut connection, &script("base", "b", Upgrade));
    assert_eq!(trace(&mut connection), "+a +auth1 +bill1 +b");
    assert_eq!(rows(&mut connection), "app@b auth@auth1 my-billing@bill1");
    run(&mut connection, &script("b", "head", Upgrade));
    assert_eq!(trace(&mut connection), "+auth2 +c");
    assert_eq!(rows(&mut connection), ALL);
    run(&mut connection, &script("head", "auth@auth1", Downgrade));
    assert_eq!(trace(&mut connection), "-c -auth2");
}

#[test]
fn chains_that_cannot_be_ordered_are_refused() {
    let refused = |schema: &SchemaDef| {
        let mut connection = memory();
        let result = Migrator::new(schema).upgrade(&mut session(&mut connection), "head");
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
}
