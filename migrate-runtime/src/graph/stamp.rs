//! Stamping: what the rows of the version table become without running anything.

use super::target::{Symbol, Target, resolve_parsed};
use super::traverse::Edges;
use super::{Graph, GraphError};
use std::collections::BTreeSet;

/// The rows after `stamp TARGET…`, sorted.
///
/// Rows before or after a target go; rows that have nothing to do with any of them stay.
/// `base` removes all rows, `BRANCH@base` those of that branch. Targets that follow each other are
/// refused (V08): such rows would make every later plan wrong. So is `base` with any other: all come after it.
pub fn plan_stamp<T: AsRef<str>>(
    graph: &Graph,
    rows: &[String],
    targets: &[T],
) -> Result<Vec<String>, GraphError> {
    let mut left = graph.row_places(rows)?;
    let mut wanted = BTreeSet::new();
    let mut is_base = false;
    for text in targets {
        let target = Target::parse(text.as_ref())?;
        is_base |= target.branch.is_none() && target.symbol == Symbol::Base;
        let resolved = resolve_parsed(graph, rows, &target)?;
        let gone = match (&resolved.branch, resolved.places.is_empty()) {
            (None, true) => left.clone(),
            (Some(branch), true) => {
                let selector = resolved.selector.unwrap_or_default();
                let own = graph.descendants([selector], Edges::Lineage);
                left.iter()
                    .copied()
                    .filter(|row| branch.contains(row) && own.contains(row))
                    .collect()
            }
            (_, false) => {
                let places = || resolved.places.iter().copied();
                let mut related = graph.ancestors(places(), Edges::All);
                related.extend(graph.descendants(places(), Edges::All));
                related
            }
        };
        left.retain(|row| !gone.contains(row));
        wanted.extend(resolved.places);
    }
    if let Some(first) = wanted.first().filter(|_| is_base) {
        return Err(GraphError::Overlap {
            ancestor: "base".to_owned(),
            descendant: graph.revisions[*first].id.clone(),
        });
    }
    graph.refuse_overlap(&wanted, Edges::Lineage)?;
    left.extend(wanted);
    // What another row depends on is implied by it and has no row of its own.
    let applied = graph.ancestors(left, Edges::All);
    Ok(graph.ids(graph.maximal(&applied)))
}
