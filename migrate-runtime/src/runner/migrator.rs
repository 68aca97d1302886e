//! The runner's own interface: a chain, how to run it, and what is done with it.

use super::apply::{AppliedStep, Attempt, Runner};
use super::chain::{Chain, Revisions, State, checksum_of, message};
use super::error::RunError;
use super::event::{Event, Progress, Silent};
use super::history::{History, HistoryTables, LogEntry, standing};
use super::plan::{Step, steps};
use super::transaction::{Engine, engine, rollback, with_timeout};
use super::verify;
use crate::connection::Session;
use crate::graph::{Direction, Plan, plan_downgrade, plan_stamp, plan_upgrade};
use crate::model::SchemaDef;
use std::collections::BTreeSet;
use std::fmt;
use std::time::Duration;

/// Applies a chain to databases.
///
/// Every migration runs in a transaction of its own, which also records it, under a lock that dies with
/// its process: after a crash the database is at some revision of the chain, never between two. Two
/// processes may start at once; the second waits and finds nothing to do.
pub struct Migrator<'a> {
    schema: &'a SchemaDef,
    tables: HistoryTables,
    lock_timeout: Duration,
    allow_edited: bool,
    verify: bool,
    progress: Box<dyn Progress + 'a>,
}

impl fmt::Debug for Migrator<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Migrator")
            .field("chain", &self.schema.chain)
            .finish_non_exhaustive()
    }
}

/// What a run did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Report {
    /// The version rows before; empty at the base.
    pub from: Vec<String>,
    /// The version rows after; empty at the base.
    pub to: Vec<String>,
    /// The migrations that ran, in order. None: there was nothing to do.
    pub steps: Vec<AppliedStep>,
}

/// Where a database is.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Revision {
    /// The id.
    pub id: String,
    /// What it is about, from its file, else from the log.
    pub message: String,
    /// The revisions that it follows.
    pub revises: Vec<String>,
    /// Its file; `None` where no file has it.
    pub file: Option<String>,
    /// Whether no other revision of the chain follows it.
    pub is_head: bool,
    /// When it was applied, where the log says so.
    pub applied: Option<String>,
}

impl<'a> Migrator<'a> {
    /// A migrator with the defaults: 60 seconds for the lock, no edited revisions, nobody is told.
    pub fn new(schema: &'a SchemaDef) -> Self {
        Self {
            schema,
            tables: HistoryTables::default(),
            lock_timeout: Duration::from_secs(60),
            allow_edited: false,
            verify: false,
            progress: Box::new(Silent),
        }
    }

    /// Goes on although an applied revision was edited since.
    pub fn allow_edited(mut self, allow: bool) -> Self {
        self.allow_edited = allow;
        self
    }

    /// Reads the schema again before and after each migration, in its transaction, and rolls it back if
    /// the database did not become what the chain says: an SQL or function step did something that it does
    /// not declare, or a trigger of the database did.
    pub fn verify(mut self, verify: bool) -> Self {
        self.verify = verify;
        self
    }

    /// How long to wait for another process.
    pub fn lock_timeout(mut self, timeout: Duration) -> Self {
        self.lock_timeout = timeout;
        self
    }

    /// The names of the bookkeeping tables.
    pub fn tables(mut self, tables: HistoryTables) -> Self {
        self.tables = tables;
        self
    }

    /// Who is told what happens.
    pub fn progress(mut self, progress: impl Progress + 'a) -> Self {
        self.progress = Box::new(progress);
        self
    }

