//! `upgrade`: applies what is missing.

use crate::connection::Session;
use crate::runner::{Migrator, Report};
use crate::{Error, command::backup};
use std::path::Path;

/// Applies pending revisions up to a target, after a copy of the database was made, if one is asked for.
///
/// # Errors
/// Where the copy cannot be made nothing is run; otherwise as [`Migrator::upgrade`].
pub fn upgrade(
    session: &mut dyn Session,
    migrator: &mut Migrator<'_>,
    target: &str,
    copy: Option<&Path>,
) -> Result<Report, Error> {
    // Nothing to do needs no copy; and a mistake in the target should be said first.
    if !migrator.plan_upgrade(session, target)?.is_empty() {
        backup::backup(session, copy)?;
    }
    Ok(migrator.upgrade(session, target)?)
}
