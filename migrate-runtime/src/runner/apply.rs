//! Runs one migration: plan, settings, lock, steps, bookkeeping, commit; or nothing at all.

use super::chain::{checksum_of, file, lower, message, source_path};
use super::chains::{Chains, Rows, State};
use super::error::{RunError, StepFailure, in_the_way, with_causes};
use super::event::{Event, Progress};
use super::history::{History, LogEntry, Outcome};
use super::outside::is_outside;
use super::patience::Patience;
use super::plan::Step as RevisionStep;
use super::proof;
use super::run::{RunConnection, RunFunction};
use super::transaction::{Engine, Limits, rollback, with_settings};
use crate::Explain;
use crate::connection::{DatabaseError, Session};
use crate::dialect::dialect;
use crate::graph::Direction;
use crate::introspect::introspect;
use crate::migration::{OperationDef, OperationKind};
use crate::schema::Schema;
use crate::sql::{self, Plan, Statement, Step};
use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

/// What one migration did.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct AppliedStep {
    /// The revision.
    pub revision: String,
    /// What it is about.
    pub message: String,
    /// Up or down.
    pub direction: Direction,
    /// The version rows before it.
    pub from: Vec<String>,
    /// The version rows after it.
    pub to: Vec<String>,
    /// How many statements ran.
    pub statements: usize,
    /// Why operations with `if_exists` or `if_not_exists` had nothing to do.
    pub skipped: Vec<String>,
    /// How long it took.
    pub elapsed: Duration,
}

/// What happened to a step.
pub(super) enum Attempt {
    /// It is in the database.
    Done(Box<AppliedStep>),
    /// The database was at another revision once the lock was held; nothing was done.
    Moved,
}

/// Everything that stays the same from step to step.
pub(super) struct Runner<'r> {
    pub(super) chains: &'r Chains,
    /// The bookkeeping of each chain.
    pub(super) histories: Vec<History<'r>>,
    pub(super) engine: &'static dyn Engine,
    pub(super) limits: Limits<'r>,
    /// Whether the schema is read again after each step.
    pub(super) verify: bool,
    /// The schema as the last step left it, and the number of the schema at that time.
    pub(super) known: Option<(Schema, String)>,
}

/// A step, and what it will do to the database as it was when the plan was made.
pub(super) struct Planned<'p> {
    state: &'p State,
    pub(super) step: RevisionStep,
    operations: &'p [OperationDef],
    plan: &'p Plan,
    /// The number of the schema at that time.
    version: &'p str,
}

/// Why the inside of the transaction was left.
pub(super) enum Halt {
    Moved,
    SchemaChanged,
    Error(RunError),
}

impl From<RunError> for Halt {
    fn from(error: RunError) -> Self {
        Self::Error(error)
    }
}

