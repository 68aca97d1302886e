//! The script for those who run SQL themselves: what `--sql` prints.
//!
//! In: migrations as operations, the folded chain before the first, and the bookkeeping that belongs to
//! each. Out: one text for the database's own client (`sqlite3`, `psql`) that does what the runner does
//! and stops by itself where the runner would: at the wrong revision, at an object that the migrations
//! do not know, at rows in the way. The plan is the runner's own; only here it is written down. How each
//! client is spoken to is a `Client`.

use super::{Online, Plan, RenderError, Step, client, plan_from};
use crate::dialect::Dialect;
use crate::operation::Operation;
use crate::schema::Schema;
use crate::{ErrorKind, Explain};

/// One migration of a script.
#[derive(Debug, Clone, Copy)]
pub struct Offline<'a> {
    /// Its revision.
    pub revision: &'a str,
    /// What it is about.
    pub message: &'a str,
    /// `upgrade` or `downgrade`.
    pub direction: &'a str,
    /// Its operations in that direction.
    pub operations: &'a [Operation],
    /// A query for one text: the revisions that the database is at, as the runner writes them down,
    /// sorted, with `, ` between them. It runs behind `prepare`.
    pub revisions: &'a str,
    /// What that query must return, or `None` for no revision at all.
    pub expected: Option<&'a str>,
    /// Statements that make the bookkeeping tables where they are missing.
    pub prepare: &'a [String],
    /// Statements that write down that the migration was made.
    pub record: &'a [String],
    /// Whether its statements cannot run inside a transaction.
    pub outside_transaction: bool,
}

/// What to do with steps that are Rust code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunSteps {
    /// Refuse to write a script.
    Refuse,
    /// Leave them out, and say so in the script.
    LeaveOut,
}

/// Why there is no script.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OfflineError {
    /// A migration cannot be rendered.
    #[error("{direction} of {revision}: {source}")]
    Render {
        /// The revision.
        revision: String,
        /// The direction.
        direction: String,
        /// Why.
        source: Box<RenderError>,
    },
    /// A migration calls Rust code.
    #[error("{direction} of {revision} runs the function `{name}`, which a script cannot do")]
    Run {
        /// The revision.
        revision: String,
        /// The direction.
        direction: String,
        /// The name of the step.
        name: String,
    },
}

impl Explain for OfflineError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Render { source, .. } => source.kind(),
            Self::Run { .. } => ErrorKind::Unsupported,
        }
    }

    fn hints(&self) -> Vec<String> {
        match self {
            Self::Render { source, .. } => source.hints(),
            Self::Run { .. } => vec![
                "run `cargo migrate upgrade` on the database itself".to_owned(),
                "or add --skip-run and do by hand what the function does".to_owned(),
            ],
        }
    }
}

/// Writes migrations as one script, the first of them for a database that holds `before`.
///
/// # Errors
/// The first migration that has no SQL.
pub fn script(
    migrations: &[Offline<'_>],
    before: &Schema,
    run_steps: RunSteps,
    dialect: &dyn Dialect,
) -> Result<String, OfflineError> {
    let client = client(dialect.backend());
    let mut out = client.head().to_owned();
    let mut schema = before.clone();
    for migration in migrations {
        let plan = plan_from(migration.operations, schema, dialect).map_err(|source| {
            OfflineError::Render {
                revision: migration.revision.to_owned(),
                direction: migration.direction.to_owned(),
                source: Box::new(source),
            }
        })?;
        let mut writer = Writer {
            out: &mut out,
            migration,
            run_steps,
            dialect,
            client,
        };
        writer.migration(&plan)?;
        schema = plan.after;
    }
    out.push_str(client.foot());
    Ok(out)
}

/// How the script speaks to the client of a database.
pub(super) trait Client {
    /// The first lines: how the script is run, and what makes it stop at an error.
    fn head(&self) -> &'static str;

    /// The last lines.
    fn foot(&self) -> &'static str;

    /// What begins a transaction.
    fn begin(&self) -> &'static str;

    /// The expression that is one text behind another.
    fn joined(&self, one: &str, other: &str) -> String {
        format!("{one} || {other}")
    }

    /// The query that returns a row where two expressions differ, one of which may be NULL: what is
    /// found, as text, and both expressions.
    fn differs(&self, found: &str, one: &str, other: &str) -> String;

    /// Statements that show the rows of a query behind a problem, and fail if there are any.
    fn expect(&self, query: &str, problem: &str) -> Vec<String>;

    /// A statement of an operation that does nothing where its object is there, which the chain does
    /// not know.
    fn lenient(&self, operation: &Operation, sql: &str) -> String;
}

struct Writer<'a> {
    out: &'a mut String,
    migration: &'a Offline<'a>,
    run_steps: RunSteps,
    dialect: &'a dyn Dialect,
    client: &'a dyn Client,
}

