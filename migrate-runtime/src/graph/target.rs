//! The grammar of targets: `[BRANCH@][ID|head|heads|base|current][+N|-N]`, and what one means.
//!
//! Ids contain none of `@ - + :`, so a target is read without knowing the map.

use super::traverse::Edges;
use super::{Graph, GraphError, Replaced};
use std::collections::BTreeSet;
use std::fmt;

/// A target as it was typed, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// The label or revision before `@`.
    pub branch: Option<String>,
    /// What stands in the middle.
    pub symbol: Symbol,
    /// The steps after it.
    pub offset: Option<Offset>,
    text: String,
}

/// The middle of a target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Symbol {
    /// Nothing: steps from where one is.
    Here,
    /// An id, the beginning of one, or a label.
    Id(String),
    /// `head`: the only one.
    Head,
    /// `heads`: all of them.
    Heads,
    /// `base`: before the first revision.
    Base,
    /// `current`: the rows of the database.
    Current,
}

/// The steps at the end of a target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Offset {
    /// `+N`.
    Forward(usize),
    /// `-N`.
    Back(usize),
}

/// What a target means on a map.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Resolved {
    /// The revisions, sorted; none for base.
    pub ids: Vec<String>,
    pub(super) places: BTreeSet<usize>,
    /// The branch that was named, ancestors included.
    pub(super) branch: Option<BTreeSet<usize>>,
    /// The revision that names the branch.
    pub(super) selector: Option<usize>,
    /// For steps back from the rows: what they undo.
    pub(super) undo: Option<BTreeSet<usize>>,
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Target {
    /// Takes a target apart.
    pub fn parse(text: &str) -> Result<Self, GraphError> {
        let text = text.trim();
        let syntax = |why: &str| GraphError::Syntax {
            target: text.to_owned(),
            why: why.to_owned(),
        };
        if text.contains(':') {
            return Err(GraphError::RangeNotAllowed {
                target: text.to_owned(),
            });
        }
        let (branch, rest) = match text.split_once('@') {
            Some(("", _)) => return Err(syntax("no branch before '@'")),
            Some((_, rest)) if rest.contains('@') => return Err(syntax("more than one '@'")),
            Some((_, "")) => return Err(syntax("nothing after '@'")),
            Some((branch, rest)) => (Some(branch.to_owned()), rest),
            None => (None, text),
        };
        let (symbol, offset) = match rest.find(['+', '-']) {
            Some(at) => {
                let steps = rest[at + 1..].parse().ok().filter(|steps| *steps > 0);
                let steps = steps.ok_or_else(|| syntax("a number must follow '+' or '-'"))?;
                let forward = rest.as_bytes()[at] == b'+';
                let offset = if forward {
                    Offset::Forward(steps)
                } else {
                    Offset::Back(steps)
                };
                (&rest[..at], Some(offset))
            }
            None => (rest, None),
        };
        let symbol = match symbol {
            "" if offset.is_none() => return Err(syntax("it is empty")),
            "" => Symbol::Here,
            "head" => Symbol::Head,
            "heads" => Symbol::Heads,
            "base" => Symbol::Base,
            "current" => Symbol::Current,
            id => Symbol::Id(id.to_owned()),
        };
        Ok(Self {
            branch,
            symbol,
            offset,
            text: text.to_owned(),
        })
    }
}

/// What a target means; `rows` are the rows of the version table, for `current`.
///
/// Steps from nowhere (`-1`) are taken from the head, as Alembic's `show -1` does.
pub fn resolve(graph: &Graph, rows: &[String], target: &str) -> Result<Resolved, GraphError> {
    resolve_parsed(graph, rows, &Target::parse(target)?)
}

