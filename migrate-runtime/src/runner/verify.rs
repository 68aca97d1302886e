//! Before anything runs: do the version table, the log and the files agree?

use super::chain::{Chain, Revisions, checksum_of, file};
use super::error::{EditedRevision, RunError, UnknownRevision};
use super::history::{LogEntry, standing};
use crate::graph::GraphError;
use crate::migration::Migration;
use std::collections::{BTreeMap, BTreeSet};

/// The version rows as revisions of the chain.
pub(super) fn known_rows(
    chain: &Chain,
    rows: &BTreeSet<String>,
    log: &[LogEntry],
) -> Result<Revisions, RunError> {
    let mut known = Revisions::new();
    for row in rows {
        let Some(migration) = chain.get(row) else {
            let unknown = unknown(chain, rows, row, log);
            return Err(RunError::UnknownRevision(Box::new(unknown)));
        };
        known.insert(migration.id);
    }
    consistent(chain, rows)?;
    Ok(known)
}

/// No row may stand on another one.
fn consistent(chain: &Chain, rows: &BTreeSet<String>) -> Result<(), RunError> {
    let rows: Vec<String> = rows.iter().cloned().collect();
    match chain.graph().applied(&rows) {
        Ok(_) => Ok(()),
        Err(GraphError::Overlap {
            ancestor,
            descendant,
        }) => Err(RunError::Inconsistent {
            above: descendant,
            below: ancestor,
        }),
        Err(error) => Err(error.into()),
    }
}

fn unknown(
    chain: &Chain,
    rows: &BTreeSet<String>,
    revision: &str,
    log: &[LogEntry],
) -> UnknownRevision {
    let standing = standing(log);
    let entry = standing.get(revision);
    let applied = chain.with_ancestors(rows.iter().map(String::as_str));
    // A file that was only renamed has its operations and is not applied under its new id. Merges have
    // no operations, all of them alike, and say nothing.
    let mut renamed = chain.order().iter().filter(|migration| {
        !migration.upgrade.is_empty()
            && !applied.contains(migration.id)
            && !standing.contains_key(migration.id)
            && entry.is_some_and(|entry| entry.checksum == checksum_of(migration))
    });
    let renamed = match (renamed.next(), renamed.next()) {
        (Some(one), None) => Some(*one),
        _ => None,
    };
    UnknownRevision {
        revision: chain.title(revision),
        recorded: entry.map(|entry| {
            (
                entry.message.clone(),
                entry.finished.clone(),
                entry.host.clone(),
            )
        }),
        renamed_to: renamed.map(|one| (one.id.to_owned(), file(one))),
        behind: renamed.and_then(|one| not_applied_below(chain, one, &standing)),
    }
}

/// The revisions that one of the chain stands on and that nobody has applied, under whatever id: what the first of
/// them follows, and the last.
fn not_applied_below(
    chain: &Chain,
    above: &Migration,
    standing: &BTreeMap<&str, &LogEntry>,
) -> Option<(String, String)> {
    let below = chain.with_ancestors(above.revises.iter().copied());
    let applied = chain.with_ancestors(standing.keys().copied());
    let is_missing = |migration: &&&Migration| {
        let checksum = checksum_of(migration);
        below.contains(migration.id)
            && !applied.contains(migration.id)
            && !standing.values().any(|entry| entry.checksum == checksum)
    };
    let mut missing = chain.order().iter().filter(is_missing);
    let first = missing.next()?;
    let last = missing.next_back().unwrap_or(first);
    let from = match first.revises {
        [] => "base".to_owned(),
        parents => parents.join(" "),
    };
    Some((from, last.id.to_owned()))
}

/// Applied revisions whose file says something else than what was applied. A revision that the log does
/// not know (recorded by hand) cannot be judged.
pub(super) fn edited(
    chain: &Chain,
    rows: &Revisions,
    log: &[LogEntry],
) -> Vec<(&'static Migration, EditedRevision)> {
    let standing = standing(log);
    let applied = chain.with_ancestors(rows.iter().copied());
    chain
        .order()
        .iter()
        .filter(|migration| applied.contains(migration.id))
        .filter_map(|migration| {
            let entry = standing.get(migration.id)?;
            let is = checksum_of(migration);
            // An encoding that this version does not write cannot be compared.
            let comparable = entry.checksum.split(':').next() == is.split(':').next();
            let edited = EditedRevision {
                revision: chain.title(migration.id),
                file: file(migration),
                applied: entry.finished.clone(),
                host: entry.host.clone(),
                recorded: entry.checksum.clone(),
                is,
            };
            let differs = comparable && edited.recorded != edited.is;
            differs.then_some((*migration, edited))
        })
        .collect()
}
