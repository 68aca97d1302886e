//! Whether a field's type is one that the derive knows, and its column of the same: decided by spelling,
//! so what is not certain is unknown.

use std::collections::{BTreeMap, BTreeSet};

use syn::{GenericArgument, Item, Path, PathArguments, PathSegment, Type, UseTree};

/// What the derive will say of a field.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Fit {
    /// It compiles.
    Yes,
    /// The column is of another type.
    Differs,
    /// The type must be made known to the derive.
    Unknown,
    /// The type is known, and needs its digits.
    NeedsDigits,
}

/// Which types the runtime knows in this package.
#[derive(Debug, Default)]
pub(super) struct Known {
    /// The features of the runtime that bring the types of other crates.
    pub(super) features: Vec<&'static str>,
    pub(super) has_sqlite: bool,
    pub(super) has_postgres: bool,
}

/// What names mean in a module, as far as its own items say.
#[derive(Debug, Default, Clone)]
pub(super) struct Names {
    imported: BTreeMap<String, Vec<String>>,
    /// Modules of which everything is imported.
    opened: Vec<Vec<String>>,
    declared: BTreeSet<String>,
}

impl Names {
    /// Reads the imports and declarations of a module.
    pub(super) fn of(items: &[Item]) -> Self {
        let mut names = Self::default();
        for item in items {
            let ident = match item {
                Item::Use(item) => {
                    names.import(&mut Vec::new(), &item.tree);
                    continue;
                }
                Item::Mod(item) => &item.ident,
                Item::Struct(item) => &item.ident,
                Item::Enum(item) => &item.ident,
                Item::Type(item) => &item.ident,
                _ => continue,
            };
            names.declared.insert(ident.to_string());
        }
        names
    }

    fn import(&mut self, path: &mut Vec<String>, tree: &UseTree) {
        match tree {
            UseTree::Path(tree) => {
                path.push(tree.ident.to_string());
                self.import(path, &tree.tree);
                path.pop();
            }
            UseTree::Name(tree) => {
                let name = tree.ident.to_string();
                self.imported
                    .insert(name.clone(), [path.as_slice(), &[name]].concat());
            }
            UseTree::Rename(tree) => {
                let full = [path.as_slice(), &[tree.ident.to_string()]].concat();
                self.imported.insert(tree.rename.to_string(), full);
            }
            UseTree::Glob(_) => self.opened.push(path.clone()),
            UseTree::Group(tree) => {
                for tree in &tree.items {
                    self.import(path, tree);
                }
            }
        }
    }

    /// The crate of a type, empty for what Rust always knows, and its name there.
    fn origin(&self, path: &Path) -> Option<(String, String)> {
        let mut full: Vec<String> = (path.segments.iter())
            .map(|segment| segment.ident.to_string())
            .collect();
        let first = full.first()?.clone();
        if path.leading_colon.is_none() {
            if self.declared.contains(&first) {
                return None;
            }
            if let Some(import) = self.imported.get(&first) {
                full.splice(..1, import.iter().cloned());
            }
        }
        let last = full.pop()?;
        if let Some(first) = full.first() {
            return Some((first.clone(), last));
        }
        let opened = self.opened.iter().filter_map(|path| path.first());
        let mut opened = opened.filter(|krate| {
            NEEDED
                .iter()
                .any(|(name, of, _)| *name == last && of == *krate)
        });
        Some((opened.next().cloned().unwrap_or_default(), last))
    }
}

/// The types of other crates: name, crate, and the feature of the runtime.
const NEEDED: &[(&str, &str, &str)] = &[
    ("NaiveDate", "chrono", "chrono"),
    ("NaiveTime", "chrono", "chrono"),
    ("NaiveDateTime", "chrono", "chrono"),
    ("DateTime", "chrono", "chrono"),
    ("Date", "time", "time"),
    ("Time", "time", "time"),
    ("PrimitiveDateTime", "time", "time"),
    ("OffsetDateTime", "time", "time"),
    ("Value", "serde_json", "serde_json"),
    ("Uuid", "uuid", "uuid"),
    ("BigDecimal", "bigdecimal", "decimal"),
];

