//! `current`: where the database is.

use crate::Error;
use crate::connection::Session;
use crate::runner::{Migrator, Revision};

/// The applied heads; none where nothing was ever applied. Creates nothing.
///
/// # Errors
/// If the database cannot be read.
pub fn current(
    session: &mut dyn Session,
    migrator: &mut Migrator<'_>,
) -> Result<Vec<Revision>, Error> {
    Ok(migrator.current(session)?)
}
