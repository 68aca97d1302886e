//! The runner's own interface: a chain, how to run it, and what is done with it.

use super::apply::{AppliedStep, Attempt, Runner};
use super::chain::{Revisions, message};
use super::chains::{Chains, Rows, State};
use super::error::RunError;
use super::event::{Event, Progress, Silent};
use super::history::{History, HistoryTables, LogEntry};
use super::hooks::{Hooks, WithHooks};
use super::plan::Step;
use super::records::record_stamp;
use super::transaction::{Engine, engine, with_limits, with_lock};
use super::verify;
use crate::connection::Session;
use crate::graph::{Direction, GraphError};
use crate::model::SchemaDef;
use std::fmt;
use std::time::Duration;

/// For how long a row is the lock of whoever does not renew it.
const LEASE_TIMEOUT: Duration = Duration::from_secs(3600);

/// Applies a chain to databases.
///
/// Every migration runs in a transaction of its own, which also records it, under a lock that dies with
/// its process: after a crash the database is at some revision of the chain, never between two. Two
/// processes may start at once; the second waits and finds nothing to do.
pub struct Migrator<'a> {
    schema: &'a SchemaDef,
    pub(super) tables: HistoryTables,
    pub(super) lock_timeout: Duration,
    pub(super) statement_timeout: Option<Duration>,
    pub(super) allow_edited: bool,
    verify: bool,
    allow_copy: bool,
    pub(super) by_lease: bool,
    pub(super) lease_timeout: Duration,
    pub(super) progress: Box<dyn Progress + 'a>,
    hooks: Option<Box<dyn Hooks + 'a>>,
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
    /// Its chain, where that is one of a library.
    pub library: Option<String>,
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
            tables: HistoryTables::of(schema),
            lock_timeout: Duration::from_secs(60),
            statement_timeout: None,
            allow_edited: false,
            verify: false,
            allow_copy: false,
            by_lease: false,
            lease_timeout: LEASE_TIMEOUT,
            progress: Box::new(Silent),
            hooks: None,
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

    /// Lets a migration copy a large table, or keep writers out of it for as long as it takes, where a
    /// server has no other way (MySQL, MariaDB). Small tables are copied without being asked.
    pub fn allow_copy(mut self, allow: bool) -> Self {
        self.allow_copy = allow;
        self
    }

    /// Locks by a row, as where a server of MySQL or MariaDB is one of a cluster, which is found out by
    /// itself.
    pub fn lock_by_lease(mut self, lease: bool) -> Self {
        self.by_lease = lease;
        self
    }

    /// For how long a row that is the lock stays with a process that does not renew it, where nobody can say
    /// whether it is alive: one on another node of the cluster, or of another user. It is renewed with each
    /// step, so this is longer than the longest statement. An hour, unless said.
    pub fn lease_timeout(mut self, timeout: Duration) -> Self {
        self.lease_timeout = timeout;
        self
    }

    /// How long to wait for somebody else: for another process that migrates, and on PostgreSQL for whoever
    /// uses a table that a migration changes. Outside of a transaction a statement waits as long for a table;
    /// one with `CONCURRENTLY` waits for older transactions without a limit, since nobody has to wait behind it.
    pub fn lock_timeout(mut self, timeout: Duration) -> Self {
        self.lock_timeout = timeout;
        self
    }

    /// How long one statement of a migration may take, where the database can limit that: any on PostgreSQL and
    /// MariaDB, those that only read on MySQL, none on SQLite. Otherwise as long as the connection's own
    /// settings say.
    pub fn statement_timeout(mut self, timeout: Duration) -> Self {
        self.statement_timeout = Some(timeout);
        self
    }

    /// Other names of the bookkeeping tables than `schema!` says. The command line knows those of `schema!`.
    pub fn tables(mut self, tables: HistoryTables) -> Self {
        self.tables = tables;
        self
    }

    /// Who is told what happens.
    pub fn progress(mut self, progress: impl Progress + 'a) -> Self {
        self.progress = Box::new(progress);
        self
    }

    /// What the application does around each revision.
    pub fn hooks(mut self, hooks: impl Hooks + 'a) -> Self {
        self.hooks = Some(Box::new(hooks));
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
        self.run(session, Direction::Upgrade, |chains, rows| {
            chains.plan_upgrade(rows, target)
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
        self.run(session, Direction::Downgrade, |chains, rows| {
            chains.plan_downgrade(rows, target)
        })
    }

    /// Where the database is. Creates nothing, and needs no file for it.
    ///
    /// # Errors
    /// [`RunError`] if it cannot be read.
    pub fn current(&mut self, session: &mut dyn Session) -> Result<Vec<Revision>, RunError> {
        let engine = engine(session.backend());
        let chains = match self.chains(engine, session) {
            Err(RunError::Graph(GraphError::StoppedInside { .. })) => Chains::new(self.schema)?,
            chains => chains?,
        };
        with_limits(session, engine, self.limits(), |session| {
            let records = self.records(engine, session, &chains)?;
            Ok(records.current(&chains))
        })
    }

    /// The revisions that `upgrade heads` would apply, in that order.
    ///
    /// # Errors
    /// [`RunError`] if the state of the database cannot be told.
    pub fn pending(&mut self, session: &mut dyn Session) -> Result<Vec<String>, RunError> {
        self.pending_after(session, &mut |_| {})
    }

    /// [`Self::pending`], and [`Self::current`] to whoever wants to know it, from one look at the records.
    ///
    /// # Errors
    /// As [`Self::pending`].
    pub fn pending_after(
        &mut self,
        session: &mut dyn Session,
        seen: &mut dyn FnMut(&[Revision]),
    ) -> Result<Vec<String>, RunError> {
        let engine = engine(session.backend());
        let chains = self.chains(engine, session)?;
        let records = with_limits(session, engine, self.limits(), |session| {
            self.records(engine, session, &chains)
        })?;
        seen(&records.current(&chains));
        let steps = chains.plan_upgrade(&records.known(&chains)?, "heads")?;
        Ok(steps.iter().map(|step| step.title(&chains)).collect())
    }

    /// The heads of the chain, and those of the included ones as `chain@revision`.
    ///
    /// # Errors
    /// If the chain cannot be ordered.
    pub fn heads(&self) -> Result<Vec<String>, RunError> {
        Ok(Chains::new(self.schema)?.heads())
    }

    /// [`Self::heads`], in the history that a database is in.
    pub(crate) fn heads_there(&self, session: &mut dyn Session) -> Result<Vec<String>, RunError> {
        Ok(self.chains(engine(session.backend()), session)?.heads())
    }

    /// The log of the chain, oldest entry first.
    ///
    /// # Errors
    /// [`RunError`] if it cannot be read.
    pub fn log(&mut self, session: &mut dyn Session) -> Result<Vec<LogEntry>, RunError> {
        let engine = engine(session.backend());
        let chains = Chains::new(self.schema)?;
        self.read_log(engine, &self.history(chains.own(), engine), session)
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
        self.locked(session, |migrator, session, engine| {
            let chains = if purge {
                Chains::new(migrator.schema)?
            } else {
                migrator.chains(engine, session)?
            };
            let mut held = Vec::new();
            let mut known = Rows::new();
            let mut logs = Vec::new();
            for chain in chains.list() {
                let (rows, log) = migrator.records_of(engine, session, chain)?;
                known.push(if purge {
                    Revisions::new()
                } else {
                    verify::known_rows(chain, &rows, &log)?
                });
                held.push(rows);
                logs.push(log);
            }
            let to = chains.plan_stamp(&known, targets)?;
            for (place, chain) in chains.list().iter().enumerate() {
                let (held, to) = (&held[place], &to[place]);
                let history = migrator.history(chain, engine);
                record_stamp(session, &history, chain, &logs[place], (held, to))?;
            }
            let held = chains.own_first().flat_map(|place| {
                let chain = chains.chain(place);
                held[place].iter().map(|id| chain.title(id))
            });
            Ok(Report {
                from: held.collect(),
                to: chains.titles(&to),
                steps: Vec::new(),
            })
        })
    }

    /// Makes the tables of the records where they are not there yet, and nothing else.
    ///
    /// # Errors
    /// [`RunError`] if they cannot be made.
    pub fn ensure_version(&mut self, session: &mut dyn Session) -> Result<(), RunError> {
        self.locked(session, |_, _, _| Ok(()))
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
        self.locked(session, |migrator, session, engine| {
            let chains = migrator.chains(engine, session)?;
            let mut repaired = Vec::new();
            for chain in chains.list() {
                let history = migrator.history(chain, engine);
                let (rows, log) = migrator.state_of(engine, session, chain)?;
                for (migration, edited) in verify::edited(chain, &rows, &log) {
                    let message = message(migration);
                    let is = edited.is.clone();
                    let entry = LogEntry::begin(migration.id, message, "repair", is);
                    history
                        .write(session, &entry)
                        .map_err(super::apply::bookkeeping)?;
                    repaired.push(edited);
                }
            }
            Ok(repaired)
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
        let engine = engine(session.backend());
        let chains = self.chains(engine, session)?;
        self.edited_of(engine, session, &chains)
    }

    /// The applied revisions, in order. Rows that were lost are an error, as they are to `upgrade`.
    pub(crate) fn applied(
        &mut self,
        session: &mut dyn Session,
    ) -> Result<Vec<&'static crate::migration::Migration>, RunError> {
        let engine = engine(session.backend());
        let chains = self.chains(engine, session)?;
        let records = self.records(engine, session, &chains)?;
        records.refuse_lost_rows(&chains)?;
        Ok(chains.applied(&records.known(&chains)?).collect())
    }

    /// What `upgrade` would run.
    pub(crate) fn plan_upgrade(
        &mut self,
        session: &mut dyn Session,
        target: &str,
    ) -> Result<Vec<Step>, RunError> {
        self.planned(session, |chains, rows| chains.plan_upgrade(rows, target))
    }

    /// What `downgrade` would run, unless it is refused.
    pub(crate) fn plan_downgrade(
        &mut self,
        session: &mut dyn Session,
        target: &str,
    ) -> Result<Vec<Step>, RunError> {
        let chains = Chains::new(self.schema)?;
        let steps = self.planned(session, |chains, rows| chains.plan_downgrade(rows, target))?;
        self.refuse_to_pass(session, &chains, Direction::Downgrade)?;
        Ok(steps)
    }

    fn planned(
        &self,
        session: &mut dyn Session,
        plan: impl FnOnce(&Chains, &Rows) -> Result<Vec<Step>, GraphError>,
    ) -> Result<Vec<Step>, RunError> {
        let engine = engine(session.backend());
        let chains = self.chains(engine, session)?;
        with_limits(session, engine, self.limits(), |session| {
            let rows = self.rows(engine, session, &chains)?;
            Ok(plan(&chains, &rows)?)
        })
    }

    fn run(
        &mut self,
        session: &mut dyn Session,
        direction: Direction,
        plan: impl FnOnce(&Chains, &Rows) -> Result<Vec<Step>, GraphError>,
    ) -> Result<Report, RunError> {
        self.telling(|migrator, progress| migrator.run_plan(session, direction, plan, progress))
    }

    /// Does something that tells of itself.
    pub(super) fn telling<T>(&mut self, act: impl FnOnce(&Self, &mut dyn Progress) -> T) -> T {
        let mut told = WithHooks {
            progress: std::mem::replace(&mut self.progress, Box::new(Silent)),
            hooks: self.hooks.take(),
        };
        let result = act(self, &mut told);
        WithHooks {
            progress: self.progress,
            hooks: self.hooks,
        } = told;
        result
    }

    fn run_plan(
        &self,
        session: &mut dyn Session,
        direction: Direction,
        plan: impl FnOnce(&Chains, &Rows) -> Result<Vec<Step>, GraphError>,
        progress: &mut dyn Progress,
    ) -> Result<Report, RunError> {
        if session.in_transaction() {
            return Err(RunError::InTransaction);
        }
        let engine = engine(session.backend());
        self.settle(engine, session, progress)?;
        let chains = self.chains(engine, session)?;
        let limits = self.limits();
        let mut report = with_limits(session, engine, limits, |session| {
            let mut records = self.records(engine, session, &chains)?;
            if direction == Direction::Upgrade && records.refuse_lost_rows(&chains).is_err() {
                // The log is read before the rows: somebody may have gone back to base in between.
                let read = |migrator: &Self, session: &mut dyn Session, engine| {
                    migrator.records(engine, session, &chains)
                };
                records = self.lock_and_run(session, progress, read)?;
                records.refuse_lost_rows(&chains)?;
            }
            let rows = self.verified(&chains, &records, Some(direction))?;
            let from = chains.titles(&rows);
            let steps = plan(&chains, &rows)?;
            for step in &steps {
                step.operations()?;
            }
            // Who finds nothing to do waits for nobody.
            if steps.is_empty() {
                self.refuse_to_pass(session, &chains, direction)?;
                let to = from.clone();
                return Ok(Report {
                    from,
                    to,
                    steps: Vec::new(),
                });
            }
            with_lock(session, engine, limits, progress, |session, progress| {
                self.refuse_to_pass(session, &chains, direction)?;
                self.run_steps(session, engine, &chains, rows, &steps, progress)
            })
            .map(|(to, steps)| Report { from, to, steps })
        })?;
        // It may have come to the end of what another revision replaces.
        for (revision, last) in self.settle(engine, session, progress)? {
            let rows = report.to.iter_mut().filter(|row| **row == last);
            rows.for_each(|row| row.clone_from(&revision));
        }
        Ok(report)
    }

    /// Runs the steps, from wherever the database is by now. Returns where it is then, and what was done.
    fn run_steps(
        &self,
        session: &mut dyn Session,
        engine: &'static dyn Engine,
        chains: &Chains,
        mut rows: Rows,
        steps: &[Step],
        progress: &mut dyn Progress,
    ) -> Result<(Vec<String>, Vec<AppliedStep>), RunError> {
        let mut done = Vec::new();
        loop {
            // They were read before the lock was held.
            if self.have_moved(engine, session, chains, &rows)? {
                progress.event(&Event::Replanned);
                let records = self.records(engine, session, chains)?;
                let direction = steps.first().map(|step| step.direction);
                rows = self.verified(chains, &records, direction)?;
            }
            let start = rows.clone();
            if let Some(rows) =
                self.steps(session, engine, chains, start, (steps, &mut done), progress)?
            {
                return Ok((chains.titles(&rows), done));
            }
        }
    }

    /// Whether the version rows are others by now.
    fn have_moved(
        &self,
        engine: &'static dyn Engine,
        session: &mut dyn Session,
        chains: &Chains,
        rows: &Rows,
    ) -> Result<bool, RunError> {
        for (chain, rows) in chains.list().iter().zip(rows) {
            let held = self.read_rows(engine, &self.history(chain, engine), session)?;
            if !held.iter().map(String::as_str).eq(rows.iter().copied()) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Runs those of the steps that are still to be done; `None` where another process moved the rows.
    fn steps(
        &self,
        session: &mut dyn Session,
        engine: &'static dyn Engine,
        chains: &Chains,
        rows: Rows,
        (steps, done): (&[Step], &mut Vec<AppliedStep>),
        progress: &mut dyn Progress,
    ) -> Result<Option<Rows>, RunError> {
        let histories = chains.list().iter();
        let mut runner = Runner {
            chains,
            histories: histories
                .map(|chain| History::new(&self.tables, chain.name(), engine))
                .collect(),
            engine,
            limits: self.limits(),
            verify: self.verify,
            allow_copy: self.allow_copy,
            known: None,
            together: false,
        };
        let mut state = State::new(chains, rows);
        for step in steps {
            if state.is_made(*step) {
                continue;
            }
            if !state.fits(chains, *step) {
                return Err(RunError::Contended);
            }
            match runner.step(session, &state, *step, progress)? {
                Attempt::Done(applied) => done.push(*applied),
                Attempt::Moved => return Ok(None),
            }
            state.make(chains, *step);
        }
        Ok(Some(state.rows().clone()))
    }
}
