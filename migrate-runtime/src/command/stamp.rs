//! `stamp`: records a revision without running anything.

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
