//! The difference between two schemas, as operations that can run in the order given.
//!
//! In go two schemas and what is known of renames; out come operations. Nothing here knows a
//! database, SQL or Rust source: for two databases' worth of spelling both sides are normalised
//! first, for a chain and its models both are portable already.
//!
//! What is compared, and how:
//!
//! * Tables, columns, indexes and constraints match **by name**; a constraint without a name on one
//!   side matches by structure. Names are compared exactly: two that differ in case only are two
//!   names, and the old one goes before the new one comes.
//! * The order of columns in a table is no difference, nor that of constraints, of the columns of a
//!   unique constraint, or of the pairs of a foreign key. The order of the columns of an index or
//!   primary key is one.
//! * A changed column is one `alter_column`. A changed constraint or index is dropped and added; one
//!   that only has another name is renamed. A changed generated expression drops and adds the
//!   column (no database changes it in place with all that hangs on it, and its values are derived);
//!   a column that is generated no longer is altered, which keeps its values.
//! * Renames of tables, columns and enum values come from [`RenameHints`] only. Whatever has the old
//!   name in an SQL text is dropped before the rename and added after it.
//! * What is [`attached`](crate::schema::Schema::attached) is not compared.

mod column;
mod constraint;
mod enums;
mod foreign_key;
mod hints;
mod index;
mod order;
mod rename;
mod resolve;
mod table;

pub use hints::RenameHints;
pub(crate) use index::name_taken;
pub use rename::{Rename, RenameCandidate, candidates};
pub use resolve::{Answer, Asker, RenameError, RenameFlags, RenameQuestion, resolve};

use self::foreign_key::Keys;
use crate::operation::Operation;
use crate::schema::Schema;

/// The operations that make `to` out of `from`, in an order in which they can run.
///
/// 1. enum types come, and values of them; before one gets another name, the defaults, checks and indexes go
///    that name it;
/// 2. tables are renamed;
/// 3. foreign keys go that would be in the way of what follows;
/// 4. tables go, the referring ones first; indexes go whose names are needed elsewhere; tables come, the
///    ones referred to first;
/// 5. table by table, what changes inside;
/// 6. foreign keys come that had to wait: those that close a circle, and those to a new key;
/// 7. values of enum types go, and enum types.
///
/// The same schemas give the same operations, in whatever order they were put together.
pub fn diff(from: &Schema, to: &Schema, hints: &RenameHints) -> Vec<Operation> {
    let hints = hints.applicable(from, to);
    let mut operations = Vec::new();
    let from = enums::lift(from, to, &hints, &mut operations);
    enums::create_and_alter(&from, to, &hints, &mut operations);
    let from = hints::rename_tables(&from, &hints, &mut operations);

    let mut changes = table::changed(&from, to, &hints);
    let (created, dropped) = order::created_and_dropped(&from, to);
    index::free_names(&created, to, &mut changes);
    let keys = Keys::new(&from, to, &changes);
    foreign_key::compare(&keys, &mut changes);

    operations.extend(changes.iter_mut().flat_map(|change| change.first.drain(..)));
    operations.extend(order::drop_tables(&dropped));
    operations.extend(changes.iter_mut().flat_map(|change| change.early.drain(..)));
    let (new_tables, mut waiting) = order::create_tables(&created, &keys);
    operations.extend(new_tables);
    for change in &mut changes {
        operations.append(&mut change.inside);
        waiting.append(&mut change.last);
    }
    operations.extend(waiting);
    enums::remove_values(&from, to, &hints, &mut operations);
    enums::join_steps(&mut operations);
    enums::drop(&from, to, &mut operations);
    operations
}

#[cfg(test)]
mod tests;
