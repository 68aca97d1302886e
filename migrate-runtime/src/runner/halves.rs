//! Migrations outside of a transaction that some run began and none has ended: neither applied nor not.
//!
//! In go the log and the files, out comes what is left half done. A run of the same direction takes it up;
//! one of the other would go past it, so it is refused.

use super::apply::bookkeeping;
use super::chain::{Chain, Revisions, checksum_of, file, lower};
use super::chains::Chains;
use super::clock::shown;
use super::error::RunError;
use super::history::{LogEntry, Outcome};
use super::migrator::Migrator;
use super::resume::{checksum_to, rest};
use super::transaction::engine;
use crate::connection::Session;
use crate::graph::Direction;
use crate::migration::{Migration, OperationDef};
use crate::schema::Schema;
use std::collections::BTreeMap;
use std::fmt;

/// A revision that is half applied, or half taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct HalfDone {
    /// The revision.
    pub revision: String,
    /// Up or down.
    pub direction: Direction,
    /// Its file; `None` where no file has it.
    pub file: Option<String>,
    /// Whether the file was edited since.
    pub is_edited: bool,
    /// The last operation that was begun, from 1.
    pub operation: usize,
    /// How many there are, where the file is still that one.
    pub of: Option<usize>,
    /// Whether that operation is known to be done; otherwise nobody knows.
    pub is_done: bool,
    /// When it was done, or begun: `2026-01-25 12:00:00 UTC`.
    pub at: String,
    /// The machine it ran on.
    pub host: String,
    /// Who holds the lock at this moment, where the database says so: it may be going on.
    pub holder: Option<String>,
    /// What to type so that it goes on.
    pub command: String,
}

impl fmt::Display for HalfDone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            revision,
            direction,
            file,
            is_edited,
            operation,
            of,
            is_done,
            at,
            host,
            holder,
            command: _,
        } = self;
        let half = match direction {
            Direction::Upgrade => "half applied",
            Direction::Downgrade => "half taken back",
        };
        write!(f, "revision {revision} is {half}: operation {operation}")?;
        if let Some(of) = of {
            write!(f, " of {of}")?;
        }
        if *is_done {
            write!(f, " was the last that was done ({at} on {host})")?;
        } else {
            write!(f, " began {at} on {host}, and its end is not recorded")?;
        }
        if file.is_none() {
            f.write_str("; no file has it")?;
        } else if *is_edited {
            f.write_str("; its file was edited since")?;
        }
        if let Some(holder) = holder {
            write!(
                f,
                "; it may be going on: another process holds the database ({holder})"
            )?;
        }
        Ok(())
    }
}

impl HalfDone {
    /// What to do about it.
    pub(super) fn hints(&self, held: &str) -> Vec<String> {
        let direction = self.direction.as_str();
        let on = if self.file.is_none() {
            format!(
                "bring its file back, then finish the {direction}: {}",
                self.command
            )
        } else {
            format!("finish the {direction}: {}", self.command)
        };
        vec![
            on,
            format!(
                "to give it up: undo by hand what it did, then say where the database is: cargo migrate stamp {held}"
            ),
        ]
    }
}

