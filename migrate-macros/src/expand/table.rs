//! `diesel::table!` for a model, and the proof that its types were guessed right.

use super::diesel_type::{self, SqlType};
use super::{at, kept};
use crate::ast::{DieselTable, Field, Model};
use crate::ctxt::Ctxt;
use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use std::collections::BTreeSet;
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Ident, Type};

/// The `table!`, and the assertions that go into the model's block. Nothing without diesel.
pub(super) fn expand(
    cx: &Ctxt,
    model: &Model<'_>,
    krate: &TokenStream,
) -> (TokenStream, TokenStream) {
    let module = match &model.diesel {
        DieselTable::None => return (TokenStream::new(), TokenStream::new()),
        DieselTable::Kept(path) => return (TokenStream::new(), kept::questions(model, path)),
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
            assertions.push(assertion(field, module, assertions.len()));
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
        let schema = syn::parse_str::<Ident>(schema).ok()?;
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

/// The type that goes into the database for a field.
pub(super) fn stored_type(field: &Field<'_>) -> Type {
    let stored = field.diesel.serialize_as.as_ref();
    stored.map_or_else(|| field.ty.clone(), |path| Type::Path(path.clone()))
}

pub(super) fn sql_type(field: &Field<'_>, backends: &[String]) -> syn::Result<SqlType> {
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
fn assertion(field: &Field<'_>, module: &Ident, place: usize) -> TokenStream {
    let ty = stored_type(field);
    let column = field.diesel_column();
    let emitted = quote!(<#module::#column as __migrate::diesel::Expression>::SqlType);
    let condition = format_ident!("__ASKED_{place}");
    let is_column = is_column(field, &ty);
    let [stored, emitted] = asked(&ty, &condition, [quote!(#ty), emitted]);
    quote_spanned! {at(ty.span())=>
        const #condition: bool = #is_column;
        const _: () =
            <<#stored as __migrate::DieselType>::Sql as __migrate::SameSqlType<#emitted>>::SAME;
    }
}

/// The types of a field and its column, or stand-ins that fit each other where the condition does not hold:
/// what is missing then is an error of its own, and enough.
pub(super) fn asked(field: &Type, condition: &Ident, types: [TokenStream; 2]) -> [TokenStream; 2] {
    let span = at(field.span());
    types.map(|ty| {
        quote_spanned! {span=>
            <__migrate::When<{ #condition }> as __migrate::Choose<#ty>>::Type
        }
    })
}

/// Whether it is settled what column a field of that type makes.
pub(super) fn is_column(field: &Field<'_>, ty: &Type) -> TokenStream {
    if field.attrs.sql_type.is_some() {
        return quote!(true);
    }
    quote_spanned!(at(ty.span())=> <__migrate::Asked<#ty>>::IS_COLUMN)
}

fn without_repetition(imports: Vec<TokenStream>) -> Vec<TokenStream> {
    let mut seen = BTreeSet::new();
    imports
        .into_iter()
        .filter(|import| seen.insert(import.to_string()))
        .collect()
}
