//! The statements of a text that a person wrote for MySQL or MariaDB.
//!
//! A semicolon inside quotes, comments, or the body of a routine, trigger or event ends nothing. The
//! client's `DELIMITER` is understood where it stands at the beginning of a line.

/// The statements, without the delimiters between them.
pub(crate) fn statements(text: &str) -> Vec<&str> {
    let mut scan = Scan {
        text,
        at: 0,
        delimiter: ";",
    };
    let mut found = Vec::new();
    while let Some(statement) = scan.next() {
        if !statement.is_empty() {
            found.push(statement);
        }
    }
    found
}

struct Scan<'t> {
    text: &'t str,
    at: usize,
    delimiter: &'t str,
}

/// How deep the body of a routine is nested.
#[derive(Default)]
struct Body {
    /// Whether the statement makes something that has a body.
    may_be: bool,
    words: usize,
    depth: usize,
    is_end: bool,
}

impl<'t> Scan<'t> {
    /// The next statement, which may be empty; `None` at the end.
    fn next(&mut self) -> Option<&'t str> {
        if self.at >= self.text.len() {
            return None;
        }
        let start = self.at;
        let mut has_word = false;
        let mut body = Body::default();
        while let Some(first) = self.rest().chars().next() {
            if !has_word && self.takes_delimiter() {
                return Some("");
            }
            if self.rest().starts_with(self.delimiter) && body.depth == 0 {
                let statement = &self.text[start..self.at];
                self.at += self.delimiter.len();
                return Some(if has_word { statement.trim() } else { "" });
            }
            match first {
                '\'' | '"' | '`' => {
                    has_word = true;
                    self.skip_quoted(first);
                }
                '#' => self.skip_to("\n"),
                '-' if self.is_dash_comment() => self.skip_to("\n"),
                // A comment with a `!` is a statement to the server.
                '/' if self.rest().starts_with("/*") => {
                    has_word |= self.rest().starts_with("/*!") || self.rest().starts_with("/*M!");
                    self.skip_to("*/");
                }
                _ if is_word(first) => {
                    has_word = true;
                    let word = self.word();
                    if self.delimiter == ";" {
                        body.read(word);
                    }
                }
                _ => {
                    has_word |= !first.is_whitespace();
                    self.at += first.len_utf8();
                }
            }
        }
        Some(if has_word {
            self.text[start..].trim()
        } else {
            ""
        })
    }

    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    /// Reads a line `DELIMITER //`.
    fn takes_delimiter(&mut self) -> bool {
        let rest = self.rest();
        let is_line = self.text[..self.at]
            .rsplit('\n')
            .next()
            .is_none_or(|line| line.trim().is_empty());
        let is_word = (rest.get(.."DELIMITER".len()))
            .is_some_and(|word| word.eq_ignore_ascii_case("DELIMITER"));
        if !is_line || !is_word {
            return false;
        }
        let end = rest.find('\n').unwrap_or(rest.len());
        let delimiter = rest["DELIMITER".len()..end].trim();
        if delimiter.is_empty() {
            return false;
        }
        self.delimiter = delimiter;
        self.at += end;
        true
    }

    fn is_dash_comment(&self) -> bool {
        let behind = self.rest().strip_prefix("--");
        behind.is_some_and(|rest| rest.chars().next().is_none_or(char::is_whitespace))
    }

    /// Over everything to behind the next such text.
    fn skip_to(&mut self, end: &str) {
        let rest = self.rest();
        self.at += rest.find(end).map_or(rest.len(), |at| at + end.len());
    }

    fn skip_quoted(&mut self, quote: char) {
        self.at += 1;
        while let Some(character) = self.rest().chars().next() {
            self.at += character.len_utf8();
            if character == '\\' && quote != '`' {
                self.at += self.rest().chars().next().map_or(0, char::len_utf8);
            } else if character == quote {
                if !self.rest().starts_with(quote) {
                    return;
                }
                self.at += 1;
            }
        }
    }

    fn word(&mut self) -> &'t str {
        let rest = self.rest();
        let end = rest.find(|one| !is_word(one)).unwrap_or(rest.len());
        self.at += end;
        &rest[..end]
    }
}

impl Body {
    /// `BEGIN` and what ends with `END` nest; `END IF` and its kin close what they name.
    fn read(&mut self, word: &str) {
        self.words += 1;
        let word = word.to_ascii_uppercase();
        if self.words == 1 && word != "CREATE" && word != "ALTER" {
            // `BEGIN` alone begins a transaction; a compound statement of MariaDB says NOT ATOMIC.
            self.may_be = false;
            return;
        }
        match word.as_str() {
            "PROCEDURE" | "FUNCTION" | "TRIGGER" | "EVENT" | "PACKAGE" => self.may_be = true,
            _ if !self.may_be => {}
            _ if std::mem::replace(&mut self.is_end, false)
                && matches!(word.as_str(), "IF" | "CASE" | "LOOP" | "REPEAT" | "WHILE") => {}
            "BEGIN" | "CASE" => self.depth += 1,
            "IF" | "LOOP" | "REPEAT" | "WHILE" if self.depth > 0 => self.depth += 1,
            "END" => {
                self.depth = self.depth.saturating_sub(1);
                self.is_end = true;
            }
            _ => {}
        }
    }
}

fn is_word(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '_' | '$' | '@')
}

#[cfg(test)]
mod tests {
    use super::statements;

    #[test]
    fn one_after_the_other() {
        for (text, parts) in [
            ("", vec![]),
            (" ; -- nothing\n;", vec![]),
            ("SELECT 1", vec!["SELECT 1"]),
            ("a; b ;\n c;", vec!["a", "b", "c"]),
            (
                "INSERT INTO t VALUES (';', \"a;\\\";\", `b;`); x",
                vec!["INSERT INTO t VALUES (';', \"a;\\\";\", `b;`)", "x"],
            ),
            (
                "a /* ; */ # ;\n -- ;\n b; c--;d",
                vec!["a /* ; */ # ;\n -- ;\n b", "c--", "d"],
            ),
            (
                "/*!40101 SET NAMES utf8 */; x",
                vec!["/*!40101 SET NAMES utf8 */", "x"],
            ),
            (
                "BEGIN; UPDATE t SET a = 'it''s'; COMMIT",
                vec!["BEGIN", "UPDATE t SET a = 'it''s'", "COMMIT"],
            ),
        ] {
            assert_eq!(statements(text), parts, "{text}");
        }
    }

    #[test]
    fn bodies_stay_whole() {
        let trigger = "CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW BEGIN \
                       IF NEW.a > 1 THEN SET NEW.b = IF(1, CASE WHEN 1 THEN 2 END, 3); END IF; \
                       WHILE 1 DO SET @a = 1; END WHILE; END";
        let text = format!("{trigger}; SELECT 1");
        assert_eq!(statements(&text), [trigger, "SELECT 1"]);
        let short = "CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW SET NEW.b = 1";
        assert_eq!(statements(&format!("{short}; x")), [short, "x"]);
    }

    #[test]
    fn another_delimiter() {
        let text = "a;\nDELIMITER //\nCREATE PROCEDURE p() BEGIN x; END//\nb //\ndelimiter ;\nc; d";
        let parts = ["a", "CREATE PROCEDURE p() BEGIN x; END", "b", "c", "d"];
        assert_eq!(statements(text), parts);
    }
}
