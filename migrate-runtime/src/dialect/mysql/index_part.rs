//! Parts of an index that hold the beginning of a column only: `title(20)`.
//!
//! A model says such a part as an expression, for MySQL: `index(expression = "title(20)")`. No function
//! has a number of characters as its one argument and the name of a column.

use super::quote;

/// The column and how many characters of it, of a part that is no more.
pub(crate) fn prefix(text: &str) -> Option<(String, u32)> {
    let text = text.trim();
    let (name, length) = text.strip_suffix(')')?.rsplit_once('(')?;
    let name = name.trim();
    let length = length.trim().parse().ok()?;
    let quoted = name
        .strip_prefix('`')
        .and_then(|rest| rest.strip_suffix('`'));
    if let Some(quoted) = quoted {
        return Some((quoted.replace("``", "`"), length));
    }
    let is_word = |one: char| one.is_alphanumeric() || matches!(one, '_' | '$');
    (!name.is_empty() && name.chars().all(is_word)).then(|| (name.to_owned(), length))
}

/// Such a part, in SQL.
pub(crate) fn spell(column: &str, length: u32) -> String {
    format!("{}({length})", quote(column))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn beginnings_of_columns() {
        for (text, part) in [
            ("title(20)", Some(("title", 20))),
            (" `a b`( 5 ) ", Some(("a b", 5))),
            ("`a``b`(5)", Some(("a`b", 5))),
            ("lower(title)", None),
            ("lower(title)(5)", None),
            ("title", None),
            ("(5)", None),
            ("", None),
        ] {
            let part = part.map(|(name, length)| (name.to_owned(), length));
            assert_eq!(prefix(text), part, "{text}");
        }
        assert_eq!(prefix(&spell("a`b", 3)), Some(("a`b".to_owned(), 3)));
    }
}
