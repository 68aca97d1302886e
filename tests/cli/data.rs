//! `revision --data`: a migration on rows, which goes on compiling when the models change.

use super::project::{Project, filters};

const MANIFEST: &str = r#"[package]
name = "data-step"
version = "0.1.0"
edition = "2024"

[dependencies]
diesel = { version = "2.3", default-features = false, features = ["sqlite"] }
"#;

const MODELS: &str = r#"
use diesel::prelude::*;
use migrate_runtime::{Model, SqlEnum};

#[derive(Debug, Clone, Copy, PartialEq, Eq, SqlEnum)]
pub enum Status { Pending, InTransit }

#[derive(Model, Queryable, Insertable)]
#[diesel(table_name = users)]
pub struct User {
    #[model(auto_increment)]
    pub id: i64,
    pub name: String,
    pub first_name: Option<String>,
    #[model(renamed_from = "kind")]
    #[diesel(column_name = "type_")]
    #[model(column = "type")]
    pub type_: Option<String>,
}

#[derive(Model, Queryable, Insertable)]
#[diesel(table_name = orders)]
pub struct Order {
    #[model(auto_increment)]
    pub id: i64,
    #[model(references = User, index)]
    pub user_id: i64,
    pub status: Status,
}

migrate_runtime::schema! {
    pub const SCHEMA;
    models = [User, Order],
    migrations = "migrations",
}
"#;

const FUNCTION: &str = r"fn split_the_names(conn: &mut RunConnection<'_>) -> RunResult {
    use diesel::prelude::*;
    use tables::{Status, orders, users};
    let conn = conn.sqlite()?;
    let waiting: Vec<(i64, String)> = orders::table
        .inner_join(users::table)
        .filter(orders::status.eq(Status::Pending))
        .select((users::id, users::name))
        .load(conn)?;
    for (id, name) in waiting {
        diesel::update(users::table.find(id))
            .set(users::first_name.eq(name.split(' ').next()))
            .execute(conn)?;
    }
    Ok(())
}
";

fn model_without(lines: &[&str]) -> String {
    let mut text = MODELS.to_owned();
    for line in lines {
        assert!(text.contains(line), "{line}");
        text = text.replace(line, "");
    }
    text
}

