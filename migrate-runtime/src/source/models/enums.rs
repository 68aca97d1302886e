//! Enums, from the enum types of the database.

use super::attribute::{attribute, string};
use super::names;
use crate::operation::enum_of;
use crate::schema::{EnumType, Name, Schema, Table};
use std::collections::{BTreeMap, BTreeSet};

/// The Rust names of the enum types that the tables use.
pub(super) fn named(
    schema: &Schema,
    tables: &[&Table],
    used: &mut BTreeSet<String>,
) -> BTreeMap<Name, String> {
    let wanted: BTreeSet<&Name> = (tables.iter())
        .flat_map(|table| &table.columns)
        .filter_map(|column| enum_of(&column.ty))
        .collect();
    (schema.enums.keys())
        .filter(|name| wanted.contains(name))
        .map(|name| (name.clone(), names::struct_name(name, used)))
        .collect()
}

/// The enum, with what its values would not be called by themselves.
pub(super) fn write(enum_type: &EnumType, rust: &str) -> String {
    let EnumType { name, values } = enum_type;
    let mut used = BTreeSet::new();
    let mut source = format!(
        "/// A value of the enum type `{}`.\n#[derive(Debug, Clone, Copy, PartialEq, Eq, SqlEnum)]\n",
        name.as_str().escape_debug()
    );
    let named = format!("name = {}", string(name.as_str()));
    source += &attribute("", "sql_enum", &[named]);
    source += "pub enum ";
    source += rust;
    source += " {\n";
    for value in values {
        let variant = names::variant_name(value, &mut used);
        let item = format!("value = {}", string(value));
        source += &attribute("    ", "sql_enum", &[item]);
        source += "    ";
        source += &variant;
        source += ",\n";
    }
    source + "}\n"
}
