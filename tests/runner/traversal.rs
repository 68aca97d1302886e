//! Sections 8 and 9 of the catalogue of cases: which migrations run, and what rows are left.

use super::chains::{BRANCHED, LINEAR, MERGED, rows, run, trace};
use crate::databases::{Database, each};
use migrate_runtime::model::SchemaDef;
use migrate_runtime::runner::{Direction, Migrator, Range, RunError};
use migrate_runtime::sql::offline::RunSteps;

/// A case: chain, rows before, command, what runs, rows after; or the words of the error.
struct Case(
    &'static str,
    &'static SchemaDef,
    &'static [&'static str],
    &'static str,
    Result<(&'static str, &'static str), &'static str>,
);

fn cases() -> Vec<Case> {
    vec![
        Case("R01", &LINEAR, &[], "upgrade c", Ok(("+a +b +c", "c"))),
        Case("R02", &LINEAR, &["c"], "upgrade e", Ok(("+d +e", "e"))),
        Case("R03", &LINEAR, &["a"], "upgrade +1", Ok(("+b", "b"))),
        Case("R03", &LINEAR, &["a"], "upgrade +2", Ok(("+b +c", "c"))),
        Case("R04", &LINEAR, &["b"], "upgrade +3", Ok(("+c +d +e", "e"))),
        Case(
            "R08",
            &LINEAR,
            &["b"],
            "upgrade +5",
            Err("relative revision +5 didn't produce 5 migrations, only 3"),
        ),
        Case("R09", &LINEAR, &["e"], "downgrade c", Ok(("-e -d", "c"))),
        Case(
            "R10",
            &LINEAR,
            &["c"],
            "downgrade base",
            Ok(("-c -b -a", "")),
        ),
        Case(
            "R12",
            &LINEAR,
            &["e"],
            "downgrade -3",
            Ok(("-e -d -c", "b")),
        ),
        Case("R13", &LINEAR, &["d"], "downgrade a+2", Ok(("-d", "c"))),
        Case(
            "R14",
            &LINEAR,
            &["d"],
            "downgrade c-2",
            Ok(("-d -c -b", "a")),
        ),
        Case(
            "R15",
            &LINEAR,
            &["b"],
            "downgrade -5",
            Err("relative revision -5 didn't produce 5 migrations, only 2"),
        ),
        Case(
            "R15",
            &LINEAR,
            &["b"],
            "downgrade +2",
            Err("'+2' is not a direction for downgrade"),
        ),
        Case("R16", &LINEAR, &[], "downgrade base", Ok(("", ""))),
        Case("R17", &LINEAR, &["a"], "downgrade a", Ok(("", "a"))),
        Case("R17", &LINEAR, &["e"], "downgrade e", Ok(("", "e"))),
        Case(
            "R18",
            &LINEAR,
            &[],
            "downgrade b",
            Err(
                "destination b is not a valid downgrade target from current head(s) (none: nothing is applied)",
            ),
        ),
        Case("R21", &LINEAR, &["e"], "upgrade head", Ok(("", "e"))),
        Case("R22", &LINEAR, &["c"], "upgrade a", Ok(("", "c"))),
        Case(
            "R24",
            &LINEAR,
            &[],
            "upgrade a:c",
            Err("range a:c is not allowed here"),
        ),
        Case(
            "R30",
            &BRANCHED,
            &["b"],
            "upgrade d1",
            Ok(("+c1 +d1", "d1")),
        ),
        Case(
            "R31",
            &BRANCHED,
            &["a"],
            "upgrade heads",
            Ok(("+b +c1 +c2 +d1 +d2", "d1 d2")),
        ),
        Case(
            "R32",
            &BRANCHED,
            &["a"],
            "upgrade head",
            Err("Multiple head revisions are present for given argument 'head': d1, d2"),
        ),
        Case(
            "R38",
            &BRANCHED,
            &["d1", "d2"],
            "downgrade a",
            Ok(("-d2 -d1 -c2 -c1 -b", "a")),
        ),
        Case(
            "R42",
            &BRANCHED,
            &["d1", "d2"],
            "downgrade -1",
            Err("'-1' is ambiguous: the database is at d1, d2"),
        ),
        Case(
            "R49",
            &BRANCHED,
            &["d1", "c2"],
            "downgrade c2",
            Ok(("", "c2 d1")),
        ),
        Case(
            "R49",
            &BRANCHED,
            &["d1", "c2"],
            "downgrade d1",
            Ok(("", "c2 d1")),
        ),
        Case("R50", &BRANCHED, &["d1", "c2"], "stamp b", Ok(("", "b"))),
        Case(
            "R40",
            &BRANCHED,
            &["d1", "d2"],
            "downgrade c2branch@base+2",
            Ok(("-d2 -c2", "d1")),
        ),
        Case(
            "R43",
            &BRANCHED,
            &["d1", "d2"],
            "downgrade c1branch@-1",
            Ok(("-d1", "c1 d2")),
        ),
        Case(
            "R51",
            &BRANCHED,
            &["d1", "c2"],
            "stamp c1branch@base",
            Ok(("", "c2")),
        ),
        Case(
            "R52",
            &BRANCHED,
            &["d1", "c2"],
            "stamp c2branch@head",
            Ok(("", "d1 d2")),
        ),
        Case(
            "R55",
            &MERGED,
            &["f"],
            "downgrade b",
            Ok(("-f -d2 -d1 -c2 -c1", "b")),
        ),
        Case("R57", &MERGED, &["e"], "stamp c2", Ok(("", "c2"))),
        Case("R57", &MERGED, &["e"], "stamp a", Ok(("", "a"))),
        Case(
            "N03",
            &LINEAR,
            &[],
            "upgrade z",
            Err("Can't locate revision identified by 'z'"),
        ),
        Case(
            "N03",
            &BRANCHED,
            &[],
            "upgrade c",
            Err("Multiple revisions start with 'c': c1, c2"),
        ),
    ]
}

