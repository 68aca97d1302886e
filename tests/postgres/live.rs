//! A database with rows that goes from one schema to another and back.

use super::server::Database;
use migrate_runtime::autogenerate::drift;
use migrate_runtime::connection::{Row, Session};
use migrate_runtime::dialect::{Dialect, Postgres};
use migrate_runtime::diff::{RenameHints, diff};
use migrate_runtime::introspect::introspect;
use migrate_runtime::operation::{Operation, apply_all, describe, inverse_all};
use migrate_runtime::schema::Schema;
use migrate_runtime::sql::{Plan, Step, overlay, plan};

/// A database and the chain that it is at.
pub(super) struct Live {
    pub(super) database: Database,
    chain: Schema,
}

/// What a migration did.
pub(super) struct Done {
    operations: Vec<Operation>,
    from: Schema,
    before: Schema,
    /// The statements that were run.
    pub(super) statements: Vec<String>,
}

impl Live {
    /// A database that these statements made, and nothing of a chain; `None` without a server.
    pub(super) fn empty(setup: &str) -> Option<Self> {
        let mut database = Database::new()?;
        database.batch(setup).unwrap();
        Some(Self {
            database,
            chain: Schema::new(),
        })
    }

    /// A database that the chain created, with rows.
    pub(super) fn new(chain: &Schema, rows: &str) -> Option<Self> {
        let mut live = Self::empty("")?;
        live.migrate(chain);
        live.run(rows);
        Some(live)
    }

    /// Takes everything away.
    pub(super) fn reset(&mut self) {
        self.chain = Schema::new();
        self.run(
            "DROP SCHEMA IF EXISTS s2 CASCADE; DROP SCHEMA public CASCADE; CREATE SCHEMA public",
        );
    }

    pub(super) fn run(&mut self, sql: &str) {
        self.database
            .batch(sql)
            .unwrap_or_else(|error| panic!("{error}: {sql}"));
    }

    /// The rows of a query, columns joined by `|`.
    pub(super) fn rows(&mut self, query: &str) -> Vec<String> {
        let rows = self.database.query(query).unwrap();
        let text = |row: &Row| {
            let columns = (0..row.0.len()).map(|at| row.text(at));
            let texts: Vec<String> = columns
                .map(|text| text.unwrap_or_else(|| "NULL".to_owned()))
                .collect();
            texts.join("|")
        };
        rows.iter().map(text).collect()
    }

    /// The server's: 15.
    pub(super) fn version(&mut self) -> u32 {
        self.rows("SELECT current_setting('server_version_num')::int / 10000")[0]
            .parse()
            .unwrap()
    }

    pub(super) fn introspected(&mut self) -> Schema {
        introspect(&mut self.database).unwrap()
    }

    /// Goes on to those models; the second diff is empty.
    pub(super) fn migrate(&mut self, models: &Schema) -> Done {
        self.migrate_with(models, &RenameHints::default())
    }

    pub(super) fn migrate_with(&mut self, models: &Schema, hints: &RenameHints) -> Done {
        let operations = diff(&self.chain, models, hints);
        self.apply(operations).unwrap_or_else(|why| panic!("{why}"))
    }

    /// Runs operations; the database then is what the chain says.
    pub(super) fn apply(&mut self, operations: Vec<Operation>) -> Result<Done, String> {
        let (from, before) = (self.chain.clone(), self.introspected());
        let held = overlay(&from, &before, &Postgres);
        let plan = plan(&operations, &held, &Postgres).map_err(|error| error.to_string())?;
        let statements = execute(&mut self.database, &plan)?;
        apply_all(&mut self.chain, &operations).map_err(|error| error.to_string())?;
        self.assert_no_drift(&statements);
        Ok(Done {
            operations,
            from,
            before,
            statements,
        })
    }

    /// Goes back; the database then is as before, with all that hangs on it.
    pub(super) fn back(&mut self, done: &Done) {
        let downgrade = inverse_all(&done.operations, &done.from).unwrap();
        self.apply(downgrade)
            .unwrap_or_else(|why| panic!("on the way back: {why}"));
        let (before, after) = (&done.before, &self.introspected());
        let rest = diff(
            &comparable(before),
            &comparable(after),
            &RenameHints::default(),
        );
        let rest: Vec<String> = rest.iter().map(describe).collect();
        assert!(rest.is_empty(), "the way back left: {}", rest.join("; "));
        assert_eq!(before.attached, after.attached);
    }

    /// The database is at that chain now, whatever it was.
    pub(super) fn forget(&mut self, chain: &Schema) {
        self.chain = chain.clone();
    }

    /// The database is what that chain says.
    pub(super) fn assert_holds(&mut self, chain: &Schema) {
        self.forget(chain);
        self.assert_no_drift(&[]);
    }

    fn assert_no_drift(&mut self, statements: &[String]) {
        let database = self.introspected();
        let found = drift(&self.chain, &database, &Postgres);
        let blocking: Vec<&str> = (found.iter())
            .filter(|drift| drift.blocking)
            .map(|drift| drift.description.as_str())
            .collect();
        assert!(
            blocking.is_empty(),
            "the second diff is not empty: {}\n{}",
            blocking.join("; "),
            statements.join(";\n")
        );
    }
}

pub(super) fn comparable(schema: &Schema) -> Schema {
    Postgres.normalize(&Postgres.physical(schema))
}

/// Obeys a plan, as the runner does.
fn execute(session: &mut dyn Session, plan: &Plan) -> Result<Vec<String>, String> {
    if !plan.transactional {
        return steps(session, plan);
    }
    session.batch("BEGIN").unwrap();
    let result = steps(session, plan);
    let end = if result.is_ok() { "COMMIT" } else { "ROLLBACK" };
    session.batch(end).map_err(|error| error.to_string())?;
    result
}

fn steps(session: &mut dyn Session, plan: &Plan) -> Result<Vec<String>, String> {
    let mut run = Vec::new();
    for statement in &plan.statements {
        match &statement.step {
            Step::Sql(sql) | Step::Query { sql } => {
                let done = session.batch(sql);
                done.map_err(|error| format!("{error}: {sql}"))?;
                run.push(sql.clone());
            }
            Step::Expect { query, problem, .. } => {
                let rows = session.query(query);
                let rows = rows.map_err(|error| format!("{error}: {query}"))?;
                if let Some(row) = rows.first() {
                    return Err(format!("{problem}: {}", row.text(0).unwrap_or_default()));
                }
            }
            Step::Skip { .. } => {}
            other => return Err(format!("no case has such a step: {other:?}")),
        }
    }
    Ok(run)
}
