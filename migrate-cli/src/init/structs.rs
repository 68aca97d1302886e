//! The structs of a crate that diesel reads or writes tables with: items in, diesel's attributes on them out.

use std::path::PathBuf;

use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, Ident, ItemStruct, LitStr, Path, Token, token};

use super::types::Names;
use crate::modules::{self, Module};

/// Derives of diesel that belong to a table; those that read rows of it come first.
const OF_TABLES: [&str; 7] = [
    "Queryable",
    "Selectable",
    "Identifiable",
    "QueryableByName",
    "Associations",
    "Insertable",
    "AsChangeset",
];
const READING: usize = 4;

/// A struct for rows of a table.
#[derive(Debug)]
pub(super) struct Struct {
    pub(super) item: ItemStruct,
    pub(super) file: PathBuf,
    pub(super) module: Vec<String>,
    pub(super) names: Names,
    pub(super) is_conditional: bool,
    /// Whether rows are read into it, and not only written from it.
    pub(super) reads: bool,
    pub(super) is_model: bool,
    /// `table_name`.
    pub(super) table: Path,
    pub(super) primary_key: Option<Vec<String>>,
    pub(super) parents: Vec<Parent>,
}

/// `belongs_to(Parent, foreign_key = parent_id)`.
#[derive(Debug)]
pub(super) struct Parent {
    pub(super) name: String,
    pub(super) foreign_key: String,
}

/// What diesel's attributes say of a field.
#[derive(Debug, Default)]
pub(super) struct FieldWords {
    /// The column in Rust, where it is not the field's name.
    pub(super) column: Option<String>,
    /// It is selected by an expression, and no column.
    pub(super) is_expression: bool,
    /// A word that changes how the field is stored.
    pub(super) special: Option<String>,
}

impl Struct {
    /// Reads a struct; `None` where it has nothing to do with a table.
    pub(super) fn read(item: &ItemStruct, module: &Module<'_>, names: &Names) -> Option<Self> {
        let derives = derives(&item.attrs);
        let place = |name: &str| derives.iter().any(|derive| derive == name);
        if !OF_TABLES.iter().any(|name| place(name)) {
            return None;
        }
        let words = StructWords::read(&item.attrs);
        Some(Self {
            item: item.clone(),
            file: module.file.to_owned(),
            module: module.path.to_vec(),
            names: names.clone(),
            is_conditional: module.is_conditional || modules::is_conditional(&item.attrs),
            reads: OF_TABLES[..READING].iter().any(|name| place(name)),
            is_model: place("Model"),
            table: words.table?,
            primary_key: words.primary_key,
            parents: words.parents,
        })
    }

    pub(super) fn name(&self) -> String {
        self.item.ident.unraw().to_string()
    }
}

/// The last words of the paths in `derive(..)`.
fn derives(attributes: &[Attribute]) -> Vec<String> {
    let lists = attributes.iter().filter(|attribute| is_derive(attribute));
    let paths = lists.filter_map(|attribute| {
        let parser = syn::punctuated::Punctuated::<Path, Token![,]>::parse_terminated;
        attribute.parse_args_with(parser).ok()
    });
    let last = |path: Path| Some(path.segments.last()?.ident.to_string());
    paths.flatten().filter_map(last).collect()
}

pub(super) fn is_derive(attribute: &Attribute) -> bool {
    attribute.path().is_ident("derive")
}

#[derive(Default)]
struct StructWords {
    table: Option<Path>,
    primary_key: Option<Vec<String>>,
    parents: Vec<Parent>,
}

impl StructWords {
    fn read(attributes: &[Attribute]) -> Self {
        let mut words = Self::default();
        each_key(attributes, |key, input| {
            match key {
                "table_name" if input.peek(Token![=]) => {
                    input.parse::<Token![=]>()?;
                    let path = Path::parse_mod_style(input)?;
                    words.table.get_or_insert(path);
                }
                "primary_key" if input.peek(token::Paren) => {
                    let content;
                    syn::parenthesized!(content in input);
                    let columns = content.parse_terminated(Ident::parse_any, Token![,])?;
                    let columns = columns.iter().map(|ident| ident.unraw().to_string());
                    words.primary_key = Some(columns.collect());
                }
                "belongs_to" if input.peek(token::Paren) => {
                    let content;
                    syn::parenthesized!(content in input);
                    words.parents.push(parent(&content)?);
                }
                _ => {}
            }
            Ok(())
        });
        words
    }
}