impl Migrator<'_> {
    /// The revisions that are half applied or half taken back: of migrations outside of a transaction, where
    /// a run was killed or failed between two operations.
    ///
    /// # Errors
    /// [`RunError`] if the log cannot be read.
    pub fn half_done(&mut self, session: &mut dyn Session) -> Result<Vec<HalfDone>, RunError> {
        let chains = self.chains(engine(session.backend()), session)?;
        self.half_done_in(session, &chains)
    }

    pub(super) fn half_done_in(
        &self,
        session: &mut dyn Session,
        chains: &Chains,
    ) -> Result<Vec<HalfDone>, RunError> {
        let engine = engine(session.backend());
        let mut found = Vec::new();
        for chain in chains.list() {
            let history = self.history(chain, engine);
            let steps = history.steps(session).map_err(|source| {
                engine.explain("the log cannot be read", self.limits(), source)
            })?;
            if steps.is_empty() {
                continue;
            }
            let rows = self.read_rows(engine, &history, session)?;
            let applied = chain.with_ancestors(rows.iter().map(String::as_str));
            let left = left(&applied, &steps).into_iter();
            found.extend(left.map(|(entry, direction)| described(chain, entry, direction)));
        }
        if !found.is_empty() {
            let holder = engine.holder(session, self.limits());
            for half in &mut found {
                half.holder.clone_from(&holder);
            }
        }
        Ok(found)
    }

    /// The chain with what is done of what is half done: that much of a database is no drift. `folded` is what
    /// the revisions make that are applied. Where each operation is recorded only.
    pub(crate) fn with_half_done(
        &self,
        session: &mut dyn Session,
        chains: &Chains,
        mut folded: Schema,
        database: &Schema,
    ) -> Result<Schema, RunError> {
        let engine = engine(session.backend());
        if engine.transactional_ddl() {
            return Ok(folded);
        }
        for chain in chains.list() {
            let history = self.history(chain, engine);
            let steps = history.steps(session).map_err(bookkeeping)?;
            let rows = self.read_rows(engine, &history, session)?;
            let applied = chain.with_ancestors(rows.iter().map(String::as_str));
            for (entry, direction) in left(&applied, &steps) {
                let Some(migration) = chain.get(&entry.revision) else {
                    continue;
                };
                let operations = lower(operations_of(migration, direction));
                let tried = history.attempts(session, entry).map_err(bookkeeping)?;
                let dialect = engine.dialect();
                // Of a file that was edited since nobody knows what it did.
                if let Ok(rest) = rest(&operations, &tried, folded.clone(), database, dialect) {
                    folded = rest.place(database);
                }
            }
        }
        Ok(folded)
    }

    /// Refuses to go past what a run of the other direction left half done.
    pub(super) fn refuse_to_pass(
        &self,
        session: &mut dyn Session,
        chains: &Chains,
        direction: Direction,
    ) -> Result<(), RunError> {
        let mut found = self.half_done_in(session, chains)?.into_iter();
        let Some(half) = found.find(|half| half.direction != direction) else {
            return Ok(());
        };
        let engine = engine(session.backend());
        let rows = self.read_rows(engine, &self.history(chains.own(), engine), session)?;
        let held = match rows.len() {
            0 => "base".to_owned(),
            1 => rows.into_iter().collect(),
            _ => "REVISION".to_owned(),
        };
        Err(RunError::HalfDone {
            half: Box::new(half),
            held,
        })
    }
}

/// The last operations of what a log leaves half done. Of a revision that stands where they would have led
/// nothing is left to do.
pub(super) fn left<'l>(applied: &Revisions, log: &'l [LogEntry]) -> Vec<(&'l LogEntry, Direction)> {
    let mut left: BTreeMap<&str, &LogEntry> = BTreeMap::new();
    for entry in log {
        if entry.step.is_some() {
            left.insert(&entry.revision, entry);
        } else if entry.outcome == Outcome::Applied && entry.direction != "repair" {
            left.remove(entry.revision.as_str());
        }
    }
    let half = left.into_values().filter_map(|entry| {
        let direction = match entry.direction.as_str() {
            "downgrade" => Direction::Downgrade,
            _ => Direction::Upgrade,
        };
        let is_applied = applied.contains(entry.revision.as_str());
        let is_made = is_applied == (direction == Direction::Upgrade);
        (!is_made).then_some((entry, direction))
    });
    half.collect()
}

fn operations_of(migration: &Migration, direction: Direction) -> &'static [OperationDef] {
    match direction {
        Direction::Upgrade => migration.upgrade,
        Direction::Downgrade => migration.downgrade.unwrap_or_default(),
    }
}

fn described(chain: &Chain, entry: &LogEntry, direction: Direction) -> HalfDone {
    let migration = chain.get(&entry.revision);
    let step = entry.step.unwrap_or_default();
    let is_edited = migration.is_some_and(|it| {
        let operations = operations_of(it, direction);
        // Where each operation is recorded for itself, those behind it may be edited.
        checksum_of(it) != entry.checksum && checksum_to(&lower(operations), step) != entry.checksum
    });
    let of = (migration.filter(|_| !is_edited)).map(|it| operations_of(it, direction).len());
    let is_done = entry.outcome == Outcome::Applied;
    let command = match (direction, migration.map(|it| it.revises)) {
        (Direction::Upgrade, _) => "cargo migrate upgrade".to_owned(),
        (Direction::Downgrade, Some([])) => "cargo migrate downgrade base".to_owned(),
        (Direction::Downgrade, Some([below])) => {
            format!("cargo migrate downgrade {}", chain.title(below))
        }
        (Direction::Downgrade, _) => "cargo migrate downgrade".to_owned(),
    };
    HalfDone {
        revision: chain.title(&entry.revision),
        direction,
        file: migration.map(file),
        is_edited,
        operation: entry.step.unwrap_or_default(),
        of,
        is_done,
        at: shown(if is_done {
            &entry.finished
        } else {
            &entry.started
        }),
        host: entry.host.clone(),
        holder: None,
        command,
    }
}
