//! A migration file with other ids: its own, those that it revises and those that it depends on.
//!
//! In go its text and what the ids are called now; out comes the text with these literals and the lines of the
//! header exchanged, and nothing else touched. What the generator wrote stays marked as its own.

use super::SourceError;
use super::read::{read_text, said_better};
use super::seal::resealed;
use proc_macro2::Span;
use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;
use syn::spanned::Spanned;

/// The text with other ids. `parents` are what it revises now, where that is not what it was.
pub fn renamed(
    path: &Path,
    text: &str,
    ids: &BTreeMap<String, String>,
    parents: Option<&[String]>,
) -> Result<String, SourceError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let before = read_text(path, text)?;
    let new = |id: &String| ids.get(id).unwrap_or(id).clone();
    let id = new(&before.revision.id);
    let parents = match parents {
        Some(parents) => parents.iter().map(new).collect::<Vec<_>>(),
        None => before.revision.parents.iter().map(new).collect(),
    };
    let file = syn::parse_file(text).map_err(|error| SourceError::Syntax {
        place: super::read::place(path, error.span()),
        message: said_better(error.to_string()),
    })?;
    let mut edits = header_edits(text, &id, &parents);
    for item in &file.items {
        if let syn::Item::Const(constant) = item
            && constant.ident == "MIGRATION"
        {
            let mut code = Code {
                ids,
                parents: Some(&parents),
                edits: &mut edits,
            };
            code.expression(&constant.expr);
        }
    }
    Ok(resealed(text, &applied(text, edits)))
}

/// Another text for a part of one.
pub(super) struct Edit {
    pub(super) at: Range<usize>,
    pub(super) text: String,
}

/// The text with all of them.
pub(super) fn applied(text: &str, mut edits: Vec<Edit>) -> String {
    edits.sort_by_key(|edit| edit.at.start);
    let (mut result, mut from) = (String::new(), 0);
    for Edit { at, text: new } in edits {
        result.push_str(text.get(from..at.start).unwrap_or_default());
        result.push_str(&new);
        from = at.end;
    }
    result.push_str(text.get(from..).unwrap_or_default());
    result
}

/// The last `Revision:` of the header and what stands behind it.
fn header_edits(text: &str, id: &str, parents: &[String]) -> Vec<Edit> {
    let mut lines = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let Some(words) = line.strip_prefix("//!") else {
            break;
        };
        lines.push((at, line, words.trim()));
        at += line.len();
    }
    let is_id = |(_, _, words): &(usize, &str, &str)| words.starts_with("Revision:");
    let first = lines.iter().rposition(is_id).unwrap_or(lines.len());
    let parents = match parents {
        [] => "nothing".to_owned(),
        parents => parents.join(", "),
    };
    let said = |words: &str| {
        if words.starts_with("Revision:") {
            Some(format!("//! Revision: {id}"))
        } else if words.starts_with("Revises:") {
            Some(format!("//! Revises:  {parents}"))
        } else {
            None
        }
    };
    let edits = lines.iter().skip(first).filter_map(|(at, line, words)| {
        let length = line.trim_end_matches(['\n', '\r']).len();
        Some(Edit {
            at: *at..at + length,
            text: said(words)?,
        })
    });
    edits.collect()
}

/// The expression `Migration::new("…").revises(&[…])…`.
struct Code<'a> {
    ids: &'a BTreeMap<String, String>,
    /// Taken where `revises` stands.
    parents: Option<&'a [String]>,
    edits: &'a mut Vec<Edit>,
}

