//! The `table!` declarations of a crate: macros in, names, keys and columns out.

use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Attribute, Expr, Ident, ItemMacro, ItemUse, Lit, Token, Type};

use crate::modules;

/// What a `table!` says.
#[derive(Debug)]
pub(super) struct Table {
    /// The names that lead to it from the crate's root, its own the last.
    pub(super) path: Vec<String>,
    pub(super) schema: Option<String>,
    /// Its name in the database.
    pub(super) name: String,
    /// The columns of its key, by their names in Rust.
    pub(super) key: Vec<String>,
    pub(super) columns: Vec<Column>,
    pub(super) is_conditional: bool,
}

/// A column of a `table!`.
#[derive(Debug)]
pub(super) struct Column {
    /// Its name in Rust.
    pub(super) ident: String,
    /// Its name in the database.
    pub(super) name: String,
    pub(super) max_length: Option<String>,
    pub(super) ty: Type,
    pub(super) is_conditional: bool,
}

impl Table {
    /// Reads `diesel::table! { .. }`; `None` for any other macro.
    pub(super) fn read(item: &ItemMacro, module: &[String]) -> Option<Self> {
        if item.mac.path.segments.last()?.ident != "table" {
            return None;
        }
        let Declaration {
            schema,
            ident,
            attributes,
            key,
            columns,
        } = item.mac.parse_body().ok()?;
        let path = [module, &[plain(&ident)]].concat();
        Some(Self {
            path,
            schema: schema.as_ref().map(plain),
            name: text(&attributes, "sql_name").unwrap_or_else(|| plain(&ident)),
            key: key.iter().map(plain).collect(),
            columns,
            is_conditional: modules::is_conditional(&item.attrs)
                || modules::is_conditional(&attributes),
        })
    }
}

/// The grammar of diesel's macro.
struct Declaration {
    schema: Option<Ident>,
    ident: Ident,
    attributes: Vec<Attribute>,
    key: Vec<Ident>,
    columns: Vec<Column>,
}

impl Parse for Declaration {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        while input.fork().parse::<ItemUse>().is_ok() {
            input.parse::<ItemUse>()?;
        }
        let attributes = Attribute::parse_outer(input)?;
        let mut ident: Ident = input.parse()?;
        let mut schema = None;
        if input.peek(Token![.]) {
            input.parse::<Token![.]>()?;
            schema = Some(std::mem::replace(&mut ident, input.parse()?));
        }
        let mut key = vec![Ident::new("id", ident.span())];
        if input.peek(syn::token::Paren) {
            let content;
            syn::parenthesized!(content in input);
            let columns = content.parse_terminated(Ident::parse, Token![,])?;
            key = columns.into_iter().collect();
        }
        let content;
        syn::braced!(content in input);
        let columns = Punctuated::<Column, Token![,]>::parse_terminated(&content)?;
        Ok(Self {
            schema,
            ident,
            attributes,
            key,
            columns: columns.into_iter().collect(),
        })
    }
}

impl Parse for Column {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let attributes = Attribute::parse_outer(input)?;
        let ident = plain(&input.parse()?);
        input.parse::<Token![->]>()?;
        Ok(Self {
            name: text(&attributes, "sql_name").unwrap_or_else(|| ident.clone()),
            ident,
            max_length: text(&attributes, "max_length"),
            ty: input.parse()?,
            is_conditional: modules::is_conditional(&attributes),
        })
    }
}

fn plain(ident: &Ident) -> String {
    ident.unraw().to_string()
}

/// The value of `#[name = "text"]` or `#[name = 255]`.
fn text(attributes: &[Attribute], name: &str) -> Option<String> {
    let attribute = (attributes.iter()).find(|attribute| attribute.path().is_ident(name))?;
    let Expr::Lit(value) = &attribute.meta.require_name_value().ok()?.value else {
        return None;
    };
    match &value.lit {
        Lit::Str(text) => Some(text.value()),
        Lit::Int(number) => Some(number.base10_digits().to_owned()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_diesel_prints_is_read() {
        let item: ItemMacro = syn::parse_str(
            "diesel::table! {
                use diesel::sql_types::*;
                use super::sql_types::Mood;

                /// Who.
                #[sql_name = \"User\"]
                auth.users (org_id, r#type) {
                    org_id -> Int4,
                    #[sql_name = \"type\"]
                    type_ -> Nullable<Mood>,
                    #[max_length = 255]
                    mail -> Varchar
                }
            }",
        )
        .unwrap();
        let table = Table::read(&item, &["schema".to_owned()]).unwrap();
        assert_eq!(table.path, ["schema", "users"]);
        assert_eq!(
            (table.schema.as_deref(), table.name.as_str()),
            (Some("auth"), "User")
        );
        assert_eq!(table.key, ["org_id", "type"]);
        let columns: Vec<_> = (table.columns.iter())
            .map(|it| {
                (
                    it.ident.as_str(),
                    it.name.as_str(),
                    it.max_length.as_deref(),
                )
            })
            .collect();
        assert_eq!(
            columns,
            [
                ("org_id", "org_id", None),
                ("type_", "type", None),
                ("mail", "mail", Some("255"))
            ]
        );
    }

    #[test]
    fn a_key_is_id_and_other_macros_are_no_tables() {
        let table = |text: &str| Table::read(&syn::parse_str(text).unwrap(), &[]);
        let found = table("table! { users { id -> Integer, } }").unwrap();
        assert_eq!(found.key, ["id"]);
        assert!(table("joinable!(posts -> users (user_id));").is_none());
        assert!(table("tokio::table!(1, 2);").is_none());
    }
}
