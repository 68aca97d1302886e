//! What the SQL of the models still names, although this revision takes that name away.

use super::{Database, Plan, PlanError};
use crate::diff::RenameHints;
use crate::lint::{ENUM_VALUE_NAMED, texts};
use crate::operation::mentions::reads;
use crate::schema::{Name, Schema, Table};

/// Refuses checks, indexes and generated columns that read a column which their table has no more: no database
/// takes them, and one without transactions for DDL stops halfway.
pub(super) fn columns(
    chain: &Schema,
    target: &Schema,
    hints: &RenameHints,
) -> Result<(), PlanError> {
    let mut named = Vec::new();
    for after in target.tables.values() {
        let renamed = hints.tables.iter().find(|(_, to)| *to == after.name);
        let Some(before) = chain.table(renamed.map_or(&after.name, |(from, _)| from)) else {
            continue;
        };
        for gone in gone(before, after) {
            let of = hints.columns_of(&after.name).find(|(old, _)| *old == gone);
            let fate = of.map_or_else(
                || "which the table has no more".to_owned(),
                |(_, new)| format!("which is {new} now"),
            );
            let stale = texts(after).filter(|(_, sql)| reads(sql, gone));
            named.extend(stale.map(|(what, _)| format!("{what} still names {gone}, {fate}")));
        }
    }
    if named.is_empty() {
        return Ok(());
    }
    Err(PlanError::ColumnsNamed(named))
}

/// The columns that are gone; a word of SQL names them in any case.
fn gone<'a>(before: &'a Table, after: &'a Table) -> impl Iterator<Item = &'a Name> {
    let is_there = |name: &Name| {
        let mut names = after.columns.iter().map(|column| column.name.as_str());
        names.any(|there| there.eq_ignore_ascii_case(name.as_str()))
    };
    let names = before.columns.iter().map(|column| &column.name);
    names.filter(move |name| !is_there(name))
}

/// Refuses what still has the former name of a renamed value where enum types are the database's own: there the
/// value has its new name in every check and index at once, so that the models would differ from it for good. Without
/// a database, `otherwise` says whether one of those that are meant has such types.
pub(super) fn values(
    plan: &Plan,
    database: Option<Database<'_>>,
    otherwise: bool,
) -> Result<(), PlanError> {
    let own = |database: Database<'_>| database.dialect.capabilities().enum_types;
    if !database.map_or(otherwise, own) {
        return Ok(());
    }
    let (_, findings) = plan.whole();
    let named: Vec<String> = (findings.into_iter())
        .filter(|finding| finding.rule == ENUM_VALUE_NAMED)
        .map(|finding| finding.message)
        .collect();
    if named.is_empty() {
        return Ok(());
    }
    Err(PlanError::ValuesNamed(named))
}
