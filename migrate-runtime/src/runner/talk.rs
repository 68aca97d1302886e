//! What is said to a database about one migration: the beginning of its transaction, its steps, its record.
//!
//! What needs no answer waits until something does, or until the end, and then travels in one request.
//! What a person wrote travels alone: it may be several statements, or end in the middle of one.

use super::apply::{AppliedStep, Halt, Planned, Runner, bookkeeping};
use super::chain::file;
use super::chains::Rows;
use super::error::RunError;
use super::event::{Event, Progress};
use super::history::{History, LogEntry};
use super::place::{Place, first_few};
use super::proof;
use super::request::{Part, Refusal, Request};
use super::transaction::rollback;
use crate::connection::Session;
use crate::sql::{Blame, Statement, Step};
use std::collections::BTreeSet;

/// What is said about a migration, some of it not yet.
pub(super) struct Talk<'t> {
    pub(super) runner: &'t Runner<'t>,
    pub(super) session: &'t mut dyn Session,
    pub(super) planned: &'t Planned<'t>,
    pub(super) request: Request<'t>,
    /// Whether there was a transaction of ours.
    pub(super) has_begun: bool,
}

impl<'t> Talk<'t> {
    pub(super) fn history(&self) -> &'t History<'t> {
        &self.runner.histories[self.planned.step.chain]
    }

    /// Begins a transaction, under the lock, if the database is still where the plan begins.
    pub(super) fn enter(&mut self) -> Result<(), Halt> {
        let (runner, planned) = (self.runner, self.planned);
        let history = self.history();
        let expected = &planned.state.rows()[planned.step.chain];
        if let Some(opening) = runner.engine.opening(runner.limits) {
            let missing = history.missing(self.session).map_err(bookkeeping)?;
            self.has_begun = true;
            self.push(Part::Opening, opening)?;
            if !missing.is_empty() {
                self.push(Part::Tables, missing.join(";\n"))?;
            }
            let rows = history.rows_query();
            let expected: Vec<&str> = expected.iter().copied().collect();
            let guard = (runner.engine).guard(runner.limits, &rows, &expected.join(", "));
            return self.push(Part::Opening, guard);
        }
        if !runner.engine.transactional_ddl() {
            history.ensure(self.session).map_err(bookkeeping)?;
        }
        runner.engine.begin(self.session, runner.limits)?;
        let is_first = !std::mem::replace(&mut self.has_begun, true);
        let held = history.rows(self.session).map_err(bookkeeping)?;
        let held: BTreeSet<&str> = held.iter().map(String::as_str).collect();
        if held != *expected {
            return Err(Halt::Moved);
        }
        let version = runner.engine.schema_version(self.session)?;
        if is_first && version != planned.version {
            return Err(Halt::SchemaChanged);
        }
        if runner.engine.transactional_ddl() {
            // Before the steps, so that a database that cannot be written says so before one is blamed for it.
            history.create(self.session).map_err(bookkeeping)?;
        }
        Ok(())
    }

    /// Rolls back, if there is anything of ours.
    pub(super) fn abandon(&mut self) {
        if self.has_begun {
            rollback(self.session);
        }
    }

    /// Obeys a step of the plan, or will.
    pub(super) fn obey(
        &mut self,
        statement: &'t Statement,
        applied: &mut AppliedStep,
        progress: &mut dyn Progress,
    ) -> Result<(), Halt> {
        let place = self.place(statement);
        match &statement.step {
            Step::Sql(sql) if place.is_written_by_hand() => {
                self.send()?;
                progress.event(&Event::Statement { sql });
                self.before_outside(sql, progress)?;
                self.by_hand(place, sql)?;
                self.still_open(statement)?;
            }
            Step::Sql(sql) | Step::Query { sql } => {
                progress.event(&Event::Statement { sql });
                self.before_outside(sql, progress)?;
                self.push(Part::Statement(statement), sql.clone())?;
            }
            Step::Online(online) => return self.change_table(statement, online, applied, progress),
            Step::Each { query } => {
                for sql in self.texts(place, query)? {
                    progress.event(&Event::Statement { sql: &sql });
                    (self.session.batch(&sql)).map_err(|error| place.refused(&error))?;
                }
            }
            Step::Expect {
                query,
                problem,
                hint,
                blame,
            } => {
                progress.event(&Event::Statement { sql: query });
                self.send()?;
                let rows = self.session.query(query);
                let rows = rows.map_err(|error| place.refused(&error))?;
                if !rows.is_empty() {
                    let found: Vec<String> = rows.iter().filter_map(|row| row.text(0)).collect();
                    let message = first_few(problem, &found);
                    return Err(place
                        .in_the_way(message, hint, *blame == Blame::Rows)
                        .into());
                }
            }
            Step::Compiles {
                query,
                problem,
                hint,
            } => {
                for sql in self.texts(place, query)? {
                    let sql = format!("EXPLAIN {sql}");
                    progress.event(&Event::Statement { sql: &sql });
                    (self.session.batch(&sql)).map_err(|error| {
                        place.in_the_way(format!("{problem}: {error}"), hint, false)
                    })?;
                }
            }
            Step::Run { name } => {
                self.send()?;
                progress.event(&Event::Run { name });
                place.call(self.session)?;
                self.still_open(statement)?;
            }
            Step::Skip { reason } => {
                progress.event(&Event::Skipped { reason });
                applied.skipped.push(reason.clone());
                return Ok(());
            }
        }
        applied.statements += 1;
        Ok(())
    }

