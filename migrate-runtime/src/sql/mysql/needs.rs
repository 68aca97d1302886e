//! What a table has that not every server has: features that are asked of the server before the first
//! statement of a plan, and what none of them has, which is refused.

use super::Planner;
use super::define::is_kind;
use crate::dialect::Unsupported;
use crate::dialect::mysql::flavor::{self, Feature};
use crate::dialect::mysql::index_part;
use crate::dialect::mysql::spelling::Spelling;
use crate::operation::Operation;
use crate::schema::{Backend, Column, Index, IndexKey, Name, SqlType, Table};
use crate::sql::{Blame, RenderError, Statement, Step};
use std::collections::BTreeMap;

/// What is needed, by what needs it: `column users.key`.
type Needs = BTreeMap<String, Need>;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Need {
    Server(Feature),
    /// A length, without which no server makes an index of a column.
    Length,
}

impl Planner<'_> {
    /// Does one operation, and notes what its table needs from now on.
    pub(super) fn step_with_needs(&mut self, operation: usize) -> Result<(), RenderError> {
        let all = self.operations;
        let before = all[operation].table().and_then(|name| self.physical(name));
        let name = match &all[operation] {
            Operation::CreateTable { table, .. } => Some(&table.name),
            other => other.table(),
        };
        let known = before.map(|table| needs(&table)).unwrap_or_default();
        self.step(operation)?;
        let after = name.and_then(|name| self.physical(name));
        for (what, need) in after.map(|table| needs(&table)).unwrap_or_default() {
            match need {
                _ if known.get(&what) == Some(&need) => {}
                Need::Length => return Err(without_length(operation, &what)),
                Need::Server(feature) => {
                    if !self.needs.iter().any(|(_, noted)| *noted == feature) {
                        self.needs.push((what, feature));
                    }
                }
            }
        }
        Ok(())
    }

    /// Asks the server for all of it, before anything is done.
    pub(super) fn expect_needs(&mut self) {
        let asked = std::mem::take(&mut self.needs).into_iter();
        let first = asked.map(|(what, feature)| Statement {
            operation: 0,
            step: Step::Expect {
                query: feature.missing(),
                problem: format!(
                    "{what} needs {} ({}); this server is",
                    feature.what,
                    feature.servers()
                ),
                hint:
                    "say it in a way that this server has, too, or leave it to the databases that \
                       have it: `sql_type(mysql = \"…\")`, `sql_for`"
                        .to_owned(),
                blame: Blame::Server,
            },
        });
        self.statements = first.chain(std::mem::take(&mut self.statements)).collect();
    }
}

fn without_length(operation: usize, what: &str) -> RenderError {
    RenderError::Unsupported {
        operation,
        source: Unsupported {
            backend: Backend::Mysql,
            what: format!("{what}, which has no length"),
            hint: "give the field `max_length`; or index the beginning only, \
                   `index(expression = \"title(100)\")`"
                .to_owned(),
        },
    }
}

fn needs(table: &Table) -> Needs {
    let Table {
        name,
        columns,
        primary_key,
        uniques,
        checks: _,
        foreign_keys,
        indexes,
        comment: _,
        options,
        stored_sql: _,
    } = table;
    let mut found = Needs::new();
    for column in columns {
        let feature = feature_of(column);
        found
            .extend(feature.map(|it| (format!("column {name}.{}", column.name), Need::Server(it))));
    }
    let mut long = |what: &str, of: &[Name], need: Need| {
        for column in of.iter().filter(|column| is_long(table, column)) {
            found.insert(format!("{what} of {name}.{column}"), need);
        }
    };
    if let Some(key) = primary_key {
        long("primary key", &key.columns, Need::Length);
    }
    for key in foreign_keys {
        long("foreign key", &key.columns, Need::Length);
    }
    let whole = Need::Server(flavor::UNIQUE_WITHOUT_LENGTH);
    for unique in uniques {
        long("unique constraint", &unique.columns, whole);
    }
    let kinds = |index: &&Index| index.method.as_deref().is_some_and(is_kind);
    for index in indexes.iter().filter(|index| !kinds(index)) {
        let need = if index.unique { whole } else { Need::Length };
        for part in &index.columns {
            if let IndexKey::Column(column) = &part.key {
                long("index", std::slice::from_ref(column), need);
            }
        }
    }
    let expressions = indexes.iter().filter(|index| has_expression(index));
    found.extend(expressions.map(|index| {
        let need = Need::Server(flavor::EXPRESSION_INDEXES);
        (format!("index {}", index.name), need)
    }));
    let engine = options.mysql_engine.as_deref().and_then(flavor::of_engine);
    found.extend(engine.map(|it| (format!("table {name}"), Need::Server(it))));
    found
}

/// Whether a part of it is no column, and no beginning of one.
fn has_expression(index: &Index) -> bool {
    index.columns.iter().any(|part| match &part.key {
        IndexKey::Column(_) => false,
        IndexKey::Expression(sql) => {
            index_part::prefix(sql.get(Backend::Mysql).unwrap_or_default()).is_none()
        }
    })
}

/// What a column has that not every server has.
fn feature_of(column: &Column) -> Option<Feature> {
    let SqlType::Native(text) = &column.ty else {
        return column.collation.as_deref().and_then(flavor::of_collation);
    };
    let spelling = text.get(Backend::Mysql)?;
    let parsed = Spelling::parse(spelling);
    let collation = column.collation.as_deref().or_else(|| parsed.collation());
    flavor::of_type(parsed.base(), spelling).or_else(|| collation.and_then(flavor::of_collation))
}

/// Whether an index takes no more than the beginning of a column.
fn is_long(table: &Table, column: &Name) -> bool {
    let spelling = match table.column(column).map(|column| &column.ty) {
        Some(SqlType::Text | SqlType::Binary | SqlType::Json | SqlType::Jsonb) => return true,
        Some(SqlType::Native(text)) => text.get(Backend::Mysql).map(Spelling::parse),
        _ => None,
    };
    spelling.is_some_and(|it| it.is_large() && !it.is_geometry())
}
