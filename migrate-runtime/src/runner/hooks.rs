//! What an application does around each revision.

use super::apply::AppliedStep;
use super::error::RunError;
use super::event::Progress;
use super::place::call;
use super::run::{RunConnection, RunResult};
use super::talk::Talk;

/// Called around each revision that is applied or taken back, on its connection, under the lock. An error ends the
/// revision as one of its own steps would: it is not recorded, and rolled back where the database can do that.
///
/// Where the revision runs in a transaction, so do both, in that same one. They may be called again for the same
/// revision after a rollback: when its tables were in use, or another process had moved the database. A database that is
/// created at once ([`startup`](crate::startup)) runs no revision.
///
/// ```
/// use migrate_runtime::runner::{AppliedStep, Hooks, RunConnection, RunResult};
///
/// /// Writes into a table of the application who changed the schema.
/// struct Audit;
///
/// impl Hooks for Audit {
///     fn after(&mut self, step: &AppliedStep, connection: &mut RunConnection<'_>) -> RunResult {
///         let sql = format!("INSERT INTO audit (what) VALUES ('schema: {}')", step.revision);
///         Ok(connection.execute(&sql)?)
///     }
/// }
/// # fn give(schema: &migrate_runtime::model::SchemaDef) {
/// let migrator = migrate_runtime::Migrator::new(schema).hooks(Audit);
/// # drop(migrator);
/// # }
/// ```
pub trait Hooks {
    /// Before the first statement of the revision.
    ///
    /// # Errors
    /// Whatever is to end it.
    fn before(&mut self, step: &AppliedStep, connection: &mut RunConnection<'_>) -> RunResult {
        let _ = (step, connection);
        Ok(())
    }

    /// After its last statement, before it is recorded.
    ///
    /// # Errors
    /// Whatever is to end it.
    fn after(&mut self, step: &AppliedStep, connection: &mut RunConnection<'_>) -> RunResult {
        let _ = (step, connection);
        Ok(())
    }
}

impl Hooks for Box<dyn Hooks> {
    fn before(&mut self, step: &AppliedStep, connection: &mut RunConnection<'_>) -> RunResult {
        (**self).before(step, connection)
    }

    fn after(&mut self, step: &AppliedStep, connection: &mut RunConnection<'_>) -> RunResult {
        (**self).after(step, connection)
    }
}

/// Which of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum When {
    Before,
    After,
}

/// Whoever is told, and the application that acts besides.
pub(super) struct WithHooks<'p> {
    pub(super) progress: Box<dyn Progress + 'p>,
    pub(super) hooks: Option<Box<dyn Hooks + 'p>>,
}

impl Progress for WithHooks<'_> {
    fn event(&mut self, event: &super::Event<'_>) {
        self.progress.event(event);
    }

    fn hooks(&mut self) -> Option<&mut dyn Hooks> {
        match &mut self.hooks {
            Some(hooks) => Some(&mut **hooks),
            None => None,
        }
    }
}

impl Talk<'_> {
    /// Lets the application act, if it wants to.
    pub(super) fn hook(
        &mut self,
        when: When,
        applied: &AppliedStep,
        progress: &mut dyn Progress,
    ) -> Result<(), super::apply::Halt> {
        let Some(hooks) = progress.hooks() else {
            return Ok(());
        };
        self.send()?;
        let mut act = |connection: &mut RunConnection<'_>| match when {
            When::Before => hooks.before(applied, connection),
            When::After => hooks.after(applied, connection),
        };
        call(&mut act, self.session).map_err(|message| {
            let revision = applied.revision.clone();
            let when = match when {
                When::Before => "before",
                When::After => "after",
            };
            RunError::Hook {
                when,
                revision,
                message,
            }
            .into()
        })
    }
}
