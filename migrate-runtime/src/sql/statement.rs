//! What rendering hands to whoever runs it: steps in order, and what must hold around them.
//!
//! A plan is plain data. The runner and the offline script obey the same plan, each in its own way;
//! nothing in here knows a connection.
//!
//! How a [`Plan`] is run:
//!
//! 1. For each [`Setting`] of `settings`, *before* the transaction begins: run `read` and remember the
//!    one value it returns; run `set`; run `read` again and refuse to go on unless it returns
//!    `expected`. (`PRAGMA foreign_keys` is silently ignored inside a transaction, hence both.)
//! 2. Begin the transaction if `transactional`. On SQLite that is `BEGIN IMMEDIATE`.
//! 3. Obey the steps in order; see [`Step`]. The first one that fails ends the plan: roll back.
//! 4. Record the revision, commit.
//! 5. Whatever happened, put back each setting: `set_to` with the value remembered in 1.

use crate::schema::{Schema, TableName};

/// What the name of a table begins with that takes the place of another when the plan is through.
pub const TEMPORARY: &str = "__migrate_new_";

/// Everything that a list of operations comes to on one database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// The steps, in order.
    pub statements: Vec<Statement>,
    /// What must be set on the connection before the transaction begins, and put back at the end.
    pub settings: Vec<Setting>,
    /// Whether all steps belong into one transaction.
    pub transactional: bool,
    /// What the database holds afterwards, stored statements included: the `before` of the next plan.
    pub after: Schema,
    /// Whether `after` is all there is to know. Not so behind a `run` step or raw SQL, which may have
    /// done anything: introspect again before the next plan is made.
    pub after_is_exact: bool,
}

impl Plan {
    /// Whether foreign keys must be off around the transaction: a table is rebuilt or dropped, and
    /// dropping one deletes its rows, with all that other tables' keys do then.
    pub fn needs_foreign_keys_off(&self) -> bool {
        self.settings
            .iter()
            .any(|setting| setting.name == "foreign_keys")
    }
}

/// A step and the operation it comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// The index of the operation; of the first one, where several became one step.
    pub operation: usize,
    /// What to do.
    pub step: Step,
}

impl Statement {
    /// The SQL of the step, without a semicolon at its end; empty for a step without one.
    pub fn sql(&self) -> &str {
        match &self.step {
            Step::Sql(sql)
            | Step::Online(Online { sql, .. })
            | Step::Query { sql, .. }
            | Step::Each { query: sql }
            | Step::Compiles { query: sql, .. }
            | Step::Expect { query: sql, .. } => sql,
            Step::Run { .. } | Step::Skip { .. } => "",
        }
    }
}

/// What to do.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Step {
    /// Run this. It is one statement, except where a person wrote the text (`sql`), which may hold
    /// several and ends as its author ended it.
    Sql(String),
    /// Change a table that others use.
    Online(Online),
    /// Run this; its result does not matter. A pragma that answers with a row, for instance.
    Query {
        /// The statement.
        sql: String,
    },
    /// Run this query, then each text that it returns, as a statement, in their order.
    Each {
        /// The query; it returns one column of text.
        query: String,
    },
    /// Run this query and go on only if it returns no row. It never changes anything.
    Expect {
        /// The query. Its rows say what is in the way, in one column of text.
        query: String,
        /// What is wrong if a row comes back: one sentence, lower case, no final period.
        problem: String,
        /// What to do about it.
        hint: String,
        /// What that is to be done to.
        blame: Blame,
    },
    /// Run this query and go on only if each text that it returns could run as a statement: all that it
    /// names is there. Nothing is run, and nothing changed.
    Compiles {
        /// The query; it returns one column of text.
        query: String,
        /// What is wrong if one could not; the database says why.
        problem: String,
        /// What to do about it.
        hint: String,
    },
    /// Call the function of that name of the migration file.
    Run {
        /// The name.
        name: String,
    },
    /// Nothing is to be done; say why in the log.
    Skip {
        /// Why, as a sentence without final period: `index a_idx exists`.
        reason: String,
    },
}

/// What has to change where an expectation is not met.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Blame {
    /// The rows.
    Rows,
    /// What the migration says, or what else there is in the database.
    Migration,
    /// What uses what changes, and no migration made: a view, a policy.
    Users,
    /// The server, which has not what the migration says; its answer is the same before the migration is written.
    Server,
}

impl Step {
    /// Whether it does something to the database, and does not only look.
    pub const fn changes_something(&self) -> bool {
        match self {
            Self::Sql(_)
            | Self::Online(_)
            | Self::Query { .. }
            | Self::Each { .. }
            | Self::Run { .. } => true,
            Self::Expect { .. } | Self::Compiles { .. } | Self::Skip { .. } => false,
        }
    }
}

/// A change of a table that others use, where a server says beforehand what it can do without keeping them
/// from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Online {
    /// The statement, without a word on how.
    pub sql: String,
    /// How, best first: it is run in the first way that the server does not refuse.
    pub ways: &'static [&'static str],
    /// The table.
    pub table: TableName,
    /// A query that returns how big the table is, and no row where it is small. Where all ways are refused,
    /// the statement is run in whatever way there is: on a small table, or where somebody allowed it.
    pub big: String,
}

impl Online {
    /// The statement as it is run in a way.
    pub fn in_way(&self, way: &str) -> String {
        format!("{}, {way}", self.sql)
    }
}

/// A setting of the connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Setting {
    /// Its name.
    pub name: &'static str,
    /// The query that returns its value.
    pub read: &'static str,
    /// The statement that sets it for this plan.
    pub set: &'static str,
    /// What `read` must return then.
    pub expected: &'static str,
    /// The statement that sets any value, up to the value.
    pub set_to: &'static str,
}
