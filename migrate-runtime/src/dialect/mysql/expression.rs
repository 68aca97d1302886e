//! What MySQL and MariaDB write differently from what they were told.
//!
//! In: a parsed expression, as a person wrote it or as a server prints it. Out: one form of both. The
//! servers name one function of several names, say of which character set a string is, and write
//! operators as words; what else they do is left to the server itself, which is asked where two texts
//! still differ.

use sqlparser::ast::{
    Expr, Function, FunctionArgumentList, FunctionArguments, Ident, ObjectName, ObjectNamePart,
    Value, VisitMut, VisitorMut,
};
use sqlparser::tokenizer::Token;
use std::ops::ControlFlow;

/// `&&` and `||` in words, which have the place among the operators that the servers give them.
pub(crate) fn word(token: Token) -> Token {
    match token {
        Token::Overlap => Token::make_keyword("AND"),
        Token::StringConcat => Token::make_keyword("OR"),
        other => other,
    }
}

/// Brings an expression into the form in which both spellings are one.
pub(crate) fn simplify(expression: &mut Expr) {
    let ControlFlow::Continue(()) = expression.visit(&mut Simplifier);
}

struct Simplifier;

impl VisitorMut for Simplifier {
    type Break = std::convert::Infallible;

    fn post_visit_expr(&mut self, expression: &mut Expr) -> ControlFlow<Self::Break> {
        match expression {
            Expr::Function(function) => settle_call(function),
            Expr::Substring { shorthand, .. } => *shorthand = true,
            // `_utf8mb4'a'`
            Expr::Prefixed { prefix, value } if prefix.value.starts_with('_') => {
                *expression = (**value).clone();
            }
            Expr::Value(value) => {
                // What is printed has no escapes but doubled quotes; a backslash in it is one.
                if let Value::SingleQuotedString(text) | Value::DoubleQuotedString(text) =
                    &value.value
                {
                    value.value = Value::SingleQuotedString(text.replace('\\', "\\\\"));
                }
            }
            _ => {}
        }
        ControlFlow::Continue(())
    }
}

fn settle_call(function: &mut Function) {
    let [ObjectNamePart::Identifier(name)] = function.name.0.as_slice() else {
        return;
    };
    let name = name.value.to_ascii_lowercase();
    let settled = settled_name(&name);
    function.name = ObjectName(vec![ObjectNamePart::Identifier(Ident::new(settled))]);
    if matches!(function.args, FunctionArguments::None) {
        function.args = FunctionArguments::List(FunctionArgumentList {
            duplicate_treatment: None,
            args: Vec::new(),
            clauses: Vec::new(),
        });
    }
}

/// One name for each function.
fn settled_name(name: &str) -> &str {
    match name {
        "now" | "localtime" | "localtimestamp" => "current_timestamp",
        "curdate" => "current_date",
        "curtime" => "current_time",
        "lcase" => "lower",
        "ucase" => "upper",
        "character_length" => "char_length",
        "octet_length" => "length",
        "power" => "pow",
        "ceil" => "ceiling",
        "substr" | "mid" => "substring",
        "day" => "dayofmonth",
        "st_geomfromtext" | "st_geometryfromtext" | "geomfromtext" => "st_geometryfromtext",
        other => other,
    }
}

/// A canonical text that is the call of a function, with small letters: `CURRENT_TIMESTAMP` is `current_timestamp()`.
pub(crate) fn call_key(canonical: &str) -> String {
    let bare = canonical.to_ascii_lowercase();
    match bare.as_str() {
        "current_timestamp" | "localtime" | "localtimestamp" => "current_timestamp()".to_owned(),
        "current_date" => "current_date()".to_owned(),
        "current_time" => "current_time()".to_owned(),
        "current_timestamp(0)" => "current_timestamp()".to_owned(),
        _ => canonical.to_owned(),
    }
}
