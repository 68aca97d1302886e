//! The map of revisions: who follows whom, which heads there are, and what a command has to run.
//!
//! In go revisions (id, parents, dependencies, labels) and the rows of the version table; out come
//! ordered steps and the rows after each. Pure: it knows no file, no database and no operation.

mod error;
mod merge;
mod plan;
mod replaced;
mod revision;
mod stamp;
mod target;
mod traverse;

#[cfg(test)]
mod tests;

pub use error::GraphError;
pub use merge::{merge_parents, new_parents};
pub use plan::{Direction, Plan, Step, plan_downgrade, plan_upgrade};
pub use replaced::Replaced;
pub use revision::Revision;
pub use stamp::plan_stamp;
pub use target::{Offset, Resolved, Symbol, Target, range, resolve};

use replaced::History;
use std::collections::{BTreeMap, BTreeSet};

/// The revisions of a chain and their places, checked: every parent exists and there is no cycle.
#[derive(Debug, Clone, Default)]
pub struct Graph {
    /// Sorted by id, which for the usual ids is the order of creation.
    revisions: Vec<Revision>,
    /// By id, and by the ids that stand for one of them.
    places: BTreeMap<String, usize>,
    /// Ids in the middle of what a revision replaces.
    inside: BTreeMap<String, Replaced>,
    labels: BTreeMap<String, usize>,
    parents: Vec<Vec<usize>>,
    depends_on: Vec<Vec<usize>>,
    children: Vec<Vec<usize>>,
    dependents: Vec<Vec<usize>>,
    /// All places, each after its parents and dependencies.
    order: Vec<usize>,
    /// The inverse of `order`.
    rank: Vec<usize>,
}

impl Graph {
    /// Builds the map and checks it.
    ///
    /// The order of `revisions` does not matter: ties are broken by id. Those that another one replaces are not on
    /// the map; the last of them is another name of that one.
    ///
    /// # Errors
    /// [`GraphError`], where the revisions are no map.
    pub fn new(revisions: impl IntoIterator<Item = Revision>) -> Result<Self, GraphError> {
        Self::for_rows(revisions, [])
    }

