//! A migration whose statements cannot run inside a transaction (`.outside_transaction()`).
//!
//! Before an operation the log says that it begins, and behind it that it was done; the revision is recorded
//! with the last one. Where the process ends between two of these, the next run goes on: an operation that
//! the catalog can tell about (an index) is looked up there by its plan, and SQL that a person wrote is not
//! run a second time where the log says that it was done.

use super::apply::{AppliedStep, Halt, Planned, Runner, bookkeeping};
use super::error::RunError;
use super::event::{Event, Progress};
use super::history::{LogEntry, Outcome};
use super::hooks::When;
use super::plan::Step;
use super::talk::Talk;
use super::transaction::Engine;
use crate::connection::Session;
use crate::migration::{OperationDef, OperationKind};
use crate::sql::Statement;

/// Whether SQL of the step runs outside. Where no lock is held there, a statement that could run in a
/// transaction is in one, whatever the migration says: two processes that upgrade at once must not both do
/// it. Elsewhere a person knows best: a procedure may commit. What operations become is for
/// the plan to say: `concurrently` means something on one database only.
pub(super) fn is_outside(engine: &dyn Engine, step: Step, operations: &[OperationDef]) -> bool {
    let needs = |operation: &OperationDef| {
        matches!(operation.kind, OperationKind::Sql { .. })
            && (engine.holds_outside() || operation.outside_transaction().is_some())
    };
    step.migration.outside_transaction && operations.iter().any(needs)
}

impl Runner<'_> {
    /// Runs the operations of a migration, each between two records, and records the revision.
    pub(super) fn outside_transaction(
        &self,
        session: &mut dyn Session,
        planned: &Planned<'_>,
        entry: &LogEntry,
        progress: &mut dyn Progress,
    ) -> Result<AppliedStep, Halt> {
        let history = &self.histories[planned.step.chain];
        let tried = history.tried(session, entry).map_err(bookkeeping)?;
        let mut talk = self.talk(session, planned);
        let result = talk.operations(entry, &tried, progress);
        if result.is_err() {
            talk.abandon();
        }
        result
    }
}

impl<'t> Talk<'t> {
    fn operations(
        &mut self,
        entry: &LogEntry,
        tried: &[LogEntry],
        progress: &mut dyn Progress,
    ) -> Result<AppliedStep, Halt> {
        let mut applied = self.runner.begin_report(self.planned, progress);
        let statements: &'t [Statement] = &self.planned.plan.statements;
        self.hook(When::Before, &applied, progress)?;
        // What the next transaction writes down.
        let mut notes = Vec::new();
        for operation in statements.chunk_by(|one, next| one.operation == next.operation) {
            let number = operation[0].operation + 1;
            let earlier = tried.iter().find(|it| it.step == Some(number));
            if let Some(reason) = earlier.and_then(|it| self.was_done(it, &operation[0])) {
                progress.event(&Event::Skipped { reason: &reason });
                applied.skipped.push(reason);
                continue;
            }
            let is_begun = earlier.is_some_and(|it| it.outcome == Outcome::Begun);
            let acts = operation.iter().any(|it| it.step.changes_something());
            if acts {
                notes.extend(self.history().intent(entry, number));
                self.enter()?;
                self.commit(&std::mem::take(&mut notes))?;
            }
            let done = operation.iter().try_for_each(|statement| {
                self.obey(statement, &mut applied, progress)?;
                self.send()
            });
            done.map_err(|halt| with_earlier(halt, earlier.filter(|_| is_begun)))?;
            // Or the catalog says that an earlier run did it.
            if acts || is_begun {
                notes.push(self.history().outcome(entry, number));
            }
        }
        self.hook(When::After, &applied, progress)?;
        self.enter()?;
        self.record(&notes, entry)?;
        Ok(applied)
    }

    /// Why the SQL of a person need not run.
    fn was_done(&self, earlier: &LogEntry, statement: &'t Statement) -> Option<String> {
        let was_done = earlier.outcome == Outcome::Applied;
        (was_done && self.place(statement).is_written_by_hand()).then(|| {
            let LogEntry { finished, host, .. } = earlier;
            let number = statement.operation + 1;
            format!("operation {number} was done by a run that did not end ({finished} on {host})")
        })
    }
}

/// A failure that may come from an earlier run: nobody knows how that one ended.
fn with_earlier(halt: Halt, earlier: Option<&LogEntry>) -> Halt {
    match (halt, earlier) {
        (Halt::Error(RunError::Failed(mut failure)), Some(earlier)) => {
            let LogEntry { started, host, .. } = earlier;
            failure.hint.get_or_insert_with(|| {
                format!(
                    "an earlier run ({started} on {host}) ended during this operation and may have done \
                     it; if it has, say it so that it can run again (IF NOT EXISTS)"
                )
            });
            Halt::Error(RunError::Failed(failure))
        }
        (halt, _) => halt,
    }
}