#[test]
fn it_compiles_and_runs_from_base_when_its_columns_are_long_gone() {
    let project = Project::new(&[("Cargo.toml", MANIFEST), ("src/lib.rs", "")]);
    project.migrate(&["init"]).success();
    project.write(".env", "DATABASE_URL=sqlite://app.db\n");
    project.write(
        "src/lib.rs",
        &model_without(&["    #[model(renamed_from = \"kind\")]\n"]),
    );
    project
        .migrate(&["revision", "--from-chain", "--rev-id", "a", "-m", "tables"])
        .success();
    project.migrate(&["upgrade"]).success();
    project.sql(
        "app.db",
        "INSERT INTO users (id, name) VALUES (1, 'Ann Lee'), (2, 'Bob Ray');
         INSERT INTO orders (user_id, status) VALUES (1, 'pending'), (2, 'in_transit')",
    );

    filters().bind(|| {
        let none = ["revision", "--data"];
        insta::assert_snapshot!(project.migrate(&none).transcript(), @r##"
        exit code: 2
        ----- stdout -----
        ----- stderr -----
        error: a revision without --autogenerate needs a message

        hint: add `-m "what it is for"`
        hint: or add `--autogenerate`, to write what the models changed
        "##);
        let nothing = ["revision", "--data", "-m", "x", "--only", "people"];
        insta::assert_snapshot!(project.migrate(&nothing).transcript(), @r##"
        exit code: 2
        ----- stdout -----
        ----- stderr -----
        error: no migration makes the table people

        hint: there are orders, users
        "##);
        let data = [
            "revision",
            "--data",
            "-m",
            "Split the names",
            "--rev-id",
            "b",
        ];
        insta::assert_snapshot!(project.migrate(&data).transcript(), @r"
        exit code: 0
        ----- stdout -----
        ----- stderr -----
          written   migrations/b_split_the_names.rs, HEAD   (commit both with the models)
          next      write the function in migrations/b_split_the_names.rs, then cargo migrate upgrade
        ");
        insta::assert_snapshot!(project.read("migrations/b_split_the_names.rs"), @r##"
        //! Split the names
        //!
        //! Revision: b
        //! Revises:  a
        //! Created:  [TIME] UTC
        //! Destructive: for you to say. Reversible: for you to say.

        use migrate_runtime::migration::*;

        pub const MIGRATION: Migration = Migration::new("b")
            .revises(&["a"])
            .upgrade(&[run("split_the_names", split_the_names)])
            .downgrade(&[]);

        /// Runs inside the transaction of this revision. Once it is applied somewhere it stays as it is.
        fn split_the_names(conn: &mut RunConnection<'_>) -> RunResult {
            // use diesel::prelude::*;
            // use tables::orders;
            // let conn = conn.sqlite()?;
            // diesel::update(orders::table.filter(…)).set(…).execute(conn)?;
            let _ = conn;
            Ok(())
        }

        /// The tables as they are before this revision. Later changes of the models do not reach them.
        #[allow(dead_code, unused_imports, unreachable_pub, missing_docs)]
        mod tables {
            #[derive(Debug, Clone, Copy, PartialEq, Eq, migrate_runtime::SqlEnum)]
            #[sql_enum(name = "status", crate = migrate_runtime)]
            pub enum Status {
                #[sql_enum(value = "pending")]
                Pending,
                #[sql_enum(value = "in_transit")]
                InTransit,
            }

            diesel::table! {
                use diesel::sql_types::*;
                use super::StatusSqlType;

                orders (id) {
                    id -> BigInt,
                    user_id -> BigInt,
                    status -> StatusSqlType,
                }
            }

            diesel::table! {
                use diesel::sql_types::*;

                users (id) {
                    id -> BigInt,
                    name -> Text,
                    first_name -> Nullable<Text>,
                    #[sql_name = "type"]
                    type_ -> Nullable<Text>,
                }
            }

            diesel::joinable!(orders -> users (user_id));
            diesel::allow_tables_to_appear_in_same_query!(orders, users);
        }
        "##);
    });
    // As it was written it compiles, without a warning.
    let compiled = project.cargo(&["check", "--quiet"]);
    assert_eq!(compiled.stderr(), "", "{}", compiled.transcript());

    let file = project.read("migrations/b_split_the_names.rs");
    let (head, tail) = file.split_once("fn split_the_names").unwrap();
    let (_, tail) = tail.split_once("\n}\n").unwrap();
    project.write(
        "migrations/b_split_the_names.rs",
        &format!("{head}{FUNCTION}{tail}"),
    );
    project.migrate(&["upgrade"]).success();
    let first_names = "SELECT first_name AS value FROM users ORDER BY id";
    assert_eq!(project.query("app.db", first_names), ["Ann", "NULL"]);

    // Two revisions later the columns are gone, and a value of the enum.
    project.write(
        "src/lib.rs",
        &model_without(&["    pub first_name: Option<String>,\n"]),
    );
    let drop = [
        "revision",
        "--from-chain",
        "--rev-id",
        "c",
        "--drop",
        "users.first_name",
    ];
    project.migrate(&drop).success();
    project.write(
        "src/lib.rs",
        &model_without(&[
            "    pub first_name: Option<String>,\n",
            "    pub status: Status,\n",
            "    pub name: String,\n",
        ]),
    );
    let drop = [
        "revision",
        "--from-chain",
        "--rev-id",
        "d",
        "--drop",
        "users.name",
        "--drop",
        "orders.status",
    ];
    project.migrate(&drop).success();
    project.cargo(&["check", "--quiet"]).success();
    project.migrate(&["upgrade"]).success();
    let fresh = ["upgrade", "--database-url", "sqlite://fresh.db"];
    project.migrate(&fresh).success();
    let columns = "SELECT group_concat(name) AS value FROM pragma_table_info('users')";
    assert_eq!(project.query("fresh.db", columns), ["id,type"]);
}