    /// A statement outside of a transaction waits with nobody's patience but its own.
    fn before_outside(&mut self, sql: &str, progress: &mut dyn Progress) -> Result<(), Halt> {
        if !self.planned.is_outside {
            return Ok(());
        }
        self.send()?;
        let runner = self.runner;
        let waits_for = (runner.engine).before_outside(self.session, runner.limits, sql)?;
        if let Some(transaction) = &waits_for {
            progress.event(&Event::Behind { transaction });
        }
        Ok(())
    }

    /// Says what a person wrote; outside of a transaction, statement by statement.
    fn by_hand(&mut self, place: Place<'_>, sql: &str) -> Result<(), Halt> {
        let statements = if self.planned.is_outside {
            self.runner.engine.one_by_one(sql)
        } else {
            vec![sql]
        };
        for (done, text) in statements.iter().enumerate() {
            (self.session.batch(text)).map_err(|mut error| {
                if done > 0 {
                    let of = statements.len();
                    let number = done + 1;
                    let stays = "those before it stay done, and run again with it";
                    error.message =
                        format!("{} (statement {number} of {of}; {stays})", error.message);
                }
                place.refused(&error)
            })?;
        }
        Ok(())
    }

    fn texts(&mut self, place: Place<'_>, query: &str) -> Result<Vec<String>, Halt> {
        self.send()?;
        let rows = self.session.query(query);
        let rows = rows.map_err(|error| place.refused(&error))?;
        Ok(rows.iter().filter_map(|row| row.text(0)).collect())
    }

    fn still_open(&mut self, statement: &'t Statement) -> Result<(), Halt> {
        if self.planned.is_outside {
            return Ok(());
        }
        let engine = self.runner.engine;
        if engine.opening(self.runner.limits).is_some() {
            return self.push(Part::Open(statement), engine.still_open());
        }
        if engine.is_open(self.session)? {
            return Ok(());
        }
        Err(self.place(statement).ended_the_transaction().into())
    }

    /// Writes down that the migration was made, behind some notes, and commits.
    pub(super) fn record(&mut self, notes: &[String], entry: &LogEntry) -> Result<(), Halt> {
        let (state, step) = (self.planned.state, self.planned.step);
        let after = state.rows_after(self.runner.chains, step);
        let (before, after) = (&state.rows()[step.chain], &after[step.chain]);
        let mut texts = notes.to_vec();
        texts.extend(self.history().row_statements(before, after));
        texts.push(self.history().log_statement(&entry.ended()));
        self.commit(&texts)
    }

    /// Writes something down, and commits.
    pub(super) fn commit(&mut self, texts: &[String]) -> Result<(), Halt> {
        let texts: Vec<&str> = texts.iter().map(String::as_str).chain(["COMMIT"]).collect();
        self.push(Part::Record, texts.join(";\n"))?;
        self.send()?;
        self.history().was_committed();
        Ok(())
    }

    /// What differs by now, where somebody asked for it.
    pub(super) fn differences(&mut self, rows: &Rows) -> Result<Vec<String>, Halt> {
        if !self.runner.verify {
            return Ok(Vec::new());
        }
        self.send()?;
        Ok(proof::differences(self.session, self.runner.chains, rows)?)
    }

    /// Stops where something differs by now that did not before.
    pub(super) fn refuse_differences(
        &mut self,
        before: &[String],
        rolled_back: bool,
    ) -> Result<(), Halt> {
        let Planned {
            state, step, title, ..
        } = self.planned;
        let after = self.differences(&state.rows_after(self.runner.chains, *step))?;
        let differences = proof::since(before, after);
        if differences.is_empty() {
            return Ok(());
        }
        Err(Halt::Error(RunError::NotAsWritten {
            revision: title.clone(),
            direction: step.direction,
            file: file(step.migration),
            differences,
            rolled_back,
        }))
    }

    pub(super) fn place(&self, statement: &'t Statement) -> Place<'t> {
        Place {
            planned: self.planned,
            statement,
        }
    }

    pub(super) fn push(&mut self, part: Part<'t>, sql: String) -> Result<(), Halt> {
        self.request.push(part, sql);
        if self.runner.together {
            Ok(())
        } else {
            self.send()
        }
    }

    /// Says what was not said yet.
    pub(super) fn send(&mut self) -> Result<(), Halt> {
        let runner = self.runner;
        let (part, error) = match self.request.send(self.session) {
            Ok(()) => return Ok(()),
            Err(Refusal::Unread) => return Err(Halt::OneByOne),
            // Whoever runs the migration asks the connection, too.
            Err(Refusal::Lost(error)) => (Part::Record, error),
            Err(Refusal::At(part, error)) => (part, error),
        };
        let explained = |doing| runner.engine.explain(doing, runner.limits, error.clone());
        Err(match part {
            Part::Opening if runner.engine.has_moved(&error) => Halt::Moved,
            Part::Opening => explained("the transaction could not be begun").into(),
            Part::Tables => bookkeeping(error).into(),
            Part::Statement(statement) => self.place(statement).refused(&error).into(),
            Part::Open(statement) => self.place(statement).ended_the_transaction().into(),
            Part::Record => explained("the migration could not be committed").into(),
        })
    }
}

impl From<RunError> for Halt {
    fn from(error: RunError) -> Self {
        Self::Error(error)
    }
}
