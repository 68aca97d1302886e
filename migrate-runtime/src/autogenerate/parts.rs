//! A plan as revisions, each of which can be done in the transaction that it gets, or in none.
//!
//! In go the operations of a plan; out come the plans of one revision after the other. Values of enum types
//! stand apart from what uses them, indexes that are made concurrently from everything.

use super::{Database, Plan, PlanError, Request, concurrent, part, values};
use crate::operation::{Operation, apply_all};
use crate::schema::Schema;

/// The plan of the first revision, with those that follow.
pub(super) fn planned(
    request: &Request<'_>,
    upgrade: Vec<Operation>,
    target: &Schema,
) -> Result<Plan, PlanError> {
    let Request {
        chain,
        values_wait,
        flags,
        ..
    } = *request;
    let (concurrent::Parts { first, indexes }, locking) = if flags.concurrently {
        indexes_apart(request, &upgrade)?
    } else {
        let all = concurrent::Parts {
            first: upgrade,
            indexes: Vec::new(),
        };
        (all, Vec::new())
    };
    let mut parts = if values_wait {
        values::apart(first, chain)?
    } else {
        vec![first]
    };
    parts.retain(|operations| !operations.is_empty());
    let inside = parts.len();
    if !indexes.is_empty() {
        parts.push(indexes);
    }
    let mut plans = Vec::with_capacity(parts.len());
    let mut from = chain.clone();
    let last = parts.len().saturating_sub(1);
    for (at, operations) in parts.into_iter().enumerate() {
        let mut to = from.clone();
        apply_all(&mut to, &operations).map_err(|error| PlanError::internal(&error))?;
        // The last one leads to the models themselves.
        let to = if at == last { target.clone() } else { to };
        let mut plan = part(&from, &to, operations)?;
        plan.outside_transaction = at >= inside;
        plans.push(plan);
        from = to;
    }
    let mut plan = (plans.into_iter().rev()).fold(None, |then: Option<Plan>, plan| {
        Some(Plan {
            then: then.map(Box::new),
            ..plan
        })
    });
    if plan.is_none() {
        plan = Some(part(chain, target, Vec::new())?);
    }
    let mut plan = plan.unwrap_or_default();
    plan.notes.extend(locking);
    Ok(plan)
}

/// What stays and the indexes that follow; and what to know of those that stay.
fn indexes_apart(
    request: &Request<'_>,
    upgrade: &[Operation],
) -> Result<(concurrent::Parts, Vec<String>), PlanError> {
    let Request {
        chain, database, ..
    } = *request;
    if let Some(Database { dialect, schema: _ }) = database
        && !dialect.capabilities().concurrent_indexes
    {
        return Err(PlanError::NotConcurrent(dialect.backend()));
    }
    let held = database.map(|database| database.schema);
    let parts = concurrent::split(upgrade, chain, held);
    let locking = concurrent::locking(&parts.first, chain, held);
    Ok((parts, locking))
}
