//! Which revisions a merge joins.

use super::{Graph, GraphError, resolve};
use std::collections::BTreeSet;

/// The parents of a merge revision: the named heads, or all heads where none is named; sorted.
pub fn merge_parents<T: AsRef<str>>(
    graph: &Graph,
    targets: &[T],
) -> Result<Vec<String>, GraphError> {
    let heads = graph.heads();
    let mut parents = BTreeSet::new();
    for target in targets {
        for id in resolve(graph, &[], target.as_ref())?.ids {
            if !heads.contains(&id) {
                return Err(GraphError::NotAHead { id });
            }
            if !parents.insert(id.clone()) {
                return Err(GraphError::DuplicateHead { id });
            }
        }
    }
    if targets.is_empty() {
        parents.extend(heads);
    }
    if parents.len() < 2 {
        return Err(GraphError::NothingToMerge {
            heads: parents.len(),
        });
    }
    Ok(parents.into_iter().collect())
}
