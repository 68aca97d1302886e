//! The changes of the user's Rust: `schema!`, and `intercept` in a package that is only a binary.
//! The source is read with `syn` and changed as text, so that its formatting stays.

use std::path::Path;

use migrate_runtime::Error;
use migrate_runtime::source::read::said_better;
use syn::spanned::Spanned;
use syn::{Item, ItemFn};

use super::plan::Plan;
use super::situation::Situation;
use crate::error::ToolError;

/// What code calls the runtime, unless its package renames it.
pub(super) const USUAL_NAME: &str = "migrate_runtime";

/// Plans the changes of `lib.rs` or `main.rs`.
pub(super) fn plan(situation: &Situation, plan: &mut Plan) -> Result<(), Error> {
    let path = &situation.source;
    let text = plan.text(path)?.ok_or_else(|| ToolError::NoSource {
        package: situation.package.name.clone(),
    })?;
    let runtime = situation.library_or_crate();
    let mut edited = text.clone();
    if situation.library.is_none() && !text.contains("cli::intercept") {
        edited = insert_intercept(path, &edited, &runtime)?;
    }
    if !declares_schema(path, &edited)? {
        edited = insert_schema(path, &edited, &runtime, &situation.migrations)?;
    }
    plan.set(path, edited)
}

/// Reads a Rust file.
pub(super) fn parse(path: &Path, text: &str) -> Result<syn::File, Error> {
    syn::parse_file(text).map_err(|error| {
        ToolError::Rust {
            path: path.to_owned(),
            line: error.span().start().line,
            message: said_better(error.to_string()),
        }
        .into()
    })
}

/// Whether `schema!` is there.
pub(super) fn declares_schema(path: &Path, text: &str) -> Result<bool, Error> {
    let file = parse(path, text)?;
    Ok(file.items.iter().any(|item| match item {
        Item::Macro(item) => {
            let last = item.mac.path.segments.last();
            last.is_some_and(|segment| segment.ident == "schema")
        }
        _ => false,
    }))
}

/// After the last `use` or `mod name;` at the top, where the modules that it names are in sight.
fn insert_schema(
    path: &Path,
    text: &str,
    runtime: &str,
    migrations: &str,
) -> Result<String, Error> {
    let file = parse(path, text)?;
    // What a macro writes cannot know the name under which its crate is there.
    let renamed = if runtime == USUAL_NAME {
        String::new()
    } else {
        format!("    crate = {runtime},\n")
    };
    let schema = format!(
        "{runtime}::schema! {{\n    \
             pub const SCHEMA;\n    \
             models = [],\n    \
             migrations = \"{migrations}\",\n\
             {renamed}\
         }}\n"
    );
    let is_head = |item: &&Item| match item {
        Item::Use(_) | Item::ExternCrate(_) => true,
        Item::Mod(module) => module.content.is_none(),
        _ => false,
    };
    let after = file
        .items
        .iter()
        .take_while(is_head)
        .map(Item::span)
        .chain(file.attrs.iter().map(Spanned::span))
        .map(|span| span.end().line)
        .max()
        .unwrap_or(0);
    Ok(insert_after_line(text, after, &schema))
}

/// As a paragraph of its own, after a line (counted from 1; 0 is the top).
fn insert_after_line(text: &str, line: usize, paragraph: &str) -> String {
    let newline = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let paragraph = paragraph.replace('\n', newline);
    let end: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
    let (before, after) = text.split_at(end);
    let mut edited = before.to_owned();
    if !edited.is_empty() {
        if !edited.ends_with('\n') {
            edited.push_str(newline);
        }
        edited.push_str(newline);
    }
    edited.push_str(&paragraph);
    if !after.trim().is_empty() && !after.starts_with(['\n', '\r']) {
        edited.push_str(newline);
    }
    if !after.trim().is_empty() {
        edited.push_str(after);
    }
    edited
}

/// As the first statement of `main`: nothing of the application has started by then.
fn insert_intercept(path: &Path, text: &str, runtime: &str) -> Result<String, Error> {
    let file = parse(path, text)?;
    let main = file.items.iter().find_map(|item| match item {
        Item::Fn(function) if function.sig.ident == "main" => Some(function),
        _ => None,
    });
    let Some(main) = main else {
        return Err(ToolError::Rust {
            path: path.to_owned(),
            line: 1,
            message: "there is no `fn main`".to_owned(),
        }
        .into());
    };
    Ok(with_first_statement(text, main, runtime))
}

