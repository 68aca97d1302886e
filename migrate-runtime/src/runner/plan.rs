//! Which revisions to apply or take back, in which order. Pure: a chain, what is applied, a target.

use super::chain::{Chain, Revisions, file};
use super::error::RunError;
use super::target::{Target, TargetError, children, find, names, one_head, walk};
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
            (Direction::Up, _, _) => Ok(migration.upgrade),
            (Direction::Down, Some(reason), _) => irreversible(reason.to_owned()),
            (Direction::Down, None, Some(operations)) => Ok(operations),
            // A merge has nothing to take back.
            (Direction::Down, None, None) if migration.upgrade.is_empty() => Ok(&[]),
            (Direction::Down, None, None) => {
                irreversible(format!("{} has no downgrade", file(migration)))
            }
        }
    }
}

/// Which way a migration is run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// `upgrade`.
    Up,
    /// `downgrade`.
    Down,
}

impl Direction {
    /// The word in the log and in messages: `upgrade`, `downgrade`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Up => "upgrade",
            Self::Down => "downgrade",
        }
    }
}

/// The steps of `upgrade TARGET`, and the revision that was named if it is applied already.
pub(crate) fn upgrade(
    chain: &Chain,
    rows: &Revisions,
    typed: &str,
) -> Result<Vec<Step>, TargetError> {
    let applied = chain.with_ancestors(rows.iter().copied());
    let targets = match Target::read(typed, chain)? {
        Target::Head => one_head(chain)?,
        Target::Heads => chain.heads(),
        Target::Base => Revisions::new(),
        Target::Relative(steps) if steps < 0 => return Err(wrong_way(typed, "down", "upgrade")),
        Target::Relative(steps) => above(chain, rows, steps, typed)?,
        Target::Revision(text, steps) => walk(chain, find(chain, text)?.id, steps, typed)?
            .into_iter()
            .collect(),
    };
    let wanted = chain.with_ancestors(targets);
    Ok(chain
        .order()
        .iter()
        .filter(|migration| wanted.contains(migration.id) && !applied.contains(migration.id))
        .map(|migration| Step {
            migration,
            direction: Direction::Up,
        })
        .collect())
}

/// The steps of `downgrade TARGET`: what stands on the target goes, the last applied first.
pub(crate) fn downgrade(
    chain: &Chain,
    rows: &Revisions,
    typed: &str,
) -> Result<Vec<Step>, TargetError> {
    let applied = chain.with_ancestors(rows.iter().copied());
    let target = match Target::read(typed, chain)? {
        Target::Base => None,
        Target::Head | Target::Heads => return Err(wrong_way(typed, "up", "downgrade")),
        Target::Relative(steps) if steps > 0 => return Err(wrong_way(typed, "up", "downgrade")),
        Target::Relative(steps) => below(chain, rows, steps, typed)?,
        Target::Revision(text, steps) => walk(chain, find(chain, text)?.id, steps, typed)?,
    };
    let doomed = match target {
        None => applied.clone(),
        Some(id) if applied.contains(id) => chain.descendants(id),
        Some(id) => {
            return Err(TargetError::NotApplied {
                target: id.to_owned(),
                at: if rows.is_empty() {
                    "base".to_owned()
                } else {
                    names(chain, rows).join(", ")
                },
            });
        }
    };
    Ok(chain
        .order()
        .iter()
        .rev()
        .filter(|migration| doomed.contains(migration.id) && applied.contains(migration.id))
        .map(|migration| Step {
            migration,
            direction: Direction::Down,
        })
        .collect())
}

/// The revisions that `stamp TARGETS` would record; more than one for several branches.
pub(crate) fn stamp(
    chain: &Chain,
    rows: &Revisions,
    typed: &[&str],
) -> Result<Revisions, TargetError> {
    let mut all = Revisions::new();
    for text in typed {
        match Target::read(text, chain)? {
            Target::Head => all.extend(one_head(chain)?),
            Target::Heads => all.extend(chain.heads()),
            Target::Base => {}
            Target::Relative(steps) if steps > 0 => all.extend(above(chain, rows, steps, text)?),
            Target::Relative(steps) => all.extend(below(chain, rows, steps, text)?),
            Target::Revision(id, steps) => {
                all.extend(walk(chain, find(chain, id)?.id, steps, text)?);
            }
        }
    }
    // One that another stands on is implied by it; recording both would contradict itself.
    Ok(chain.tips(&chain.with_ancestors(all)))
}

/// The version rows after a step.
pub(crate) fn rows_after(chain: &Chain, rows: &Revisions, step: Step) -> Revisions {
    let mut applied = chain.with_ancestors(rows.iter().copied());
    match step.direction {
        Direction::Up => {
            applied.insert(step.migration.id);
        }
        Direction::Down => {
            applied.remove(step.migration.id);
        }
    }
    chain.tips(&applied)
}

fn above(
    chain: &Chain,
    rows: &Revisions,
    steps: i64,
    typed: &str,
) -> Result<Revisions, TargetError> {
    let starts: Revisions = if rows.is_empty() {
        chain
            .order()
            .iter()
            .filter(|migration| migration.revises.is_empty())
            .map(|migration| migration.id)
            .collect()
    } else {
        rows.iter().flat_map(|row| children(chain, row)).collect()
    };
    match starts.len() {
        0 => Err(TargetError::TooFar {
            target: typed.to_owned(),
            wanted: steps.unsigned_abs(),
            found: 0,
        }),
        1 => {
            let first = starts.first().copied().unwrap_or_default();
            let end = walk(chain, first, steps - 1, typed).map_err(|error| match error {
                // The step to `first` counts too.
                TargetError::TooFar {
                    target,
                    wanted,
                    found,
                } => TargetError::TooFar {
                    target,
                    wanted: wanted + 1,
                    found: found + 1,
                },
                other => other,
            })?;
            Ok(end.into_iter().collect())
        }
        _ => Err(TargetError::SeveralWays {
            target: typed.to_owned(),
            candidates: names(chain, &starts),
        }),
    }
}

/// `None`: the empty database.
fn below(
    chain: &Chain,
    rows: &Revisions,
    steps: i64,
    typed: &str,
) -> Result<Option<&'static str>, TargetError> {
    let mut ids = rows.iter();
    match (ids.next(), ids.next()) {
        (None, _) => Err(TargetError::TooFar {
            target: typed.to_owned(),
            wanted: steps.unsigned_abs(),
            found: 0,
        }),
        (Some(row), None) => walk(chain, row, steps, typed),
        (Some(_), Some(_)) => Err(TargetError::SeveralWays {
            target: typed.to_owned(),
            candidates: names(chain, rows),
        }),
    }
}

fn wrong_way(typed: &str, leads: &'static str, command: &'static str) -> TargetError {
    TargetError::WrongWay {
        target: typed.to_owned(),
        leads,
        command,
    }
}
