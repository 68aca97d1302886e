//! What PostgreSQL writes differently from what it was told.
//!
//! In: a parsed expression, as a person wrote it or as `pg_get_expr` prints it. Out: one of the two
//! forms, the same for both. The server adds casts to constants, spells `IN` as `= ANY (ARRAY[…])`,
//! `LIKE` as `~~` and `BETWEEN` as two comparisons; what else it does is left to the server itself,
//! which is asked where two texts still differ.

use super::spelling::Spelling;
use sqlparser::ast::{
    BinaryOperator, CastKind, DataType, Expr, Ident, ObjectName, UnaryOperator, Value,
    ValueWithSpan, VisitMut, VisitorMut,
};
use sqlparser::tokenizer::Span;
use std::ops::ControlFlow;

/// Brings an expression into the form in which both spellings are one.
pub(crate) fn simplify(expression: &mut Expr) {
    let ControlFlow::Continue(()) = expression.visit(&mut Simplifier);
}

struct Simplifier;

impl VisitorMut for Simplifier {
    type Break = std::convert::Infallible;

    fn post_visit_expr(&mut self, expression: &mut Expr) -> ControlFlow<Self::Break> {
        let old = std::mem::replace(expression, Expr::Value(value(Value::Null)));
        *expression = simpler(old);
        ControlFlow::Continue(())
    }
}

/// The expression, its parts being simple already.
fn simpler(expression: Expr) -> Expr {
    match expression {
        Expr::Nested(inner) => *inner,
        Expr::Cast {
            kind: CastKind::Cast | CastKind::DoubleColon,
            expr,
            data_type,
            ..
        } => cast(*expr, &data_type.to_string()),
        Expr::TypedString(typed) => cast(Expr::Value(typed.value), &typed.data_type.to_string()),
        Expr::Interval(interval)
            if interval.leading_field.is_none() && is_string(&interval.value) =>
        {
            *interval.value
        }
        Expr::UnaryOp {
            op: UnaryOperator::Minus,
            expr,
        } => negative(*expr),
        Expr::Like {
            negated,
            any: false,
            expr,
            pattern,
            escape_char: None,
        } => binary(
            *expr,
            if negated {
                BinaryOperator::PGNotLikeMatch
            } else {
                BinaryOperator::PGLikeMatch
            },
            *pattern,
        ),
        Expr::ILike {
            negated,
            any: false,
            expr,
            pattern,
            escape_char: None,
        } => binary(
            *expr,
            if negated {
                BinaryOperator::PGNotILikeMatch
            } else {
                BinaryOperator::PGILikeMatch
            },
            *pattern,
        ),
        Expr::AnyOp {
            left,
            compare_op: BinaryOperator::Eq,
            right,
            is_some,
        } => match *right {
            Expr::Array(array) => in_list(*left, array.elem, false),
            other => Expr::AnyOp {
                left,
                compare_op: BinaryOperator::Eq,
                right: Box::new(other),
                is_some,
            },
        },
        Expr::AllOp {
            left,
            compare_op: BinaryOperator::NotEq,
            right,
        } => match *right {
            Expr::Array(array) => in_list(*left, array.elem, true),
            other => Expr::AllOp {
                left,
                compare_op: BinaryOperator::NotEq,
                right: Box::new(other),
            },
        },
        Expr::InList {
            expr,
            list,
            negated,
        } => in_list(*expr, list, negated),
        Expr::Between {
            expr,
            negated,
            low,
            high,
        } => between(*expr, negated, *low, *high),
        Expr::AtTimeZone {
            timestamp,
            time_zone,
        } => call("timezone", [*time_zone, *timestamp]),
        other => other,
    }
}

fn value(value: Value) -> ValueWithSpan {
    ValueWithSpan {
        value,
        span: Span::empty(),
    }
}

fn binary(left: Expr, op: BinaryOperator, right: Expr) -> Expr {
    Expr::BinaryOp {
        left: Box::new(left),
        op,
        right: Box::new(right),
    }
}