impl Runner<'_> {
    /// Runs a migration, if the version rows are still those.
    pub(super) fn step(
        &mut self,
        session: &mut dyn Session,
        state: &State,
        step: RevisionStep,
        progress: &mut dyn Progress,
    ) -> Result<Attempt, RunError> {
        let operations = step.operations()?;
        let mut patience = Patience::default();
        // The schema may change between its reading and the lock; twice in a row is no accident.
        let mut changes = 0;
        while changes < 5 {
            match self.attempt(session, state, step, operations, progress)? {
                Ok(attempt) => return Ok(attempt),
                Err(Halt::Moved) => return Ok(Attempt::Moved),
                Err(Halt::SchemaChanged) => changes += 1,
                Err(Halt::Error(error)) => {
                    let revision = &*self.title(step);
                    let waits = self.engine.was_in_the_way(&error);
                    let pause = patience.pause(self.limits.lock_timeout).filter(|_| waits);
                    let Some(pause) = pause else {
                        self.log_failure(session, step, begin_entry(step), &error);
                        progress.event(&Event::Failed { revision });
                        return Err(error);
                    };
                    progress.event(&Event::Waiting { revision, pause });
                    std::thread::sleep(pause);
                }
            }
        }
        Err(RunError::Contended)
    }

    /// One attempt: plan, transaction, commit.
    fn attempt(
        &mut self,
        session: &mut dyn Session,
        state: &State,
        step: RevisionStep,
        operations: &[OperationDef],
        progress: &mut dyn Progress,
    ) -> Result<Result<Attempt, Halt>, RunError> {
        let (plan, version) = self.plan(session, state, step, operations)?;
        let started = Instant::now();
        let entry = begin_entry(step);
        let result = with_settings(session, &plan.settings, |session| {
            let attempt = Planned {
                state,
                step,
                operations,
                plan: &plan,
                version: &version,
            };
            Ok(if is_outside(step, operations) || !plan.transactional {
                self.outside_transaction(session, &attempt, &entry, progress)
            } else {
                self.in_transaction(session, &attempt, &entry, progress)
            })
        })?;
        let mut applied = match result {
            Ok(applied) => applied,
            Err(halt) => return Ok(Err(halt)),
        };
        applied.elapsed = started.elapsed();
        self.remember(session, plan)?;
        progress.event(&Event::Finished {
            revision: &applied.revision,
            elapsed: applied.elapsed,
        });
        Ok(Ok(Attempt::Done(Box::new(applied))))
    }

    /// The plan of a migration, for the database as it is: in the chain's words, as far as the chain
    /// made it. With it, the number of the schema that it was made for.
    fn plan(
        &mut self,
        session: &mut dyn Session,
        state: &State,
        step: RevisionStep,
        operations: &[OperationDef],
    ) -> Result<(Plan, String), RunError> {
        let dialect = dialect(session.backend())?;
        let (before, version) = if let Some(known) = self.known.take() {
            known
        } else {
            let version = self.engine.schema_version(session)?;
            let database = introspect(session)?;
            let folded = self.chains.fold(state.rows());
            (sql::overlay(&folded, &database, dialect), version)
        };
        let plan = sql::plan_from(&lower(operations), before, dialect);
        plan.map(|plan| (plan, version))
            .map_err(|source| RunError::Render {
                revision: self.title(step),
                source: Box::new(source),
            })
    }

    fn remember(&mut self, session: &mut dyn Session, plan: Plan) -> Result<(), RunError> {
        self.known = if plan.after_is_exact {
            Some((plan.after, self.engine.schema_version(session)?))
        } else {
            None
        };
        Ok(())
    }

    fn in_transaction(
        &self,
        session: &mut dyn Session,
        planned: &Planned<'_>,
        entry: &LogEntry,
        progress: &mut dyn Progress,
    ) -> Result<AppliedStep, Halt> {
        self.engine.begin(session, self.limits)?;
        let result = self.guarded(session, planned, entry, progress);
        if result.is_err() {
            rollback(session);
        }
        result
    }

    fn guarded(
        &self,
        session: &mut dyn Session,
        planned: &Planned<'_>,
        entry: &LogEntry,
        progress: &mut dyn Progress,
    ) -> Result<AppliedStep, Halt> {
        let &Planned {
            state,
            step,
            operations: _,
            plan: _,
            version,
        } = planned;
        let held = self.still_at(session, planned)?;
        if self.engine.schema_version(session)? != version {
            return Err(Halt::SchemaChanged);
        }
        let before = self.differences(session, state.rows())?;
        let mut applied = self.begin_report(planned, progress);
        // First, so that a database that cannot be written says so before a migration is blamed for it.
        self.histories[step.chain]
            .create(session)
            .map_err(bookkeeping)?;
        self.run_statements(session, planned, &mut applied, progress)?;
        let after = self.differences(session, &state.rows_after(self.chains, step))?;
        let differences = proof::since(&before, after);
        if !differences.is_empty() {
            return Err(Halt::Error(RunError::NotAsWritten {
                revision: applied.revision,
                direction: step.direction,
                file: file(step.migration),
                differences,
            }));
        }
        // Last, so that a step that ends the transaction does not leave the revision recorded.
        self.record(session, planned, &held, entry)?;
        Ok(applied)
    }

    /// The version rows, if they are still those that the plan was made for.
    pub(super) fn still_at(
        &self,
        session: &mut dyn Session,
        planned: &Planned<'_>,
    ) -> Result<BTreeSet<String>, Halt> {
        let chain = planned.step.chain;
        let rows = self.histories[chain].rows(session).map_err(bookkeeping)?;
        let held: BTreeSet<String> = rows.into_iter().collect();
        let expected = planned.state.rows()[chain].iter().copied();
        if held.iter().map(String::as_str).eq(expected) {
            Ok(held)
        } else {
            Err(Halt::Moved)
        }
    }

    pub(super) fn begin_report(
        &self,
        planned: &Planned<'_>,
        progress: &mut dyn Progress,
    ) -> AppliedStep {
        let step = planned.step;
        let applied = self.report(planned.state, step);
        let chain = self.chains.chain(step.chain);
        let parents = step.migration.revises.iter().map(|id| chain.title(id));
        let parents: Vec<String> = parents.collect();
        progress.event(&Event::Started {
            direction: step.direction,
            revision: &applied.revision,
            parents: &parents,
            message: &applied.message,
        });
        applied
    }

    pub(super) fn run_statements(
        &self,
        session: &mut dyn Session,
        planned: &Planned<'_>,
        applied: &mut AppliedStep,
        progress: &mut dyn Progress,
    ) -> Result<(), RunError> {
        for statement in &planned.plan.statements {
            let place = Place {
                step: planned.step,
                title: &applied.revision,
                operations: planned.operations,
                statement,
                left_at: &applied.from,
            };
            match self.obey(session, &place, progress)? {
                Obeyed::Ran => applied.statements += 1,
                Obeyed::Skipped(reason) => applied.skipped.push(reason),
            }
        }
        Ok(())
    }

    /// Writes down that the migration was made, and commits.
    pub(super) fn record(
        &self,
        session: &mut dyn Session,
        planned: &Planned<'_>,
        held: &BTreeSet<String>,
        entry: &LogEntry,
    ) -> Result<(), RunError> {
        let &Planned { state, step, .. } = planned;
        let rows = state.rows_after(self.chains, step);
        let history = &self.histories[step.chain];
        history
            .set_rows(session, held, rows[step.chain].iter().copied())
            .and_then(|()| history.write(session, entry))
            .map_err(bookkeeping)?;
        session.batch("COMMIT").map_err(|source| {
            self.engine
                .explain("the migration could not be committed", self.limits, source)
        })
    }

    /// Nothing, where nobody asked for it.
    fn differences(&self, session: &mut dyn Session, rows: &Rows) -> Result<Vec<String>, RunError> {
        if self.verify {
            proof::differences(session, self.chains, rows)
        } else {
            Ok(Vec::new())
        }
    }

    fn title(&self, step: RevisionStep) -> String {
        step.title(self.chains)
    }

    fn report(&self, state: &State, step: RevisionStep) -> AppliedStep {
        AppliedStep {
            revision: self.title(step),
            message: message(step.migration),
            direction: step.direction,
            from: self.chains.titles(state.rows()),
            to: self.chains.titles(&state.rows_after(self.chains, step)),
            statements: 0,
            skipped: Vec::new(),
            elapsed: Duration::ZERO,
        }
    }

    fn obey(
        &self,
        session: &mut dyn Session,
        place: &Place<'_>,
        progress: &mut dyn Progress,
    ) -> Result<Obeyed, RunError> {
        match &place.statement.step {
            Step::Sql(sql) => {
                progress.event(&Event::Statement { sql });
                session.batch(sql).map_err(|error| place.refused(error))?;
                if place.is_written_by_hand() {
                    self.still_open(session, place)?;
                }
            }
            Step::Query { sql } => {
                progress.event(&Event::Statement { sql });
                session.query(sql).map_err(|error| place.refused(error))?;
            }
            Step::Each { query } => {
                let rows = session.query(query).map_err(|error| place.refused(error))?;
                for sql in rows.iter().filter_map(|row| row.text(0)) {
                    progress.event(&Event::Statement { sql: &sql });
                    session.batch(&sql).map_err(|error| place.refused(error))?;
                }
            }
            Step::Expect {
                query,
                problem,
                hint,
            } => {
                progress.event(&Event::Statement { sql: query });
                let rows = session.query(query).map_err(|error| place.refused(error))?;
                if !rows.is_empty() {
                    let found: Vec<String> = rows.iter().filter_map(|row| row.text(0)).collect();
                    return Err(place.in_the_way(in_the_way(problem, &found), hint));
                }
            }
            Step::Compiles {
                query,
                problem,
                hint,
            } => {
                let rows = session.query(query).map_err(|error| place.refused(error))?;
                for sql in rows.iter().filter_map(|row| row.text(0)) {
                    let sql = format!("EXPLAIN {sql}");
                    progress.event(&Event::Statement { sql: &sql });
                    (session.batch(&sql)).map_err(|error| {
                        place.in_the_way(format!("{problem}: {}", error.message), hint)
                    })?;
                }
            }
            Step::Run { name } => {
                progress.event(&Event::Run { name });
                place.call(session)?;
                self.still_open(session, place)?;
            }
            Step::Skip { reason } => {
                progress.event(&Event::Skipped { reason });
                return Ok(Obeyed::Skipped(reason.clone()));
            }
        }
        Ok(Obeyed::Ran)
    }

    fn still_open(&self, session: &mut dyn Session, place: &Place<'_>) -> Result<(), RunError> {
        if is_outside(place.step, place.operations) || self.engine.is_open(session)? {
            return Ok(());
        }
        Err(place.failed(
            "it ended the transaction of the migration".to_owned(),
            Some(
                "take COMMIT, ROLLBACK and ON CONFLICT ROLLBACK out of it; look at the database before \
                 you go on, since what it committed is not rolled back"
                    .to_owned(),
            ),
        ))
    }

    /// Keeps a failed attempt in the log, outside of the transaction that was rolled back. The attempt's
    /// own error is the one to report, so a failure here (the disk is full) is not.
    fn log_failure(
        &self,
        session: &mut dyn Session,
        step: RevisionStep,
        mut entry: LogEntry,
        error: &RunError,
    ) {
        if !matches!(error, RunError::Failed(_) | RunError::NotAsWritten { .. }) {
            return;
        }
        entry.outcome = Outcome::Failed;
        entry.error = Some(error.to_string());
        if self.engine.begin(session, self.limits).is_ok() {
            let history = &self.histories[step.chain];
            let written = history
                .create(session)
                .and_then(|()| history.write(session, &entry))
                .and_then(|()| session.batch("COMMIT"));
            if written.is_err() {
                rollback(session);
            }
        }
    }
}

