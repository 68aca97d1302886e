//! `squash`, typed: a database in the middle of what is replaced, before and after the old files go.

use super::project::{Project, USERS, filters};

fn file(id: &str, revises: &str, up: &str, down: &str) -> String {
    format!(
        "//! step {id}\n//!\n//! Revision: {id}\n\nuse migrate_runtime::migration::*;\n\n\
         pub const MIGRATION: Migration = Migration::new(\"{id}\")\n    .revises(&[{revises}])\n    \
         .upgrade(&[{up}])\n    .downgrade(&[{down}]);\n"
    )
}

/// a ← b ← c, of which the database has a and b.
fn project() -> Project {
    let project = Project::library("squash", USERS, "app.db");
    let table = "create_table(\"users\", &[column(\"id\", BigInt).not_null().auto_increment()])\
                 .constraints(&[primary_key(&[\"id\"])])";
    let steps = [
        ("a", "", table, "drop_table(\"users\")"),
        (
            "b",
            "\"a\"",
            "add_column(\"users\", column(\"mail\", Text).not_null())",
            "drop_column(\"users\", \"mail\")",
        ),
        (
            "c",
            "\"b\"",
            "rename_column(\"users\", \"mail\", \"email\")",
            "rename_column(\"users\", \"email\", \"mail\")",
        ),
    ];
    for (id, revises, up, down) in steps {
        let path = format!("migrations/{id}_step.rs");
        project.write(&path, &file(id, revises, up, down));
    }
    project.write("migrations/HEAD", "c\n");
    project
}

#[test]
fn from_the_middle_of_the_old_files_to_the_new_one() {
    let project = project();
    project.migrate(&["upgrade", "b"]).success();
    std::fs::copy(project.path().join("app.db"), project.path().join("old.db")).unwrap();
    let mut said = String::new();
    let mut type_in = |words: &str| {
        let arguments: Vec<&str> = words.split(' ').collect();
        let transcript = project.migrate(&arguments).transcript();
        said += &format!("$ cargo migrate {words}\n{transcript}\n");
    };
    type_in("squash b:b");
    type_in("squash base:c --rev-id s");
    for words in [
        "heads", "history", "show b", "current", "list", "status", "check",
    ] {
        type_in(words);
    }
    type_in("upgrade");
    for words in ["current", "list", "check"] {
        type_in(words);
    }
    let doctor = project.migrate(&["doctor"]).success().stdout();
    assert!(doctor.contains("at          s"), "{doctor}");
    let right = project.read("migrations/s_squash_a_to_c.rs");
    let wrong = right.replace(".not_null().auto_increment()", ".not_null()");
    assert_ne!(right, wrong);
    project.write("migrations/s_squash_a_to_c.rs", &wrong);
    let checked = project.migrate(&["check"]).stdout();
    assert!(
        checked.contains("it does not lead to what those lead to that it replaces"),
        "{checked}"
    );
    project.write("migrations/s_squash_a_to_c.rs", &right);
    let mut type_in = |words: &str| {
        let arguments: Vec<&str> = words.split(' ').collect();
        let transcript = project.migrate(&arguments).transcript();
        said += &format!("$ cargo migrate {words}\n{transcript}\n");
    };
    type_in("squash --prune s --database-url old.db");
    type_in("squash --prune c");
    type_in("squash --prune s");
    type_in("upgrade --database-url old.db");
    type_in("current --database-url old.db");
    type_in("downgrade base");
    type_in("upgrade");
    filters().bind(|| insta::assert_snapshot!(said));
}