/// One value is an equation, as the server makes of it.
fn in_list(expression: Expr, mut list: Vec<Expr>, negated: bool) -> Expr {
    if list.len() == 1
        && let Some(only) = list.pop()
    {
        let op = if negated {
            BinaryOperator::NotEq
        } else {
            BinaryOperator::Eq
        };
        return binary(expression, op, only);
    }
    Expr::InList {
        expr: Box::new(expression),
        list,
        negated,
    }
}

fn between(expression: Expr, negated: bool, low: Expr, high: Expr) -> Expr {
    let (above, joined, below) = if negated {
        (BinaryOperator::Lt, BinaryOperator::Or, BinaryOperator::Gt)
    } else {
        (
            BinaryOperator::GtEq,
            BinaryOperator::And,
            BinaryOperator::LtEq,
        )
    };
    binary(
        binary(expression.clone(), above, low),
        joined,
        binary(expression, below, high),
    )
}

/// The number itself, so that `-1` and `'-1'::integer` are one.
fn negative(expression: Expr) -> Expr {
    if let Expr::Value(ValueWithSpan {
        value: Value::Number(number, long),
        span,
    }) = &expression
    {
        let number = match number.strip_prefix('-') {
            Some(positive) => positive.to_owned(),
            None => format!("-{number}"),
        };
        return Expr::Value(ValueWithSpan {
            value: Value::Number(number, *long),
            span: *span,
        });
    }
    Expr::UnaryOp {
        op: UnaryOperator::Minus,
        expr: Box::new(expression),
    }
}

/// A cast that the server may have added is none: that of a constant, and that of a string to `text`.
fn cast(inner: Expr, to: &str) -> Expr {
    let spelling = Spelling::parse(to);
    let key = spelling.key();
    match &inner {
        Expr::Value(ValueWithSpan {
            value: Value::SingleQuotedString(text),
            span,
        }) => {
            if spelling.is_numeric() && text.parse::<f64>().is_ok_and(f64::is_finite) {
                return Expr::Value(ValueWithSpan {
                    value: Value::Number(text.clone(), false),
                    span: *span,
                });
            }
            return inner;
        }
        Expr::Value(ValueWithSpan {
            value: Value::Number(..),
            ..
        }) if spelling.is_numeric() => return inner,
        Expr::Value(ValueWithSpan {
            value: Value::Null | Value::Boolean(_),
            ..
        }) => return inner,
        // `ARRAY['a'::text]::text[]`: the elements say it.
        Expr::Array(array) if spelling.is_array() => {
            if array.elem.is_empty() {
                return Expr::Value(value(Value::SingleQuotedString("{}".to_owned())));
            }
            return inner;
        }
        _ if key == "text" || key == "character varying" => return inner,
        _ => {}
    }
    Expr::Cast {
        kind: CastKind::DoubleColon,
        expr: Box::new(inner),
        data_type: DataType::Custom(ObjectName::from(Ident::new(key)), Vec::new()),
        format: None,
    }
}

fn is_string(expression: &Expr) -> bool {
    matches!(
        expression,
        Expr::Value(ValueWithSpan {
            value: Value::SingleQuotedString(_),
            ..
        })
    )
}

fn call<const N: usize>(name: &str, arguments: [Expr; N]) -> Expr {
    use sqlparser::ast::{
        Function, FunctionArg, FunctionArgExpr, FunctionArgumentList, FunctionArguments,
    };
    Expr::Function(Function {
        name: ObjectName::from(Ident::new(name)),
        uses_odbc_syntax: false,
        parameters: FunctionArguments::None,
        args: FunctionArguments::List(FunctionArgumentList {
            duplicate_treatment: None,
            args: arguments
                .into_iter()
                .map(|argument| FunctionArg::Unnamed(FunctionArgExpr::Expr(argument)))
                .collect(),
            clauses: Vec::new(),
        }),
        filter: None,
        null_treatment: None,
        over: None,
        within_group: Vec::new(),
    })
}
