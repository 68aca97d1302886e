//! Tokens out of checked input. Each function here is one macro, from its input to its expansion.

mod column;
mod column_type;
mod constraint;
mod diesel_type;
mod kept;
mod model;
mod queries;
mod schema;
mod sql_enum;
mod table;
mod verdict;

use crate::ast::Model;
use crate::attr::model::ModelAttrs;
use crate::ctxt::Ctxt;
use crate::{check, fallback};
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens as _, format_ident};
use syn::DeriveInput;
use syn::spanned::Spanned as _;

pub(crate) use column_type::column_type;
pub(crate) use diesel_type::option_argument;
pub(crate) use schema::schema;
pub(crate) use sql_enum::sql_enum;

/// `#[derive(Model)]`.
pub(crate) fn model(input: &DeriveInput) -> TokenStream {
    let cx = Ctxt::new();
    let attrs = ModelAttrs::read(&cx, &input.attrs);
    let krate = attrs.krate.clone();
    let embedded = attrs.embedded == Some(true);
    let model = Model::from_input(&cx, input, attrs);
    let expanded = model.map(|model| {
        check::check(&cx, input, &model);
        model::expand(&cx, &model, krate.as_ref())
    });
    let has_table = cx.has_table();
    match (cx.check(), expanded) {
        (Ok(()), Some(expanded)) => expanded.all,
        (Ok(()), None) => TokenStream::new(),
        (Err(error), expanded) => {
            let mut tokens = error.into_compile_error();
            tokens.extend(fallback::model(input, krate.as_ref(), embedded));
            tokens.extend(
                expanded
                    .filter(|_| has_table)
                    .map(|expanded| expanded.diesel),
            );
            tokens
        }
    }
}

/// A span for emitted code that shows the user's source in errors, with names resolved as in the
/// rest of the expansion.
fn at(span: Span) -> Span {
    Span::call_site().located_at(span)
}

/// The model that a foreign key refers to, by the alias that the block of the expansion has for it. It is
/// resolved there alone: a model that is gone is one error.
fn parent(model: &Model<'_>, key: usize) -> TokenStream {
    let mut alias = format_ident!("__Parent{key}");
    alias.set_span(model.foreign_keys[key].reference.model.span());
    alias.into_token_stream()
}
