//! `stamp` and `ensure-version`: the records, without running anything.

use crate::Error;
use crate::connection::Session;
use crate::runner::{Migrator, Report};

/// Makes the version rows those of the targets. `purge` forgets rows that no file knows; without it they
/// are an error.
///
/// # Errors
/// As [`Migrator::stamp`].
pub fn stamp(
    session: &mut dyn Session,
    migrator: &mut Migrator<'_>,
    targets: &[&str],
    purge: bool,
) -> Result<Report, Error> {
    Ok(migrator.stamp(session, targets, purge)?)
}

/// Makes the tables of the records, where they are not there yet.
///
/// # Errors
/// As [`Migrator::ensure_version`].
pub fn ensure_version(session: &mut dyn Session, migrator: &mut Migrator<'_>) -> Result<(), Error> {
    Ok(migrator.ensure_version(session)?)
}
