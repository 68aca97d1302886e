//! What the steps of a file make, change and take away, by name: read from its text, so that no crate has to compile
//! for it.

use super::SourceError;
use super::functions::{steps, upgrade_of};
use std::collections::BTreeMap;
use std::path::Path;

/// What files make, change and take away in the end, such as `the column users.bio`, with the id of the one that does it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Effects {
    /// What was not there before them.
    pub made: BTreeMap<String, String>,
    /// What is not there after them.
    pub gone: BTreeMap<String, String>,
    /// What is not as it was before them, such as `the type of users.age`.
    pub changed: BTreeMap<String, String>,
}

impl Effects {
    /// Adds those of a file, which comes after the files that were added already.
    ///
    /// # Errors
    /// Where the text is no Rust.
    pub fn add(&mut self, id: &str, path: &Path, text: &str) -> Result<(), SourceError> {
        upgrade_of(path, text, |list| {
            for step in steps(list) {
                if let Some((function, names)) = call(step) {
                    self.step(id, &function, &names);
                    let changed = changed(step, &function, &names).into_iter();
                    self.changed
                        .extend(changed.map(|what| (what, id.to_owned())));
                }
            }
        })
    }

    fn step(&mut self, id: &str, function: &str, names: &[String]) {
        let (gone, made) = match (function, names) {
            ("create_table", [table, ..]) => (None, Some(format!("the table {table}"))),
            ("drop_table", [table]) => (Some(format!("the table {table}")), None),
            ("rename_table", [from, to]) => (
                Some(format!("the table {from}")),
                Some(format!("the table {to}")),
            ),
            ("add_column", [table, column, ..]) => {
                (None, Some(format!("the column {table}.{column}")))
            }
            ("drop_column", [table, column]) => {
                (Some(format!("the column {table}.{column}")), None)
            }
            ("rename_column", [table, from, to]) => (
                Some(format!("the column {table}.{from}")),
                Some(format!("the column {table}.{to}")),
            ),
            ("create_index", [index, ..]) => (None, Some(format!("the index {index}"))),
            ("drop_index", [index, _]) => (Some(format!("the index {index}")), None),
            ("create_enum", [name, ..]) => (None, Some(format!("the enum type {name}"))),
            ("drop_enum", [name]) => (Some(format!("the enum type {name}")), None),
            _ => return,
        };
        // What goes and comes again, or comes and goes, is as it was.
        if let Some(gone) = gone
            && self.made.remove(&gone).is_none()
        {
            self.gone.insert(gone, id.to_owned());
        }
        if let Some(made) = made
            && self.gone.remove(&made).is_none()
        {
            self.made.insert(made, id.to_owned());
        }
    }
}

/// The function that a step calls, before the methods on it, and the names that are its arguments. What is made where
/// it is not there yet is made by nobody for certain.
fn call(step: &syn::Expr) -> Option<(String, Vec<String>)> {
    match step {
        syn::Expr::MethodCall(method) if method.method == "if_not_exists" => None,
        syn::Expr::MethodCall(method) => call(&method.receiver),
        syn::Expr::Call(function) => {
            let syn::Expr::Path(path) = &*function.func else {
                return None;
            };
            let called = path.path.segments.last()?.ident.to_string();
            let names = function.args.iter().map_while(name);
            Some((called, names.collect()))
        }
        _ => None,
    }
}

/// What a step changes: the second that sets the same undoes the first.
fn changed(step: &syn::Expr, function: &str, names: &[String]) -> Vec<String> {
    match (function, names) {
        ("alter_enum", [name, ..]) => vec![format!("the values of the enum type {name}")],
        ("alter_column", [table, column]) => attributes(step)
            .map(|attribute| format!("the {attribute} of {table}.{column}"))
            .collect(),
        _ => Vec::new(),
    }
}

/// The attributes that the methods on `alter_column` set or drop.
fn attributes(step: &syn::Expr) -> impl Iterator<Item = &'static str> {
    let calls = std::iter::successors(Some(step), |step| match step {
        syn::Expr::MethodCall(method) => Some(&method.receiver),
        _ => None,
    });
    calls.filter_map(|step| {
        let syn::Expr::MethodCall(method) = step else {
            return None;
        };
        let method = method.method.to_string();
        let what = (method.strip_prefix("set_")).or_else(|| method.strip_prefix("drop_"))?;
        Some(match what {
            "type" => "type",
            "not_null" => "nullability",
            "auto_increment" => "numbering",
            "collation" => "collation",
            "comment" => "comment",
            _ if what.starts_with("default") => "default",
            _ if what.starts_with("generated") => "expression",
            _ => return None,
        })
    })
}

/// A text, or the first argument of what is defined there: `column("bio", Text).not_null()`.
fn name(argument: &syn::Expr) -> Option<String> {
    match argument {
        syn::Expr::Lit(literal) => match &literal.lit {
            syn::Lit::Str(text) => Some(text.value()),
            _ => None,
        },
        syn::Expr::MethodCall(method) => name(&method.receiver),
        syn::Expr::Call(function) => name(function.args.first()?),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_and_goes_is_counted_once() {
        let text = |steps: &str| {
            format!(
                "pub const MIGRATION: Migration = Migration::new(\"a\").upgrade(&[{steps}]).downgrade(&[drop_table(\"x\")]);"
            )
        };
        let mut found = Effects::default();
        let mut add = |id: &str, steps: &str| found.add(id, Path::new("a.rs"), &text(steps));
        add("a", "create_table(\"t\", &[column(\"id\", BigInt)]).comment(\"x\"), add_column(\"u\", column(\"b\", Text).not_null())").unwrap();
        add("b", "rename_table(\"t\", \"w\"), drop_column(\"u\", \"c\"), drop_index(\"i\", \"u\"), sql(\"x\")").unwrap();
        add("c", "create_index(\"i\", \"u\", &[\"d\"]).unique(), adopt(), create_table(\"y\", &[]).if_not_exists()").unwrap();
        let said = |of: &BTreeMap<String, String>| {
            let all: Vec<String> = of
                .iter()
                .map(|(what, by)| format!("{what} by {by}"))
                .collect();
            all.join(", ")
        };
        assert_eq!(said(&found.made), "the column u.b by a, the table w by b");
        assert_eq!(said(&found.gone), "the column u.c by b");
        assert_eq!(said(&found.changed), "");
    }

    #[test]
    fn what_is_changed_is_told_by_attribute() {
        let mut found = Effects::default();
        let text = "pub const MIGRATION: Migration = Migration::new(\"a\").upgrade(&[\
            alter_enum(\"mood\", &[\"glad\"]).renames(&[(\"sad\", \"glad\")]), \
            alter_column(\"t\", \"a\").set_type(BigInt).using(\"a::bigint\").drop_not_null(), \
            alter_column(\"t\", \"b\").set_default_sql(\"now()\"), \
            alter_column(\"t\", \"c\").drop_generated()]);";
        found.add("a", Path::new("a.rs"), text).unwrap();
        let changed: Vec<&str> = found.changed.keys().map(String::as_str).collect();
        assert_eq!(
            changed,
            [
                "the default of t.b",
                "the expression of t.c",
                "the nullability of t.a",
                "the type of t.a",
                "the values of the enum type mood",
            ]
        );
        assert!(found.made.is_empty() && found.gone.is_empty());
    }
}
