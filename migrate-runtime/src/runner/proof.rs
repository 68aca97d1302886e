//! Looks at the database again after a migration: has it become what the chain says?
//!
//! What already differed before the migration is somebody else's matter, and so is what the database has
//! beyond the chain. What is missing or different since is an error, while it can still be rolled back.

use super::chains::{Chains, Rows};
use super::error::RunError;
use crate::autogenerate::drift;
use crate::connection::Session;
use crate::dialect::dialect;

/// What the database lacks, or has in another form, of what these revisions made.
pub(super) fn differences(
    session: &mut dyn Session,
    chains: &Chains,
    rows: &Rows,
) -> Result<Vec<String>, RunError> {
    let dialect = dialect(session.backend())?;
    let chain = chains.fold(rows);
    let database = chains.observe(session, &chain)?;
    let found = drift(&chain, &database, dialect);
    Ok(found
        .into_iter()
        .filter(|drift| drift.blocking)
        .map(|drift| drift.description)
        .collect())
}

/// Those that were not there before.
pub(super) fn since(before: &[String], mut after: Vec<String>) -> Vec<String> {
    after.retain(|difference| !before.contains(difference));
    after
}
