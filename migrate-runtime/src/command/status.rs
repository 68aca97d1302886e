//! `status`: one screen on where everything is.

use super::check::{Check, check};
use crate::Error;
use crate::connection::Session;
use crate::runner::{Migrator, Revision};

/// Where the database is, and what does not agree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// The applied heads.
    pub current: Vec<Revision>,
    /// The heads of the chain, in the history that the database is in.
    pub heads: Vec<String>,
    /// Everything that [`check`] finds: pending revisions, drift, pending model changes, edited revisions.
    pub check: Check,
}

/// Gathers it; changes nothing.
///
/// # Errors
/// If models, chain, database or log cannot be read.
pub fn status(session: &mut dyn Session, migrator: &mut Migrator<'_>) -> Result<Status, Error> {
    Ok(Status {
        current: migrator.current(session)?,
        heads: migrator.heads_there(session)?,
        check: check(session, migrator)?,
    })
}
