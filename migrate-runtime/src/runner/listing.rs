//! Every revision of the chains, applied or not.

use super::error::RunError;
use super::migrator::{Migrator, Revision};
use super::transaction::{engine, with_limits};
use crate::connection::Session;

/// A revision, and whether the database has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The revision.
    pub revision: Revision,
    /// Whether it is applied.
    pub is_applied: bool,
}

impl Migrator<'_> {
    /// Every revision, those of libraries too, in the order in which they are applied, and last those of the
    /// database that no file has.
    ///
    /// # Errors
    /// [`RunError`] if the records of the database cannot be read.
    pub fn list(&mut self, session: &mut dyn Session) -> Result<Vec<Listed>, RunError> {
        let engine = engine(session.backend());
        let chains = self.chains(engine, session)?;
        let records = with_limits(session, engine, self.limits(), |session| {
            self.records(engine, session, &chains)
        })?;
        Ok(records.listed(&chains))
    }
}