/// Whether a field of type `ty` is at home in a column of type `column`.
pub(super) fn fit(ty: &Type, column: &Type, names: &Names, known: &Known) -> Fit {
    let accepted = match accepted(ty, names, known) {
        Ok(accepted) => accepted,
        Err(fit) => return fit,
    };
    match canonical(column) {
        Some(column) if accepted.contains(&column) => Fit::Yes,
        _ => Fit::Differs,
    }
}

/// The column types, in their first spelling, that the derive takes for a type.
fn accepted(ty: &Type, names: &Names, known: &Known) -> Result<Vec<String>, Fit> {
    let path = path(ty).ok_or(Fit::Unknown)?;
    let last = path.segments.last().ok_or(Fit::Unknown)?;
    let (krate, name) = names.origin(path).ok_or(Fit::Unknown)?;
    if krate.is_empty() {
        return match (name.as_str(), argument(last)) {
            ("Option", Some(inner)) => Ok(within("Nullable", accepted(inner, names, known)?)),
            ("Vec", Some(element)) => list(element, names, known),
            (name, None) => Ok(one(plain(name).ok_or(Fit::Unknown)?)),
            _ => Err(Fit::Unknown),
        };
    }
    let is_known = |(of, from, feature): &&(&str, &str, &str)| {
        *of == name && *from == krate && known.features.contains(feature)
    };
    NEEDED.iter().find(is_known).ok_or(Fit::Unknown)?;
    Ok(match name.as_str() {
        "NaiveDate" | "Date" => one("Date"),
        "NaiveTime" | "Time" => one("Time"),
        "NaiveDateTime" | "PrimitiveDateTime" => one("Timestamp"),
        "DateTime" | "OffsetDateTime" => points_in_time(known),
        "Value" => vec!["Json".to_owned(), "Jsonb".to_owned()],
        "Uuid" if known.has_postgres => one("Uuid"),
        "BigDecimal" => return Err(Fit::NeedsDigits),
        _ => return Err(Fit::Unknown),
    })
}

fn list(element: &Type, names: &Names, known: &Known) -> Result<Vec<String>, Fit> {
    if path(element).is_some_and(|path| path.is_ident("u8")) {
        return Ok(one("Binary"));
    }
    let is_plain = path(element).and_then(Path::get_ident);
    let is_plain = is_plain.is_some_and(|ident| plain(&ident.to_string()).is_some());
    if !known.has_postgres || !is_plain {
        return Err(Fit::Unknown);
    }
    Ok(within("Array", accepted(element, names, known)?))
}

fn points_in_time(known: &Known) -> Vec<String> {
    let sqlite = known.has_sqlite.then(|| "TimestamptzSqlite".to_owned());
    let postgres = known.has_postgres.then(|| "Timestamptz".to_owned());
    sqlite.into_iter().chain(postgres).collect()
}

/// Rust's own types.
fn plain(name: &str) -> Option<&'static str> {
    Some(match name {
        "bool" => "Bool",
        "i16" => "SmallInt",
        "i32" => "Integer",
        "i64" => "BigInt",
        "f32" => "Float",
        "f64" => "Double",
        "String" => "Text",
        _ => return None,
    })
}

/// diesel's aliases under the name of what they are.
fn canonical(ty: &Type) -> Option<String> {
    let last = path(ty)?.segments.last()?;
    let name = last.ident.to_string();
    if let Some(inner) = argument(last) {
        return Some(format!("{name}<{}>", canonical(inner)?));
    }
    let name = match name.as_str() {
        "Int2" | "Smallint" | "SmallSerial" => "SmallInt",
        "Int4" | "Serial" => "Integer",
        "Int8" | "Bigint" | "BigSerial" => "BigInt",
        "Float4" => "Float",
        "Float8" => "Double",
        "VarChar" | "Varchar" | "Char" | "Bpchar" => "Text",
        "Blob" | "Bytea" => "Binary",
        other => other,
    };
    Some(name.to_owned())
}