pub(super) fn resolve_parsed(
    graph: &Graph,
    rows: &[String],
    target: &Target,
) -> Result<Resolved, GraphError> {
    let selector = selector(graph, target)?;
    let branch = selector.map(|selector| graph.branch_of(selector));
    let within = Walk {
        graph,
        branch: branch.as_ref(),
        target,
    };
    let mut places = within.symbol(rows)?;
    match target.offset {
        Some(Offset::Forward(steps)) => {
            let start = within.single(&places)?;
            places = BTreeSet::from([within.forward(start, steps, &BTreeSet::new())?]);
        }
        Some(Offset::Back(steps)) => {
            let start = within.single(&places)?;
            places = within.back(start, steps)?.into_iter().collect();
        }
        None => {}
    }
    Ok(Resolved {
        ids: graph.ids(places.iter().copied()),
        places,
        branch,
        selector,
        undo: None,
    })
}

/// As [`resolve_parsed`], but `+N` counts from the rows.
pub(super) fn for_upgrade(
    graph: &Graph,
    rows: &[String],
    applied: &BTreeSet<usize>,
    target: &Target,
) -> Result<Resolved, GraphError> {
    let steps = match (&target.symbol, target.offset) {
        (Symbol::Here, Some(Offset::Forward(steps))) => steps,
        (Symbol::Here, _) => {
            return Err(GraphError::WrongDirection {
                target: target.to_string(),
                command: "upgrade",
            });
        }
        _ => return resolve_parsed(graph, rows, target),
    };
    let selector = selector(graph, target)?;
    let branch = selector.map(|selector| graph.branch_of(selector));
    let within = Walk {
        graph,
        branch: branch.as_ref(),
        target,
    };
    let start = within.tip(applied)?;
    let places = BTreeSet::from([within.forward(start, steps, applied)?]);
    Ok(Resolved {
        ids: graph.ids(places.iter().copied()),
        places,
        branch,
        selector,
        undo: None,
    })
}

/// As [`resolve_parsed`], but `-N` undoes the last N steps.
pub(super) fn for_downgrade(
    graph: &Graph,
    rows: &[String],
    applied: &BTreeSet<usize>,
    target: &Target,
) -> Result<Resolved, GraphError> {
    let steps = match (&target.symbol, target.offset) {
        (Symbol::Here | Symbol::Current, Some(Offset::Back(steps))) => steps,
        (Symbol::Here, _) => {
            return Err(GraphError::WrongDirection {
                target: target.to_string(),
                command: "downgrade",
            });
        }
        _ => return resolve_parsed(graph, rows, target),
    };
    let selector = selector(graph, target)?;
    let branch = selector.map(|selector| graph.branch_of(selector));
    let within = Walk {
        graph,
        branch: branch.as_ref(),
        target,
    };
    let mut left = applied.clone();
    let mut undo = BTreeSet::new();
    for found in 0..steps {
        let last = match within.tip(&left) {
            Ok(Some(last)) => last,
            Ok(None) if applied.is_empty() => return Err(GraphError::AtBase),
            Ok(None) => return Err(within.too_far(steps, found)),
            Err(error) if found == 0 => return Err(error),
            Err(_) => return Err(within.fork(applied, &left, found)),
        };
        left.remove(&last);
        undo.insert(last);
    }
    let places = graph.maximal(&left);
    Ok(Resolved {
        ids: graph.ids(places.iter().copied()),
        places,
        branch,
        selector,
        undo: Some(undo),
    })
}

