//! What can be wrong with a map of revisions, or with a target on it.
//!
//! The sentences are Alembic's where it has one, since that is what people search for.

use crate::{ErrorKind, Explain};

/// A map that makes no sense, or a target that is not on it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
#[expect(missing_docs, reason = "the sentence of each variant says it all")]
pub enum GraphError {
    #[error("revision {id} is present more than once")]
    DuplicateId { id: String },
    #[error("branch name '{label}' in revision {id} is already used by revision {other}")]
    DuplicateLabel {
        label: String,
        id: String,
        other: String,
    },
    #[error("revision {parent}, which revision {id} revises, is not present")]
    MissingParent { id: String, parent: String },
    #[error("revision {dependency}, which revision {id} depends on, is not present")]
    MissingDependency { id: String, dependency: String },
    #[error(
        "revision {id} names {named}, which is in the middle of what {by} replaces: {by} stands for {last} only"
    )]
    FollowsInside {
        id: String,
        named: String,
        by: String,
        last: String,
    },
    #[error(
        "the database is at {id}, in the middle of what {by} replaces, and the files from there to {last} are gone"
    )]
    StoppedInside {
        id: String,
        by: String,
        last: String,
    },
    #[error("revision {id} was replaced by {by}, together with others")]
    IsReplaced { id: String, by: String },
    #[error(
        "two schemas of this application have a chain of the name {chain}, and not the same one"
    )]
    DuplicateChain { chain: String },
    #[error("self-loop is detected in revisions ({id})")]
    SelfLoop { id: String },
    #[error("dependency self-loop is detected in revisions ({id})")]
    DependencySelfLoop { id: String },
    #[error("cycle is detected in revisions ({})", ids.join(", "))]
    Cycle { ids: Vec<String> },
    #[error("Can't locate revision identified by '{target}'")]
    NotFound { target: String },
    #[error("Can't locate revision identified by '{id}', which the database names as applied")]
    UnknownApplied { id: String },
    #[error("Multiple revisions start with '{prefix}': {}", candidates.join(", "))]
    AmbiguousPrefix {
        prefix: String,
        candidates: Vec<String>,
    },
    #[error("no such branch: '{label}'")]
    NoSuchBranch { label: String },
    #[error("revision {id} is not a member of branch '{label}'")]
    NotOnBranch { id: String, label: String },
    #[error(
        "Multiple head revisions are present for given argument '{target}': {}",
        heads.join(", ")
    )]
    MultipleHeads { target: String, heads: Vec<String> },
    #[error("'{target}' makes no sense as a target: {why}")]
    Syntax { target: String, why: String },
    #[error("relative revision {target} didn't produce {steps} migrations, only {found}")]
    TooFar {
        target: String,
        steps: usize,
        found: usize,
    },
    #[error("the database is at base: nothing to undo")]
    AtBase,
    #[error(
        "ambiguous walk: '{target}' could go on from {at} to any of {}",
        choices.join(", ")
    )]
    AmbiguousWalk {
        target: String,
        at: String,
        choices: Vec<String>,
    },
    #[error(
        "'{target}' is ambiguous: from {from}, -{reached} leads to before a merge, where {} are both the last; \
         nothing was undone",
        choices.join(" and ")
    )]
    Fork {
        target: String,
        from: String,
        reached: usize,
        choices: Vec<String>,
    },
    #[error("'{target}' is ambiguous: the database is at {}", current.join(", "))]
    AmbiguousCurrent {
        target: String,
        current: Vec<String>,
    },
    #[error("'{target}' is not a direction for {command}")]
    WrongDirection {
        target: String,
        command: &'static str,
    },
    #[error(
        "destination {target} is not a valid downgrade target from current head(s) {}",
        list(current)
    )]
    NotADowngradeTarget {
        target: String,
        current: Vec<String>,
    },
    #[error("revision {ancestor} overlaps with revision {descendant}, which comes after it")]
    Overlap {
        ancestor: String,
        descendant: String,
    },
    #[error("range {target} is not allowed here")]
    RangeNotAllowed { target: String },
    #[error("revision {id} is not a head revision")]
    NotAHead { id: String },
    #[error("revision {id} is not a head revision")]
    FollowedAlready {
        id: String,
        /// The label of the branch that it begins, where that was named.
        label: Option<String>,
    },
    #[error("duplicate head revision {id}")]
    DuplicateHead { id: String },
    #[error("revision {descendant} comes after {ancestor} already: there is nothing to join")]
    Joined {
        ancestor: String,
        descendant: String,
    },
    #[error("nothing to merge: there is {}", if *heads == 0 { "no revision" } else { "one head only" })]
    NothingToMerge { heads: usize },
    #[error("{from} is not an ancestor of {to}")]
    NotAnAncestor { from: String, to: String },
}

fn list(ids: &[String]) -> String {
    if ids.is_empty() {
        "(none: nothing is applied)".to_owned()
    } else {
        ids.join(", ")
    }
}

/// How to type steps that several branches have: along one of them.
fn one_branch(target: &str, choices: &[String]) -> String {
    let steps = target.find(['+', '-']).map_or("", |at| &target[at..]);
    let one = choices.first().map_or("BRANCH", String::as_str);
    format!("name the revision, or the branch, by its label or a revision on it: {one}@{steps}")
}

