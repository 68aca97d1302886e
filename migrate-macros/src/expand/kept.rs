//! The questions to a `diesel::table!` that the user keeps: every column of the model is in it, under its
//! name, and holds what the field holds; and it has no others.

use super::at;
use super::table::{asked, is_column, sql_type, stored_type};
use crate::ast::{Field, Model};
use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::Path;
use syn::spanned::Spanned as _;

/// All of them.
pub(super) fn questions(model: &Model<'_>, table: &Path) -> TokenStream {
    let fields = model.fields.iter().filter(|field| !field.is_embedded());
    let fields: Vec<&Field<'_>> = fields.collect();
    let columns = columns(&fields);
    let path = quote!(#table).to_string().replace(' ', "");
    let assertions = fields.iter().enumerate().map(|(place, field)| {
        let named = is_named(model, field, place, &path);
        let fits = fits(field, place);
        quote!(#named #fits)
    });
    let held = holds_all(model, fields.len(), &path);
    quote! {
        __migrate::if_diesel! {
            #columns
            #(#assertions)*
            #held
        }
    }
}

/// `<__Kept as KeptColumns<0>>::Column` and so on: the columns of the fields, or stand-ins for those that are
/// not there. To name such a one would be an error without advice; but what is imported by `*` hides what has the
/// same name around it. They are fetched by numbers, out of a scope of their own, since they would also hide
/// what the types of the fields name.
fn columns(fields: &[&Field<'_>]) -> TokenStream {
    let idents = fields.iter().map(|field| {
        let mut ident = field.diesel_column().clone();
        ident.set_span(at(ident.span()));
        ident
    });
    let idents: Vec<_> = idents.collect();
    let mut missing = idents.clone();
    missing.sort();
    missing.dedup();
    let places = 0..idents.len();
    quote! {
        struct __Kept;
        #[allow(dead_code, non_camel_case_types, non_local_definitions, unused_imports)]
        const _: () = {
            #(
                enum #missing {}
                impl __migrate::KeptColumn for #missing {
                    const NAME: &'static str = "";
                    type SqlType = ();
                }
            )*
            const _: () = {
                use __kept::*;
                #(impl __migrate::KeptColumns<#places> for __Kept { type Column = #idents; })*
            };
        };
    }
}

fn column(place: usize) -> TokenStream {
    quote!(<__Kept as __migrate::KeptColumns<#place>>::Column as __migrate::KeptColumn)
}

/// The column is there, under the name that the model has for it.
fn is_named(model: &Model<'_>, field: &Field<'_>, place: usize, path: &str) -> TokenStream {
    let ident = field.diesel_column();
    let name = &field.column.name;
    let ty = sql_type(field, &model.backends).map(|ty| ty.in_table(&quote!(_), &mut Vec::new()));
    let ty = ty.map_or_else(|_| "..".to_owned(), |ty| ty.to_string().replace(' ', ""));
    let missing = format!(
        "the `table!` `{path}` has no column `{ident}`\n\
         add `{ident} -> {ty},` to it, or take the field out of the model"
    );
    let other = format!(
        "the column is `{name}` here, but `{path}::{ident}` says otherwise in its `#[sql_name]`\n\
         say `#[model(column = \"..\")]` on the field, or change the `table!`"
    );
    let column = column(place);
    quote_spanned! {at(ident.span())=>
        const _: () = if <#column>::NAME.is_empty() && <__kept::table as __migrate::IsTable>::YES {
            __migrate::refuse(#missing)
        } else if !__migrate::same_name(<#column>::NAME, #name) {
            __migrate::refuse(#other)
        };
    }
}

/// The column holds what the field holds. A type that is spelled is the user's own, who implements diesel's
/// traits for it.
fn fits(field: &Field<'_>, place: usize) -> Option<TokenStream> {
    if field.diesel.sql_type.is_some() {
        return None;
    }
    let ty = stored_type(field);
    let column = column(place);
    let condition = format_ident!("__ASKED_{place}");
    let [stored, held] = asked(&ty, &condition, [quote!(#ty), quote!(<#column>::SqlType)]);
    let is_column = is_column(field, &ty);
    Some(quote_spanned! {at(ty.span())=>
        const #condition: bool = #is_column && !<#column>::NAME.is_empty();
        const _: () =
            <<#stored as __migrate::DieselType>::Sql as __migrate::FitsColumn<#held>>::FITS;
    })
}

/// Every column of the `table!` is one of the model.
fn holds_all(model: &Model<'_>, fields: usize, path: &str) -> TokenStream {
    const MOST: usize = 64;
    if model.fields.len() > MOST {
        return TokenStream::new();
    }
    let ident = model.ident;
    let fields = (0..fields).map(|place| {
        let column = column(place);
        quote!(<#column>::NAME)
    });
    let all = quote_spanned! {at(ident.span())=>
        <<__kept::table as __migrate::diesel::Table>::AllColumns as __migrate::ColumnNames>::NAMES
    };
    quote_spanned! {at(ident.span())=>
        const _: () = if let ::core::option::Option::Some(problem) =
            __migrate::unheld(#all, &[#(#fields),*], &<#ident as __migrate::Model>::TABLE, #path)
        {
            __migrate::refuse(problem.as_str())
        };
    }
}
