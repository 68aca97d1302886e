//! Version rows and log beside the files: what a stamp writes down, and what is known of a row.

use super::chain::{Chain, Revisions, checksum_of, message};
use super::error::RunError;
use super::halves;
use super::history::{History, LogEntry, lost, standing};
use super::migrator::Revision;
use crate::connection::Session;
use std::collections::BTreeSet;

/// Logs what a stamp makes applied or not, revision by revision, and writes the rows, if that changes
/// anything. What was half done is decided by it.
pub(super) fn record_stamp(
    session: &mut dyn Session,
    history: &History<'_>,
    chain: &Chain,
    log: &[LogEntry],
    (from, to): (&BTreeSet<String>, &Revisions),
) -> Result<(), RunError> {
    let before = chain.with_ancestors(from.iter().map(String::as_str));
    let half = halves::left(&before, log);
    let lost = lost(log).filter(|_| from.is_empty() && to.is_empty());
    if half.is_empty() && lost.is_none() && to.iter().copied().eq(from.iter().map(String::as_str)) {
        return Ok(());
    }
    let after = chain.with_ancestors(to.iter().copied());
    let standing = standing(log);
    let mut entries = Vec::new();
    for migration in chain.order() {
        let direction = match (before.contains(migration.id), after.contains(migration.id)) {
            (false, true) => "stamp",
            (true, false) => "unstamp",
            _ => continue,
        };
        entries.push(LogEntry::begin(
            migration.id,
            message(migration),
            direction,
            checksum_of(migration),
        ));
    }
    if let Some(lost) = lost {
        let (message, checksum) = (lost.message.clone(), lost.checksum.clone());
        entries.push(LogEntry::begin(
            &lost.revision,
            message,
            "unstamp",
            checksum,
        ));
    }
    for row in from.iter().filter(|row| chain.get(row).is_none()) {
        let entry = standing.get(row.as_str());
        entries.push(LogEntry::begin(
            row,
            entry.map(|entry| entry.message.clone()).unwrap_or_default(),
            "unstamp",
            entry
                .map(|entry| entry.checksum.clone())
                .unwrap_or_default(),
        ));
    }
    for (half, _) in half {
        let LogEntry {
            revision,
            message,
            checksum,
            ..
        } = half;
        if !entries.iter().any(|entry| entry.revision == *revision) {
            let direction = if after.contains(revision.as_str()) {
                "stamp"
            } else {
                "unstamp"
            };
            let (message, checksum) = (message.clone(), checksum.clone());
            entries.push(LogEntry::begin(revision, message, direction, checksum));
        }
    }
    for entry in &entries {
        history
            .write(session, entry)
            .map_err(super::apply::bookkeeping)?;
    }
    history
        .set_rows(session, from, to.iter().copied())
        .map_err(super::apply::bookkeeping)
}

/// Version rows with what files and log know of them.
pub(super) fn described(chain: &Chain, rows: &BTreeSet<String>, log: &[LogEntry]) -> Vec<Revision> {
    let standing = standing(log);
    let heads = chain.graph().heads();
    let described = rows.iter().map(|row| {
        let entry = standing.get(row.as_str());
        let file = chain.get(row);
        Revision {
            id: file.map_or_else(|| row.clone(), |file| file.id.to_owned()),
            library: chain.library().map(str::to_owned),
            message: file.map_or_else(
                || entry.map(|entry| entry.message.clone()).unwrap_or_default(),
                message,
            ),
            revises: (chain.graph().get(row))
                .map_or_else(Vec::new, |revision| revision.parents.clone()),
            file: file.map(super::chain::file),
            is_head: file.is_some_and(|file| heads.iter().any(|head| head == file.id)),
            applied: entry.map(|entry| entry.finished.clone()),
        }
    });
    described.collect()
}
