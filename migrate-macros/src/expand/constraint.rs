//! Constraints and indexes of a model, with their names.

use crate::ast::{Check, Model};
use crate::attr::index::{IndexAttr, IndexKey, IndexPart};
use crate::attr::model::{ForeignKeyAttr, UniqueAttr};
use crate::attr::value::{Action, ColumnRef, Sql, option};
use crate::expand::{at, parent};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::LitStr;

/// The constraints and indexes of a model.
#[derive(Default)]
pub(super) struct Constraints {
    /// Items that the definitions refer to.
    pub(super) items: TokenStream,
    /// `ConstraintDef`s.
    pub(super) defs: Vec<TokenStream>,
    /// `IndexDef`s.
    pub(super) indexes: Vec<TokenStream>,
    /// The name of each, and where it was asked for.
    pub(super) names: Vec<Named>,
    /// The const that holds the target columns of each foreign key.
    pub(super) targets: Vec<Ident>,
}

/// The name of an index or constraint.
pub(super) struct Named {
    /// The const that holds it.
    pub(super) constant: Ident,
    pub(super) span: Span,
    /// What it is, where that is known here.
    text: Option<String>,
}

/// The longest name that every database keeps, as in `schema::naming`.
const MAX_LENGTH: usize = 63;

impl Constraints {
    /// The names that another one may be the same as.
    pub(super) fn doubtful_names(&self) -> impl Iterator<Item = &Named> {
        self.names
            .iter()
            .enumerate()
            .filter(|(place, one)| {
                let mut others = self.names.iter().enumerate();
                others.any(|(other, two)| {
                    other != *place
                        && (one.text == two.text || one.text.is_none() || two.text.is_none())
                })
            })
            .map(|(_, one)| one)
    }

    pub(super) fn expand(model: &Model<'_>) -> Self {
        let mut all = Self::default();
        all.primary_key(model);
        for unique in &model.uniques {
            all.unique(model, unique);
        }
        let mut seen = Vec::new();
        for check in &model.checks {
            all.check(model, check, &mut seen);
        }
        for (place, key) in model.foreign_keys.iter().enumerate() {
            all.foreign_key(model, key, &parent(model, place));
        }
        for index in &model.indexes {
            all.index(model, index);
        }
        all
    }