impl Writer<'_> {
    fn migration(&mut self, plan: &Plan) -> Result<(), OfflineError> {
        let Offline {
            revision,
            message,
            direction,
            operations: _,
            revisions,
            expected,
            prepare,
            record,
            outside_transaction,
        } = *self.migration;
        self.line(&format!(
            "\n-- {direction} {revision}: {}",
            one_line(message)
        ));
        for setting in &plan.settings {
            self.sql(setting.set);
            self.expect(
                &format!(
                    "SELECT 'it is ' || {name} FROM pragma_{name} WHERE {name} <> {}",
                    setting.expected,
                    name = setting.name
                ),
                &format!(
                    "{} cannot be set: the script runs inside a transaction",
                    setting.name
                ),
            );
        }
        let is_outside = outside_transaction || !plan.transactional;
        self.sql(self.client.begin());
        for sql in prepare {
            self.sql(sql);
        }
        let expected =
            expected.map_or_else(|| "NULL".to_owned(), |text| self.dialect.literal(text));
        self.expect(
            &self.client.differs(
                &(self.client).joined("'it is at '", &format!("coalesce(({revisions}), 'base')")),
                &format!("({revisions})"),
                &expected,
            ),
            &format!("the database is not where {direction} of {revision} begins"),
        );
        if is_outside {
            self.sql("COMMIT");
        }
        for statement in &plan.statements {
            self.step(statement.operation, &statement.step)?;
        }
        if is_outside {
            self.sql(self.client.begin());
        }
        for sql in record {
            self.sql(sql);
        }
        self.sql("COMMIT");
        Ok(())
    }

    fn step(&mut self, operation: usize, step: &Step) -> Result<(), OfflineError> {
        let source = self.migration.operations.get(operation);
        match step {
            Step::Sql(sql) | Step::Query { sql } => {
                let text =
                    source.map_or_else(|| sql.clone(), |source| self.client.lenient(source, sql));
                self.sql(&text);
            }
            Step::Online(online) => self.online(online),
            // A shell cannot run what a query returns; without a connection nothing is known that would.
            Step::Each { query } => self.expect(query, "a script cannot run the text"),
            Step::Expect { query, problem, .. } | Step::Compiles { query, problem, .. } => {
                self.expect(query, problem);
            }
            Step::Skip { reason } => {
                self.line(&format!(
                    "-- skipped: {} (as far as the migrations know)",
                    one_line(reason)
                ));
                if let Some(sql) = source.and_then(|source| self.drop_if_there(source)) {
                    self.sql(&sql);
                }
            }
            Step::Run { name } => match self.run_steps {
                RunSteps::Refuse => {
                    return Err(OfflineError::Run {
                        revision: self.migration.revision.to_owned(),
                        direction: self.migration.direction.to_owned(),
                        name: name.clone(),
                    });
                }
                RunSteps::LeaveOut => {
                    self.line(&format!("-- LEFT OUT: run {}", one_line(name)));
                }
            },
        }
        Ok(())
    }

    /// In the way that takes longest and still keeps nobody out: the script cannot try one after the other.
    fn online(&mut self, online: &Online) {
        if let Some(way) = online.ways.last() {
            self.sql(&online.in_way(way));
            return;
        }
        let table = one_line(&online.table.to_string());
        self.line(&format!("-- nobody can write to {table} while this runs"));
        self.sql(&online.sql);
    }

    /// What `if_exists` does where the chain has no such thing but the database may.
    fn drop_if_there(&self, operation: &Operation) -> Option<String> {
        match operation {
            Operation::DropTable {
                table,
                if_exists: true,
            } => Some(format!(
                "DROP TABLE IF EXISTS {}",
                self.dialect.quote_table(table)
            )),
            Operation::DropIndex {
                index,
                if_exists: true,
                ..
            } => Some(format!(
                "DROP INDEX IF EXISTS {}",
                self.dialect.quote(index)
            )),
            _ => None,
        }
    }

    fn expect(&mut self, query: &str, problem: &str) {
        for sql in self.client.expect(query, &one_line(problem)) {
            self.sql(&sql);
        }
    }

    /// A statement with its semicolon, which a comment at its end must not swallow.
    fn sql(&mut self, sql: &str) {
        let sql = sql.trim_end();
        self.out.push_str(sql);
        if !sql.ends_with(';') {
            let last = sql.lines().last().unwrap_or_default();
            self.out
                .push_str(if last.contains("--") { "\n;" } else { ";" });
        }
        self.out.push('\n');
    }

    fn line(&mut self, text: &str) {
        self.out.push_str(text);
        self.out.push('\n');
    }
}

/// Text for a comment or message: on one line, so that no line of it is a command.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