/// The log entry of a step that begins now.
fn begin_entry(step: RevisionStep) -> LogEntry {
    LogEntry::begin(
        step.migration.id,
        message(step.migration),
        step.direction.as_str(),
        checksum_of(step.migration),
    )
}

enum Obeyed {
    Ran,
    Skipped(String),
}

/// A step of a plan, and all that an error says of it.
struct Place<'p> {
    step: RevisionStep,
    title: &'p str,
    operations: &'p [OperationDef],
    statement: &'p Statement,
    left_at: &'p [String],
}

impl Place<'_> {
    fn operation(&self) -> Option<&OperationDef> {
        self.operations.get(self.statement.operation)
    }

    fn is_written_by_hand(&self) -> bool {
        matches!(
            self.operation().map(|operation| &operation.kind),
            Some(OperationKind::Sql { .. })
        )
    }

    /// The database's own words, with what is known of them.
    fn refused(&self, error: DatabaseError) -> RunError {
        let hint = error.hints().into_iter().next();
        let is_of_the_file = !error.is_of_the_surroundings();
        RunError::Failed(Box::new(StepFailure {
            is_of_the_file,
            ..self.failure(error.message, hint)
        }))
    }

    fn failed(&self, message: String, hint: Option<String>) -> RunError {
        RunError::Failed(Box::new(self.failure(message, hint)))
    }

    /// What a check found; its query is ours, and tells nobody anything.
    fn in_the_way(&self, message: String, hint: &str) -> RunError {
        RunError::Failed(Box::new(StepFailure {
            sql: None,
            ..self.failure(message, Some(hint.to_owned()))
        }))
    }

    fn failure(&self, message: String, hint: Option<String>) -> StepFailure {
        let migration = self.step.migration;
        let sql = self.statement.sql();
        let (operation, location) = match self.operation() {
            Some(operation) => (
                Some((self.statement.operation + 1, operation.lower().word())),
                format!(
                    "{}:{}",
                    source_path(operation.location),
                    operation.location.line()
                ),
            ),
            None => (None, file(migration)),
        };
        StepFailure {
            revision: self.title.to_owned(),
            direction: self.step.direction,
            operation,
            location,
            sql: (!sql.is_empty()).then(|| sql.to_owned()),
            message,
            hint,
            is_of_the_file: true,
            left_at: self.left_at.to_vec(),
        }
    }

    /// Calls the function of a `run`. A panic in it is an error like any other: the transaction must be
    /// rolled back and the settings put back.
    fn call(&self, session: &mut dyn Session) -> Result<(), RunError> {
        let Some(OperationKind::Run { function, .. }) = self.operation().map(|it| it.kind) else {
            return Err(self.failed(
                "the plan calls a function that the file has not".into(),
                None,
            ));
        };
        let mut connection = RunConnection::new(session.run_access());
        let function: RunFunction = function;
        match catch_unwind(AssertUnwindSafe(|| function(&mut connection))) {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(self.failed(with_causes(&*error), None)),
            Err(panic) => {
                let text = panic
                    .downcast_ref::<&str>()
                    .map(|text| (*text).to_owned())
                    .or_else(|| panic.downcast_ref::<String>().cloned())
                    .unwrap_or_default();
                Err(self.failed(format!("the function panicked: {text}"), None))
            }
        }
    }
}

pub(super) fn bookkeeping(source: crate::connection::DatabaseError) -> RunError {
    RunError::Database {
        doing: "the bookkeeping tables could not be read or written",
        source,
    }
}
