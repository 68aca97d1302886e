//! One step of what a command runs: a migration and a direction.

use super::chain::file;
use super::chains::Chains;
use super::error::RunError;
use crate::graph::Direction;
use crate::migration::{Migration, OperationDef};

/// One migration to run, in one direction.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Step {
    /// The place of its chain.
    pub(super) chain: usize,
    /// The migration.
    pub(crate) migration: &'static Migration,
    /// Up or down.
    pub(crate) direction: Direction,
}

impl Step {
    /// The revision as people see it.
    pub(crate) fn title(self, chains: &Chains) -> String {
        chains.chain(self.chain).title(self.migration.id)
    }

    /// The operations of the step.
    pub(crate) fn operations(self) -> Result<&'static [OperationDef], RunError> {
        let migration = self.migration;
        let irreversible = |reason: String| {
            Err(RunError::Irreversible {
                revision: migration.id.to_owned(),
                reason,
            })
        };
        match (self.direction, migration.irreversible, migration.downgrade) {
            (Direction::Upgrade, _, _) => Ok(migration.upgrade),
            (Direction::Downgrade, Some(reason), _) => irreversible(reason.to_owned()),
            (Direction::Downgrade, None, Some(operations)) => Ok(operations),
            // A merge has nothing to take back.
            (Direction::Downgrade, None, None) if migration.upgrade.is_empty() => Ok(&[]),
            (Direction::Downgrade, None, None) => {
                irreversible(format!("{} has no downgrade", file(migration)))
            }
        }
    }
}
