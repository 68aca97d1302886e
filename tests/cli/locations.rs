//! Migrations in several directories, and in those below them.

use super::project::{Project, USERS, filters};

/// The users, whose migrations are in these directories.
fn project(name: &str, locations: &str) -> Project {
    let source = USERS.replace(
        "migrations = \"migrations\"",
        &format!("migrations = {locations}"),
    );
    let project = Project::library(name, &source, "app.db");
    settings(&project, &format!("migrations = {locations}"));
    project
}

fn settings(project: &Project, settings: &str) {
    let manifest = project.read("Cargo.toml");
    let manifest = manifest
        .split("\n[package.metadata.migrate]")
        .next()
        .unwrap();
    let text = format!("{manifest}\n[package.metadata.migrate]\n{settings}\n");
    project.write("Cargo.toml", &text);
}

#[test]
fn r97_each_revision_is_where_the_one_is_that_it_follows() {
    let project = project(
        "several-locations",
        "[\"migrations\", \"plugins/**\", \"plugins/billing\"]",
    );
    let mut said = String::new();
    let mut say = |arguments: &[&str]| {
        said += &format!("$ cargo migrate {}\n", arguments.join(" "));
        said += &project.migrate(arguments).transcript();
        said.push('\n');
    };
    say(&["heads"]);
    say(&["revision", "--autogenerate", "--rev-id", "first"]);
    let billing = ["revision", "-m", "billing", "--rev-id", "second"];
    let branch = ["--head", "base", "--branch-label", "billing"];
    let elsewhere = |path| [&billing[..], &branch, &["--version-path", path]].concat();
    say(&elsewhere("plugin"));
    say(&elsewhere("plugins/billing"));
    let third = ["revision", "-m", "invoices", "--rev-id", "third"];
    say(&[&third[..], &["--head", "billing@head"]].concat());
    let fourth = ["revision", "-m", "more", "--rev-id", "fourth"];
    say(&[&fourth[..], &["--head", "first"]].concat());
    say(&["upgrade", "heads"]);
    say(&["history", "-v"]);
    say(&["rebase", "third"]);
    say(&["merge"]);
    let doctor = project.migrate(&["doctor"]).stdout();
    let all = "migrations, plugins/**, plugins/billing, 4 revisions";
    assert!(doctor.contains(all), "{doctor}");
    let twice = "plugins/billing is in another one of them: its files are read once";
    assert!(doctor.contains(twice), "{doctor}");
    say(&["list", "--migrations-dir", "migrations"]);
    // What the compiler says names the file where it is.
    let moved: Vec<_> = std::fs::read_dir(project.path().join("plugins/billing"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.ends_with("_invoices.rs"))
        .collect();
    let path = format!("plugins/billing/{}", moved[0]);
    let text = project.read(&path);
    project.write(
        &path,
        &text.replace(".upgrade(&[])", ".upgrade(&[drop_table(\"none\")])"),
    );
    let broken = project.cargo(&["check", "--quiet"]).stderr();
    assert!(broken.contains(&format!("{path}:")), "{broken}");
    // Twice the same revision.
    project.write(&format!("migrations/{}", moved[0]), &text);
    let twice = project.migrate(&["heads"]).stderr();
    assert!(twice.contains("present more than once"), "{twice}");
    filters().bind(|| insta::assert_snapshot!(said));
}

#[test]
fn each_command_sees_the_files_that_are_there_now() {
    let locations = "[\"migrations\", \"plugins/**\"]";
    let project = project("files-come-and-go", locations);
    let first = ["revision", "--autogenerate", "--rev-id", "first"];
    project.migrate(&first).success();
    for id in ["second", "third"] {
        project
            .migrate(&["revision", "-m", "add", "--rev-id", id])
            .success();
    }
    project.migrate(&["upgrade"]).success();
    let middle = project.read("migrations/second_add.rs");
    project.remove("migrations/second_add.rs");
    let gone = project.migrate(&["status"]).stderr();
    assert!(
        gone.contains("second, which revision third revises, is not present"),
        "{gone}"
    );
    project.write("migrations/second_add.rs", &middle);
    project.migrate(&["status"]).success();
    // A head beside the one that HEAD names.
    let other = project.read("migrations/third_add.rs");
    project.write("plugins/a/other_add.rs", &other.replace("third", "other"));
    let several = project.migrate(&["upgrade"]).stderr();
    assert!(
        several.contains("Multiple head revisions are present"),
        "{several}"
    );
    project.remove("plugins/a/other_add.rs");
    project.migrate(&["upgrade"]).success();
}

#[test]
fn settings_that_name_fewer_directories_than_the_schema_are_told_so() {
    let locations = "[\"migrations\", \"plugins/**\"]";
    let project = project("narrower", locations);
    let first = ["revision", "--autogenerate", "--rev-id", "first"];
    project.migrate(&first).success();
    let second = ["revision", "-m", "add", "--rev-id", "second"];
    let elsewhere = ["--version-path", "plugins/a"];
    project
        .migrate(&[&second[..], &elsewhere].concat())
        .success();
    settings(&project, "migrations = \"migrations\"");
    let head = "names second, and no file has that revision";
    let lacks = "`schema!` has revisions of which there is no file in migrations: second";
    for (command, sentence) in [
        ("status", lacks),
        ("upgrade", lacks),
        ("merge", head),
        ("heads", head),
    ] {
        let said = project.migrate(&[command]).stderr();
        assert!(said.contains(sentence), "{command}: {said}");
        assert_eq!(project.read("migrations/HEAD"), "second\n");
    }
    let doctor = project.migrate(&["doctor"]).stdout();
    assert!(doctor.contains(head) && doctor.contains(lacks), "{doctor}");
    // The other way round.
    settings(&project, &format!("migrations = {locations}"));
    let source = project.read("src/lib.rs");
    project.write("src/lib.rs", &source.replace(locations, "\"migrations\""));
    let said = project.migrate(&["status"]).stderr();
    let lacks = "`schema!` does not have the revisions of plugins/a/second_add.rs";
    assert!(said.contains(lacks), "{said}");
}

#[test]
fn a_directory_for_each_year() {
    let project = project("yearly", "\"migrations/**\"");
    let mut said = String::new();
    let mut say = |settings_: &str, arguments: &[&str]| {
        settings(&project, settings_);
        said += &format!("{settings_}\n$ cargo migrate {}\n", arguments.join(" "));
        said += &project.migrate(arguments).transcript();
        said.push('\n');
    };
    let yearly = "file-name = \"{year}/{id}_{slug}\"";
    let recursive = format!("migrations = \"migrations/**\"\n{yearly}");
    let first = ["revision", "--autogenerate", "--rev-id", "first"];
    say(yearly, &first);
    say("file-name = \"{slug}/{id}\"", &first);
    say("file-name = \"/{id}\"", &first);
    say("file-name = \"../{id}\"", &first);
    say(&recursive, &first);
    say(
        &recursive,
        &["revision", "-m", "more", "--rev-id", "second"],
    );
    say(
        "migrations = \"migrations/**\"",
        &["revision", "-m", "beside", "--rev-id", "third"],
    );
    say(&recursive, &["upgrade"]);
    project.write(
        "src/lib.rs",
        &project
            .read("src/lib.rs")
            .replace("pub email", "pub bio: Option<String>,\n    pub email"),
    );
    say(
        &recursive,
        &[
            "revision",
            "--autogenerate",
            "-m",
            "bio",
            "--rev-id",
            "fourth",
        ],
    );
    project.write(
        "src/lib.rs",
        &project
            .read("src/lib.rs")
            .replace("pub email", "pub nick: Option<String>,\n    pub email"),
    );
    say(&recursive, &["revision", "--amend", "--from-chain"]);
    say(&recursive, &["heads", "-v"]);
    let mut settings = filters();
    settings.add_filter(r"migrations/20\d\d/", "migrations/[YEAR]/");
    settings.bind(|| insta::assert_snapshot!(said));
}
