//! The structs of a package that could become models: those with diesel's `table_name`.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use migrate_runtime::Error;
use migrate_runtime::cli::ui::Ui;
use syn::{Fields, Item, ItemStruct};

use super::plan;

/// A struct that could become a model.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Candidate {
    pub(super) file: PathBuf,
    pub(super) line: usize,
    pub(super) name: String,
    pub(super) table: String,
    fields: usize,
}

/// One struct for each table, the one with the most fields, in the order of files and lines.
pub(super) fn find(root: &Path) -> Result<Vec<Candidate>, Error> {
    let mut best: BTreeMap<String, Candidate> = BTreeMap::new();
    for file in rust_files(&root.join("src")) {
        let text = plan::read(&file)?.unwrap_or_default();
        // A file that does not parse is the compiler's matter, not ours.
        let Ok(parsed) = syn::parse_file(&text) else {
            continue;
        };
        for candidate in parsed
            .items
            .iter()
            .filter_map(|item| candidate(&file, item))
        {
            let known = best.get(&candidate.table).map_or(0, |known| known.fields);
            if candidate.fields > known {
                best.insert(candidate.table.clone(), candidate);
            }
        }
    }
    let mut found: Vec<Candidate> = best.into_values().collect();
    found.sort_by(|a, b| (&a.file, a.line).cmp(&(&b.file, b.line)));
    Ok(found)
}

/// Tells how to turn the structs into models.
pub(super) fn advise(candidates: &[Candidate], source: &str, cwd: &Path, ui: Ui) {
    ui.status("next", "these structs have a table; make them models:");
    for Candidate {
        file,
        line,
        name,
        table,
        fields: _,
    } in candidates
    {
        let place = super::shown(file, cwd);
        ui.note(&format!(
            "            {place}:{line}  {name}: #[derive(Model)] #[model(diesel_table = {table})]"
        ));
    }
    let names: Vec<&str> = candidates
        .iter()
        .map(|candidate| candidate.name.as_str())
        .collect();
    ui.note(&format!(
        "            list them in {source}: models = [{}]",
        names.join(", ")
    ));
    ui.note(
        "            your `table!` declarations stay as they are, and so does the database; then",
    );
}

fn candidate(file: &Path, item: &Item) -> Option<Candidate> {
    let Item::Struct(item) = item else {
        return None;
    };
    let Fields::Named(fields) = &item.fields else {
        return None;
    };
    Some(Candidate {
        file: file.to_owned(),
        line: item.ident.span().start().line,
        name: item.ident.to_string(),
        table: table_name(item)?,
        fields: fields.named.len(),
    })
}

/// The path in `#[diesel(table_name = path)]`, unless the struct is a model already or has a lifetime,
/// as structs for inserting have.
fn table_name(item: &ItemStruct) -> Option<String> {
    let is_model = item.attrs.iter().any(|attribute| {
        attribute.path().is_ident("derive")
            && attribute
                .meta
                .require_list()
                .is_ok_and(|list| derives_model(&list.tokens.to_string()))
    });
    if is_model || item.generics.lifetimes().next().is_some() {
        return None;
    }
    let mut found = None;
    for attribute in item
        .attrs
        .iter()
        .filter(|attribute| attribute.path().is_ident("diesel"))
    {
        let _ = attribute.parse_nested_meta(|meta| {
            if meta.path.is_ident("table_name") {
                let path: syn::Path = meta.value()?.parse()?;
                found = Some(written(&path));
            } else if let Ok(value) = meta.value() {
                let _: syn::Expr = value.parse()?;
            } else if meta.input.peek(syn::token::Paren) {
                let content;
                syn::parenthesized!(content in meta.input);
                let _: proc_macro2::TokenStream = content.parse()?;
            }
            Ok(())
        });
    }
    found
}

fn derives_model(tokens: &str) -> bool {
    tokens.split(',').any(|derive| {
        derive
            .rsplit("::")
            .next()
            .is_some_and(|name| name.trim() == "Model")
    })
}

fn written(path: &syn::Path) -> String {
    let segments: Vec<String> = path
        .segments
        .iter()
        .map(|segment| segment.ident.to_string())
        .collect();
    segments.join("::")
}

/// The Rust files below a directory, in a fixed order.
fn rust_files(dir: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(dir) else {
        return Vec::new();
    };
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    let mut files = Vec::new();
    for path in paths {
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fullest_struct_of_each_table_is_the_candidate() {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("src")).unwrap();
        let text = "
            #[derive(Queryable)]
            #[diesel(table_name = crate::schema::users, check_for_backend(diesel::sqlite::Sqlite))]
            pub struct User { pub id: i32, pub name: String }
            #[derive(Insertable)]
            #[diesel(table_name = crate::schema::users)]
            pub struct NewUser<'a> { pub name: &'a str }
            #[diesel(table_name = crate::schema::users)]
            pub struct Short { pub id: i32 }
            #[derive(Debug, migrate_runtime::Model)]
            #[diesel(table_name = posts)]
            pub struct Post { pub id: i32 }
            pub struct Other { pub id: i32 }
        ";
        fs::write(dir.path().join("src/models.rs"), text).unwrap();
        let found = find(dir.path()).unwrap();
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(
            (
                found[0].name.as_str(),
                found[0].table.as_str(),
                found[0].line
            ),
            ("User", "crate::schema::users", 4)
        );
    }
}
