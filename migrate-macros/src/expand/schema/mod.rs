//! `schema!`: the migrations as modules, the `SchemaDef`, the verdict of each model.

mod checks;
mod input;

use self::input::{Entry, Input, Library};
use crate::ast::crate_path;
use crate::attr::value::option;
use crate::discover::{self, Found};
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use std::fmt::Write as _;
use std::ops::Range;
use syn::ext::IdentExt as _;
use syn::{Ident, Path};

/// `schema! { .. }`.
pub(crate) fn schema(input: TokenStream) -> TokenStream {
    let mut input = match syn::parse2::<Input>(input) {
        Ok(input) => input,
        Err(error) => return error.into_compile_error(),
    };
    // What cannot be read is all there is to say: the directory may be what is misspelled.
    if !input.errors.is_empty() {
        return fallback(&input);
    }
    match discover::found(&input.migrations, Span::call_site()) {
        Ok(found) => match input.name.clone() {
            Some(name) => expand(&input, &name, &found),
            None => fallback(&input),
        },
        Err(error) => {
            input.errors.push(error);
            fallback(&input)
        }
    }
}

/// The errors, with what other code needs so that they stay the only ones.
fn fallback(input: &Input) -> TokenStream {
    let krate = crate_path(input.krate.as_ref());
    let mut seen: Vec<&Entry> = Vec::new();
    for entry in input.models.iter().filter(|entry| !entry.external) {
        if !seen.iter().any(|other| other.path == entry.path) {
            seen.push(entry);
        }
    }
    let errors = input.errors.iter().map(syn::Error::to_compile_error);
    let visibility = &input.visibility;
    let constant = input.name.as_ref().map(|name| {
        quote! {
            #[allow(missing_docs, unreachable_pub)]
            #visibility const #name: #krate::model::SchemaDef = #krate::model::SchemaDef {
                chain: "",
                models: &[],
                unmanaged: &[],
                ignore: &[],
                version_table: ::core::option::Option::None,
                include: &[],
                migrations: &[],
                head: "",
            };
        }
    });
    let implementations = seen.iter().map(|entry| {
        let (cfg, path) = (entry.cfg(), &entry.path);
        quote! {
            #cfg
            #[automatically_derived]
            impl #krate::private::Registered for #path {
                const VERDICT: #krate::private::Verdict = #krate::private::Verdict::clean();
            }
        }
    });
    quote! {
        #(#errors)*
        #constant
        #(#implementations)*
    }
}

/// A path without blanks.
fn spelled(path: &Path) -> String {
    let mut text = String::new();
    for (place, segment) in path.segments.iter().enumerate() {
        if place > 0 || path.leading_colon.is_some() {
            text.push_str("::");
        }
        text.push_str(&segment.ident.to_string());
        if !segment.arguments.is_empty() {
            let arguments = segment.arguments.to_token_stream().to_string();
            text.extend(arguments.chars().filter(|c| *c != ' '));
        }
    }
    text
}

fn expand(input: &Input, name: &Ident, found: &Found) -> TokenStream {
    let krate = crate_path(input.krate.as_ref());
    let Input {
        attributes,
        visibility,
        name: _,
        models,
        include,
        ignore,
        version_table,
        migrations: _,
        chain,
        warns: _,
        krate: _,
        errors: _,
        seen: _,
    } = input;
    let chain = chain.as_ref().map_or_else(
        || quote!(::core::env!("CARGO_PKG_NAME")),
        ToTokens::to_token_stream,
    );
    // Its files are private modules, and what they hold is a constant: several schemas may be neighbours.
    let prefix = name.unraw().to_string().to_lowercase();
    let migrations = Ident::new(&format!("__{prefix}_migrations"), Span::call_site());
    // A file without it is an error at the directory's name.
    let constant = Ident::new("MIGRATION", input.migrations_span());
    let beginning = Ident::new(&format!("__{prefix}_beginning"), Span::call_site());
    let length = beginning_length(input, found);
    let count = found.stems.len();
    let [first, rest] = [0..length, length..count].map(|numbers| modules(&prefix, found, numbers));
    let head = &found.head;
    let checks = checks::expand(input, name, &beginning, &found.stems);
    let documentation = (!attributes
        .iter()
        .any(|attribute| attribute.path().is_ident("doc")))
    .then(|| quote!(#[doc = "The models of this crate and their migrations."]));
    let version_table = option(version_table);
    let tables = models.iter().map(|entry| {
        let (cfg, path) = (entry.cfg(), &entry.path);
        quote!(#cfg #path,)
    });
    let include = include
        .iter()
        .map(|Library { attributes, path }| quote!(#(#attributes)* #path));
    let unmanaged = models.iter().filter_map(|entry| {
        let (condition, table) = (entry.condition.as_ref()?, entry.table.as_ref()?);
        Some(quote!(#[cfg(not(#condition))] #krate::private::table_name(#table)))
    });
    quote! {
        #krate::private::migrations! { #beginning #migrations #constant #length { #first } #count { #rest } }

        #documentation
        #(#attributes)*
        #visibility const #name: #krate::model::SchemaDef = #krate::model::SchemaDef {
            chain: #chain,
            models: #krate::private::table_list!(#(#tables)*),
            unmanaged: &[#(#unmanaged),*],
            ignore: &[#(#ignore),*],
            version_table: #version_table,
            include: &[#(#include),*],
            migrations: &#migrations,
            head: ::core::include_str!(#head),
        };

        #checks
    }
}

/// How many migrations are folded apart, so that an edit of a later one does not fold them again. The number
/// stays the same for a while as files are added, and where libraries are included there are none.
fn beginning_length(input: &Input, found: &Found) -> usize {
    const PART: usize = 16;
    if !input.include.is_empty() {
        return 0;
    }
    found.stems.len().saturating_sub(1) / PART * PART
}

/// Of each migration the name of its module, the file and the message, as tokens that the compiler itself
/// reads from text: a macro pays for each token that it hands over, and there may be thousands of files.
fn modules(prefix: &str, found: &Found, numbers: Range<usize>) -> TokenStream {
    let Found {
        head: _,
        stems,
        files,
        messages,
    } = found;
    let mut text = String::new();
    for number in numbers {
        let (stem, file, message) = (&stems[number], &files[number], &messages[number]);
        // The stem, as far as an identifier goes, and what keeps the name unique.
        let stem = stem.replace(|c: char| !c.is_ascii_alphanumeric(), "_");
        writeln!(
            text,
            "__{prefix}_migration_{number}_{stem} {file:?} {message:?}"
        )
        .expect("a string takes everything");
    }
    text.parse().expect("names and quoted strings are tokens")
}