impl Explain for GraphError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::DuplicateId { .. }
            | Self::DuplicateLabel { .. }
            | Self::MissingParent { .. }
            | Self::MissingDependency { .. }
            | Self::FollowsInside { .. }
            | Self::DuplicateChain { .. }
            | Self::SelfLoop { .. }
            | Self::DependencySelfLoop { .. }
            | Self::Cycle { .. } => ErrorKind::Config,
            Self::UnknownApplied { .. } | Self::Overlap { .. } | Self::StoppedInside { .. } => {
                ErrorKind::Drift
            }
            Self::MultipleHeads { .. } => ErrorKind::Conflict,
            Self::NotFound { .. }
            | Self::IsReplaced { .. }
            | Self::AmbiguousPrefix { .. }
            | Self::NoSuchBranch { .. }
            | Self::NotOnBranch { .. }
            | Self::Syntax { .. }
            | Self::TooFar { .. }
            | Self::AtBase
            | Self::AmbiguousWalk { .. }
            | Self::Fork { .. }
            | Self::AmbiguousCurrent { .. }
            | Self::WrongDirection { .. }
            | Self::NotADowngradeTarget { .. }
            | Self::RangeNotAllowed { .. }
            | Self::NotAHead { .. }
            | Self::FollowedAlready { .. }
            | Self::DuplicateHead { .. }
            | Self::Joined { .. }
            | Self::NothingToMerge { .. }
            | Self::NotAnAncestor { .. } => ErrorKind::Usage,
        }
    }

    fn hints(&self) -> Vec<String> {
        let hint = match self {
            Self::Fork {
                reached, choices, ..
            } => {
                let one = choices.first().map_or("REVISION", String::as_str);
                return vec![
                    format!("go to before the merge first: cargo migrate downgrade -{reached}"),
                    format!("then along one branch: cargo migrate downgrade {one}@-1"),
                ];
            }
            Self::FollowsInside { by, named, .. } => {
                return vec![format!(
                    "write {by} for {named} in that file, if it works behind all that {by} does; or take back the \
                     squash, and squash up to {named}"
                )];
            }
            Self::StoppedInside { last, .. } => {
                return vec![
                    format!(
                        "upgrade it to {last} with a release that has these files, then with this one"
                    ),
                    format!("the commit that deleted them: git log --diff-filter=D -- '*{last}*'"),
                ];
            }
            Self::IsReplaced { by, .. } => {
                return vec![format!("name {by}, or the revision that it revises")];
            }
            Self::DuplicateId { .. } => {
                "give one of the two files another id, in its name and in `Migration::new`"
            }
            Self::DuplicateChain { .. } => {
                "say `chain = \"…\"` in one of the two `schema!`, or use one version of that library"
            }
            Self::DuplicateLabel { .. } => "a branch label names one revision: rename one of them",
            Self::MissingParent { .. } | Self::MissingDependency { .. } => {
                "add the file that is missing (is it on another git branch, or in a directory that \
                 `migrations` of [package.metadata.migrate] leaves out?), or name a revision that exists"
            }
            Self::SelfLoop { .. } | Self::DependencySelfLoop { .. } | Self::Cycle { .. } => {
                "change `revises` so that each revision follows an older one"
            }
            Self::NotFound { .. } | Self::AmbiguousPrefix { .. } | Self::TooFar { .. } => {
                "`cargo migrate history` lists the revisions"
            }
            Self::UnknownApplied { .. } => {
                "check out the commit that has this revision, or, if its changes are in the database and in another revision, `cargo migrate stamp --purge REV`"
            }
            Self::NoSuchBranch { .. } | Self::NotOnBranch { .. } => {
                "`cargo migrate history` shows the labels of branches, where each begins"
            }
            Self::MultipleHeads { .. } => {
                "`cargo migrate merge` makes one head of them; or name a revision, '<branch>@head', or 'heads' for all"
            }
            Self::Syntax { .. } => {
                "a target is an id or the beginning of one, head, heads, base, +N, -N, REV+N, REV-N, or BRANCH@ before any of these"
            }
            Self::AmbiguousWalk {
                target, choices, ..
            } => return vec![one_branch(target, choices)],
            Self::AmbiguousCurrent { target, current } => {
                return vec![one_branch(target, current)];
            }
            Self::WrongDirection { .. } => "upgrade goes forward (+N), downgrade goes back (-N)",
            Self::NotADowngradeTarget { .. } => {
                "`cargo migrate current` shows where the database is"
            }
            Self::Overlap { .. } => {
                "the rows of the version table must not follow each other: `cargo migrate stamp` with the later one alone mends them"
            }
            Self::RangeNotAllowed { .. } => "FROM:TO is for `--sql` and `history`",
            Self::NotAHead { .. } => "`cargo migrate heads` lists the heads",
            Self::FollowedAlready {
                label: Some(label), ..
            } if !label.contains(['@', '+', '-']) => {
                return vec![format!("the head of that branch is {label}@head")];
            }
            Self::FollowedAlready { .. } => {
                "`cargo migrate heads` lists the heads; `--splice` begins a branch at another revision"
            }
            Self::DuplicateHead { .. } => "name each head once",
            Self::NotAnAncestor { .. } => {
                "a range is of one line, from the older revision to the newer: OLDER:NEWER"
            }
            Self::AtBase | Self::Joined { .. } | Self::NothingToMerge { .. } => {
                return Vec::new();
            }
        };
        vec![hint.to_owned()]
    }
}
