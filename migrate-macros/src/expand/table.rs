//! `diesel::table!` for a model, and the proof that its types were guessed right.

use super::at;
use super::diesel_type::{self, SqlType};
use crate::ast::{DieselTable, Field, Model};
use crate::ctxt::Ctxt;
use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use std::collections::BTreeSet;
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Path, Type};

/// The `table!`, and the assertions that go into the model's block. Nothing without diesel.
pub(super) fn expand(
    cx: &Ctxt,
    model: &Model<'_>,
    krate: &TokenStream,
) -> (TokenStream, TokenStream) {
    let module = match &model.diesel {
        DieselTable::None => return (TokenStream::new(), TokenStream::new()),
        DieselTable::Kept(path) => return (TokenStream::new(), kept(model, path)),
        DieselTable::Emitted(module) => module,
    };
    let mut imports = Vec::new();
    let mut columns = Vec::new();
    let mut assertions = Vec::new();
    for field in model.fields.iter().filter(|field| !field.is_embedded()) {
        let Some(sql_type) = cx.take(sql_type(field, &model.backends)) else {
            continue;
        };
        let ty = sql_type.in_table(krate, &mut imports);
        columns.push(column(field, &ty));
        if field.diesel.sql_type.is_none() {
            assertions.push(assertion(field, module));
        }
    }
    let imports = without_repetition(imports);
    let key = model.diesel_key.as_ref().unwrap_or(&model.primary_key);
    let key = key.iter().filter_map(|column| {
        let field = model
            .fields
            .iter()
            .find(|field| field.column.name == column.name)?;
        Some(field.diesel_column())
    });
    let name = &model.table.name;
    let sql_name = (*module != name).then(|| quote!(#[sql_name = #name]));
    let schema = model.table.schema.as_ref().and_then(|schema| {
        // One that is no identifier is refused (`check.rs`).
        let schema = syn::parse_str::<syn::Ident>(schema).ok()?;
        Some(quote!(#schema.))
    });
    let doc = format!(" The table of `{}`.", model.ident);
    let table = quote! {
        ::diesel::table! {
            use ::diesel::sql_types::*;
            #(#imports)*
            #[doc = #doc]
            #sql_name
            #schema #module (#(#key),*) {
                #(#columns)*
            }
        }
    };
    let assertions = quote! {
        __migrate::if_diesel! { #(#assertions)* }
    };
    (table, assertions)
}

/// The questions to a `table!` that the user keeps: every column is in it, under its name, and holds what
/// the field holds.
fn kept(model: &Model<'_>, table: &Path) -> TokenStream {
    let fields = model.fields.iter().filter(|field| !field.is_embedded());
    let assertions = fields.map(|field| {
        let name = &field.column.name;
        let ident = field.diesel_column();
        let column = quote!(#table::#ident);
        let problem = format!(
            "the column is `{name}` here, but `{}` says otherwise in its `#[sql_name]`\n\
             say `#[model(column = \"..\")]` on the field, or change the `table!`",
            column.to_string().replace(' ', "")
        );
        let named = quote_spanned! {at(ident.span())=>
            const _: () =
                if !__migrate::same_name(<#column as __migrate::diesel::Column>::NAME, #name) {
                    __migrate::refuse(#problem)
                };
        };
        // A type that is spelled is the user's own, who implements diesel's traits for it.
        let fits = field.diesel.sql_type.is_none().then(|| {
            let ty = stored_type(field);
            quote_spanned! {at(ty.span())=>
                const _: () = <<#ty as __migrate::DieselType>::Sql as __migrate::FitsColumn<
                    <#column as __migrate::diesel::Expression>::SqlType,
                >>::FITS;
            }
        });
        quote!(#named #fits)
    });
    let held = holds_all(model, table);
    quote!(__migrate::if_diesel! { #(#assertions)* #held })
}

/// Every column of the `table!` is one of the model.
fn holds_all(model: &Model<'_>, table: &Path) -> TokenStream {
    const MOST: usize = 64;
    if model.fields.len() > MOST {
        return TokenStream::new();
    }
    let ident = model.ident;
    let path = quote!(#table).to_string().replace(' ', "");
    let fields = model.fields.iter().filter(|field| !field.is_embedded());
    let fields = fields.map(|field| {
        let column = field.diesel_column();
        quote!(<#table::#column as __migrate::diesel::Column>::NAME)
    });
    let all = quote_spanned! {at(ident.span())=>
        <<#table::table as __migrate::diesel::Table>::AllColumns as __migrate::ColumnNames>::NAMES
    };
    quote_spanned! {at(ident.span())=>
        const _: () = if let ::core::option::Option::Some(problem) =
            __migrate::unheld(#all, &[#(#fields),*], &<#ident as __migrate::Model>::TABLE, #path)
        {
            __migrate::refuse(problem.as_str())
        };
    }
}

/// The type that goes into the database for a field.
fn stored_type(field: &Field<'_>) -> Type {
    let stored = field.diesel.serialize_as.as_ref();
    stored.map_or_else(|| field.ty.clone(), |path| Type::Path(path.clone()))
}

fn sql_type(field: &Field<'_>, backends: &[String]) -> syn::Result<SqlType> {
    match &field.diesel.sql_type {
        Some(explicit) => Ok(diesel_type::explicit(explicit)),
        None => diesel_type::of(&stored_type(field), backends),
    }
}

fn column(field: &Field<'_>, ty: &TokenStream) -> TokenStream {
    let ident = field.diesel_column();
    let name = &field.column.name;
    // A raw identifier is named without its `r#`.
    let raw = *ident != ident.unraw();
    let sql_name = (raw || ident.unraw() != name.as_str()).then(|| quote!(#[sql_name = #name]));
    let max_length = field.attrs.max_length.as_ref();
    let max_length = max_length.map(|length| quote!(#[max_length = #length]));
    // Lints that ask for documentation ask for that of columns, too.
    let docs = if field.docs.is_empty() {
        let doc = format!(" The column `{name}`.");
        quote!(#[doc = #doc])
    } else {
        let docs = &field.docs;
        quote!(#(#docs)*)
    };
    quote! {
        #docs
        #sql_name
        #max_length
        #ident -> #ty,
    }
}

/// The guess must be the diesel type that the field's type says it has.
fn assertion(field: &Field<'_>, module: &syn::Ident) -> TokenStream {
    let ty = stored_type(field);
    let column = field.diesel_column();
    let emitted = quote!(<#module::#column as __migrate::diesel::Expression>::SqlType);
    quote_spanned! {at(ty.span())=>
        const _: () =
            <<#ty as __migrate::DieselType>::Sql as __migrate::SameSqlType<#emitted>>::SAME;
    }
}

fn without_repetition(imports: Vec<TokenStream>) -> Vec<TokenStream> {
    let mut seen = BTreeSet::new();
    imports
        .into_iter()
        .filter(|import| seen.insert(import.to_string()))
        .collect()
}
