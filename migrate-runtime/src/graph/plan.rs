//! Plans: the steps of an upgrade or downgrade, and the rows of the version table after each.

use super::target::{self, Resolved, Target};
use super::traverse::Edges;
use super::{Graph, GraphError};
use std::collections::BTreeSet;

/// Which way a step runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Direction {
    /// The revision's `upgrade`.
    Upgrade,
    /// The revision's `downgrade`.
    Downgrade,
}

impl Direction {
    /// The word for it in the log and in messages: `upgrade`, `downgrade`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Upgrade => "upgrade",
            Self::Downgrade => "downgrade",
        }
    }
}

/// What a command will run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// What the target meant, sorted. Empty: base.
    pub targets: Vec<String>,
    /// The steps, in order. Empty: nothing to do.
    pub steps: Vec<Step>,
    /// The rows before the first step, sorted.
    pub from: Vec<String>,
}

impl Plan {
    /// The rows after the last step, sorted.
    pub fn to(&self) -> &[String] {
        self.steps.last().map_or(&self.from, |step| &step.rows)
    }
}

/// One revision to run, and what it does to the version table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The revision.
    pub revision: String,
    /// Which way it runs.
    pub direction: Direction,
    /// The rows to delete, sorted.
    pub delete: Vec<String>,
    /// The rows to insert, sorted.
    pub insert: Vec<String>,
    /// All rows after the step, sorted: the applied revisions that no other applied one follows or
    /// depends on.
    pub rows: Vec<String>,
}

/// The steps from the rows to a target that lies ahead.
///
/// Targets that are applied already give an empty plan.
pub fn plan_upgrade(graph: &Graph, rows: &[String], target: &str) -> Result<Plan, GraphError> {
    let applied = graph.applied_places(rows)?;
    let target = Target::parse(target)?;
    let resolved = target::for_upgrade(graph, rows, &applied, &target)?;
    let wanted = graph.ancestors(resolved.places.iter().copied(), Edges::All);
    let missing: BTreeSet<usize> = wanted.difference(&applied).copied().collect();

    let mut state = State::new(graph, applied);
    let from = state.ids();
    let steps = graph
        .in_order(&missing)
        .map(|place| state.step(place, Direction::Upgrade))
        .collect();
    Ok(Plan {
        targets: graph.ids(resolved.places),
        steps,
        from,
    })
}

/// The steps from the rows back to a target, which stays applied.
pub fn plan_downgrade(graph: &Graph, rows: &[String], target: &str) -> Result<Plan, GraphError> {
    let applied = graph.applied_places(rows)?;
    let target = Target::parse(target)?;
    let resolved = target::for_downgrade(graph, rows, &applied, &target)?;
    let drop = to_drop(graph, &applied, &resolved, &target)?;

    let mut state = State::new(graph, applied);
    let from = state.ids();
    let steps = graph
        .in_order(&drop)
        .rev()
        .map(|place| state.step(place, Direction::Downgrade))
        .collect();
    Ok(Plan {
        targets: graph.ids(resolved.places),
        steps,
        from,
    })
}

/// What has to go: everything applied after the target along its children, and whatever depends on
/// something that goes. What merely depends on the target stays.
fn to_drop(
    graph: &Graph,
    applied: &BTreeSet<usize>,
    resolved: &Resolved,
    target: &Target,
) -> Result<BTreeSet<usize>, GraphError> {
    let on_branch = |place: &usize| {
        let branch = resolved.branch.as_ref();
        branch.is_none_or(|branch| branch.contains(place))
    };
    let roots: Vec<usize> = match (&resolved.undo, resolved.places.is_empty()) {
        (Some(undo), _) => undo.iter().copied().collect(),
        (None, true) => (0..graph.len())
            .filter(|place| graph.parents[*place].is_empty())
            .filter(on_branch)
            .collect(),
        (None, false) => {
            if !resolved.places.is_subset(applied) {
                return Err(GraphError::NotADowngradeTarget {
                    target: target.to_string(),
                    current: graph.ids(graph.maximal(applied)),
                });
            }
            let children = resolved
                .places
                .iter()
                .flat_map(|place| &graph.children[*place]);
            children.copied().filter(on_branch).collect()
        }
    };
    let roots = roots.into_iter().filter(|root| applied.contains(root));
    let after = graph.descendants(roots, Edges::All);
    Ok(after.intersection(applied).copied().collect())
}

/// The applied revisions and the rows that stand for them, step by step.
struct State<'a> {
    graph: &'a Graph,
    applied: BTreeSet<usize>,
    rows: BTreeSet<usize>,
}

impl<'a> State<'a> {
    fn new(graph: &'a Graph, applied: BTreeSet<usize>) -> Self {
        Self {
            graph,
            rows: graph.maximal(&applied),
            applied,
        }
    }

    fn ids(&self) -> Vec<String> {
        self.graph.ids(self.rows.iter().copied())
    }

    fn step(&mut self, place: usize, direction: Direction) -> Step {
        let before = self.rows.clone();
        let graph = self.graph;
        let near = graph.parents[place].iter().chain(&graph.depends_on[place]);
        match direction {
            Direction::Upgrade => {
                self.applied.insert(place);
                self.rows.insert(place);
                for parent in near {
                    self.rows.remove(parent);
                }
            }
            Direction::Downgrade => {
                self.applied.remove(&place);
                self.rows.remove(&place);
                for parent in near.filter(|parent| graph.is_free(**parent, &self.applied)) {
                    self.rows.insert(*parent);
                }
            }
        }
        Step {
            revision: graph.revisions[place].id.clone(),
            direction,
            delete: graph.ids(before.difference(&self.rows).copied()),
            insert: graph.ids(self.rows.difference(&before).copied()),
            rows: self.ids(),
        }
    }
}
