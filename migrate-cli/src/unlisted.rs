//! The models that a `schema!` does not list: the source of a package in, paths to paste out. It is advice
//! after a build that failed, where the compiler says one at a time; nothing is decided by it.

use std::path::{Path, PathBuf};

use proc_macro2::{TokenStream, TokenTree};
use syn::{Item, ItemMacro};

use crate::modules::{self, Module};

/// A file with a `schema!`, and the models that it lacks, as they are written there.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Unlisted {
    pub(crate) file: PathBuf,
    pub(crate) models: Vec<String>,
}

/// Looks at the modules of a crate. `None` if there is nothing to say.
pub(crate) fn find(root: &Path) -> Option<Unlisted> {
    let mut found = Found::default();
    modules::walk(root, &mut |module| found.module(module));
    let (file, module, listed) = found.schema?;
    let missing = (found.models.iter()).filter(|(_, name)| !listed.contains(name));
    let models: Vec<String> = missing
        .map(|(path, name)| modules::seen_from(&module, path, name))
        .collect();
    (!models.is_empty()).then_some(Unlisted { file, models })
}

#[derive(Debug, Default)]
struct Found {
    /// Modules and name of each model.
    models: Vec<(Vec<String>, String)>,
    /// File, modules and listed names of the first `schema!`.
    schema: Option<(PathBuf, Vec<String>, Vec<String>)>,
}

impl Found {
    fn module(&mut self, module: Module<'_>) {
        for item in module.items {
            match item {
                Item::Struct(item) if is_model(&item.attrs) => {
                    self.models
                        .push((module.path.to_vec(), item.ident.to_string()));
                }
                Item::Macro(item) if self.schema.is_none() && is_schema(item) => {
                    let listed = listed(item.mac.tokens.clone());
                    self.schema = Some((module.file.to_owned(), module.path.to_vec(), listed));
                }
                _ => {}
            }
        }
    }
}

/// Whether `Model` is derived, and the struct does not say that it is in no list.
fn is_model(attributes: &[syn::Attribute]) -> bool {
    let words = |name: &str| -> Vec<String> {
        let lists = (attributes.iter()).filter(|attribute| attribute.path().is_ident(name));
        lists
            .filter_map(|attribute| attribute.meta.require_list().ok())
            .flat_map(|list| list.tokens.clone())
            .map(|token| token.to_string())
            .collect()
    };
    words("derive").iter().any(|word| word == "Model")
        && !words("model").iter().any(|word| word == "unlisted")
}

fn is_schema(item: &ItemMacro) -> bool {
    let last = item.mac.path.segments.last();
    last.is_some_and(|segment| segment.ident == "schema")
}

/// The names in `models = [..]`: the last word of each path, before a comma or the name of a table.
fn listed(tokens: TokenStream) -> Vec<String> {
    let mut tokens = tokens.into_iter();
    let is_models = |token: &TokenTree| matches!(token, TokenTree::Ident(it) if it == "models");
    tokens.find(is_models);
    let list = tokens.find_map(|token| match token {
        TokenTree::Group(group) => Some(group.stream()),
        _ => None,
    });
    let mut names: Vec<String> = Vec::new();
    let mut last = None;
    for token in list.into_iter().flatten() {
        match token {
            TokenTree::Ident(ident) => last = Some(ident.to_string()),
            TokenTree::Punct(punct) if matches!(punct.as_char(), ',' | '=') => {
                names.extend(last.take());
            }
            _ => {}
        }
    }
    names.extend(last);
    names
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn crate_of(files: &[(&str, &str)]) -> (tempfile::TempDir, PathBuf) {
        let dir = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let path = dir.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let root = dir.path().join("lib.rs");
        (dir, root)
    }

    #[test]
    fn models_are_named_as_the_schema_can_write_them() {
        let model =
            |name: &str| format!("#[derive(Debug, Model)]\npub struct {name} {{ id: i64 }}\n");
        let (_dir, root) = crate_of(&[
            (
                "lib.rs",
                "mod models; mod odd { #[path = \"far.rs\"] pub mod near; }\n#[derive(migrate_runtime::Model)] struct Here { id: i64 }\n\
                 migrate_runtime::schema! { pub const SCHEMA; models = [models::Owner, #[cfg(feature = \"x\")] models::pets::Pet = \"pets\"], migrations = \"m\" }",
            ),
            (
                "models/mod.rs",
                &format!("pub mod pets; {}", model("Owner")),
            ),
            (
                "models/pets.rs",
                &format!("mod toys; {}{}", model("Pet"), model("Visit")),
            ),
            ("models/pets/toys.rs", &model("Toy")),
            ("models/pets/lost.rs", &model("Lost")),
            (
                "far.rs",
                "#[derive(Model)] #[model(unlisted)] struct Never { id: i64 }\n#[derive(Clone)] struct Plain;\n",
            ),
        ]);
        let found = find(&root).unwrap();
        assert_eq!(
            found.models.join(", "),
            "models::pets::toys::Toy, models::pets::Visit, Here"
        );
        assert_eq!(found.file, root);
    }

    #[test]
    fn a_schema_in_a_module_names_models_from_the_crate() {
        let (_dir, root) = crate_of(&[
            ("lib.rs", "mod db; mod models;"),
            (
                "db.rs",
                "schema! { const SCHEMA; models = [], migrations = \"m\" }",
            ),
            ("models.rs", "#[derive(Model)] struct User { id: i64 }"),
        ]);
        let found = find(&root).unwrap();
        assert_eq!(found.models, ["crate::models::User"]);
        assert!(found.file.ends_with("db.rs"));
    }

    #[test]
    fn where_all_are_listed_there_is_nothing_to_say() {
        let (_dir, root) = crate_of(&[(
            "lib.rs",
            "#[derive(Model)] struct User { id: i64 }\nschema! { const SCHEMA; models = [User,], migrations = \"m\" }",
        )]);
        assert_eq!(find(&root), None);
        assert_eq!(find(&root.with_file_name("no.rs")), None);
    }
}
