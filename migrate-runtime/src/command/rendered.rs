//! What the database in use makes of a plan. What it has no SQL for is refused before a file is written; a
//! large table that it copies is a finding, and so is what only another version of the server has.

use super::check::fold;
use super::revision::RevisionError;
use crate::Error;
use crate::autogenerate::Plan;
use crate::connection::Session;
use crate::dialect::{Dialect, dialect};
use crate::lint::{Finding, Severity};
use crate::model::SchemaDef;
use crate::operation::describe;
use crate::runner::{Chains, RunError};
use crate::schema::{Backend, Schema};
use crate::sql::{self, Blame, RenderError, Statement, Step};

const COPY: &str = "copy-of-big-table";
const SERVER: &str = "server-has-not";
/// The rule of what stands in the way of the downgrade.
pub(super) const USERS: &str = "used-by-others";

/// Renders a plan for a database, which the chain's words belong to.
pub(super) fn look(
    plan: &mut Plan,
    (chain, database): (&Schema, &Schema),
    session: &mut dyn Session,
    dialect: &dyn Dialect,
) -> Result<(), RevisionError> {
    if plan.upgrade.is_empty() {
        return Ok(());
    }
    look_from(
        plan,
        sql::overlay(chain, database, dialect),
        session,
        dialect,
    )
}

fn look_from(
    plan: &mut Plan,
    before: Schema,
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
    for statement in &rendered.statements {
        let found = copy(statement, session).or_else(|| lacks(statement, session));
        plan.findings.extend(found);
    }
    plan.findings.sort_by_key(|finding| finding.operation);
    let back = sql::plan_from(&plan.downgrade, rendered.after.clone(), dialect);
    // What does not fit is refused by the proof of the plan.
    let back = back.map(|back| back.statements).unwrap_or_default();
    let users = back.iter().filter_map(|statement| used(statement, session));
    plan.findings_down.extend(users);
    plan.findings_down.dedup();
    match &mut plan.then {
        Some(then) => look_from(then, rendered.after, session, dialect),
        None => Ok(()),
    }
}

/// The statements of a plan for a kind of database, each with its semicolon: what is to be read, without
/// bookkeeping and without what is asked of the database on the way.
///
/// # Errors
/// Where the database has no SQL for a step, or the chain cannot be folded.
pub fn plan_sql(schema: &SchemaDef, plan: &Plan, backend: Backend) -> Result<Vec<String>, Error> {
    let chains = Chains::new(schema).map_err(RunError::from)?;
    let dialect = dialect(backend).map_err(RunError::from)?;
    let mut before = fold(chains.order())?;
    let mut statements = Vec::new();
    for part in std::iter::successors(Some(plan), |part| part.then.as_deref()) {
        let rendered = sql::plan_from(&part.upgrade, before, dialect)?;
        statements.extend(rendered.statements.iter().filter_map(written));
        before = rendered.after;
    }
    Ok(statements)
}

fn written(statement: &Statement) -> Option<String> {
    match &statement.step {
        Step::Each { query } => Some(format!(
            "-- each statement that this query gives:\n{query};"
        )),
        step if step.changes_something() && !statement.sql().is_empty() => {
            let sql = statement.sql().trim_end();
            Some(format!("{};", sql.strip_suffix(';').unwrap_or(sql)))
        }
        _ => None,
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
        rule: COPY,
        severity: Severity::Compatibility,
        message: format!(
            "nobody can write to {} ({size} in this database) while the server copies it; \
             upgrade does so with --allow-copy only",
            online.table
        ),
    })
}

/// The finding for what uses what a downgrade changes back: it is there now, and no migration made it.
fn used(statement: &Statement, session: &mut dyn Session) -> Option<Finding> {
    let Step::Expect {
        query,
        blame: Blame::Users,
        ..
    } = &statement.step
    else {
        return None;
    };
    let rows = session.query(query).ok()?;
    let users: Vec<String> = rows.iter().filter_map(|row| row.text(0)).collect();
    (!users.is_empty()).then(|| Finding {
        operation: statement.operation,
        rule: USERS,
        severity: Severity::MayFail,
        message: format!(
            "fails while {} is there; drop it before, and create it again behind",
            users.join(", ")
        ),
    })
}

/// The finding for something that this server has not.
fn lacks(statement: &Statement, session: &mut dyn Session) -> Option<Finding> {
    let Step::Expect {
        query,
        problem,
        hint,
        blame: Blame::Server,
    } = &statement.step
    else {
        return None;
    };
    let is = session.query(query).ok()?.first()?.text(0)?;
    Some(Finding {
        operation: statement.operation,
        rule: SERVER,
        severity: Severity::Compatibility,
        message: format!("{problem}: {is}; upgrade refuses it here. {hint}"),
    })
}
