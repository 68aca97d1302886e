//! The script of `--sql`, run by the client `mariadb`.

use super::server::{Database, program};
use crate::runner::chains::chain;
use migrate_runtime::connection::Session;
use migrate_runtime::migration::*;
use migrate_runtime::model::SchemaDef;
use migrate_runtime::runner::{Direction, Migrator, Range};
use migrate_runtime::schema::Backend;
use migrate_runtime::sql::offline::RunSteps;
use std::io::Write as _;
use std::process::{Command, Stdio};

static SCHEMA: SchemaDef = chain(&[
    Migration::new("a")
        .upgrade(&[
            create_enum("size", &["s", "m"]),
            create_table(
                "org",
                &[
                    column("id", BigInt).not_null().auto_increment(),
                    column("name", Varchar(40)).comment("it's a \\ name; :x"),
                    column("size", Enum("size")).default(text("s")),
                ],
            )
            .constraints(&[primary_key(&["id"])]),
            create_index("org_name_idx", "org", &["name"]),
            sql("INSERT INTO org (name) VALUES ('a;b'), ('c\\\\d') -- both"),
        ])
        .downgrade(&[drop_table("org"), drop_enum("size")]),
    Migration::new("b")
        .revises(&["a"])
        .upgrade(&[
            create_table(
                "part",
                &[column("id", BigInt).not_null(), column("org_id", BigInt)],
            )
            .constraints(&[
                primary_key(&["id"]),
                foreign_key("part_org_id_fkey", &["org_id"], "org", &["id"]),
            ]),
            alter_enum("size", &["s", "l"]).renames(&[("m", "l")]),
            alter_column("org", "name").set_not_null(),
            add_check("org", check("org_name_check", "name <> ''")),
            add_foreign_key(
                "part",
                foreign_key("part_self_fkey", &["id"], "org", &["id"]),
            ),
        ])
        .downgrade(&[
            drop_foreign_key("part", "part_self_fkey"),
            drop_check("org", "org_name_check"),
            alter_column("org", "name").drop_not_null(),
            alter_enum("size", &["s", "m"]).renames(&[("l", "m")]),
            drop_table("part"),
        ]),
]);

fn script(from: &str, to: &str, direction: Direction) -> String {
    let range = Range {
        from,
        to,
        direction,
    };
    (Migrator::new(&SCHEMA).script(range, Backend::Mysql, RunSteps::Refuse)).unwrap()
}

/// Runs a script as it says; what it printed is the error. `None` where there is no client.
fn client(database: &Database, script: &str) -> Option<Result<(), String>> {
    let (user, place) = database.url.split_once("://")?.1.rsplit_once('@')?;
    let (host, port) = place.split_once('/')?.0.split_once(':')?;
    let mut command = Command::new(program("mariadb")?);
    command
        .args([
            "--no-defaults",
            "-u",
            user.split(':').next()?,
            "-h",
            host,
            "-P",
            port,
        ])
        .arg(&database.name)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let text = script.to_owned();
    let mut input = child.stdin.take().unwrap();
    // It may stop before it has read all.
    drop(input.write_all(text.as_bytes()));
    drop(input);
    let output = child.wait_with_output().unwrap();
    let said = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Some(if output.status.success() {
        Ok(())
    } else {
        Err(said(&output.stdout) + &said(&output.stderr))
    })
}

/// The tables as the server shows them.
fn shown(database: &mut Database) -> String {
    let names = database.query("SHOW TABLES").unwrap();
    let mut shown = String::new();
    for name in names.iter().filter_map(|row| row.text(0)) {
        let rows = database
            .query(&format!("SHOW CREATE TABLE `{name}`"))
            .unwrap();
        shown += &rows[0].text(1).unwrap();
        shown.push('\n');
    }
    shown
}

#[test]
fn a_script_does_what_the_runner_does_and_stops_where_it_would() {
    let (Some(mut by_hand), Some(mut by_runner)) = (Database::new(), Database::new()) else {
        return;
    };
    let up = script("base", "head", Direction::Upgrade);
    let Some(done) = client(&by_hand, &up) else {
        return;
    };
    done.unwrap();
    Migrator::new(&SCHEMA)
        .upgrade(&mut by_runner, "head")
        .unwrap();
    assert_eq!(shown(&mut by_hand), shown(&mut by_runner));
    // The runner goes on from there.
    assert!(
        Migrator::new(&SCHEMA)
            .pending(&mut by_hand)
            .unwrap()
            .is_empty()
    );

    let refused = client(&by_hand, &up).unwrap().unwrap_err();
    let words = "the database is not where upgrade of a begins\tit is at b";
    assert!(refused.contains(words), "{refused}");

    let down = script("head", "base", Direction::Downgrade);
    client(&by_hand, &down).unwrap().unwrap();
    Migrator::new(&SCHEMA)
        .downgrade(&mut by_runner, "base")
        .unwrap();
    assert_eq!(shown(&mut by_hand), shown(&mut by_runner));
}

#[test]
fn a_script_stops_at_rows_in_the_way() {
    let Some(mut database) = Database::new() else {
        return;
    };
    let Some(done) = client(&database, &script("base", "a", Direction::Upgrade)) else {
        return;
    };
    done.unwrap();
    database
        .batch("INSERT INTO org (name) VALUES (NULL)")
        .unwrap();
    let rest = script("a", "head", Direction::Upgrade);
    let refused = client(&database, &rest).unwrap().unwrap_err();
    assert!(
        refused.contains("column org.name becomes NOT NULL and is NULL in\t1 row"),
        "{refused}"
    );
}

#[test]
fn scripts_in_the_words_of_the_client() {
    let script = script("a", "head", Direction::Upgrade);
    let lines = script
        .lines()
        .filter(|line| !line.contains("INTO `__migrate_log`"));
    insta::assert_snapshot!(lines.collect::<Vec<_>>().join("\n"));
}

/// A transaction holds no statement that changes a table, so a script has none around those.
pub(super) fn a_script_has_no_transactions(live: &mut super::live::Live) {
    let script = script("base", "head", Direction::Upgrade);
    let words = ["CREATE", "ALTER", "DROP"];
    // The tables of the runner are made where they are missing, whatever is open.
    let is_ddl = |line: &str| {
        !line.contains("`__migrate_") && words.iter().any(|word| line.starts_with(word))
    };
    let mut is_open = false;
    let mut changes = 0;
    for line in script.lines() {
        is_open |= line == "START TRANSACTION;";
        is_open &= line != "COMMIT;";
        changes += usize::from(is_ddl(line));
        assert!(!(is_open && is_ddl(line)), "{line}");
    }
    assert!(changes > 3, "{script}");
    if let Some(done) = client(&live.database, &script) {
        done.unwrap();
        assert_eq!(live.rows("SELECT revision FROM __migrate_version"), ["b"]);
    }
}
