//! What a command runs: the plan of the graph, with the migrations behind it.

use super::chain::{Chain, file};
use super::error::RunError;
use crate::graph::{Direction, Plan};
use crate::migration::{Migration, OperationDef};

/// One migration to run, in one direction.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Step {
    /// The migration.
    pub(crate) migration: &'static Migration,
    /// Up or down.
    pub(crate) direction: Direction,
}

impl Step {
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

/// The migrations of a plan.
pub(crate) fn steps(chain: &Chain, plan: &Plan) -> Vec<Step> {
    plan.steps
        .iter()
        .filter_map(|step| {
            Some(Step {
                migration: chain.get(&step.revision)?,
                direction: step.direction,
            })
        })
        .collect()
}
