//! Rust names for tables and columns.

use crate::schema::Name;
use std::collections::BTreeSet;

/// Names that generated code imports, or that would hide what the derives rely on.
const TAKEN_STRUCTS: &[&str] = &[
    "Box",
    "Clone",
    "Copy",
    "DateTime",
    "Debug",
    "Default",
    "Err",
    "Identifiable",
    "Insertable",
    "Iterator",
    "Model",
    "NaiveDate",
    "NaiveDateTime",
    "NaiveTime",
    "None",
    "Ok",
    "Option",
    "Queryable",
    "QueryableByName",
    "Result",
    "Selectable",
    "Self",
    "Some",
    "SqlEnum",
    "String",
    "Table",
    "Utc",
    "Vec",
];

/// Modules of this name would hide a crate or mean something else.
const TAKEN_MODULES: &[&str] = &[
    "alloc",
    "chrono",
    "core",
    "diesel",
    "dsl",
    "migrate_runtime",
    "prelude",
    "std",
];

/// Names that mean something else in the modules of `diesel::table!`.
const TAKEN_FIELDS: &[&str] = &[
    "all_columns",
    "bool",
    "columns",
    "diesel",
    "dsl",
    "is_nullable",
    "q",
    "star",
    "str",
    "table",
];

/// The name of a table's struct: in the singular, in capitals, none of `used`.
pub(in crate::source) fn struct_name(table: &Name, used: &mut BTreeSet<String>) -> String {
    let mut words: Vec<String> = words(table.as_str());
    if let Some(last) = words.last_mut() {
        *last = singular(last);
    }
    let mut name: String = words.iter().map(|word| capitalized(word)).collect();
    if !name.starts_with(char::is_alphabetic) {
        name.insert_str(0, "Table");
    }
    if TAKEN_STRUCTS.contains(&name.as_str()) || !is_identifier(&name) {
        name.push_str("Row");
    }
    distinct(name, "", used)
}

/// The name of an enum's variant.
pub(in crate::source) fn variant_name(value: &str, used: &mut BTreeSet<String>) -> String {
    let mut name: String = words(value).iter().map(|word| capitalized(word)).collect();
    if !name.starts_with(char::is_alphabetic) {
        name.insert_str(0, "Value");
    }
    if !is_identifier(&name) {
        name.push_str("Value");
    }
    // Behind an underscore rustc would want no number.
    distinct(name, "", used)
}

/// The name of a table's diesel module.
pub(in crate::source) fn module_name(table: &Name, used: &mut BTreeSet<String>) -> String {
    let name = snake(table.as_str(), "table");
    let name = escaped(name, TAKEN_MODULES);
    distinct(name, "_", used)
}

/// The name of a column's field; `module` is that of its table, which diesel does not want twice.
pub(in crate::source) fn field_name(
    column: &Name,
    module: &str,
    used: &mut BTreeSet<String>,
) -> String {
    let mut name = escaped(snake(column.as_str(), "column"), TAKEN_FIELDS);
    if name == module {
        name.push('_');
    }
    distinct(name, "_", used)
}

fn escaped(name: String, taken: &[&str]) -> String {
    if taken.contains(&name.as_str()) || !is_identifier(&name) {
        name + "_"
    } else {
        name
    }
}

/// The name, or the first of it with a number that is not used yet.
fn distinct(name: String, separator: &str, used: &mut BTreeSet<String>) -> String {
    if used.insert(name.clone()) {
        return name;
    }
    let numbered = (2..1_000_000)
        .map(|number| format!("{name}{separator}{number}"))
        .find(|candidate| !used.contains(candidate))
        .unwrap_or(name);
    used.insert(numbered.clone());
    numbered
}

pub(in crate::source) fn is_identifier(name: &str) -> bool {
    // `gen` is a keyword since edition 2024.
    name != "gen" && syn::parse_str::<syn::Ident>(name).is_ok()
}

