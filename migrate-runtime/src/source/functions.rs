//! The functions that the `run` steps of a file call, to be taken over into another file.

use super::SourceError;
use super::read::{place, said_better};
use super::rename::{Edit, applied};
use std::ops::Range;
use std::path::Path;
use syn::spanned::Spanned;

/// What the `run` steps of a file call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Functions {
    /// The names of the functions, one for each `run` of the way up.
    pub upgrade: Vec<String>,
    /// One for each `run` of the way down.
    pub downgrade: Vec<String>,
    /// All that stands in the file beside the constant, with these functions visible to the module around it.
    pub items: String,
}

/// Reads them.
///
/// # Errors
/// Where the text is no Rust, or a step calls something else than a function of the file.
pub fn functions(path: &Path, text: &str) -> Result<Functions, SourceError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let file = parsed(path, text)?;
    let mut functions = Functions {
        upgrade: Vec::new(),
        downgrade: Vec::new(),
        items: String::new(),
    };
    let Some(constant) = constant(&file) else {
        return Err(SourceError::NoMigration {
            path: path.to_owned(),
        });
    };
    let is_here = |name: &syn::Ident| {
        let mut items = file.items.iter();
        items.any(|item| matches!(item, syn::Item::Fn(it) if it.sig.ident == *name))
    };
    let mut expr = &*constant.expr;
    while let syn::Expr::MethodCall(call) = expr {
        let list = match call.method.to_string().as_str() {
            "upgrade" => Some(&mut functions.upgrade),
            "downgrade" => Some(&mut functions.downgrade),
            _ => None,
        };
        if let (Some(list), Some(argument)) = (list, call.args.first()) {
            for step in steps(argument).filter_map(run_call) {
                let name = step.args.get(1).and_then(name).filter(|name| is_here(name));
                let name = name.ok_or_else(|| SourceError::NoFunction {
                    place: place(path, step.span()),
                })?;
                list.push(name.to_string());
            }
        }
        expr = &call.receiver;
    }
    let header = (text.split_inclusive('\n'))
        .take_while(|line| line.starts_with("//!"))
        .map(str::len)
        .sum();
    let mut edits = vec![edit(0..header, ""), edit(constant.span().byte_range(), "")];
    for item in &file.items {
        match item {
            syn::Item::Fn(it) if matches!(it.vis, syn::Visibility::Inherited) => {
                let name = it.sig.ident.to_string();
                let called = functions.upgrade.iter().chain(&functions.downgrade);
                let start = it.sig.span().byte_range().start;
                if called.clone().any(|called| *called == name) {
                    edits.push(edit(start..start, "pub(super) "));
                }
            }
            // The module is one deeper there.
            syn::Item::Use(it) => {
                if let syn::UseTree::Path(tree) = &it.tree
                    && tree.ident == "super"
                {
                    let start = tree.ident.span().byte_range().start;
                    edits.push(edit(start..start, "super::"));
                }
            }
            _ => {}
        }
    }
    applied(text, edits).trim().clone_into(&mut functions.items);
    Ok(functions)
}

fn edit(at: Range<usize>, text: &str) -> Edit {
    Edit {
        at,
        text: text.to_owned(),
    }
}

/// Looks at what is given to `upgrade`, in the text of a file.
///
/// # Errors
/// Where the text is no Rust.
pub(super) fn upgrade_of(
    path: &Path,
    text: &str,
    look: impl FnOnce(&syn::Expr),
) -> Result<(), SourceError> {
    let file = parsed(path, text)?;
    let mut expr = constant(&file).map(|constant| &*constant.expr);
    while let Some(syn::Expr::MethodCall(call)) = expr {
        if call.method == "upgrade"
            && let Some(list) = call.args.first()
        {
            look(list);
            break;
        }
        expr = Some(&call.receiver);
    }
    Ok(())
}

fn parsed(path: &Path, text: &str) -> Result<syn::File, SourceError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    syn::parse_file(text).map_err(|error| SourceError::Syntax {
        place: place(path, error.span()),
        message: said_better(error.to_string()),
    })
}

/// `const MIGRATION`.
fn constant(file: &syn::File) -> Option<&syn::ItemConst> {
    file.items.iter().find_map(|item| match item {
        syn::Item::Const(it) if it.ident == "MIGRATION" => Some(it),
        _ => None,
    })
}

/// The elements of `&[…]`.
pub(super) fn steps(expr: &syn::Expr) -> impl Iterator<Item = &syn::Expr> {
    let array = match expr {
        syn::Expr::Reference(reference) => &reference.expr,
        other => other,
    };
    let elements = match array {
        syn::Expr::Array(array) => Some(&array.elems),
        _ => None,
    };
    elements.into_iter().flatten()
}

/// `run(…)`, before the methods that are called on it.
fn run_call(expr: &syn::Expr) -> Option<&syn::ExprCall> {
    match expr {
        syn::Expr::MethodCall(call) => run_call(&call.receiver),
        syn::Expr::Call(call) => {
            let syn::Expr::Path(function) = &*call.func else {
                return None;
            };
            let last = function.path.segments.last()?;
            (last.ident == "run").then_some(call)
        }
        _ => None,
    }
}

fn name(expr: &syn::Expr) -> Option<&syn::Ident> {
    match expr {
        syn::Expr::Path(path) => path.path.get_ident(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_beside_the_constant_is_taken_over() {
        let text = "//! fill\n\nuse migrate_runtime::migration::*;\nuse super::help;\n\n\
            pub const MIGRATION: Migration = Migration::new(\"a\")\n    \
            .upgrade(&[drop_table(\"x\"), run(\"fill\", fill_them).changes(&[])])\n    .downgrade(&[run(\"back\", back)]);\n\n\
            // why\n/// Fills.\nfn fill_them(c: &mut RunConnection<'_>) -> RunResult {\n    Ok(())\n}\n\npub fn back() {}\n";
        let found = functions(Path::new("a.rs"), text).unwrap();
        assert_eq!(found.upgrade, ["fill_them"]);
        assert_eq!(found.downgrade, ["back"]);
        assert_eq!(
            found.items,
            "use migrate_runtime::migration::*;\nuse super::super::help;\n\n\n\n\
            // why\n/// Fills.\npub(super) fn fill_them(c: &mut RunConnection<'_>) -> RunResult {\n    Ok(())\n}\n\n\
            pub fn back() {}"
        );
    }

    #[test]
    fn a_closure_has_no_name() {
        let text = "pub const MIGRATION: Migration = Migration::new(\"a\").upgrade(&[run(\"x\", |_| Ok(()))]);";
        let error = functions(Path::new("a.rs"), text).unwrap_err();
        assert!(error.to_string().contains("a.rs:1:"), "{error}");
    }
}
