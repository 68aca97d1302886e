//! The mark that a generated migration file carries, by which a later edit by hand is known.
//!
//! In go the text of a file and its header; out comes whether the code is still what the generator
//! wrote. Layout does not count, comments do: they would be lost when the file is written anew. The
//! header does not count either, since its message is taken over.

use super::scan::significant;
use sha2::{Digest, Sha256};
use std::fmt::Write;

/// The line of the header, before the mark.
const LABEL: &str = "Generated:";
/// Bytes of the hash. It guards against forgetting, not against forgery.
const BYTES: usize = 4;

/// Whose a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Authorship {
    /// Every token and comment is the generator's.
    Generated,
    /// The generator wrote it, and somebody changed it.
    Edited,
    /// It was written by hand.
    ByHand,
}

/// The line of the header for this code.
pub(super) fn line(code: &str) -> String {
    format!("{LABEL} {}", seal(code))
}

/// Whose the file is.
pub fn authorship(text: &str) -> Authorship {
    let is_header = |line: &&str| line.starts_with("//!");
    let mark = text
        .lines()
        .take_while(is_header)
        .filter_map(|line| line.strip_prefix("//!")?.trim().strip_prefix(LABEL))
        .last();
    let code: Vec<&str> = text.lines().skip_while(is_header).collect();
    match mark {
        None => Authorship::ByHand,
        Some(mark) if mark.trim() == seal(&code.join("\n")) => Authorship::Generated,
        Some(_) => Authorship::Edited,
    }
}

/// A text with its mark made anew, where `before` carried the right one.
pub(super) fn resealed(before: &str, text: &str) -> String {
    if authorship(before) != Authorship::Generated {
        return text.to_owned();
    }
    let is_header = |line: &&str| line.starts_with("//!");
    let code: String = text.split_inclusive('\n').skip_while(is_header).collect();
    let mark = |line: &str| {
        let words = line.strip_prefix("//!")?.trim().strip_prefix(LABEL)?;
        Some(line.replace(words.trim(), &seal(&code)))
    };
    let header = text.split_inclusive('\n').take_while(is_header);
    let header: String = header
        .map(|line| mark(line).unwrap_or_else(|| line.to_owned()))
        .collect();
    header + &code
}

fn seal(code: &str) -> String {
    // What is no Rust was not written here, and matches nothing.
    let text = significant(code).unwrap_or_default();
    let mut seal = String::new();
    for byte in Sha256::digest(text).iter().take(BYTES) {
        // Writing to a string does not fail.
        let _ = write!(seal, "{byte:02x}");
    }
    seal
}

#[cfg(test)]
mod tests {
    use super::*;

    const CODE: &str = "use migrate_runtime::migration::*;\n\npub const MIGRATION: Migration = Migration::new(\"a\")\n    .revises(&[])\n    .upgrade(&[\n        // DESTRUCTIVE: all rows\n        sql(\"DELETE  FROM t\"),\n        drop_table(\"t\"),\n    ]);\n";

    fn file(code: &str) -> String {
        format!("//! message\n//!\n//! {}\n\n{code}", line(CODE))
    }

    #[test]
    fn layout_and_message_are_no_edits() {
        let reformatted = CODE
            .replace("\n    .", "\n\t\t.")
            .replace(
                "    // DESTRUCTIVE: all rows",
                "  //  DESTRUCTIVE:  all\n  // rows",
            )
            .replace("\"),\n    ])", "\")])");
        assert_ne!(reformatted, CODE);
        for text in [
            file(CODE),
            file(&reformatted),
            file(CODE).replace('\n', "\r\n"),
        ] {
            assert_eq!(authorship(&text), Authorship::Generated, "{text}");
        }
        let other_message = file(CODE).replace("message", "another\n//!\n//! with a paragraph");
        assert_eq!(authorship(&other_message), Authorship::Generated);
    }

    #[test]
    fn any_other_change_is_an_edit() {
        for (from, to) in [
            ("drop_table(\"t\")", "drop_table(\"u\")"),
            (
                "drop_table(\"t\"),",
                "drop_table(\"t\"), backfill(\"u\", \"x\", \"1\"),",
            ),
            (
                "drop_table(\"t\"),",
                "drop_table(\"t\"), // since nobody used it",
            ),
            ("        // DESTRUCTIVE: all rows\n", ""),
            ("DELETE  FROM", "DELETE FROM"),
            ("]);\n", "]);\n\nfn later() {}\n"),
            ("]);\n", "]); \"\n"),
        ] {
            let edited = file(&CODE.replace(from, to));
            assert_eq!(authorship(&edited), Authorship::Edited, "{edited}");
        }
    }

    #[test]
    fn a_file_without_the_mark_was_written_by_hand() {
        assert_eq!(authorship(CODE), Authorship::ByHand);
        assert_eq!(authorship(""), Authorship::ByHand);
    }
}