fn parent(input: ParseStream<'_>) -> syn::Result<Parent> {
    let path: Path = input.parse()?;
    let name = path.segments.last().map(|last| last.ident.to_string());
    let name = name.unwrap_or_default();
    let mut foreign_key = snake(&name) + "_id";
    while input.peek(Token![,]) {
        input.parse::<Token![,]>()?;
        if input.is_empty() {
            break;
        }
        let key = input.call(Ident::parse_any)?;
        input.parse::<Token![=]>()?;
        let value = input.call(Ident::parse_any)?;
        if key == "foreign_key" {
            foreign_key = value.unraw().to_string();
        }
    }
    Ok(Parent { name, foreign_key })
}

/// `UserProfile` is `user_profile`, as diesel has it.
fn snake(name: &str) -> String {
    let mut snake = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !snake.is_empty() {
            snake.push('_');
        }
        snake.extend(letter.to_lowercase());
    }
    snake
}

impl FieldWords {
    /// Reads the attributes of a field.
    pub(super) fn read(attributes: &[Attribute]) -> Self {
        let mut words = Self::default();
        each_key(attributes, |key, input| {
            match key {
                "column_name" => {
                    input.parse::<Token![=]>()?;
                    words.column = Some(if input.peek(LitStr) {
                        input.parse::<LitStr>()?.value()
                    } else {
                        input.call(Ident::parse_any)?.unraw().to_string()
                    });
                }
                "select_expression" | "select_expression_type" => words.is_expression = true,
                other => words.special = Some(other.to_owned()),
            }
            Ok(())
        });
        words
    }
}

/// Calls `accept` with the input after each key of `#[diesel(..)]`. What does not parse is diesel's to say.
fn each_key(
    attributes: &[Attribute],
    mut accept: impl FnMut(&str, ParseStream<'_>) -> syn::Result<()>,
) {
    let lists = (attributes.iter()).filter(|attribute| attribute.path().is_ident("diesel"));
    for list in lists.filter_map(|attribute| attribute.meta.require_list().ok()) {
        let read = |input: ParseStream<'_>| {
            while !input.is_empty() {
                let key = input.call(Ident::parse_any)?;
                accept(&key.to_string(), input)?;
                while !input.is_empty() && !input.peek(Token![,]) {
                    input.parse::<proc_macro2::TokenTree>()?;
                }
                input.parse::<Option<Token![,]>>()?;
            }
            Ok(())
        };
        let _: syn::Result<()> = read.parse2(list.tokens.to_token_stream());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<Struct> {
        let module = Module {
            file: std::path::Path::new("models.rs"),
            path: &[],
            items: &[],
            is_conditional: false,
        };
        Struct::read(&syn::parse_str(text).unwrap(), &module, &Names::default())
    }

    #[test]
    fn the_words_of_diesel_are_read() {
        let found = read(
            "#[derive(Debug, diesel::Queryable)]
             #[diesel(table_name = crate::schema::posts, primary_key(a, r#type), check_for_backend(Pg))]
             #[diesel(belongs_to(UserProfile), belongs_to(crate::Org, foreign_key = owner))]
             struct Post { a: i32 }",
        )
        .unwrap();
        assert!(found.reads && !found.is_model && !found.is_conditional);
        assert_eq!(found.table.segments.len(), 3);
        assert_eq!(found.primary_key.unwrap(), ["a", "type"]);
        let parents: Vec<_> = (found.parents.iter())
            .map(|parent| (parent.name.as_str(), parent.foreign_key.as_str()))
            .collect();
        assert_eq!(
            parents,
            [("UserProfile", "user_profile_id"), ("Org", "owner")]
        );
    }

    #[test]
    fn a_struct_without_table_or_derive_is_none() {
        assert!(read("#[diesel(table_name = users)] struct Short { id: i32 }").is_none());
        assert!(read("#[derive(Queryable)] struct Count { n: i64 }").is_none());
        let writes =
            read("#[derive(Insertable)] #[diesel(table_name = users)] struct New { id: i32 }");
        assert!(!writes.unwrap().reads);
    }

    #[test]
    fn the_words_on_a_field_are_read() {
        let item: ItemStruct = syn::parse_str(
            "struct A {
                #[diesel(column_name = \"type\")] a: i32,
                #[diesel(select_expression = now, select_expression_type = now)] b: i32,
                #[diesel(column_name = c_, deserialize_as = i64)] c: i32,
            }",
        )
        .unwrap();
        let words: Vec<FieldWords> = (item.fields.iter())
            .map(|field| FieldWords::read(&field.attrs))
            .collect();
        assert_eq!(words[0].column.as_deref(), Some("type"));
        assert!(words[1].is_expression);
        assert_eq!(words[2].column.as_deref(), Some("c_"));
        assert_eq!(words[2].special.as_deref(), Some("deserialize_as"));
    }
}
