//! A database that is new: what the head of the chain has is created at once, and filled for the first time.
//!
//! That a database is new is known before its first table is there and not any more afterwards, so it is
//! written into the log together with that table. Whoever finds it written there and not ended, also after
//! a crash, loads the first rows; one process does.

use super::apply::bookkeeping;
use super::chain::{Chain, Revisions};
use super::chains::{Chains, Rows};
use super::error::RunError;
use super::history::{CREATE, History, LogEntry, Outcome, standing};
use super::migrator::{Migrator, Report};
use super::place::call;
use super::proof;
use super::records::record_stamp;
use super::run::{RunConnection, RunResult};
use super::throwaway::is_opaque;
use super::transaction::{Engine, engine, with_limits};
use crate::connection::Session;
use crate::diff::{RenameHints, diff};
use crate::graph::Direction;
use crate::migration::OperationKind;
use crate::schema::Schema;
use crate::sql::{self, Step};
use std::collections::BTreeSet;

/// What a database holds, seen by somebody who is about to use it for the first time.
#[derive(Debug)]
pub(crate) enum FirstLook {
    /// It has version rows, or a log that says how it lost them.
    Recorded,
    /// It has neither a record nor a table.
    New,
    /// It has tables, and no record of how they came; or one that version rows are missing for.
    Unrecorded {
        /// The tables, as they are compared.
        database: Schema,
        /// The highest revisions that the log says are applied.
        logged: Vec<String>,
    },
}

impl Migrator<'_> {
    /// Whether a database was migrated before, and if not, whether there is something in it.
    pub(crate) fn first_look(&mut self, session: &mut dyn Session) -> Result<FirstLook, RunError> {
        let engine = engine(session.backend());
        let chains = self.chains(engine, session)?;
        with_limits(session, engine, self.limits(), |session| {
            match self.look(session, engine, &chains)? {
                // Another process may have made both between the look at the records and that at the tables.
                FirstLook::Unrecorded { .. } => self.look(session, engine, &chains),
                found => Ok(found),
            }
        })
    }

    fn look(
        &self,
        session: &mut dyn Session,
        engine: &'static dyn Engine,
        chains: &Chains,
    ) -> Result<FirstLook, RunError> {
        let mut logged = Vec::new();
        let mut is_logged = false;
        for chain in chains.list() {
            let history = self.history(chain, engine);
            if !self.read_rows(engine, &history, session)?.is_empty() {
                return Ok(FirstLook::Recorded);
            }
            let log = self.read_log(engine, &history, session)?;
            is_logged |= !log.is_empty();
            logged.extend(highest(chain, &log).map(|id| chain.title(id)));
        }
        if is_logged && logged.is_empty() {
            return Ok(FirstLook::Recorded);
        }
        let head = chains.fold(&heads(chains)?);
        let database = chains.observe(session, &head)?;
        if database.tables.is_empty() {
            return Ok(FirstLook::New);
        }
        Ok(FirstLook::Unrecorded { database, logged })
    }

    /// Creates in a new database what the head of the chain has, and records the head. Where `is_filled`, it
    /// is also written down that the first rows are to be loaded.
    ///
    /// `None` where the chain has to be run for it: a revision does something to rows, or is a text that
    /// nobody can read; the database cannot take a half-made schema back; or another process was first.
    pub(crate) fn create(
        &mut self,
        session: &mut dyn Session,
        is_filled: bool,
    ) -> Result<Option<Report>, RunError> {
        let chains = Chains::new(self.schema())?;
        self.locked(session, |migrator, session, engine| {
            if !matches!(migrator.look(session, engine, &chains)?, FirstLook::New) {
                return Ok(None);
            }
            let history = migrator.history(chains.own(), engine);
            if is_filled {
                let entry = LogEntry {
                    outcome: Outcome::Begun,
                    ..first_rows()
                };
                history.write(session, &entry).map_err(bookkeeping)?;
            }
            let rows = heads(&chains)?;
            if !engine.transactional_ddl()
                || !is_schema_only(&chains)
                || !create_tables(session, engine, &chains.fold(&rows))?
            {
                return Ok(None);
            }
            refuse_differences(session, &chains, &rows)?;
            for (chain, rows) in chains.list().iter().zip(&rows) {
                let history = migrator.history(chain, engine);
                record_stamp(session, &history, chain, &[], (&BTreeSet::new(), rows))?;
            }
            Ok(Some(Report {
                from: Vec::new(),
                to: chains.titles(&rows),
                steps: Vec::new(),
            }))
        })
    }

    /// Loads the first rows, if that was written down and not done. Returns whether it was done here.
    pub(crate) fn fill(
        &mut self,
        session: &mut dyn Session,
        fill: &mut dyn FnMut(&mut RunConnection<'_>) -> RunResult,
    ) -> Result<bool, RunError> {
        let engine = engine(session.backend());
        let chains = self.chains(engine, session)?;
        let is_to_be_filled = with_limits(session, engine, self.limits(), |session| {
            self.is_to_be_filled(session, engine, &self.history(chains.own(), engine))
        });
        if !is_to_be_filled? {
            return Ok(false);
        }
        self.locked(session, |migrator, session, engine| {
            let history = migrator.history(chains.own(), engine);
            // Another process may have done it while the lock was waited for.
            if !migrator.is_to_be_filled(session, engine, &history)? {
                return Ok(false);
            }
            call(fill, session).map_err(|message| RunError::NotFilled { message })?;
            let ended = history.end_begun(&first_rows());
            session.batch(&ended).map_err(bookkeeping)?;
            Ok(true)
        })
    }

    fn is_to_be_filled(
        &self,
        session: &mut dyn Session,
        engine: &'static dyn Engine,
        history: &History<'_>,
    ) -> Result<bool, RunError> {
        let log = self.read_log(engine, history, session)?;
        let mut fillings = log.iter().filter(|entry| entry.direction == CREATE);
        Ok(fillings.any(|entry| entry.outcome == Outcome::Begun))
    }

    /// The revisions of the database that no file has, where they stand on the head of every chain: somebody
    /// newer was here. `None` where the database is somewhere else.
    pub(crate) fn ahead(
        &mut self,
        session: &mut dyn Session,
    ) -> Result<Option<Vec<String>>, RunError> {
        let engine = engine(session.backend());
        let chains = self.chains(engine, session)?;
        with_limits(session, engine, self.limits(), |session| {
            let mut newer = Vec::new();
            for chain in chains.list() {
                let history = self.history(chain, engine);
                let rows = self.read_rows(engine, &history, session)?;
                let log = self.read_log(engine, &history, session)?;
                let standing = standing(&log);
                let known = rows.iter().filter(|row| chain.get(row).is_some());
                let applied = chain.with_ancestors(known.map(String::as_str));
                let mut heads = chain.graph().heads().into_iter();
                if !heads.all(|head| {
                    applied.contains(head.as_str()) || standing.contains_key(head.as_str())
                }) {
                    return Ok(None);
                }
                let unknown = rows.iter().filter(|row| chain.get(row).is_none());
                newer.extend(unknown.map(|id| chain.title(id)));
            }
            Ok(Some(newer).filter(|newer| !newer.is_empty()))
        })
    }
}

