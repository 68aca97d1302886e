//! `rebase`: a branch that lost the race goes behind the other head; the files alone.

use super::project::{Project, filters, manifest};

fn revision(id: &str, head: &str, rest: &str) -> String {
    format!(
        "//! {head}\n//!\n//! Revision: {id}\n//! Revises:  a\n\nuse migrate_runtime::migration::*;\n\n\
         pub const MIGRATION: Migration = Migration::new(\"{id}\"){rest}.upgrade(&[]).downgrade(&[]);\n"
    )
}

/// a ← theirs; a ← b ← c, which depends on b, too; HEAD as git leaves it.
fn project() -> Project {
    let conflict = "<<<<<<< HEAD\nc\n=======\ntheirs\n>>>>>>> main\n";
    Project::new(&[
        (
            "Cargo.toml",
            &(manifest("race")
                + "[dependencies]\nmigrate-runtime = \"0.1\"\n[package.metadata.migrate]\n"),
        ),
        ("src/lib.rs", "this is no Rust"),
        ("migrations/HEAD", conflict),
        ("migrations/a_first.rs", &revision("a", "the first", "")),
        (
            "migrations/theirs.rs",
            &revision("theirs", "of somebody else", ".revises(&[\"a\"])"),
        ),
        (
            "migrations/b_own_words.rs",
            &revision("b", "mine", ".revises(&[\"a\"])"),
        ),
        (
            "migrations/c.rs",
            &revision("c", "mine, too", ".revises(&[\"b\"]).depends_on(&[\"b\"])"),
        ),
    ])
}

fn files(project: &Project) -> Vec<String> {
    let entries = std::fs::read_dir(project.path().join("migrations")).unwrap();
    let mut files: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    files.sort();
    files
}

#[test]
fn the_branch_goes_behind_the_other_head() {
    let project = project();
    filters().bind(|| {
        insta::assert_snapshot!(project.migrate(&["rebase"]).transcript(), @r"
        exit code: 2
        ----- stdout -----
        ----- stderr -----
        error: there are several heads, c and theirs: which of them is yours?

        hint: cargo migrate rebase c   puts it behind the other
        hint: cargo migrate rebase theirs   puts it behind the other
        ");
        insta::assert_snapshot!(project.migrate(&["rebase", "b"]).transcript(), @r"
        exit code: 2
        ----- stdout -----
        ----- stderr -----
        error: revision b is not a head revision

        hint: `cargo migrate heads` lists the heads
        ");
        insta::assert_snapshot!(project.migrate(&["rebase", "c"]).transcript(), @r"
        exit code: 0
        ----- stdout -----
        ----- stderr -----
          moved     b is [ID] now, mine
          written   migrations/[ID]_own_words.rs
          moved     c is [ID] now, mine, too
          written   migrations/[ID].rs
          behind    theirs
          next      cargo check, whether the chain still fits, then cargo migrate upgrade
                    where c is applied already, first:
                    cargo migrate stamp --purge a
                    cargo migrate upgrade theirs
                    cargo migrate stamp [ID]
        ");
        insta::assert_snapshot!(files(&project).join("\n"), @r"
        [ID]_own_words.rs
        [ID].rs
        HEAD
        a_first.rs
        theirs.rs
        ");
        let last = files(&project).swap_remove(1);
        insta::assert_snapshot!(project.read(&format!("migrations/{last}")), @r#"
        //! mine, too
        //!
        //! Revision: [ID]
        //! Revises:  [ID]

        use migrate_runtime::migration::*;

        pub const MIGRATION: Migration = Migration::new("[ID]").revises(&["[ID]"]).depends_on(&["[ID]"]).upgrade(&[]).downgrade(&[]);
        "#);
        insta::assert_snapshot!(project.migrate(&["history"]).transcript(), @r"
        exit code: 0
        ----- stdout -----
        [ID] -> [ID] (head), mine, too
        theirs -> [ID], mine
        a -> theirs, of somebody else
        <base> -> a, the first
        ----- stderr -----
        ");
        insta::assert_snapshot!(project.migrate(&["rebase"]).transcript(), @r"
        exit code: 2
        ----- stdout -----
        ----- stderr -----
        error: there is one head, [ID]: nothing has to be put behind it
        ");
        insta::assert_snapshot!(project.migrate(&["rebase", "head", "--onto", "a"]).transcript(), @r"
        exit code: 2
        ----- stdout -----
        ----- stderr -----
        error: revision [ID] is behind a already
        ");
    });
}

/// A file that cannot be read leaves all as it was.
#[test]
fn nothing_is_moved_by_half() {
    let project = project();
    project.write("migrations/theirs.rs", "pub const MIGRATION: ");
    let before = files(&project);
    let failed = project.migrate(&["rebase", "c"]);
    assert!(
        failed.stderr().contains("migrations/theirs.rs"),
        "{}",
        failed.stderr()
    );
    assert_eq!(files(&project), before);
}

#[test]
fn a_head_that_another_depends_on_is_no_row_of_its_own() {
    let project = project();
    project.write(
        "migrations/c.rs",
        &revision(
            "c",
            "mine, too",
            ".revises(&[\"b\"]).depends_on(&[\"theirs\"])",
        ),
    );
    project.write("migrations/HEAD", "c\ntheirs\n");
    insta::assert_snapshot!(project.migrate(&["heads"]).transcript(), @r"
    exit code: 0
    ----- stdout -----
    c (head), mine, too
    theirs (effective head), of somebody else
    ----- stderr -----
    ");
    insta::assert_snapshot!(project.migrate(&["heads", "--resolve-dependencies"]).transcript(), @r"
    exit code: 0
    ----- stdout -----
    c (head), mine, too
    ----- stderr -----
    ");
}
