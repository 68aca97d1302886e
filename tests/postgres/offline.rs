//! The script of `--sql`, run by `psql`.

use super::live::Live;
use migrate_runtime::dialect::Postgres;
use migrate_runtime::migration::*;
use migrate_runtime::operation::{Operation, apply_all, inverse_all};
use migrate_runtime::schema::Schema;
use migrate_runtime::sql::offline::{Offline, RunSteps, script};
use std::io::Write as _;
use std::process::{Command, Stdio};

const FIRST: &[OperationDef] = &[
    create_enum("size", &["s", "m"]),
    create_table(
        "org",
        &[
            column("id", BigInt).not_null().auto_increment(),
            column("name", Text).comment("it's a \\ name :x"),
            column("size", Enum("size")).default(text("m")),
        ],
    )
    .constraints(&[primary_key(&["id"])]),
    create_index("org_name_idx", "org", &[]).on(&[by_expression("lower(name) -- small")]),
];
const SECOND: &[OperationDef] = &[
    alter_enum("size", &["m"]),
    alter_column("org", "name").set_not_null(),
    add_check("org", check("org_name_check", "name <> ''")).not_valid(),
    validate_constraint("org", "org_name_check"),
];
const THIRD: &[OperationDef] = &[create_index("org_size_idx", "org", &["size"]).concurrently()];

const VERSION: &str = "CREATE TABLE IF NOT EXISTS __migrate_version (revision text)";
const AT: &str = "SELECT string_agg(revision, ', ') FROM __migrate_version";

fn lower(operations: &[OperationDef]) -> Vec<Operation> {
    operations.iter().map(OperationDef::lower).collect()
}

fn fold(operations: &[&[OperationDef]]) -> Schema {
    let mut schema = Schema::new();
    for operations in operations {
        apply_all(&mut schema, &lower(operations)).unwrap();
    }
    schema
}

/// A script of revisions, each from one place to the next.
fn written(steps: &[(&[Operation], Option<&str>, Option<&str>)], before: &Schema) -> String {
    let prepare = [VERSION.to_owned()];
    let records: Vec<Vec<String>> = (steps.iter())
        .map(|(_, _, to)| {
            let insert = to.map(|to| format!("INSERT INTO __migrate_version VALUES ('{to}')"));
            std::iter::once("DELETE FROM __migrate_version".to_owned())
                .chain(insert)
                .collect()
        })
        .collect();
    let migrations: Vec<Offline<'_>> = (steps.iter().zip(&records))
        .map(|((operations, from, to), record)| Offline {
            revision: to.unwrap_or("base"),
            message: "a message\nof two lines",
            direction: "upgrade",
            operations,
            revisions: AT,
            expected: *from,
            prepare: &prepare,
            record,
            outside_transaction: false,
        })
        .collect();
    script(&migrations, before, RunSteps::Refuse, &Postgres).unwrap()
}

/// Runs a script as it says; what it printed is the error.
pub(super) fn psql(live: &Live, script: &str) -> Result<(), String> {
    let mut child = Command::new("psql")
        .args(["-X", "-q", "-d", &live.database.url, "-f", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    (child.stdin.take().unwrap().write_all(script.as_bytes())).unwrap();
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    if output.status.success() && said.is_empty() {
        return Ok(());
    }
    Err(said)
}

fn up() -> String {
    let (first, second, third) = (lower(FIRST), lower(SECOND), lower(THIRD));
    written(
        &[
            (&first, None, Some("r1")),
            (&second, Some("r1"), Some("r2")),
            (&third, Some("r2"), Some("r3")),
        ],
        &Schema::new(),
    )
}

/// Row V18 of the catalogue.
pub(super) fn each_migration_is_a_transaction(live: &mut Live) {
    let script = up();
    insta::assert_snapshot!(script);
    psql(live, &script).unwrap();
    assert_eq!(live.rows(AT), ["r3"]);
    let chain = fold(&[FIRST, SECOND, THIRD]);
    live.assert_holds(&chain);
    let (before, after) = (fold(&[FIRST, SECOND]), chain);
    let third = inverse_all(&lower(THIRD), &before).unwrap();
    let second = inverse_all(&lower(SECOND), &fold(&[FIRST])).unwrap();
    let down = written(
        &[
            (&third, Some("r3"), Some("r2")),
            (&second, Some("r2"), Some("r1")),
        ],
        &after,
    );
    psql(live, &down).unwrap();
    live.assert_holds(&fold(&[FIRST]));
}

#[test]
fn it_stops_at_what_should_not_be() {
    let Some(mut live) = Live::empty("") else {
        return;
    };
    let first = lower(FIRST);
    psql(
        &live,
        &written(&[(&first, None, Some("r1"))], &Schema::new()),
    )
    .unwrap();
    live.run("INSERT INTO org (name, size) VALUES ('a', 's'), ('b', 's')");
    let second = lower(SECOND);
    let script = written(&[(&second, Some("r1"), Some("r2"))], &fold(&[FIRST]));
    let mut said = Vec::new();
    for preparation in [
        "UPDATE __migrate_version SET revision = 'r0'",
        "DELETE FROM __migrate_version",
        "CREATE VIEW mine AS SELECT size FROM org",
        "UPDATE org SET size = 'm' WHERE name = 'a'",
    ] {
        live.run("BEGIN");
        live.run(preparation);
        live.run("COMMIT");
        let before = live.rows("SELECT * FROM org ORDER BY id");
        let error = psql(&live, &script).unwrap_err();
        said.extend(error.lines().next().map(|line| {
            let (_, message) = line.split_once("ERROR:").unwrap_or(("", line));
            message.trim().to_owned()
        }));
        assert_eq!(live.rows("SELECT * FROM org ORDER BY id"), before);
        live.assert_holds(&fold(&[FIRST]));
        live.run(
            "DROP VIEW IF EXISTS mine; DELETE FROM __migrate_version; \
             INSERT INTO __migrate_version VALUES ('r1')",
        );
    }
    insta::assert_snapshot!(said.join("\n"));
}
