//! `list`: every revision, applied or not.

use crate::Error;
use crate::connection::Session;
use crate::runner::{Listed, Migrator};

/// Every revision, those of libraries too, in the order in which they are applied, and last those of the database
/// that no file has.
///
/// # Errors
/// If the records of the database cannot be read.
pub fn list(session: &mut dyn Session, migrator: &mut Migrator<'_>) -> Result<Vec<Listed>, Error> {
    Ok(migrator.list(session)?)
}
