//! A database with rows that goes from one schema to another and back.

use migrate_runtime::autogenerate::drift;
use migrate_runtime::connection::{Row, Session};
use migrate_runtime::dialect::Dialect;
use migrate_runtime::diff::{RenameHints, diff};
use migrate_runtime::introspect::{introspect, introspect_beside};
use migrate_runtime::operation::{Operation, apply_all, describe, inverse_all};
use migrate_runtime::schema::Schema;
use migrate_runtime::sql::{Plan, Step, overlay, plan};

/// An empty database on a server of the tests.
pub(crate) trait Empty: Session + Sized {
    /// Inserts a row of nothing but defaults into the table `t`.
    const ROW_OF_T: &'static str;

    /// `None` where there is no server.
    fn empty() -> Option<Self>;

    fn dialect(&self) -> &'static dyn Dialect;

    /// Takes everything away.
    fn clear(&mut self);
}

/// A database and the chain that it is at.
pub(crate) struct Live<D> {
    pub(crate) database: D,
    chain: Schema,
}

/// What a migration did.
pub(crate) struct Done {
    operations: Vec<Operation>,
    from: Schema,
    before: Schema,
    /// The statements that were run.
    pub(crate) statements: Vec<String>,
}

impl<D: Empty> Live<D> {
    /// A database that these statements made, and nothing of a chain; `None` without a server.
    pub(crate) fn empty(setup: &str) -> Option<Self> {
        let mut database = D::empty()?;
        database.batch(setup).unwrap();
        Some(Self {
            database,
            chain: Schema::new(),
        })
    }

    /// A database that the chain created, with rows.
    pub(crate) fn new(chain: &Schema, rows: &str) -> Option<Self> {
        let mut live = Self::empty("")?;
        live.migrate(chain);
        live.run(rows);
        Some(live)
    }

    /// Takes everything away.
    pub(crate) fn reset(&mut self) {
        self.chain = Schema::new();
        self.database.clear();
    }

    pub(crate) fn run(&mut self, sql: &str) {
        self.database
            .batch(sql)
            .unwrap_or_else(|error| panic!("{error}: {sql}"));
    }

    /// The rows of a query, columns joined by `|`.
    pub(crate) fn rows(&mut self, query: &str) -> Vec<String> {
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

    pub(crate) fn introspected(&mut self) -> Schema {
        introspect(&mut self.database).unwrap()
    }

    /// Goes on to those models; the second diff is empty.
    pub(crate) fn migrate(&mut self, models: &Schema) -> Done {
        self.migrate_with(models, &RenameHints::default())
    }

    pub(crate) fn migrate_with(&mut self, models: &Schema, hints: &RenameHints) -> Done {
        let operations = diff(&self.chain, models, hints);
        self.apply(operations).unwrap_or_else(|why| panic!("{why}"))
    }

    /// Runs operations; the database then is what the chain says.
    pub(crate) fn apply(&mut self, operations: Vec<Operation>) -> Result<Done, String> {
        let (from, before) = (self.chain.clone(), self.introspected());
        let held = overlay(&from, &before, self.database.dialect());
        let plan =
            plan(&operations, &held, self.database.dialect()).map_err(|error| error.to_string())?;
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
    pub(crate) fn back(&mut self, done: &Done) {
        let downgrade = inverse_all(&done.operations, &done.from).unwrap();
        self.apply(downgrade)
            .unwrap_or_else(|why| panic!("on the way back: {why}"));
        let (before, after) = (&done.before, &self.introspected());
        let dialect = self.database.dialect();
        let rest = diff(
            &comparable(before, dialect),
            &comparable(after, dialect),
            &RenameHints::default(),
        );
        let rest: Vec<String> = rest.iter().map(describe).collect();
        assert!(rest.is_empty(), "the way back left: {}", rest.join("; "));
        assert_eq!(before.attached, after.attached);
    }

    /// The database is at that chain now, whatever it was.
    pub(crate) fn forget(&mut self, chain: &Schema) {
        self.chain = chain.clone();
    }

    /// The database is what that chain says.
    pub(crate) fn assert_holds(&mut self, chain: &Schema) {
        self.forget(chain);
        self.assert_no_drift(&[]);
    }

    fn assert_no_drift(&mut self, statements: &[String]) {
        let database = introspect_beside(&mut self.database, &self.chain).unwrap();
        let found = drift(&self.chain, &database, self.database.dialect());
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

pub(crate) fn comparable(schema: &Schema, dialect: &dyn Dialect) -> Schema {
    dialect.normalize(&dialect.physical(schema))
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
            Step::Online(online) => {
                let mut done = Err(online.sql.clone());
                for way in online.ways {
                    let sql = online.in_way(way);
                    done = session
                        .batch(&sql)
                        .map_err(|error| format!("{error}: {sql}"));
                    if !matches!(&done, Err(error) if error.contains("is not supported")) {
                        break;
                    }
                }
                if online.ways.is_empty()
                    || matches!(&done, Err(error) if error.contains("is not supported"))
                {
                    let sql = &online.sql;
                    done = session
                        .batch(sql)
                        .map_err(|error| format!("{error}: {sql}"));
                }
                done?;
                run.push(online.sql.clone());
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