/// The ids from one target to another along the lineage, both included, in the order they are
/// applied in. `START:END`; either may be left out.
pub fn range(graph: &Graph, rows: &[String], text: &str) -> Result<Vec<String>, GraphError> {
    let Some((start, end)) = text.split_once(':') else {
        return Err(GraphError::Syntax {
            target: text.to_owned(),
            why: "history range requires [start]:[end], [start]:, or :[end]".to_owned(),
        });
    };
    // A step alone counts from the other end: `-2:current`, `b:+2`.
    let (start, end) = match (start.as_bytes().first(), end.as_bytes().first()) {
        (Some(b'-'), Some(_)) => (format!("{end}{start}"), end.to_owned()),
        (Some(_), Some(b'+')) => (start.to_owned(), format!("{start}{end}")),
        _ => (start.to_owned(), end.to_owned()),
    };
    let places = |text: &str| -> Result<BTreeSet<usize>, GraphError> {
        if text.is_empty() {
            return Ok(BTreeSet::new());
        }
        Ok(resolve_parsed(graph, rows, &Target::parse(text)?)?.places)
    };
    let from = match places(&start) {
        // The last so many, of fewer: all of them.
        Err(GraphError::TooFar { .. }) if end.is_empty() && start.starts_with('-') => {
            BTreeSet::new()
        }
        from => from?,
    };
    let to = places(&end)?;
    let after = graph.descendants(from.iter().copied(), Edges::Lineage);
    let before = graph.ancestors(to.iter().copied(), Edges::Lineage);
    let chosen: BTreeSet<usize> = (0..graph.len())
        .filter(|place| from.is_empty() || after.contains(place))
        .filter(|place| end.is_empty() || before.contains(place))
        .collect();
    if chosen.is_empty() && !from.is_empty() && !to.is_empty() {
        return Err(GraphError::NotAnAncestor {
            from: start,
            to: end,
        });
    }
    Ok(graph.ids(graph.in_order(&chosen)))
}

/// The revision that names the branch of a target.
fn selector(graph: &Graph, target: &Target) -> Result<Option<usize>, GraphError> {
    let Some(label) = &target.branch else {
        return Ok(None);
    };
    let exact = graph.labels.get(label).or_else(|| graph.places.get(label));
    if let Some(place) = exact {
        return Ok(Some(*place));
    }
    match by_prefix(graph, label, None) {
        Err(GraphError::NotFound { target: label }) => Err(GraphError::NoSuchBranch { label }),
        other => other.map(Some),
    }
}

/// The only revision whose id begins so, on the branch where one was named.
fn by_prefix(
    graph: &Graph,
    prefix: &str,
    branch: Option<&BTreeSet<usize>>,
) -> Result<usize, GraphError> {
    if let Some(Replaced { by, .. }) = graph.replaced(prefix) {
        return Err(GraphError::IsReplaced {
            id: prefix.to_owned(),
            by: by.clone(),
        });
    }
    let mut candidates: Vec<usize> = graph
        .places
        .range(prefix.to_owned()..)
        .take_while(|(id, _)| id.starts_with(prefix))
        .map(|(_, place)| *place)
        .collect();
    // A revision may be there under another name, too.
    candidates.sort_unstable();
    candidates.dedup();
    let on_branch = |place: &usize| branch.is_none_or(|branch| branch.contains(place));
    let inside: Vec<usize> = candidates.iter().copied().filter(on_branch).collect();
    match (inside.as_slice(), candidates.as_slice()) {
        ([place], _) => Ok(*place),
        ([], [place]) => Ok(*place),
        ([], _) => Err(GraphError::NotFound {
            target: prefix.to_owned(),
        }),
        (several, _) => Err(GraphError::AmbiguousPrefix {
            prefix: prefix.to_owned(),
            candidates: graph.ids(several.iter().copied()),
        }),
    }
}

/// Steps over the map, within a branch where one was named.
struct Walk<'a> {
    graph: &'a Graph,
    branch: Option<&'a BTreeSet<usize>>,
    target: &'a Target,
}

