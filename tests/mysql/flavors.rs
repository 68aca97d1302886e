//! What only one of the two servers has, by version: what is asked of a server before a migration begins.
//!
//! The answers of other versions than the one at hand are those that the query gives for their names.

use super::live::Live;
use super::server::Database;
use crate::runner::chains::chain;
use migrate_runtime::Model;
use migrate_runtime::autogenerate::Flags;
use migrate_runtime::command::{RevisionRequest, autogenerate};
use migrate_runtime::connection::Session;
use migrate_runtime::dialect;
use migrate_runtime::migration::*;
use migrate_runtime::model::SchemaDef;
use migrate_runtime::operation::{Operation, apply_all, describe};
use migrate_runtime::runner::Migrator;
use migrate_runtime::schema::Schema;
use migrate_runtime::sql::{Step, plan};
use std::fmt::Write as _;

const VERSIONS: &[&str] = &[
    "8.0.19",
    "8.0.29-0ubuntu0.22.04.1",
    "8.4.3",
    "9.1.0",
    "10.6.16-MariaDB-log",
    "10.11.6-MariaDB-0+deb12u1",
    "11.4.2-MariaDB-ubu2404",
    "11.8.1-MariaDB",
];

const BEFORE: OperationDef = create_table(
    "t",
    &[
        column("id", BigInt).not_null().auto_increment(),
        column("body", Text),
        column("data", Json),
        column("name", Varchar(100)),
    ],
)
.constraints(&[primary_key(&["id"])]);

const fn native(spelling: &'static str) -> OperationDef {
    add_column("t", column("a", Native(SqlDef::only(Mysql, spelling))))
}

const CASES: &[OperationDef] = &[
    native("uuid"),
    native("inet4"),
    native("inet6"),
    native("vector(3)"),
    native("point SRID 4326"),
    native("varchar(9) COLLATE utf8mb4_0900_ai_ci"),
    add_column("t", column("a", Text).collate("utf8mb4_uca1400_ai_ci")),
    create_index("i", "t", &[]).on(&[by_expression("lower(name)")]),
    add_unique("t", unique("u", &["body"])),
    create_index("i", "t", &["body"]).unique(),
    set_table_options("t", options().mysql_engine("Aria")),
    // What none of them has.
    create_index("i", "t", &["body"]),
    create_index("i", "t", &["name", "data"]),
    add_foreign_key("t", foreign_key("f", &["body"], "t", &["body"])),
    create_index("i", "t", &["name"]).filter("name <> ''"),
    // What all of them have.
    create_index("i", "t", &[]).on(&[by_expression("body(20)")]),
    create_index("i", "t", &["body"]).method("fulltext"),
    create_index("i", "t", &["name"]),
];

fn before() -> Schema {
    let mut before = Schema::new();
    apply_all(&mut before, &[BEFORE.lower()]).unwrap();
    before
}

/// The lines of a case: what the server is asked, and who says no.
fn answers(live: &mut Live, operation: &Operation) -> String {
    let plan = match plan(std::slice::from_ref(operation), &before(), &dialect::Mysql) {
        Ok(plan) => plan,
        Err(error) => return format!("  refused: {error}\n"),
    };
    let mut text = String::new();
    for statement in plan.statements {
        match statement.step {
            Step::Expect { query, problem, .. } if query.contains("VERSION()") => {
                writeln!(text, "  unless: {problem}").unwrap();
                for version in VERSIONS {
                    let query = query.replace("VERSION()", &format!("'{version}'"));
                    for refused in live.rows(&query) {
                        writeln!(text, "    {refused}").unwrap();
                    }
                }
            }
            Step::Online(online) => writeln!(text, "  {}", online.sql).unwrap(),
            Step::Sql(sql) => writeln!(text, "  {sql}").unwrap(),
            other => writeln!(text, "  {other:?}").unwrap(),
        }
    }
    text
}

#[test]
fn who_has_what() {
    let Some(mut live) = Live::empty("") else {
        return;
    };
    let mut text = String::new();
    for case in CASES {
        let operation = case.lower();
        writeln!(text, "{}", describe(&operation)).unwrap();
        text += &answers(&mut live, &operation);
    }
    insta::assert_snapshot!(text);
}

/// Before anything of the migration is done, and with a word on who has it.
#[test]
fn a_server_without_it_is_left_as_it_is() {
    static SCHEMA: SchemaDef = chain(&[Migration::new("a").upgrade(&[
        BEFORE,
        create_index("i", "t", &[]).on(&[by_expression("lower(name)")]),
    ])]);
    let Some(mut database) = Database::new() else {
        return;
    };
    let version = database.query("SELECT VERSION()").unwrap()[0]
        .text(0)
        .unwrap();
    if !version.contains("MariaDB") {
        return;
    }
    let error = Migrator::new(&SCHEMA)
        .upgrade(&mut database, "head")
        .unwrap_err();
    insta::assert_snapshot!(error.to_string().replace(&version, "VERSION"));
    let tables = database.query("SHOW TABLES LIKE 't'").unwrap();
    assert_eq!(tables.len(), 0);
}

/// Before a file is written.
#[test]
fn revision_refuses_what_the_database_has_not() {
    #[derive(Model)]
    #[model(table = "partial", unlisted, index(name, where = "name <> ''"))]
    #[expect(dead_code, reason = "only its definition is looked at")]
    struct Partial {
        id: i64,
        #[model(max_length = 20)]
        name: String,
    }
    #[derive(Model)]
    #[model(table = "long", unlisted, index(name))]
    #[expect(dead_code, reason = "only its definition is looked at")]
    struct Long {
        id: i64,
        name: String,
    }
    let Some(mut database) = Database::new() else {
        return;
    };
    let mut said = String::new();
    for models in [&[Partial::TABLE], &[Long::TABLE]] {
        let directory = tempfile::tempdir().unwrap();
        let schema = SchemaDef {
            models,
            ..chain(&[])
        };
        let refused = autogenerate(
            &directory.path().into(),
            &schema,
            Some(&mut database),
            &Flags::default(),
            &RevisionRequest::new("x"),
            None,
        );
        let error = refused.unwrap_err();
        writeln!(said, "{error}\nhint: {}", error.hints().join("; ")).unwrap();
        assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 0);
    }
    insta::assert_snapshot!(said);
}

/// While it is written, and not only when it is applied; it may be meant for another server.
#[test]
fn revision_tells_what_this_server_has_not() {
    #[derive(Model)]
    #[model(
        table = "lowered",
        unlisted,
        index(expression = "lower(name)", name = "i")
    )]
    #[expect(dead_code, reason = "only its definition is looked at")]
    struct Lowered {
        id: i64,
        #[model(max_length = 20)]
        name: String,
    }
    let Some(mut database) = Database::new() else {
        return;
    };
    let version = database.query("SELECT VERSION()").unwrap()[0]
        .text(0)
        .unwrap();
    if !version.contains("MariaDB") {
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    let schema = SchemaDef {
        models: &[Lowered::TABLE],
        ..chain(&[])
    };
    let request = RevisionRequest {
        dry_run: true,
        ..RevisionRequest::new("x")
    };
    let done = autogenerate(
        &directory.path().into(),
        &schema,
        Some(&mut database),
        &Flags::default(),
        &request,
        None,
    );
    let findings = done.unwrap().plan.findings.into_iter();
    let texts = findings.map(|it| it.message.replace(&version, "VERSION"));
    insta::assert_snapshot!(texts.collect::<Vec<_>>().join("\n"));
}
