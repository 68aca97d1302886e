//! What an exclusion constraint says behind `EXCLUDE`, in the form in which two are compared.

use super::normalize::normal_storage;
use crate::dialect::expression::canonical;
use crate::schema::Backend;

/// Both an author's text and the server's come to the same: expressions in canonical form, one blank
/// between words.
pub(super) fn normal(text: &str) -> String {
    let mut words = Vec::new();
    let mut is_where = false;
    for part in parts(text, char::is_whitespace) {
        match part
            .strip_prefix('(')
            .and_then(|part| part.strip_suffix(')'))
        {
            Some(condition) if is_where => words.push(format!("({})", expression(condition))),
            Some(list) if words.last().is_some_and(|word| word == "WITH") => {
                words.push(format!("({})", normal_storage(list).unwrap_or_default()));
            }
            Some(list) => words.push(format!("({})", elements(list))),
            None => words.push(part.to_ascii_uppercase()),
        }
        is_where = part.eq_ignore_ascii_case("WHERE");
    }
    words.join(" ")
}

/// `a WITH =, int4range(b, c) WITH &&`.
fn elements(list: &str) -> String {
    let element = |element: &str| {
        let words = parts(element, char::is_whitespace);
        match words
            .iter()
            .rposition(|word| word.eq_ignore_ascii_case("WITH"))
        {
            Some(at) => {
                let (key, operator) = words.split_at(at);
                let operator = operator.get(1..).unwrap_or_default().join("");
                format!("{} WITH {operator}", expression(&key.join(" ")))
            }
            None => expression(element),
        }
    };
    let elements: Vec<String> = parts(list, |one| one == ',')
        .into_iter()
        .map(element)
        .collect();
    elements.join(", ")
}

fn expression(text: &str) -> String {
    canonical(Backend::Postgres, text.trim())
}

/// The parts of a text between separators that stand in no bracket and no quotes; among words, a bracket
/// is a part of its own.
fn parts(text: &str, is_separator: fn(char) -> bool) -> Vec<&str> {
    let (mut found, mut start, mut depth, mut quote) = (Vec::new(), 0, 0_usize, None);
    for (at, one) in text.char_indices() {
        match (quote, one) {
            (Some(open), one) if one == open => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"') => quote = Some(one),
            (None, '(' | '[') => {
                if depth == 0 && is_separator(' ') {
                    found.push(text.get(start..at).unwrap_or_default());
                    start = at;
                }
                depth += 1;
            }
            (None, ')' | ']') => depth = depth.saturating_sub(1),
            (None, one) if depth == 0 && is_separator(one) => {
                found.push(text.get(start..at).unwrap_or_default());
                start = at + one.len_utf8();
            }
            (None, _) => {}
        }
    }
    found.push(text.get(start..).unwrap_or_default());
    found.retain(|part| !part.trim().is_empty());
    found
}

#[cfg(test)]
mod tests {
    use super::normal;

    #[test]
    fn an_authors_text_is_the_servers() {
        let pairs = [
            (
                "USING gist (room WITH =, tstzrange(a,b,'[)') WITH &&) WHERE ((NOT gone))",
                "USING gist (room WITH =, tstzrange(a, b, '[)'::text) WITH &&) WHERE (NOT gone)",
            ),
            (
                "USING GIST( \"Room\" WITH = ) WITH(fillfactor = 70) deferrable",
                "USING gist (\"Room\" WITH =) WITH (fillfactor='70') DEFERRABLE",
            ),
        ];
        for (one, other) in pairs {
            assert_eq!(normal(one), normal(other));
        }
        assert_ne!(
            normal("USING gist (a WITH =)"),
            normal("USING gist (a WITH <>)")
        );
        assert_ne!(
            normal("USING gist (\"A\" WITH =)"),
            normal("USING gist (a WITH =)")
        );
    }
}
