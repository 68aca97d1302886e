//! What people type for a revision, and where it leads from what is applied.
//!
//! `head`, `heads`, `base`, a full id, a prefix of one, `+N`, `-N`, and an id with `+N` or `-N` behind it.

use super::chain::{Chain, Revisions, message};
use crate::migration::Migration;
use crate::{ErrorKind, Explain};

/// A target, read but not yet looked up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Target<'t> {
    /// The one head.
    Head,
    /// All heads.
    Heads,
    /// Before the first revision.
    Base,
    /// Steps from what is applied.
    Relative(i64),
    /// A revision, and steps from it.
    Revision(&'t str, i64),
}

/// A target that leads nowhere.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TargetError {
    /// No such revision.
    #[error("no revision begins with \"{target}\"")]
    Unknown {
        /// What was typed.
        target: String,
    },
    /// A prefix of several.
    #[error("\"{target}\" is the beginning of several revisions: {}", .candidates.join(", "))]
    Ambiguous {
        /// What was typed.
        target: String,
        /// The revisions, with their messages.
        candidates: Vec<String>,
    },
    /// `head` where there are several.
    #[error("the chain has {} heads: {}", .heads.len(), .heads.join(", "))]
    SeveralHeads {
        /// The heads, with their messages.
        heads: Vec<String>,
    },
    /// A step from several applied heads.
    #[error("\"{target}\" is ambiguous: {} revisions lie at that distance: {}", .candidates.len(), .candidates.join(", "))]
    SeveralWays {
        /// What was typed.
        target: String,
        /// Where it could lead.
        candidates: Vec<String>,
    },
    /// More steps than revisions.
    #[error("relative revision {target} didn't produce {wanted} migrations: there are {found}")]
    TooFar {
        /// What was typed.
        target: String,
        /// How many steps were asked for.
        wanted: u64,
        /// How many there are.
        found: u64,
    },
    /// Up where down was asked for, or down where up was.
    #[error("\"{target}\" leads {leads}, but {command} was asked for")]
    WrongWay {
        /// What was typed.
        target: String,
        /// `up` or `down`.
        leads: &'static str,
        /// The command.
        command: &'static str,
    },
    /// `a:c` outside SQL mode.
    #[error("a range of revisions (\"{target}\") is only for --sql")]
    Range {
        /// What was typed.
        target: String,
    },
    /// A downgrade to a revision that is not applied.
    #[error("{target} is not a valid downgrade target: it is not applied (at {at})")]
    NotApplied {
        /// The revision.
        target: String,
        /// The applied heads.
        at: String,
    },
}

impl Explain for TargetError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::SeveralHeads { .. } => ErrorKind::Conflict,
            _ => ErrorKind::Usage,
        }
    }

    fn hints(&self) -> Vec<String> {
        let hints: &[&str] = match self {
            Self::SeveralHeads { .. } => &[
                "merge them into one: cargo migrate merge",
                "or apply all of them: cargo migrate upgrade heads",
                "or name the one you mean: cargo migrate upgrade REVISION",
            ],
            Self::Unknown { .. } | Self::Ambiguous { .. } => {
                &["list the revisions: cargo migrate history"]
            }
            Self::SeveralWays { .. } => &["name the revision you mean instead"],
            Self::TooFar { .. } | Self::NotApplied { .. } | Self::WrongWay { .. } => {
                &["see where the database is: cargo migrate current"]
            }
            Self::Range { .. } => &["name the target alone; the database knows where it is"],
        };
        hints.iter().map(|&hint| hint.to_owned()).collect()
    }
}

impl<'t> Target<'t> {
    /// Reads what was typed.
    pub(crate) fn read(text: &'t str, chain: &Chain) -> Result<Self, TargetError> {
        match text {
            "head" => return Ok(Self::Head),
            "heads" => return Ok(Self::Heads),
            "base" => return Ok(Self::Base),
            _ => {}
        }
        if chain.get(text).is_none() && text.contains(':') {
            return Err(TargetError::Range {
                target: text.to_owned(),
            });
        }
        if chain.get(text).is_some() {
            return Ok(Self::Revision(text, 0));
        }
        match split_steps(text) {
            Some(("", steps)) => Ok(Self::Relative(steps)),
            Some((revision, steps)) => Ok(Self::Revision(revision, steps)),
            None => Ok(Self::Revision(text, 0)),
        }
    }
}

/// Splits `a+2` into `a` and 2, `-1` into nothing and -1.
fn split_steps(text: &str) -> Option<(&str, i64)> {
    let at = text.rfind(['+', '-'])?;
    let steps = text[at..].parse().ok()?;
    Some((&text[..at], steps))
}

/// The revision that a full id or the beginning of one means.
pub(crate) fn find(chain: &Chain, text: &str) -> Result<&'static Migration, TargetError> {
    if let Some(migration) = chain.get(text) {
        return Ok(migration);
    }
    let candidates: Vec<_> = chain
        .order()
        .iter()
        .filter(|migration| !text.is_empty() && migration.id.starts_with(text))
        .collect();
    match candidates.as_slice() {
        [one] => Ok(one),
        [] => Err(TargetError::Unknown {
            target: text.to_owned(),
        }),
        several => Err(TargetError::Ambiguous {
            target: text.to_owned(),
            candidates: several.iter().map(|migration| named(migration)).collect(),
        }),
    }
}

/// An id with its message: `20260125_120000 (add bio to users)`.
pub(crate) fn named(migration: &Migration) -> String {
    let message = message(migration);
    if message.is_empty() {
        migration.id.to_owned()
    } else {
        format!("{} ({message})", migration.id)
    }
}

/// The one head of the chain; none in an empty chain.
pub(crate) fn one_head(chain: &Chain) -> Result<Revisions, TargetError> {
    let heads = chain.heads();
    if heads.len() > 1 {
        return Err(TargetError::SeveralHeads {
            heads: names(chain, &heads),
        });
    }
    Ok(heads)
}

/// Revisions with their messages.
pub(crate) fn names(chain: &Chain, revisions: &Revisions) -> Vec<String> {
    revisions
        .iter()
        .filter_map(|id| chain.get(id))
        .map(named)
        .collect()
}

/// The revision that lies `steps` above (or below) another one, by parents.
pub(crate) fn walk(
    chain: &Chain,
    from: &'static str,
    steps: i64,
    typed: &str,
) -> Result<Option<&'static str>, TargetError> {
    let mut at = Some(from);
    for taken in 0..steps.unsigned_abs() {
        let next: Revisions = match at {
            Some(id) if steps < 0 => parents(chain, id),
            Some(id) => children(chain, id),
            None => Revisions::new(),
        };
        at = match next.len() {
            1 => next.first().copied(),
            // One step below a base is the empty database.
            0 if steps < 0 && at.is_some() => None,
            0 => {
                return Err(TargetError::TooFar {
                    target: typed.to_owned(),
                    wanted: steps.unsigned_abs(),
                    found: taken,
                });
            }
            _ => {
                return Err(TargetError::SeveralWays {
                    target: typed.to_owned(),
                    candidates: names(chain, &next),
                });
            }
        };
    }
    Ok(at)
}

fn parents(chain: &Chain, id: &str) -> Revisions {
    chain
        .get(id)
        .into_iter()
        .flat_map(|migration| migration.revises.iter().copied())
        .collect()
}

pub(crate) fn children(chain: &Chain, id: &str) -> Revisions {
    chain
        .order()
        .iter()
        .filter(|migration| migration.revises.contains(&id))
        .map(|migration| migration.id)
        .collect()
}
