//! `schema!`: the migrations as modules, the `SchemaDef`, the verdict of each model.

mod checks;
mod input;

use self::input::{Entry, Input, Library};
use crate::ast::crate_path;
use crate::attr::value::option;
use crate::discover::{self, Directory};
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use std::fmt::{self, Write as _};
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
    match discover::directory(&input.migrations.value(), Span::call_site()) {
        Ok(directory) => match input.name.clone() {
            Some(name) => expand(&input, &name, &directory),
            None => fallback(&input),
        },
        Err(problem) => {
            let error = syn::Error::new(input.migrations.span(), problem);
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
    path.to_token_stream().to_string().replace(' ', "")
}

fn expand(input: &Input, name: &Ident, directory: &Directory) -> TokenStream {
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
    let Directory {
        relative,
        stems,
        messages,
    } = directory;
    let modules: Vec<String> = stems.iter().enumerate().map(module_name).collect();
    let files = stems.iter().map(|stem| format!("{relative}/{stem}.rs"));
    let files = lexed(modules.iter().zip(files), |text, (module, file)| {
        write!(text, "{module} {file:?} ")
    });
    let migrations = lexed(modules.iter().zip(messages), |text, (module, message)| {
        write!(text, "{module} {message:?} ")
    });
    let head = format!("{relative}/HEAD");
    let checks = checks::expand(input, name, stems);
    let documentation = (!attributes
        .iter()
        .any(|attribute| attribute.path().is_ident("doc")))
    .then(|| quote!(#[doc = "The models of this crate and their migrations."]));
    let version_table = option(version_table);
    let tables = models.iter().map(|entry| {
        let (cfg, path) = (entry.cfg(), &entry.path);
        quote!(#cfg <#path as #krate::private::Model>::TABLE)
    });
    let include = include
        .iter()
        .map(|Library { attributes, path }| quote!(#(#attributes)* #path));
    let unmanaged = models.iter().filter_map(|entry| {
        let (condition, table) = (entry.condition.as_ref()?, entry.table.as_ref()?);
        Some(quote!(#[cfg(not(#condition))] #krate::private::table_name(#table)))
    });
    quote! {
        #krate::private::migration_modules! { #files }

        #documentation
        #(#attributes)*
        #visibility const #name: #krate::model::SchemaDef = #krate::model::SchemaDef {
            chain: #chain,
            models: &[#(#tables),*],
            unmanaged: &[#(#unmanaged),*],
            ignore: &[#(#ignore),*],
            version_table: #version_table,
            include: &[#(#include),*],
            migrations: #krate::private::migration_list!(#migrations),
            head: ::core::include_str!(#head),
        };

        #checks
    }
}

/// Something of each migration as tokens, which the compiler itself reads from text: a macro pays for each
/// token that it hands over, and there may be thousands of files.
pub(super) fn lexed<T>(
    items: impl IntoIterator<Item = T>,
    write: impl Fn(&mut String, T) -> fmt::Result,
) -> TokenStream {
    let mut text = String::new();
    for item in items {
        write(&mut text, item).expect("a string takes everything");
    }
    text.parse()
        .expect("names, numbers and quoted strings are tokens")
}

/// A module's name: the file's stem, as far as an identifier goes, and a number that keeps it unique.
fn module_name((number, stem): (usize, &String)) -> String {
    let stem: String = stem
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '_' })
        .collect();
    format!("__migration_{number}_{stem}")
}
