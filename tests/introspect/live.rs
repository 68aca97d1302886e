//! A database with rows that goes from one schema to another and back.

use diesel::Connection;
use diesel::sqlite::SqliteConnection;
use migrate_runtime::autogenerate::drift;
use migrate_runtime::connection::{Row, Session, session};
use migrate_runtime::dialect::{Dialect, Sqlite};
use migrate_runtime::diff::{RenameHints, diff};
use migrate_runtime::introspect::introspect;
use migrate_runtime::operation::{Operation, apply_all, describe, inverse_all};
use migrate_runtime::schema::Schema;
use migrate_runtime::sql::{Plan, Step, overlay, plan};

/// A database and the chain that it is at.
pub(super) struct Live {
    connection: SqliteConnection,
    chain: Schema,
}

/// What a migration did.
pub(super) struct Done {
    operations: Vec<Operation>,
    from: Schema,
    before: Schema,
}

impl Live {
    /// A database that was made by hand, and the chain that knows it.
    pub(super) fn by_hand(chain: Schema, sql: &str) -> Self {
        let mut live = Self::empty();
        live.run(sql);
        live.chain = chain;
        live.assert_no_drift();
        live
    }

    fn empty() -> Self {
        let mut connection = SqliteConnection::establish(":memory:").unwrap();
        session(&mut connection)
            .batch("PRAGMA foreign_keys = ON")
            .unwrap();
        Self {
            connection,
            chain: Schema::new(),
        }
    }

    pub(super) fn run(&mut self, sql: &str) {
        session(&mut self.connection)
            .batch(sql)
            .unwrap_or_else(|error| panic!("{error}: {sql}"));
    }

    /// Takes a chain for the one that made the database.
    pub(super) fn assume(&mut self, chain: Schema) {
        self.chain = chain;
        self.assert_no_drift();
    }

    /// Runs a statement that may be refused.
    pub(super) fn try_run(&mut self, sql: &str) {
        drop(session(&mut self.connection).batch(sql));
    }

    /// The rows of a query, columns joined by `|`.
    pub(super) fn rows(&mut self, query: &str) -> Vec<String> {
        let rows = session(&mut self.connection).query(query).unwrap();
        let text = |row: &Row| {
            let columns = (0..row.0.len()).map(|at| row.text(at));
            let texts: Vec<String> = columns
                .map(|text| text.unwrap_or_else(|| "NULL".to_owned()))
                .collect();
            texts.join("|")
        };
        rows.iter().map(text).collect()
    }

    pub(super) fn introspected(&mut self) -> Schema {
        introspect(&mut session(&mut self.connection)).unwrap()
    }

    /// Runs operations; the database then is what the chain says.
    pub(super) fn apply(&mut self, operations: Vec<Operation>) -> Result<Done, String> {
        let (from, before) = (self.chain.clone(), self.introspected());
        let held = overlay(&from, &before, &Sqlite);
        let plan = plan(&operations, &held, &Sqlite).map_err(|error| error.to_string())?;
        execute(&mut session(&mut self.connection), &plan)?;
        apply_all(&mut self.chain, &operations).map_err(|error| error.to_string())?;
        self.assert_no_drift();
        Ok(Done {
            operations,
            from,
            before,
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
        let sorted = |schema: &Schema| {
            let mut attached = schema.attached.clone();
            for object in &mut attached {
                // A rename there and back leaves SQLite's quotes.
                object.sql = object
                    .sql
                    .take()
                    .map(|sql| sql.replace(['"', '[', ']', '`'], ""));
            }
            attached.sort();
            attached
        };
        assert_eq!(sorted(before), sorted(after));
    }

    fn assert_no_drift(&mut self) {
        let database = self.introspected();
        let found = drift(&self.chain, &database, &Sqlite);
        let blocking: Vec<&str> = (found.iter())
            .filter(|drift| drift.blocking)
            .map(|drift| drift.description.as_str())
            .collect();
        assert!(
            blocking.is_empty(),
            "the second diff is not empty: {}",
            blocking.join("; ")
        );
    }
}

fn comparable(schema: &Schema) -> Schema {
    Sqlite.normalize(&Sqlite.physical(schema))
}

/// Obeys a plan, as the runner does.
fn execute(session: &mut dyn Session, plan: &Plan) -> Result<(), String> {
    let mut remembered = Vec::new();
    for setting in &plan.settings {
        let mut value = || session.query(setting.read).unwrap()[0].text(0).unwrap();
        remembered.push(format!("{}{}", setting.set_to, value()));
        session.batch(setting.set).unwrap();
        let value = session.query(setting.read).unwrap()[0].text(0);
        assert_eq!(value.as_deref(), Some(setting.expected));
    }
    session.batch("BEGIN IMMEDIATE").unwrap();
    let result = steps(session, plan);
    let end = if result.is_ok() { "COMMIT" } else { "ROLLBACK" };
    session.batch(end).unwrap();
    for statement in remembered {
        session.batch(&statement).unwrap();
    }
    result
}

fn steps(session: &mut dyn Session, plan: &Plan) -> Result<(), String> {
    for statement in &plan.statements {
        match &statement.step {
            Step::Sql(sql) => {
                let done = session.batch(sql);
                done.map_err(|error| format!("{error}: {sql}"))?;
            }
            Step::Query { sql } => {
                let done = session.query(sql);
                done.map_err(|error| format!("{error}: {sql}"))?;
            }
            Step::Expect { query, problem, .. } => {
                let rows = session.query(query);
                let rows = rows.map_err(|error| format!("{error}: {query}"))?;
                if !rows.is_empty() {
                    return Err(problem.clone());
                }
            }
            Step::Skip { .. } => {}
            other => {
                return Err(format!("no such step is expected: {other:?}"));
            }
        }
    }
    Ok(())
}
