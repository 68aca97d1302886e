//! What is added to a struct so that it is a model: pieces of text at places of the user's file. Nothing
//! else of the file changes, its comments and its formatting neither.

use proc_macro2::LineColumn;
use syn::spanned::Spanned;
use syn::{Field, ItemStruct, Visibility};

use super::source::offset;
use super::structs::is_derive;

/// rustfmt's width.
const WIDTH: usize = 100;

/// The pieces for one struct.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Additions {
    pieces: Vec<Addition>,
}

/// A piece of text, by what it is.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Addition {
    /// A derive in the list that is from the one place to the other, brackets included.
    Derive(LineColumn, LineColumn),
    /// Words of `#[model(..)]` in front of what begins there.
    Words(LineColumn, Vec<String>),
}

impl Additions {
    /// The derive, and what `#[model(..)]` on the struct says.
    pub(super) fn of(item: &ItemStruct, words: Vec<String>) -> Self {
        let start = match &item.vis {
            Visibility::Inherited => item.struct_token.span.start(),
            visibility => visibility.span().start(),
        };
        let derive = item.attrs.iter().rfind(|it| is_derive(it));
        let derive = derive.map(|it| Addition::Derive(it.span().start(), it.span().end()));
        Self {
            pieces: derive
                .into_iter()
                .chain([Addition::Words(start, words)])
                .collect(),
        }
    }

    /// What `#[model(..)]` on a field says.
    pub(super) fn field(&mut self, field: &Field, words: Vec<String>) {
        let start = match (&field.vis, &field.ident) {
            (Visibility::Inherited, Some(ident)) => ident.span().start(),
            (visibility, _) => visibility.span().start(),
        };
        if !words.is_empty() {
            self.pieces.push(Addition::Words(start, words));
        }
    }
}

/// The text with the additions of several structs. `derive` is what they derive.
pub(super) fn apply(text: &str, additions: &[&Additions], derive: &str) -> String {
    let newline = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let pieces = additions.iter().flat_map(|additions| &additions.pieces);
    let mut inserted: Vec<(usize, usize, String)> = pieces
        .map(|piece| match piece {
            Addition::Derive(start, end) => derived(text, (*start, *end), derive, newline),
            Addition::Words(start, words) => {
                let at = offset(text, *start);
                let words = format!(
                    "#[model({})]{newline}{}",
                    words.join(", "),
                    indent(text, at)
                );
                (at, at, words)
            }
        })
        .collect();
    inserted.sort_by_key(|(start, ..)| std::cmp::Reverse(*start));
    let mut edited = text.to_owned();
    for (start, end, words) in inserted {
        edited.replace_range(start..end, &words);
    }
    edited
}

/// The white space that the line of a place begins with.
fn indent(text: &str, at: usize) -> &str {
    let start = text[..at].rfind('\n').map_or(0, |end| end + 1);
    let line = &text[start..];
    &line[..line.len() - line.trim_start_matches([' ', '\t']).len()]
}

/// One more name in a list of derives, as rustfmt would have it; what stands in the list stays.
fn derived(
    text: &str,
    (start, end): (LineColumn, LineColumn),
    name: &str,
    newline: &str,
) -> (usize, usize, String) {
    let (start, end) = (offset(text, start), offset(text, end));
    let attribute = &text[start..end];
    let close = start + attribute.rfind(')').unwrap_or(attribute.len());
    let open = start + attribute.find('(').map_or(0, |open| open + 1);
    let list = &text[open..close];
    let indent = indent(text, start);
    if !attribute.contains('\n') {
        let list = list.trim().trim_end_matches(',');
        let separator = if list.is_empty() { "" } else { ", " };
        let list = format!("{list}{separator}{name}");
        let fits = indent.len() + "#[derive()]".len() + list.len() <= WIDTH;
        let list = if fits {
            list
        } else {
            format!("{newline}{indent}    {list},{newline}{indent}")
        };
        return (open, close, list);
    }
    // In front: behind the last there may be a comment, and a comma or none.
    let first = open + (list.len() - list.trim_start().len());
    let line = text[first..].lines().next().unwrap_or_default();
    let fits = indent.len() + 4 + name.len() + 2 + line.len() <= WIDTH;
    let space = if fits {
        " ".to_owned()
    } else {
        format!("{newline}{indent}    ")
    };
    (first, first, format!("{name},{space}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edited(text: &str) -> String {
        let file = syn::parse_file(text).unwrap();
        let structs = file.items.iter().filter_map(|item| match item {
            syn::Item::Struct(item) => Some(item),
            syn::Item::Mod(item) => match item.content.as_ref()?.1.first()? {
                syn::Item::Struct(item) => Some(item),
                _ => None,
            },
            _ => None,
        });
        let additions: Vec<Additions> = structs
            .map(|item| {
                let mut additions = Additions::of(
                    item,
                    vec!["diesel_table = t".to_owned(), "unlisted".to_owned()],
                );
                for field in item.fields.iter().skip(1) {
                    additions.field(field, vec!["column = \"type\"".to_owned()]);
                }
                additions
            })
            .collect();
        let additions: Vec<&Additions> = additions.iter().collect();
        let edited = apply(text, &additions, "migrate_runtime::Model");
        syn::parse_file(&edited).unwrap();
        edited
    }

    #[test]
    fn only_what_is_added_is_new() {
        insta::assert_snapshot!(edited("\
// größer
#[derive(Debug, Queryable)] // reads
#[diesel(table_name = t)]
/// A row.
pub(crate) struct A {
    id:   i32, // odd   spaces
    /// What it is.
    pub r#type: String,
}
"), @r#"
        // größer
        #[derive(Debug, Queryable, migrate_runtime::Model)] // reads
        #[diesel(table_name = t)]
        /// A row.
        #[model(diesel_table = t, unlisted)]
        pub(crate) struct A {
            id:   i32, // odd   spaces
            /// What it is.
            #[model(column = "type")]
            pub r#type: String,
        }
        "#);
    }

    #[test]
    fn a_list_of_derives_may_be_long_or_have_comments() {
        insta::assert_snapshot!(edited("\
#[derive(Clone, Debug, PartialEq, Eq, Hash, Queryable, Selectable, Identifiable, Associations)]
struct A { id: i32 }
mod m {
    #[derive(
        Queryable, // reads
        Clone // no comma
    )]
    struct B { id: i32 }
}
#[derive(Queryable,)] struct C { id: i32 }
"), @"
        #[derive(
            Clone, Debug, PartialEq, Eq, Hash, Queryable, Selectable, Identifiable, Associations, migrate_runtime::Model,
        )]
        #[model(diesel_table = t, unlisted)]
        struct A { id: i32 }
        mod m {
            #[derive(
                migrate_runtime::Model, Queryable, // reads
                Clone // no comma
            )]
            #[model(diesel_table = t, unlisted)]
            struct B { id: i32 }
        }
        #[derive(Queryable, migrate_runtime::Model)] #[model(diesel_table = t, unlisted)]
        struct C { id: i32 }
        ");
    }

    #[test]
    fn windows_line_ends_and_a_mark_of_byte_order_stay() {
        let text =
            "\u{feff}#[derive(Queryable)] struct A {\r\n    id: i32,\r\n    b: i32,\r\n}\r\n";
        let edited = edited(text);
        assert_eq!(edited.matches('\n').count(), edited.matches("\r\n").count());
        assert!(
            edited.starts_with("\u{feff}#[derive(Queryable, migrate_runtime::Model)] #[model("),
            "{edited}"
        );
    }
}
