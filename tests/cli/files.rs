//! What `[package.metadata.migrate]` says about the files of migrations.

use super::project::{Project, filters};

const TEMPLATE: &str = "\
//! {message}
//!
//! Ticket:
//!
//! Revision: {id}
//! Created:  {created}

use {runtime}::migration::*;

pub const MIGRATION: Migration = Migration::new(\"{id}\").revises(&[{revises}]).upgrade(&[]).downgrade(&[]);
";

/// Sets the settings, and gives what `revision` says to them.
fn said(project: &Project, settings: &str, message: &str, id: &str) -> String {
    let manifest = project.read("Cargo.toml");
    let (before, rest) = manifest.split_once("[package.metadata.migrate]\n").unwrap();
    let after = rest.find("\n[").map_or("", |at| &rest[at..]);
    project.write(
        "Cargo.toml",
        &format!("{before}[package.metadata.migrate]\n{settings}\n{after}"),
    );
    project
        .migrate(&["revision", "-m", message, "--rev-id", id])
        .transcript()
}

#[test]
fn n24_files_are_named_and_finished_as_the_package_says() {
    let project = Project::set_up("file-settings", "app.db");
    let manifest = project.read("Cargo.toml");
    if !manifest.contains("[package.metadata.migrate]") {
        let dependencies = "\n[dependencies]";
        let settings = "\n[package.metadata.migrate]\n\n[dependencies]";
        project.write("Cargo.toml", &manifest.replacen(dependencies, settings, 1));
    }
    project.write("template.txt", TEMPLATE);
    let mut all = String::new();
    for (settings, message, id) in [
        (
            "file-name = \"{id}_{year}_{slug}\"\nslug-length = 12\nafter-write = [\"cp {path} ../copy.txt\", \"echo {head} is\"]",
            "a message of many words",
            "1",
        ),
        ("template = \"template.txt\"", "from the template", "2"),
        ("after-write = [\"false\"]", "fails after", "3"),
        (
            "after-write = [\"no-such-program {path}\"]",
            "no program",
            "4",
        ),
        ("template = \"none.txt\"", "no template", "5"),
        ("slug-length = 0", "no slug", "5"),
        ("file-name = \"{slug}\"", "no id", "6"),
        ("file-name = \"{id}{slug}\"", "not apart", "7"),
        ("after-write = \"rustfmt\"", "no list", "8"),
        ("after_write = []", "no such key", "8"),
        ("time-zone = \"Mars/Olympus\"", "no such zone", "8"),
        ("time-zone = \"Asia/Kolkata\"", "in its zone", "8"),
    ] {
        all += &said(&project, settings, message, id);
    }
    let year = |text: &str| {
        text.replace(
            &text[text.find("written   migrations/1_").unwrap() + 23..][..4],
            "[YEAR]",
        )
    };
    filters().bind(|| {
        insta::assert_snapshot!(year(&all), @r#"
        exit code: 0
        ----- stdout -----
        ----- stderr -----
        [DIR]/migrations/HEAD is [DIR]/migrations/1_[YEAR]_a_message_of.rs
          written   migrations/1_[YEAR]_a_message_of.rs, HEAD   (commit both with the models)
          next      write its operations in migrations/1_[YEAR]_a_message_of.rs, then cargo migrate upgrade
        exit code: 0
        ----- stdout -----
        ----- stderr -----
          written   migrations/2_from_the_template.rs, HEAD   (commit both with the models)
          next      write its operations in migrations/2_from_the_template.rs, then cargo migrate upgrade
        exit code: 3
        ----- stdout -----
        ----- stderr -----
        error: `false` failed after [DIR]/migrations/3_fails_after.rs was written: exit status: 1

        hint: the file stays; run the command by hand, or correct `after-write` in [package.metadata.migrate]
        exit code: 3
        ----- stdout -----
        ----- stderr -----
        error: `no-such-program {path}` failed after [DIR]/migrations/4_no_program.rs was written: no-such-program: No such file or directory (os error 2)

        hint: the file stays; run the command by hand, or correct `after-write` in [package.metadata.migrate]
        exit code: 3
        ----- stdout -----
        ----- stderr -----
        error: the template [DIR]/none.txt cannot be read
          caused by: No such file or directory (os error 2)

        hint: the path is seen from the package
        exit code: 3
        ----- stdout -----
        ----- stderr -----
        error: [package.metadata.migrate] slug-length: it is no number from 1 to 100

        hint: as without it: slug-length = 40
        exit code: 3
        ----- stdout -----
        ----- stderr -----
        error: [package.metadata.migrate] file-name: a name begins with `{id}`, so that it can be found

        hint: as without it: file-name = "{id}_{slug}"
        exit code: 3
        ----- stdout -----
        ----- stderr -----
        error: [package.metadata.migrate] file-name: after `{id}` comes `_`

        hint: as without it: file-name = "{id}_{slug}"
        exit code: 3
        ----- stdout -----
        ----- stderr -----
        error: [package.metadata.migrate] after-write: it is no list of texts

        hint: a list of commands: after-write = ["scripts/sign {path}"]
        exit code: 3
        ----- stdout -----
        ----- stderr -----
        error: [package.metadata.migrate] has no setting `after_write`; did you mean `after-write`?

        hint: it has migrations, database-url, default-database, databases, file-name, slug-length, template, after-write, time-zone
        exit code: 3
        ----- stdout -----
        ----- stderr -----
        error: [package.metadata.migrate] time-zone: failed to find time zone `Mars/Olympus` in time zone database

        hint: "UTC", "local", or a name of the IANA database: time-zone = "Europe/Madrid"; a machine without it knows none (package tzdata)
        exit code: 0
        ----- stdout -----
        ----- stderr -----
          written   migrations/8_in_its_zone.rs, HEAD   (commit both with the models)
          next      write its operations in migrations/8_in_its_zone.rs, then cargo migrate upgrade
        "#);
        insta::assert_snapshot!(project.read("migrations/2_from_the_template.rs"), @r#"
        //! from the template
        //!
        //! Ticket:
        //!
        //! Revision: 2
        //! Created:  [TIME] UTC

        use migrate_runtime::migration::*;

        pub const MIGRATION: Migration = Migration::new("2").revises(&["1"]).upgrade(&[]).downgrade(&[]);
        "#);
    });
    assert!(project.read("copy.txt").contains("a message of many words"));
    let there = project.read("migrations/8_in_its_zone.rs");
    assert!(there.contains(" +05:30\n"), "{there}");
    assert_eq!(project.read("migrations/HEAD"), "8\n");
    project.write("template.txt", &TEMPLATE.replace("{revises}", ""));
    let other = said(&project, "template = \"template.txt\"", "no parent", "9");
    assert!(
        other.contains("is no revision: it has the parents [], not [\"8\"]"),
        "{other}"
    );
}
