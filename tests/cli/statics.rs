//! What the migration files answer alone: nothing is built, and in a package that is set up cargo is not
//! even asked which one is meant.

use super::project::{Project, manifest};

const MIGRATION: &str = "//! the first\n\nuse migrate_runtime::migration::*;\n\n\
    pub const MIGRATION: Migration = Migration::new(\"a1\").upgrade(&[]).downgrade(&[]);\n";

fn package(more: &str) -> String {
    manifest("alone") + more
}

/// `heads` where there is no cargo.
#[track_caller]
fn heads_without_cargo(project: &Project, dir: &str) -> (bool, String) {
    let mut command = project.command(&["heads"]);
    command
        .current_dir(project.path().join(dir))
        .env("CARGO", "no cargo here")
        .env("PATH", "");
    let output = command.output().unwrap();
    let [stdout, stderr] = [output.stdout, output.stderr].map(|it| String::from_utf8(it).unwrap());
    (output.status.success(), stdout + &stderr)
}

#[test]
fn a_package_that_is_set_up_needs_no_cargo() {
    let project = Project::new(&[
        ("Cargo.toml", "[workspace]\nmembers = [\"one\"]\n"),
        (
            "one/Cargo.toml",
            &package(
                "[package.metadata.migrate]\nmigrations = \"db/steps\"\n\
                 [dependencies]\nmigrate-runtime.workspace = true\n",
            ),
        ),
        ("one/src/lib.rs", "this is no Rust"),
        ("one/db/steps/a1_the_first.rs", MIGRATION),
        ("one/db/steps/HEAD", "a1\n"),
    ]);
    let expected = (true, "a1 (head), the first\n".to_owned());
    for dir in ["one", "one/src", "one/db/steps"] {
        assert_eq!(heads_without_cargo(&project, dir), expected, "{dir}");
    }
    let (found, said) = heads_without_cargo(&project, ".");
    assert!(!found && said.contains("cargo"), "{said}");
}

#[test]
fn a_package_that_is_not_set_up_is_looked_for_with_cargo() {
    let project = Project::new(&[
        ("Cargo.toml", &package("")),
        ("src/lib.rs", ""),
        ("migrations/a1_the_first.rs", MIGRATION),
    ]);
    let said = project.migrate(&["heads"]).transcript();
    assert!(
        said.contains("it does not depend on migrate-runtime"),
        "{said}"
    );
}
