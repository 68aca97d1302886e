//! `derive(SqlEnum)`: an enum without data is an enum type of the database.

use super::diesel_type;
use crate::ast::crate_path;
use crate::attr::sql_enum::{SqlEnumAttrs, variant_value};
use crate::ctxt::Ctxt;
use crate::fallback;
use crate::names::{Case, snake};
use proc_macro2::TokenStream;
use quote::quote;
use std::collections::BTreeSet;
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Data, DataEnum, DeriveInput, Fields, Ident};

/// `#[derive(SqlEnum)]`.
pub(crate) fn sql_enum(input: &DeriveInput) -> TokenStream {
    let cx = Ctxt::new();
    let attrs = SqlEnumAttrs::read(&cx, &input.attrs);
    let krate = attrs.krate.clone();
    let expanded = expand(&cx, input, &attrs);
    match (cx.check(), expanded) {
        (Ok(()), Some(tokens)) => tokens,
        (Ok(()), None) => TokenStream::new(),
        (Err(error), _) => {
            let mut tokens = error.into_compile_error();
            tokens.extend(fallback::column_type(input, krate.as_ref()));
            tokens
        }
    }
}

fn expand(cx: &Ctxt, input: &DeriveInput, attrs: &SqlEnumAttrs) -> Option<TokenStream> {
    let Data::Enum(data) = &input.data else {
        cx.error(
            input.ident.span(),
            "`SqlEnum` is for enums; a newtype derives `ColumnType`",
        );
        return None;
    };
    if let Some(parameter) = input.generics.params.first() {
        cx.error(
            parameter.span(),
            "an enum of the database has no parameters",
        );
        return None;
    }
    let case = attrs.rename_all.unwrap_or(Case::Snake);
    let variants = variants(cx, data, case)?;
    let krate = crate_path(attrs.krate.as_ref());
    let ident = &input.ident;
    let name = match &attrs.name {
        Some(name) => name.value(),
        None => snake(&ident.unraw().to_string()),
    };
    if name.is_empty() || name.len() > 63 {
        let span = attrs.name.as_ref().map_or(ident.span(), syn::LitStr::span);
        cx.error(span, "the name of an enum type has between 1 and 63 bytes");
    }
    let values: Vec<&String> = variants.iter().map(|(_, value)| value).collect();
    let idents: Vec<&Ident> = variants.iter().map(|(ident, _)| *ident).collect();
    let sql_type = diesel_type::sql_type_name(ident);
    let doc = format!(" The diesel type of `{ident}`.");
    // The SQL type is public whatever the enum is: it is named in the public module of `table!`.
    Some(quote! {
        const _: () = {
            #[automatically_derived]
            impl #krate::private::ColumnType for #ident {
                const TYPE: #krate::private::TypeDef = #krate::private::TypeDef::Enum(#name);
                const ENUM: ::core::option::Option<#krate::private::EnumDef> =
                    ::core::option::Option::Some(#krate::private::EnumDef {
                        name: #name,
                        values: &[#(#values),*],
                    });
            }
            #[automatically_derived]
            impl #krate::private::SqlEnum for #ident {
                fn value(&self) -> &'static str {
                    match self {
                        #(Self::#idents => #values,)*
                    }
                }
                fn from_value(value: &str) -> ::core::option::Option<Self> {
                    match value {
                        #(#values => ::core::option::Option::Some(Self::#idents),)*
                        _ => ::core::option::Option::None,
                    }
                }
            }
        };
        #krate::private::if_diesel! {
            #[doc = #doc]
            #[allow(unreachable_pub, dead_code)]
            #[derive(::core::fmt::Debug, ::core::clone::Clone, ::core::marker::Copy)]
            pub struct #sql_type;
            #krate::private::diesel_enum!(#ident, #sql_type, #name);
        }
    })
}

/// The variants with their values, which are all different.
fn variants<'a>(cx: &Ctxt, data: &'a DataEnum, case: Case) -> Option<Vec<(&'a Ident, String)>> {
    let mut variants = Vec::new();
    let mut seen = BTreeSet::new();
    for variant in &data.variants {
        if !matches!(variant.fields, Fields::Unit) {
            cx.error(
                variant.span(),
                "a variant with data is no value of an enum type",
            );
        }
        let given = variant_value(cx, &variant.attrs);
        let span = given
            .as_ref()
            .map_or(variant.ident.span(), syn::LitStr::span);
        let value = match given {
            Some(given) => given.value(),
            None => case.apply(&variant.ident.unraw().to_string()),
        };
        if value.len() > 63 {
            cx.error(span, "a value of an enum type has 63 bytes at most");
        }
        if !seen.insert(value.clone()) {
            cx.error(span, format!("two variants have the value `{value}`"));
        }
        variants.push((&variant.ident, value));
    }
    if variants.is_empty() {
        cx.error(data.enum_token.span(), "an enum type has values");
        return None;
    }
    Some(variants)
}
