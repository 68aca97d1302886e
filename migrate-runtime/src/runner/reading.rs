//! Where a database is: version rows and log of each chain, read and held against the files.
//!
//! Nothing here writes; who writes does it under the lock, which is taken here, too.

use super::chain::{Chain, Revisions};
use super::chains::{Chains, Rows};
use super::error::{EditedRevision, LostRows, RunError};
use super::event::Progress;
use super::history::{History, LogEntry, lost, standing};
use super::inspect::has_table;
use super::listing::Listed;
use super::migrator::{Migrator, Revision};
use super::records::described;
use super::transaction::{Engine, Limits, engine, rollback, with_limits, with_lock};
use super::verify;
use crate::connection::Session;
use crate::graph::Direction;
use std::collections::{BTreeMap, BTreeSet};

/// The version rows and the log of each chain, in the order of the chains.
pub(super) struct Records(Vec<(BTreeSet<String>, Vec<LogEntry>)>);

impl Records {
    /// The applied heads, those of the application first.
    pub(super) fn current(&self, chains: &Chains) -> Vec<Revision> {
        let places = chains.own_first();
        let of = |place: usize| {
            let (rows, log) = &self.0[place];
            described(chains.chain(place), rows, log)
        };
        places.flat_map(of).collect()
    }

    /// Every revision, in the order in which they are applied, and last those that no file has.
    pub(super) fn listed(&self, chains: &Chains) -> Vec<Listed> {
        let both = || chains.list().iter().zip(&self.0);
        let rows = both().map(|(chain, (rows, log))| {
            let known = chain.known(rows);
            // What a revision without a file stands on, the log alone knows.
            let standing = (known.len() < rows.len()).then(|| standing(log).into_keys());
            let standing = standing.into_iter().flatten();
            let standing = standing.filter_map(|id| chain.get(id));
            known.into_iter().chain(standing.map(|it| it.id)).collect()
        });
        let applied = chains.all_applied(&rows.collect());
        let unknown = both().flat_map(|(chain, (rows, log))| {
            let rows = rows.iter().filter(|row| chain.get(row).is_none());
            described(chain, &rows.cloned().collect(), log)
        });
        let unknown = unknown.map(|revision| Listed {
            revision,
            is_applied: true,
        });
        let mut described: Vec<BTreeMap<String, Revision>> = both()
            .map(|(chain, (_, log))| {
                let all = chain.order().iter().map(|it| it.id.to_owned()).collect();
                let all = described(chain, &all, log).into_iter();
                all.map(|revision| (revision.id.clone(), revision))
                    .collect()
            })
            .collect();
        let order = chains.order_by_chain();
        let listed = order.filter_map(|(place, migration)| {
            Some(Listed {
                revision: described[place].remove(migration.id)?,
                is_applied: applied[place].contains(migration.id),
            })
        });
        listed.chain(unknown).collect()
    }

    /// The rows, of revisions that there are files for.
    pub(super) fn known(&self, chains: &Chains) -> Result<Rows, RunError> {
        let both = chains.list().iter().zip(&self.0);
        both.map(|(chain, (rows, log))| verify::known_rows(chain, rows, log))
            .collect()
    }

    /// Applied revisions that were edited since.
    fn edited(&self, chains: &Chains, rows: &Rows) -> Vec<EditedRevision> {
        let all = chains.list().iter().zip(rows).zip(&self.0);
        all.flat_map(|((chain, rows), (_, log))| verify::edited(chain, rows, log))
            .map(|(_, edited)| edited)
            .collect()
    }

    /// Refuses to begin at base where the log says that something is applied: what rows the tables have, the revisions
    /// would change again.
    pub(super) fn refuse_lost_rows(&self, chains: &Chains) -> Result<(), RunError> {
        let both = chains.list().iter().zip(&self.0);
        for (chain, (_, log)) in both.filter(|(_, (rows, _))| rows.is_empty()) {
            if let Some(last) = lost(log) {
                return Err(RunError::LostRows(LostRows {
                    revision: chain.title(&last.revision),
                    finished: last.finished.clone(),
                    host: last.host.clone(),
                }));
            }
        }
        Ok(())
    }
}

