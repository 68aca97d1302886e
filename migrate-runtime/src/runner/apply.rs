//! Runs one migration: plan, settings, lock, steps, bookkeeping, commit; or nothing at all.

use super::chain::{checksum_of, lower, message};
use super::chains::{Chains, State};
use super::destroys;
use super::error::RunError;
use super::event::{Event, Progress};
use super::history::{History, LogEntry, Outcome};
use super::hooks::When;
use super::outside::is_outside;
use super::patience::Patience;
use super::plan::Step as RevisionStep;
use super::request::Request;
use super::resume;
use super::talk::Talk;
use super::transaction::{Engine, Limits, rollback, with_settings};
use crate::connection::Session;
use crate::dialect::dialect;
use crate::graph::Direction;
use crate::introspect::introspect_for;
use crate::migration::OperationDef;
use crate::schema::Schema;
use crate::sql::{self, Plan};
use std::collections::BTreeSet;
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
    /// Whether a large table may be copied.
    pub(super) allow_copy: bool,
    /// The schema as the last step left it, and the number of the schema at that time.
    pub(super) known: Option<(Schema, String)>,
    /// Whether statements travel together; not where that hid which one was refused.
    pub(super) together: bool,
}

/// A step, and what it will do to the database as it was when the plan was made.
pub(super) struct Planned<'p> {
    pub(super) state: &'p State,
    pub(super) step: RevisionStep,
    /// The revision as people see it.
    pub(super) title: String,
    /// The version rows before it.
    pub(super) from: Vec<String>,
    pub(super) operations: &'p [OperationDef],
    pub(super) plan: &'p Plan,
    /// The number of the schema at that time.
    pub(super) version: &'p str,
    /// Whether it runs outside of a transaction.
    pub(super) is_outside: bool,
}

