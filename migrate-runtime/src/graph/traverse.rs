//! Walks over the map: ancestors, descendants, heads, and what the rows of the version table mean.

use super::{Graph, GraphError};
use std::collections::BTreeSet;

/// Which edges a walk follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Edges {
    /// Parents only: the lineage.
    Lineage,
    /// Parents and dependencies: what must be applied.
    All,
}

impl Graph {
    /// The revisions that no other revises, sorted.
    pub fn heads(&self) -> Vec<String> {
        self.ids(self.head_places())
    }

    /// The heads that no other revision depends on either, sorted. These are the rows of a database
    /// in which everything is applied.
    pub fn effective_heads(&self) -> Vec<String> {
        let heads = self.head_places();
        self.ids(heads.filter(|place| self.dependents[*place].is_empty()))
    }

    /// The revisions that revise none, sorted.
    pub fn bases(&self) -> Vec<String> {
        self.ids((0..self.len()).filter(|place| self.parents[*place].is_empty()))
    }

    /// The revisions that several others revise, with these, sorted.
    pub fn branch_points(&self) -> Vec<(String, Vec<String>)> {
        (0..self.len())
            .filter(|place| self.children[*place].len() > 1)
            .map(|place| {
                let id = self.revisions[place].id.clone();
                (id, self.ids(self.children[place].iter().copied()))
            })
            .collect()
    }

    /// All ids, each after its parents and dependencies; where that leaves a choice, by id.
    pub fn sorted(&self) -> Vec<String> {
        self.ids(self.order.iter().copied())
    }

    /// The revisions that are applied when these are the rows: they, their ancestors and everything
    /// these depend on, in the order they are applied in.
    pub fn applied(&self, rows: &[String]) -> Result<Vec<String>, GraphError> {
        let applied = self.applied_places(rows)?;
        Ok(self
            .in_order(&applied)
            .map(|place| self.revisions[place].id.clone())
            .collect())
    }

    /// The ancestors of a revision along parents, itself included, in order; empty for an unknown id.
    pub fn lineage(&self, id: &str) -> Vec<String> {
        let start = self.places.get(id).copied();
        let places = self.ancestors(start, Edges::Lineage);
        self.ids(self.in_order(&places))
    }

    pub(super) fn head_places(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.len()).filter(|place| self.children[*place].is_empty())
    }

    /// The places in the order they are applied in.
    pub(super) fn in_order(
        &self,
        places: &BTreeSet<usize>,
    ) -> impl DoubleEndedIterator<Item = usize> + use<> {
        let mut sorted: Vec<usize> = places.iter().copied().collect();
        sorted.sort_by_key(|place| self.rank[*place]);
        sorted.into_iter()
    }

    /// These and everything before them.
    pub(super) fn ancestors(
        &self,
        of: impl IntoIterator<Item = usize>,
        edges: Edges,
    ) -> BTreeSet<usize> {
        closure(of, |place| {
            let depends_on = match edges {
                Edges::Lineage => &[][..],
                Edges::All => &self.depends_on[place],
            };
            self.parents[place].iter().chain(depends_on)
        })
    }

    /// These and everything after them.
    pub(super) fn descendants(
        &self,
        of: impl IntoIterator<Item = usize>,
        edges: Edges,
    ) -> BTreeSet<usize> {
        closure(of, |place| {
            let dependents = match edges {
                Edges::Lineage => &[][..],
                Edges::All => &self.dependents[place],
            };
            self.children[place].iter().chain(dependents)
        })
    }

    /// The ancestors and descendants of a revision along parents, itself included.
    pub(super) fn branch_of(&self, place: usize) -> BTreeSet<usize> {
        let mut branch = self.ancestors([place], Edges::Lineage);
        branch.extend(self.descendants([place], Edges::Lineage));
        branch
    }

    /// The places of the rows; an id that the map lacks is an error.
    pub(super) fn row_places(&self, rows: &[String]) -> Result<BTreeSet<usize>, GraphError> {
        rows.iter()
            .map(|id| {
                let unknown = || GraphError::UnknownApplied { id: id.clone() };
                self.places.get(id).copied().ok_or_else(unknown)
            })
            .collect()
    }

    /// What is applied when these are the rows. Rows that follow each other are an error (V08):
    /// they come from outside, and no plan made from them would be right.
    pub(super) fn applied_places(&self, rows: &[String]) -> Result<BTreeSet<usize>, GraphError> {
        let places = self.row_places(rows)?;
        self.refuse_overlap(&places, Edges::Lineage)?;
        Ok(self.ancestors(places, Edges::All))
    }

    /// Refuses places of which one comes before another.
    pub(super) fn refuse_overlap(
        &self,
        places: &BTreeSet<usize>,
        edges: Edges,
    ) -> Result<(), GraphError> {
        for place in places {
            let before = self.parents[*place].iter().copied();
            let depends_on = self.depends_on[*place].iter().copied();
            let before = self.ancestors(
                before.chain(depends_on.filter(|_| edges == Edges::All)),
                edges,
            );
            if let Some(ancestor) = places.intersection(&before).next() {
                return Err(GraphError::Overlap {
                    ancestor: self.revisions[*ancestor].id.clone(),
                    descendant: self.revisions[*place].id.clone(),
                });
            }
        }
        Ok(())
    }

    /// Those of the applied revisions that no other applied one follows or depends on: the rows.
    pub(super) fn maximal(&self, applied: &BTreeSet<usize>) -> BTreeSet<usize> {
        applied
            .iter()
            .copied()
            .filter(|place| self.is_free(*place, applied))
            .collect()
    }

    /// Whether nothing applied follows the place or depends on it.
    pub(super) fn is_free(&self, place: usize, applied: &BTreeSet<usize>) -> bool {
        let mut after = self.children[place].iter().chain(&self.dependents[place]);
        !after.any(|next| applied.contains(next))
    }
}

fn closure<'a, I: Iterator<Item = &'a usize>>(
    of: impl IntoIterator<Item = usize>,
    next: impl Fn(usize) -> I,
) -> BTreeSet<usize> {
    let mut seen = BTreeSet::new();
    let mut open: Vec<usize> = of.into_iter().collect();
    while let Some(place) = open.pop() {
        if seen.insert(place) {
            open.extend(next(place).copied());
        }
    }
    seen
}
