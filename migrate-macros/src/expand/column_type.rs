//! `derive(ColumnType)`: a newtype is stored as what it wraps.

use super::{at, diesel_type};
use crate::ast::crate_path;
use crate::attr::column_type::ColumnTypeAttrs;
use crate::attr::diesel::DieselField;
use crate::ctxt::Ctxt;
use crate::fallback;
use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Data, DeriveInput, Field, Fields, Member};

/// `#[derive(ColumnType)]`.
pub(crate) fn column_type(input: &DeriveInput) -> TokenStream {
    let cx = Ctxt::new();
    let attrs = ColumnTypeAttrs::read(&cx, &input.attrs);
    let krate = attrs.krate;
    let expanded = expand(&cx, input, &crate_path(krate.as_ref()));
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

fn expand(cx: &Ctxt, input: &DeriveInput, krate: &TokenStream) -> Option<TokenStream> {
    if let Some(parameter) = input.generics.params.first() {
        cx.error(
            parameter.span(),
            "a newtype with parameters has no column type of its own; \
             implement `ColumnType` for it by hand",
        );
        return None;
    }
    let field = only_field(cx, input)?;
    let inner = &field.ty;
    if diesel_type::option_argument(inner).is_some() {
        cx.error(
            inner.span(),
            "put the `Option` around the newtype, not into it: a column says whether it may be NULL",
        );
        return None;
    }
    let ident = &input.ident;
    let by_trait = quote_spanned!(at(inner.span())=> <#inner as #krate::private::ColumnType>);
    let diesel = diesel(cx, input, field, krate)?;
    Some(quote! {
        const _: () = {
            #[automatically_derived]
            impl #krate::private::ColumnType for #ident {
                const TYPE: #krate::private::TypeDef = #by_trait::TYPE;
                const NULLABLE: bool = #by_trait::NULLABLE;
                const ENUM: ::core::option::Option<#krate::private::EnumDef> = #by_trait::ENUM;
            }
        };
        #krate::private::if_diesel! { #diesel }
    })
}

fn diesel(
    cx: &Ctxt,
    input: &DeriveInput,
    field: &Field,
    krate: &TokenStream,
) -> Option<TokenStream> {
    let (ident, vis, inner) = (&input.ident, &input.vis, &field.ty);
    let alias = diesel_type::sql_type_name(ident);
    let explicit = DieselField::read(&input.attrs).sql_type;
    let sql_type = match &explicit {
        Some(explicit) => diesel_type::explicit(explicit),
        None => cx.take(diesel_type::of(inner))?,
    };
    let sql_type = sql_type.in_place(krate);
    let assertion = explicit.is_none().then(|| {
        quote_spanned! {at(inner.span())=>
            const _: () = #krate::private::same_sql_type::<
                <#inner as #krate::private::DieselType>::Sql,
                #sql_type,
            >();
        }
    });
    let member = field.ident.clone().map_or(Member::from(0), Member::Named);
    let doc = format!(" The diesel type of `{ident}`.");
    Some(quote! {
        #[doc = #doc]
        #[allow(unreachable_pub, dead_code)]
        #vis type #alias = #sql_type;
        #assertion
        #krate::private::diesel_newtype!(#ident, #alias, #member, #inner);
    })
}

fn only_field<'a>(cx: &Ctxt, input: &'a DeriveInput) -> Option<&'a Field> {
    let fields: Vec<&Field> = match &input.data {
        Data::Struct(data) => match &data.fields {
            Fields::Named(fields) => fields.named.iter().collect(),
            Fields::Unnamed(fields) => fields.unnamed.iter().collect(),
            Fields::Unit => Vec::new(),
        },
        Data::Enum(_) => {
            cx.error(
                input.ident.span(),
                "`ColumnType` is for newtypes; an enum derives `SqlEnum`",
            );
            return None;
        }
        Data::Union(_) => Vec::new(),
    };
    let [field] = fields.as_slice() else {
        cx.error(input.ident.span(), "a newtype has one field");
        return None;
    };
    Some(field)
}
