//! What rows of the catalogue ask of a database on a server: rows by id go in, what does not hold comes out.

use crate::live::{Empty, Live};
use migrate_runtime::autogenerate::{
    Database, Drift, Flags, Ignore, PlanError, Request, drift, plan,
};
use migrate_runtime::diff::RenameHints;
use migrate_runtime::introspect::introspect_beside;
use migrate_runtime::schema::Schema;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// A row of the catalogue.
pub(crate) struct Row<D: 'static> {
    pub(crate) id: &'static str,
    pub(crate) check: fn(&mut Live<D>),
}

pub(crate) const fn row<D>(id: &'static str, check: fn(&mut Live<D>)) -> Row<D> {
    Row { id, check }
}

/// Each of those ids has rows, and all of them hold.
pub(crate) fn every_row_holds<D: Empty>(expected: &[&str], rows: &[&[Row<D>]]) {
    let Some(mut live) = Live::empty("") else {
        return;
    };
    let rows: Vec<&Row<D>> = rows.iter().copied().flatten().collect();
    let mut report = Vec::new();
    for id in expected {
        let checks: Vec<&&Row<D>> = rows.iter().filter(|row| row.id == *id).collect();
        if checks.is_empty() {
            report.push(format!("{id} absent"));
        }
        for row in checks {
            live.reset();
            if let Err(why) = catch_unwind(AssertUnwindSafe(|| (row.check)(&mut live))) {
                let why = (why.downcast_ref::<String>().cloned())
                    .or_else(|| why.downcast_ref::<&str>().map(|text| (*text).to_owned()));
                report.push(format!("{id} failed: {}", why.unwrap_or_default()));
            }
        }
    }
    let unknown = rows.iter().filter(|row| !expected.contains(&row.id));
    report.extend(unknown.map(|row| format!("{} is not in the list", row.id)));
    assert!(
        report.is_empty(),
        "{} of {} rows do not hold:\n{}",
        report.len(),
        expected.len(),
        report.join("\n")
    );
}

/// What a database that those statements made has, other than the chain: blocking, and on top.
pub(crate) fn found<D: Empty>(
    live: &mut Live<D>,
    sql: &str,
    chain: &Schema,
) -> (Vec<String>, Vec<String>) {
    live.reset();
    live.run(sql);
    let database = introspect_beside(&mut live.database, chain).unwrap();
    let (blocking, extra): (Vec<_>, Vec<_>) = drift(chain, &database, live.database.dialect())
        .into_iter()
        .partition(|drift| drift.blocking);
    let text = |list: Vec<Drift>| list.into_iter().map(|drift| drift.description).collect();
    (text(blocking), text(extra))
}

/// The database is what the chain says.
#[track_caller]
pub(crate) fn same<D: Empty>(live: &mut Live<D>, sql: &str, chain: &Schema) {
    let (blocking, extra) = found(live, sql, chain);
    let extra: Vec<&String> = (extra.iter())
        .filter(|text| !text.contains("is not managed"))
        .collect();
    assert!(
        blocking.is_empty() && extra.is_empty(),
        "{sql}: {blocking:?} {extra:?}"
    );
}

/// The database is not what the chain says, in the way described.
#[track_caller]
pub(crate) fn differs<D: Empty>(live: &mut Live<D>, sql: &str, chain: &Schema, expected: &str) {
    let (blocking, _) = found(live, sql, chain);
    assert!(
        blocking.iter().any(|text| text.contains(expected)),
        "{sql}: {blocking:?}"
    );
}

/// The database has something on top, which is listed and kept.
#[track_caller]
pub(crate) fn kept<D: Empty>(live: &mut Live<D>, sql: &str, chain: &Schema, expected: &str) {
    let (blocking, extra) = found(live, sql, chain);
    assert!(blocking.is_empty(), "{sql}: {blocking:?}");
    assert!(
        extra.iter().any(|text| text.contains(expected)),
        "{sql}: {extra:?}"
    );
}

/// With this pattern of `ignore` nothing of what is on top or different is found.
#[track_caller]
pub(crate) fn ignored<D: Empty>(live: &mut Live<D>, sql: &str, chain: &Schema, pattern: &str) {
    live.reset();
    live.run(sql);
    let dialect = live.database.dialect();
    let mut database = live.introspected();
    let before = drift(chain, &database, dialect);
    assert!(!before.is_empty(), "{sql}: there is nothing to ignore");
    let ignore = Ignore::parse([pattern]).unwrap();
    ignore.leave_out(&mut database, chain);
    assert_eq!(drift(chain, &database, dialect), [], "without {pattern}");
}

/// From one schema to the other, with a row where there is a table `t`, and back. The statements must
/// have those fragments, in order, and only so many.
#[track_caller]
pub(crate) fn goes<D: Empty>(live: &mut Live<D>, from: &Schema, to: &Schema, expected: &[&str]) {
    live.reset();
    live.migrate(from);
    let has_t = from.table(&"t".into()).is_some();
    if has_t {
        live.run(D::ROW_OF_T);
    }
    let done = live.migrate(to);
    let matches = done.statements.len() == expected.len()
        && (done.statements.iter().zip(expected)).all(|(sql, part)| sql.contains(part));
    assert!(
        matches,
        "expected {expected:#?}, found {:#?}",
        done.statements
    );
    live.back(&done);
    if has_t && to.table(&"t".into()).is_some() {
        assert_eq!(live.rows("SELECT count(*) FROM t"), ["1"]);
    }
}

/// A column that rows must have a value for, where there are rows: refused, and filled where told how.
pub(crate) fn a_required_column<D: Empty>(live: &mut Live<D>, chain: &Schema, models: &Schema) {
    live.migrate(chain);
    live.run(D::ROW_OF_T);
    let database = live.introspected();
    let dialect = live.database.dialect();
    let ask = |fills: &[&str]| {
        let flags = Flags {
            fills: fills.iter().map(|fill| (*fill).to_owned()).collect(),
            ..Flags::default()
        };
        let request = Request {
            chain,
            models,
            renamed_from: &RenameHints::default(),
            database: Some(Database {
                schema: &database,
                dialect,
            }),
            has_rows: &|_, column| column.is_none(),
            values_wait: true,
            flags: &flags,
        };
        plan(&request, None)
    };
    let required = PlanError::RequiredColumns(vec!["t.b".to_owned()]);
    assert_eq!(ask(&[]).unwrap_err(), required);
    let filled = ask(&["t.b='x'"]).unwrap();
    live.apply(filled.upgrade).unwrap();
    assert_eq!(live.rows("SELECT b FROM t"), ["x"]);
}
