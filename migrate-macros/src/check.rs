//! The rules of a model, one function each. What needs types is asked by the emitted code.

use crate::ast::{DieselTable, Field, Model};
use crate::attr::index::{IndexAttr, IndexPart};
use crate::ctxt::Ctxt;
use crate::expand::option_argument;
use proc_macro2::Span;
use std::collections::BTreeMap;
use syn::{DeriveInput, LitStr};

/// Asks all rules.
pub(crate) fn check(cx: &Ctxt, input: &DeriveInput, model: &Model<'_>) {
    no_parameters(cx, input);
    embedded_is_columns_only(cx, model);
    has_primary_key(cx, model);
    columns_have_different_names(cx, model);
    names_fit(cx, model);
    expressions_are_named(cx, model);
    one_column_is_numbered(cx, model);
    for field in &model.fields {
        field_is_consistent(cx, field);
    }
    embedded_fields_say_nothing(cx, model);
    diesel_can_name_the_schema(cx, model);
    diesel_can_name_the_columns(cx, model);
    diesel_can_hold_the_columns(cx, model);
}

/// A table has no type parameters: its columns are known.
fn no_parameters(cx: &Ctxt, input: &DeriveInput) {
    if let Some(parameter) = input.generics.params.first() {
        cx.error_of_table(
            syn::spanned::Spanned::span(parameter),
            "a model has no parameters; derive `Model` on the struct that owns its data",
        );
    }
}

/// An embedded struct lends columns to tables that it does not know.
fn embedded_is_columns_only(cx: &Ctxt, model: &Model<'_>) {
    if !model.embedded {
        return;
    }
    let spans = model
        .uniques
        .iter()
        .map(|unique| unique.span)
        .chain(model.indexes.iter().map(|index| index.span))
        .chain(model.checks.iter().map(|check| check.attr.span))
        .chain(model.foreign_keys.iter().map(|key| key.span))
        .chain(model.columns.iter().map(|column| column.name.span));
    for span in spans {
        cx.error(
            span,
            "an embedded struct has columns only; say this on the model that embeds it",
        );
    }
    for field in model.fields.iter().filter(|field| field.is_embedded()) {
        cx.error(
            field.ident.span(),
            "an embedded struct does not embed another one; embed both in the model",
        );
    }
}

/// diesel, `downgrade` and people all need one.
fn has_primary_key(cx: &Ctxt, model: &Model<'_>) {
    if model.embedded || model.diesel_key.is_some() || !model.primary_key.is_empty() {
        return;
    }
    cx.error_of_table(
        model.ident.span(),
        format!(
            "`{}` has no primary key\n\
             name a field `id`, or put `#[model(primary_key)]` on a field, \
             or say `#[model(primary_key(a, b))]` on the struct \
             (`#[diesel(primary_key(a, b))]` is read too); \
             a table that has none says `#[model(no_primary_key)]`",
            model.ident
        ),
    );
}

/// Databases do not tell `Name` from `name` (SQLite, MySQL) in a column.
fn columns_have_different_names(cx: &Ctxt, model: &Model<'_>) {
    let mut seen = BTreeMap::new();
    for (column, _) in model.columns() {
        let name = column.name.to_lowercase();
        if name.is_empty() {
            cx.error_of_table(column.span, "a column has a name");
        } else if let Some(first) = seen.insert(name, &column.name) {
            cx.error_of_table(
                column.span,
                format!("two columns are named `{first}`; databases ignore the case"),
            );
        }
    }
}

/// How long a name may be depends on the database; `revision` knows which it is.
fn names_fit(cx: &Ctxt, model: &Model<'_>) {
    let given = model
        .indexes
        .iter()
        .map(|index| &index.name)
        .chain(model.uniques.iter().map(|unique| &unique.name))
        .chain(model.checks.iter().map(|check| &check.attr.name))
        .chain(model.foreign_keys.iter().map(|key| &key.name));
    for name in given.flatten() {
        if name.value().is_empty() {
            cx.error(name.span(), "the name is empty");
        }
    }
    if model.table.name.is_empty() {
        cx.error(model.table.span, "a table has a name");
    }
    if model.table.name.starts_with("__migrate_") {
        cx.error(
            model.table.span,
            "names that begin with `__migrate_` belong to migrate's own tables",
        );
    }
}

/// The convention names an index after its columns.
fn expressions_are_named(cx: &Ctxt, model: &Model<'_>) {
    let has_expression = |index: &IndexAttr| {
        let mut key = index.key.iter();
        key.any(|part| matches!(part.what, IndexPart::Expression(_)))
    };
    for index in &model.indexes {
        if index.name.is_none() && has_expression(index) {
            cx.error(
                index.span,
                "an index on an expression needs a name: `index(expression = \"..\", name = \"..\")`",
            );
        }
    }
}

/// No database numbers two columns of a table.
fn one_column_is_numbered(cx: &Ctxt, model: &Model<'_>) {
    let numbered = model
        .fields
        .iter()
        .filter_map(|field| field.attrs.options.auto_increment)
        .chain(
            model
                .columns
                .iter()
                .filter_map(|column| column.options.auto_increment),
        );
    for span in numbered.skip(1) {
        cx.error(span, "a table has one `auto_increment` column at most");
    }
}

