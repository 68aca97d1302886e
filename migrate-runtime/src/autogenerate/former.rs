//! What a revision that is written anew has decided already: its operations in, answers out.
//!
//! Nobody is asked twice. What is said today (a flag, `renamed_from`) wins, and what no longer fits says
//! nothing: then the question is open again.

use crate::diff::{Answer, Asker, Rename, RenameFlags, RenameHints, RenameQuestion};
use crate::operation::Operation;
use crate::schema::{Name, SqlText, TableName};

/// The hints of the models, and beside them the renames of the former operations.
pub(super) fn renames(
    former: &[Operation],
    models: &RenameHints,
    flags: &RenameFlags,
) -> RenameHints {
    let RenameFlags { renames, drops } = flags;
    let decided = |rename: &Rename| {
        let (before, flag) = (rename.before(), rename.flag());
        let after = flag.rsplit(':').next().unwrap_or_default();
        let is_renamed = renames.iter().any(|flag| {
            let ends = flag.split_once(':');
            ends.is_some_and(|(old, new)| {
                old.trim() == before || new.trim().rsplit('.').next() == Some(after)
            })
        });
        is_renamed || drops.contains(&before) || is_from(models, rename)
    };
    let mut hints = models.clone();
    for rename in former.iter().flat_map(renamed).filter(|it| !decided(it)) {
        match rename {
            Rename::Table { from, to } => hints.tables.push((from, to)),
            Rename::Column { table, from, to } => hints.columns.push((table, from, to)),
            Rename::EnumValue { name, from, to } => hints.enum_values.push((name, from, to)),
        }
    }
    hints
}

/// Whether the models say themselves what became of it.
fn is_from(models: &RenameHints, rename: &Rename) -> bool {
    let RenameHints {
        tables,
        columns,
        enum_values,
    } = models;
    match rename {
        Rename::Table { from, to } => tables.iter().any(|(old, new)| old == from || new == to),
        Rename::Column { table, from, to } => {
            (columns.iter()).any(|(of, old, new)| of == table && (old == from || new == to))
        }
        Rename::EnumValue { name, from, to } => {
            (enum_values.iter()).any(|(of, old, new)| of == name && (old == from || new == to))
        }
    }
}

fn renamed(operation: &Operation) -> Vec<Rename> {
    match operation {
        Operation::RenameTable { from, to } => vec![Rename::Table {
            from: from.clone(),
            to: to.clone(),
        }],
        Operation::RenameColumn { table, from, to } => vec![Rename::Column {
            table: table.clone(),
            from: from.clone(),
            to: to.clone(),
        }],
        Operation::AlterEnum {
            name,
            values: _,
            renames,
        } => (renames.iter())
            .map(|(from, to)| Rename::EnumValue {
                name: name.clone(),
                from: from.clone(),
                to: to.clone(),
            })
            .collect(),
        _ => Vec::new(),
    }
}

/// Answers what the former operations answer: it was dropped, although all that it may have become was
/// there to choose from. Everything else goes on to `asker`.
pub(super) fn answering<'a>(
    former: &'a [Operation],
    mut asker: Option<&'a mut Asker<'_>>,
) -> impl FnMut(&RenameQuestion) -> Option<Answer> + 'a {
    move |question| {
        let dropped = former.iter().any(|it| is_drop_of(it, &question.gone));
        let known = |to: &Rename| former.iter().any(|it| creates(it, to));
        if dropped && (question.candidates.iter()).all(|candidate| known(&candidate.what)) {
            return Some(Answer::Drop);
        }
        asker.as_mut().and_then(|ask| ask(question))
    }
}

fn is_drop_of(operation: &Operation, gone: &str) -> bool {
    match operation {
        Operation::DropTable { table, .. } => table.to_string() == gone,
        Operation::DropColumn { table, column, .. } => format!("{table}.{column}") == gone,
        _ => false,
    }
}

fn creates(operation: &Operation, candidate: &Rename) -> bool {
    match (operation, candidate) {
        (Operation::CreateTable { table, .. }, Rename::Table { from: _, to }) => table.name == *to,
        (
            Operation::AddColumn { table, column, .. },
            Rename::Column {
                table: of,
                from: _,
                to,
            },
        ) => table == of && column.name == *to,
        _ => false,
    }
}

/// The values that the former operations gave to the rows that exist.
pub(super) fn fill(former: &[Operation], of: &TableName, name: &Name) -> Option<SqlText> {
    former.iter().find_map(|operation| match operation {
        Operation::Backfill {
            table,
            column,
            value,
            condition: None,
        } if table == of && column == name => Some(value.clone()),
        _ => None,
    })
}
