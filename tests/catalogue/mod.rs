//! The catalogue of autogenerate cases: what a tool must make of one schema before and one after.
//!
//! Each row has an id and checks the outcome that its "expected" column names. The runner prints what
//! passed, failed and is absent, by id; a failed or absent one fails the test.

mod columns;
mod defaults;
mod graph;
mod indexes;
mod keys;
mod live;
mod rebuild;
#[cfg(unix)]
pub(crate) mod server;
pub(crate) mod support;
mod tables;

use std::panic::{AssertUnwindSafe, catch_unwind};

pub(crate) use tables::two_models_of_one_table;

/// A row of the catalogue.
struct Row {
    id: &'static str,
    check: fn(),
}

const fn row(id: &'static str, check: fn()) -> Row {
    Row { id, check }
}

/// The rows for all databases: each kind has them.
pub(crate) const OF_ALL: &[&str] = &[
    "T02", "T07", "T10", "T11", "T15", "T16", "T36", "T37", "T39", "T44", "Y10", "Y11", "Y63",
    "Y64", "D69", "G02", "G06", "P03", "P04", "K03", "K06", "K08", "K09", "I04", "I05", "I10",
    "I15", "I16", "I19", "I72", "F02", "F05", "F08", "F09", "F10", "F24", "F26",
];

/// The rows for SQLite.
const OF_SQLITE: &[&str] = &[
    "T31", "Y60", "Y61", "D59", "D61", "D62", "D63", "D64", "D65", "G01", "G04", "C06", "P02",
    "P08", "K01", "I13", "I65", "I66", "I68", "I69", "I70", "I71", "F27", "F28", "F29", "F30",
    "F31", "F32", "B01", "B02", "B03", "B04", "B06", "B07", "B08", "B10", "B11", "B15", "B16",
    "B17", "B18", "B19", "B22", "B23", "B25", "B27",
];

#[test]
fn every_row_of_the_catalogue_holds() {
    let rows: Vec<&Row> = [
        tables::ROWS,
        columns::ROWS,
        defaults::ROWS,
        indexes::ROWS,
        keys::ROWS,
        rebuild::ROWS,
    ]
    .into_iter()
    .flatten()
    .collect();
    let mut report = Vec::new();
    let mut passed = Vec::new();
    let expected: Vec<&str> = [OF_ALL, OF_SQLITE].concat();
    for id in &expected {
        let checks: Vec<&&Row> = rows.iter().filter(|row| row.id == *id).collect();
        if checks.is_empty() {
            report.push(format!("{id} absent"));
        }
        for row in checks {
            match catch_unwind(AssertUnwindSafe(row.check)) {
                Ok(()) => passed.push(*id),
                Err(why) => {
                    let why = why.downcast_ref::<String>().cloned().unwrap_or_default();
                    report.push(format!("{id} failed: {why}"));
                }
            }
        }
    }
    let unknown = rows.iter().filter(|row| !expected.contains(&row.id));
    report.extend(unknown.map(|row| format!("{} is not in the list", row.id)));
    assert!(
        report.is_empty(),
        "{} of {} rows do not hold:\n{}\npassed: {}",
        report.len(),
        expected.len(),
        report.join("\n"),
        passed.join(" ")
    );
}
