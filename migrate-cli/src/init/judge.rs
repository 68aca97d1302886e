//! Whether a struct can be a model of its `table!`: both in, what it takes or what is in the way out.

use std::collections::BTreeSet;

use quote::ToTokens;
use syn::ext::IdentExt;
use syn::{Field, Fields, Path};

use super::edit::Additions;
use super::structs::{FieldWords, Struct};
use super::tables::{Column, Table};
use super::types::{self, Fit, Known};
use crate::modules;

/// Why a struct is no model yet.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Obstacle {
    #[error("it depends on a `cfg`")]
    Conditional,
    #[error("it has parameters")]
    Parameters,
    #[error("its fields have no names")]
    NoNames,
    #[error("this package has no `table!` of the name `{0}`")]
    NoTable(String),
    #[error("this package has several `table!` of the name `{0}`")]
    Ambiguous(String),
    #[error("it has no field for {0}")]
    Missing(String),
    #[error("its `table!` has no column `{0}`")]
    NoColumn(String),
    #[error("field `{field}` says `{word}` to diesel")]
    Special { field: String, word: String },
    #[error("the type of `{field}`, `{ty}`, needs `ColumnType` or `SqlEnum`")]
    Unknown { field: String, ty: String },
    #[error("field `{field}` is `{ty}`, its column is `{column}`")]
    Differs {
        field: String,
        ty: String,
        column: String,
    },
    #[error("field `{0}` needs its digits: `#[model(precision = .., scale = ..)]`")]
    Digits(String),
    #[error("its key is an `Option`")]
    OptionalKey,
    #[error("`{0}`, which it belongs to, is no model")]
    Parent(String),
    #[error("its key refers to another type than `{0}` has")]
    ParentKey(String),
}

/// What makes a struct a model, or the first thing that is in the way.
pub(super) fn judge(
    found: &Struct,
    table: &Table,
    known: &Known,
    krate: Option<&str>,
) -> Result<Additions, Obstacle> {
    let Fields::Named(fields) = &found.item.fields else {
        return Err(Obstacle::NoNames);
    };
    let conditional_columns = table.columns.iter().any(|column| column.is_conditional);
    if found.is_conditional || table.is_conditional || conditional_columns {
        return Err(Obstacle::Conditional);
    }
    if !found.item.generics.params.is_empty() {
        return Err(Obstacle::Parameters);
    }
    let mut held = BTreeSet::new();
    let mut additions = Additions::of(&found.item, words(found, table, krate));
    for field in &fields.named {
        if FieldWords::read(&field.attrs).is_expression {
            continue;
        }
        let column = of_field(field, table, found, known)?;
        held.insert(column.ident.as_str());
        additions.field(field, field_words(field, column));
    }
    let missing: Vec<&str> = (table.columns.iter())
        .map(|column| column.ident.as_str())
        .filter(|column| !held.contains(column))
        .collect();
    if missing.is_empty() {
        Ok(additions)
    } else {
        Err(Obstacle::Missing(missing.join(", ")))
    }
}

/// The column of a field that it fits into.
fn of_field<'a>(
    field: &Field,
    table: &'a Table,
    found: &Struct,
    known: &Known,
) -> Result<&'a Column, Obstacle> {
    let name = name(field);
    if modules::is_conditional(&field.attrs) {
        return Err(Obstacle::Conditional);
    }
    if let Some(word) = FieldWords::read(&field.attrs).special {
        return Err(Obstacle::Special { field: name, word });
    }
    let column = self::column(field);
    let mut columns = table.columns.iter();
    let Some(column) = columns.find(|it| it.ident == column) else {
        return Err(Obstacle::NoColumn(column));
    };
    let ty = spelled(&field.ty);
    if table.key.contains(&column.ident) && ty.starts_with("Option<") {
        return Err(Obstacle::OptionalKey);
    }
    match types::fit(&field.ty, &column.ty, &found.names, known) {
        Fit::Yes => Ok(column),
        Fit::Unknown => Err(Obstacle::Unknown { field: name, ty }),
        Fit::NeedsDigits => Err(Obstacle::Digits(name)),
        Fit::Differs => Err(Obstacle::Differs {
            field: name,
            ty,
            column: spelled(&column.ty),
        }),
    }
}

/// What `#[model(..)]` on the struct says.
fn words(found: &Struct, table: &Table, krate: Option<&str>) -> Vec<String> {
    let mut words = vec![format!(
        "diesel_table = {}",
        segments(&found.table).join("::")
    )];
    let ident = table.path.last();
    match &table.schema {
        Some(schema) => words.push(format!("table = {:?}", format!("{schema}.{}", table.name))),
        None if ident != Some(&table.name) => words.push(format!("table = {:?}", table.name)),
        None => {}
    }
    let id = vec!["id".to_owned()];
    if *found.primary_key.as_ref().unwrap_or(&id) != table.key {
        words.push(format!("primary_key({})", table.key.join(", ")));
    }
    words.extend(krate.map(|krate| format!("crate = {krate}")));
    words.push("unlisted".to_owned());
    words
}

/// What `#[model(..)]` on a field says: what the `table!` knows of the database and diesel does not.
fn field_words(field: &Field, column: &Column) -> Vec<String> {
    let mut words = Vec::new();
    if column.name != self::column(field) {
        words.push(format!("column = {:?}", column.name));
    }
    let is_varchar = ["Varchar", "VarChar"]
        .iter()
        .any(|name| spelled(&column.ty).contains(name));
    if let (true, Some(length)) = (is_varchar, &column.max_length) {
        words.push(format!("max_length = {length}"));
    }
    words
}

/// The field's column in Rust.
pub(super) fn column(field: &Field) -> String {
    FieldWords::read(&field.attrs)
        .column
        .unwrap_or_else(|| name(field))
}

pub(super) fn name(field: &Field) -> String {
    field
        .ident
        .as_ref()
        .map(|ident| ident.unraw().to_string())
        .unwrap_or_default()
}

pub(super) fn spelled(tokens: &impl ToTokens) -> String {
    let text = tokens.to_token_stream().to_string();
    text.replace(' ', "")
}

pub(super) fn segments(path: &Path) -> Vec<String> {
    path.segments
        .iter()
        .map(|segment| segment.ident.to_string())
        .collect()
}

pub(super) fn last(path: &Path) -> String {
    path.segments
        .last()
        .map(|last| last.ident.unraw().to_string())
        .unwrap_or_default()
}