impl Walk<'_> {
    fn contains(&self, place: usize) -> bool {
        self.branch.is_none_or(|branch| branch.contains(&place))
    }

    fn symbol(&self, rows: &[String]) -> Result<BTreeSet<usize>, GraphError> {
        let heads = || {
            self.graph
                .head_places()
                .filter(|place| self.contains(*place))
        };
        match &self.target.symbol {
            Symbol::Base => Ok(BTreeSet::new()),
            Symbol::Heads => Ok(heads().collect()),
            Symbol::Head | Symbol::Here => {
                let heads: BTreeSet<usize> = heads().collect();
                if heads.len() > 1 {
                    return Err(GraphError::MultipleHeads {
                        target: self.target.to_string(),
                        heads: self.graph.ids(heads),
                    });
                }
                Ok(heads)
            }
            Symbol::Current => {
                let rows = self.graph.row_places(rows)?;
                Ok(rows
                    .into_iter()
                    .filter(|place| self.contains(*place))
                    .collect())
            }
            Symbol::Id(id) => {
                let graph = self.graph;
                let exact = graph.places.get(id).or_else(|| graph.labels.get(id));
                let place = match exact {
                    Some(place) => *place,
                    None => by_prefix(graph, id, self.branch)?,
                };
                if !self.contains(place) {
                    return Err(GraphError::NotOnBranch {
                        id: graph.revisions[place].id.clone(),
                        label: self.target.branch.clone().unwrap_or_default(),
                    });
                }
                Ok(BTreeSet::from([place]))
            }
        }
    }

    /// The one place of several that steps can be counted from; `None` is base.
    fn single(&self, places: &BTreeSet<usize>) -> Result<Option<usize>, GraphError> {
        if places.len() > 1 {
            return Err(GraphError::AmbiguousCurrent {
                target: self.target.to_string(),
                current: self.graph.ids(places.iter().copied()),
            });
        }
        Ok(places.first().copied())
    }

    /// The last applied revision, on the branch where one was named; `None` where nothing is applied.
    fn tip(&self, applied: &BTreeSet<usize>) -> Result<Option<usize>, GraphError> {
        let inside = applied
            .iter()
            .copied()
            .filter(|place| self.contains(*place));
        let inside: BTreeSet<usize> = inside.collect();
        self.single(&self.graph.maximal(&inside))
    }

    /// Forward to children that are not applied yet.
    fn forward(
        &self,
        start: Option<usize>,
        steps: usize,
        applied: &BTreeSet<usize>,
    ) -> Result<usize, GraphError> {
        let mut at = start;
        for found in 0..steps {
            let next: Vec<usize> = match at {
                Some(at) => self.graph.children[at].clone(),
                None => (0..self.graph.len())
                    .filter(|place| self.graph.parents[*place].is_empty())
                    .collect(),
            };
            let next: Vec<usize> = next
                .into_iter()
                .filter(|place| self.contains(*place) && !applied.contains(place))
                .collect();
            at = Some(self.choose(at, &next, steps, found)?);
        }
        at.ok_or_else(|| self.too_far(steps, 0))
    }

    /// Back to parents; `None` is base, which is one step before the first revision.
    fn back(&self, start: Option<usize>, steps: usize) -> Result<Option<usize>, GraphError> {
        let mut at = start;
        for found in 0..steps {
            let Some(place) = at else {
                return Err(self.too_far(steps, found));
            };
            let parents: Vec<usize> = self.graph.parents[place]
                .iter()
                .copied()
                .filter(|parent| self.contains(*parent))
                .collect();
            at = match parents.as_slice() {
                [] => None,
                parents => Some(self.choose(at, parents, steps, found)?),
            };
        }
        Ok(at)
    }

    fn choose(
        &self,
        at: Option<usize>,
        choices: &[usize],
        steps: usize,
        found: usize,
    ) -> Result<usize, GraphError> {
        match choices {
            [only] => Ok(*only),
            [] => Err(self.too_far(steps, found)),
            several => Err(GraphError::AmbiguousWalk {
                target: self.target.to_string(),
                at: at.map_or("base".to_owned(), |at| self.graph.revisions[at].id.clone()),
                choices: self.graph.ids(several.iter().copied()),
            }),
        }
    }

    /// Steps back that came to where several revisions are the last one.
    fn fork(&self, applied: &BTreeSet<usize>, left: &BTreeSet<usize>, found: usize) -> GraphError {
        let inside = |places: &BTreeSet<usize>| -> Vec<String> {
            let inside = places.iter().copied().filter(|it| self.contains(*it));
            let last = self.graph.maximal(&inside.collect());
            self.graph.ids(last)
        };
        GraphError::Fork {
            target: self.target.to_string(),
            from: inside(applied).join(", "),
            reached: found,
            choices: inside(left),
        }
    }

    fn too_far(&self, steps: usize, found: usize) -> GraphError {
        GraphError::TooFar {
            target: self.target.to_string(),
            steps,
            found,
        }
    }
}
