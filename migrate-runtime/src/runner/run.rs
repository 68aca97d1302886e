//! What a `run` step of a migration gets and gives.

use std::fmt;
use std::marker::PhantomData;

/// What a `run` function returns; any error ends and rolls back the migration.
pub type RunResult = Result<(), Box<dyn std::error::Error + Send + Sync>>;

/// A function that a migration calls.
pub type RunFunction = fn(&mut RunConnection<'_>) -> RunResult;

/// The connection that a `run` function gets.
pub struct RunConnection<'a> {
    _connection: PhantomData<&'a mut ()>,
}

impl fmt::Debug for RunConnection<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RunConnection").finish_non_exhaustive()
    }
}
