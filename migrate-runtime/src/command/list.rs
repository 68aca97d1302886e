//! `list`: every revision, applied or not.

use crate::Error;
use crate::connection::Session;
use crate::runner::{Listed, Migrator};

/// Every revision, those of libraries too, in the order in which they are applied.
///
/// # Errors
/// If the state of the database cannot be told.
pub fn list(session: &mut dyn Session, migrator: &mut Migrator<'_>) -> Result<Vec<Listed>, Error> {
    Ok(migrator.list(session)?)
}
