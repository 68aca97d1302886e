//! `downgrade`, `reset` and `redo`: takes revisions back.

use crate::connection::Session;
use crate::runner::{Direction, Migrator, Report, RunError, Step};
use crate::{Error, command::backup};
use std::path::Path;

/// Takes back everything above a target, after a copy of the database was made, if one is asked for.
///
/// # Errors
/// Where the copy cannot be made nothing is run; otherwise as [`Migrator::downgrade`].
pub fn downgrade(
    session: &mut dyn Session,
    migrator: &mut Migrator<'_>,
    target: &str,
    copy: Option<&Path>,
) -> Result<Report, Error> {
    if let Some(copy) = copy
        && !plan(session, migrator, target)?.is_empty()
    {
        backup::backup(session, copy)?;
    }
    Ok(migrator.downgrade(session, target)?)
}

/// Takes back everything above a target, such as `-2` or `billing@-2`, and applies it again.
///
/// # Errors
/// As [`downgrade`] and [`super::upgrade`].
pub fn redo(
    session: &mut dyn Session,
    migrator: &mut Migrator<'_>,
    target: &str,
) -> Result<Report, Error> {
    let mut report = migrator.downgrade(session, target)?;
    for step in report.steps.clone().iter().rev() {
        let up = migrator.upgrade(session, &step.revision)?;
        report.steps.extend(up.steps);
        report.to = up.to;
    }
    Ok(report)
}

/// Takes back everything and applies all of it again.
///
/// # Errors
/// As [`downgrade`] and [`super::upgrade`].
pub fn reset(session: &mut dyn Session, migrator: &mut Migrator<'_>) -> Result<Report, Error> {
    let mut report = migrator.downgrade(session, "base")?;
    let up = migrator.upgrade(session, "heads")?;
    report.steps.extend(up.steps);
    report.to = up.to;
    Ok(report)
}

fn plan(
    session: &mut dyn Session,
    migrator: &mut Migrator<'_>,
    target: &str,
) -> Result<Vec<Step>, RunError> {
    let steps = migrator.plan_downgrade(session, target)?;
    for step in &steps {
        debug_assert_eq!(step.direction, Direction::Downgrade);
        step.operations()?;
    }
    Ok(steps)
}
