//! The rules of ARCHITECTURE.md that a test can hold: who may know whom, sizes, no stubs.

use std::fs;
use std::path::{Path, PathBuf};

/// The floors of `migrate-runtime`, lowest first. A module uses modules of its own floor or below.
const FLOORS: &[&[&str]] = &[
    &["schema", "graph", "connection", "error"],
    &["dialect", "operation"],
    &[
        "introspect",
        "sql",
        "lint",
        "source",
        "migration",
        "diff",
        "autogenerate",
    ],
    &["runner", "model", "check", "types"],
    &["command", "startup", "testing"],
    &["cli"],
];

/// Uses upwards that the language forces: a migration file names the type of its `run` functions.
const EXCEPTIONS: &[(&str, &str)] = &[("migration", "runner")];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("the tests are a folder of the workspace")
        .to_owned()
}

fn rust_files(folder: &str) -> Vec<(String, String)> {
    fn walk(folder: &Path, files: &mut Vec<PathBuf>) {
        let Ok(entries) = fs::read_dir(folder) else {
            return;
        };
        for entry in entries {
            let path = entry.unwrap().path();
            if path.is_dir() {
                if path.file_name().is_some_and(|name| name != "target") {
                    walk(&path, files);
                }
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push(path);
            }
        }
    }
    let mut files = Vec::new();
    walk(&root().join(folder), &mut files);
    files.sort();
    files
        .into_iter()
        .map(|path| {
            let name = path.strip_prefix(root()).unwrap().to_string_lossy();
            (name.replace('\\', "/"), fs::read_to_string(&path).unwrap())
        })
        .collect()
}

fn sources() -> Vec<(String, String)> {
    [
        "migrate-runtime/src",
        "migrate-macros/src",
        "migrate-cli/src",
    ]
    .into_iter()
    .flat_map(rust_files)
    .collect()
}

fn is_test_file(name: &str) -> bool {
    name.ends_with("/tests.rs") || name.contains("/tests/")
}

#[test]
fn files_hold_one_subject() {
    let long: Vec<_> = sources()
        .into_iter()
        .map(|(name, text)| (text.lines().count(), name))
        .filter(|(lines, name)| *lines > 600 && !is_test_file(name))
        .collect();
    assert!(long.is_empty(), "over 600 lines, two subjects? {long:#?}");
}

#[test]
fn nothing_is_left_undone() {
    let words = ["todo!(", "unimplemented!(", "FIXME", "#[ignore"];
    let mut found = Vec::new();
    for (name, text) in sources().into_iter().chain(rust_files("tests")) {
        if name == "tests/tidy.rs" {
            continue;
        }
        for (number, line) in text.lines().enumerate() {
            if words.iter().any(|word| line.contains(word)) {
                found.push(format!("{name}:{}: {line}", number + 1));
            }
        }
    }
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn every_module_says_what_it_is() {
    let silent: Vec<_> = sources()
        .into_iter()
        .filter(|(_, text)| !text.starts_with("//!"))
        .map(|(name, _)| name)
        .collect();
    assert!(silent.is_empty(), "no `//!` at the top: {silent:#?}");
}

fn floor_of(module: &str) -> Option<usize> {
    FLOORS.iter().position(|floor| floor.contains(&module))
}

#[test]
fn no_arrow_points_up() {
    let mut wrong = Vec::new();
    for (name, text) in rust_files("migrate-runtime/src") {
        let inner = name.trim_start_matches("migrate-runtime/src/");
        let module = inner.split('/').next().unwrap().trim_end_matches(".rs");
        let (Some(own), false) = (floor_of(module), is_test_file(&name)) else {
            continue;
        };
        let code: String = text
            .lines()
            .take_while(|line| !line.starts_with("#[cfg(test)]"))
            .filter(|line| !line.trim_start().starts_with("//"))
            .collect::<Vec<_>>()
            .join("\n");
        for (at, _) in code.match_indices("crate::") {
            let used: String = code[at + "crate::".len()..]
                .chars()
                .take_while(|c| c.is_alphanumeric() || *c == '_')
                .collect();
            if EXCEPTIONS.contains(&(module, used.as_str())) {
                continue;
            }
            if floor_of(&used).is_some_and(|floor| floor > own) {
                wrong.push(format!("{name} uses crate::{used}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn pure_rooms_know_no_connection_and_no_environment() {
    let pure = [
        "schema",
        "operation",
        "migration",
        "graph",
        "diff",
        "dialect",
        "sql",
        "lint",
        "autogenerate",
        "check",
    ];
    let forbidden = ["diesel::", "std::env", "std::fs", "Session", "cfg(feature"];
    let mut wrong = Vec::new();
    for (name, text) in rust_files("migrate-runtime/src") {
        let inner = name.trim_start_matches("migrate-runtime/src/");
        let module = inner.split('/').next().unwrap();
        if !pure.contains(&module) || is_test_file(&name) {
            continue;
        }
        for line in text
            .lines()
            .take_while(|line| !line.starts_with("#[cfg(test)]"))
        {
            if line.trim_start().starts_with("//") {
                continue;
            }
            if let Some(word) = forbidden.iter().find(|word| line.contains(**word)) {
                wrong.push(format!("{name}: `{word}` in {line}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn only_the_command_line_prints() {
    let allowed = ["migrate-runtime/src/cli/", "migrate-cli/src/"];
    let mut wrong = Vec::new();
    for (name, text) in sources() {
        if allowed.iter().any(|prefix| name.starts_with(prefix)) {
            continue;
        }
        for line in text
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"))
        {
            if line.contains("println!(") || line.contains("print!(") {
                wrong.push(format!("{name}: {line}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn nothing_asks_which_database_it_is() {
    let mut wrong = Vec::new();
    for (name, text) in sources() {
        for line in text.lines() {
            if line.contains("is_sqlite()") || line.contains("== Backend::") {
                wrong.push(format!("{name}: {line}"));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "a method or datum of the dialect instead: {wrong:#?}"
    );
}

#[test]
fn the_page_on_migration_files_names_all_that_they_may_say() {
    let page = fs::read_to_string(root().join("docs/migrations.md")).unwrap();
    let mut names = 0;
    for (name, text) in rust_files("migrate-runtime/src/migration") {
        if name.contains("checksum") || name.ends_with("mod.rs") || name.ends_with("outside.rs") {
            continue;
        }
        for rest in text.split("pub const fn ").skip(1) {
            let word = rest.split(['(', '<']).next().unwrap();
            assert!(page.contains(&format!("{word}(")), "{name}: {word}");
            names += 1;
        }
    }
    assert!(names > 100, "{names}");
}