/// The entry of the first filling.
fn first_rows() -> LogEntry {
    LogEntry::begin("", "first rows".to_owned(), CREATE, String::new())
}

/// The revisions that a log says are applied, without those that others of them stand on.
fn highest<'l>(chain: &'l Chain, log: &'l [LogEntry]) -> impl Iterator<Item = &'l str> {
    let standing = standing(log);
    let ids: Vec<&str> = standing.keys().copied().collect();
    ids.into_iter().filter(move |id| {
        let mut followers = chain.followers(id);
        !followers.any(|follower| standing.contains_key(follower))
    })
}

/// The version rows of the heads of all chains.
fn heads(chains: &Chains) -> Result<Rows, RunError> {
    let nothing = vec![Revisions::new(); chains.list().len()];
    Ok(chains.plan_from(&nothing, "heads")?)
}

/// Whether what the chain leads to is all that it does.
fn is_schema_only(chains: &Chains) -> bool {
    let mut operations = chains.order().flat_map(|migration| migration.upgrade);
    !operations.any(|operation| {
        matches!(operation.kind, OperationKind::Backfill { .. }) || is_opaque(operation)
    })
}

/// Creates a schema in an empty database, if that is all done in a transaction.
fn create_tables(
    session: &mut dyn Session,
    engine: &'static dyn Engine,
    schema: &Schema,
) -> Result<bool, RunError> {
    let operations = diff(&Schema::new(), schema, &RenameHints::default());
    let plan = sql::plan_from(&operations, Schema::new(), engine.dialect());
    // The chain is what was tried; whatever is wrong, it says where.
    let Ok(plan) = plan else { return Ok(false) };
    if !plan.transactional || !plan.settings.is_empty() {
        return Ok(false);
    }
    let statements = plan.statements.iter().map(|statement| &statement.step);
    let texts: Option<Vec<&str>> = statements
        .map(|step| match step {
            Step::Sql(sql) | Step::Query { sql } => Some(sql.as_str()),
            _ => None,
        })
        .collect();
    let Some(texts) = texts else { return Ok(false) };
    for sql in texts {
        session.batch(sql).map_err(|source| RunError::Database {
            doing: "the tables of a new database cannot be created",
            source,
        })?;
    }
    Ok(true)
}

/// The database must be what the chain would have made.
fn refuse_differences(
    session: &mut dyn Session,
    chains: &Chains,
    rows: &Rows,
) -> Result<(), RunError> {
    let differences = proof::differences(session, chains, rows)?;
    if differences.is_empty() {
        return Ok(());
    }
    Err(RunError::NotAsWritten {
        revision: chains.titles(rows).join(", "),
        direction: Direction::Upgrade,
        file: "a new database".to_owned(),
        differences,
        rolled_back: true,
    })
}