/// Keys of one field that need or exclude each other.
fn field_is_consistent(cx: &Ctxt, field: &Field<'_>) {
    let attrs = &field.attrs;
    let options = &attrs.options;
    if let Some(inner) = option_argument(field.ty).and_then(option_argument) {
        cx.error(
            syn::spanned::Spanned::span(inner),
            "a column has one NULL: take one `Option` away",
        );
    }
    let without_reference = [&attrs.on_delete, &attrs.on_update]
        .into_iter()
        .flatten()
        .map(|action| action.span)
        .chain(attrs.deferrable.as_ref().map(|(span, _)| *span))
        .chain(attrs.joinable.map(|(span, _)| span));
    // A field with `references` has handed its actions over to the foreign key.
    for span in without_reference {
        cx.error(
            span,
            "this belongs to `references = Model` on the same field",
        );
    }
    if let (Some(scale), None) = (&attrs.scale, &attrs.precision) {
        cx.error(
            scale.span(),
            "`scale` needs `precision`: `precision = 10, scale = 2`",
        );
    }
    if let Some(number) = attrs.max_length.as_ref().or(attrs.precision.as_ref())
        && attrs.sql_type.is_some()
    {
        cx.error(number.span(), "`sql_type` already says all of the type");
    }
    match (&options.generated, &options.stored) {
        (Some((span, _)), None) => cx.error(
            *span,
            "say whether the value is `stored` in the row or `virtual`, computed when it is read",
        ),
        (None, Some((span, _))) => {
            cx.error(
                *span,
                "this belongs to `generated = \"..\"` on the same field",
            );
        }
        (Some(_), Some(_)) | (None, None) => {}
    }
    if let (Some(default), Some(_)) = (&options.default, &options.generated) {
        cx.error(default.span, "a generated column has no default");
    }
    if let (Some(default), Some(_)) = (&options.default, options.auto_increment) {
        cx.error(default.span, "an `auto_increment` column has no default");
    }
}

/// A field that stands for several columns has no type, default or key of its own.
fn embedded_fields_say_nothing(cx: &Ctxt, model: &Model<'_>) {
    for field in model.fields.iter().filter(|field| field.is_embedded()) {
        let attrs = &field.attrs;
        let texts = [
            &attrs.column,
            &attrs.options.comment,
            &attrs.options.collate,
        ];
        let mut spans: Vec<Span> = texts.into_iter().flatten().map(LitStr::span).collect();
        spans.extend(attrs.primary_key);
        spans.extend(attrs.options.default.as_ref().map(|default| default.span));
        spans.extend(attrs.options.auto_increment);
        for span in spans {
            cx.error(
                span,
                "an embedded field is several columns; say it in the struct it embeds",
            );
        }
    }
}

/// Names that mean something else in the modules `diesel::table!` writes: diesel's CLI renames them
/// (`RESERVED_NAMES`); `star`, `all_columns`, `dsl` and `q`, a variable in what it writes, break as well.
const RESERVED: &[&str] = &[
    "table",
    "columns",
    "diesel",
    "bool",
    "is_nullable",
    "star",
    "all_columns",
    "str",
    "dsl",
    "q",
];

/// `diesel::table!` takes the name of a schema as an identifier, and without it would ask another table.
fn diesel_can_name_the_schema(cx: &Ctxt, model: &Model<'_>) {
    if let DieselTable::Emitted(_) = &model.diesel
        && let Some(schema) = &model.table.schema
        && syn::parse_str::<syn::Ident>(schema).is_err()
    {
        cx.error_of_table(
            model.table.span,
            format!(
                "diesel cannot name the schema `{schema}`: it is no identifier of Rust\n\
                 rename the schema, or leave it out here and put it into the `search_path` of the connection"
            ),
        );
    }
}

/// diesel's own derives take the column's name from the field, so the derive cannot rename it alone.
fn diesel_can_name_the_columns(cx: &Ctxt, model: &Model<'_>) {
    let DieselTable::Emitted(table) = &model.diesel else {
        return;
    };
    for field in &model.fields {
        let ident = field.diesel_column();
        let name = syn::ext::IdentExt::unraw(ident).to_string();
        let reason = if RESERVED.contains(&name.as_str()) {
            "is a name of its own in `diesel::table!`"
        } else if name.starts_with("__") {
            "begins with `__`, as names of diesel do"
        } else if table == ident {
            "is the name of the table"
        } else {
            continue;
        };
        let instead = name.trim_start_matches('_');
        cx.error_of_table(
            ident.span(),
            format!(
                "a diesel column cannot be named `{name}`: it {reason}\n\
                 name the field `{instead}_` and say `#[model(column = \"{}\")]`",
                field.column.name
            ),
        );
    }
}

/// `diesel::table!` needs every column, and has at most 128 (with the feature `128-column-tables`;
/// diesel says so itself where a smaller feature is on).
fn diesel_can_hold_the_columns(cx: &Ctxt, model: &Model<'_>) {
    const MOST: usize = 128;
    if !matches!(model.diesel, DieselTable::Emitted(_)) || model.embedded {
        return;
    }
    if model.fields.is_empty() && model.columns.is_empty() {
        let name = &model.table.name;
        cx.error_of_table(
            model.table.span,
            format!(
                "diesel has no table without columns\n\
                 leave diesel's attributes and derives out: `#[model(table = \"{name}\")]`"
            ),
        );
        return;
    }
    if let Some(field) = model.fields.iter().find(|field| field.is_embedded()) {
        cx.error_of_table(
            field.ident.span(),
            "the columns of an embedded struct are not known where `diesel::table!` is written\n\
             write the `table!` yourself and name it: `#[model(diesel_table = path::to::table)]`",
        );
    }
    if model.fields.len() > MOST {
        cx.error_of_table(
            model.ident.span(),
            format!(
                "the table has {} columns; diesel has no tables of more than {MOST}\n\
                 leave diesel's attributes and derives out: `#[model(table = \"{}\")]`",
                model.fields.len(),
                model.table.name
            ),
        );
    }
}
