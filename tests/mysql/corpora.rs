//! Schemas in `schemas/`, and those in the directory that `MIGRATE_MYSQL_SCHEMAS` names: models are
//! written of each; in one crate they compile; what they make in an empty database is what there was.

use super::server::Database;
use crate::cli::project::{Project, repository};
use crate::live::comparable;
use crate::postgres::server::not_run;
use migrate_runtime::connection::Session;
use migrate_runtime::dialect::Mysql;
use migrate_runtime::diff::{RenameHints, diff};
use migrate_runtime::introspect::introspect;
use migrate_runtime::operation::describe;
use migrate_runtime::schema::{Schema, Table};
use migrate_runtime::source::models::{ModelsOptions, ModelsSource, models_source};
use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

struct Case {
    name: String,
    database: Database,
    schema: Schema,
    models: ModelsSource,
}

/// All schemas, loaded; `None` where there is no server.
fn cases() -> Option<Vec<Case>> {
    let mut files = Vec::new();
    let own = repository().join("tests/mysql/schemas");
    let others = std::env::var_os("MIGRATE_MYSQL_SCHEMAS").map(PathBuf::from);
    for directory in std::iter::once(own).chain(others) {
        let entries = fs::read_dir(directory).unwrap();
        files.extend(entries.map(|entry| entry.unwrap().path()));
    }
    files.retain(|file| file.extension().is_some_and(|extension| extension == "sql"));
    files.sort();
    files.iter().map(case).collect()
}

fn case(file: &PathBuf) -> Option<Case> {
    let mut database = Database::new()?;
    let sql = fs::read_to_string(file).unwrap();
    let loaded = database.batch(&sql);
    loaded.unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    let schema = introspect(&mut database).unwrap();
    let models = models_source(&schema, &Mysql, &ModelsOptions::default());
    let name = file.file_stem().unwrap().to_string_lossy().into_owned();
    Some(Case {
        name,
        database,
        schema,
        models,
    })
}

const MANIFEST: &str = "\
[package]
name = \"real-mysql-schemas\"
version = \"0.1.0\"
edition = \"2024\"

[features]
migrate = []

