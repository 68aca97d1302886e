//! What no migration knows and would be in the way: asked of the server's catalog when the plan runs.

use super::Planner;
use crate::schema::{Name, TableName};
use crate::sql::Step;

impl Planner<'_> {
    /// Goes on only if no view, rule, trigger, policy, function or publication uses the column.
    pub(super) fn expect_unused_column(
        &mut self,
        operation: usize,
        table: &TableName,
        column: &Name,
        what: &str,
    ) {
        let path = self.dialect.literal(&self.dialect.quote_table(table));
        let query = format!(
            "SELECT DISTINCT {USER} FROM pg_catalog.pg_depend AS d \
             JOIN pg_catalog.pg_attribute AS a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid \
             WHERE d.refclassid = 'pg_catalog.pg_class'::regclass \
             AND d.refobjid = to_regclass({path}) AND a.attname = {} AND d.deptype = 'n' \
             AND d.classid IN ('pg_catalog.pg_rewrite'::regclass, \
             'pg_catalog.pg_trigger'::regclass, 'pg_catalog.pg_policy'::regclass, \
             'pg_catalog.pg_proc'::regclass, 'pg_catalog.pg_publication_rel'::regclass) ORDER BY 1",
            self.dialect.literal(column.as_str())
        );
        self.expect_nobody(operation, query, format!("{what} while others use it"));
    }

    /// Goes on only if no view uses the table.
    pub(super) fn expect_unused_table(&mut self, operation: usize, table: &TableName) {
        let path = self.dialect.literal(&self.dialect.quote_table(table));
        let query = format!(
            "SELECT DISTINCT {USER} FROM pg_catalog.pg_depend AS d \
             JOIN pg_catalog.pg_rewrite AS r ON r.oid = d.objid AND r.ev_class <> d.refobjid \
             WHERE d.classid = 'pg_catalog.pg_rewrite'::regclass \
             AND d.refclassid = 'pg_catalog.pg_class'::regclass \
             AND d.refobjid = to_regclass({path}) ORDER BY 1"
        );
        self.expect_nobody(
            operation,
            query,
            format!("table {table} cannot go while others use it"),
        );
    }

    fn expect_nobody(&mut self, operation: usize, query: String, problem: String) {
        self.push(
            operation,
            Step::Expect {
                query,
                problem,
                hint: "drop what uses it before, with a `sql` step, and create it again behind"
                    .to_owned(),
            },
        );
    }
}

/// The words for who depends: `view adults`, `policy own_rows on table users`.
const USER: &str = "coalesce((SELECT CASE v.relkind WHEN 'm' THEN 'materialized view ' \
    ELSE 'view ' END || v.oid::regclass FROM pg_catalog.pg_rewrite AS w \
    JOIN pg_catalog.pg_class AS v ON v.oid = w.ev_class AND v.relkind IN ('v', 'm') \
    WHERE w.oid = d.objid AND d.classid = 'pg_catalog.pg_rewrite'::regclass), \
    pg_catalog.pg_describe_object(d.classid, d.objid, d.objsubid))";
