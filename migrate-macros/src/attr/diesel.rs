//! What is read of diesel's own attributes.
//!
//! They are diesel's to judge: a key that is not read here is passed over, and so is an attribute
//! that does not parse, since diesel's derives report it.

use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::{Parse as _, ParseStream, Parser};
use syn::{Attribute, Ident, LitStr, Path, Token, TypePath, token};

/// `#[diesel(..)]` on a struct.
#[derive(Default)]
pub(crate) struct DieselModel {
    /// Whether there is any.
    pub(crate) present: bool,
    pub(crate) table_name: Option<Path>,
    pub(crate) primary_key: Option<Vec<Ident>>,
    pub(crate) belongs_to: Vec<BelongsTo>,
    /// The backends of `check_for_backend`: `Sqlite`, `Pg`, `Mysql`.
    pub(crate) backends: Vec<String>,
}

/// `belongs_to(Parent, foreign_key = parent_id)`.
pub(crate) struct BelongsTo {
    pub(crate) parent: Path,
    pub(crate) foreign_key: Option<Ident>,
}

/// `#[diesel(..)]` on a field.
#[derive(Default)]
pub(crate) struct DieselField {
    pub(crate) column_name: Option<Ident>,
    pub(crate) sql_type: Option<TypePath>,
    pub(crate) serialize_as: Option<TypePath>,
    pub(crate) embed: bool,
    /// It is selected by an expression: no column.
    pub(crate) select_expression: bool,
}

impl DieselModel {
    /// Reads the attributes of a struct.
    pub(crate) fn read(attributes: &[Attribute]) -> Self {
        let mut model = Self::default();
        each_key(attributes, |key, input| model.accept(key, input));
        model.present = attributes
            .iter()
            .any(|attribute| attribute.path().is_ident("diesel"));
        model
    }

    fn accept(&mut self, key: &Ident, input: ParseStream<'_>) -> syn::Result<()> {
        match key.to_string().as_str() {
            "table_name" if input.peek(Token![=]) => {
                input.parse::<Token![=]>()?;
                let path = Path::parse_mod_style(input)?;
                // diesel allows several, one for each insertable table; the first is the model's.
                self.table_name.get_or_insert(path);
            }
            "primary_key" if input.peek(token::Paren) => {
                let content;
                syn::parenthesized!(content in input);
                let columns = content.parse_terminated(Ident::parse_any, Token![,])?;
                self.primary_key = Some(columns.into_iter().collect());
            }
            "belongs_to" if input.peek(token::Paren) => {
                let content;
                syn::parenthesized!(content in input);
                self.belongs_to.push(BelongsTo::parse(&content)?);
            }
            "check_for_backend" if input.peek(token::Paren) => {
                let content;
                syn::parenthesized!(content in input);
                // `check_for_backend(disable = true)` names none, and does not parse as types.
                let types = content.parse_terminated(TypePath::parse, Token![,])?;
                let last = |ty: TypePath| Some(ty.path.segments.last()?.ident.to_string());
                self.backends.extend(types.into_iter().filter_map(last));
            }
            _ => {}
        }
        Ok(())
    }
}

impl BelongsTo {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let parent: TypePath = input.parse()?;
        let mut foreign_key = None;
        while input.peek(Token![,]) {
            input.parse::<Token![,]>()?;
            if input.is_empty() {
                break;
            }
            let key = Ident::parse_any(input)?;
            input.parse::<Token![=]>()?;
            let value = Ident::parse_any(input)?;
            if key == "foreign_key" {
                foreign_key = Some(value);
            }
        }
        Ok(Self {
            parent: parent.path,
            foreign_key,
        })
    }
}

impl DieselField {
    /// Reads the attributes of a field.
    pub(crate) fn read(attributes: &[Attribute]) -> Self {
        let mut field = Self::default();
        each_key(attributes, |key, input| field.accept(key, input));
        field
    }

    fn accept(&mut self, key: &Ident, input: ParseStream<'_>) -> syn::Result<()> {
        match key.to_string().as_str() {
            "column_name" if input.peek(Token![=]) => {
                input.parse::<Token![=]>()?;
                self.column_name = Some(identifier(input)?);
            }
            "sql_type" if input.peek(Token![=]) => {
                input.parse::<Token![=]>()?;
                self.sql_type = Some(input.parse()?);
            }
            "serialize_as" if input.peek(Token![=]) => {
                input.parse::<Token![=]>()?;
                self.serialize_as = Some(input.parse()?);
            }
            "embed" => self.embed = true,
            "select_expression" | "select_expression_type" => self.select_expression = true,
            _ => {}
        }
        Ok(())
    }
}

/// A name as diesel takes it: an identifier, or a string.
fn identifier(input: ParseStream<'_>) -> syn::Result<Ident> {
    if !input.peek(LitStr) {
        return input.call(Ident::parse_any);
    }
    let text: LitStr = input.parse()?;
    let mut ident = syn::parse_str::<Ident>(&text.value())
        .or_else(|_| syn::parse_str(&format!("r#{}", text.value())))?;
    ident.set_span(text.span());
    Ok(ident)
}

/// Calls `accept` with the input after each key of `#[diesel(..)]`, and goes on after the next comma.
fn each_key(
    attributes: &[Attribute],
    mut accept: impl FnMut(&Ident, ParseStream<'_>) -> syn::Result<()>,
) {
    for attribute in attributes {
        if !attribute.path().is_ident("diesel") {
            continue;
        }
        let Ok(list) = attribute.meta.require_list() else {
            continue;
        };
        let read = |input: ParseStream<'_>| {
            while !input.is_empty() {
                let key = input.call(Ident::parse_any)?;
                accept(&key, input)?;
                skip_to_comma(input)?;
            }
            Ok(())
        };
        // Not an error of ours: see above.
        let _: syn::Result<()> = read.parse2(list.tokens.to_token_stream());
    }
}

fn skip_to_comma(input: ParseStream<'_>) -> syn::Result<()> {
    while !input.is_empty() {
        if input.peek(Token![,]) {
            input.parse::<Token![,]>()?;
            return Ok(());
        }
        input.parse::<proc_macro2::TokenTree>()?;
    }
    Ok(())
}
