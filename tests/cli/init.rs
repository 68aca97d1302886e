//! `init`: the four situations of the field. Each is green before and after, and a second run finds
//! nothing to do.

use super::project::{Project, Ran, filters, manifest, repository};

/// Sets the package up; what `cargo` accepted before, it accepts after.
#[track_caller]
fn initialise(project: &Project, arguments: &[&str], run: &[&str]) -> Ran {
    let dry = [&["init", "--dry-run"], arguments].concat();
    let before = project.contents();
    project.migrate(&dry).success();
    assert_eq!(before, project.contents(), "a dry run wrote something");

    let line = [&["init"], arguments].concat();
    let ran = project.migrate(&line).success();
    project
        .cargo(&[&["run", "--quiet"], run].concat())
        .success();
    project.cargo(&["test", "--quiet", "--workspace"]).success();

    let settled = project.contents();
    let again = project.migrate(&line).success();
    assert!(
        again.stderr().contains("nothing to do"),
        "{}",
        again.transcript()
    );
    assert_eq!(
        settled,
        project.contents(),
        "the second run wrote something"
    );
    ran
}

const MAIN: &str = "fn main() {\n    println!(\"Hello\");\n}\n";

#[test]
fn a_new_library() {
    let project = Project::new(&[
        (
            "Cargo.toml",
            "[package]\nname = \"init-new\"\nversion = \"0.1.0\"\nedition = \"2024\"\ninclude = [\"src/**\"] # what is published\n",
        ),
        (
            "src/lib.rs",
            "//! A shop.\n\npub fn open() -> bool {\n    true\n}\n",
        ),
        (
            "src/main.rs",
            "fn main() {\n    assert!(init_new::open());\n}\n",
        ),
        (".gitignore", "/target"),
    ]);
    let ran = initialise(&project, &[], &[]);
    filters().bind(|| insta::assert_snapshot!(ran.transcript(), @r#"
    exit code: 0
    ----- stdout -----
    ----- stderr -----
      new       .env.example
        + # Copy to `.env`. A relative path is relative to this directory.
        + DATABASE_URL=sqlite://app.db
      changed   .gitignore
        - /target
        + /target
        + *.db
        + *.db-journal
        + *.db-shm
        + *.db-wal
        + .env
      changed   Cargo.toml
          edition = "2024"
        - include = ["src/**"] # what is published
        + include = ["src/**", "migrations/**"] # what is published
        + default-run = "init-new"
        + 
        + [dependencies]
        + diesel = { version = "2.3", features = ["sqlite"] }
        + migrate-runtime = { path = "[REPO]/migrate-runtime", features = ["sqlite"] }
        + 
        + [features]
        + migrate = ["migrate-runtime/cli"]
        + 
        + [[bin]]
        + name = "init-new-migrate"
        + required-features = ["migrate"]
      new       migrations/HEAD
      new       src/bin/init-new-migrate.rs
        + //! `cargo migrate` builds and runs this. It needs no cargo itself: deploy it, and call it with
        + //! `upgrade`.
        + 
        + fn main() -> std::process::ExitCode {
        +     migrate_runtime::cli::main(&init_new::SCHEMA)
        + }
      changed   src/lib.rs

        + migrate_runtime::schema! {
        +     pub const SCHEMA;
        +     models = [],
        +     migrations = "migrations",
        + }
        + 
          pub fn open() -> bool {
      package   init-new
      next      write a model, and list it in `schema!`:

                use migrate_runtime::Model;

                #[derive(Model)]
                #[model(table = "users")]
                pub struct User {
                    #[model(auto_increment)]
                    pub id: i64,
                    pub email: String,
                }

                models = [User]      in src/lib.rs

                then
                cp .env.example .env
                cargo migrate revision --autogenerate -m "first"
    "#));
}

#[test]
fn a_package_that_is_only_a_binary() {
    let project = Project::new(&[
        ("Cargo.toml", &manifest("init-main")),
        ("src/main.rs", MAIN),
    ]);
    initialise(&project, &[], &[]);
    insta::assert_snapshot!(project.read("src/main.rs"), @r#"
    migrate_runtime::schema! {
        pub const SCHEMA;
        models = [],
        migrations = "migrations",
    }

    fn main() {
        #[cfg(feature = "migrate")]
        migrate_runtime::cli::intercept(&SCHEMA);

        println!("Hello");
    }
    "#);
}

#[test]
fn binaries_without_a_main_file() {
    let manifest = "[package]\nname = \"init-bins\"\nversion = \"0.1.0\"\nedition = \"2021\"\n\
                    default-run = \"serve\"\n";
    let project = Project::new(&[
        ("Cargo.toml", manifest),
        ("src/bin/fetch.rs", MAIN),
        ("src/bin/serve.rs", MAIN),
    ]);
    initialise(&project, &[], &[]);
    let model = "#[derive(migrate_runtime::Model)]\n#[model(table = \"pages\")]\npub struct Page { pub id: i64 }\n";
    let serve = project.read("src/bin/serve.rs");
    let serve = serve.replace("models = []", "models = [Page]");
    project.write("src/bin/serve.rs", &(serve + model));
    let url = ["--database-url", "app.db"];
    let generate = ["revision", "--autogenerate"];
    project.migrate(&[&generate[..], &url].concat()).success();
    project
        .migrate(&[&["upgrade"][..], &url].concat())
        .success();
    project.cargo(&["run", "--quiet"]).success();
}

#[test]
fn a_runtime_by_another_name_and_a_folder_of_models() {
    let manifest = format!(
        "[package]\nname = \"init-renamed\"\nversion = \"0.1.0\"\nedition = \"2021\"\n\n\
         [dependencies]\n\
         schemas = {{ package = \"migrate-runtime\", path = '{}', features = [\"sqlite\"] }}\n",
        super::project::repository()
            .join("migrate-runtime")
            .display()
    );
    let user = "#[derive(schemas::Model)]\n#[model(table = \"users\", crate = schemas)]\npub struct User { pub id: i64 }\n";
    let project = Project::new(&[
        ("Cargo.toml", &manifest),
        ("src/lib.rs", "pub mod models;\n"),
        ("src/models/mod.rs", "mod user;\n\npub use user::User;\n"),
        ("src/models/user.rs", "pub struct User { pub id: i64 }\n"),
        ("src/main.rs", MAIN),
    ]);
    initialise(&project, &[], &[]);
    project.write("src/models/user.rs", user);
    let lib = project.read("src/lib.rs");
    let lib = lib.replace("models = []", "models = [models::User]");
    project.write("src/lib.rs", &lib);
    let url = ["--database-url", "app.db"];
    let generate = ["revision", "--autogenerate"];
    project.migrate(&[&generate[..], &url].concat()).success();
    project
        .migrate(&[&["upgrade"][..], &url].concat())
        .success();
    project.cargo(&["check", "--quiet"]).success();
}

#[test]
fn an_asynchronous_main() {
    let project = Project::new(&[
        (
            "Cargo.toml",
            "[package]\nname = \"init-async\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[dependencies]\ntokio = { path = \"tokio\" }\n",
        ),
        // Only what the attribute needs: the real one is not among the repository's dependencies.
        (
            "tokio/Cargo.toml",
            "[package]\nname = \"tokio\"\nversion = \"1.0.0\"\nedition = \"2024\"\n[lib]\nproc-macro = true\n",
        ),
        (
            "tokio/src/lib.rs",
            "use proc_macro::{TokenStream, TokenTree};\n\
             /// `async fn main() { … }` becomes `fn main() { … }`.\n\
             #[proc_macro_attribute]\n\
             pub fn main(_: TokenStream, item: TokenStream) -> TokenStream {\n\
                 item.into_iter()\n\
                     .filter(|token| !matches!(token, TokenTree::Ident(word) if word.to_string() == \"async\"))\n\
                     .collect()\n\
             }\n",
        ),
        (
            "src/main.rs",
            "#[tokio::main]\nasync fn main() {\n    println!(\"Hello\");\n}\n",
        ),
    ]);
    initialise(&project, &[], &[]);
    insta::assert_snapshot!(project.read("src/main.rs"), @r#"
    migrate_runtime::schema! {
        pub const SCHEMA;
        models = [],
        migrations = "migrations",
    }

    #[tokio::main]
    async fn main() {
        #[cfg(feature = "migrate")]
        migrate_runtime::cli::intercept(&SCHEMA);

        println!("Hello");
    }
    "#);
}

const DIESEL_SCHEMA: &str = "\
diesel::table! {
    posts (id) {
        id -> Integer,
        user_id -> Integer,
        #[sql_name = \"type\"]
        type_ -> Text,
        mood -> Text,
    }
}

diesel::table! {
    users (id) {
        id -> Integer,
        name -> Text,
        born -> Nullable<Date>,
    }
}

diesel::table! {
    votes (post_id, user_id) {
        post_id -> Integer,
        user_id -> Integer,
    }
}

diesel::joinable!(posts -> users (user_id));
diesel::allow_tables_to_appear_in_same_query!(posts, users, votes);
";

const DIESEL_MODELS: &str = "\
use crate::schema::{users, votes};
use chrono::NaiveDate;
use diesel::prelude::*;

/// Who writes.
#[derive(Debug, Queryable, Selectable, Identifiable)]
#[diesel(table_name = users)] // ours
pub struct User {
    pub id:   i32, /* the key */
    pub name: String,
    pub born: Option<NaiveDate>,
}

#[derive(Insertable)]
#[diesel(table_name = crate::schema::users)]
pub struct NewUser<'a> {
    pub name: &'a str,
}

#[derive(Queryable, Insertable, Associations)]
#[diesel(table_name = votes, belongs_to(User))]
pub struct Vote {
    pub user_id: i32,
    pub post_id: i32,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = crate::schema::posts)]
pub struct Headline {
    pub id: i32,
    #[diesel(column_name = type_)]
    pub kind: String,
}
";

#[test]
fn an_existing_diesel_package() {
    let up = "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL);\n";
    let project = Project::new(&[
        (
            "Cargo.toml",
            "[package]\nname = \"init-diesel\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[dependencies]\n# our database\ndiesel = { version = \"2.3\", default-features = false, features = [\"sqlite\", \"chrono\"] }\nchrono = { version = \"0.4\", default-features = false }\n",
        ),
        ("diesel.toml", "[print_schema]\nfile = \"src/schema.rs\"\n"),
        ("migrations/2024-01-01-000000_users/up.sql", up),
        (
            "migrations/2024-01-01-000000_users/down.sql",
            "DROP TABLE users;\n",
        ),
        ("src/schema.rs", DIESEL_SCHEMA),
        ("src/models.rs", DIESEL_MODELS),
        ("src/lib.rs", "pub mod models;\npub mod schema;\n"),
        ("src/main.rs", MAIN),
    ]);
    let ran = initialise(&project, &[], &[]);
    assert_eq!(
        project.read("migrations/2024-01-01-000000_users/up.sql"),
        up
    );
    filters().bind(|| insta::assert_snapshot!(ran.transcript(), @r#"
    exit code: 0
    ----- stdout -----
    ----- stderr -----
      new       .env.example
        + # Copy to `.env`. A relative path is relative to this directory.
        + DATABASE_URL=sqlite://app.db
      new       .gitignore
        + *.db
        + *.db-journal
        + *.db-shm
        + *.db-wal
        + .env
      changed   Cargo.toml
          edition = "2024"
        + default-run = "init-diesel"
        + 
        + [package.metadata.migrate]
        + migrations = "revisions"

          chrono = { version = "0.4", default-features = false }
        + migrate-runtime = { path = "[REPO]/migrate-runtime", features = ["sqlite", "chrono"] }
        + 
        + [features]
        + migrate = ["migrate-runtime/cli"]
        + 
        + [[bin]]
        + name = "init-diesel-migrate"
        + required-features = ["migrate"]
      new       revisions/HEAD
      new       src/bin/init-diesel-migrate.rs
        + //! `cargo migrate` builds and runs this. It needs no cargo itself: deploy it, and call it with
        + //! `upgrade`.
        + 
        + fn main() -> std::process::ExitCode {
        +     migrate_runtime::cli::main(&init_diesel::SCHEMA)
        + }
      changed   src/lib.rs
          pub mod schema;
        + 
        + migrate_runtime::schema! {
        +     pub const SCHEMA;
        +     models = [],
        +     migrations = "revisions",
        + }
      changed   src/models.rs
          /// Who writes.
        - #[derive(Debug, Queryable, Selectable, Identifiable)]
        + #[derive(Debug, Queryable, Selectable, Identifiable, migrate_runtime::Model)]
          #[diesel(table_name = users)] // ours
        + #[model(diesel_table = users, unlisted)]
          pub struct User {

        - #[derive(Queryable, Insertable, Associations)]
        + #[derive(Queryable, Insertable, Associations, migrate_runtime::Model)]
          #[diesel(table_name = votes, belongs_to(User))]
        + #[model(diesel_table = votes, primary_key(post_id, user_id), unlisted)]
          pub struct Vote {
      package   init-diesel
      directory revisions/   (migrations/ belongs to diesel and stays as it is)
      kept      structs with a table that do not compile as models as they are:
                src/models.rs  Headline: it has no field for user_id, mood
      next      list the models, and delete the word `unlisted` at each:
                models = [models::User, models::Vote]      in src/lib.rs
                your `table!` declarations stay as they are, and so does the database; then
                cp .env.example .env
                cargo migrate models --from-database --adopt
                (first, where the SQL is to stay a part of the chain: cargo migrate adopt migrations)
    "#));
    the_next_steps_lead_to_an_agreement(&project);
}

/// What `init` has printed, typed.
fn the_next_steps_lead_to_an_agreement(project: &Project) {
    project.write(".env", "DATABASE_URL=sqlite://app.db\n");
    project.sql(
        "app.db",
        "CREATE TABLE users (id INTEGER PRIMARY KEY NOT NULL, name TEXT NOT NULL, born DATE);
         CREATE TABLE votes (
             post_id INTEGER NOT NULL, user_id INTEGER NOT NULL REFERENCES users (id),
             PRIMARY KEY (post_id, user_id)
         );",
    );
    let list = |path: &str, from: &str, to: &str| {
        project.write(path, &project.read(path).replace(from, to));
    };
    list(
        "src/lib.rs",
        "models = []",
        "models = [models::User, models::Vote]",
    );
    let forgotten = project.cargo(&["check", "--quiet"]).stderr();
    assert!(
        forgotten.contains("delete the word `unlisted`"),
        "{forgotten}"
    );
    list("src/models.rs", ", unlisted)]", ")]");
    project
        .migrate(&["models", "--from-database", "--adopt"])
        .success();
    project.migrate(&["check"]).success();
    project.cargo(&["check", "--quiet"]).success();
}

#[test]
fn a_workspace_with_models_in_a_library_and_two_binaries() {
    let member = |name: &str, more: &str| manifest(name) + more;
    let core = "\n[dependencies]\ninit-core = { path = \"../core\" }\n";
    let project = Project::new(&[
        (
            "Cargo.toml",
            "[workspace]\nresolver = \"3\"\nmembers = [\"core\", \"web\", \"worker\"]\n",
        ),
        ("core/Cargo.toml", &member("init-core", "")),
        ("core/src/lib.rs", "pub const NAME: &str = \"core\";\n"),
        ("web/Cargo.toml", &member("init-web", core)),
        (
            "web/src/main.rs",
            "fn main() {\n    assert_eq!(init_core::NAME, \"core\");\n}\n",
        ),
        ("worker/Cargo.toml", &member("init-worker", core)),
        (
            "worker/src/main.rs",
            "fn main() {\n    assert_eq!(init_core::NAME, \"core\");\n}\n",
        ),
    ]);
    initialise(&project, &["-p", "init-core"], &["--package", "init-web"]);
    project
        .cargo(&["run", "--quiet", "--package", "init-worker"])
        .success();
    insta::assert_snapshot!(project.read("core/Cargo.toml").replace(&repository().display().to_string(), "[REPO]"), @r#"
    [package]
    name = "init-core"
    version = "0.1.0"
    edition = "2024"

    [dependencies]
    diesel = { version = "2.3", features = ["sqlite"] }
    migrate-runtime = { path = "[REPO]/migrate-runtime", features = ["sqlite"] }

    [features]
    migrate = ["migrate-runtime/cli"]

    [[bin]]
    name = "init-core-migrate"
    required-features = ["migrate"]
    "#);
}

#[test]
fn cargo_run_still_knows_what_to_start() {
    let project = Project::new(&[
        (
            "Cargo.toml",
            "[workspace]\nresolver = \"3\"\nmembers = [\"lib\", \"app\"]\n",
        ),
        ("lib/Cargo.toml", &manifest("init-lib")),
        ("lib/src/lib.rs", ""),
        ("app/Cargo.toml", &manifest("init-app")),
        ("app/src/main.rs", MAIN),
    ]);
    initialise(&project, &["-p", "init-lib"], &[]);
    assert!(
        project
            .read("app/Cargo.toml")
            .contains("default-run = \"init-app\"")
    );
}

#[test]
fn another_directory() {
    let project = Project::new(&[("Cargo.toml", &manifest("init-dir")), ("src/main.rs", MAIN)]);
    initialise(&project, &["./db/changes/"], &[]);
    assert_eq!(project.read("db/changes/HEAD"), "");
    assert!(
        project
            .read("src/main.rs")
            .contains("migrations = \"db/changes\"")
    );
    insta::assert_snapshot!(project.read("Cargo.toml").replace(&repository().display().to_string(), "[REPO]"), @r#"
    [package]
    name = "init-dir"
    version = "0.1.0"
    edition = "2024"

    [package.metadata.migrate]
    migrations = "db/changes"

    [dependencies]
    diesel = { version = "2.3", features = ["sqlite"] }
    migrate-runtime = { path = "[REPO]/migrate-runtime", features = ["sqlite"] }

    [features]
    migrate = ["migrate-runtime/cli"]
    "#);
}

#[test]
fn what_comes_first_is_what_is_there_already() {
    let name = "init-first";
    let project = Project::new(&[("Cargo.toml", &manifest(name)), ("src/lib.rs", "")]);
    let next = |arguments: &[&str]| {
        let before = project.contents();
        let said = project.migrate(&[&["init"], arguments].concat());
        let said = said.success().stderr();
        project.restore(&before);
        said.split_once("  next ").unwrap().1.to_owned()
    };
    let server = next(&["--database-url", "mysql://localhost/shop"]);
    assert!(
        server.contains(
            "where the database has tables already: cargo migrate models --from-database"
        ),
        "{server}"
    );
    let new = next(&["--database-url", "sqlite://new.db"]);
    assert!(!new.contains("--from-database"), "{new}");
    project.sql("old.db", "CREATE TABLE users (id INTEGER PRIMARY KEY)");
    let old = next(&["--database-url", "sqlite://old.db"]);
    insta::assert_snapshot!(old, @"
         there is a database: write the models of its tables
                cargo migrate models --from-database -o src/models.rs
    ");
    // Models that no `mod` leads to are not seen, and not overwritten.
    project.write("src/models.rs", "pub struct User;\n");
    let undeclared = next(&["--database-url", "sqlite://old.db"]);
    insta::assert_snapshot!(undeclared, @r#"
         declare what no `mod` in src/lib.rs leads to:

                pub mod models;

                derive `Model` for the structs of your tables, and list them in `schema!`; then
                cp .env.example .env
                cargo migrate revision --autogenerate -m "first"
    "#);

    project.migrate(&["init"]).success();
    let status = |database: &str| {
        let arguments = ["status", "--database-url", database];
        project.migrate(&arguments).success().stdout()
    };
    let said = status("sqlite://old.db");
    assert!(
        said.contains("next      cargo migrate models --from-database"),
        "{said}"
    );
    project.sql("empty.db", "CREATE TABLE a (a); DROP TABLE a");
    let said = status("sqlite://empty.db");
    assert!(
        said.contains("next      write a model, list it in `schema!`"),
        "{said}"
    );
}

#[test]
fn a_runtime_that_was_added_by_hand_gets_the_database() {
    let runtime = repository().join("migrate-runtime");
    let text = format!(
        "{}\n[dependencies]\nmigrate-runtime = {{ path = {:?}, features = [\"chrono\"] }}\n",
        manifest("init-added"),
        runtime.to_str().unwrap()
    );
    let project = Project::new(&[("Cargo.toml", &text), ("src/lib.rs", "")]);
    project.migrate(&["init"]).success();
    let edited = project.read("Cargo.toml");
    assert!(
        edited.contains("features = [\"chrono\", \"sqlite\"]"),
        "{edited}"
    );
    project.migrate(&["init"]).success();
    assert_eq!(project.read("Cargo.toml"), edited);
}
