//! `derive(Model)`: the definition of the table, the questions that need types, the verdict.

use super::constraint::Constraints;
use super::{at, column, parent, queries, table, verdict};
use crate::ast::{DieselTable, Model, crate_path};
use crate::attr::value::{Action, option};
use proc_macro2::TokenStream;
use quote::{ToTokens as _, quote, quote_spanned};
use syn::Path;
use syn::spanned::Spanned;

/// What the derive emits.
pub(super) struct Expanded {
    /// Everything.
    pub(super) all: TokenStream,
    /// What diesel's derives and the user's queries name, which an error elsewhere must not take away.
    pub(super) diesel: TokenStream,
}

/// Expands a model.
pub(super) fn expand(cx: &crate::ctxt::Ctxt, model: &Model<'_>, krate: Option<&Path>) -> Expanded {
    let krate = crate_path(krate);
    if model.embedded {
        return Expanded {
            all: in_a_block(&krate, &embedded(model)),
            diesel: TokenStream::new(),
        };
    }
    let constraints = Constraints::expand(model);
    let definition = definition(model, &constraints);
    let rules = rules(model, &constraints);
    let warnings = verdict::warnings(model, &krate);
    let verdict = verdict::errors(model, &krate);
    let (table, assertions) = table::expand(cx, model, &krate);
    let queries = queries::expand(model);
    let imports = imports(model);
    let block = in_a_block(
        &krate,
        &quote!(#imports #definition #rules #assertions #queries #verdict),
    );
    let queries = in_a_block(&krate, &quote!(#imports #queries));
    Expanded {
        all: quote!(#table #block #warnings),
        diesel: quote!(#table #queries),
    }
}

/// Names for what is elsewhere: the models that foreign keys refer to, and a `table!` that the user keeps.
/// One of them that is gone is one error so.
fn imports(model: &Model<'_>) -> TokenStream {
    let keys = model.foreign_keys.iter().enumerate();
    let parents = keys.map(|(place, key)| {
        let (parent, target) = (parent(model, place), &key.reference.model);
        quote_spanned!(at(target.span())=> #[allow(dead_code)] type #parent = #target;)
    });
    let kept = if let DieselTable::Kept(path) = &model.diesel {
        let path: TokenStream = (path.to_token_stream().into_iter())
            .map(|mut token| {
                token.set_span(at(token.span()));
                token
            })
            .collect();
        Some(quote_spanned!(at(path.span())=> __migrate::if_diesel! { use #path as __kept; }))
    } else {
        None
    };
    quote!(#(#parents)* #kept)
}

/// A scope of its own, so that nothing emitted has a name outside.
fn in_a_block(krate: &TokenStream, items: &TokenStream) -> TokenStream {
    quote! {
        const _: () = {
            use #krate::private as __migrate;
            __migrate::if_diesel! {
                #[allow(unused_imports)]
                use __migrate::NoColumn as _;
            }
            #items
        };
    }
}

fn embedded(model: &Model<'_>) -> TokenStream {
    let ident = model.ident;
    let columns = column::columns(model);
    quote! {
        #[automatically_derived]
        impl __migrate::Embedded for #ident {
            const COLUMNS: &'static [__migrate::ModelColumn] = #columns;
        }
    }
}

/// `impl Model`. `NAME`, `PRIMARY_KEY` and `FIELDS` are literals: models that refer to each other
/// read them of one another, and a const that led on to another model's would make a cycle.
fn definition(model: &Model<'_>, constraints: &Constraints) -> TokenStream {
    let Model {
        ident,
        table,
        diesel: _,
        backends: _,
        fields,
        columns: _,
        primary_key,
        diesel_key: _,
        uniques: _,
        indexes: _,
        checks: _,
        foreign_keys: _,
        renamed_from,
        comment,
        options,
        embedded: _,
        joinable: _,
        unlisted,
        unresolved: _,
    } = model;
    let unlisted = unlisted.then(|| {
        quote!(
            const UNLISTED: bool = true;
        )
    });
    let Constraints {
        items,
        defs,
        indexes,
        names: _,
        targets: _,
    } = constraints;
    let model_name = ident.to_string();
    let (schema, name) = (option(&table.schema), &table.name);
    let primary_key = primary_key.iter().map(|column| &column.name);
    let fields = fields
        .iter()
        .filter(|field| !field.is_embedded())
        .map(|field| {
            let (name, column) = (field.name(), &field.column.name);
            quote!((#name, #column))
        });
    let columns = column::columns(model);
    let [renamed_from, comment] = [renamed_from, comment].map(option);
    let options = options.expand();
    quote! {
        #items
        #[automatically_derived]
        impl __migrate::Model for #ident {
            const NAME: __migrate::TableNameDef =
                __migrate::TableNameDef { schema: #schema, name: #name };
            const PRIMARY_KEY: &'static [&'static str] = &[#(#primary_key),*];
            const FIELDS: &'static [(&'static str, &'static str)] = &[#(#fields),*];
            const TABLE: __migrate::TableDef = __migrate::TableDef {
                model: #model_name,
                name: <Self as __migrate::Model>::NAME,
                columns: #columns,
                constraints: &[#(#defs),*],
                indexes: &[#(#indexes),*],
                comment: #comment,
                options: #options,
                renamed_from: #renamed_from,
            };
            #unlisted
        }
    }
}

/// What only the compiler can check, each spanned on what is wrong. In a const of its own: it reads
/// the tables of other models, which may refer back.
fn rules(model: &Model<'_>, constraints: &Constraints) -> TokenStream {
    let names = constraints.doubtful_names().map(|name| {
        let (name, span) = (&name.constant, name.span);
        let problem = "an index or constraint of this model has the same name; \
                       give one of them another: `name = \"..\"`";
        quote_spanned! {span=>
            if __migrate::is_taken_twice(&__TABLE, #name) { __migrate::refuse(#problem) }
        }
    });
    let columns = column_rules(model);
    let keys = model.foreign_keys.iter().zip(&constraints.targets);
    let keys = keys.enumerate().map(|(place, (key, target_columns))| {
        let target = &key.reference.model;
        let parent = parent(model, place);
        // With the span of the expansion: lints take what has the user's for the user's own.
        let target_table = quote!(<#parent as __migrate::Model>::TABLE);
        let columns = key.columns.iter().map(|column| &column.name);
        let actions = [&key.on_delete, &key.on_update];
        let sets_null = |action: &&Action| action.sets_null;
        let sets_null = actions
            .into_iter()
            .flatten()
            .any(|action| sets_null(&action));
        quote_spanned! {target.span()=>
            if let ::core::option::Option::Some(problem) = __migrate::key_problem(
                &__TABLE,
                &[#(#columns),*],
                &#target_table,
                #target_columns,
                #sets_null,
            ) {
                __migrate::refuse(problem)
            }
        }
    });
    let ident = model.ident;
    let targets = target_rules(model);
    quote! {
        const _: () = {
            const __TABLE: __migrate::TableDef = <#ident as __migrate::Model>::TABLE;
            #(#names)*
            #columns
            #targets
            #(#keys)*
        };
    }
}

/// `references = Org(slug)` names a field of the other model, which only the compiler can look up.
fn target_rules(model: &Model<'_>) -> TokenStream {
    let mut rules = TokenStream::new();
    for (place, key) in model.foreign_keys.iter().enumerate() {
        let target = &key.reference.model;
        let parent = parent(model, place);
        let last = target.segments.last().map(|segment| &segment.ident);
        for column in &key.reference.columns {
            let name = &column.name;
            let fields = quote!(<#parent as __migrate::Model>::FIELDS);
            let problem = format!("`{}` has no field `{name}`", quote!(#last));
            rules.extend(quote_spanned! {column.span=>
                if !__migrate::has_field(#fields, #name) {
                    __migrate::refuse(#problem)
                }
            });
        }
    }
    rules
}

fn column_rules(model: &Model<'_>) -> TokenStream {
    let mut rules = decimals_have_digits(model);
    for reference in &model.unresolved {
        let name = &reference.name;
        rules.extend(quote_spanned! {reference.span=>
            if let ::core::option::Option::Some(problem) =
                __migrate::no_such_column(&__TABLE, #name)
            {
                __migrate::refuse(problem.as_str())
            }
        });
    }
    for column in &model.primary_key {
        let name = &column.name;
        rules.extend(quote_spanned! {column.span=>
            if let ::core::option::Option::Some(problem) =
                __migrate::primary_key_problem(&__TABLE, #name)
            {
                __migrate::refuse(problem)
            }
        });
    }
    let fields = model.fields.iter().enumerate();
    let fields = fields.filter(|(_, field)| !field.is_embedded());
    let fields = fields.map(|(place, field)| {
        let index = column::index(model, place);
        let column = quote!(&__TABLE.columns[#index]);
        rules.extend(column::limit_rules(field, &column));
        (column, &field.attrs.options)
    });
    let fields: Vec<_> = fields.collect();
    let count = column::index(model, model.fields.len());
    let extra = model.columns.iter().enumerate();
    let extra =
        extra.map(|(place, column)| (quote!(&__TABLE.columns[#count + #place]), &column.options));
    for (column, options) in fields.into_iter().chain(extra) {
        if let Some(default) = &options.default {
            rules.extend(quote_spanned! {default.span=>
                if let ::core::option::Option::Some(problem) =
                    __migrate::default_problem(#column)
                {
                    __migrate::refuse(problem.as_str())
                }
            });
        }
        if let Some(span) = options.auto_increment {
            let problem = "only a column of whole numbers can be `auto_increment`";
            rules.extend(quote_spanned! {span=>
                if !__migrate::is_integer(#column) { __migrate::refuse(#problem) }
            });
        }
    }
    rules
}

fn decimals_have_digits(model: &Model<'_>) -> TokenStream {
    let fields = model.fields.iter().enumerate();
    let open = fields.filter(|(_, field)| {
        !field.is_embedded() && field.attrs.precision.is_none() && field.attrs.sql_type.is_none()
    });
    let problem = "a decimal says its digits: `#[model(precision = 10, scale = 2)]`";
    open.map(|(place, field)| {
        let index = column::index(model, place);
        quote_spanned! {field.ty.span()=>
            if __migrate::lacks_digits(&__TABLE.columns[#index].column.ty) {
                __migrate::refuse(#problem)
            }
        }
    })
    .collect()
}
