//! Columns, types, defaults and SQL fragments, as a migration file spells them.

use super::layout::Expr;
use crate::operation::ColumnChange;
use crate::schema::{Backend, Column, DefaultValue, Generated, SqlText, SqlType, Value};

/// `column("bio", Text).not_null()`.
pub(super) fn column(column: &Column) -> Expr {
    let Column {
        name,
        ty,
        nullable,
        default,
        generated,
        auto_increment,
        collation,
        comment,
    } = column;
    let mut expr = Expr::call("column", [Expr::text(name.as_str()), self::ty(ty)])
        .method_if(!nullable, "not_null")
        .method_if(*auto_increment, "auto_increment");
    if let Some(value) = default {
        expr = default_value(expr, value, "");
    }
    if let Some(value) = generated {
        expr = generated_value(expr, value, "");
    }
    if let Some(collation) = collation {
        expr = expr.method("collate", [Expr::text(collation)]);
    }
    if let Some(comment) = comment {
        expr = expr.method("comment", [Expr::text(comment)]);
    }
    expr
}

/// The details of an `alter_column`.
pub(super) fn change(mut expr: Expr, change: &ColumnChange) -> Expr {
    let ColumnChange {
        ty,
        using,
        nullable,
        default,
        generated,
        auto_increment,
        collation,
        comment,
    } = change;
    if let Some(ty) = ty {
        expr = expr.method("set_type", [self::ty(ty)]);
    }
    if let Some(using) = using {
        expr = match plain(using) {
            Some(text) => expr.method("using", [Expr::text(text)]),
            None => expr.method("using_def", [sql_def(using)]),
        };
    }
    if let Some(nullable) = nullable {
        expr = expr.method(
            if *nullable {
                "drop_not_null"
            } else {
                "set_not_null"
            },
            [],
        );
    }
    if let Some(default) = default {
        expr = match default {
            Some(value) => default_value(expr, value, "set_"),
            None => expr.method("drop_default", []),
        };
    }
    if let Some(generated) = generated {
        expr = match generated {
            Some(value) => generated_value(expr, value, "set_"),
            None => expr.method("drop_generated", []),
        };
    }
    if let Some(auto_increment) = auto_increment {
        let value = Expr::atom(auto_increment.to_string());
        expr = expr.method("set_auto_increment", [value]);
    }
    if let Some(collation) = collation {
        expr = match collation {
            Some(collation) => expr.method("set_collation", [Expr::text(collation)]),
            None => expr.method("drop_collation", []),
        };
    }
    if let Some(comment) = comment {
        expr = match comment {
            Some(comment) => expr.method("set_comment", [Expr::text(comment)]),
            None => expr.method("drop_comment", []),
        };
    }
    expr
}

/// A type: `Varchar(255)`.
pub(super) fn ty(ty: &SqlType) -> Expr {
    let number =
        |name: &str, value: &dyn ToString| Expr::call(name, [Expr::atom(value.to_string())]);
    let digits = |name: &str, digits: &Option<u8>| match digits {
        Some(digits) => number(name, &format!("Some({digits})")),
        None => number(name, &"None"),
    };
    match ty {
        SqlType::Bool => Expr::atom("Bool"),
        SqlType::TinyInt => Expr::atom("TinyInt"),
        SqlType::SmallInt => Expr::atom("SmallInt"),
        SqlType::Integer => Expr::atom("Integer"),
        SqlType::BigInt => Expr::atom("BigInt"),
        SqlType::UnsignedTinyInt => Expr::atom("UnsignedTinyInt"),
        SqlType::UnsignedSmallInt => Expr::atom("UnsignedSmallInt"),
        SqlType::UnsignedInteger => Expr::atom("UnsignedInteger"),
        SqlType::UnsignedBigInt => Expr::atom("UnsignedBigInt"),
        SqlType::Float => Expr::atom("Float"),
        SqlType::Double => Expr::atom("Double"),
        SqlType::Decimal(precision, scale) => Expr::call(
            "Decimal",
            [precision, scale].map(|number| Expr::atom(number.to_string())),
        ),
        SqlType::Text => Expr::atom("Text"),
        SqlType::Varchar(length) => number("Varchar", length),
        SqlType::Char(length) => number("Char", length),
        SqlType::Binary => Expr::atom("Binary"),
        SqlType::Date => Expr::atom("Date"),
        SqlType::Time(n) => digits("Time", n),
        SqlType::Timestamp(n) => digits("Timestamp", n),
        SqlType::TimestampTz(n) => digits("TimestampTz", n),
        SqlType::Uuid => Expr::atom("Uuid"),
        SqlType::Json => Expr::atom("Json"),
        SqlType::Jsonb => Expr::atom("Jsonb"),
        SqlType::Enum(name) => Expr::call("Enum", [Expr::text(name.as_str())]),
        SqlType::Array(element) => {
            let element = self::ty(element).layout(0, 0, 0);
            Expr::call("Array", [Expr::atom(format!("&{element}"))])
        }
        SqlType::Native(text) => Expr::call("Native", [sql_def(text)]),
    }
}