impl Code<'_> {
    fn expression(&mut self, expr: &syn::Expr) {
        match expr {
            syn::Expr::Paren(inner) => self.expression(&inner.expr),
            // The first call of the chain, whose methods have been seen: they are on the outside.
            syn::Expr::Call(call) => {
                call.args
                    .iter()
                    .for_each(|argument| self.literals(argument));
                if let Some(parents) = self.parents.take().filter(|list| !list.is_empty()) {
                    let end = call.span().byte_range().end;
                    let text = format!(".revises({})", list(parents));
                    self.edits.push(Edit { at: end..end, text });
                }
            }
            syn::Expr::MethodCall(call) => {
                match (call.method.to_string().as_str(), call.args.first()) {
                    ("revises", Some(argument)) => {
                        if let Some(parents) = self.parents.take() {
                            self.edit(argument.span(), list(parents));
                        }
                    }
                    ("depends_on", Some(argument)) => self.literals(argument),
                    _ => {}
                }
                self.expression(&call.receiver);
            }
            _ => {}
        }
    }

    /// Exchanges the ids in a literal or a list of them.
    fn literals(&mut self, expr: &syn::Expr) {
        match expr {
            syn::Expr::Reference(reference) => self.literals(&reference.expr),
            syn::Expr::Array(array) => array.elems.iter().for_each(|one| self.literals(one)),
            syn::Expr::Lit(literal) => {
                if let syn::Lit::Str(text) = &literal.lit
                    && let Some(new) = self.ids.get(&text.value())
                {
                    self.edit(literal.span(), format!("{new:?}"));
                }
            }
            _ => {}
        }
    }

    fn edit(&mut self, span: Span, text: String) {
        let at = span.byte_range();
        self.edits.push(Edit { at, text });
    }
}

fn list(ids: &[String]) -> String {
    let ids: Vec<String> = ids.iter().map(|id| format!("{id:?}")).collect();
    format!("&[{}]", ids.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{Authorship, authorship};

    fn change(text: &str, parents: Option<&[&str]>) -> String {
        let ids = [("b", "n"), ("c", "m")].map(|(old, new)| (old.to_owned(), new.to_owned()));
        let parents: Option<Vec<String>> =
            parents.map(|list| list.iter().map(|id| (*id).to_owned()).collect());
        renamed(Path::new("b.rs"), text, &ids.into(), parents.as_deref()).unwrap()
    }

    #[test]
    fn only_the_ids_are_exchanged() {
        let text = "//! say Revision: b\n//!\n//! Revision: b\r\n//! Revises:  a\n//! Created:  now\n\n\
            pub const MIGRATION: Migration = Migration::new( \"b\" ) // b\n    .revises(&[\"a\"])\n    \
            .depends_on(&[\"x\", r\"c\", \"lib@b\"])\n    .upgrade(&[sql(\"b\"), é(\"c\")]);\n";
        let expected = "//! say Revision: b\n//!\n//! Revision: n\r\n//! Revises:  z, m\n//! Created:  now\n\n\
            pub const MIGRATION: Migration = Migration::new( \"n\" ) // b\n    .revises(&[\"z\", \"m\"])\n    \
            .depends_on(&[\"x\", \"m\", \"lib@b\"])\n    .upgrade(&[sql(\"b\"), é(\"c\")]);\n";
        assert_eq!(change(text, Some(&["z", "c"])), expected);
    }

    #[test]
    fn what_revised_nothing_gets_its_parent() {
        let text = "const MIGRATION: Migration = Migration::new(\"b\").upgrade(&[]);";
        assert_eq!(
            change(text, Some(&["a"])),
            "const MIGRATION: Migration = Migration::new(\"n\").revises(&[\"a\"]).upgrade(&[]);"
        );
        assert_eq!(change(text, None), text.replace("\"b\"", "\"n\""));
    }

    #[test]
    fn what_was_generated_stays_generated() {
        let code = "pub const MIGRATION: Migration = Migration::new(\"b\").revises(&[]);\n";
        let mark = super::super::seal::line(&format!("\n{code}"));
        let text = format!("//! x\n//!\n//! Revision: b\n//! {mark}\n\n{code}");
        assert_eq!(authorship(&text), Authorship::Generated);
        let new = change(&text, Some(&["a"]));
        assert_eq!(authorship(&new), Authorship::Generated, "{new}");
        let edited = text.replace("pub const", "pub(crate) const");
        assert_eq!(authorship(&change(&edited, None)), Authorship::Edited);
    }
}
