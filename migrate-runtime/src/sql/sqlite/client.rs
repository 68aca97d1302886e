//! How an offline script speaks to the `sqlite3` shell.

use crate::dialect::{Dialect, Sqlite};
use crate::operation::Operation;
use crate::sql::offline::Client;

pub(in crate::sql) struct Sqlite3;

impl Client for Sqlite3 {
    fn head(&self) -> &'static str {
        "\
-- Written by `cargo migrate`. Run it with:  sqlite3 -bail DATABASE < SCRIPT
-- It stops at the first thing that is not as it should be; what it began is then rolled back.
.bail on
.timeout 5000
CREATE TEMP TABLE __migrate_guard (problem TEXT CONSTRAINT \"stopped, see the line above\" CHECK (problem IS NULL));
"
    }

    fn foot(&self) -> &'static str {
        "\nDROP TABLE temp.__migrate_guard;\n"
    }

    fn begin(&self) -> &'static str {
        "BEGIN IMMEDIATE"
    }

    fn differs(&self, found: &str, one: &str, other: &str) -> String {
        format!("SELECT {found} WHERE {one} IS NOT {other}")
    }

    fn expect(&self, query: &str, problem: &str) -> Vec<String> {
        let problem = Sqlite.literal(&format!("{problem}: "));
        vec![
            format!("WITH found (problem) AS ({query}) SELECT {problem} || problem FROM found"),
            format!(
                "INSERT INTO temp.__migrate_guard WITH found (problem) AS ({query}) \
                 SELECT coalesce(problem, '') FROM found"
            ),
        ]
    }

    fn lenient(&self, operation: &Operation, sql: &str) -> String {
        let words: &[&str] = match operation {
            Operation::CreateTable {
                if_not_exists: true,
                ..
            }
            | Operation::CreateIndex {
                if_not_exists: true,
                ..
            } => &["CREATE TABLE ", "CREATE INDEX ", "CREATE UNIQUE INDEX "],
            _ => &[],
        };
        for word in words {
            if let Some(rest) = sql.strip_prefix(word) {
                return format!("{word}IF NOT EXISTS {rest}");
            }
        }
        sql.to_owned()
    }
}
