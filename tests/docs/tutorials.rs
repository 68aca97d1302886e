//! The tutorials, from their first command to the last.

use super::page::{section, text};
use super::walk::Walk;
use crate::cli::project::{Project, manifest};
use crate::{mysql, postgres};

/// Walks a page in an empty directory.
fn walked(page: &str) -> Walk {
    let mut walk = Walk::new(Project::empty());
    walk.through(&text(page));
    walk
}

#[test]
fn a_new_project() {
    let walk = walked("docs/new-project.md");
    assert!(walk.commands > 18, "only {} commands", walk.commands);
}

#[test]
fn an_existing_database() {
    let walk = walked("docs/existing-database.md");
    assert!(walk.commands > 15, "only {} commands", walk.commands);
}

/// Walks a page of the daily work, in a library that `init` has set up.
fn worked_through(page: &str, package: &str, commands: usize) {
    let project = Project::set_up(package, "app.db");
    let home = project.path().display().to_string();
    let mut walk = Walk::new(project)
        .meaning("/home/ada/shop", &home)
        .meaning("shop-", &format!("{package}-"))
        .meaning("shop::", &format!("{}::", package.replace('-', "_")));
    walk.through(&text(page));
    assert!(walk.commands > commands, "only {}", walk.commands);
}

#[test]
fn renames() {
    worked_through("docs/renames.md", "page-renames", 10);
}

#[test]
fn not_null() {
    worked_through("docs/not-null.md", "page-not-null", 10);
}

#[test]
fn data_migrations() {
    worked_through("docs/data-migrations.md", "page-data", 9);
}

#[test]
fn in_a_team() {
    worked_through("docs/team.md", "page-team", 15);
}

#[test]
fn troubleshooting() {
    worked_through("docs/troubleshooting.md", "page-trouble", 60);
}

#[test]
fn production() {
    worked_through("docs/production.md", "page-production", 12);
}

#[test]
fn several_databases() {
    worked_through("docs/several-databases.md", "page-several", 5);
}

#[test]
fn from_sql() {
    let sql =
        "CREATE TABLE users (id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, email TEXT NOT NULL);";
    let project = Project::new(&[
        ("Cargo.toml", &manifest("page-from-sql")),
        ("src/lib.rs", ""),
        ("migrations/20240101000000_users/up.sql", sql),
        (
            "migrations/20240101000000_users/down.sql",
            "DROP TABLE users;",
        ),
        (".env", "DATABASE_URL=sqlite://app.db\n"),
    ]);
    project.sql("app.db", sql);
    project.sql(
        "app.db",
        "CREATE TABLE __diesel_schema_migrations (
             version VARCHAR(50) PRIMARY KEY NOT NULL,
             run_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP
         );
         INSERT INTO __diesel_schema_migrations (version) VALUES ('20240101000000');",
    );
    let mut walk = Walk::new(project);
    walk.through(&text("docs/from-sql.md"));
    assert_eq!(walk.commands, 5);
}

/// Walks a chapter of the page on databases; the database that it names is one of a server of ours.
fn on_a_server(chapter: &str, shown: &str, url: &str) {
    let place = |url: &str| url.split_once("://").unwrap().1.to_owned();
    let mut walk = Walk::new(Project::empty())
        .meaning(shown, url)
        .meaning(&place(shown), &place(url));
    walk.through(&section(&text("docs/databases.md"), chapter));
    assert!(walk.commands > 7, "only {}", walk.commands);
}

#[test]
fn on_postgres() {
    if let Some(database) = postgres::server::Database::new() {
        on_a_server(
            "PostgreSQL",
            "postgres://localhost/warehouse",
            &database.url,
        );
    }
}

#[test]
fn on_mariadb() {
    if let Some(database) = mysql::server::Database::new() {
        on_a_server(
            "MySQL and MariaDB",
            "mariadb://localhost/depot",
            &database.url,
        );
    }
}
