//! What the compiler says of chains: crates of a few files, checked with cargo, one after the other in
//! one target directory. `schema!` lists a directory of the package, which trybuild's projects lack.
//!
//! A case is a file in `chains`: sections of files, each after a line `//- path`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn here() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The target directory of this very test, so that cleaning cleans this too.
fn target() -> PathBuf {
    let exe = std::env::current_exe().unwrap();
    let debug = exe.ancestors().nth(2).unwrap();
    debug.parent().unwrap().join("chains")
}

fn write_case(root: &Path, name: &str, text: &str) {
    let runtime = here().parent().unwrap().join("migrate-runtime");
    let manifest = format!(
        "[package]\nname = \"chain-{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
         [workspace]\n\n[features]\nmigrate = []\n\n[dependencies]\n\
         migrate-runtime = {{ path = {:?} }}\n",
        runtime.to_str().unwrap()
    );
    fs::write(root.join("Cargo.toml"), manifest).unwrap();
    fs::copy(
        here().parent().unwrap().join("Cargo.lock"),
        root.join("Cargo.lock"),
    )
    .unwrap();
    for section in text.split("//- ").skip(1) {
        let (path, body) = section.split_once('\n').unwrap();
        let path = root.join(path.trim());
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, body.trim_end().to_owned() + "\n").unwrap();
    }
}

/// Checks a crate; returns whether it compiles, and what was said.
fn check(root: &Path, arguments: &[&str], variables: &[(&str, &str)]) -> (bool, String) {
    let output = Command::new(env!("CARGO"))
        .args(["check", "--quiet", "--offline", "--color", "never"])
        .args(arguments)
        .env_remove("CARGO_MIGRATE")
        .envs(variables.iter().copied())
        .env("CARGO_TARGET_DIR", target())
        .env("RUSTFLAGS", "")
        .current_dir(root)
        .output()
        .unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    let said = said
        .replace(root.to_str().unwrap(), "$DIR")
        .replace('\\', "/");
    (output.status.success(), said.trim_end().to_owned())
}

fn cases() -> Vec<PathBuf> {
    let mut cases: Vec<PathBuf> = fs::read_dir(here().join("chains"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    cases.sort();
    cases
}

#[test]
fn chains() {
    let mut compiled = Vec::new();
    for case in cases() {
        let name = case.file_stem().unwrap().to_str().unwrap().to_owned();
        let root = tempfile::tempdir().unwrap();
        write_case(root.path(), &name, &fs::read_to_string(&case).unwrap());
        let (success, said) = check(root.path(), &[], &[]);
        if success {
            assert_eq!(said, "", "{name} compiles without a word");
            compiled.push(name.clone());
        } else {
            insta::assert_snapshot!(name, said);
        }
    }
    assert_eq!(compiled, ["agrees"], "only these compile");
}

/// The check steps aside for the tool's own build, and for no other.
#[test]
fn only_the_tool_is_spared() {
    let root = tempfile::tempdir().unwrap();
    let case = fs::read_to_string(here().join("chains/field_differs.txt")).unwrap();
    write_case(root.path(), "gate", &case);
    let tool = [("CARGO_MIGRATE", "1")];
    let feature = ["--features", "migrate"];
    assert!(
        check(root.path(), &feature, &tool).0,
        "cargo migrate's own build"
    );
    assert!(
        !check(root.path(), &["--all-features"], &[]).0,
        "all features"
    );
    assert!(!check(root.path(), &[], &tool).0, "the variable alone");
    assert!(
        !check(root.path(), &["--release"], &[]).0,
        "a release build"
    );
}
