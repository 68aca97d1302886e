//! Constraints, as a migration file spells them.

use super::column::{backend, sql_def};
use super::layout::Expr;
use super::operation::{table, table_def};
use crate::schema::{
    Check, Deferrable, ForeignKey, Name, PrimaryKey, ReferentialAction, SqlText, Unique,
};

fn names(names: &[Name]) -> Expr {
    Expr::texts(names.iter().map(Name::as_str))
}

/// `primary_key(&["id"])`.
pub(super) fn primary_key(key: &PrimaryKey) -> Expr {
    let PrimaryKey { name, columns } = key;
    let expr = Expr::call("primary_key", [names(columns)]);
    match name {
        Some(name) => expr.method("named", [Expr::text(name.as_str())]),
        None => expr,
    }
}

/// `unique("users_email_key", &["email"])`.
pub(super) fn unique(unique: &Unique) -> Expr {
    let Unique {
        name,
        columns,
        include,
        nulls_not_distinct,
        deferrable,
    } = unique;
    let mut expr = Expr::call("unique", [own_name(name.as_ref()), names(columns)]);
    if !include.is_empty() {
        expr = expr.method("include", [names(include)]);
    }
    let expr = expr.method_if(*nulls_not_distinct, "nulls_not_distinct");
    unnamed(deferred(expr, *deferrable), name.as_ref())
}

/// `check("users_age_check", "age >= 0")`.
pub(super) fn check(check: &Check) -> Expr {
    if let (Some(definition), true) = (check.exclusion(), check.expression.any.is_none()) {
        let arguments = [own_name(check.name.as_ref()), Expr::text(definition)];
        return unnamed(Expr::call("exclusion", arguments), check.name.as_ref());
    }
    let Check { name, expression } = check;
    let SqlText { any, overrides } = expression;
    let label = own_name(name.as_ref());
    let expr = match any {
        Some(text) => {
            let mut expr = Expr::call("check", [label, Expr::text(text)]);
            for (on, text) in overrides.iter() {
                expr = expr.method("expression_for", [backend(on), Expr::text(text)]);
            }
            expr
        }
        None => Expr::call("check_def", [label, sql_def(expression)]),
    };
    unnamed(expr, name.as_ref())
}

/// `foreign_key("posts_user_id_fkey", &["user_id"], "users", &["id"]).on_delete(Cascade)`.
pub(super) fn foreign_key(key: &ForeignKey) -> Expr {
    let ForeignKey {
        name,
        columns,
        target,
        target_columns,
        on_delete,
        on_update,
        deferrable,
        match_full,
    } = key;
    let arguments = [
        own_name(name.as_ref()),
        names(columns),
        table(target),
        names(target_columns),
    ];
    let mut expr = Expr::call("foreign_key", arguments);
    if let Some(target) = table_def(target) {
        expr = expr.method("target", [target]);
    }
    if *on_delete != ReferentialAction::NoAction {
        expr = expr.method("on_delete", [Expr::atom(format!("{on_delete:?}"))]);
    }
    if *on_update != ReferentialAction::NoAction {
        expr = expr.method("on_update", [Expr::atom(format!("{on_update:?}"))]);
    }
    let expr = expr.method_if(*match_full, "match_full");
    unnamed(deferred(expr, *deferrable), name.as_ref())
}

fn deferred(expr: Expr, deferrable: Deferrable) -> Expr {
    match deferrable {
        Deferrable::No => expr,
        Deferrable::InitiallyImmediate => expr.method("deferrable", []),
        Deferrable::InitiallyDeferred => expr.method("initially_deferred", []),
    }
}

fn own_name(name: Option<&Name>) -> Expr {
    Expr::text(name.map_or("", Name::as_str))
}

fn unnamed(expr: Expr, name: Option<&Name>) -> Expr {
    expr.method_if(name.is_none(), "unnamed")
}
