//! Which revisions a new one follows.

use super::traverse::Edges;
use super::{Graph, GraphError, resolve};
use std::collections::BTreeSet;

/// The parents of a merge revision: the named heads, or all heads where none is named; sorted. With `splice`
/// they may be revisions that others follow already.
///
/// # Errors
/// A target that means nothing, no head, the same one twice, or one that comes before another; fewer than two.
pub fn merge_parents<T: AsRef<str>>(
    graph: &Graph,
    targets: &[T],
    splice: bool,
) -> Result<Vec<String>, GraphError> {
    let mut parents = BTreeSet::new();
    for target in targets {
        for id in new_parents(graph, target.as_ref(), splice)? {
            if !parents.insert(id.clone()) {
                return Err(GraphError::DuplicateHead { id });
            }
        }
    }
    if targets.is_empty() {
        parents.extend(graph.heads());
    }
    if parents.len() < 2 {
        return Err(GraphError::NothingToMerge {
            heads: parents.len(),
        });
    }
    let parents: Vec<String> = parents.into_iter().collect();
    let overlap = graph.refuse_overlap(&graph.row_places(&parents)?, Edges::Lineage);
    overlap.map_err(|error| match error {
        GraphError::Overlap {
            ancestor,
            descendant,
        } => GraphError::Joined {
            ancestor,
            descendant,
        },
        other => other,
    })?;
    Ok(parents)
}

/// The parents of a revision that follows a target: none for `base`, several for `heads`. With `splice` others may
/// follow it already.
///
/// # Errors
/// A target that means nothing, or no head.
pub fn new_parents(graph: &Graph, target: &str, splice: bool) -> Result<Vec<String>, GraphError> {
    let ids = resolve(graph, &[], target)?.ids;
    let heads = graph.heads();
    match ids.iter().find(|id| !heads.contains(id)) {
        Some(id) if !splice => Err(GraphError::FollowedAlready {
            id: id.clone(),
            label: (!id.starts_with(target)).then(|| target.to_owned()),
        }),
        _ => Ok(ids),
    }
}

impl Graph {
    /// The heads that no branch label stands before, sorted. The compiler takes one of them: with several nobody
    /// says which is meant.
    pub fn unlabelled_heads(&self) -> Vec<String> {
        let is_labelled = |head: &usize| {
            let lineage = self.ancestors([*head], Edges::Lineage);
            let mut labels = lineage.iter().map(|at| &self.revisions[*at].branch_labels);
            labels.any(|labels| !labels.is_empty())
        };
        self.ids(self.head_places().filter(|head| !is_labelled(head)))
    }
}
