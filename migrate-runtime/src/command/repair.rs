//! `repair`: the files are right, the log is not.

use crate::Error;
use crate::connection::Session;
use crate::runner::{EditedRevision, Migrator};

/// The revisions that [`repair`] would record anew.
///
/// # Errors
/// If the state of the database cannot be told.
pub fn to_repair(
    session: &mut dyn Session,
    migrator: &mut Migrator<'_>,
) -> Result<Vec<EditedRevision>, Error> {
    Ok(migrator.edited(session)?)
}

/// Records the checksums of the files for the revisions that were edited after they were applied. The
/// schema is not touched.
///
/// # Errors
/// As [`Migrator::repair`].
pub fn repair(
    session: &mut dyn Session,
    migrator: &mut Migrator<'_>,
) -> Result<Vec<EditedRevision>, Error> {
    Ok(migrator.repair(session)?)
}