fn one(name: &str) -> Vec<String> {
    vec![name.to_owned()]
}

fn within(outer: &str, inner: Vec<String>) -> Vec<String> {
    let inner = inner.into_iter();
    inner.map(|name| format!("{outer}<{name}>")).collect()
}

fn path(ty: &Type) -> Option<&Path> {
    match ty {
        Type::Paren(inner) => path(&inner.elem),
        Type::Path(path) if path.qself.is_none() => Some(&path.path),
        _ => None,
    }
}

fn argument(segment: &PathSegment) -> Option<&Type> {
    let PathArguments::AngleBracketed(arguments) = &segment.arguments else {
        return None;
    };
    match arguments.args.first() {
        Some(GenericArgument::Type(ty)) if arguments.args.len() == 1 => Some(ty),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Names {
        Names::of(&syn::parse_file(text).unwrap().items)
    }

    fn fits(ty: &str, column: &str, imports: &str, known: &Known) -> Fit {
        let parse = |text| syn::parse_str(text).unwrap();
        fit(&parse(ty), &parse(column), &names(imports), known)
    }

    #[test]
    fn types_of_rust_fit_their_columns_under_every_alias() {
        let known = Known::default();
        for (ty, column, expected) in [
            ("i32", "Integer", Fit::Yes),
            ("i32", "diesel::sql_types::Int4", Fit::Yes),
            ("i64", "Integer", Fit::Differs),
            ("Option<String>", "Nullable<Varchar>", Fit::Yes),
            ("String", "Nullable<Text>", Fit::Differs),
            ("Option<String>", "Text", Fit::Differs),
            ("Vec<u8>", "Blob", Fit::Yes),
            ("Vec<String>", "Array<Text>", Fit::Unknown),
            ("Mood", "Text", Fit::Unknown),
            ("&'a str", "Text", Fit::Unknown),
            ("u32", "Integer", Fit::Unknown),
            ("chrono::NaiveDate", "Date", Fit::Unknown),
        ] {
            assert_eq!(fits(ty, column, "", &known), expected, "{ty} {column}");
        }
        assert_eq!(
            fits("String", "Text", "type String = u8;", &known),
            Fit::Unknown
        );
    }

    #[test]
    fn types_of_crates_are_told_by_their_imports() {
        let known = Known {
            features: vec!["chrono", "serde_json", "uuid", "decimal"],
            has_sqlite: false,
            has_postgres: true,
        };
        for (ty, column, imports, expected) in [
            ("NaiveDate", "Date", "use chrono::NaiveDate;", Fit::Yes),
            ("NaiveDate", "Date", "use chrono::prelude::*;", Fit::Yes),
            ("NaiveDate", "Date", "use diesel::prelude::*;", Fit::Unknown),
            ("json::Value", "Jsonb", "use serde_json as json;", Fit::Yes),
            ("Value", "Json", "use crate::Value;", Fit::Unknown),
            ("chrono::DateTime<chrono::Utc>", "Timestamptz", "", Fit::Yes),
            (
                "chrono::DateTime<chrono::Utc>",
                "Timestamp",
                "",
                Fit::Differs,
            ),
            ("chrono::NaiveDate", "Date", "mod chrono;", Fit::Unknown),
            ("Option<uuid::Uuid>", "Nullable<Uuid>", "", Fit::Yes),
            ("bigdecimal::BigDecimal", "Numeric", "", Fit::NeedsDigits),
            ("Vec<String>", "Array<Text>", "", Fit::Yes),
            (
                "Vec<Option<String>>",
                "Array<Nullable<Text>>",
                "",
                Fit::Unknown,
            ),
            ("time::Date", "Date", "", Fit::Unknown),
        ] {
            assert_eq!(
                fits(ty, column, imports, &known),
                expected,
                "{ty} {imports}"
            );
        }
    }
}
