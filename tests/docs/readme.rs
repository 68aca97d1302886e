//! The README's walk through the bookshop, as it is written there.

use std::fs;

use super::page::{Block, blocks, headings, links, text};
use super::walk::Walk;
use crate::cli::project::{Project, manifest, repository};

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

/// What is said behind the walk: `init` in a crate of one's own, and what is written there.
#[test]
fn what_the_readme_writes_in_your_own_crate_compiles() {
    let readme = text("README.md");
    let (_, behind) = readme.split_once(END).unwrap();
    let project = Project::new(&[
        ("my-crate/Cargo.toml", &manifest("my-crate")),
        ("my-crate/src/lib.rs", ""),
        ("clone/README.md", ""),
    ]);
    project.write("my-crate/Cargo.lock", &project.read("Cargo.lock"));
    let mut walk = Walk::new(project);
    walk.through("```console\n$ cd clone\n```");
    walk.through(behind);
    assert!(walk.commands > 6, "only {} commands", walk.commands);
}

/// What was bundled is what the table says was run.
#[test]
fn the_version_of_sqlite_is_the_one_that_is_bundled() {
    let version = Project::empty().query("x.db", "SELECT sqlite_version() AS value");
    let said = format!("{}, as bundled", version[0]);
    assert!(text("README.md").contains(&said), "{said}");
}

/// `README.es.md` says the same: the same code, chapters, tables and links, in their order.
#[test]
fn the_spanish_readme_has_what_the_english_one_has() {
    let (english, spanish) = (text("README.md"), text("README.es.md"));
    let code = |text: &str| -> Vec<Vec<String>> {
        let lines = |block: Block| [vec![block.language], block.lines].concat();
        blocks(text).into_iter().map(lines).collect()
    };
    assert_eq!(code(&english), code(&spanish));
    let levels = |text: &str| -> Vec<usize> {
        let level = |line: &String| line.chars().take_while(|letter| *letter == '#').count();
        headings(text).iter().map(level).collect()
    };
    assert_eq!(levels(&english), levels(&spanish));
    // Each names the other one.
    let others = |text: &str| -> Vec<String> {
        let links = links(text).into_iter();
        links.filter(|link| !link.starts_with("README")).collect()
    };
    assert_eq!(others(&english), others(&spanish));
    // A word in code is the same in every language.
    let rows = |text: &str| -> Vec<(usize, String)> {
        let rows = text.lines().filter(|line| line.starts_with("| "));
        rows.map(|row| {
            (
                row.matches(" | ").count(),
                row.split('`').skip(1).step_by(2).collect(),
            )
        })
        .collect()
    };
    assert_eq!(rows(&english), rows(&spanish));
}
