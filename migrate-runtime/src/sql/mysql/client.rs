//! How an offline script speaks to `mariadb` and `mysql`.

use crate::operation::Operation;
use crate::sql::offline::Client;

pub(in crate::sql) struct MysqlClient;

impl Client for MysqlClient {
    /// The client stops at the first error. What was done by then stays done: no statement that changes
    /// the schema can be taken back.
    fn head(&self) -> &'static str {
        "\
-- Written by `cargo migrate`. Run it with:  mariadb DATABASE < SCRIPT  (or mysql)
-- It stops at the first thing that is not as it should be; what it did by then stays done.
SET SESSION sql_mode = 'STRICT_ALL_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION';
SET SESSION lock_wait_timeout = 60;
"
    }

    fn foot(&self) -> &'static str {
        ""
    }

    fn begin(&self) -> &'static str {
        "START TRANSACTION"
    }

    fn joined(&self, one: &str, other: &str) -> String {
        format!("CONCAT({one}, {other})")
    }

    fn differs(&self, found: &str, one: &str, other: &str) -> String {
        format!("SELECT {found} FROM (SELECT 1) AS one WHERE NOT ({one} <=> {other})")
    }

    /// Only a procedure can raise an error of its own, and a script should leave none behind. A subquery
    /// of two rows where there may be one is an error, too; the rows before it say what is wrong.
    fn expect(&self, query: &str, problem: &str) -> Vec<String> {
        let problem = problem.replace('\\', "\\\\").replace('\'', "''");
        vec![
            format!("SELECT '{problem}' AS problem, found.* FROM ({query}) AS found"),
            format!(
                "SELECT (SELECT 1 UNION ALL SELECT 2 FROM ({query}) AS found LIMIT 2) \
                 INTO @migrate_expects_no_row"
            ),
        ]
    }

    /// No other statement has an `IF NOT EXISTS` that both servers know.
    fn lenient(&self, _: &Operation, sql: &str) -> String {
        sql.to_owned()
    }
}
