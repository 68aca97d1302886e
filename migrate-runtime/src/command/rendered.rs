//! What the database in use makes of a plan. What it has no SQL for is refused before a file is written; a
//! large table that it copies is a finding.

use super::revision::RevisionError;
use crate::autogenerate::{Flags, Plan};
use crate::connection::Session;
use crate::dialect::Dialect;
use crate::lint::{Finding, Severity};
use crate::operation::describe;
use crate::schema::Schema;
use crate::sql::{self, RenderError, Statement, Step};

const RULE: &str = "copy-of-big-table";

/// Renders a plan for a database, which the chain's words belong to.
pub(super) fn look(
    plan: &mut Plan,
    (chain, database): (&Schema, &Schema),
    flags: &Flags,
    session: &mut dyn Session,
    dialect: &dyn Dialect,
) -> Result<(), RevisionError> {
    if plan.upgrade.is_empty() {
        return Ok(());
    }
    look_from(
        plan,
        sql::overlay(chain, database, dialect),
        flags,
        session,
        dialect,
    )
}

fn look_from(
    plan: &mut Plan,
    before: Schema,
    flags: &Flags,
    session: &mut dyn Session,
    dialect: &dyn Dialect,
) -> Result<(), RevisionError> {
    let rendered = match sql::plan_from(&plan.upgrade, before, dialect) {
        Ok(rendered) => rendered,
        Err(RenderError::Unsupported { operation, source }) => {
            let step = plan.upgrade.get(operation).map(describe);
            return Err(RevisionError::Unsupported {
                step: step.unwrap_or_default(),
                source,
            });
        }
        // The database is not what the chain says, and somebody said to go on.
        Err(_) => return Ok(()),
    };
    if !flags.allow.iter().any(|rule| rule == RULE) {
        let copies = rendered.statements.iter();
        let found = copies.filter_map(|statement| copy(statement, session));
        plan.findings.extend(found);
        plan.findings.sort_by_key(|finding| finding.operation);
    }
    match &mut plan.then {
        Some(then) => look_from(then, rendered.after, flags, session, dialect),
        None => Ok(()),
    }
}

/// The finding for a statement that has no other way than to copy a large table.
fn copy(statement: &Statement, session: &mut dyn Session) -> Option<Finding> {
    let Step::Online(online) = &statement.step else {
        return None;
    };
    if !online.ways.is_empty() {
        return None;
    }
    let size = session.query(&online.big).ok()?.first()?.text(0)?;
    Some(Finding {
        operation: statement.operation,
        rule: RULE,
        severity: Severity::Compatibility,
        message: format!(
            "nobody can write to {} ({size} in this database) while the server copies it; \
             upgrade does so with --allow-copy only",
            online.table
        ),
    })
}