[dependencies]
chrono = { version = \"0.4\", default-features = false }
diesel = { version = \"2.3\", default-features = false, features = [\"mysql_backend\", \"chrono\"] }
diesel-async = { version = \"0.9\", features = [\"mysql\", \"async-connection-wrapper\"] }
migrate-runtime = { path = \"[RUNTIME]\", features = [\"mysql\", \"cli\", \"chrono\", \"uuid\", \"serde_json\", \"decimal\"] }
serde_json = \"1\"
";

/// The same as for PostgreSQL.
fn main_file() -> String {
    include_str!("../postgres/corpora_main.rs")
        .replace("AsyncPgConnection", "AsyncMysqlConnection")
        .replace("Postgres", "Mysql")
}

fn project(cases: &[Case]) -> Project {
    let runtime = repository().join("migrate-runtime");
    let manifest = MANIFEST.replace("[RUNTIME]", &runtime.display().to_string());
    let project = Project::new(&[("Cargo.toml", &manifest)]);
    let mut main = main_file();
    let mut list = String::new();
    for case in cases {
        let name = &case.name;
        let schema = format!(
            "\nmigrate_runtime::schema! {{\n    pub const SCHEMA;\n    models = [{}],\n    migrations = \"migrations/{name}\",\n    chain = \"{name}\",\n}}\n",
            case.models.models.join(", ")
        );
        let source = case.models.source.clone() + &schema;
        project.write(&format!("src/{name}.rs"), &source);
        project.write(&format!("migrations/{name}/HEAD"), "");
        project.write(&format!("{name}.url"), &case.database.url);
        writeln!(main, "mod {name};").unwrap();
        writeln!(list, "    (\"{name}\", &{name}::SCHEMA),").unwrap();
    }
    write!(
        main,
        "\nconst SCHEMAS: &[(&str, &migrate_runtime::model::SchemaDef)] = &[\n{list}];\n"
    )
    .unwrap();
    project.write("src/main.rs", &main);
    project
}

/// The table of what models can say, of all objects, with every exception and its reason.
fn summary(cases: &[Case]) -> String {
    let (mut text, mut all, mut all_lost) = (String::new(), 0, 0);
    for case in cases {
        let (lost, apart): (Vec<_>, Vec<_>) =
            (case.models.inexpressible.iter()).partition(|item| !item.object.starts_with("the "));
        let total = objects(&case.schema) + lost.len();
        writeln!(
            text,
            "{:<12} {:>3} of {:>3} tables, {:>3} of {total:>3} objects, and {} that are no model's",
            case.name,
            case.models.expressible,
            case.models.total,
            total - lost.len(),
            apart.len()
        )
        .unwrap();
        for item in lost.iter().chain(&apart) {
            writeln!(text, "    {}: {}: {}", item.table, item.object, item.reason).unwrap();
        }
        (all, all_lost) = (all + total, all_lost + lost.len());
    }
    assert!(all_lost * 20 <= all, "{all_lost} of {all} objects are lost");
    text
}

/// How many things a schema says: tables, columns, constraints, indexes, comments.
fn objects(schema: &Schema) -> usize {
    let of_table = |table: &Table| {
        let comments = (table.columns.iter()).filter(|column| column.comment.is_some());
        1 + table.columns.len()
            + usize::from(table.primary_key.is_some())
            + table.uniques.len()
            + table.checks.len()
            + table.foreign_keys.len()
            + table.indexes.len()
            + usize::from(table.comment.is_some())
            + comments.count()
    };
    schema.tables.values().map(of_table).sum()
}

#[test]
fn models_of_a_database_make_it_again() {
    let Some(mut cases) = cases() else {
        return;
    };
    let summary = summary(&cases);
    if std::env::var_os("MIGRATE_MYSQL_SCHEMAS").is_some() {
        not_run(&summary);
    } else {
        insta::assert_snapshot!(summary);
    }
    let project = project(&cases);
    let run = |what| {
        let run = ["run", "--quiet", "--features", "migrate", "--", what];
        project.cargo_as_tool(&run).success().stdout()
    };
    run("render");
    let mut wrong = Vec::new();
    for case in &mut cases {
        let statements = fs::read_to_string(project.path().join(format!("{}.sql", case.name)));
        wrong.extend(differences(case, &statements.unwrap()));
    }
    // The baseline that the first writes is compiled into the second.
    for what in ["adopt", "verify"] {
        wrong.extend(run(what).lines().map(|line| format!("{what} {line}")));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What the models make against what there is.
fn differences(case: &mut Case, statements: &str) -> Vec<String> {
    let mut fresh = Database::new().unwrap();
    if let Err(error) = fresh.batch(statements) {
        return vec![format!("{}: {error}", case.name)];
    }
    let made = introspect(&mut fresh).unwrap();
    let operations = diff(
        &comparable(&case.schema, &Mysql),
        &comparable(&made, &Mysql),
        &RenameHints::default(),
    );
    let mut wrong: Vec<String> = (operations.iter())
        .map(|operation| format!("{}: {}", case.name, describe(operation)))
        .collect();
    let tables: Vec<String> = case.schema.tables.keys().map(ToString::to_string).collect();
    for table in tables {
        let (mut before, mut after) =
            (shown(&mut case.database, &table), shown(&mut fresh, &table));
        before.retain(|line| !is_unsaid(case, &table, line));
        before.sort();
        after.sort();
        let only = |one: &[String], other: &[String]| -> Vec<String> {
            one.iter()
                .filter(|line| !other.contains(line))
                .cloned()
                .collect()
        };
        wrong.extend(
            only(&before, &after)
                .iter()
                .map(|line| format!("{table} - {line}")),
        );
        wrong.extend(
            only(&after, &before)
                .iter()
                .map(|line| format!("{table} + {line}")),
        );
    }
    wrong
}

/// Whether the list of exceptions has that line.
fn is_unsaid(case: &Case, table: &str, line: &str) -> bool {
    case.models.inexpressible.iter().any(|item| {
        item.table.to_string() == table
            && (item.object.starts_with("PARTITION BY") && line.contains("PARTITION"))
    })
}

/// The lines of `SHOW CREATE TABLE`, without what means nothing to us or is an exception: the number that
/// comes next, what is unmanaged, and where a check of one column is written.
fn shown(database: &mut Database, table: &str) -> Vec<String> {
    let rows = database
        .query(&format!("SHOW CREATE TABLE `{table}`"))
        .unwrap();
    let text = rows[0].text(1).unwrap();
    (text.lines())
        .map(|line| line.trim().trim_end_matches(',').to_owned())
        .map(|line| {
            line.replace(" WITH SYSTEM VERSIONING", "")
                .replace(" INVISIBLE", "")
        })
        .map(|line| {
            line.replace(" IGNORED", "")
                .replace(" COMMENT 'a remark'", "")
        })
        .map(|line| match line.split_once(" AUTO_INCREMENT=") {
            Some((before, rest)) => {
                let rest = rest.split_once(' ').map_or("", |(_, rest)| rest);
                format!("{before} {rest}")
            }
            None => line,
        })
        .map(|line| {
            line.replace(" ON DELETE NO ACTION", "")
                .replace(" ON UPDATE NO ACTION", "")
        })
        .map(|line| line.replace(" CHECK (`positive` > 3)", ""))
        .filter(|line| line != "CONSTRAINT `kinds_check`")
        // Names of indexes are compared as what is read; the server's own have others each time.
        .map(|line| match line.strip_prefix("KEY `") {
            Some(key) => key
                .split_once("` ")
                .map_or(line.clone(), |(_, rest)| rest.to_owned()),
            None => line,
        })
        .collect()
}
