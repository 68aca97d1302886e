//! The script of `--sql`, run by the `sqlite3` shell where there is one.
//!
//! Without the shell the statements go through the library in one batch, which also ends at the first
//! error; what is not run then is `.bail`, and the test says so.

use super::{fold, lower, sqlite};
use diesel::connection::SimpleConnection;
use diesel::{Connection, SqliteConnection};
use migrate_runtime::connection::{Session, session};
use migrate_runtime::migration::*;
use migrate_runtime::model::SchemaDef;
use migrate_runtime::operation::{Operation, apply_all, inverse_all};
use migrate_runtime::runner::{Direction, Migrator, Range};
use migrate_runtime::schema::Schema;
use migrate_runtime::sql::offline::{Offline, RunSteps, script};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const FIRST: &[OperationDef] = &[
    create_table(
        "org",
        &[
            column("id", BigInt).not_null().auto_increment(),
            column("name", Text),
        ],
    )
    .constraints(&[primary_key(&["id"])]),
    create_table(
        "member",
        &[column("id", BigInt).not_null(), column("org_id", BigInt)],
    )
    .constraints(&[
        primary_key(&["id"]),
        foreign_key("member_org", &["org_id"], "org", &["id"]).on_delete(Cascade),
    ]),
    create_index("org_name_idx", "org", &["name"]),
];
const SECOND: &[OperationDef] = &[
    alter_column("org", "name").set_not_null(),
    add_column("org", column("slug", Text)),
];
const ROWS: &str =
    "INSERT INTO org (name) VALUES ('a'), ('b'); INSERT INTO member VALUES (1, 1), (2, 2);";

struct File {
    _folder: tempfile::TempDir,
    path: PathBuf,
}

impl File {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("app.db");
        Self {
            _folder: folder,
            path,
        }
    }

    fn connect(&self) -> SqliteConnection {
        SqliteConnection::establish(self.path.to_str().unwrap()).unwrap()
    }

    fn batch(&self, sql: &str) {
        self.connect().batch_execute(sql).unwrap();
    }

    fn rows(&self, query: &str) -> Vec<String> {
        let mut connection = self.connect();
        let rows = session(&mut connection).query(query).unwrap();
        rows.iter()
            .map(|row| {
                let cells: Vec<_> = (0..row.0.len())
                    .map(|at| row.text(at).unwrap_or_else(|| "NULL".to_owned()))
                    .collect();
                cells.join("|")
            })
            .collect()
    }

    fn schema(&self) -> Vec<String> {
        self.rows("SELECT sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite%' ORDER BY name")
    }

    /// Runs a script; what it printed is the error.
    fn run(&self, script: &str) -> Result<(), String> {
        shell(&self.path, script).unwrap_or_else(|| {
            let loudly = "no sqlite3 shell: run by the library instead; `.bail on` is NOT tested";
            assert!(
                std::env::var_os("MIGRATE_TEST_REQUIRE").is_none(),
                "{loudly}"
            );
            writeln!(std::io::stderr(), "{loudly}").expect("stderr takes it");
            let statements: Vec<&str> = (script.lines())
                .filter(|line| !line.starts_with('.'))
                .collect();
            let result = self.connect().batch_execute(&statements.join("\n"));
            result.map_err(|error| error.to_string())
        })
    }
}

fn shell(database: &Path, script: &str) -> Option<Result<(), String>> {
    let input = database.parent()?.join("script.sql");
    std::fs::write(&input, script).unwrap();
    let output = Command::new("sqlite3")
        .arg(database)
        .stdin(Stdio::from(std::fs::File::open(&input).unwrap()))
        .output()
        .ok()?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    if output.status.success() && output.stderr.is_empty() {
        return Some(Ok(()));
    }
    Some(Err(text(&output.stdout) + &text(&output.stderr)))
}

fn has_shell() -> bool {
    Command::new("sqlite3").arg("--version").output().is_ok()
}

