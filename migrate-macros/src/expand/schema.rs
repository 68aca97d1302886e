//! `schema!`: the migrations as modules, the `SchemaDef`, the verdict of each model.

use crate::ast::crate_path;
use crate::discover::{self, Directory};
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::parse::{Parse, ParseStream};
use syn::spanned::Spanned;
use syn::{Attribute, Ident, LitStr, Path, Token, Visibility, bracketed};

/// `schema! { .. }`.
pub(crate) fn schema(input: TokenStream) -> TokenStream {
    let input = match syn::parse2::<Input>(input) {
        Ok(input) => input,
        Err(error) => return error.into_compile_error(),
    };
    let errors = input.problems();
    let directory = match discover::directory(&input.migrations.value(), Span::call_site()) {
        Ok(directory) if errors.is_empty() => directory,
        Ok(_) => return input.fallback(errors),
        Err(problem) => {
            let mut errors = errors;
            errors.push(syn::Error::new(input.migrations.span(), problem));
            return input.fallback(errors);
        }
    };
    expand(&input, &directory)
}

/// What the user wrote.
struct Input {
    attributes: Vec<Attribute>,
    visibility: Visibility,
    name: Ident,
    models: Vec<Path>,
    migrations: LitStr,
    chain: Option<LitStr>,
    krate: Option<Path>,
    /// Settings that made no sense; the models are known all the same.
    errors: Vec<syn::Error>,
}

const KEYS: &str = "`models = [..]`, `migrations = \"..\"`, `chain = \"..\"`, `crate = path`";

impl Parse for Input {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let attributes = input.call(Attribute::parse_outer)?;
        let visibility = input.parse()?;
        input.parse::<Token![const]>()?;
        let name = input.parse()?;
        input.parse::<Token![;]>()?;
        let mut read = Self {
            attributes,
            visibility,
            name,
            models: Vec::new(),
            migrations: LitStr::new("migrations", Span::call_site()),
            chain: None,
            krate: None,
            errors: Vec::new(),
        };
        while !input.is_empty() {
            if let Err(error) = read.setting(input) {
                read.errors.push(error);
                // Nothing sensible follows a setting that cannot be read.
                input.parse::<TokenStream>()?;
                break;
            }
        }
        Ok(read)
    }
}

impl Input {
    fn setting(&mut self, input: ParseStream<'_>) -> syn::Result<()> {
        if input.peek(Token![crate]) {
            input.parse::<Token![crate]>()?;
            input.parse::<Token![=]>()?;
            self.krate = Some(input.parse()?);
        } else {
            let key: Ident = input
                .parse()
                .map_err(|error| syn::Error::new(error.span(), format!("expected {KEYS}")))?;
            input.parse::<Token![=]>()?;
            match key.to_string().as_str() {
                "models" => self.models(input)?,
                "migrations" => self.migrations = input.parse()?,
                "chain" => self.chain = Some(input.parse()?),
                other => {
                    let message = format!("`schema!` has no `{other}`; it takes {KEYS}");
                    return Err(syn::Error::new(key.span(), message));
                }
            }
        }
        if !input.is_empty() {
            input.parse::<Token![,]>()?;
        }
        Ok(())
    }

    fn models(&mut self, input: ParseStream<'_>) -> syn::Result<()> {
        let list;
        bracketed!(list in input);
        while !list.is_empty() {
            self.models.push(list.parse()?);
            if !list.is_empty() {
                list.parse::<Token![,]>()?;
            }
        }
        Ok(())
    }

    /// Everything wrong with what was written.
    fn problems(&self) -> Vec<syn::Error> {
        let mut errors = self.errors.clone();
        for (place, model) in self.models.iter().enumerate() {
            if self.models[..place].contains(model) {
                let model_text = spelled(model);
                let message = format!("`{model_text}` is listed twice");
                errors.push(syn::Error::new(model.span(), message));
            }
        }
        errors
    }

    /// The errors, with what other code needs so that they stay the only ones.
    fn fallback(&self, errors: Vec<syn::Error>) -> TokenStream {
        let krate = crate_path(self.krate.as_ref());
        let mut seen: Vec<&Path> = Vec::new();
        for model in &self.models {
            if !seen.contains(&model) {
                seen.push(model);
            }
        }
        let errors = errors.into_iter().map(syn::Error::into_compile_error);
        let (visibility, name) = (&self.visibility, &self.name);
        quote! {
            #(#errors)*
            #[allow(missing_docs, unreachable_pub)]
            #visibility const #name: #krate::model::SchemaDef = #krate::model::SchemaDef {
                chain: "",
                models: &[],
                migrations: &[],
                head: "",
            };
            #(
                #[automatically_derived]
                impl #krate::private::Registered for #seen {
                    const VERDICT: #krate::private::Verdict = #krate::private::Verdict::clean();
                }
            )*
        }
    }
}

