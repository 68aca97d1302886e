//! What a native rename does to the statements that SQLite keeps, so that a later rebuild in the same
//! plan starts from the text that the database will have by then.

use crate::dialect::sqlite::ddl::{
    ColumnClauseKind, CreateTable, DdlError, SegmentKind, Token, TokenKind, quote, tokenize,
};
use crate::operation::mentions::renamed;
use crate::schema::{Name, SqlText};

/// `ALTER TABLE … RENAME COLUMN`, seen from the statement of `own` (the table itself or another).
pub(super) fn column(
    text: &str,
    own: &Name,
    table: &Name,
    from: &Name,
    to: &Name,
) -> Result<String, DdlError> {
    rewrite(text, |segment| {
        let words = |text: &str| rename_words(text, from, to);
        let targets = |text: &str| rename_targets(text, table, from, to);
        match segment {
            SegmentKind::Column(definition) => {
                let mut text = definition.text.clone();
                for clause in definition.clauses.iter().rev() {
                    let range = clause.range.clone();
                    let part = text.get(range.clone()).unwrap_or_default().to_owned();
                    let part = match clause.kind {
                        ColumnClauseKind::Check(_) | ColumnClauseKind::Generated { .. }
                            if same(own, table) =>
                        {
                            after_bracket(&part, words)
                        }
                        ColumnClauseKind::References(_) => targets(&part),
                        _ => part,
                    };
                    text.replace_range(range, &part);
                }
                if same(own, table) && same(&definition.name, from) {
                    text.replace_range(definition.name_range.clone(), &quote(to.as_str()));
                }
                text
            }
            SegmentKind::Constraint(constraint) => {
                let text = &constraint.text;
                let split = references_at(text).unwrap_or(text.len());
                let (mine, theirs) = text.split_at(split);
                let mine = if same(own, table) {
                    after_bracket(mine, words)
                } else {
                    mine.to_owned()
                };
                format!("{mine}{}", targets(theirs))
            }
        }
    })
}

/// `ALTER TABLE … RENAME TO`, seen from any statement: what it refers to.
pub(super) fn table(text: &str, from: &Name, to: &Name) -> Result<String, DdlError> {
    let mut statement = CreateTable::parse(text)?;
    if same(&statement.name, from) {
        statement.rename(to);
    }
    rewrite(&statement.to_string(), |segment| {
        let text = match segment {
            SegmentKind::Column(definition) => &definition.text,
            SegmentKind::Constraint(constraint) => &constraint.text,
        };
        let Some((target, _)) = target_of(text).filter(|(token, _)| is_name(*token, text, from))
        else {
            return text.clone();
        };
        let mut text = text.clone();
        text.replace_range(target.start..target.end, &quote(to.as_str()));
        text
    })
}

fn rewrite(text: &str, change: impl Fn(&SegmentKind) -> String) -> Result<String, DdlError> {
    let mut statement = CreateTable::parse(text)?;
    let texts: Vec<String> = (statement.segments().iter())
        .map(|segment| change(&segment.kind))
        .collect();
    for (place, text) in texts.iter().enumerate() {
        statement.replace(place, text)?;
    }
    Ok(statement.to_string())
}

fn rename_words(text: &str, from: &Name, to: &Name) -> String {
    renamed(&SqlText::new(text), from, to)
        .any
        .unwrap_or_default()
}

/// Changes what follows the first bracket.
fn after_bracket(text: &str, change: impl Fn(&str) -> String) -> String {
    let at = symbol(text, 0, "(").map_or(text.len(), |bracket| bracket.start);
    let (before, behind) = text.split_at(at);
    format!("{before}{}", change(behind))
}

/// Renames the column where a `REFERENCES` to that table names it.
fn rename_targets(text: &str, table: &Name, from: &Name, to: &Name) -> String {
    let Some((target, behind)) = target_of(text).filter(|(token, _)| is_name(*token, text, table))
    else {
        return text.to_owned();
    };
    // Its columns need not be named; then the next bracket, if there is one, is another clause's.
    let end = match tokens_from(text, behind).next() {
        Some(next) if next.text(text) == "(" => {
            symbol(text, behind, ")").map_or(text.len(), |bracket| bracket.start)
        }
        _ => return text.to_owned(),
    };
    format!(
        "{}{}{}",
        text.get(..target.end).unwrap_or_default(),
        rename_words(text.get(target.end..end).unwrap_or_default(), from, to),
        text.get(end..).unwrap_or_default()
    )
}

/// The tokens behind a place, blanks and comments left out.
fn tokens_from(text: &str, from: usize) -> impl Iterator<Item = Token> {
    (tokenize(text).unwrap_or_default().into_iter()).filter(move |token| {
        token.start >= from && !matches!(token.kind, TokenKind::Space | TokenKind::Comment)
    })
}

/// The first such symbol behind a place: no bracket in a quoted name.
fn symbol(text: &str, from: usize, symbol: &str) -> Option<Token> {
    tokens_from(text, from)
        .find(|token| token.kind == TokenKind::Symbol && token.text(text) == symbol)
}

/// Where the word `REFERENCES` is.
fn references_at(text: &str) -> Option<usize> {
    (tokenize(text).ok()?.into_iter())
        .find(|token| is_references(*token, text))
        .map(|token| token.start)
}

/// The table behind the word `REFERENCES`, and where its text ends.
fn target_of(text: &str) -> Option<(Token, usize)> {
    let tokens = tokenize(text).ok()?;
    let at = tokens
        .iter()
        .position(|token| is_references(*token, text))?;
    let target = (tokens.into_iter().skip(at + 1))
        .find(|token| !matches!(token.kind, TokenKind::Space | TokenKind::Comment))?;
    Some((target, target.end))
}

fn is_references(token: Token, text: &str) -> bool {
    token.kind == TokenKind::Word && token.text(text).eq_ignore_ascii_case("REFERENCES")
}

fn is_name(token: Token, text: &str, name: &Name) -> bool {
    super::attached::names(token.text(text), name)
}

fn same(a: &Name, b: &Name) -> bool {
    a.as_str().eq_ignore_ascii_case(b.as_str())
}
