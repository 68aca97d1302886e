//! One text for all spellings of an SQL expression, to compare it by.
//!
//! In: an expression as a person wrote it or as a database reports it. Out: its canonical text: every
//! operation in brackets of its own and no others, keywords in capitals, names and functions in small
//! letters and without quotes, one blank between words, no comments. The text is for comparing, not
//! for running. Two expressions with the same text mean the same; two with different texts may still
//! do (`a > 0` and `0 < a`): what only the database could decide is reported as different.
//!
//! What `sqlparser` cannot read falls back to its tokens, and those to the text without extra blanks,
//! so nothing is refused here.

use crate::operation::mentions::unqualified;
use crate::schema::Backend;
use sqlparser::ast::{Expr, Ident, ObjectNamePart, UnaryOperator, Value, VisitMut, VisitorMut};
use sqlparser::dialect::{Dialect, MySqlDialect, PostgreSqlDialect, SQLiteDialect};
use sqlparser::keywords::Keyword;
use sqlparser::parser::Parser;
use sqlparser::tokenizer::{Token, Tokenizer, Word};
use std::ops::ControlFlow;

/// The text by which an expression is compared.
pub(crate) fn canonical(backend: Backend, sql: &str) -> String {
    let dialect = parser_dialect(backend);
    parsed(dialect, backend, sql)
        .or_else(|| tokens(dialect, backend, sql))
        .unwrap_or_else(|| sql.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// As [`canonical`], for a rule of a table: `t.a` is `a` there.
pub(crate) fn canonical_rule(backend: Backend, sql: &str) -> String {
    canonical(backend, &unqualified(sql))
}

fn parser_dialect(backend: Backend) -> &'static dyn Dialect {
    match backend {
        Backend::Sqlite => &SQLiteDialect {},
        Backend::Postgres => &PostgreSqlDialect {},
        Backend::Mysql => &MySqlDialect {},
    }
}

fn parsed(dialect: &dyn Dialect, backend: Backend, sql: &str) -> Option<String> {
    let tokens = Tokenizer::new(dialect, sql).tokenize().ok()?;
    let tokens = match backend {
        Backend::Sqlite => tokens.into_iter().flat_map(is_null).collect(),
        Backend::Mysql => (tokens.into_iter())
            .map(super::mysql::expression::word)
            .collect(),
        Backend::Postgres => tokens,
    };
    let mut parser = Parser::new(dialect).with_tokens(tokens);
    let mut expression = parser.parse_expr().ok()?;
    if parser.peek_token().token != Token::EOF {
        return None;
    }
    match backend {
        Backend::Postgres => super::postgres::expression::simplify(&mut expression),
        Backend::Mysql => super::mysql::expression::simplify(&mut expression),
        Backend::Sqlite => {}
    }
    let mut canonicalizer = Canonicalizer { backend };
    let ControlFlow::Continue(()) = expression.visit(&mut canonicalizer);
    Some(strip_brackets(&expression).to_string())
}

/// `ISNULL` in two words, which the parser knows.
fn is_null(token: Token) -> Vec<Token> {
    match &token {
        Token::Word(word)
            if word.quote_style.is_none() && word.value.eq_ignore_ascii_case("ISNULL") =>
        {
            let keyword = Token::make_keyword;
            vec![keyword("IS"), keyword("NULL")]
        }
        _ => vec![token],
    }
}

fn strip_brackets(mut expression: &Expr) -> &Expr {
    while let Expr::Nested(inner) = expression {
        expression = inner;
    }
    expression
}

/// Works from the leaves up: when an expression is seen, its parts are canonical already.
struct Canonicalizer {
    backend: Backend,
}

impl VisitorMut for Canonicalizer {
    type Break = std::convert::Infallible;

    fn post_visit_expr(&mut self, expression: &mut Expr) -> ControlFlow<Self::Break> {
        match expression {
            Expr::Identifier(name) => plain(self.backend, name),
            Expr::CompoundIdentifier(names) => {
                for name in names {
                    plain(self.backend, name);
                }
            }
            Expr::Function(function) => {
                for part in &mut function.name.0 {
                    plain_part(self.backend, part);
                }
            }
            Expr::Collate { collation, .. } => {
                for part in &mut collation.0 {
                    plain_part(self.backend, part);
                }
                *expression = Expr::Nested(Box::new(expression.clone()));
            }
            Expr::Value(value) => {
                match &mut value.value {
                    Value::HexStringLiteral(digits) => digits.make_ascii_uppercase(),
                    Value::Number(digits, _) => digits.make_ascii_lowercase(),
                    _ => {}
                }
                // SQLite and MySQL have no booleans: TRUE is 1.
                if let (Value::Boolean(truth), Backend::Sqlite | Backend::Mysql) =
                    (&value.value, self.backend)
                {
                    value.value = Value::Number(u8::from(*truth).to_string(), false);
                }
            }
            Expr::UnaryOp {
                op: UnaryOperator::Plus,
                expr,
            } => *expression = (**expr).clone(),
            Expr::Nested(inner) => *expression = (**inner).clone(),
            Expr::UnaryOp {
                op: UnaryOperator::Not,
                expr,
            } => {
                let not = negation(expr).unwrap_or_else(|| expression.clone());
                *expression = Expr::Nested(Box::new(not));
            }
            Expr::Subquery(_) | Expr::Exists { .. } | Expr::Tuple(_) | Expr::Cast { .. } => {}
            other => *other = Expr::Nested(Box::new(other.clone())),
        }
        ControlFlow::Continue(())
    }
}

/// `NOT a IN (1)` in the words `a NOT IN (1)`, for the tests that have such words.
fn negation(expression: &Expr) -> Option<Expr> {
    let mut not = strip_brackets(expression).clone();
    match &mut not {
        Expr::InList { negated, .. }
        | Expr::InSubquery { negated, .. }
        | Expr::Between { negated, .. }
        | Expr::Like { negated, .. }
        | Expr::ILike { negated, .. } => *negated = !*negated,
        Expr::IsNull(inner) => not = Expr::IsNotNull(inner.clone()),
        Expr::IsNotNull(inner) => not = Expr::IsNull(inner.clone()),
        _ => return None,
    }
    Some(not)
}

fn plain_part(backend: Backend, part: &mut ObjectNamePart) {
    if let ObjectNamePart::Identifier(name) = part {
        plain(backend, name);
    }
}

fn plain(backend: Backend, name: &mut Ident) {
    let quoted = name.quote_style.is_some();
    name.quote_style = fold(backend, &mut name.value, quoted);
}

/// Small letters, and quotes only where the name cannot do without. In quotes PostgreSQL tells `A` from
/// `a`.
fn fold(backend: Backend, name: &mut str, quoted: bool) -> Option<char> {
    let is_exact = match backend {
        Backend::Postgres => quoted,
        Backend::Sqlite | Backend::Mysql => false,
    };
    if !is_exact {
        name.make_ascii_lowercase();
    }
    let has_capitals = name.bytes().any(|byte| byte.is_ascii_uppercase());
    let quote = match backend {
        // In the other quotes it is a text.
        Backend::Mysql => '`',
        Backend::Postgres | Backend::Sqlite => '"',
    };
    (has_capitals || !is_plain(name)).then_some(quote)
}

fn is_plain(name: &str) -> bool {
    !name.is_empty()
        && !name.starts_with(|first: char| first.is_ascii_digit())
        && name
            .chars()
            .all(|character| character.is_alphanumeric() || character == '_')
}

/// The words and symbols, keywords in capitals, other words in small letters.
fn tokens(dialect: &dyn Dialect, backend: Backend, sql: &str) -> Option<String> {
    let tokens = Tokenizer::new(dialect, sql).tokenize().ok()?;
    let words: Vec<String> = tokens
        .into_iter()
        .filter(|token| !matches!(token, Token::Whitespace(_) | Token::EOF))
        .map(|token| match token {
            Token::Word(word) => word_text(backend, word),
            Token::DoubleEq => "=".to_owned(),
            other => other.to_string(),
        })
        .collect();
    Some(words.join(" "))
}

fn word_text(backend: Backend, mut word: Word) -> String {
    let quoted = word.quote_style.is_some();
    if word.keyword != Keyword::NoKeyword && !quoted {
        return word.value.to_ascii_uppercase();
    }
    word.quote_style = fold(backend, &mut word.value, quoted);
    word.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use insta::assert_snapshot;
    use proptest::prelude::*;

    fn sqlite(sql: &str) -> String {
        canonical(Backend::Sqlite, sql)
    }

    #[test]
    fn spellings_of_the_same_expression_are_one() {
        for (one, other) in [
            ("age>=0", " ( (AGE >= 0) ) "),
            ("a > 0 and b is not null", "(\"a\" > 0) AND ([b] NOTNULL)"),
            ("a != 1", "`A` <> 1"),
            ("a == 1", "a = +1"),
            ("Lower( a ) || 'X'", "lower(a)||'X'"),
            ("status in ('a','B')", "status IN ( 'a', 'B' )"),
            ("a + b * c", "a + (b * c)"),
            ("active = true", "active = 1"),
            ("a between 1 and 2 -- yes", "a BETWEEN (1) AND 2"),
            (
                "case when a then b else c end",
                "CASE WHEN (a) THEN b ELSE c END",
            ),
            ("cast(a as integer)", "CAST(a AS INTEGER)"),
            ("a isnull", "a IS NULL"),
            ("a not null", "a IS NOT NULL"),
            ("a > -1", "a > (-1)"),
            ("a > -1", "(a) > - 1"),
            ("a = x'ab'", "a = X'AB'"),
            ("length(a)>0 and a<>''", "(length(a) > 0) AND (a != '')"),
            ("a not in (1,2)", "a NOT IN ((1), 2)"),
            ("a not in (1,2)", "NOT a IN (1, 2)"),
            ("a in (1)", "not (not a in (1))"),
            ("a not between 1 and 2", "NOT (a BETWEEN 1 AND 2)"),
            ("a not like 'x' or b", "NOT (a LIKE 'x') OR b"),
            ("a is not null", "NOT a IS NULL"),
            ("a is not 1", "a IS NOT 1"),
            ("a not like 'x'", "a NOT LIKE 'x'"),
            ("a glob '[0-9]*'", "(a GLOB '[0-9]*')"),
            ("a regexp 'x'", "a REGEXP 'x'"),
            (
                "date(a,'+1 day')>current_date",
                "date(a, '+1 day') > CURRENT_DATE",
            ),
            ("current_timestamp", "(CURRENT_TIMESTAMP)"),
            ("json_valid(a)", "JSON_VALID( \"a\" )"),
            ("a->>'$.x'", "a ->> '$.x'"),
            ("(a and b) or c", "a AND b OR c"),
            ("a & 1 = 1", "(a & 1) = 1"),
            ("a collate nocase = 'x'", "(a COLLATE NOCASE) = 'x'"),
            ("coalesce(a,b,0)", "COALESCE(a, b, 0)"),
            ("iif(a, 1, 0)", "IIF(a,1,0)"),
            ("a < 1e3", "a < 1E3"),
            ("(a, b) = (1, 2)", "(a,b)=(1,2)"),
            ("a in ('x')", "a IN ('x') "),
            ("a between 1 and 2 and b", "(a BETWEEN 1 AND 2) AND b"),
            ("case a when 1 then 'x' end", "CASE a WHEN (1) THEN 'x' END"),
            ("a is distinct from b", "a IS DISTINCT FROM b"),
            ("~a", "~ a"),
            ("a % 2 = 0", "((a % 2) = 0)"),
            ("strftime('%s', a)", "STRFTIME('%s',a)"),
            ("a like 'x' escape '!'", "a LIKE 'x' ESCAPE '!'"),
            ("cast(a as int)", "CAST(a AS INT)"),
            ("cast(a as text)", "cast((a) as TEXT)"),
        ] {
            assert_eq!(sqlite(one), sqlite(other), "{one}");
        }
    }

    #[test]
    fn different_expressions_stay_different() {
        for (one, other) in [
            ("a + b * c", "(a + b) * c"),
            ("a = 'x'", "a = 'X'"),
            ("a > 5", "a > 0"),
            ("a - (b - c)", "a - b - c"),
            ("not (a and b)", "not a and b"),
            ("a is null", "a is not null"),
            ("not a in (1)", "a in (1)"),
            ("not (a in (1) and b)", "a not in (1) and b"),
        ] {
            assert_ne!(sqlite(one), sqlite(other));
        }
    }

    #[test]
    fn every_operation_has_its_brackets() {
        assert_snapshot!(sqlite("Not a or b LIKE 'x%' ESCAPE '!' and -c < 3"), @r#"(NOT a) OR ((b LIKE 'x%' ESCAPE '!') AND ((-c) < 3))"#);
        assert_snapshot!(sqlite("json_extract(\"Data\", '$.x') ->> 'y'"), @r#"json_extract(data, '$.x') ->> 'y'"#);
        assert_snapshot!(sqlite("\"order by\" = (SELECT max(X) FROM t)"), @r#""order by" = (SELECT max(x) FROM t)"#);
    }

    #[test]
    fn what_the_parser_cannot_read_is_compared_by_its_tokens() {
        assert_snapshot!(sqlite("A  ISNULL /* no */ raise ( \"b c\" )"), @r#"a isnull RAISE ( "b c" )"#);
        assert_snapshot!(sqlite("'never  closed"), @r#"'never closed"#);
    }

    proptest! {
        #[test]
        fn twice_is_once(text in "[ab0-9+*<>=() ,]{0,12}|[a-c] (AND|OR|=|<|\\+) \\(?[a-c] (\\*|-|IS|LIKE|GLOB) [a-c]\\)?") {
            for backend in Backend::ALL {
                let once = canonical(backend, &text);
                prop_assert_eq!(canonical(backend, &once), once);
            }
        }

        #[test]
        fn no_text_panics(text in any::<String>()) {
            canonical(Backend::Sqlite, &text);
        }
    }
}