    /// The name of a constraint: as given, or made by the convention `rule` of `schema::naming`.
    fn name(
        &mut self,
        model: &Model<'_>,
        given: Option<&LitStr>,
        span: Span,
        rule: &str,
        columns: &[String],
    ) -> Ident {
        let constant = format_ident!("__NAME_{}", self.names.len());
        let table = &model.table.name;
        let text = given
            .map(LitStr::value)
            .or_else(|| short(table, columns, rule));
        let value = if let Some(text) = &text {
            quote!(#text)
        } else {
            let rule = Ident::new(rule, Span::call_site());
            quote!({
                const __NAME: &__migrate::naming::ConventionalName =
                    &__migrate::naming::#rule(#table, &[#(#columns),*]);
                __NAME.as_str()
            })
        };
        self.items
            .extend(quote!(const #constant: &'static str = #value;));
        self.names.push(Named {
            constant: constant.clone(),
            span,
            text,
        });
        constant
    }

    fn push(&mut self, name: &TokenStream, kind: &TokenStream) {
        self.defs.push(quote! {
            __migrate::ConstraintDef { name: #name, kind: __migrate::ConstraintKind::#kind }
        });
    }

    fn primary_key(&mut self, model: &Model<'_>) {
        let columns = texts(&model.primary_key);
        if columns.is_empty() {
            return;
        }
        self.push(
            &quote!(::core::option::Option::None),
            &quote!(PrimaryKey { columns: &[#(#columns),*] }),
        );
    }

    fn unique(&mut self, model: &Model<'_>, unique: &UniqueAttr) {
        let UniqueAttr {
            span,
            columns,
            name,
            include,
            nulls_not_distinct,
            deferrable,
        } = unique;
        let columns = texts(columns);
        let include = texts(include);
        let name = self.name(model, name.as_ref(), *span, "unique", &columns);
        let when = when(deferrable.as_ref());
        self.push(
            &quote!(::core::option::Option::Some(#name)),
            &quote! {
                Unique {
                    columns: &[#(#columns),*],
                    include: &[#(#include),*],
                    nulls_not_distinct: #nulls_not_distinct,
                    deferrable: #when,
                }
            },
        );
    }

    /// The convention names a check after its column, or after the table alone; further ones of the
    /// same kind are numbered from 2.
    fn check(&mut self, model: &Model<'_>, check: &Check, seen: &mut Vec<Option<String>>) {
        let Check { column, attr } = check;
        let mut parts: Vec<String> = column.iter().cloned().collect();
        if attr.name.is_none() {
            let before = seen.iter().filter(|other| *other == column).count();
            if before > 0 {
                parts.push((before + 1).to_string());
            }
            seen.push(column.clone());
        }
        let name = self.name(model, attr.name.as_ref(), attr.span, "check", &parts);
        let sql = attr.sql.expand();
        self.push(
            &quote!(::core::option::Option::Some(#name)),
            &quote!(Check { expression: #sql }),
        );
    }

    fn foreign_key(&mut self, model: &Model<'_>, key: &ForeignKeyAttr, parent: &TokenStream) {
        let ForeignKeyAttr {
            span,
            columns,
            reference,
            name,
            on_delete,
            on_update,
            deferrable,
            match_full,
            // Read by the joins.
            joinable: _,
        } = key;
        let columns = texts(columns);
        let name = self.name(model, name.as_ref(), *span, "foreign_key", &columns);
        let target_span = at(syn::spanned::Spanned::span(&reference.model));
        let target = quote_spanned!(target_span=> <#parent as __migrate::Model>);
        let constant = format_ident!("__TARGET_{}", self.targets.len());
        let target_columns = if reference.columns.is_empty() {
            quote!(#target::PRIMARY_KEY)
        } else {
            let names = reference.columns.iter().map(|column| &column.name);
            quote!(&[#(__migrate::column_of(#target::FIELDS, #names)),*])
        };
        self.items
            .extend(quote!(const #constant: &'static [&'static str] = #target_columns;));
        self.targets.push(constant.clone());
        let (on_delete, on_update) = (action(on_delete.as_ref()), action(on_update.as_ref()));
        let when = when(deferrable.as_ref());
        self.push(
            &quote!(::core::option::Option::Some(#name)),
            &quote! {
                ForeignKey {
                    columns: &[#(#columns),*],
                    target: #target::NAME,
                    target_columns: #constant,
                    on_delete: #on_delete,
                    on_update: #on_update,
                    deferrable: #when,
                    match_full: #match_full,
                }
            },
        );
    }

    fn index(&mut self, model: &Model<'_>, index: &IndexAttr) {
        let IndexAttr {
            span,
            key,
            name,
            unique,
            predicate,
            method,
            include,
            nulls_not_distinct,
            storage,
        } = index;
        let mut columns = Vec::new();
        for part in key {
            if let IndexPart::Column(column) = &part.what {
                columns.push(column.name.clone());
            }
        }
        let name = self.name(model, name.as_ref(), *span, "index", &columns);
        let (columns, key) = if key.iter().all(is_plain) {
            (columns, Vec::new())
        } else {
            (Vec::new(), key.iter().map(index_column).collect())
        };
        let predicate = option(&predicate.as_ref().map(Sql::expand));
        let method = option(method);
        let storage = option(storage);
        let include = texts(include);
        self.indexes.push(quote! {
            __migrate::IndexDef {
                name: #name,
                columns: &[#(#columns),*],
                key: &[#(#key),*],
                unique: #unique,
                predicate: #predicate,
                method: #method,
                include: &[#(#include),*],
                nulls_not_distinct: #nulls_not_distinct,
                storage: #storage,
            }
        });
    }
}

/// The name by the convention, where it is short: the interpreter of const functions takes longer for it by a
/// thousand times.
fn short(table: &str, columns: &[String], rule: &str) -> Option<String> {
    let suffix = match rule {
        "index" => "idx",
        "unique" => "key",
        "foreign_key" => "fkey",
        _ => "check",
    };
    let mut name = table.to_owned();
    for part in columns.iter().map(String::as_str).chain([suffix]) {
        name.push('_');
        name.push_str(part);
    }
    (name.len() <= MAX_LENGTH).then_some(name)
}

fn texts(columns: &[ColumnRef]) -> Vec<String> {
    columns.iter().map(|column| column.name.clone()).collect()
}

fn when(deferrable: Option<&TokenStream>) -> TokenStream {
    deferrable.map_or_else(|| quote!(__migrate::Deferrable::No), Clone::clone)
}

fn action(action: Option<&Action>) -> TokenStream {
    action.map_or_else(
        || quote!(__migrate::ReferentialAction::NoAction),
        |action| action.tokens.clone(),
    )
}

fn is_plain(key: &IndexKey) -> bool {
    let IndexKey {
        what,
        descending,
        nulls_first,
        collation,
        operator_class,
    } = key;
    matches!(what, IndexPart::Column(_))
        && !descending
        && nulls_first.is_none()
        && collation.is_none()
        && operator_class.is_none()
}

fn index_column(key: &IndexKey) -> TokenStream {
    let IndexKey {
        what,
        descending,
        nulls_first,
        collation,
        operator_class,
    } = key;
    let (column, expression) = match what {
        IndexPart::Column(column) => (column.name.as_str(), None),
        IndexPart::Expression(sql) => ("", Some(sql.expand())),
    };
    let expression = option(&expression);
    let order = if *descending {
        quote!(Descending)
    } else {
        quote!(Ascending)
    };
    let nulls = option(&nulls_first.map(|first| {
        if first {
            quote!(__migrate::NullsOrder::First)
        } else {
            quote!(__migrate::NullsOrder::Last)
        }
    }));
    let [collation, operator_class] = [collation, operator_class].map(option);
    quote! {
        __migrate::IndexColumnDef {
            column: #column,
            expression: #expression,
            order: __migrate::SortOrder::#order,
            nulls: #nulls,
            collation: #collation,
            operator_class: #operator_class,
        }
    }
}