    /// The map for a database with these version rows. If it stopped in the middle of revisions that another one
    /// replaces, these are on the map, and the one that replaces them is another name of the last.
    ///
    /// # Errors
    /// As [`Self::new`]; where it stopped there, and the files of these revisions are gone.
    pub fn for_rows<'r>(
        revisions: impl IntoIterator<Item = Revision>,
        rows: impl IntoIterator<Item = &'r str>,
    ) -> Result<Self, GraphError> {
        let mut revisions: Vec<Revision> = revisions.into_iter().collect();
        revisions.sort();
        if let Some(twice) = revisions.windows(2).find(|two| two[0].id == two[1].id) {
            let id = twice[0].id.clone();
            return Err(GraphError::DuplicateId { id });
        }
        let History {
            revisions,
            aliases,
            inside,
        } = History::of(revisions, &rows.into_iter().collect())?;
        let mut graph = Self {
            places: BTreeMap::new(),
            inside,
            labels: BTreeMap::new(),
            parents: vec![Vec::new(); revisions.len()],
            depends_on: vec![Vec::new(); revisions.len()],
            children: vec![Vec::new(); revisions.len()],
            dependents: vec![Vec::new(); revisions.len()],
            order: Vec::new(),
            rank: vec![0; revisions.len()],
            revisions,
        };
        graph.index_ids(&aliases);
        graph.index_labels()?;
        graph.connect()?;
        graph.sort()?;
        Ok(graph)
    }

    fn index_ids(&mut self, aliases: &BTreeMap<String, String>) {
        let ids = self.revisions.iter().enumerate();
        self.places = ids.map(|(place, it)| (it.id.clone(), place)).collect();
        for (alias, mut of) in aliases {
            // One that was squashed again stands for one that stands for another.
            while let Some(next) = aliases.get(of).filter(|_| !self.places.contains_key(of)) {
                of = next;
            }
            if let Some(place) = self.places.get(of) {
                self.places.insert(alias.clone(), *place);
            }
        }
    }

    fn index_labels(&mut self) -> Result<(), GraphError> {
        for (place, revision) in self.revisions.iter().enumerate() {
            for label in &revision.branch_labels {
                let taken = self
                    .labels
                    .insert(label.clone(), place)
                    .or_else(|| self.places.get(label).copied());
                if let Some(other) = taken {
                    return Err(GraphError::DuplicateLabel {
                        label: label.clone(),
                        id: revision.id.clone(),
                        other: self.revisions[other].id.clone(),
                    });
                }
            }
        }
        Ok(())
    }

    fn connect(&mut self) -> Result<(), GraphError> {
        for (place, revision) in self.revisions.iter().enumerate() {
            let Revision {
                id,
                parents,
                depends_on,
                branch_labels: _,
                replaces: _,
            } = revision;
            for parent in unique(parents) {
                if parent == id {
                    return Err(GraphError::SelfLoop { id: id.clone() });
                }
                let missing = || {
                    (self.follows_inside(id, parent)).unwrap_or_else(|| GraphError::MissingParent {
                        id: id.clone(),
                        parent: parent.clone(),
                    })
                };
                let parent = *self.places.get(parent).ok_or_else(missing)?;
                if parent == place {
                    return Err(GraphError::SelfLoop { id: id.clone() });
                }
                self.parents[place].push(parent);
                self.children[parent].push(place);
            }
            for dependency in unique(depends_on) {
                // `chain@revision` is on another map.
                if dependency.contains('@') {
                    continue;
                }
                // A dependency may be written as a label (N14).
                let found = self
                    .places
                    .get(dependency)
                    .or_else(|| self.labels.get(dependency))
                    .copied();
                let missing = || {
                    let inside = self.follows_inside(id, dependency);
                    inside.unwrap_or_else(|| GraphError::MissingDependency {
                        id: id.clone(),
                        dependency: dependency.clone(),
                    })
                };
                let dependency = found.ok_or_else(missing)?;
                if dependency == place {
                    return Err(GraphError::DependencySelfLoop { id: id.clone() });
                }
                self.depends_on[place].push(dependency);
                self.dependents[dependency].push(place);
            }
        }
        Ok(())
    }

    /// What is wrong where a revision names one in the middle of what another one replaces.
    fn follows_inside(&self, id: &str, named: &str) -> Option<GraphError> {
        let Replaced { by, last } = self.inside.get(named)?.clone();
        Some(GraphError::FollowsInside {
            id: id.to_owned(),
            named: named.to_owned(),
            by,
            last,
        })
    }

    /// Kahn's algorithm; among those that are ready, the smallest id goes first.
    fn sort(&mut self) -> Result<(), GraphError> {
        let mut waiting: Vec<usize> = (0..self.revisions.len())
            .map(|place| self.parents[place].len() + self.depends_on[place].len())
            .collect();
        let mut ready: BTreeSet<usize> = (0..waiting.len()).filter(|p| waiting[*p] == 0).collect();
        while let Some(place) = ready.pop_first() {
            self.rank[place] = self.order.len();
            self.order.push(place);
            for next in self.children[place].iter().chain(&self.dependents[place]) {
                waiting[*next] -= 1;
                if waiting[*next] == 0 {
                    ready.insert(*next);
                }
            }
        }
        if self.order.len() == self.revisions.len() {
            return Ok(());
        }
        Err(GraphError::Cycle {
            ids: self.on_cycles(&waiting),
        })
    }

    /// Of those that never became ready, the ones that lie on a cycle and not merely behind one.
    fn on_cycles(&self, waiting: &[usize]) -> Vec<String> {
        let mut left: BTreeSet<usize> = (0..waiting.len()).filter(|p| waiting[*p] > 0).collect();
        loop {
            let behind: Vec<usize> = left
                .iter()
                .copied()
                .filter(|place| {
                    let mut next = self.children[*place].iter().chain(&self.dependents[*place]);
                    !next.any(|next| left.contains(next))
                })
                .collect();
            if behind.is_empty() {
                return self.ids(left);
            }
            for place in behind {
                left.remove(&place);
            }
        }
    }

    /// The number of revisions.
    pub fn len(&self) -> usize {
        self.revisions.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.revisions.is_empty()
    }

    /// The revision of exactly that id.
    pub fn get(&self, id: &str) -> Option<&Revision> {
        self.places.get(id).map(|place| &self.revisions[*place])
    }

    /// What replaced a revision of that id, if it was in the middle of what was replaced.
    pub fn replaced(&self, id: &str) -> Option<&Replaced> {
        self.inside.get(id)
    }

    /// Whether that is the id or the label of a revision.
    pub fn knows(&self, name: &str) -> bool {
        self.places.contains_key(name) || self.labels.contains_key(name)
    }

    /// The ids of the revisions that revise this one, sorted.
    pub fn children(&self, id: &str) -> Vec<String> {
        let place = self.places.get(id);
        let children = place.into_iter().flat_map(|place| &self.children[*place]);
        self.ids(children.copied())
    }

    /// The ids of the revisions that depend on this one, sorted.
    pub fn dependents(&self, id: &str) -> Vec<String> {
        let place = self.places.get(id);
        let dependents = place.into_iter().flat_map(|place| &self.dependents[*place]);
        self.ids(dependents.copied())
    }

    fn ids(&self, places: impl IntoIterator<Item = usize>) -> Vec<String> {
        let id = |place: usize| self.revisions[place].id.clone();
        places.into_iter().map(id).collect()
    }
}

fn unique(list: &[String]) -> BTreeSet<&String> {
    list.iter().collect()
}