fn snake(name: &str, otherwise: &str) -> String {
    let name = words(name).join("_");
    if name.starts_with(char::is_alphabetic) {
        name
    } else if name.is_empty() {
        otherwise.to_owned()
    } else {
        format!("{otherwise}_{name}")
    }
}

/// The words in small letters, cut where a capital begins one: `HTTPStatus_id` is `http status id`.
/// Other alphabets are spelled in ASCII: diesel's derives cut names at bytes.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let name = deunicode::deunicode(name);
    let characters: Vec<char> = name.chars().collect();
    for (at, &character) in characters.iter().enumerate() {
        if !character.is_alphanumeric() {
            words.push(String::new());
            continue;
        }
        let before = at.checked_sub(1).and_then(|at| characters.get(at));
        let behind = characters.get(at + 1);
        let begins = character.is_uppercase()
            && (before.is_some_and(|before| before.is_lowercase() || before.is_ascii_digit())
                || before.is_some_and(|before| before.is_uppercase())
                    && behind.is_some_and(|behind| behind.is_lowercase()));
        if begins {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut() {
            word.extend(character.to_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

fn capitalized(word: &str) -> String {
    let mut characters = word.chars();
    characters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(characters).collect()
    })
}

/// The singular of an English noun; a word that may be none stays as it is.
fn singular(word: &str) -> String {
    const IRREGULAR: &[(&str, &str)] = &[
        ("children", "child"),
        ("cookies", "cookie"),
        ("data", "data"),
        ("indices", "index"),
        ("men", "man"),
        ("mice", "mouse"),
        ("movies", "movie"),
        ("news", "news"),
        ("people", "person"),
        ("series", "series"),
        ("species", "species"),
        ("statuses", "status"),
        ("women", "woman"),
    ];
    if let Some((_, one)) = IRREGULAR.iter().find(|(many, _)| *many == word) {
        return (*one).to_owned();
    }
    let stem = |ending: &str| word.strip_suffix(ending).filter(|stem| stem.len() > 1);
    if let Some(stem) = stem("ies") {
        return format!("{stem}y");
    }
    for ending in ["sses", "shes", "ches", "xes", "zes"] {
        if stem(ending).is_some() {
            return word.strip_suffix("es").unwrap_or(word).to_owned();
        }
    }
    let kept = ["ss", "us", "is", "as"]
        .iter()
        .any(|ending| word.ends_with(ending));
    match stem("s") {
        Some(stem) if !kept => stem.to_owned(),
        _ => word.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn structs(tables: &[&str]) -> Vec<String> {
        let mut used = BTreeSet::new();
        let name = |table: &&str| struct_name(&(*table).into(), &mut used);
        tables.iter().map(name).collect()
    }

    fn fields(columns: &[&str]) -> Vec<String> {
        let mut used = BTreeSet::new();
        let name = |column: &&str| field_name(&(*column).into(), "country", &mut used);
        columns.iter().map(name).collect()
    }

    #[test]
    fn structs_are_singular_and_different() {
        let tables = [
            "users",
            "user",
            "Categories",
            "order items",
            "addresses",
            "status",
            "options",
            "2fa",
            "type",
            "HTTPLogs",
            "playlist-track",
            "боксы",
            "self",
            "",
        ];
        assert_eq!(
            structs(&tables),
            [
                "User",
                "User2",
                "Category",
                "OrderItem",
                "Address",
                "Status",
                "OptionRow",
                "Table2fa",
                "Type",
                "HttpLog",
                "PlaylistTrack",
                "Boksy",
                "SelfRow",
                "TableRow",
            ]
        );
    }

    #[test]
    fn fields_are_identifiers_that_diesel_takes() {
        let columns = [
            "AlbumId", "album_id", "type", "country", "bool", "2nd", "a b", "__x", "", "ID",
            "crate",
        ];
        assert_eq!(
            fields(&columns),
            [
                "album_id",
                "album_id_2",
                "type_",
                "country_",
                "bool_",
                "column_2nd",
                "a_b",
                "x",
                "column",
                "id",
                "crate_",
            ]
        );
    }
}
