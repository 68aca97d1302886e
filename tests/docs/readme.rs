//! The README's walk through the bookshop, as it is written there.

use std::fs;

use super::page::text;
use super::walk::Walk;
use crate::cli::project::{Project, repository};

/// Where the walk ends.
const END: &str = "## In your own crate";

/// The bookshop, in a place of its own, on the runtime of the repository.
fn bookshop() -> Project {
    let project = Project::empty();
    let from = repository().join("examples/bookshop");
    for path in ["Cargo.toml", "Cargo.lock", ".env", "migrations/HEAD"] {
        project.write(path, &fs::read_to_string(from.join(path)).unwrap());
    }
    for path in ["lib.rs", "main.rs", "models.rs", "bin/bookshop-migrate.rs"] {
        let path = format!("src/{path}");
        project.write(&path, &fs::read_to_string(from.join(&path)).unwrap());
    }
    let runtime = repository().join("migrate-runtime").display().to_string();
    let manifest = project.read("Cargo.toml");
    let manifest = manifest
        .replace("../../migrate-runtime", &runtime.replace('\\', "/"))
        // What is built here is not what is built there.
        .replace("[profile.dev]\ndebug = \"line-tables-only\"\n", "");
    project.write("Cargo.toml", &manifest);
    project
}

#[test]
fn what_the_readme_shows_is_what_happens() {
    let readme = text("README.md");
    // The README is walked in a clone, this in a copy of the bookshop.
    let mut walk = Walk::new(bookshop())
        .meaning("examples/bookshop/", "")
        .meaning("cargo bookshop", "cargo run --quiet --bin bookshop");
    walk.through(readme.split(END).next().unwrap());
    assert!(walk.commands > 12, "only {} commands", walk.commands);
}
