//! What no migration knows and would be in the way: asked of the server's catalog when the plan runs.

use super::Planner;
use crate::schema::{Name, TableName};
use crate::sql::{Blame, Step};

impl Planner<'_> {
    /// Goes on only if no view, rule, trigger, policy, function, publication or generated column uses
    /// the column, whose type is to change.
    pub(super) fn expect_unused_column(
        &mut self,
        operation: usize,
        table: &TableName,
        column: &Name,
        what: &str,
    ) {
        let query = self.users_of_column(table, column, "");
        self.expect_nobody(operation, query, format!("{what} while others use it"));
    }

    /// As [`Self::expect_unused_column`], for a column that goes: no foreign key of another table may
    /// refer to it either.
    pub(super) fn expect_unreferenced_column(
        &mut self,
        operation: usize,
        table: &TableName,
        column: &Name,
    ) {
        let query = self.users_of_column(table, column, &format!(" OR {OTHERS_KEY}"));
        let problem = format!("column {table}.{column} cannot go while others use it");
        self.expect_nobody(operation, query, problem);
    }

    fn users_of_column(&self, table: &TableName, column: &Name, or: &str) -> String {
        let path = self.dialect.literal(&self.dialect.quote_table(table));
        format!(
            "SELECT DISTINCT {USER} FROM pg_catalog.pg_depend AS d \
             JOIN pg_catalog.pg_attribute AS a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid \
             WHERE d.refclassid = 'pg_catalog.pg_class'::regclass \
             AND d.refobjid = to_regclass({path}) AND a.attname = {} AND ({GENERATED} OR d.deptype = 'n' \
             AND (d.classid IN ('pg_catalog.pg_rewrite'::regclass, \
             'pg_catalog.pg_trigger'::regclass, 'pg_catalog.pg_policy'::regclass, \
             'pg_catalog.pg_proc'::regclass, 'pg_catalog.pg_publication_rel'::regclass, \
             'pg_catalog.pg_attrdef'::regclass){or})) ORDER BY 1",
            self.dialect.literal(column.as_str())
        )
    }

    /// Goes on only if nothing else uses the table: no view, no function, no policy and no foreign key
    /// of another table, no table that inherits from it, no column of its type.
    pub(super) fn expect_unused_table(&mut self, operation: usize, table: &TableName) {
        let path = self.dialect.literal(&self.dialect.quote_table(table));
        let query = format!(
            "SELECT DISTINCT {USER} FROM pg_catalog.pg_depend AS d \
             JOIN pg_catalog.pg_class AS t ON t.oid = to_regclass({path}) \
             WHERE d.deptype = 'n' \
             AND (d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid = t.oid \
             OR d.refclassid = 'pg_catalog.pg_type'::regclass \
             AND d.refobjid IN (SELECT y.oid FROM pg_catalog.pg_type AS y \
             WHERE y.oid = t.reltype OR y.typelem = t.reltype AND t.reltype <> 0)) \
             AND (d.classid = 'pg_catalog.pg_proc'::regclass \
             OR d.classid = 'pg_catalog.pg_class'::regclass AND d.objid <> t.oid \
             OR EXISTS (SELECT FROM pg_catalog.pg_rewrite AS r WHERE r.oid = d.objid \
             AND d.classid = 'pg_catalog.pg_rewrite'::regclass AND r.ev_class <> t.oid) \
             OR EXISTS (SELECT FROM pg_catalog.pg_policy AS p WHERE p.oid = d.objid \
             AND d.classid = 'pg_catalog.pg_policy'::regclass AND p.polrelid <> t.oid) \
             OR {OTHERS_KEY}) ORDER BY 1"
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
                blame: Blame::Users,
                query,
                problem,
                hint: "drop what uses it before, with a `sql` step, and create it again behind"
                    .to_owned(),
            },
        );
    }
}

/// Whether it is a generated column, as servers before 15 note it down; they drop it with what it is made of.
const GENERATED: &str = "(d.deptype = 'a' AND d.classid = 'pg_catalog.pg_class'::regclass \
    AND EXISTS (SELECT FROM pg_catalog.pg_attribute AS g WHERE g.attrelid = d.objid \
    AND d.objid = d.refobjid AND g.attnum = d.objsubid AND g.attgenerated <> ''))";

/// Whether it is a foreign key of another table.
const OTHERS_KEY: &str = "EXISTS (SELECT FROM pg_catalog.pg_constraint AS k WHERE k.oid = d.objid \
    AND d.classid = 'pg_catalog.pg_constraint'::regclass AND k.contype = 'f' \
    AND k.conrelid <> d.refobjid)";

/// The words for who depends: `view adults`, `policy own_rows on table users`, `generated column b of t`.
const USER: &str = "coalesce((SELECT CASE v.relkind WHEN 'm' THEN 'materialized view ' \
    ELSE 'view ' END || v.oid::regclass FROM pg_catalog.pg_rewrite AS w \
    JOIN pg_catalog.pg_class AS v ON v.oid = w.ev_class AND v.relkind IN ('v', 'm') \
    WHERE w.oid = d.objid AND d.classid = 'pg_catalog.pg_rewrite'::regclass), \
    (SELECT 'generated column ' || g.attname || ' of ' || g.attrelid::regclass \
    FROM pg_catalog.pg_attrdef AS f \
    JOIN pg_catalog.pg_attribute AS g ON g.attrelid = f.adrelid AND g.attnum = f.adnum \
    WHERE f.oid = d.objid AND d.classid = 'pg_catalog.pg_attrdef'::regclass), \
    (SELECT 'generated column ' || g.attname || ' of ' || g.attrelid::regclass \
    FROM pg_catalog.pg_attribute AS g WHERE d.deptype = 'a' AND g.attrelid = d.objid \
    AND d.classid = 'pg_catalog.pg_class'::regclass AND g.attnum = d.objsubid), \
    pg_catalog.pg_describe_object(d.classid, d.objid, d.objsubid))";
