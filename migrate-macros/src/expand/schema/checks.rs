//! The compiler's check: of the chain at `migrations = ".."`, of each model by its `Registered`.
//!
//! Panics are in this code, not in the runtime's functions, so that the user sees his own source; the
//! functions return owned verdicts, which the compiler validates without walking the folded chain.

use super::input::{Entry, Input};
use super::spelled;
use crate::ast::crate_path;
use proc_macro2::{Literal, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::Ident;
use syn::spanned::Spanned as _;

/// Everything that is checked, in a scope of its own.
pub(super) fn expand(
    input: &Input,
    name: &Ident,
    beginning: &Ident,
    stems: &[String],
) -> TokenStream {
    let krate = crate_path(input.krate.as_ref());
    let chain_check = quote_spanned! {input.migrations_span()=>
        const _: () = if CHAIN.is_broken() {
            __migrate::refuse(CHAIN.message())
        };
    };
    let unowned_check = unowned(input, name);
    // One token for all of them: each costs its time, here and in the compiler.
    let ids = Literal::byte_string(&ids(stems).concat());
    let stems = stems.join("/");
    let migrations = migrations(input, name);
    let tables = input.models.iter().filter_map(table_check);
    let (others, own): (Vec<&Entry>, Vec<&Entry>) =
        input.models.iter().partition(|entry| entry.external);
    let registered = registered(&own, input.warns);
    let external = others.iter().map(|entry| external(entry, input.warns));
    quote! {
        #[allow(
            unexpected_cfgs,
            unused_qualifications,
            long_running_const_eval,
            clippy::all,
            clippy::pedantic,
            clippy::nursery,
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

            #migrations
            const STEMS: &str = #stems;
            const PACKED: &[u8] = #ids;
            const IDS: &[__migrate::Numbers] = &__migrate::ids::<{ __migrate::count_ids(PACKED) }>(PACKED);
            const SIZES: __migrate::Sizes = __migrate::sizes(MIGRATIONS);
            const BEGINNING_SIZES: __migrate::Sizes = __migrate::sizes(&#beginning);
            static BEGINNING: __migrate::Folded<
                { BEGINNING_SIZES.migrations },
                { BEGINNING_SIZES.objects },
                { BEGINNING_SIZES.slots },
            > = __migrate::beginning(&#beginning, CHECKED);
            static FOLDED: __migrate::Folded<{ SIZES.migrations }, { SIZES.objects }, { SIZES.slots }> =
                __migrate::fold(&BEGINNING, MIGRATIONS, LIBRARIES, (STEMS, IDS), #name.head, CHECKED);
            const CHAIN: __migrate::ChainVerdict = FOLDED.verdict();
            const UNOWNED: __migrate::ChainVerdict =
                FOLDED.unowned(#name.models, #name.unmanaged, LIBRARIES.len(), CHECKED);

            #chain_check
            #unowned_check
            #(#tables)*
            #registered
            #(#external)*
        };
    }
}

/// The ids as the names of the files have them, which are in order: length, first and last eight bytes. None
/// at all where one is longer than that, repeated, or has a character that ids cannot have; the compiler
/// then looks at them one by one.
fn ids(stems: &[String]) -> Vec<[u8; 17]> {
    let mut ids: Vec<&[u8]> = Vec::with_capacity(stems.len());
    for stem in stems {
        let id = &stem.as_bytes()[..id_length(stem.as_bytes())];
        let plain = id
            .iter()
            .all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
        if !plain || id.is_empty() || id.len() > 16 || ids.last() == Some(&id) {
            return Vec::new();
        }
        ids.push(id);
    }
    // Of files in order, two with one id are neighbours where all ids are of one length.
    if ids.windows(2).any(|two| two[0].len() != two[1].len()) {
        let mut sorted = ids.clone();
        sorted.sort_unstable();
        if sorted.windows(2).any(|two| two[0] == two[1]) {
            return Vec::new();
        }
    }
    ids.into_iter().map(packed).collect()
}

/// `20260125_120000` of `20260125_120000_add_bio`; otherwise, what comes before the first `_`.
fn id_length(stem: &[u8]) -> usize {
    let is_timestamp = stem.len() >= 15
        && (stem[..15].iter().enumerate()).all(|(at, byte)| match at {
            8 => *byte == b'_',
            _ => byte.is_ascii_digit(),
        })
        && stem.get(15).is_none_or(|byte| *byte == b'_');
    if is_timestamp {
        return 15;
    }
    let end = stem.iter().position(|byte| *byte == b'_');
    end.unwrap_or(stem.len())
}

fn packed(id: &[u8]) -> [u8; 17] {
    let mut packed = [0; 17];
    let (first, last) = (&id[..id.len().min(8)], &id[id.len().saturating_sub(8)..]);
    packed[0] = u8::try_from(id.len()).expect("no longer than two times eight");
    packed[1..][..first.len()].copy_from_slice(first);
    if id.len() >= 8 {
        packed[9..].copy_from_slice(last);
    }
    packed
}

/// The migrations that are folded, and the chains of those that libraries bring, which are the first.
fn migrations(input: &Input, name: &Ident) -> TokenStream {
    if input.include.is_empty() {
        return quote! {
            const MIGRATIONS: &[__migrate::Migration] = #name.migrations;
            const LIBRARIES: &[&str] = &[];
        };
    }
    quote! {
        static GATHERED: __migrate::Gathered<{ __migrate::count_all(&#name) }> =
            __migrate::gather(&#name);
        const MIGRATIONS: &[__migrate::Migration] = GATHERED.migrations();
        const LIBRARIES: &[&str] = GATHERED.libraries();
    }
}

/// The verdicts of models, for their derives to report; or reported here, as warnings.
fn registered(models: &[&Entry], warns: bool) -> TokenStream {
    let listed = models.iter().map(|entry| is_listed(entry));
    let registered = if warns {
        models.iter().map(|entry| warned(entry)).collect()
    } else {
        let models = models.iter().map(|entry| {
            let (cfg, path) = (entry.cfg(), &entry.path);
            quote!(#cfg #path,)
        });
        quote!(__migrate::registered! { BEGINNING FOLDED CHECKED #(#models)* })
    };
    quote! {
        #registered
        const _: () = {
            #(#listed)*
        };
    }
}

/// A model whose verdict is shown by the macro of its name, and by its derive not at all.
fn warned(entry: &Entry) -> TokenStream {
    let (cfg, path) = (entry.cfg(), &entry.path);
    quote! {
        #cfg
        #[automatically_derived]
        impl __migrate::Registered for #path {
            const VERDICT: __migrate::Verdict = __migrate::Verdict::clean();
        }
        #cfg
        #path! { FOLDED.compare(&<#path as __migrate::Model>::TABLE, CHECKED) }
    }
}

/// A model that says `unlisted` does not ask for its verdict, so one that is listed all the same would
/// never be told.
fn is_listed(entry: &Entry) -> TokenStream {
    let (cfg, path) = (entry.cfg(), &entry.path);
    quote_spanned!(path.span()=> #cfg __migrate::listed::<#path>(CHECKED);)
}

/// The verdict of a model of another crate, which cannot report it.
fn external(entry: &Entry, warns: bool) -> TokenStream {
    let (cfg, path) = (entry.cfg(), &entry.path);
    let reported = if warns {
        external_warning(path)
    } else {
        quote_spanned! {path.span()=>
            if !VERDICT.is_clean() {
                __migrate::refuse(VERDICT.message())
            }
        }
    };
    quote! {
        #cfg
        const _: () = {
            const VERDICT: __migrate::Verdict =
                FOLDED.compare(&<#path as __migrate::Model>::TABLE, CHECKED);
            #reported
        };
    }
}

fn external_warning(path: &syn::Path) -> TokenStream {
    let note = format!(
        "model `{}` and the migrations differ; all of it: cargo migrate check\n\
         run: cargo migrate revision --autogenerate -m \"...\"",
        spelled(path)
    );
    warning(path.span(), &quote!(!VERDICT.is_clean()), &note)
}

/// What is in the chain and no model has.
fn unowned(input: &Input, name: &Ident) -> TokenStream {
    if !input.warns {
        return quote_spanned! {name.span()=>
            const _: () = if UNOWNED.is_broken() {
                __migrate::refuse(UNOWNED.message())
            };
        };
    }
    let note = "tables or enum types of the migrations have no model; which: cargo migrate check\n\
                run: cargo migrate revision --autogenerate -m \"...\"";
    let warning = warning(name.span(), &quote!(UNOWNED.is_broken()), note);
    quote!(const _: () = { #warning };)
}

/// A warning where the question, a const, says yes: whether a name is deprecated depends on it, and that
/// is the one warning that can be had of const evaluation.
fn warning(span: Span, question: &TokenStream, note: &str) -> TokenStream {
    let used = quote_spanned!(span=> MigrationsDiffer::<{ #question }>::tables);
    quote! {
        struct MigrationsDiffer<const YES: bool>;
        #[allow(non_upper_case_globals, dead_code)]
        impl MigrationsDiffer<false> {
            const tables: () = ();
        }
        #[allow(non_upper_case_globals, dead_code)]
        impl MigrationsDiffer<true> {
            #[deprecated(note = #note)]
            const tables: () = ();
        }
        #used
    }
}

/// `Post = "posts"`: the table is the model's.
fn table_check(entry: &Entry) -> Option<TokenStream> {
    let (cfg, path, table) = (entry.cfg(), &entry.path, entry.table.as_ref()?);
    let message = format!(
        "the table of `{}` is not `{}`",
        spelled(path),
        table.value()
    );
    let name = quote!(<#path as __migrate::Model>::NAME);
    Some(quote_spanned! {table.span()=>
        #cfg
        const _: () = if !__migrate::is_table(#name, #table) {
            __migrate::refuse(#message)
        };
    })
}

#[cfg(test)]
mod tests {
    use super::{id_length, ids};

    #[test]
    fn ids_are_what_file_names_begin_with() {
        let id = |stem: &'static str| &stem[..id_length(stem.as_bytes())];
        assert_eq!(id("20260125_120000_add_bio"), "20260125_120000");
        assert_eq!(id("20260125_120000"), "20260125_120000");
        assert_eq!(id("20260125_1200001_x"), "20260125");
        assert_eq!(id("1ab_users"), "1ab");
        assert_eq!(id("init"), "init");
    }

    #[test]
    fn ids_that_must_be_looked_at_one_by_one_are_none() {
        let ids = |stems: &[&str]| ids(&stems.iter().map(ToString::to_string).collect::<Vec<_>>());
        assert_eq!(
            ids(&["1b_x", "123456789"]),
            [
                *b"\x021b\0\0\0\0\0\0\0\0\0\0\0\0\0\0",
                *b"\x091234567823456789",
            ]
        );
        for stems in [
            &["1_a", "1_b"][..],
            // In the order of files, with another between them.
            &["20260125_1200001_x", "20260125_120000_a", "20260125_b"],
            &["1-a_x"],
            &["_x"],
            &["12345678901234567_x"],
            &["ü_x"],
        ] {
            assert!(ids(stems).is_empty(), "{stems:?}");
        }
    }
}
