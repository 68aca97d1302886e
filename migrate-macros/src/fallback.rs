//! What is emitted beside the errors of a derive, so that they are the only ones: a definition with
//! nothing in it, where other code needs one.

use crate::ast::crate_path;
use proc_macro2::TokenStream;
use quote::quote;
use syn::{DeriveInput, Path};

/// A model without columns. It reads no verdict: there is nothing to compare.
pub(crate) fn model(input: &DeriveInput, krate: Option<&Path>, embedded: bool) -> TokenStream {
    let krate = crate_path(krate);
    let ident = &input.ident;
    let name = ident.to_string();
    let (generics, arguments, clauses) = input.generics.split_for_impl();
    if embedded {
        return quote! {
            const _: () = {
                #[automatically_derived]
                impl #generics #krate::private::Embedded for #ident #arguments #clauses {
                    const COLUMNS: &'static [#krate::private::ModelColumn] = &[];
                }
            };
        };
    }
    quote! {
        const _: () = {
            use #krate::private as __migrate;
            #[automatically_derived]
            impl #generics __migrate::Model for #ident #arguments #clauses {
                // No schema is called so: what refers to it says nothing of it.
                const NAME: __migrate::TableNameDef =
                    __migrate::TableNameDef { schema: ::core::option::Option::Some(""), name: #name };
                const PRIMARY_KEY: &'static [&'static str] = &[];
                const TABLE: __migrate::TableDef = __migrate::TableDef {
                    model: #name,
                    name: <Self as __migrate::Model>::NAME,
                    columns: &[],
                    constraints: &[],
                    indexes: &[],
                    comment: ::core::option::Option::None,
                    options: __migrate::options(),
                    renamed_from: ::core::option::Option::None,
                };
            }
        };
    }
}

/// A text column. diesel's side is left out: the error is reported already.
pub(crate) fn column_type(input: &DeriveInput, krate: Option<&Path>) -> TokenStream {
    let krate = crate_path(krate);
    let ident = &input.ident;
    let (generics, arguments, clauses) = input.generics.split_for_impl();
    quote! {
        #[automatically_derived]
        impl #generics #krate::private::ColumnType for #ident #arguments #clauses {
            const TYPE: #krate::private::TypeDef = #krate::private::TypeDef::Text;
        }
    }
}
