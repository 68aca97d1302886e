//! How an offline script speaks to `psql`.

use crate::dialect::{Dialect, Postgres};
use crate::operation::Operation;
use crate::sql::offline::Client;

pub(in crate::sql) struct Psql;

impl Client for Psql {
    fn head(&self) -> &'static str {
        "\
-- Written by `cargo migrate`. Run it with:  psql -X -f SCRIPT DATABASE
-- It stops at the first thing that is not as it should be; what it began is then rolled back.
\\set ON_ERROR_STOP on
SET client_min_messages = warning;
SET standard_conforming_strings = on;
"
    }

    fn foot(&self) -> &'static str {
        ""
    }

    fn begin(&self) -> &'static str {
        "BEGIN"
    }

    fn differs(&self, found: &str, one: &str, other: &str) -> String {
        format!("SELECT {found} WHERE {one} IS DISTINCT FROM {other}")
    }

    /// An error of the server's own says what is wrong, so `psql` stops and prints it.
    fn expect(&self, query: &str, problem: &str) -> Vec<String> {
        let body = format!(
            "DECLARE found text := (SELECT string_agg(coalesce(problem, ''), ', ') FROM ({query}) AS found (problem)); \
             BEGIN IF found IS NOT NULL THEN RAISE EXCEPTION USING MESSAGE = {} || found; END IF; END",
            Postgres.literal(&format!("{problem}: "))
        );
        vec![format!("DO {}", Postgres.literal(&body))]
    }

    /// Statements that have no `IF NOT EXISTS` of their own.
    fn lenient(&self, operation: &Operation, sql: &str) -> String {
        let may_be_there = match operation {
            Operation::CreateEnum { .. } => sql.starts_with("CREATE TYPE "),
            Operation::AddUnique { .. }
            | Operation::AddCheck { .. }
            | Operation::AddForeignKey { .. } => sql.contains(" ADD "),
            _ => false,
        };
        if !(operation.adopts() && may_be_there) {
            return sql.to_owned();
        }
        // A unique constraint is a relation, too.
        let body = format!(
            "BEGIN {sql}; EXCEPTION WHEN duplicate_object OR duplicate_table THEN NULL; END"
        );
        format!("DO {}", Postgres.literal(&body))
    }
}
