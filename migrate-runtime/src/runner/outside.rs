//! A migration whose statements cannot run inside a transaction (`.outside_transaction()`).
//!
//! They run first, each committed by itself; then the revision is recorded, under the lock. The compiler
//! lets only such statements into the migration, and they can run again: where one fails, or the process
//! ends between the two, the migration is made again from its beginning.

use super::apply::{AppliedStep, Halt, Planned, Runner, bookkeeping};
use super::event::Progress;
use super::history::LogEntry;
use super::plan::Step;
use super::transaction::rollback;
use crate::connection::Session;
use crate::migration::{OperationDef, OperationKind};

/// Whether SQL of the step runs outside. A statement that could run in a transaction is in one, whatever the
/// migration says: two processes that upgrade at once must not both do it. What operations become is for
/// the plan to say: `concurrently` means something on one database only.
pub(super) fn is_outside(step: Step, operations: &[OperationDef]) -> bool {
    let needs = |operation: &OperationDef| {
        matches!(operation.kind, OperationKind::Sql { .. })
            && operation.outside_transaction().is_some()
    };
    step.migration.outside_transaction && operations.iter().any(needs)
}

impl Runner<'_> {
    /// Runs the statements of a migration, then records it.
    pub(super) fn outside_transaction(
        &self,
        session: &mut dyn Session,
        planned: &Planned<'_>,
        entry: &LogEntry,
        progress: &mut dyn Progress,
    ) -> Result<AppliedStep, Halt> {
        self.still_at(session, planned)?;
        let mut applied = self.begin_report(planned, progress);
        self.run_statements(session, planned, &mut applied, progress)?;
        self.engine.begin(session, self.limits)?;
        let recorded = self.still_at(session, planned).and_then(|held| {
            let history = &self.histories[planned.step.chain];
            history.create(session).map_err(bookkeeping)?;
            Ok(self.record(session, planned, &held, entry)?)
        });
        if recorded.is_err() {
            rollback(session);
        }
        recorded.map(|()| applied)
    }
}
