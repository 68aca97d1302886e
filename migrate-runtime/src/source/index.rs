//! Indexes, as a migration file spells them.

use super::column::{backend, plain, sql_def};
use super::layout::Expr;
use super::operation::table;
use crate::schema::{
    Index, IndexColumn, IndexKey, Name, NullsOrder, SortOrder, SqlText, TableName,
};

/// `create_index("users_bio_idx", "users", &["bio"]).unique()`.
pub(super) fn create_index(on: &TableName, index: &Index) -> Expr {
    let Index {
        name,
        columns,
        unique,
        predicate,
        method,
        include,
        nulls_not_distinct,
        storage,
    } = index;
    let plain: Option<Vec<&str>> = columns.iter().map(plain_column).collect();
    let key = Expr::texts(plain.iter().flatten());
    let mut expr = Expr::call("create_index", [Expr::text(name.as_str()), table(on), key]);
    if plain.is_none() {
        expr = expr.method("on", [Expr::slice(columns.iter().map(part))]);
    }
    expr = expr.method_if(*unique, "unique");
    if let Some(predicate) = predicate {
        expr = filter(expr, predicate);
    }
    if let Some(method) = method {
        expr = expr.method("method", [Expr::text(method)]);
    }
    if !include.is_empty() {
        expr = expr.method("include", [Expr::texts(include.iter().map(Name::as_str))]);
    }
    expr = expr.method_if(*nulls_not_distinct, "nulls_not_distinct");
    match storage {
        Some(storage) => expr.method("storage", [Expr::text(storage)]),
        None => expr,
    }
}

/// The condition of an index or a backfill.
pub(super) fn filter(mut expr: Expr, condition: &SqlText) -> Expr {
    let SqlText { any, overrides } = condition;
    if any.is_none() && overrides.is_empty() {
        return expr.method("filter_def", [Expr::atom("SqlDef::EMPTY")]);
    }
    if let Some(text) = any {
        expr = expr.method("filter", [Expr::text(text)]);
    }
    for (on, text) in overrides.iter() {
        expr = expr.method("filter_for", [backend(on), Expr::text(text)]);
    }
    expr
}

/// The column, where the part says no more than that.
fn plain_column(part: &IndexColumn) -> Option<&str> {
    match part {
        IndexColumn {
            key: IndexKey::Column(name),
            order: SortOrder::Ascending,
            nulls: None,
            collation: None,
            operator_class: None,
        } => Some(name.as_str()),
        _ => None,
    }
}

fn part(part: &IndexColumn) -> Expr {
    let IndexColumn {
        key,
        order,
        nulls,
        collation,
        operator_class,
    } = part;
    let mut expr = match key {
        IndexKey::Column(name) => Expr::call("by", [Expr::text(name.as_str())]),
        IndexKey::Expression(text) => match plain(text) {
            Some(text) => Expr::call("by_expression", [Expr::text(text)]),
            None => Expr::call("by_expression_def", [sql_def(text)]),
        },
    };
    expr = match order {
        SortOrder::Ascending => expr,
        SortOrder::Descending => expr.method("desc", []),
    };
    expr = match nulls {
        None => expr,
        Some(NullsOrder::First) => expr.method("nulls_first", []),
        Some(NullsOrder::Last) => expr.method("nulls_last", []),
    };
    if let Some(collation) = collation {
        expr = expr.method("collate", [Expr::text(collation)]);
    }
    if let Some(class) = operator_class {
        expr = expr.method("operator_class", [Expr::text(class)]);
    }
    expr
}
