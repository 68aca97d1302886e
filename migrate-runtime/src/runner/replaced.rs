//! Databases that have the revisions which another one replaces.
//!
//! Which history such a database is in is the matter of [`graph`](crate::graph), which is told its version rows here.
//! One that has all of what was replaced has what replaces it: that is written down, and nothing is run.

use super::apply::bookkeeping;
use super::chain::{Chain, checksum_of, message};
use super::chains::Chains;
use super::error::RunError;
use super::event::{Event, Progress};
use super::history::{History, LogEntry, standing};
use super::migrator::Migrator;
use super::transaction::{Engine, with_limits};
use crate::connection::Session;
use crate::model::SchemaDef;
use std::collections::{BTreeMap, BTreeSet};

/// What is to be written down of a chain.
struct Unsettled {
    /// The version rows as they are.
    rows: BTreeSet<String>,
    /// As they are to be.
    to: BTreeSet<&'static str>,
    /// The revisions that were reached through those that they replace, with the last of these.
    reached: Vec<(&'static str, &'static str)>,
    entries: Vec<LogEntry>,
}

impl Migrator<'_> {
    /// The chains, in the history that the database is in.
    pub(super) fn chains(
        &self,
        engine: &'static dyn Engine,
        session: &mut dyn Session,
    ) -> Result<Chains, RunError> {
        let mut rows = BTreeMap::new();
        if replaces_any(self.schema()) {
            with_limits(session, engine, self.limits(), |session| {
                self.rows_by_chain(engine, session, self.schema(), &mut rows)
            })?;
        }
        Ok(Chains::for_rows(self.schema(), &rows)?)
    }

    fn rows_by_chain(
        &self,
        engine: &'static dyn Engine,
        session: &mut dyn Session,
        schema: &SchemaDef,
        rows: &mut BTreeMap<&str, Vec<String>>,
    ) -> Result<(), RunError> {
        for included in schema.include {
            self.rows_by_chain(engine, session, included, rows)?;
        }
        let history = History::new(&self.tables, schema.chain, engine);
        let held = self.read_rows(engine, &history, session)?;
        rows.insert(schema.chain, held.into_iter().collect());
        Ok(())
    }

    /// Writes down, under the lock, which revisions the database has because it has all that they replace. Each comes
    /// with the last of these.
    pub(super) fn settle(
        &self,
        engine: &'static dyn Engine,
        session: &mut dyn Session,
        progress: &mut dyn Progress,
    ) -> Result<Vec<(String, String)>, RunError> {
        if !replaces_any(self.schema()) {
            return Ok(Vec::new());
        }
        let found = with_limits(session, engine, self.limits(), |session| {
            self.unsettled(engine, session)
        })?;
        if found.is_empty() {
            return Ok(Vec::new());
        }
        let settled = self.lock_and_run(session, progress, |migrator, session, engine| {
            let chains = migrator.chains(engine, session)?;
            // Another process may have done it while the lock was waited for.
            let found = migrator.unsettled(engine, session)?;
            for (place, unsettled) in &found {
                let history = migrator.history(chains.chain(*place), engine);
                for entry in &unsettled.entries {
                    history.write(session, entry).map_err(bookkeeping)?;
                }
                let to = unsettled.to.iter().copied();
                let written = history.set_rows(session, &unsettled.rows, to);
                written.map_err(bookkeeping)?;
            }
            let titled = found.iter().flat_map(|(place, unsettled)| {
                let chain = chains.chain(*place);
                let reached = unsettled.reached.iter();
                reached.map(|(id, last)| (chain.title(id), chain.title(last)))
            });
            Ok(titled.collect::<Vec<_>>())
        })?;
        for (revision, last) in &settled {
            progress.event(&Event::Replaced { revision, last });
        }
        Ok(settled)
    }

    /// The places of the chains of which something is to be written down.
    fn unsettled(
        &self,
        engine: &'static dyn Engine,
        session: &mut dyn Session,
    ) -> Result<Vec<(usize, Unsettled)>, RunError> {
        let chains = self.chains(engine, session)?;
        let mut found = Vec::new();
        for (place, chain) in chains.list().iter().enumerate() {
            let history = self.history(chain, engine);
            let rows = self.read_rows(engine, &history, session)?;
            let log = self.read_log(engine, &history, session)?;
            found.extend(unsettled(chain, rows, &log).map(|unsettled| (place, unsettled)));
        }
        Ok(found)
    }
}

fn unsettled(chain: &Chain, rows: BTreeSet<String>, log: &[LogEntry]) -> Option<Unsettled> {
    let standing = standing(log);
    let applied = chain.with_ancestors(rows.iter().map(String::as_str));
    let reached = chain.order().iter().filter_map(|migration| {
        let last = *migration.replaces.last()?;
        let is_new = applied.contains(migration.id) && !standing.contains_key(migration.id);
        (is_new && (rows.contains(last) || standing.contains_key(last)))
            .then_some((*migration, last))
    });
    let reached: Vec<_> = reached.collect();
    // A row that no file knows stays for whoever refuses it.
    let is_known = rows.iter().all(|row| chain.get(row).is_some());
    let to = chain.known(&rows);
    let is_other = !rows.iter().map(String::as_str).eq(to.iter().copied());
    (is_known && (is_other || !reached.is_empty())).then(|| Unsettled {
        entries: (reached.iter())
            .map(|(it, _)| LogEntry::begin(it.id, message(it), "stamp", checksum_of(it)))
            .collect(),
        reached: reached.iter().map(|(it, last)| (it.id, *last)).collect(),
        rows,
        to,
    })
}

/// Whether a revision of a schema, or of one that it includes, replaces others.
fn replaces_any(schema: &SchemaDef) -> bool {
    let mut migrations = schema.migrations.iter();
    migrations.any(|it| !it.replaces.is_empty()) || schema.include.iter().any(replaces_any)
}
