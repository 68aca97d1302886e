//! Where a new revision goes.

use super::revision::single;
use crate::Error;
use crate::graph::{Graph, new_parents};
use crate::source::name::id_problem;
use crate::source::{MigrationFile, SourceError};

/// Where a new revision goes, and what the branch is called that begins with it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Placement {
    /// The head that it follows, `base` for none; the only head where nothing is said.
    pub head: Option<String>,
    /// Whether it may follow a revision that others follow already.
    pub splice: bool,
    /// Names for the branch that begins with it.
    pub branch_labels: Vec<String>,
}

impl Placement {
    /// The revisions that it follows.
    pub(super) fn parents(&self, graph: &Graph) -> Result<Vec<String>, Error> {
        match &self.head {
            Some(target) => Ok(new_parents(graph, target, self.splice)?),
            None => Ok(single(graph.heads())?.into_iter().collect()),
        }
    }

    /// Writes it into the file.
    pub(super) fn put(&self, file: &mut MigrationFile, parents: Vec<String>) -> Result<(), Error> {
        file.revises = parents;
        file.branch_labels = checked(&self.branch_labels)?;
        Ok(())
    }
}

/// Branch labels that targets can name, as they can ids.
pub(super) fn checked(labels: &[String]) -> Result<Vec<String>, SourceError> {
    let wrong = labels
        .iter()
        .find_map(|label| Some((label, id_problem(label)?)));
    match wrong {
        Some((label, why)) => Err(SourceError::BadLabel {
            label: label.clone(),
            why,
        }),
        None => Ok(labels.to_vec()),
    }
}
