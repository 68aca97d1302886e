//! `upgrade`: applies what is missing.

use super::proof::{Refused, refused};
use crate::connection::Session;
use crate::runner::{Chains, Migrator, Report, RunError};
use crate::{Error, command::backup};
use std::path::Path;

/// Applies pending revisions up to a target, after a copy of the database was made, if one is asked for.
///
/// # Errors
/// Where the compiler would refuse one of the revisions ([`Refused`]), or the copy cannot be made, nothing
/// is run; otherwise as [`Migrator::upgrade`].
pub fn upgrade(
    session: &mut dyn Session,
    migrator: &mut Migrator<'_>,
    target: &str,
    copy: Option<&Path>,
) -> Result<Report, Error> {
    // Nothing to do needs no copy; and a mistake in the target should be said first.
    let plan = migrator.plan_upgrade(session, target)?;
    if !plan.is_empty() {
        let chains = Chains::new(migrator.schema()).map_err(RunError::from)?;
        let is_planned = |it: &Refused| plan.iter().any(|step| step.migration.id == it.revision);
        if let Some(refused) = refused(&chains)?.into_iter().find(is_planned) {
            return Err(refused.into());
        }
        if let Some(copy) = copy {
            backup::backup(session, copy)?;
        }
    }
    Ok(migrator.upgrade(session, target)?)
}
