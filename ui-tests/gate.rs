//! The check steps aside for the tool's own build, and for no other; neither build makes the other one
//! build anything again.

use std::path::Path;

use super::chains::{cargo, lock, manifest, target, write};

const MODEL: &str = r#"
use migrate_runtime::Model;

#[derive(Model)]
#[model(table = "users")]
pub struct User {
    #[model(auto_increment)]
    pub id: i64,
    pub name: NAME,
}

migrate_runtime::schema! {
    pub const SCHEMA;
    models = [User],
    migrations = "migrations",
}
"#;

const MIGRATION: &str = r#"
use migrate_runtime::migration::*;

pub const MIGRATION: Migration = Migration::new("1_a")
    .revises(&[])
    .upgrade(&[create_table(
        "users",
        &[column("id", BigInt).not_null().auto_increment(), column("name", Text).not_null()],
    )
    .constraints(&[primary_key(&["id"])])])
    .downgrade(&[drop_table("users")]);
"#;

const TOOL: [(&str, &str); 1] = [("CARGO_MIGRATE", "1")];

/// A crate with a schema; its model agrees with the chain where `name` is `String`.
fn write_library(root: &Path, package: &str, name: &str, rest: &str) {
    write(&root.join("Cargo.toml"), &manifest(package, &[], rest));
    write(&root.join("src/lib.rs"), &MODEL.replace("NAME", name));
    write(&root.join("migrations/1_a.rs"), MIGRATION);
    write(&root.join("migrations/HEAD"), "1_a\n");
}

fn compiles(root: &Path, arguments: &[&str], variables: &[(&str, &str)]) -> bool {
    let arguments = [&["check"], arguments].concat();
    let said = cargo(root, &arguments, variables);
    said.last().unwrap()["success"] == true
}