impl Migrator<'_> {
    /// The version rows, unless what they say is applied was edited since.
    pub(super) fn verified(
        &self,
        chains: &Chains,
        records: &Records,
        direction: Option<Direction>,
    ) -> Result<Rows, RunError> {
        let rows = records.known(chains)?;
        let revisions = records.edited(chains, &rows);
        if revisions.is_empty() || self.allow_edited {
            Ok(rows)
        } else {
            Err(RunError::EditedRevisions {
                revisions,
                direction,
            })
        }
    }

    pub(super) fn edited_of(
        &self,
        engine: &'static dyn Engine,
        session: &mut dyn Session,
        chains: &Chains,
    ) -> Result<Vec<EditedRevision>, RunError> {
        let records = self.records(engine, session, chains)?;
        Ok(records.edited(chains, &records.known(chains)?))
    }

    pub(super) fn rows(
        &self,
        engine: &'static dyn Engine,
        session: &mut dyn Session,
        chains: &Chains,
    ) -> Result<Rows, RunError> {
        self.records(engine, session, chains)?.known(chains)
    }

    pub(super) fn state_of(
        &self,
        engine: &'static dyn Engine,
        session: &mut dyn Session,
        chain: &Chain,
    ) -> Result<(Revisions, Vec<LogEntry>), RunError> {
        let (rows, log) = self.records_of(engine, session, chain)?;
        Ok((verify::known_rows(chain, &rows, &log)?, log))
    }

    /// Whether the database has the version table.
    ///
    /// # Errors
    /// [`RunError`] if it cannot be asked.
    pub fn is_recorded(&self, session: &mut dyn Session) -> Result<bool, RunError> {
        let engine = engine(session.backend());
        has_table(session, &self.tables.version).map_err(|source| {
            engine.explain(
                "the version table cannot be looked for",
                self.limits(),
                source,
            )
        })
    }

    /// What the bookkeeping says of every chain.
    pub(super) fn records(
        &self,
        engine: &'static dyn Engine,
        session: &mut dyn Session,
        chains: &Chains,
    ) -> Result<Records, RunError> {
        let list = chains.list().iter();
        list.map(|chain| self.records_of(engine, session, chain))
            .collect::<Result<_, _>>()
            .map(Records)
    }

    /// The version rows and the log of a chain.
    pub(super) fn records_of(
        &self,
        engine: &'static dyn Engine,
        session: &mut dyn Session,
        chain: &Chain,
    ) -> Result<(BTreeSet<String>, Vec<LogEntry>), RunError> {
        let history = self.history(chain, engine);
        // The log first: what it says is applied by then, the rows have, whoever migrates in between.
        let log = self.read_log(engine, &history, session)?;
        Ok((self.read_rows(engine, &history, session)?, log))
    }

    pub(super) fn limits(&self) -> Limits<'_> {
        Limits {
            lock_timeout: self.lock_timeout,
            statement_timeout: self.statement_timeout,
            version: &self.tables.version,
            by_lease: self.by_lease,
            lease_timeout: self.lease_timeout,
        }
    }

    pub(super) fn history<'h>(
        &'h self,
        chain: &'h Chain,
        engine: &'static dyn Engine,
    ) -> History<'h> {
        History::new(&self.tables, chain.name(), engine)
    }

    pub(super) fn read_rows(
        &self,
        engine: &'static dyn Engine,
        history: &History<'_>,
        session: &mut dyn Session,
    ) -> Result<BTreeSet<String>, RunError> {
        let rows = history.rows(session).map_err(|source| {
            engine.explain("the version table cannot be read", self.limits(), source)
        })?;
        let mut seen = BTreeSet::new();
        for row in rows {
            if let Some(revision) = seen.replace(row) {
                return Err(RunError::DuplicateRow { revision });
            }
        }
        Ok(seen)
    }

    pub(super) fn read_log(
        &self,
        engine: &'static dyn Engine,
        history: &History<'_>,
        session: &mut dyn Session,
    ) -> Result<Vec<LogEntry>, RunError> {
        history
            .log(session)
            .map_err(|source| engine.explain("the log cannot be read", self.limits(), source))
    }

    /// Runs under the lock, with the bookkeeping tables there.
    pub(super) fn locked<T>(
        &mut self,
        session: &mut dyn Session,
        run: impl FnOnce(&Self, &mut dyn Session, &'static dyn Engine) -> Result<T, RunError>,
    ) -> Result<T, RunError> {
        self.telling(|migrator, progress| migrator.lock_and_run(session, progress, run))
    }

    pub(super) fn lock_and_run<T>(
        &self,
        session: &mut dyn Session,
        progress: &mut dyn Progress,
        run: impl FnOnce(&Self, &mut dyn Session, &'static dyn Engine) -> Result<T, RunError>,
    ) -> Result<T, RunError> {
        if session.in_transaction() {
            return Err(RunError::InTransaction);
        }
        let engine = engine(session.backend());
        let history = History::new(&self.tables, self.schema().chain, engine);
        let limits = self.limits();
        with_limits(session, engine, limits, |session| {
            with_lock(session, engine, limits, progress, |session, _| {
                if !engine.transactional_ddl() {
                    history.ensure(session).map_err(super::apply::bookkeeping)?;
                }
                engine.begin(session, limits)?;
                let result = history
                    .ensure(session)
                    .map_err(super::apply::bookkeeping)
                    .and_then(|()| run(self, session, engine))
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
        })
    }
}