    /// The models and the chain.
    pub fn schema(&self) -> &'a SchemaDef {
        self.schema
    }

    pub(super) fn history_tables(&self) -> &HistoryTables {
        &self.tables
    }

    /// Applies what is missing up to a target: `head`, `heads`, an id or the beginning of one, `+N`.
    ///
    /// # Errors
    /// [`RunError`]; the migrations before the one that failed stay applied.
    pub fn upgrade(&mut self, session: &mut dyn Session, target: &str) -> Result<Report, RunError> {
        self.run(session, |chain, rows| {
            Ok(plan_upgrade(chain.graph(), rows, target)?)
        })
    }

    /// Takes back everything above a target: `base`, an id or the beginning of one, `-N`.
    ///
    /// # Errors
    /// [`RunError`]; before anything runs, where a revision on the way is irreversible.
    pub fn downgrade(
        &mut self,
        session: &mut dyn Session,
        target: &str,
    ) -> Result<Report, RunError> {
        self.run(session, |chain, rows| {
            Ok(plan_downgrade(chain.graph(), rows, target)?)
        })
    }

    /// Where the database is. Creates nothing, and needs no file for it.
    ///
    /// # Errors
    /// [`RunError`] if it cannot be read.
    pub fn current(&mut self, session: &mut dyn Session) -> Result<Vec<Revision>, RunError> {
        let chain = Chain::new(self.schema)?;
        let timeout = self.lock_timeout;
        let engine = engine(session.backend())?;
        with_timeout(session, engine, timeout, |session| {
            let history = self.history(&chain);
            let rows = self.read_rows(engine, &history, session)?;
            let log = self.read_log(engine, &history, session)?;
            let standing = standing(&log);
            let heads = chain.graph().heads();
            Ok(rows
                .iter()
                .map(|row| {
                    let entry = standing.get(row.as_str());
                    let file = chain.get(row);
                    Revision {
                        id: row.clone(),
                        message: file.map_or_else(
                            || entry.map(|entry| entry.message.clone()).unwrap_or_default(),
                            message,
                        ),
                        revises: (chain.graph().get(row))
                            .map_or_else(Vec::new, |revision| revision.parents.clone()),
                        file: file.map(super::chain::file),
                        is_head: heads.contains(row),
                        applied: entry.map(|entry| entry.finished.clone()),
                    }
                })
                .collect())
        })
    }

    /// The revisions that `upgrade heads` would apply, in that order.
    ///
    /// # Errors
    /// [`RunError`] if the state of the database cannot be told.
    pub fn pending(&mut self, session: &mut dyn Session) -> Result<Vec<String>, RunError> {
        let steps = self.plan_upgrade(session, "heads")?;
        Ok(steps
            .iter()
            .map(|step| step.migration.id.to_owned())
            .collect())
    }

    /// The heads of the chain.
    ///
    /// # Errors
    /// If the chain cannot be ordered.
    pub fn heads(&self) -> Result<Vec<String>, RunError> {
        Ok(Chain::new(self.schema)?.graph().heads())
    }

    /// The log of the chain, oldest entry first.
    ///
    /// # Errors
    /// [`RunError`] if it cannot be read.
    pub fn log(&mut self, session: &mut dyn Session) -> Result<Vec<LogEntry>, RunError> {
        let chain = Chain::new(self.schema)?;
        let engine = engine(session.backend())?;
        self.read_log(engine, &self.history(&chain), session)
    }

    /// Records revisions without running anything, in place of the rows there are. With `purge`, rows
    /// that no file knows are forgotten; without, they are an error.
    ///
    /// # Errors
    /// [`RunError`].
    pub fn stamp(
        &mut self,
        session: &mut dyn Session,
        targets: &[&str],
        purge: bool,
    ) -> Result<Report, RunError> {
        let chain = Chain::new(self.schema)?;
        self.locked(session, &chain, |migrator, session, history, engine| {
            let held = migrator.read_rows(engine, history, session)?;
            let log = migrator.read_log(engine, history, session)?;
            let rows: Vec<String> = if purge {
                Vec::new()
            } else {
                texts(&verify::known_rows(&chain, &held, || Ok(log.clone()))?)
            };
            let to = chain.known(&plan_stamp(chain.graph(), &rows, targets)?);
            let stamped = to.iter().copied().eq(held.iter().map(String::as_str));
            if !stamped {
                record_stamp(session, history, &chain, &log, (&held, &to))?;
            }
            Ok(Report {
                from: held.into_iter().collect(),
                to: texts(&to),
                steps: Vec::new(),
            })
        })
    }

    /// Takes the checksums of the files as those that were applied. Returns the revisions whose
    /// checksums differed.
    ///
    /// # Errors
    /// [`RunError`].
    pub fn repair(
        &mut self,
        session: &mut dyn Session,
    ) -> Result<Vec<super::EditedRevision>, RunError> {
        let chain = Chain::new(self.schema)?;
        self.locked(session, &chain, |migrator, session, history, engine| {
            let held = migrator.read_rows(engine, history, session)?;
            let log = migrator.read_log(engine, history, session)?;
            let rows = verify::known_rows(&chain, &held, || Ok(log.clone()))?;
            let edited = verify::edited(&chain, &rows, &log);
            for revision in &edited {
                let entry = LogEntry::begin(
                    &revision.revision,
                    chain
                        .get(&revision.revision)
                        .map(message)
                        .unwrap_or_default(),
                    "repair",
                    revision.is.clone(),
                );
                history
                    .write(session, &entry)
                    .map_err(super::apply::bookkeeping)?;
            }
            Ok(edited)
        })
    }

    /// Applied revisions that were edited since.
    ///
    /// # Errors
    /// [`RunError`] if the state of the database cannot be told.
    pub fn edited(
        &mut self,
        session: &mut dyn Session,
    ) -> Result<Vec<super::EditedRevision>, RunError> {
        let chain = Chain::new(self.schema)?;
        let engine = engine(session.backend())?;
        let (rows, log) = self.state(engine, session, &chain)?;
        Ok(verify::edited(&chain, &rows, &log))
    }

    /// The applied revisions, in the order of the chain.
    pub(crate) fn applied(
        &mut self,
        session: &mut dyn Session,
    ) -> Result<Vec<&'static crate::migration::Migration>, RunError> {
        let chain = Chain::new(self.schema)?;
        let engine = engine(session.backend())?;
        let (rows, _) = self.state(engine, session, &chain)?;
        let applied = chain.with_ancestors(rows.iter().copied());
        Ok(chain
            .order()
            .iter()
            .copied()
            .filter(|migration| applied.contains(migration.id))
            .collect())
    }

    /// What `upgrade` would run.
    pub(crate) fn plan_upgrade(
        &mut self,
        session: &mut dyn Session,
        target: &str,
    ) -> Result<Vec<Step>, RunError> {
        self.planned(session, |chain, rows| {
            Ok(plan_upgrade(chain.graph(), rows, target)?)
        })
    }

    /// What `downgrade` would run.
    pub(crate) fn plan_downgrade(
        &mut self,
        session: &mut dyn Session,
        target: &str,
    ) -> Result<Vec<Step>, RunError> {
        self.planned(session, |chain, rows| {
            Ok(plan_downgrade(chain.graph(), rows, target)?)
        })
    }

    fn planned(
        &self,
        session: &mut dyn Session,
        plan: impl FnOnce(&Chain, &[String]) -> Result<Plan, RunError>,
    ) -> Result<Vec<Step>, RunError> {
        let chain = Chain::new(self.schema)?;
        let engine = engine(session.backend())?;
        with_timeout(session, engine, self.lock_timeout, |session| {
            let (rows, _) = self.state(engine, session, &chain)?;
            Ok(steps(&chain, &plan(&chain, &texts(&rows))?))
        })
    }

    fn run(
        &mut self,
        session: &mut dyn Session,
        plan: impl FnOnce(&Chain, &[String]) -> Result<Plan, RunError>,
    ) -> Result<Report, RunError> {
        if session.in_transaction() {
            return Err(RunError::InTransaction);
        }
        let chain = Chain::new(self.schema)?;
        let engine = engine(session.backend())?;
        let timeout = self.lock_timeout;
        with_timeout(session, engine, timeout, |session| {
            let mut rows = self.verified(engine, session, &chain)?;
            let from = texts(&rows);
            let steps = steps(&chain, &plan(&chain, &from)?);
            for step in &steps {
                step.operations()?;
            }
            let mut done = Vec::new();
            loop {
                let after = self.steps(session, engine, &chain, rows, &steps, &mut done)?;
                if let Some(rows) = after {
                    return Ok(Report {
                        from,
                        to: texts(&rows),
                        steps: done,
                    });
                }
                self.progress.event(&Event::Replanned);
                rows = self.verified(engine, session, &chain)?;
            }
        })
    }

    /// Runs those of the steps that are still to be done; `None` where another process moved the rows.
    fn steps(
        &mut self,
        session: &mut dyn Session,
        engine: &'static Engine,
        chain: &Chain,
        rows: Revisions,
        steps: &[Step],
        done: &mut Vec<AppliedStep>,
    ) -> Result<Option<Revisions>, RunError> {
        let mut runner = Runner {
            chain,
            history: History::new(&self.tables, chain.name()),
            engine,
            lock_timeout: self.lock_timeout,
            verify: self.verify,
            known: None,
        };
        let mut state = State::new(chain, rows);
        for step in steps {
            if state.has(step.migration.id) == (step.direction == Direction::Upgrade) {
                continue;
            }
            match runner.step(session, &state, *step, &mut *self.progress)? {
                Attempt::Done(applied) => done.push(*applied),
                Attempt::Moved => return Ok(None),
            }
            state.make(chain, *step);
        }
        Ok(Some(state.rows().clone()))
    }

    fn verified(
        &self,
        engine: &Engine,
        session: &mut dyn Session,
        chain: &Chain,
    ) -> Result<Revisions, RunError> {
        let (rows, log) = self.state(engine, session, chain)?;
        if !self.allow_edited {
            let edited = verify::edited(chain, &rows, &log);
            if !edited.is_empty() {
                return Err(RunError::EditedRevisions(edited));
            }
        }
        Ok(rows)
    }

    fn state(
        &self,
        engine: &Engine,
        session: &mut dyn Session,
        chain: &Chain,
    ) -> Result<(Revisions, Vec<LogEntry>), RunError> {
        let history = self.history(chain);
        let rows = self.read_rows(engine, &history, session)?;
        let log = self.read_log(engine, &history, session)?;
        let known = verify::known_rows(chain, &rows, || Ok(log.clone()))?;
        Ok((known, log))
    }

    fn history<'h>(&'h self, chain: &'h Chain) -> History<'h> {
        History::new(&self.tables, chain.name())
    }

    fn read_rows(
        &self,
        engine: &Engine,
        history: &History<'_>,
        session: &mut dyn Session,
    ) -> Result<BTreeSet<String>, RunError> {
        let rows = history.rows(session).map_err(|source| {
            engine.explain(
                "the version table cannot be read",
                self.lock_timeout,
                source,
            )
        })?;
        let mut seen = BTreeSet::new();
        for row in rows {
            if let Some(revision) = seen.replace(row) {
                return Err(RunError::DuplicateRow { revision });
            }
        }
        Ok(seen)
    }

    fn read_log(
        &self,
        engine: &Engine,
        history: &History<'_>,
        session: &mut dyn Session,
    ) -> Result<Vec<LogEntry>, RunError> {
        history
            .log(session)
            .map_err(|source| engine.explain("the log cannot be read", self.lock_timeout, source))
    }

    /// Runs under the lock, with the bookkeeping tables there.
    fn locked<T>(
        &self,
        session: &mut dyn Session,
        chain: &Chain,
        run: impl FnOnce(&Self, &mut dyn Session, &History<'_>, &Engine) -> Result<T, RunError>,
    ) -> Result<T, RunError> {
        if session.in_transaction() {
            return Err(RunError::InTransaction);
        }
        let engine = engine(session.backend())?;
        let history = self.history(chain);
        with_timeout(session, engine, self.lock_timeout, |session| {
            engine.begin(session, self.lock_timeout)?;
            let result = history
                .create(session)
                .map_err(super::apply::bookkeeping)
                .and_then(|()| run(self, session, &history, engine))
                .and_then(|value| {
                    session
                        .batch("COMMIT")
                        .map_err(super::apply::bookkeeping)
                        .map(|()| value)
                });
            if result.is_err() {
                rollback(session);
            }
            result
        })
    }
}