/// Why the inside of the transaction was left.
pub(super) enum Halt {
    Moved,
    SchemaChanged,
    /// Nobody can tell which of several statements was refused: nothing of them was done.
    OneByOne,
    Error(RunError),
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
        self.together = self.engine.opening(self.limits).is_some();
        let mut patience = Patience::default();
        // The schema may change between its reading and the lock; twice in a row is no accident.
        let mut changes = 0;
        while changes < 5 {
            let began = Instant::now();
            match self.attempt(session, state, step, operations, progress)? {
                Ok(attempt) => return Ok(attempt),
                Err(Halt::Moved) => return Ok(Attempt::Moved),
                Err(Halt::SchemaChanged) => changes += 1,
                Err(Halt::OneByOne) => {
                    changes += 1;
                    self.together = false;
                }
                Err(Halt::Error(error)) => {
                    let revision = &*self.title(step);
                    if self.engine.is_lost(session) {
                        progress.event(&failed(revision, false));
                        return Err(error.lost(revision, step.direction));
                    }
                    let took = began.elapsed();
                    let is_in_use =
                        (self.engine).was_in_the_way(session, self.limits, &error, took);
                    let waits = is_in_use && !may_be_half_done(&error);
                    let pause = patience.pause(self.limits.lock_timeout).filter(|_| waits);
                    let user = if is_in_use {
                        self.engine.user(session, statement_of(&error))
                    } else {
                        None
                    };
                    let Some(pause) = pause else {
                        let error = error.in_use(user);
                        self.log_failure(session, step, begin_entry(step), &error);
                        let kept = matches!(&error, RunError::Failed(it) if !it.rolled_back);
                        progress.event(&failed(revision, !kept));
                        return Err(error);
                    };
                    let user = user.as_deref();
                    progress.event(&Event::Waiting {
                        revision,
                        user,
                        pause,
                    });
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
        let (plan, version) = match self.plan(session, state, step, operations) {
            Ok(planned) => planned,
            // Where nothing is locked before the transaction, another process may have done the step.
            Err(_) if matches!(self.has_moved(session, state, step), Ok(true)) => {
                return Ok(Err(Halt::Moved));
            }
            Err(error) => return Err(error),
        };
        let started = Instant::now();
        let entry = begin_entry(step);
        let is_outside = !plan.transactional || is_outside(self.engine, step, operations);
        let mut settings = plan.settings.clone();
        if is_outside {
            settings.extend(self.engine.outside_settings());
        }
        let mut has_begun = false;
        let result = with_settings(session, &settings, |session| {
            has_begun = true;
            let attempt = Planned {
                state,
                step,
                title: self.title(step),
                from: self.chains.titles(state.rows()),
                operations,
                plan: &plan,
                version: &version,
                is_outside,
            };
            let result = if !self.engine.transactional_ddl() {
                self.step_by_step(session, &attempt, &entry, progress)
            } else if attempt.is_outside {
                self.outside_transaction(session, &attempt, &entry, progress)
            } else {
                self.in_transaction(session, &attempt, &entry, progress)
            };
            // An error of the migration is the one to report, not that its settings stay on a lost connection.
            match result {
                Err(Halt::Error(error)) => Err(error),
                result => Ok(result),
            }
        });
        let mut applied = match result {
            Ok(Ok(applied)) => applied,
            Ok(Err(halt)) => return Ok(Err(halt)),
            Err(error) if has_begun => return Ok(Err(Halt::Error(error))),
            Err(error) => return Err(error),
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
        let operations = lower(operations);
        let title = self.title(step);
        let revision = title.clone();
        let refused = |source| RunError::Render {
            revision,
            source: Box::new(source),
        };
        if let Some(tried) = self.left_half_done(session, step)? {
            let folded = self.chains.fold(state.rows());
            let database = introspect_for(session, &folded)?;
            let rest = resume::rest(&operations, &tried, folded, &database, dialect);
            let rest = rest.map_err(|error| error.of(&title))?;
            let plan = rest.plan(&database, dialect).map_err(refused)?;
            return Ok((plan, self.engine.schema_version(session)?));
        }
        let (before, version) = if let Some(known) = self.known.take() {
            known
        } else {
            let version = self.engine.schema_version(session)?;
            let folded = self.chains.fold(state.rows());
            let database = introspect_for(session, &folded)?;
            (sql::overlay(&folded, &database, dialect), version)
        };
        let plan = sql::plan_from(&operations, before, dialect).map_err(refused)?;
        Ok((plan, version))
    }

    /// What the log has of a migration whose operations are recorded one by one, if that is anything.
    fn left_half_done(
        &mut self,
        session: &mut dyn Session,
        step: RevisionStep,
    ) -> Result<Option<Vec<LogEntry>>, RunError> {
        if self.engine.transactional_ddl() {
            return Ok(None);
        }
        let history = &self.histories[step.chain];
        let tried = (history.attempts(session, &begin_entry(step))).map_err(bookkeeping)?;
        if tried.is_empty() {
            return Ok(None);
        }
        self.known = None;
        Ok(Some(tried))
    }

    /// Whether the version rows of the step's chain are others by now.
    fn has_moved(
        &self,
        session: &mut dyn Session,
        state: &State,
        step: RevisionStep,
    ) -> Result<bool, RunError> {
        let held = self.histories[step.chain].rows(session);
        let held = held.map_err(bookkeeping)?;
        let held: BTreeSet<&str> = held.iter().map(String::as_str).collect();
        Ok(held != state.rows()[step.chain])
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
        let mut talk = self.talk(session, planned);
        let result = self.guarded(&mut talk, entry, progress);
        if result.is_err() {
            talk.abandon();
        }
        result
    }

    fn guarded(
        &self,
        talk: &mut Talk<'_>,
        entry: &LogEntry,
        progress: &mut dyn Progress,
    ) -> Result<AppliedStep, Halt> {
        let planned = talk.planned;
        let state = planned.state;
        // First: what fails from here on is said to have failed.
        let mut applied = self.begin_report(planned, progress);
        destroys::tell(talk.session, planned, progress);
        talk.enter()?;
        let before = talk.differences(state.rows())?;
        talk.hook(When::Before, &applied, progress)?;
        for statement in &planned.plan.statements {
            talk.obey(statement, &mut applied, progress)?;
        }
        talk.hook(When::After, &applied, progress)?;
        talk.refuse_differences(&before, true)?;
        // Last, so that a step that ends the transaction does not leave the revision recorded.
        talk.record(&[], entry)?;
        Ok(applied)
    }

    /// What is said to the database about a migration.
    pub(super) fn talk<'t>(
        &'t self,
        session: &'t mut dyn Session,
        planned: &'t Planned<'t>,
    ) -> Talk<'t> {
        Talk {
            runner: self,
            session,
            planned,
            request: Request::new(self.engine, self.limits),
            has_begun: false,
        }
    }

    pub(super) fn begin_report(
        &self,
        planned: &Planned<'_>,
        progress: &mut dyn Progress,
    ) -> AppliedStep {
        let step = planned.step;
        let chain = self.chains.chain(step.chain);
        let parents = step.migration.revises.iter().map(|id| chain.title(id));
        let parents: Vec<String> = parents.collect();
        let applied = AppliedStep {
            revision: planned.title.clone(),
            message: message(step.migration),
            direction: step.direction,
            from: planned.from.clone(),
            to: (self.chains).titles(&planned.state.rows_after(self.chains, step)),
            statements: 0,
            skipped: Vec::new(),
            elapsed: Duration::ZERO,
        };
        progress.event(&Event::Started {
            direction: step.direction,
            revision: &applied.revision,
            parents: &parents,
            message: &applied.message,
        });
        applied
    }

    fn title(&self, step: RevisionStep) -> String {
        step.title(self.chains)
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
        if !matches!(
            error,
            RunError::Failed(_) | RunError::NotAsWritten { .. } | RunError::Hook { .. }
        ) {
            return;
        }
        entry.outcome = Outcome::Failed;
        entry.error = Some(error.to_string());
        if self.engine.begin(session, self.limits).is_ok() {
            let history = &self.histories[step.chain];
            let written = history
                .ensure(session)
                .and_then(|()| {
                    // Otherwise whoever made the steps one by one knows which of them were done.
                    if self.engine.transactional_ddl() {
                        session.batch(&history.forget_begun(&entry))
                    } else {
                        Ok(())
                    }
                })
                .and_then(|()| history.write(session, &entry))
                .and_then(|()| session.batch("COMMIT"));
            if written.is_err() {
                rollback(session);
            }
        }
    }
}

/// Whether some of what a person wrote may have been done before it failed: it cannot simply run again.
fn may_be_half_done(error: &RunError) -> bool {
    matches!(error, RunError::Failed(it)
        if !it.rolled_back && it.operation.is_some_and(|(_, word)| word == "sql"))
}

/// The statement that an error is about.
fn statement_of(error: &RunError) -> &str {
    match error {
        RunError::Failed(failure) => failure.sql.as_deref().unwrap_or_default(),
        RunError::Database { source, .. } => &source.sql,
        _ => "",
    }
}

const fn failed(revision: &str, rolled_back: bool) -> Event<'_> {
    Event::Failed {
        revision,
        rolled_back,
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

pub(super) fn bookkeeping(source: crate::connection::DatabaseError) -> RunError {
    RunError::Database {
        doing: "the bookkeeping tables could not be read or written",
        source,
    }
}
