//! What a database has beyond the chain, as lines: a few are listed, many are summed up.

use crate::autogenerate::Drift;
use crate::cli::ui::Ui;
use std::collections::BTreeMap;

/// How many triggers, views and virtual tables are worth a line each.
const LISTED: usize = 5;

/// One line for all triggers, views and virtual tables that no migration made, if they are many.
pub(super) fn summed_up<'d>(ui: Ui, drift: impl Iterator<Item = &'d Drift>) -> Option<String> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for kind in drift.filter_map(|drift| drift.unmanaged) {
        *counts.entry(kind.as_str()).or_default() += 1;
    }
    if ui.verbosity() > 0 || counts.values().sum::<usize>() <= LISTED {
        return None;
    }
    let counts: Vec<String> = (counts.iter())
        .map(|(kind, count)| match (count, kind.strip_suffix('y')) {
            (1, _) => format!("1 {kind}"),
            (_, Some(stem)) => format!("{count} {stem}ies"),
            (_, None) => format!("{count} {kind}s"),
        })
        .collect();
    Some(format!(
        "{} that the chain does not manage: kept (-v lists them)",
        counts.join(", ")
    ))
}