/// Logs what a stamp makes applied or not, revision by revision, and writes the rows.
fn record_stamp(
    session: &mut dyn Session,
    history: &History<'_>,
    chain: &Chain,
    log: &[LogEntry],
    (from, to): (&BTreeSet<String>, &Revisions),
) -> Result<(), RunError> {
    let before = chain.with_ancestors(from.iter().map(String::as_str));
    let after = chain.with_ancestors(to.iter().copied());
    let standing = standing(log);
    let mut entries = Vec::new();
    for migration in chain.order() {
        let direction = match (before.contains(migration.id), after.contains(migration.id)) {
            (false, true) => "stamp",
            (true, false) => "unstamp",
            _ => continue,
        };
        entries.push(LogEntry::begin(
            migration.id,
            message(migration),
            direction,
            checksum_of(migration),
        ));
    }
    for row in from.iter().filter(|row| chain.get(row).is_none()) {
        let entry = standing.get(row.as_str());
        entries.push(LogEntry::begin(
            row,
            entry.map(|entry| entry.message.clone()).unwrap_or_default(),
            "unstamp",
            entry
                .map(|entry| entry.checksum.clone())
                .unwrap_or_default(),
        ));
    }
    for entry in &entries {
        history
            .write(session, entry)
            .map_err(super::apply::bookkeeping)?;
    }
    history
        .set_rows(session, from, to.iter().copied())
        .map_err(super::apply::bookkeeping)
}

fn texts(revisions: &Revisions) -> Vec<String> {
    revisions.iter().map(|&id| id.to_owned()).collect()
}