const VERSION: &str = "CREATE TABLE IF NOT EXISTS version (revision TEXT)";
const AT: &str = "SELECT group_concat(revision, ', ') FROM version";

/// A revision in one direction, with where it begins and ends.
struct Revision<'a> {
    id: &'a str,
    direction: &'a str,
    operations: Vec<Operation>,
    from: Option<&'a str>,
    to: Option<&'a str>,
}

impl<'a> Revision<'a> {
    fn up(id: &'a str, operations: &[OperationDef], from: Option<&'a str>) -> Self {
        Self {
            id,
            direction: "upgrade",
            operations: lower(operations),
            from,
            to: Some(id),
        }
    }
}

fn written(revisions: &[Revision<'_>], before: &Schema) -> String {
    let prepare = [VERSION.to_owned()];
    let records: Vec<Vec<String>> = (revisions.iter())
        .map(|revision| {
            let insert = (revision.to).map(|to| format!("INSERT INTO version VALUES ('{to}')"));
            std::iter::once("DELETE FROM version".to_owned())
                .chain(insert)
                .collect()
        })
        .collect();
    let migrations: Vec<Offline<'_>> = (revisions.iter().zip(&records))
        .map(|(revision, record)| Offline {
            revision: revision.id,
            message: "a message\nof two lines",
            direction: revision.direction,
            operations: &revision.operations,
            revisions: AT,
            expected: revision.from,
            prepare: &prepare,
            record,
            outside_transaction: false,
        })
        .collect();
    script(&migrations, before, RunSteps::Refuse, sqlite()).unwrap()
}

fn second() -> String {
    written(&[Revision::up("r2", SECOND, Some("r1"))], &fold(FIRST))
}

fn at_first() -> File {
    let file = File::new();
    let first = Revision::up("r1", FIRST, None);
    file.run(&written(&[first], &Schema::new())).unwrap();
    file.batch(ROWS);
    file
}

#[test]
fn a_script_goes_up_and_down_and_keeps_the_rows() {
    let file = at_first();
    let before = file.schema();
    file.run(&second()).unwrap();
    assert_eq!(
        file.rows("SELECT id, name, slug FROM org"),
        ["1|a|NULL", "2|b|NULL"]
    );
    assert_eq!(file.rows("SELECT * FROM member"), ["1|1", "2|2"]);
    assert_eq!(file.rows(AT), ["r2"]);

    let mut chain = fold(FIRST);
    let operations = inverse_all(&lower(SECOND), &chain).unwrap();
    apply_all(&mut chain, &lower(SECOND)).unwrap();
    let down = Revision {
        id: "r2",
        direction: "downgrade",
        operations,
        from: Some("r2"),
        to: Some("r1"),
    };
    file.run(&written(&[down], &chain)).unwrap();
    assert_eq!(file.schema(), before);
    assert_eq!(file.rows("SELECT * FROM org"), ["1|a", "2|b"]);
    assert_eq!(file.rows("SELECT * FROM member"), ["1|1", "2|2"]);
}

#[test]
fn each_revision_is_a_transaction() {
    let file = File::new();
    let script = written(
        &[
            Revision::up("r1", FIRST, None),
            Revision::up(
                "r2",
                &[sql("INSERT INTO org (id) VALUES (5) -- no name")],
                Some("r1"),
            ),
            Revision::up("r3", SECOND, Some("r2")),
        ],
        &Schema::new(),
    );
    let error = file.run(&script).unwrap_err();
    assert!(error.contains("stopped"), "{error}");
    assert_eq!(file.rows(AT), ["r2"]);
    assert_eq!(file.rows("SELECT id, name FROM org"), ["5|NULL"]);
}

/// Runs the second script on a database that something was done to; it must change nothing.
fn stopped(preparation: &str) -> String {
    let file = at_first();
    file.batch(preparation);
    let everything = || {
        [
            file.schema(),
            file.rows("SELECT * FROM org"),
            file.rows("SELECT * FROM member"),
            file.rows("SELECT * FROM version"),
        ]
    };
    let before = everything();
    let error = file.run(&second()).unwrap_err();
    assert_eq!(before, everything());
    // What follows are the shell's own words, which differ from version to version.
    error.lines().next().unwrap_or_default().to_owned()
}

#[test]
fn it_stops_at_what_should_not_be() {
    let found: Vec<String> = [
        "UPDATE version SET revision = 'r0'",
        "DELETE FROM version",
        "CREATE TRIGGER mine AFTER INSERT ON org BEGIN SELECT 1; END",
        "CREATE INDEX mine ON org (name DESC)",
        "ALTER TABLE org ADD COLUMN mine",
        "UPDATE org SET name = NULL WHERE id = 2",
    ]
    .into_iter()
    .map(stopped)
    .collect();
    if has_shell() {
        insta::assert_snapshot!(found.join("\n"), @r"
    the database is not where upgrade of r2 begins: it is at r0
    the database is not where upgrade of r2 begins: it is at base
    table org has something that the migrations do not know and that rebuilding it would lose: trigger mine
    table org has something that the migrations do not know and that rebuilding it would lose: index mine
    table org has something that the migrations do not know and that rebuilding it would lose: column mine
    org.name becomes NOT NULL, but there are rows where it is NULL: 1 row
    ");
    }
}

#[test]
fn it_stops_at_a_reference_to_nothing() {
    let file = at_first();
    let operations = &[
        sql("DELETE FROM org WHERE id = 1"),
        alter_column("org", "name").set_not_null(),
    ];
    let script = written(&[Revision::up("r2", operations, Some("r1"))], &fold(FIRST));
    let error = file.run(&script).unwrap_err();
    assert!(
        !has_shell() || error.contains("member (org_id) to org: 1 row,"),
        "{error}"
    );
    assert_eq!(file.rows("SELECT * FROM org"), ["1|a", "2|b"]);
}

#[test]
fn it_stops_inside_a_transaction() {
    let file = at_first();
    let script = second().replacen(
        "PRAGMA foreign_keys",
        "BEGIN;\nPRAGMA foreign_keys = ON;\nPRAGMA foreign_keys",
        1,
    );
    file.run(&script).unwrap_err();
    assert_eq!(file.rows("SELECT * FROM member"), ["1|1", "2|2"]);
    assert_eq!(file.rows(AT), ["r1"]);
}

#[test]
fn what_runs_outside_a_transaction_stands_between_two() {
    let operations = lower(&[sql("VACUUM")]);
    let record = ["INSERT INTO version VALUES ('r9')".to_owned()];
    let migration = Offline {
        revision: "r9",
        message: "m",
        direction: "upgrade",
        operations: &operations,
        revisions: AT,
        expected: None,
        prepare: &[],
        record: &record,
        outside_transaction: true,
    };
    let text = script(&[migration], &Schema::new(), RunSteps::Refuse, sqlite()).unwrap();
    let words = [
        "BEGIN IMMEDIATE",
        "COMMIT",
        "VACUUM",
        "BEGIN IMMEDIATE",
        "INSERT INTO version",
        "COMMIT",
    ];
    let lines: Vec<&str> = (text.lines())
        .filter(|line| words.iter().any(|word| line.starts_with(word)))
        .collect();
    assert_eq!(lines.len(), words.len(), "{text}");
    assert!(
        lines
            .iter()
            .zip(words)
            .all(|(line, word)| line.starts_with(word)),
        "{text}"
    );
}

#[test]
fn functions_are_refused_unless_they_are_left_out() {
    fn nothing(_: &mut RunConnection<'_>) -> RunResult {
        Ok(())
    }
    let operations = lower(&[run("fill", nothing)]);
    let migration = Offline {
        revision: "r9",
        message: "m",
        direction: "upgrade",
        operations: &operations,
        revisions: AT,
        expected: None,
        prepare: &[],
        record: &[],
        outside_transaction: false,
    };
    let error = script(&[migration], &Schema::new(), RunSteps::Refuse, sqlite()).unwrap_err();
    insta::assert_snapshot!(error, @"upgrade of r9 runs the function `fill`, which a script cannot do");
    let text = script(&[migration], &Schema::new(), RunSteps::LeaveOut, sqlite()).unwrap();
    assert!(text.contains("-- LEFT OUT: run fill"));
}

#[test]
fn adopting_steps_take_what_is_there() {
    const OPERATIONS: &[OperationDef] = &[
        create_table("org", &[column("id", Integer)]).if_not_exists(),
        drop_table("old").if_exists(),
        drop_table("never").if_exists(),
    ];
    let file = File::new();
    file.batch("CREATE TABLE org (id INTEGER PRIMARY KEY); CREATE TABLE old (x);");
    let script = written(&[Revision::up("r1", OPERATIONS, None)], &Schema::new());
    file.run(&script).unwrap();
    assert_eq!(
        file.rows("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY 1"),
        ["org", "version"]
    );
}

static CHAIN: SchemaDef = SchemaDef {
    chain: "tests",
    models: &[],
    unmanaged: &[],
    ignore: &[],
    version_table: None,
    include: &[],
    migrations: &[
        Migration::new("r1")
            .upgrade(FIRST)
            .downgrade(&[drop_table("member"), drop_table("org")]),
        Migration::new("r2")
            .revises(&["r1"])
            .upgrade(SECOND)
            .downgrade(&[
                drop_column("org", "slug"),
                alter_column("org", "name").drop_not_null(),
            ]),
    ],
    head: "",
};

fn chain_script(from: &str, to: &str, direction: Direction) -> String {
    let range = Range {
        from,
        to,
        direction,
    };
    let migrator = Migrator::new(&CHAIN);
    (migrator.script(range, Sqlite, RunSteps::Refuse)).unwrap()
}

#[test]
fn a_script_and_the_runner_leave_the_same_database() {
    let (by_script, by_runner) = (File::new(), File::new());
    let same = || {
        assert_eq!(by_script.schema(), by_runner.schema());
        let log = "SELECT id, chain, revision, message, direction, checksum, outcome, tool_version, \
                   error FROM __migrate_log ORDER BY id";
        assert_eq!(by_script.rows(log), by_runner.rows(log));
        let version = "SELECT * FROM __migrate_version";
        assert_eq!(by_script.rows(version), by_runner.rows(version));
    };
    let mut connection = by_runner.connect();
    let mut migrator = Migrator::new(&CHAIN);

    let up = chain_script("base", "head", Direction::Upgrade);
    by_script.run(&up).unwrap();
    (migrator.upgrade(&mut session(&mut connection), "head")).unwrap();
    same();
    // The runner takes over where the script ended, and the script does not run twice.
    let mut taken_over = by_script.connect();
    let report = migrator.upgrade(&mut session(&mut taken_over), "head");
    assert_eq!(report.unwrap().steps, []);
    assert!(by_script.run(&up).is_err());

    let down = chain_script("head", "base", Direction::Downgrade);
    by_script.run(&down).unwrap();
    (migrator.downgrade(&mut session(&mut connection), "base")).unwrap();
    same();
    let started =
        by_script.rows("SELECT DISTINCT length(started), started LIKE '20%Z' FROM __migrate_log");
    assert_eq!(started, ["24|1"]);
}

#[test]
fn the_whole_script() {
    insta::assert_snapshot!(second(), @r#"
    -- Written by `cargo migrate`. Run it with:  sqlite3 -bail DATABASE < SCRIPT
    -- It stops at the first thing that is not as it should be; what it began is then rolled back.
    .bail on
    .timeout 5000
    CREATE TEMP TABLE __migrate_guard (problem TEXT CONSTRAINT "stopped, see the line above" CHECK (problem IS NULL));

    -- upgrade r2: a message of two lines
    PRAGMA foreign_keys = OFF;
    WITH found (problem) AS (SELECT 'it is ' || foreign_keys FROM pragma_foreign_keys WHERE foreign_keys <> 0) SELECT 'foreign_keys cannot be set: the script runs inside a transaction: ' || problem FROM found;
    INSERT INTO temp.__migrate_guard WITH found (problem) AS (SELECT 'it is ' || foreign_keys FROM pragma_foreign_keys WHERE foreign_keys <> 0) SELECT coalesce(problem, '') FROM found;
    PRAGMA legacy_alter_table = OFF;
    WITH found (problem) AS (SELECT 'it is ' || legacy_alter_table FROM pragma_legacy_alter_table WHERE legacy_alter_table <> 0) SELECT 'legacy_alter_table cannot be set: the script runs inside a transaction: ' || problem FROM found;
    INSERT INTO temp.__migrate_guard WITH found (problem) AS (SELECT 'it is ' || legacy_alter_table FROM pragma_legacy_alter_table WHERE legacy_alter_table <> 0) SELECT coalesce(problem, '') FROM found;
    BEGIN IMMEDIATE;
    CREATE TABLE IF NOT EXISTS version (revision TEXT);
    WITH found (problem) AS (SELECT 'it is at ' || coalesce((SELECT group_concat(revision, ', ') FROM version), 'base') WHERE (SELECT group_concat(revision, ', ') FROM version) IS NOT 'r1') SELECT 'the database is not where upgrade of r2 begins: ' || problem FROM found;
    INSERT INTO temp.__migrate_guard WITH found (problem) AS (SELECT 'it is at ' || coalesce((SELECT group_concat(revision, ', ') FROM version), 'base') WHERE (SELECT group_concat(revision, ', ') FROM version) IS NOT 'r1') SELECT coalesce(problem, '') FROM found;
    CREATE TEMP TABLE __migrate_violations AS SELECT f."table" AS child, f.rowid AS number, f.parent AS parent, (SELECT group_concat(name, ', ') FROM (SELECT lower(k."from") AS name FROM pragma_foreign_key_list(f."table") AS k WHERE k.id = f.fkid ORDER BY 1)) AS key FROM pragma_foreign_key_check AS f;
    WITH found (problem) AS (SELECT type || ' ' || name FROM sqlite_schema WHERE lower(tbl_name) = lower('org') AND type IN ('index', 'trigger') AND sql IS NOT NULL AND name COLLATE NOCASE NOT IN ('org_name_idx') UNION ALL SELECT 'column ' || name FROM pragma_table_xinfo('org') WHERE name COLLATE NOCASE NOT IN ('id', 'name')) SELECT 'table org has something that the migrations do not know and that rebuilding it would lose: ' || problem FROM found;
    INSERT INTO temp.__migrate_guard WITH found (problem) AS (SELECT type || ' ' || name FROM sqlite_schema WHERE lower(tbl_name) = lower('org') AND type IN ('index', 'trigger') AND sql IS NOT NULL AND name COLLATE NOCASE NOT IN ('org_name_idx') UNION ALL SELECT 'column ' || name FROM pragma_table_xinfo('org') WHERE name COLLATE NOCASE NOT IN ('id', 'name')) SELECT coalesce(problem, '') FROM found;
    WITH found (problem) AS (SELECT count(*) || CASE count(*) WHEN 1 THEN ' row' ELSE ' rows' END FROM "org" WHERE "name" IS NULL HAVING count(*) > 0) SELECT 'org.name becomes NOT NULL, but there are rows where it is NULL: ' || problem FROM found;
    INSERT INTO temp.__migrate_guard WITH found (problem) AS (SELECT count(*) || CASE count(*) WHEN 1 THEN ' row' ELSE ' rows' END FROM "org" WHERE "name" IS NULL HAVING count(*) > 0) SELECT coalesce(problem, '') FROM found;
    CREATE TABLE "__migrate_new_org" (
        "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
        "name" TEXT NOT NULL,
        "slug" TEXT
    );
    INSERT INTO "__migrate_new_org" ("id", "name") SELECT "id", "name" FROM "org";
    WITH found (problem) AS (SELECT o.n || ' rows before, ' || c.n || ' after' FROM (SELECT count(*) AS n FROM "org") AS o, (SELECT count(*) AS n FROM "__migrate_new_org") AS c WHERE o.n <> c.n) SELECT 'rows of org were lost in the copy: ' || problem FROM found;
    INSERT INTO temp.__migrate_guard WITH found (problem) AS (SELECT o.n || ' rows before, ' || c.n || ' after' FROM (SELECT count(*) AS n FROM "org") AS o, (SELECT count(*) AS n FROM "__migrate_new_org") AS c WHERE o.n <> c.n) SELECT coalesce(problem, '') FROM found;
    DELETE FROM sqlite_sequence WHERE name = '__migrate_new_org';
    INSERT INTO sqlite_sequence (name, seq) SELECT '__migrate_new_org', seq FROM sqlite_sequence WHERE name = 'org';
    DROP TABLE "org";
    PRAGMA legacy_alter_table = ON;
    ALTER TABLE "__migrate_new_org" RENAME TO "org";
    PRAGMA legacy_alter_table = OFF;
    CREATE INDEX "org_name_idx" ON "org" ("name");
    WITH found (problem) AS (SELECT v.child || ' (' || v.key || ') to ' || v.parent || ': ' || count(*) || CASE count(*) WHEN 1 THEN ' row' ELSE ' rows' END || coalesce(', the first at rowid ' || min(v.number), '') FROM (SELECT f."table" AS child, f.rowid AS number, f.parent AS parent, (SELECT group_concat(name, ', ') FROM (SELECT lower(k."from") AS name FROM pragma_foreign_key_list(f."table") AS k WHERE k.id = f.fkid ORDER BY 1)) AS key FROM pragma_foreign_key_check AS f) AS v WHERE NOT EXISTS (SELECT 1 FROM temp.__migrate_violations AS b WHERE b.child = v.child COLLATE NOCASE AND b.parent = v.parent COLLATE NOCASE AND b.key = v.key AND b.number = v.number) GROUP BY v.child, v.parent, v.key HAVING count(*) > (SELECT count(*) FROM temp.__migrate_violations AS b WHERE b.child = v.child COLLATE NOCASE AND b.parent = v.parent COLLATE NOCASE AND b.key = v.key AND b.number IS NULL)) SELECT 'foreign keys would refer to rows that do not exist: ' || problem FROM found;
    INSERT INTO temp.__migrate_guard WITH found (problem) AS (SELECT v.child || ' (' || v.key || ') to ' || v.parent || ': ' || count(*) || CASE count(*) WHEN 1 THEN ' row' ELSE ' rows' END || coalesce(', the first at rowid ' || min(v.number), '') FROM (SELECT f."table" AS child, f.rowid AS number, f.parent AS parent, (SELECT group_concat(name, ', ') FROM (SELECT lower(k."from") AS name FROM pragma_foreign_key_list(f."table") AS k WHERE k.id = f.fkid ORDER BY 1)) AS key FROM pragma_foreign_key_check AS f) AS v WHERE NOT EXISTS (SELECT 1 FROM temp.__migrate_violations AS b WHERE b.child = v.child COLLATE NOCASE AND b.parent = v.parent COLLATE NOCASE AND b.key = v.key AND b.number = v.number) GROUP BY v.child, v.parent, v.key HAVING count(*) > (SELECT count(*) FROM temp.__migrate_violations AS b WHERE b.child = v.child COLLATE NOCASE AND b.parent = v.parent COLLATE NOCASE AND b.key = v.key AND b.number IS NULL)) SELECT coalesce(problem, '') FROM found;
    DROP TABLE temp.__migrate_violations;
    DELETE FROM version;
    INSERT INTO version VALUES ('r2');
    COMMIT;

    DROP TABLE temp.__migrate_guard;
    "#);
}