/// The packages of the project that were built, not found built.
fn built(root: &Path, arguments: &[&str], variables: &[(&str, &str)]) -> Vec<String> {
    let arguments = [&["check"], arguments].concat();
    let said = cargo(root, &arguments, variables);
    assert_eq!(said.last().unwrap()["success"], true, "{said:#?}");
    (said.iter())
        .filter(|line| line["reason"] == "compiler-artifact" && line["fresh"] == false)
        .map(|line| line["target"]["name"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn only_the_tool_is_spared() {
    let root = tempfile::tempdir().unwrap();
    let root = root.path();
    write_library(root, "gate", "Option<String>", "[workspace]\n");
    lock(root);
    let feature = ["--features", "migrate"];
    assert!(compiles(root, &feature, &TOOL), "cargo migrate's own build");
    assert!(!compiles(root, &["--all-features"], &[]), "all features");
    assert!(!compiles(root, &[], &TOOL), "the variable alone");
    assert!(!compiles(root, &["--release"], &[]), "a release build");
}

#[test]
fn a_single_crate_is_built_once_for_each() {
    let root = tempfile::tempdir().unwrap();
    let root = root.path();
    write_library(root, "single", "String", "[workspace]\n");
    lock(root);
    alternate(root, &["--features", "migrate"], &["single"], &["single"]);
}

#[test]
fn a_workspace_is_built_once_for_each() {
    let root = tempfile::tempdir().unwrap();
    let root = root.path();
    let workspace = "[workspace]\nresolver = \"3\"\nmembers = [\"core\", \"app\"]\n";
    write(&root.join("Cargo.toml"), workspace);
    lock(root);
    write_library(&root.join("core"), "core-schema", "String", "");
    let app = manifest("app", &[], "core-schema = { path = \"../core\" }\n");
    let app = app.replace("migrate = []", "migrate = [\"core-schema/migrate\"]");
    write(&root.join("app/Cargo.toml"), &app);
    let main = "fn main() { println!(\"{}\", core_schema::SCHEMA.chain) }\n";
    write(&root.join("app/src/main.rs"), main);
    let arguments = ["-p", "app", "--features", "migrate"];
    let both = ["core_schema", "app"];
    alternate(root, &arguments, &both, &both);
}

#[test]
fn a_library_that_is_included_is_built_once_for_each() {
    let root = tempfile::tempdir().unwrap();
    let root = root.path();
    let workspace = "[workspace]\nresolver = \"3\"\nmembers = [\"taken-in\", \"takes-in\"]\n";
    write(&root.join("Cargo.toml"), workspace);
    lock(root);
    write_library(&root.join("taken-in"), "taken-in", "String", "");
    let app = root.join("takes-in");
    let rest = "taken-in = { path = \"../taken-in\" }\n";
    write(&app.join("Cargo.toml"), &manifest("takes-in", &[], rest));
    let schema = "migrate_runtime::schema! { pub const SCHEMA; include = [taken_in::SCHEMA] }\n";
    write(&app.join("src/lib.rs"), schema);
    write(&app.join("migrations/HEAD"), "");
    let arguments = ["-p", "takes-in", "--features", "migrate"];
    // The library has no reason to be built again: the tool is not about its chain.
    alternate(root, &arguments, &["taken_in", "takes_in"], &["takes_in"]);
}

/// A schema is part of its package: what `cargo package` packs compiles where nothing of the project is
/// around it, and other crates can depend on that, as on a crate of a registry.
#[test]
fn a_package_holds_its_migrations() {
    let root = tempfile::tempdir().unwrap();
    let project = root.path().join("project");
    write_library(&project, "packed", "String", "[workspace]\n");
    let packed = manifest("packed", &[], "[workspace]\n");
    // A registry wants a version.
    let packed = packed.replace("{ path", "{ version = \"*\", path");
    write(&project.join("Cargo.toml"), &packed);
    let arguments = "package --allow-dirty --no-verify --exclude-lockfile --offline --quiet";
    run(&project, env!("CARGO"), arguments.split(' '));
    let user = root.path().join("user");
    let vendor = user.join("vendor");
    std::fs::create_dir_all(&vendor).unwrap();
    let archive = target().join("package/packed-0.0.0.crate");
    run(&vendor, "tar", ["-xzf", archive.to_str().unwrap()]);
    // What is packed names the runtime by its version alone.
    let runtime = project.join("Cargo.toml");
    let runtime = std::fs::read_to_string(runtime).unwrap();
    let runtime = runtime
        .lines()
        .find_map(|line| line.split_once("path = "))
        .unwrap();
    let rest = format!(
        "packed = {{ path = \"vendor/packed-0.0.0\" }}\n[workspace]\nexclude = [\"vendor\"]\n\
         [patch.crates-io]\nmigrate-runtime = {{ path = {}\n",
        runtime.1
    );
    write(
        &user.join("Cargo.toml"),
        &manifest("uses-packed", &[], &rest),
    );
    lock(&user);
    let uses = "migrate_runtime::schema! { pub const SCHEMA; include = [packed::SCHEMA] }\n\
                const _: () = assert!(SCHEMA.include[0].migrations.len() == 1);\n";
    write(&user.join("src/lib.rs"), uses);
    write(&user.join("migrations/HEAD"), "");
    let here = built(&user, &[], &[]);
    assert!(here.contains(&"uses_packed".to_owned()), "{here:?}");
}

fn run<'a>(directory: &Path, program: &str, arguments: impl IntoIterator<Item = &'a str>) {
    let output = std::process::Command::new(program)
        .args(arguments)
        .env("CARGO_TARGET_DIR", target())
        .current_dir(directory)
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
}

/// Builds both ways by turns.
fn alternate(root: &Path, tool: &[&str], packages: &[&str], of_tool: &[&str]) {
    let mut first = built(root, &[], &[]);
    let mut by_tool = built(root, tool, &TOOL);
    first.retain(|name| packages.contains(&name.as_str()));
    by_tool.retain(|name| packages.contains(&name.as_str()));
    assert_eq!(first, packages, "the first build");
    assert_eq!(by_tool, of_tool, "the tool's first build");
    for _ in 0..2 {
        assert_eq!(built(root, &[], &[]), [""; 0], "a plain build after it");
        assert_eq!(built(root, tool, &TOOL), [""; 0], "the tool's after that");
    }
}