fn spelled(path: &Path) -> String {
    path.to_token_stream().to_string().replace(' ', "")
}

fn expand(input: &Input, directory: &Directory) -> TokenStream {
    let krate = crate_path(input.krate.as_ref());
    let Input {
        attributes,
        visibility,
        name,
        models,
        migrations: _,
        chain,
        krate: _,
        errors: _,
    } = input;
    let chain = chain.as_ref().map_or_else(
        || quote!(::core::env!("CARGO_PKG_NAME")),
        ToTokens::to_token_stream,
    );
    let Directory { relative, stems } = directory;
    let modules: Vec<Ident> = stems.iter().enumerate().map(module_name).collect();
    let files = stems.iter().map(|stem| format!("{relative}/{stem}.rs"));
    let head = format!("{relative}/HEAD");
    let checks = checks(input, stems);
    let documentation = (!attributes
        .iter()
        .any(|attribute| attribute.path().is_ident("doc")))
    .then(|| quote!(#[doc = "The models of this crate and their migrations."]));
    quote! {
        #(
            #[doc(hidden)]
            #[allow(missing_docs, unreachable_pub, dead_code, clippy::all, clippy::pedantic)]
            #[path = #files]
            mod #modules;
        )*

        #documentation
        #(#attributes)*
        #visibility const #name: #krate::model::SchemaDef = #krate::model::SchemaDef {
            chain: #chain,
            models: &[#(<#models as #krate::private::Model>::TABLE),*],
            migrations: &[#(#modules::MIGRATION),*],
            head: ::core::include_str!(#head),
        };

        #checks
    }
}

/// The compiler's check: of the chain at `migrations = ".."`, of each model by its `Registered`.
///
/// Panics are in this code, not in the runtime's functions, so that the user sees his own source; the
/// functions return owned verdicts, which the compiler validates without walking the folded chain.
fn checks(input: &Input, stems: &[String]) -> TokenStream {
    let krate = crate_path(input.krate.as_ref());
    let (name, models) = (&input.name, &input.models);
    let chain_span = input.migrations.span();
    let chain_check = quote_spanned! {chain_span=>
        const _: () = if CHAIN.is_broken() {
            __migrate::refuse(CHAIN.message())
        };
    };
    let unowned_span = input.name.span();
    let unowned_check = quote_spanned! {unowned_span=>
        const _: () = if UNOWNED.is_broken() {
            __migrate::refuse(UNOWNED.message())
        };
    };
    quote! {
        #[allow(
            unexpected_cfgs,
            unused_qualifications,
            long_running_const_eval,
            clippy::all,
            clippy::pedantic,
            clippy::restriction,
        )]
        const _: () = {
            use #krate::private as __migrate;

            // The tool must be able to build what does not agree yet. Only `cargo migrate` sets the
            // variable, and only a build with its feature reads it.
            #[cfg(feature = "migrate")]
            const CHECKED: bool = ::core::option_env!("CARGO_MIGRATE").is_none();
            #[cfg(not(feature = "migrate"))]
            const CHECKED: bool = true;

            const MIGRATIONS: &[__migrate::Migration] = #name.migrations;
            const STEMS: &[&str] = &[#(#stems),*];
            const SIZES: __migrate::Sizes = __migrate::sizes(MIGRATIONS);
            static FOLDED: __migrate::Folded<{ SIZES.migrations }, { SIZES.objects }, { SIZES.slots }> =
                __migrate::fold(MIGRATIONS, STEMS, #name.head, CHECKED);
            const CHAIN: __migrate::ChainVerdict = FOLDED.verdict();
            const UNOWNED: __migrate::ChainVerdict = FOLDED.unowned(#name.models, CHECKED);

            #chain_check
            #unowned_check
            #(
                #[automatically_derived]
                impl __migrate::Registered for #models {
                    const VERDICT: __migrate::Verdict =
                        FOLDED.compare(&<#models as __migrate::Model>::TABLE, CHECKED);
                }
            )*
        };
    }
}

/// A module's name: the file's stem, as far as an identifier goes, and a number that keeps it unique.
fn module_name((number, stem): (usize, &String)) -> Ident {
    let stem: String = stem
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '_' })
        .collect();
    format_ident!("__migration_{number}_{stem}")
}