fn with_first_statement(text: &str, main: &ItemFn, runtime: &str) -> String {
    let newline = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let open = offset(text, main.block.brace_token.span.open().end());
    let close = offset(text, main.block.brace_token.span.close().start());
    let call = format!(
        "{newline}    #[cfg(feature = \"migrate\")]{newline}    {runtime}::cli::intercept(&SCHEMA);{newline}"
    );
    let body = &text[open..close];
    let rest = if body.trim().is_empty() {
        String::new()
    } else if body.contains('\n') {
        // The body begins with the end of the line of the brace.
        body.to_owned()
    } else {
        format!("{newline}    {}{newline}", body.trim())
    };
    format!("{}{call}{rest}{}", &text[..open], &text[close..])
}

/// The byte of a place that `syn` names by line and character.
pub(super) fn offset(text: &str, place: proc_macro2::LineColumn) -> usize {
    let start: usize = text
        .split_inclusive('\n')
        .take(place.line.saturating_sub(1))
        .map(str::len)
        .sum();
    let line = &text[start..];
    // A mark of byte order in front of it all is not counted.
    let mark = usize::from(start == 0 && line.starts_with('\u{feff}'));
    let within = line
        .char_indices()
        .nth(mark + place.column)
        .map_or(line.len(), |(index, _)| index);
    start + within
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schema(text: &str) -> String {
        insert_schema(Path::new("lib.rs"), text, "migrate_runtime", "migrations").unwrap()
    }

    fn intercept(text: &str) -> String {
        insert_intercept(Path::new("main.rs"), text, "migrate_runtime").unwrap()
    }

    #[test]
    fn schema_comes_after_modules_and_imports() {
        insta::assert_snapshot!(schema("//! Shop.\n\nmod models;\nuse models::User; // all\n\npub fn f() {}\n"), @r#"
        //! Shop.

        mod models;
        use models::User; // all

        migrate_runtime::schema! {
            pub const SCHEMA;
            models = [],
            migrations = "migrations",
        }

        pub fn f() {}
        "#);
    }

    #[test]
    fn schema_comes_after_the_head_of_a_file_without_modules() {
        insta::assert_snapshot!(schema("//! Shop.\npub fn f() {}\n"), @r#"
        //! Shop.

        migrate_runtime::schema! {
            pub const SCHEMA;
            models = [],
            migrations = "migrations",
        }

        pub fn f() {}
        "#);
        assert!(schema("").starts_with("migrate_runtime::schema!"));
    }

    #[test]
    fn a_runtime_by_another_name_is_told_to_the_macro() {
        let edited = insert_schema(Path::new("lib.rs"), "", "db", "migrations").unwrap();
        assert!(edited.starts_with("db::schema! {"), "{edited}");
        assert!(edited.ends_with("    crate = db,\n}\n"), "{edited}");
    }

    #[test]
    fn intercept_is_the_first_statement() {
        insta::assert_snapshot!(intercept("#[tokio::main]\nasync fn main() {\n    // größer\n    run().await;\n}\n"), @r#"
        #[tokio::main]
        async fn main() {
            #[cfg(feature = "migrate")]
            migrate_runtime::cli::intercept(&SCHEMA);

            // größer
            run().await;
        }
        "#);
    }

    #[test]
    fn intercept_in_a_main_of_one_line() {
        for (text, expected) in [
            ("fn main() {}\n", ""),
            (
                "/* ä */ fn main() { println!(\"ü\") }\n",
                "    println!(\"ü\")\n",
            ),
        ] {
            let edited = intercept(text);
            assert!(parse(Path::new("main.rs"), &edited).is_ok(), "{edited}");
            assert!(
                edited.ends_with(&format!(
                    "intercept(&SCHEMA);\n{}{expected}}}\n",
                    if expected.is_empty() { "" } else { "\n" }
                )),
                "{edited}"
            );
        }
    }

    #[test]
    fn windows_line_ends_stay() {
        let edited = schema("mod a;\r\n\r\nfn f() {}\r\n");
        assert_eq!(edited.matches('\n').count(), edited.matches("\r\n").count());
        let edited = intercept("fn main() {\r\n    f();\r\n}\r\n");
        assert_eq!(edited.matches('\n').count(), edited.matches("\r\n").count());
    }

    #[test]
    fn a_schema_is_found_under_any_path() {
        let declares = |text| declares_schema(Path::new("lib.rs"), text).unwrap();
        assert!(declares("migrate::schema! { pub const SCHEMA; }"));
        assert!(declares("schema! { pub const SCHEMA; }"));
        assert!(!declares(
            "diesel::table! { users (id) { id -> Integer, } }"
        ));
    }

    #[test]
    fn what_does_not_parse_says_where() {
        let error = parse(Path::new("src/lib.rs"), "fn a() {}\nfn (\n").unwrap_err();
        assert!(
            error
                .to_string()
                .starts_with("src/lib.rs:2: it does not parse"),
            "{error}"
        );
    }
}
