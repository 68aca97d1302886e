//! Text as it is written in Rust source: string literals, and lines of comments.

/// A text with line breaks that is longer than this keeps them.
const LONG: usize = 60;

/// A string literal for any text: plain where that is readable, raw where there are quotes,
/// backslashes or many lines, escaped where there is anything invisible.
pub(crate) fn string(text: &str) -> String {
    let keeps_lines = text.chars().count() > LONG;
    let visible = |c: char| is_visible(c) || (c == '\n' && keeps_lines);
    let needs_raw = text.contains(['"', '\\', '\n']);
    if !needs_raw || !text.chars().all(visible) {
        return format!("{text:?}");
    }
    let mut hashes = 0;
    while text.contains(&format!("\"{}", "#".repeat(hashes))) {
        hashes += 1;
    }
    let hashes = "#".repeat(hashes);
    format!("r{hashes}\"{text}\"{hashes}")
}

/// The lines of a text for a comment. What is invisible is escaped: a carriage return does not
/// compile in a doc comment, and text that changes direction deceives the reader.
pub(crate) fn comment_lines(text: &str) -> Vec<String> {
    let line = |line: &str| {
        let shown = line.chars().map(|c| {
            if is_visible(c) {
                c.to_string()
            } else {
                c.escape_debug().to_string()
            }
        });
        shown.collect::<String>().trim_end().to_owned()
    };
    text.lines().map(line).collect()
}

/// Whether `Debug` shows the character as it is; quotes and backslashes are visible all the same.
fn is_visible(c: char) -> bool {
    matches!(c, '"' | '\'' | '\\') || c.escape_debug().len() == 1
}
