//! A step of a plan, and all that an error says of it: operation, file and line, statement.

use super::apply::Planned;
use super::chain::{file, source_path};
use super::error::{RunError, StepFailure};
use super::run::{RunConnection, RunResult};
use crate::Explain;
use crate::connection::{DatabaseError, Session};
use crate::error::with_causes;
use crate::migration::{OperationDef, OperationKind};
use crate::sql::{Statement, TEMPORARY};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// A step of the plan of a migration.
#[derive(Clone, Copy)]
pub(super) struct Place<'p> {
    pub(super) planned: &'p Planned<'p>,
    pub(super) statement: &'p Statement,
}

impl Place<'_> {
    fn operation(&self) -> Option<&OperationDef> {
        self.planned.operations.get(self.statement.operation)
    }

    /// Whether a person wrote its SQL, which may then be anything.
    pub(super) fn is_written_by_hand(&self) -> bool {
        matches!(
            self.operation().map(|operation| &operation.kind),
            Some(OperationKind::Sql { .. })
        )
    }

    /// The database's own words, with what is known of them.
    pub(super) fn refused(&self, error: &DatabaseError) -> RunError {
        let hint = error.hints().into_iter().next();
        let is_of_the_rows = error.is_of_the_rows() && !self.is_written_by_hand();
        let is_of_the_file = !(is_of_the_rows || error.is_of_the_surroundings());
        // The name that the table has in the end.
        let message = error.words().replace(TEMPORARY, "");
        RunError::Failed(Box::new(StepFailure {
            is_of_the_file,
            ..self.failure(message, hint)
        }))
    }

    pub(super) fn failed(&self, message: String, hint: Option<String>) -> RunError {
        RunError::Failed(Box::new(self.failure(message, hint)))
    }

    /// It committed or rolled back what it is a part of.
    pub(super) fn ended_the_transaction(&self) -> RunError {
        self.failed(
            "it ended the transaction of the migration".to_owned(),
            Some(
                "take COMMIT, ROLLBACK and ON CONFLICT ROLLBACK out of it; look at the database before \
                 you go on, since what it committed is not rolled back"
                    .to_owned(),
            ),
        )
    }

    /// What a check found; its query is ours, and tells nobody anything.
    pub(super) fn in_the_way(&self, message: String, hint: &str, is_of_the_rows: bool) -> RunError {
        RunError::Failed(Box::new(StepFailure {
            sql: None,
            is_of_the_file: !is_of_the_rows,
            ..self.failure(message, Some(hint.to_owned()))
        }))
    }

    fn failure(&self, message: String, hint: Option<String>) -> StepFailure {
        let step = self.planned.step;
        let sql = self.statement.sql();
        let (operation, location) = match self.operation() {
            Some(operation) => (
                Some((self.statement.operation + 1, operation.lower().word())),
                format!(
                    "{}:{}",
                    source_path(operation.location),
                    operation.location.line()
                ),
            ),
            None => (None, file(step.migration)),
        };
        StepFailure {
            revision: self.planned.title.clone(),
            direction: step.direction,
            operation,
            location,
            sql: (!sql.is_empty()).then(|| sql.to_owned()),
            message,
            hint,
            is_of_the_file: true,
            rolled_back: !self.planned.is_outside,
            left_at: self.planned.from.clone(),
        }
    }

    /// Calls the function of a `run`.
    pub(super) fn call(&self, session: &mut dyn Session) -> Result<(), RunError> {
        let Some(OperationKind::Run { function, .. }) = self.operation().map(|it| it.kind) else {
            return Err(self.failed(
                "the plan calls a function that the file has not".into(),
                None,
            ));
        };
        call(&mut { function }, session).map_err(|message| self.failed(message, None))
    }
}

/// Calls a function of the user's, and says what went wrong. A panic in it is an error like any other: the
/// transaction must be rolled back and the settings put back.
pub(super) fn call(
    function: &mut dyn FnMut(&mut RunConnection<'_>) -> RunResult,
    session: &mut dyn Session,
) -> Result<(), String> {
    let mut connection = RunConnection::new(session.run_access());
    match catch_unwind(AssertUnwindSafe(|| function(&mut connection))) {
        Ok(Ok(())) => Ok(()),
        Ok(Err(error)) => Err(with_causes(&*error)),
        Err(panic) => {
            let text = panic
                .downcast_ref::<&str>()
                .map(|text| (*text).to_owned())
                .or_else(|| panic.downcast_ref::<String>().cloned())
                .unwrap_or_default();
            Err(format!("the function panicked: {text}"))
        }
    }
}

/// The first few of what a check found.
pub(super) fn first_few(problem: &str, found: &[String]) -> String {
    const SHOWN: usize = 5;
    let shown: Vec<&str> = found.iter().take(SHOWN).map(String::as_str).collect();
    match found.len() {
        0 => problem.to_owned(),
        n if n <= SHOWN => format!("{problem}: {}", shown.join(", ")),
        n => format!("{problem}: {} and {} more", shown.join(", "), n - SHOWN),
    }
}
