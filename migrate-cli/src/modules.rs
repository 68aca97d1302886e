//! The modules of a crate, as files and `mod` items make them: the root in, each module once, those within
//! a module before it. A file that does not parse, or is not there, is the compiler's matter.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use syn::{Attribute, Expr, Item, ItemMod, Lit, Meta};

/// A module: a file, or a part of one.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Module<'a> {
    pub(crate) file: &'a Path,
    /// The names that lead to it from the crate's root.
    pub(crate) path: &'a [String],
    pub(crate) items: &'a [Item],
    /// Whether it is there only where some `cfg` holds.
    pub(crate) is_conditional: bool,
}

/// Shows the modules of a crate, from its root file on.
pub(crate) fn walk(root: &Path, visit: &mut dyn FnMut(Module<'_>)) {
    let mut walk = Walk {
        path: Vec::new(),
        conditions: 0,
        visit,
    };
    walk.file(root, true);
}

/// The files of that name beside the root, `name.rs` or `name/mod.rs`, that no `mod` item leads to.
pub(crate) fn undeclared<'n>(root: &Path, names: &[&'n str]) -> Vec<&'n str> {
    let mut declared = BTreeSet::new();
    walk(root, &mut |module| {
        declared.insert(module.file.to_owned());
    });
    let beside = root.parent().unwrap_or(Path::new(""));
    let names = names.iter().copied();
    names
        .filter(|name| {
            let plain = beside.join(format!("{name}.rs"));
            let nested = beside.join(name).join("mod.rs");
            let mut files = [plain, nested].into_iter().filter(|path| path.is_file());
            files.any(|path| !declared.contains(&path))
        })
        .collect()
}

struct Walk<'v> {
    path: Vec<String>,
    /// How many of the modules around depend on a `cfg`.
    conditions: usize,
    visit: &'v mut dyn FnMut(Module<'_>),
}

impl Walk<'_> {
    /// A file that is a module. `owns` is whether its modules lie beside it: a crate's root, a `mod.rs`.
    fn file(&mut self, path: &Path, owns: bool) {
        let Some(parsed) = fs::read_to_string(path)
            .ok()
            .and_then(|text| syn::parse_file(&text).ok())
        else {
            return;
        };
        let beside = path.parent().unwrap_or(Path::new(""));
        let below = if owns {
            beside.to_owned()
        } else {
            path.with_extension("")
        };
        self.items(&parsed.items, (path, &below));
    }

    fn items(&mut self, items: &[Item], place: (&Path, &Path)) {
        for item in items {
            if let Item::Mod(item) = item {
                self.module(item, place);
            }
        }
        (self.visit)(Module {
            file: place.0,
            path: &self.path,
            items,
            is_conditional: self.conditions > 0,
        });
    }

    fn module(&mut self, item: &ItemMod, (file, below): (&Path, &Path)) {
        let name = item.ident.to_string();
        let name = name.trim_start_matches("r#");
        let conditions = usize::from(is_conditional(&item.attrs));
        self.conditions += conditions;
        self.path.push(name.to_owned());
        if let Some((_, items)) = &item.content {
            self.items(items, (file, &below.join(name)));
        } else if let Some(path) = path_attribute(&item.attrs) {
            self.file(&file.with_file_name(path), true);
        } else {
            let plain = below.join(format!("{name}.rs"));
            if plain.is_file() {
                self.file(&plain, false);
            } else {
                self.file(&below.join(name).join("mod.rs"), true);
            }
        }
        self.path.pop();
        self.conditions -= conditions;
    }
}

/// Whether what has these attributes, or a part of them, depends on a `cfg`.
pub(crate) fn is_conditional(attributes: &[Attribute]) -> bool {
    (attributes.iter())
        .any(|attribute| attribute.path().is_ident("cfg") || attribute.path().is_ident("cfg_attr"))
}

/// A name in `from` as it is written in the module `from`; from the crate where it is elsewhere.
pub(crate) fn seen_from(from: &[String], path: &[String], name: &str) -> String {
    let inside = path.strip_prefix(from).map(<[String]>::to_vec);
    let mut parts = inside.unwrap_or_else(|| [&["crate".to_owned()], path].concat());
    parts.push(name.to_owned());
    parts.join("::")
}

fn path_attribute(attributes: &[Attribute]) -> Option<String> {
    let attribute = (attributes.iter()).find(|attribute| attribute.path().is_ident("path"))?;
    let Meta::NameValue(pair) = &attribute.meta else {
        return None;
    };
    match &pair.value {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Str(text) => Some(text.value()),
            _ => None,
        },
        _ => None,
    }
}
