//! `examples/forum`: an application that includes a library, which keeps its own chain.

use super::project::{Project, repository};
use std::fs;
use std::path::Path;

/// A copy of the example.
fn forum() -> Project {
    let project = Project::new(&[]);
    copy(&repository().join("examples/forum"), &project, "");
    let runtime = repository().join("migrate-runtime");
    for package in ["accounts", "forum"] {
        let manifest = format!("{package}/Cargo.toml");
        let text = project.read(&manifest);
        let runtime = runtime.to_str().unwrap();
        project.write(
            &manifest,
            &text.replace("../../../migrate-runtime", runtime),
        );
    }
    project.write(".env", "DATABASE_URL=sqlite://forum.db\n");
    project
}

/// Copies a directory of the repository, without its lock file and what was built.
pub(super) fn copy(from: &Path, project: &Project, to: &str) {
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        let to = format!("{to}{name}");
        if path.is_dir() && name != "target" {
            copy(&path, project, &format!("{to}/"));
        } else if path.is_file() && name != "Cargo.lock" {
            project.write(&to, &fs::read_to_string(&path).unwrap());
        }
    }
}

#[test]
fn an_application_and_its_library_share_a_database() {
    let project = forum();
    let says = |arguments: &[&str], words: &[&str]| {
        let transcript = project.migrate(arguments).transcript();
        for word in words {
            assert!(transcript.contains(word), "{word}, in:\n{transcript}");
        }
    };
    let first = [
        "Running upgrade  -> accounts@20260101_090000, create users",
        "Running upgrade  -> 20260201_090000, create posts",
    ];
    says(&["upgrade"], &first);
    let at = ["20260201_090000 (head)", "accounts@20260101_090000 (head)"];
    says(&["current"], &at);
    says(&["check"], &["exit code: 0"]);

    // Its chain is elsewhere: what only lists files points to it, what knows the schema can depend on it.
    let listed = "library   accounts has a chain of its own: cargo migrate history -p accounts";
    says(&["history"], &["<base> -> 20260201_090000 (head)", listed]);
    let needs = ["revision", "-m", "later", "--dry-run", "--depends-on"];
    let on = |target: &'static str| [&needs[..], &[target]].concat();
    says(
        &on("accounts@head"),
        &[".depends_on(&[\"accounts@20260101_090000\"])"],
    );
    says(&on("2026"), &[".depends_on(&[\"20260201_090000\"])"]);
    let none = [
        "exit code: 2",
        "the schema includes no chain `shop`",
        "hint: there are accounts@head",
    ];
    says(&on("shop@head"), &none);
    says(
        &on("accounts@base"),
        &["exit code: 2", "that is no revision"],
    );

    // The library goes on, in its own chain.
    let text = project.read("accounts/src/lib.rs");
    let email = "    pub email: String,\n";
    let name = "    /// Shown.\n    pub name: Option<String>,\n";
    let text = text.replace(email, &format!("{email}{name}"));
    project.write("accounts/src/lib.rs", &text);
    let revision = "-p accounts revision --from-chain -m names --rev-id 20260301_090000";
    let revision: Vec<&str> = revision.split(' ').collect();
    says(&revision, &["added     users.name"]);

    // The application refers to it once more. First what there is must be applied.
    let text = project.read("forum/src/lib.rs");
    let body = "    /// What.\n";
    let editor = "    /// Who mended it.\n    #[model(references = User, joinable = false)]\n    \
                  pub editor_id: Option<i64>,\n";
    let text = text.replace(body, &format!("{editor}{body}"));
    project.write("forum/src/lib.rs", &text);
    let revision = "revision --autogenerate -m editors --rev-id 20260302_090000";
    let revision: Vec<&str> = revision.split(' ').collect();
    let pending = "not up to date: 1 revision is not applied: accounts@20260301_090000";
    says(&revision, &[pending]);
    says(&["upgrade"], &["accounts@20260301_090000, names"]);
    says(&revision, &["added     posts.editor_id"]);
    let file = project.read("forum/migrations/20260302_090000_editors.rs");
    let needs = ".depends_on(&[\"accounts@20260301_090000\"])";
    assert!(file.contains(needs), "{file}");
    assert!(!file.contains("column(\"name\""), "{file}");
    says(&["upgrade"], &["-> 20260302_090000, editors"]);
    says(&["check"], &["exit code: 0"]);

    // What stands on the library's last revision goes with it.
    let down = [
        "Running downgrade 20260302_090000 -> 20260201_090000",
        "Running downgrade accounts@20260301_090000 -> accounts@20260101_090000",
    ];
    says(&["downgrade", "accounts@-1", "--yes"], &down);
    says(&["downgrade", "base", "--yes"], &["exit code: 0"]);
    let left = "SELECT name AS value FROM sqlite_schema \
                WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name";
    let databases = ["forum.db", "forum/forum.db"];
    let database = databases
        .iter()
        .find(|it| project.path().join(it).is_file());
    assert_eq!(
        project.query(database.unwrap(), left),
        ["__migrate_log", "__migrate_version"]
    );
}
