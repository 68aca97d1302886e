//! The outcome of a model's comparison with the migrations, at the field to blame: as errors, or as
//! warnings where `schema!` says `check = "warn"`.

use super::{at, column};
use crate::ast::Model;
use proc_macro2::{Group, Span, TokenStream, TokenTree};
use quote::{format_ident, quote, quote_spanned};
use syn::Ident;

/// Derives of the standard library: a macro of that name would hide one.
const DERIVES: [&str; 9] = [
    "Clone",
    "Copy",
    "Debug",
    "Default",
    "Eq",
    "Hash",
    "Ord",
    "PartialEq",
    "PartialOrd",
];

/// A place that the verdict may blame.
struct Blame {
    span: Span,
    /// The field or column; none for the model as a whole.
    name: Option<String>,
    /// Whether `__VERDICT` blames it.
    question: TokenStream,
}

fn blames(model: &Model<'_>, krate: &TokenStream) -> Vec<Blame> {
    let mut blames = Vec::new();
    for (place, field) in model.fields.iter().enumerate() {
        let first = column::index(model, place);
        blames.push(Blame {
            span: field.ident.span(),
            name: Some(field.ident.to_string()),
            question: if field.is_embedded() {
                let end = column::index(model, place + 1);
                quote!(#krate::private::blames_any(&__VERDICT, #first, #end))
            } else {
                quote!(__VERDICT.blames(#first))
            },
        });
    }
    let count = column::index(model, model.fields.len());
    for (place, column) in model.columns.iter().enumerate() {
        blames.push(Blame {
            span: column.name.span,
            name: Some(column.name.name.clone()),
            question: quote!(__VERDICT.blames(#count + #place)),
        });
    }
    blames.push(Blame {
        span: model.ident.span(),
        name: None,
        question: quote!(__VERDICT.blames_model()),
    });
    blames
}

/// Reads the verdict, and stops the compiler at the first field to blame.
pub(super) fn errors(model: &Model<'_>, krate: &TokenStream) -> TokenStream {
    if model.unlisted {
        return TokenStream::new();
    }
    let ident = model.ident;
    let blames = blames(model, krate).into_iter().map(|blame| {
        let Blame {
            span,
            name: _,
            question,
        } = blame;
        quote_spanned! {span=>
            if #question { __migrate::refuse(__VERDICT.message()) }
        }
    });
    let registered = quote_spanned!(at(ident.span())=> <#ident as __migrate::Registered>::VERDICT);
    quote! {
        const _: () = {
            const __VERDICT: __migrate::Verdict = #registered;
            #(#blames)*
        };
    }
}

/// A macro with the model's name, which `schema!` calls with a verdict to make warnings of it. Until then
/// it costs nothing. Whether a name is deprecated depends on a const, and that is the one warning that
/// can be had of const evaluation.
pub(super) fn warnings(model: &Model<'_>, krate: &TokenStream) -> TokenStream {
    let ident = model.ident;
    if model.unlisted || DERIVES.iter().any(|derive| ident == derive) {
        return TokenStream::new();
    }
    let blames = blames(model, krate);
    let names: Vec<Ident> = (blames.iter().enumerate())
        .map(|(place, blame)| match &blame.name {
            Some(name) if place < model.fields.len() => {
                format_ident!("field_{}", name.trim_start_matches("r#"))
            }
            Some(_) => format_ident!("column_{place}"),
            None => format_ident!("model"),
        })
        .collect();
    let notes = blames.iter().map(|blame| {
        let place = match &blame.name {
            Some(name) => format!(" at `{name}`"),
            None => String::new(),
        };
        format!(
            "model `{ident}` and its migrations differ{place}; all of it: cargo migrate check\n\
             run: cargo migrate revision --autogenerate -m \"...\""
        )
    });
    let uses = blames.iter().zip(&names).map(|(blame, name)| {
        let span = at(blame.span);
        // One span for all of it: that is where the warning is shown.
        let question = respanned(&blame.question, span);
        let name = Ident::new(&name.to_string(), span);
        quote_spanned!(span=> let _ = MigrationsDiffer::<{ #question }>::#name;)
    });
    let makro = format_ident!("__migrate_{ident}");
    quote! {
        #[doc(hidden)]
        #[allow(unused_macros, clippy::all, clippy::pedantic, clippy::nursery)]
        macro_rules! #makro {
            ($verdict:expr) => {
                const _: () = {
                    const __VERDICT: #krate::private::Verdict = $verdict;
                    struct MigrationsDiffer<const YES: bool>;
                    #[allow(non_upper_case_globals, dead_code)]
                    impl MigrationsDiffer<false> {
                        #(const #names: () = ();)*
                    }
                    #[allow(non_upper_case_globals, dead_code)]
                    impl MigrationsDiffer<true> {
                        #(#[deprecated(note = #notes)] const #names: () = ();)*
                    }
                    const _: () = { #(#uses)* };
                };
            };
        }
        #[doc(hidden)]
        #[allow(unused_imports)]
        pub(crate) use #makro as #ident;
    }
}

fn respanned(tokens: &TokenStream, span: Span) -> TokenStream {
    let tokens = tokens.clone().into_iter().map(|mut token| {
        if let TokenTree::Group(group) = &token {
            token = Group::new(group.delimiter(), respanned(&group.stream(), span)).into();
        }
        token.set_span(span);
        token
    });
    tokens.collect()
}
