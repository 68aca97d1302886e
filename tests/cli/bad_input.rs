//! Mistakes: each says what is wrong and what to type, and leaves every byte as it was.

use super::project::{Project, filters, manifest};

/// Runs it twice, so that nothing is left behind that the second run would stumble over.
#[track_caller]
pub(super) fn refused(project: &Project, dir: &str, arguments: &[&str]) -> String {
    let before = project.contents();
    let first = project.migrate_in(dir, arguments).transcript();
    project.assert_unchanged(&before);
    assert_eq!(first, project.migrate_in(dir, arguments).transcript());
    assert!(!first.starts_with("exit code: 0"), "{first}");
    first
}

fn set_up(name: &str) -> String {
    format!(
        "{}[dependencies]\nmigrate-runtime = \"0.1\"\n[features]\nmigrate = []\n",
        manifest(name)
    )
}

#[test]
fn not_inside_a_package() {
    filters().bind(|| {
        insta::assert_snapshot!(refused(&Project::empty(), ".", &["current"]), @r"
        exit code: 3
        ----- stdout -----
        ----- stderr -----
        error: [DIR] is not inside a cargo package: no Cargo.toml here or above

        hint: go to the directory of a package, or add `--manifest-path path/to/Cargo.toml`
        hint: for a new package: `cargo new shop && cd shop && cargo migrate init`
        ");
    });
}

#[test]
fn a_manifest_that_does_not_exist() {
    let project = Project::empty();
    insta::assert_snapshot!(refused(&project, ".", &["current", "--manifest-path", "no/Cargo.toml"]), @r"
    exit code: 2
    ----- stdout -----
    ----- stderr -----
    error: [DIR]/no/Cargo.toml does not exist
    ");
}

#[test]
fn a_manifest_that_cargo_cannot_read() {
    let project = Project::new(&[("Cargo.toml", "[package\n")]);
    let transcript = refused(&project, ".", &["current"]);
    assert!(transcript.starts_with("exit code: 3"), "{transcript}");
    assert!(
        transcript.contains("error: cargo cannot read the project:"),
        "{transcript}"
    );
}

#[test]
fn a_package_that_is_not_set_up() {
    let project = Project::new(&[("Cargo.toml", &manifest("plain")), ("src/lib.rs", "")]);
    insta::assert_snapshot!(refused(&project, "src", &["upgrade"]), @r"
    exit code: 3
    ----- stdout -----
    ----- stderr -----
    error: the package `plain` is not set up for migrate: it does not depend on migrate-runtime

    hint: run `cargo migrate init -p plain`
    ");
}

#[test]
fn a_workspace_with_several_candidates() {
    let project = Project::new(&[
        (
            "Cargo.toml",
            "[workspace]\nmembers = [\"*\"]\nresolver = \"3\"\n",
        ),
        ("blog/Cargo.toml", &set_up("blog")),
        ("blog/src/lib.rs", ""),
        ("shop/Cargo.toml", &set_up("shop")),
        ("shop/src/lib.rs", ""),
    ]);
    insta::assert_snapshot!(refused(&project, ".", &["current"]), @r#"
    exit code: 2
    ----- stdout -----
    ----- stderr -----
    error: several packages of this workspace could be meant: `blog`, `shop`

    hint: add `-p blog`
    hint: add `-p shop`
    hint: or say it once in the workspace's Cargo.toml: [workspace.metadata.migrate] default-package = "blog"
    "#);
    insta::assert_snapshot!(refused(&project, ".", &["current", "-p", "chop"]), @r"
    exit code: 2
    ----- stdout -----
    ----- stderr -----
    error: there is no package `chop` in the workspace; it has `blog`, `shop`

    hint: add `-p blog`
    hint: add `-p shop`
    ");
    // Inside of one of them there is no doubt; it has no binary.
    insta::assert_snapshot!(refused(&project, "shop/src", &["current"]), @r"
    exit code: 3
    ----- stdout -----
    ----- stderr -----
    error: the package `shop` has no binary for migrate: neither `shop-migrate` nor one that calls `migrate_runtime::cli::intercept`

    hint: run `cargo migrate init -p shop`, which adds one
    ");
}

#[test]
fn a_default_package_that_does_not_exist() {
    let project = Project::new(&[
        (
            "Cargo.toml",
            "[workspace]\nmembers = [\"shop\"]\nresolver = \"3\"\n[workspace.metadata.migrate]\ndefault-package = \"chop\"\n",
        ),
        ("shop/Cargo.toml", &manifest("shop")),
        ("shop/src/lib.rs", ""),
    ]);
    insta::assert_snapshot!(refused(&project, ".", &["current"]), @r"
    exit code: 2
    ----- stdout -----
    ----- stderr -----
    error: there is no package `chop` in the workspace; it has `shop`

    hint: add `-p shop`
    ");
}

#[test]
fn arguments_that_make_no_sense() {
    let project = Project::empty();
    insta::assert_snapshot!(refused(&project, ".", &["upgrad"]), @r"
    exit code: 2
    ----- stdout -----
    ----- stderr -----
    error: unrecognized subcommand 'upgrad'

      tip: some similar subcommands exist: 'downgrade', 'upgrade'

    Usage: cargo migrate [OPTIONS] <COMMAND>

    For more information, try '--help'.
    ");
    insta::assert_snapshot!(refused(&project, ".", &["redo", "0"]), @r"
    exit code: 2
    ----- stdout -----
    ----- stderr -----
    error: invalid value '0' for '[N]': it is no number of revisions, and not BRANCH@-N

    For more information, try '--help'.
    ");
    insta::assert_snapshot!(refused(&project, ".", &["models"]), @r"
    exit code: 2
    ----- stdout -----
    ----- stderr -----
    error: the following required arguments were not provided:
      --from-database

    Usage: cargo migrate models --from-database [TABLE]...

    For more information, try '--help'.
    ");
}

#[test]
fn init_of_a_file_that_does_not_parse() {
    let project = Project::new(&[
        ("Cargo.toml", &manifest("broken")),
        ("src/lib.rs", "pub fn f() {}\npub fn (\n"),
    ]);
    insta::assert_snapshot!(refused(&project, ".", &["init"]), @r"
    exit code: 3
    ----- stdout -----
    ----- stderr -----
    error: [DIR]/src/lib.rs:2: it does not parse: a bracket or a quote has no other side
    ");
}

#[test]
fn init_outside_of_the_package() {
    let project = Project::new(&[("Cargo.toml", &manifest("outside")), ("src/lib.rs", "")]);
    insta::assert_snapshot!(refused(&project, ".", &["init", "../migrations"]), @r"
    exit code: 2
    ----- stdout -----
    ----- stderr -----
    error: the directory of the migrations, ../migrations, is outside of the package

    hint: name a directory below the package's own, such as `migrations`
    ");
}

#[test]
fn init_of_a_workspace_that_says_too_little() {
    let project = Project::new(&[
        (
            "Cargo.toml",
            "[workspace]\nmembers = [\"*\"]\nresolver = \"3\"\n",
        ),
        ("left/Cargo.toml", &manifest("left")),
        ("left/src/lib.rs", ""),
        ("right/Cargo.toml", &manifest("right")),
        ("right/src/lib.rs", ""),
    ]);
    insta::assert_snapshot!(refused(&project, ".", &["init"]), @r"
    exit code: 2
    ----- stdout -----
    ----- stderr -----
    error: several packages of this workspace could hold the models: `left`, `right`

    hint: add `-p left`
    hint: add `-p right`
    ");
}
