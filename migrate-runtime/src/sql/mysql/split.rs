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

/// The words of a statement in capitals, without what stands in quotation marks or comments. A comment with
/// a `!` is none.
pub(crate) fn words(statement: &str) -> Vec<String> {
    let mut scan = Scan {
        text: statement,
        at: 0,
        delimiter: "",
    };
    let mut found = Vec::new();
    while let Some(first) = scan.rest().chars().next() {
        match first {
            '\'' | '"' | '`' => scan.skip_quoted(first),
            _ if scan.skips_comment() => {}
            _ if is_word(first) => found.push(scan.word().to_ascii_uppercase()),
            _ => scan.at += first.len_utf8(),
        }
    }
    // The version that such a comment begins with.
    found.retain(|word| !word.chars().all(|one| one.is_ascii_digit()));
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
    /// Whether a statement of the body may begin here.
    is_start: bool,
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
                    body.is_start = false;
                    self.skip_quoted(first);
                }
                _ if self.skips_comment() => {}
                '/' if self.is_for_the_server() => {
                    has_word = true;
                    self.skip_to("*/");
                }
                _ if is_word(first) => {
                    has_word = true;
                    let word = self.word();
                    if self.delimiter == ";" {
                        body.read(word, is_call(self.rest()));
                    }
                }
                _ => {
                    if !first.is_whitespace() {
                        has_word = true;
                        body.is_start = matches!(first, ';' | ':');
                    }
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

    /// Over a comment, if one begins here.
    fn skips_comment(&mut self) -> bool {
        if self.rest().starts_with('#') || self.is_dash_comment() {
            self.skip_to("\n");
        } else if self.rest().starts_with("/*") && !self.is_for_the_server() {
            self.skip_to("*/");
        } else {
            return false;
        }
        true
    }

    /// A comment with a `!` is a statement to the server.
    fn is_for_the_server(&self) -> bool {
        self.rest().starts_with("/*!") || self.rest().starts_with("/*M!")
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
    /// `BEGIN` and what ends with `END` nest; `END IF` and its kin close what they name. `IF` is a function,
    /// too, and a part of `DROP TABLE IF EXISTS`.
    fn read(&mut self, word: &str, is_call: bool) {
        self.words += 1;
        let word = word.to_ascii_uppercase();
        let is_statement = self.is_start && !is_call;
        self.is_start = matches!(
            word.as_str(),
            "BEGIN" | "THEN" | "ELSE" | "DO" | "LOOP" | "REPEAT" | "ROW"
        );
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
            "IF" | "LOOP" | "REPEAT" | "WHILE" if is_statement => self.depth += 1,
            "END" => {
                self.depth = self.depth.saturating_sub(1);
                self.is_end = true;
            }
            _ => {}
        }
    }
}

/// Whether parentheses with several arguments follow, as behind the name of a function. `IF (a > 1) THEN`
/// has one condition.
fn is_call(rest: &str) -> bool {
    let mut scan = Scan {
        text: rest.trim_start(),
        at: 0,
        delimiter: "",
    };
    let mut depth = 0_usize;
    while let Some(first) = scan.rest().chars().next() {
        match first {
            '\'' | '"' | '`' if depth > 0 => {
                scan.skip_quoted(first);
                continue;
            }
            '(' => depth += 1,
            ')' if depth == 1 => return false,
            ')' => depth = depth.saturating_sub(1),
            ',' if depth == 1 => return true,
            _ if depth == 0 => return false,
            _ => {}
        }
        scan.at += first.len_utf8();
    }
    false
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
        for body in [
            "DROP TABLE IF EXISTS t; SET a = 1",
            "IF (a > 1) THEN SET b = REPEAT('x', 2); ELSEIF a THEN SET b = 1; ELSE IF NOT EXISTS (SELECT 1) THEN SET b = 2; END IF; END IF",
            "SET b = CASE WHEN a THEN IF(a, f(1, 2), ')') ELSE IF(b, 1, 2) END; SET c = 1",
            "one: LOOP LEAVE one; END LOOP one; REPEAT SET a = 1; UNTIL a END REPEAT",
        ] {
            let procedure = format!("CREATE PROCEDURE IF NOT EXISTS p() BEGIN {body}; END");
            let text = format!("{procedure}; SELECT 1");
            assert_eq!(statements(&text), [&*procedure, "SELECT 1"]);
        }
        let bare =
            "CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW IF NEW.a THEN SET NEW.b = 1; END IF";
        assert_eq!(statements(&format!("{bare}; x")), [bare, "x"]);
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
