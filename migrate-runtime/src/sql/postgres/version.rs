//! What older servers do not have: asked of the server before the statement that it would not understand.

use super::Planner;
use crate::operation::Operation;
use crate::schema::Generated;
use crate::sql::{Blame, Step};

/// Something that a version of PostgreSQL brought.
struct Novelty {
    what: String,
    version: u32,
    hint: &'static str,
}

impl Planner<'_> {
    /// Goes on only if the server is new enough for the operation.
    pub(super) fn expect_version(&mut self, operation: usize, step: &Operation) {
        for Novelty {
            what,
            version,
            hint,
        } in novelties(step)
        {
            let query = format!(
                "SELECT 'it is ' || pg_catalog.current_setting('server_version') \
                 WHERE pg_catalog.current_setting('server_version_num')::integer < {version}0000"
            );
            self.push(
                operation,
                Step::Expect {
                    blame: Blame::Server,
                    query,
                    problem: format!("{what} needs PostgreSQL {version}, and the server is older"),
                    hint: hint.to_owned(),
                },
            );
        }
    }
}

fn novelties(step: &Operation) -> Vec<Novelty> {
    let computed = |generated: Option<&Generated>, column: String| {
        generated
            .filter(|generated| !generated.stored)
            .map(|_| Novelty {
                what: format!("the virtual generated column {column}"),
                version: 18,
                hint: "store it: `stored` in place of `virtual` in the model and in the migration",
            })
    };
    let distinct = |said: bool, what: String| {
        said.then(|| Novelty {
            what: format!("NULLS NOT DISTINCT of {what}"),
            version: 15,
            hint: "leave `nulls_not_distinct` out of the model and of the migration",
        })
    };
    match step {
        Operation::CreateTable { table, .. } => {
            let columns = table.columns.iter().filter_map(|column| {
                computed(
                    column.generated.as_ref(),
                    format!("{}.{}", table.name, column.name),
                )
            });
            let uniques = (table.uniques.iter()).filter_map(|unique| {
                distinct(
                    unique.nulls_not_distinct,
                    format!("a unique constraint of {}", table.name),
                )
            });
            columns.chain(uniques).collect()
        }
        Operation::AddColumn { table, column, .. } => computed(
            column.generated.as_ref(),
            format!("{table}.{}", column.name),
        )
        .into_iter()
        .collect(),
        Operation::AlterColumn {
            table,
            column,
            change,
        } => computed(
            change.generated.as_ref().and_then(Option::as_ref),
            format!("{table}.{column}"),
        )
        .into_iter()
        .collect(),
        Operation::AddUnique { table, unique, .. } => distinct(
            unique.nulls_not_distinct,
            format!("a unique constraint of {table}"),
        )
        .into_iter()
        .collect(),
        Operation::CreateIndex { index, .. } => distinct(
            index.nulls_not_distinct && index.unique,
            format!("index {}", index.name),
        )
        .into_iter()
        .collect(),
        _ => Vec::new(),
    }
}
