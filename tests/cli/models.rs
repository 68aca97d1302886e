//! A database that exists: its models, their baseline, and nothing to do afterwards.

use super::project::{Project, filters};

const SCHEMA: &str = "
    CREATE TABLE orgs (id INTEGER PRIMARY KEY AUTOINCREMENT, slug VARCHAR(40) NOT NULL UNIQUE,
        owner_id INTEGER REFERENCES users (id));
    CREATE TABLE users (
        id INTEGER PRIMARY KEY,
        org_id INTEGER NOT NULL REFERENCES orgs (id) ON DELETE CASCADE,
        email TEXT NOT NULL COLLATE NOCASE,
        age INTEGER DEFAULT 18 CONSTRAINT grown_up CHECK (age >= 18)
    );
    CREATE INDEX users_by_email ON users (lower(email)) WHERE age IS NOT NULL;
    CREATE VIEW names AS SELECT email FROM users;
    INSERT INTO orgs (slug) VALUES ('acme');
    INSERT INTO users (org_id, email) VALUES (1, 'a@b.c'), (1, 'd@e.f');
";

fn project(name: &str) -> Project {
    let project = Project::set_up(name, "app.db");
    project.sql("app.db", SCHEMA);
    project
}

fn schema(project: &Project) -> Vec<String> {
    project.query(
        "app.db",
        "SELECT sql AS value FROM sqlite_schema WHERE tbl_name NOT LIKE '\\_\\_%' ESCAPE '\\' ORDER BY name",
    )
}

#[test]
fn from_a_database_to_models_to_a_baseline() {
    let project = project("models-baseline");
    let before = schema(&project);
    let output = ["models", "--from-database", "-o", "src/models.rs"];
    filters().bind(|| {
        insta::assert_snapshot!(project.migrate(&output).transcript(), @r"
        exit code: 0
        ----- stdout -----
        ----- stderr -----
          database  sqlite  app.db
          left out  names: the view: it belongs to no model; it is kept as it is
          models    2 of 2 tables, with all that they have
          written   src/models.rs
          next      declare the module beside `schema!`: pub mod models;
                    and list them in it: models = [models::Org, models::User]
                    cargo migrate models --from-database --adopt
        ");
        // What is there is not overwritten, and printing is the same text.
        insta::assert_snapshot!(project.migrate(&output).transcript(), @r"
        exit code: 2
        ----- stdout -----
        ----- stderr -----
        error: [DIR]/src/models.rs exists and is not empty

        hint: name another file, or print the models: leave out `-o`
        ");
    });
    let printed = project.migrate(&["models", "--from-database"]).success();
    assert_eq!(printed.stdout(), project.read("src/models.rs"));

    let library = project
        .read("src/lib.rs")
        .replace("models = []", "models = [models::Org, models::User]");
    project.write("src/lib.rs", &format!("pub mod models;\n{library}"));
    filters().bind(|| {
        // What is there already would be refused as a new table.
        let check = project.migrate(&["check"]).transcript();
        let next = "  next      cargo migrate models --from-database --adopt\n";
        assert!(check.ends_with(next), "{check}");
        let adopt = ["models", "--from-database", "--adopt"];
        insta::assert_snapshot!(project.migrate(&adopt).transcript(), @r"
        exit code: 0
        ----- stdout -----
        ----- stderr -----
          database  sqlite  app.db
          extra     view names is not managed by the chain
          adopted   table users (id, org_id, email, age)
          adopted   users_by_email on users (lower(email)) WHERE age IS NOT NULL
          adopted   table orgs (id, slug, owner_id)
          adopted   users CONSTRAINT users_org_id_fkey FOREIGN KEY (org_id) REFERENCES orgs (id) ON DELETE CASCADE
          written   migrations/[ID]_baseline.rs, HEAD   (commit both with the models)
          database  sqlite  app.db
          stamped   base -> [ID]
        ");
        insta::assert_snapshot!(project.migrate(&["status"]).transcript(), @r"
        exit code: 0
        ----- stdout -----
          database  sqlite  app.db
          at        [ID] (head)  baseline
          head      [ID]
          extra     view names is not managed by the chain  (kept)
          agree     models, revisions and database, in all that migrations made
        ----- stderr -----
        ");
        insta::assert_snapshot!(project.migrate(&["check"]).transcript(), @r"
        exit code: 0
        ----- stdout -----
          extra     view names is not managed by the chain  (kept)
          models, revisions and database agree
        ----- stderr -----
          database  sqlite  app.db
        ");
        let revision = ["revision", "--autogenerate", "-m", "nothing"];
        insta::assert_snapshot!(project.migrate(&revision).transcript(), @r"
        exit code: 0
        ----- stdout -----
        ----- stderr -----
          database  sqlite  app.db  at head [ID]
          extra     view names is not managed by the chain
          models    no changes detected: nothing to write
        ");
    });
    project.cargo(&["check", "--quiet"]).success();
    assert_eq!(schema(&project), before, "nothing was touched");

    // The baseline takes nothing away, and makes everything where there is nothing.
    project.migrate(&["downgrade", "base"]).success();
    assert_eq!(schema(&project), before);
    project
        .migrate(&["upgrade", "--database-url", "empty.db"])
        .success();
    project
        .migrate(&["check", "--database-url", "empty.db"])
        .success();
}

#[test]
fn a_model_that_the_database_lacks_is_created_by_an_upgrade() {
    let project = project("models-partly");
    let output = ["models", "--from-database", "-o", "src/models.rs"];
    project.migrate(&output).success();
    let more = "
#[derive(Model)]
#[model(table = \"tags\", primary_key(name))]
pub struct Tag {
    pub name: String,
}
";
    let models = project.read("src/models.rs") + more;
    project.write("src/models.rs", &models);
    let library = project.read("src/lib.rs").replace(
        "models = []",
        "models = [models::Org, models::Tag, models::User]",
    );
    project.write("src/lib.rs", &format!("pub mod models;\n{library}"));
    filters().bind(|| {
        let adopt = ["models", "--from-database", "--adopt"];
        insta::assert_snapshot!(project.migrate(&adopt).transcript(), @r"
        exit code: 0
        ----- stdout -----
        ----- stderr -----
          database  sqlite  app.db
          extra     view names is not managed by the chain
          adopted   table users (id, org_id, email, age)
          adopted   users_by_email on users (lower(email)) WHERE age IS NOT NULL
          adopted   table orgs (id, slug, owner_id)
          added     table tags (name)
          adopted   users CONSTRAINT users_org_id_fkey FOREIGN KEY (org_id) REFERENCES orgs (id) ON DELETE CASCADE
          written   migrations/[ID]_baseline.rs, HEAD   (commit both with the models)
          next      cargo migrate upgrade
        ");
    });
    project.migrate(&["upgrade"]).success();
    project.migrate(&["check"]).success();
    assert_eq!(
        project
            .query("app.db", "SELECT email AS value FROM users")
            .len(),
        2
    );
}
