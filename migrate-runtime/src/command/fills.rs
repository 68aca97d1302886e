//! Whether the values that fill existing rows can be values of their columns, asked before a file is written.
//!
//! The database tries them on an empty copy of the table, of which nothing remains. What it cannot try is for
//! the upgrade to find out.

use crate::autogenerate::{Plan, PlanError};
use crate::connection::Session;
use crate::dialect::{Dialect, Trial};
use crate::operation::Operation;
use crate::schema::Column;

/// Refuses the first `--fill` that the database refuses.
pub(super) fn refuse_impossible(
    plan: &Plan,
    session: &mut dyn Session,
    dialect: &dyn Dialect,
) -> Result<(), PlanError> {
    for operation in &plan.upgrade {
        let Operation::Backfill {
            table,
            column,
            value,
            condition: None,
        } = operation
        else {
            continue;
        };
        let new = plan.upgrade.iter().filter_map(|other| match other {
            Operation::AddColumn {
                table: of, column, ..
            } if of == table => Some(column),
            _ => None,
        });
        let new: Vec<&Column> = new.collect();
        let Some(value) = value.get(dialect.backend()) else {
            continue;
        };
        let Some(trial) = dialect.try_value(table, &new, column, value) else {
            continue;
        };
        if let Some(problem) = problem(session, &trial) {
            return Err(PlanError::Flag {
                flag: "fill",
                value: format!("{table}.{column}={value}"),
                problem,
            });
        }
    }
    Ok(())
}

/// What the database says against it; nothing where it cannot try.
fn problem(session: &mut dyn Session, trial: &Trial) -> Option<String> {
    session.batch(&trial.statement).ok()?;
    let answer = session.query(&trial.answer).ok()?.first()?.text(0)?;
    (!answer.is_empty()).then_some(answer)
}
