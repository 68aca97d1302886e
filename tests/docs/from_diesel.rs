//! `docs/from-diesel.md`, done as it is written: a diesel project of its own begins to use us.

use super::page::{blocks, text};
use super::walk::Walk;
use crate::cli::project::Project;

const MANIFEST: &str = r#"[package]
name = "from-diesel"
version = "0.1.0"
edition = "2024"

[dependencies]
diesel = { version = "2.3", default-features = false, features = ["sqlite", "32-column-tables"] }
"#;

const APPLIED: &str = "
    CREATE TABLE __diesel_schema_migrations (
        version VARCHAR(50) PRIMARY KEY NOT NULL,
        run_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP
    );
    INSERT INTO __diesel_schema_migrations (version) VALUES ('20240101000000');
    INSERT INTO users (email) VALUES ('a@b.c');
    INSERT INTO posts (user_id, title, mood) VALUES (1, 'Hello', 'good');
";

#[test]
fn a_diesel_project_keeps_its_schema_and_structs() {
    let page = text("docs/from-diesel.md");
    let project = Project::new(&[("Cargo.toml", MANIFEST), ("src/lib.rs", "")]);
    let blocks = blocks(&page);
    let sql = blocks.iter().find(|block| block.language == "sql").unwrap();
    let sql = sql.lines.join("\n");
    project.write("migrations/20240101000000_first/up.sql", &sql);
    project.write("migrations/20240101000000_first/down.sql", "");
    project.write(".env", "DATABASE_URL=sqlite://app.db\n");
    project.sql("app.db", &sql);
    project.sql("app.db", APPLIED);

    let mut walk = Walk::new(project);
    walk.through(&page);
    assert_eq!(walk.commands, 5);
    let project = walk.project;
    let compiled = project.cargo(&["check", "--quiet"]);
    assert_eq!(compiled.stderr(), "", "{}", compiled.transcript());
    let titles = "SELECT title AS value FROM posts";
    assert_eq!(project.query("app.db", titles), ["Hello"]);
    let revisions = std::fs::read_dir(project.path().join("revisions")).unwrap();
    assert_eq!(
        revisions.count(),
        2,
        "the baseline and HEAD: nothing was missing"
    );

    // A machine without the old SQL gets the same tables.
    let fresh = ["upgrade", "--database-url", "sqlite://fresh.db"];
    project.migrate(&fresh).success();
    let tables = "SELECT count(*) AS value FROM sqlite_schema WHERE name IN ('users', 'posts', 'posts_user_id_idx')";
    assert_eq!(project.query("fresh.db", tables), ["3"]);

    // The kept `table!` is held to the struct.
    let schema = project.read("src/schema.rs");
    project.write(
        "src/schema.rs",
        &schema.replace("settings -> Nullable<Text>", "settings -> Text"),
    );
    let refused = project.cargo(&["check", "--quiet"]);
    assert!(
        refused
            .stderr()
            .contains("Text>`, but its column in your `table!` is `diesel::sql_types::Text`"),
        "{}",
        refused.transcript()
    );
}
