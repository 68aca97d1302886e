//! What editors show while one types: `rust-analyzer diagnostics` on a project. It expands the macros and
//! resolves the migrations' modules, so it shows what the macros say and what is wrong in a migration file,
//! at the same places as the compiler. It does not evaluate constants: where models and chain differ,
//! an editor shows it when the file is saved, from `cargo check`.

use std::io::Write as _;
use std::path::Path;
use std::process::Command;

use super::chains::{cargo, lock, manifest, target, write};

const MODELS: &str = r#"use migrate_runtime::Model;

#[derive(Model)]
#[model(table = "users"EXTRA)]
pub struct User {
    #[model(auto_increment)]
    pub id: i64,
    pub name: String,
}

migrate_runtime::schema! {
    pub const SCHEMA;
    models = [User],
    migrations = "DIR",
}

/// Only there if the module of the migration is.
pub const ID: &str = __schema_migration_0_1_a::MIGRATION.id;
"#;

const MIGRATION: &str = r#"use migrate_runtime::migration::*;

pub const MIGRATION: Migration = Migration::new("1_a")
    .revises(&[])
    .upgrade(&[create_table(
        "users",
        &[column("id", BigInt).not_null().auto_increment(), column("name", Text).not_null()],
    )
    .constraints(&[primary_key(&["id"])])])
    .downgrade(&[drop_table("users")]);
"#;

fn write_crate(root: &Path, name: &str, models: &str, migration: &str) {
    let member = root.join(name);
    write(&member.join("Cargo.toml"), &manifest(name, &[], ""));
    write(&member.join("src/lib.rs"), models);
    write(&member.join("migrations/1_a.rs"), migration);
    write(&member.join("migrations/HEAD"), "1_a\n");
}

/// Whether there is a rust-analyzer. Where one must be there, as in CI, it fails when there is none;
/// `.ci/run` says so where none can be installed.
fn is_installed() -> bool {
    let version = Command::new("rust-analyzer").arg("--version").output();
    let installed = version.is_ok_and(|output| output.status.success());
    if !installed {
        let is_set = |name| std::env::var_os(name).is_some();
        assert!(
            !is_set("MIGRATE_TEST_REQUIRE") || is_set("MIGRATE_TEST_NO_ANALYZER"),
            "there is no rust-analyzer, and MIGRATE_TEST_REQUIRE is set"
        );
        // To the terminal itself: what a test prints is shown when it fails only.
        let why = "NOT RUN: what editors show. `rustup component add rust-analyzer`";
        let _ = writeln!(std::io::stderr(), "{why}");
    }
    installed
}

/// The errors and warnings in the project's own files, as `file:line: message`, in order.
fn analyzed(root: &Path) -> Vec<String> {
    let output = Command::new("rust-analyzer")
        .args(["diagnostics", "--severity", "warning", "."])
        .env("CARGO_TARGET_DIR", target())
        .current_dir(root)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout).replace('\\', "/");
    assert!(
        said.contains("diagnostic scan complete"),
        "{said}{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let here = root.canonicalize().unwrap();
    let here = here.to_str().unwrap().replace('\\', "/");
    let mut found: Vec<String> = (said.split("at crate ").skip(1))
        .filter_map(|entry| {
            let file = entry.split_once(", file ")?.1.strip_prefix(&here)?;
            let (file, rest) = file.split_once(": ")?;
            let line: usize = rest
                .split_once("line: ")?
                .1
                .split(',')
                .next()?
                .parse()
                .ok()?;
            let message = rest.split_once(" to ")?.1.split_once("}: ")?.1;
            let message = message.lines().next()?.trim_end();
            Some(format!("{}:{}: {message}", &file[1..], line + 1))
        })
        .collect();
    found.sort();
    found
}

/// What the compiler says of the same project, in the same form.
fn compiled(root: &Path) -> Vec<String> {
    let said = cargo(root, &["check", "--workspace", "--keep-going"], &[]);
    let mut found: Vec<String> = (said.iter())
        .filter(|line| line["reason"] == "compiler-message")
        .filter_map(|line| {
            let message = &line["message"];
            let spans = message["spans"].as_array()?;
            let span = spans.iter().find(|span| span["is_primary"] == true)?;
            let file = span["file_name"].as_str()?.replace('\\', "/");
            let text = message["message"].as_str()?.lines().next()?;
            Some(format!(
                "{}:{}: {text}",
                file.replace("src/../", ""),
                span["line_start"]
            ))
        })
        .collect();
    found.sort();
    found
}

#[test]
fn editors_show_what_the_compiler_says() {
    if !is_installed() {
        return;
    }
    let root = tempfile::tempdir().unwrap();
    let root = root.path();
    let members = r#"["clean", "model", "directory", "file", "differs"]"#;
    let workspace = format!("[workspace]\nresolver = \"3\"\nmembers = {members}\n");
    write(&root.join("Cargo.toml"), &workspace);
    lock(root);
    let models =
        |extra: &str, directory: &str| MODELS.replace("EXTRA", extra).replace("DIR", directory);
    write_crate(root, "clean", &models("", "migrations"), MIGRATION);
    write_crate(
        root,
        "model",
        &models(", nonsense", "migrations"),
        MIGRATION,
    );
    write_crate(root, "directory", &models("", "nowhere"), MIGRATION);
    let misspelled = MIGRATION.replace("drop_table", "drop_tabel");
    write_crate(root, "file", &models("", "migrations"), &misspelled);
    // Only a build can tell.
    let other = models("", "migrations").replace("String", "i32");
    write_crate(root, "differs", &other, MIGRATION);
    let analyzed = analyzed(root);
    let compiled = compiled(root);
    insta::assert_snapshot!(format!(
        "an editor:\n{}\n\nthe compiler:\n{}",
        analyzed.join("\n"),
        compiled.join("\n")
    ));
}