#[test]
fn traversal_of_the_catalogue() {
    each(|database| {
        let mut wrong = Vec::new();
        for Case(id, schema, before, command, expected) in cases() {
            database.clear();
            run(
                database,
                "CREATE TABLE trace (at INTEGER PRIMARY KEY, step TEXT)",
            );
            let mut migrator = Migrator::new(schema);
            migrator
                .stamp(&mut *database.session(), before, false)
                .unwrap();
            let (verb, target) = command.split_once(' ').unwrap();
            let result = match verb {
                "upgrade" => migrator.upgrade(&mut *database.session(), target),
                "downgrade" => migrator.downgrade(&mut *database.session(), target),
                _ => migrator.stamp(&mut *database.session(), &[target], false),
            };
            let got = match &result {
                Ok(report) => {
                    let at = rows(database);
                    assert_eq!(report.to.join(" "), at, "{id} {command}: the report");
                    Ok((trace(database), at))
                }
                Err(error) => {
                    let mut left: Vec<&str> = rows_before(before);
                    left.sort_unstable();
                    assert_eq!(rows(database), left.join(" "), "{id} {command}");
                    assert_eq!(trace(database), "", "{id} {command}");
                    Err(error.to_string())
                }
            };
            let expected = expected
                .map(|(ran, at)| (ran.to_owned(), at.to_owned()))
                .map_err(str::to_owned);
            if got != expected {
                wrong.push(format!(
                    "{id} {before:?} {command}: {got:?}, expected {expected:?}"
                ));
            }
        }
        assert!(wrong.is_empty(), "{wrong:#?}");
    });
}

