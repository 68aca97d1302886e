//! Strings in quotes, as MySQL and MariaDB read and write them: a backslash begins an escape, in the
//! `sql_mode` that connections of ours have.

/// A string as a literal.
pub(crate) fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "''"))
}

/// The string behind a literal that is the whole text: `'it''s'`, `"a"`, `_utf8mb4'a'`, `_latin1\'a\'`.
pub(crate) fn unquoted(text: &str) -> Option<String> {
    let text = text.trim();
    let text = without_introducer(text);
    let (string, length) = read(text)?;
    (length == text.len()).then_some(string)
}

/// `_utf8mb4'a'` without the name of its character set.
fn without_introducer(text: &str) -> &str {
    match text
        .strip_prefix('_')
        .and_then(|rest| rest.find(['\'', '"']).map(|at| (rest, at)))
    {
        Some((rest, at))
            if rest[..at]
                .chars()
                .all(|one| one.is_ascii_alphanumeric() || one == ' ') =>
        {
            &rest[at..]
        }
        _ => text,
    }
}

/// The string that a text begins with, and its length in the text.
pub(crate) fn read(text: &str) -> Option<(String, usize)> {
    let quote = text
        .chars()
        .next()
        .filter(|first| matches!(first, '\'' | '"'))?;
    let mut string = String::new();
    let mut characters = text.char_indices().skip(1).peekable();
    while let Some((at, character)) = characters.next() {
        if character == '\\' {
            string.push_str(&unescaped(characters.next()?.1));
        } else if character != quote {
            string.push(character);
        } else if characters.next_if(|(_, next)| *next == quote).is_some() {
            string.push(quote);
        } else {
            return Some((string, at + 1));
        }
    }
    None
}

/// What `\n` and its kin stand for: <https://mariadb.com/docs/server/reference/sql-structure/sql-language-structure/string-literals>.
fn unescaped(character: char) -> String {
    match character {
        '0' => "\0".to_owned(),
        'b' => "\u{8}".to_owned(),
        'n' => "\n".to_owned(),
        'r' => "\r".to_owned(),
        't' => "\t".to_owned(),
        'Z' => "\u{1a}".to_owned(),
        // They keep their backslash, for LIKE.
        '%' | '_' => format!("\\{character}"),
        other => other.to_string(),
    }
}

/// The literals of a list, `'a','b'`: the values of an enum type.
pub(crate) fn list(text: &str) -> Option<Vec<String>> {
    let mut values = Vec::new();
    let mut rest = text.trim();
    loop {
        let (value, length) = read(rest)?;
        values.push(value);
        rest = rest[length..].trim_start();
        match rest.strip_prefix(',') {
            Some(behind) => rest = behind.trim_start(),
            None => return rest.is_empty().then_some(values),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_quoted_is_read_back() {
        for text in ["", "it's", "a\\b", "\\'", "\n\t", "ü'", "100%", "''"] {
            assert_eq!(unquoted(&quoted(text)).as_deref(), Some(text), "{text}");
        }
        assert_eq!(unquoted(r"_utf8mb4'a\nb'").as_deref(), Some("a\nb"));
        assert_eq!(unquoted(r#""say ""x""""#).as_deref(), Some("say \"x\""));
        for text in ["'a' 'b'", "'a", "a", "'a'x", "", "_x", "'a\\"] {
            assert_eq!(unquoted(text), None, "{text}");
        }
    }

    #[test]
    fn lists_of_values() {
        let values = |text| list(text).map(|values| values.join("|"));
        assert_eq!(values("'a','b''c','d,e'").as_deref(), Some("a|b'c|d,e"));
        assert_eq!(values("'a' , 'b'").as_deref(), Some("a|b"));
        assert_eq!(values("'a',"), None);
        assert_eq!(values("a"), None);
    }
}
