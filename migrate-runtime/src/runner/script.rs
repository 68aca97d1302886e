//! The script of `--sql`: the plans and the bookkeeping of a run, written down instead of run.
//!
//! There is no database to ask, so the caller says where it is; the script checks that by itself.

use super::chain::{Chain, Revisions, checksum_of, lower, message};
use super::chains::{Chains, State};
use super::error::RunError;
use super::history::{History, LogEntry};
use super::migrator::Migrator;
use super::outside::is_outside;
use super::plan::Step;
use super::transaction::{Engine, engine};
use crate::Error;
use crate::dialect::dialect;
use crate::graph::Direction;
use crate::operation::Operation;
use crate::schema::Backend;
use crate::sql::offline::{Offline, RunSteps, script};
use std::collections::{BTreeMap, BTreeSet};

/// Stands for the time of the run until the statement is written down.
const NOW: &str = "\u{1}now";

/// Where a script begins and ends.
#[derive(Debug, Clone, Copy)]
pub struct Range<'a> {
    /// Where the database is: `base`, a revision, `head`.
    pub from: &'a str,
    /// Where it is to be, as `upgrade` and `downgrade` take it.
    pub to: &'a str,
    /// Which way.
    pub direction: Direction,
}

impl Migrator<'_> {
    /// Writes down what `upgrade` or `downgrade` would do to a database at a revision.
    ///
    /// # Errors
    /// Where a revision does not exist, has no way back, or has no SQL for this kind of database.
    pub fn script(
        &self,
        range: Range<'_>,
        backend: Backend,
        run_steps: RunSteps,
    ) -> Result<String, Error> {
        let from = BTreeMap::from([(self.schema().chain, vec![range.from.to_owned()])]);
        let chains = Chains::for_rows(self.schema(), &from)?;
        let engine = engine(backend);
        let nothing = vec![Revisions::new(); chains.list().len()];
        let start = chains.plan_from(&nothing, range.from)?;
        let steps = match range.direction {
            Direction::Upgrade => chains.plan_upgrade(&start, range.to)?,
            Direction::Downgrade => chains.plan_downgrade(&start, range.to)?,
        };
        let histories: Vec<History<'_>> = (chains.list().iter())
            .map(|chain| History::new(self.history_tables(), chain.name(), engine))
            .collect();
        let mut state = State::new(&chains, start.clone());
        let mut written = Vec::new();
        for step in steps {
            let next = state.rows_after(&chains, step);
            let (history, place) = (&histories[step.chain], step.chain);
            let rows = [&state.rows()[place], &next[place]];
            let rows = rows.map(|rows| as_held(chains.chain(place), rows, range.from));
            let title = chains.chain(place).title(step.migration.id);
            written.push(Written::new(history, engine, step, title, &rows)?);
            state.make(&chains, step);
        }
        let migrations: Vec<Offline<'_>> = (written.iter())
            .map(|written| Offline {
                revision: &written.title,
                message: &written.message,
                direction: written.step.direction.as_str(),
                operations: &written.operations,
                revisions: &written.revisions,
                expected: written.expected.as_deref(),
                prepare: &written.prepare,
                record: &written.record,
                outside_transaction: written.is_outside,
            })
            .collect();
        let before = chains.fold(&start);
        let dialect = dialect(backend).map_err(RunError::from)?;
        Ok(script(&migrations, &before, run_steps, dialect)?)
    }
}

/// Version rows as they stand in a database that is at `from`, which may be another name of a revision: the last of
/// those that it replaces.
fn as_held<'r>(chain: &Chain, rows: &Revisions, from: &'r str) -> BTreeSet<&'r str>
where
    'static: 'r,
{
    let named = chain.get(from).map(|migration| migration.id);
    let held = rows
        .iter()
        .map(|&id| if named == Some(id) { from } else { id });
    held.collect()
}

/// One migration of a script, and what the script borrows from.
struct Written {
    step: Step,
    title: String,
    revisions: String,
    prepare: [String; 3],
    message: String,
    operations: Vec<Operation>,
    expected: Option<String>,
    record: Vec<String>,
    is_outside: bool,
}

impl Written {
    fn new(
        history: &History<'_>,
        engine: &dyn Engine,
        step: Step,
        title: String,
        [from, to]: &[BTreeSet<&str>; 2],
    ) -> Result<Self, Error> {
        let entry = LogEntry {
            started: NOW.to_owned(),
            finished: NOW.to_owned(),
            ..LogEntry::begin(
                step.migration.id,
                message(step.migration),
                step.direction.as_str(),
                checksum_of(step.migration),
            )
        };
        let log = history.log_statement(&entry);
        let mut record = history.row_statements(from, to);
        record.push(log.replace(&format!("'{NOW}'"), engine.now()));
        let rows: Vec<&str> = from.iter().copied().collect();
        Ok(Self {
            step,
            title,
            revisions: engine.joined(&history.rows_query()),
            prepare: history.create_statements(),
            message: message(step.migration),
            is_outside: is_outside(engine, step, step.operations()?),
            operations: lower(step.operations()?),
            expected: (!rows.is_empty()).then(|| rows.join(", ")),
            record,
        })
    }
}