fn default_value(expr: Expr, value: &DefaultValue, set: &str) -> Expr {
    let portable = |expr: Expr, value: Expr| expr.method(&format!("{set}default"), [value]);
    match value {
        DefaultValue::Value(Value::Bool(value)) => {
            portable(expr, Expr::call("boolean", [Expr::atom(value.to_string())]))
        }
        DefaultValue::Value(Value::Integer(value)) => {
            portable(expr, Expr::call("integer", [Expr::atom(value.to_string())]))
        }
        DefaultValue::Value(Value::Float(text)) => match text.parse::<f64>() {
            Ok(value) => portable(expr, Expr::call("float", [Expr::atom(float(value))])),
            Err(_) => expr.method(&format!("{set}default_sql"), [Expr::text(text)]),
        },
        DefaultValue::Value(Value::Text(value)) => {
            portable(expr, Expr::call("text", [Expr::text(value)]))
        }
        DefaultValue::Now => portable(expr, Expr::call("now", [])),
        DefaultValue::Today => portable(expr, Expr::call("today", [])),
        DefaultValue::Uuid => portable(expr, Expr::call("uuid", [])),
        DefaultValue::Sql(SqlText { any, overrides }) => {
            let mut expr = expr;
            if any.is_none() && overrides.is_empty() {
                let empty = Expr::call("DefaultDef::Sql", [Expr::atom("SqlDef::EMPTY")]);
                return portable(expr, empty);
            }
            if let Some(text) = any {
                expr = expr.method(&format!("{set}default_sql"), [Expr::text(text)]);
            }
            for (backend, text) in overrides.iter() {
                let arguments = [self::backend(backend), Expr::text(text)];
                expr = expr.method(&format!("{set}default_sql_for"), arguments);
            }
            expr
        }
    }
}

fn float(value: f64) -> String {
    if value.is_nan() {
        "f64::NAN".to_owned()
    } else if value.is_infinite() {
        let sign = if value < 0.0 { "NEG_" } else { "" };
        format!("f64::{sign}INFINITY")
    } else {
        format!("{value:?}")
    }
}

fn generated_value(mut expr: Expr, value: &Generated, set: &str) -> Expr {
    let Generated { expression, stored } = value;
    let SqlText { any, overrides } = expression;
    let Some(text) = any else {
        let kind = if *stored { "stored" } else { "computed" };
        let value = Expr::call(&format!("GeneratedDef::{kind}"), [sql_def(expression)]);
        return expr.method(&format!("{set}generated"), [value]);
    };
    let how = if *stored { "stored" } else { "virtual" };
    expr = expr.method(&format!("{set}generated_{how}"), [Expr::text(text)]);
    for (backend, text) in overrides.iter() {
        expr = expr.method("generated_for", [self::backend(backend), Expr::text(text)]);
    }
    expr
}

/// The text of a fragment that is the same for every database.
pub(super) fn plain(text: &SqlText) -> Option<&str> {
    let SqlText { any, overrides } = text;
    any.as_deref().filter(|_| overrides.is_empty())
}

/// `SqlDef::new("…").or(Sqlite, "…")`.
pub(super) fn sql_def(text: &SqlText) -> Expr {
    let SqlText { any, overrides } = text;
    let mut rest = overrides.iter();
    let mut expr = match any {
        Some(text) => Expr::call("SqlDef::new", [Expr::text(text)]),
        None => match rest.next() {
            Some((backend, text)) => {
                Expr::call("SqlDef::only", [self::backend(backend), Expr::text(text)])
            }
            None => Expr::atom("SqlDef::EMPTY"),
        },
    };
    for (backend, text) in rest {
        expr = expr.method("or", [self::backend(backend), Expr::text(text)]);
    }
    expr
}

/// `Sqlite`.
pub(super) fn backend(backend: Backend) -> Expr {
    Expr::atom(format!("{backend:?}"))
}
