//! What a plan keeps others from: indexes that are made while nobody may write, on tables that are not small.
//!
//! In go a plan and a database; out come findings, for the file and for whoever reads what was planned.

use crate::autogenerate::{Flags, Plan};
use crate::connection::Session;
use crate::dialect::Dialect;
use crate::lint::{Finding, Severity};
use crate::operation::Operation;
use crate::schema::TableName;
use std::collections::BTreeMap;

const RULE: &str = "index-on-big-table";

/// Adds a finding to each operation that makes an index of a big table inside the transaction.
pub(super) fn find(
    plan: &mut Plan,
    flags: &Flags,
    session: &mut dyn Session,
    dialect: &dyn Dialect,
) {
    if plan.outside_transaction {
        return;
    }
    let mut sizes: BTreeMap<&TableName, Option<String>> = BTreeMap::new();
    for (operation, step) in plan.upgrade.iter().enumerate() {
        let Some((table, others)) = locked(step) else {
            continue;
        };
        let size = sizes.entry(table).or_insert_with(|| {
            let rows = session.query(&dialect.big_table(table)?).ok()?;
            rows.first()?.text(0)
        });
        let Some(size) = size else { continue };
        let is_index = matches!(step, Operation::CreateIndex { .. });
        let way_out = if is_index && !flags.concurrently {
            "; --concurrently writes it into a revision of its own, where they can"
        } else {
            ""
        };
        plan.findings.push(Finding {
            operation,
            rule: RULE,
            severity: Severity::Compatibility,
            message: format!(
                "nobody can {others} {table} ({size} in this database) while its index is made{way_out}"
            ),
        });
    }
    plan.findings.sort_by_key(|finding| finding.operation);
    if let Some(then) = &mut plan.then {
        find(then, flags, session, dialect);
    }
}

/// The table whose rows an operation puts into an index, and what others cannot do meanwhile.
const fn locked(operation: &Operation) -> Option<(&TableName, &'static str)> {
    match operation {
        Operation::CreateIndex {
            table,
            if_not_exists: false,
            concurrently: false,
            ..
        } => Some((table, "write to")),
        Operation::AddUnique {
            table,
            if_not_exists: false,
            ..
        }
        | Operation::AddPrimaryKey { table, .. } => Some((table, "use")),
        _ => None,
    }
}