fn rows_before(before: &[&'static str]) -> Vec<&'static str> {
    before.to_vec()
}

/// A script of a part: where it begins nothing is made again, and without a part `downgrade` undoes the head.
#[test]
fn r25_r26_r27_scripts_of_a_part() {
    each(|database| {
        run(
            database,
            "CREATE TABLE trace (at INTEGER PRIMARY KEY, step TEXT)",
        );
        let backend = database.session().backend();
        let script = |from, to, direction| {
            let range = Range {
                from,
                to,
                direction,
            };
            let script = Migrator::new(&LINEAR).script(range, backend, RunSteps::Refuse);
            let script = script.unwrap();
            // What is meant for the client.
            let lines = script.lines().filter(|line| !line.starts_with(['.', '\\']));
            lines.collect::<Vec<_>>().join("\n")
        };
        let first = script("base", "a", Direction::Upgrade);
        assert!(first.contains("CREATE TABLE"), "{first}");
        run(database, &first);
        assert_eq!((trace(database), rows(database)), ("+a".into(), "a".into()));
        let part = script("a", "c", Direction::Upgrade);
        assert!(!part.contains("'+a'") && !part.contains("'+d'"), "{part}");
        run(database, &part);
        assert_eq!(
            (trace(database), rows(database)),
            ("+b +c".into(), "c".into())
        );
        run(database, &script("c", "head", Direction::Upgrade));
        run(database, &script("head", "-1", Direction::Downgrade));
        assert_eq!(rows(database), "d");
        assert_eq!(trace(database), "+d +e -e");
    });
}

#[test]
fn v01_current_creates_nothing() {
    each(|database| {
        let current = Migrator::new(&LINEAR)
            .current(&mut *database.session())
            .unwrap();
        assert_eq!(current, []);
        let pending = Migrator::new(&LINEAR)
            .pending(&mut *database.session())
            .unwrap();
        assert_eq!(pending, ["a", "b", "c", "d", "e"]);
        let tables = database.tables();
        assert_eq!(tables, [""; 0]);
    });
}

#[test]
fn v06_table_names_are_the_callers() {
    each(|database| {
        use migrate_runtime::runner::HistoryTables;
        use migrate_runtime::schema::TableName;
        let tables = HistoryTables {
            version: TableName::new("app's \"version\""),
            log: TableName::new("log of changes"),
        };
        let mut migrator = Migrator::new(&LINEAR).tables(tables);
        migrator.upgrade(&mut *database.session(), "b").unwrap();
        let current = migrator.current(&mut *database.session()).unwrap();
        assert_eq!(current[0].id, "b");
        let found = database.tables();
        assert_eq!(found, ["app's \"version\"", "log of changes", "trace"]);
    });
}

#[test]
fn v08_rows_that_contradict_each_other() {
    each(|database| {
        let mut migrator = Migrator::new(&LINEAR);
        migrator.upgrade(&mut *database.session(), "c").unwrap();
        run(
            database,
            "INSERT INTO __migrate_version (chain, revision) VALUES ('tests', 'a')",
        );
        let error = migrator
            .upgrade(&mut *database.session(), "head")
            .unwrap_err();
        assert!(
            matches!(&error, RunError::Inconsistent { above, below } if above == "c" && below == "a")
        );
        migrator
            .stamp(&mut *database.session(), &["c"], true)
            .unwrap();
        assert_eq!(rows(database), "c");
        // `stamp` never makes such rows itself.
        let error = migrator
            .stamp(&mut *database.session(), &["a", "b"], false)
            .unwrap_err();
        assert!(matches!(error, RunError::Graph(_)), "{error}");
        assert_eq!(rows(database), "c");
    });
}

#[test]
fn v05_a_version_table_that_lost_its_key() {
    each(|database| {
        run(
            database,
            "CREATE TABLE __migrate_version (chain TEXT, revision TEXT);
         INSERT INTO __migrate_version VALUES ('tests', 'a'), ('tests', 'a')",
        );
        let error = Migrator::new(&LINEAR)
            .upgrade(&mut *database.session(), "head")
            .unwrap_err();
        assert_eq!(
            error.to_string(),
            "the version table holds a more than once; it has lost its primary key"
        );
    });
}

#[test]
fn chains_share_a_database() {
    each(|database| {
        static OTHER: SchemaDef = SchemaDef {
            chain: "other",
            ..LINEAR_COPY
        };
        const LINEAR_COPY: SchemaDef = super::chains::chain(&[]);
        let mut migrator = Migrator::new(&LINEAR);
        migrator.upgrade(&mut *database.session(), "b").unwrap();
        let other = Migrator::new(&OTHER)
            .current(&mut *database.session())
            .unwrap();
        assert_eq!(other, []);
    });
}

/// V10: the rows are those of all that is named, and nothing else is done.
#[test]
fn v10_several_are_stamped_at_once() {
    each(|database| {
        let mut migrator = Migrator::new(&BRANCHED);
        migrator.ensure_version(&mut *database.session()).unwrap();
        assert_eq!(rows(database), "");
        let mut stamp = |database: &mut dyn Database, targets: &[&str]| {
            let report = migrator.stamp(&mut *database.session(), targets, false);
            let said = report.map(|report| report.to.join(" "));
            (said.map_err(|error| error.to_string()), rows(database))
        };
        for targets in [["c1", "d2"], ["d2", "c1"]] {
            assert_eq!(
                stamp(database, &targets),
                (Ok("c1 d2".to_owned()), "c1 d2".to_owned())
            );
        }
        let (said, rows) = stamp(database, &["b", "d1"]);
        assert!(said.unwrap_err().contains("overlaps"));
        assert_eq!(rows, "c1 d2");
        assert_eq!(stamp(database, &["heads"]).1, "d1 d2");
        assert_eq!(trace(database), "");
    });
}
