//! Transactions in const evaluation: what cannot run inside one, and what should not run outside.

use super::chain;
use super::message::Message;
use crate::migration::{Migration, OperationDef, OperationKind};

/// Says which operations do not go with what their migrations say of transactions: the first of each.
pub(super) const fn problems(migrations: &[Migration], problems: &mut Message) {
    let mut i = 0;
    while i < migrations.len() {
        if let Some(message) = transactions(&migrations[i]) {
            problems.add(&message);
        }
        i += 1;
    }
}

/// The first of a migration; none is as it should be.
pub(crate) const fn transactions(migration: &Migration) -> Option<Message> {
    if let Some(message) = in_one_direction(migration, migration.upgrade, "upgrade") {
        return Some(message);
    }
    match migration.downgrade {
        Some(operations) => in_one_direction(migration, operations, "downgrade"),
        None => None,
    }
}

const fn in_one_direction(
    migration: &Migration,
    operations: &[OperationDef],
    direction: &str,
) -> Option<Message> {
    let mut i = 0;
    while i < operations.len() {
        let words = operations[i].outside_transaction();
        match (words, migration.outside_transaction) {
            (Some(words), false) => {
                return Some(needs_none(migration, operations, i, direction, words));
            }
            // Alone it fails alone; and an index that is exchanged gets its name at last.
            (None, true)
                if operations.len() > 1
                    && !matches!(operations[i].kind, OperationKind::RenameIndex { .. }) =>
            {
                return Some(needs_one(migration, operations, i, direction));
            }
            _ => {}
        }
        i += 1;
    }
    None
}

const fn needs_none(
    migration: &Migration,
    operations: &[OperationDef],
    step: usize,
    direction: &str,
    words: &str,
) -> Message {
    let mut message = at_step(migration, step, direction);
    message.push(" says ");
    message.push(words);
    message.push(", which cannot run inside a transaction");
    chain::place(&mut message, operations[step].location);
    message.push("\n  say .outside_transaction() on the migration");
    if operations.len() > 1 {
        message.push("; what needs a transaction goes into another one");
    }
    message
}

const fn needs_one(
    migration: &Migration,
    operations: &[OperationDef],
    step: usize,
    direction: &str,
) -> Message {
    let mut message = at_step(migration, step, direction);
    message.push(" runs outside a transaction without need");
    chain::place(&mut message, operations[step].location);
    message.push(
        "\n  where a later step fails, this one stays done; move it into a migration of its own",
    );
    message
}

/// ``migration `2_b`: upgrade step 1``.
const fn at_step(migration: &Migration, step: usize, direction: &str) -> Message {
    let mut message = Message::new();
    message.push("migration `");
    message.push(migration.id);
    message.push("`: ");
    message.push(direction);
    message.push(" step ");
    #[expect(clippy::cast_possible_wrap, reason = "a number of operations")]
    message.push_number(step as i64 + 1);
    message
}
