//! A migration of many statements, dead after each single request to the server: the next run brings the
//! database to where it was going, rows intact, up and down.

use super::server::{Database, Plain};
use crate::runner::chains::chain;
use diesel::Connection;
use migrate_runtime::connection::{DatabaseError, Row, RunAccess, Session, session};
use migrate_runtime::migration::*;
use migrate_runtime::model::SchemaDef;
use migrate_runtime::runner::{Migrator, RunError};
use migrate_runtime::schema::Backend;

const TABLES: Migration = Migration::new("a")
    .upgrade(&[
        create_enum("mood", &["sad", "ok", "glad"]),
        create_table(
            "org",
            &[
                column("id", Integer).not_null().auto_increment(),
                column("slug", Varchar(20)).not_null(),
                column("prize", Integer).not_null(),
            ],
        )
        .constraints(&[primary_key(&["id"])]),
        create_table(
            "users",
            &[
                column("id", BigInt).not_null().auto_increment(),
                column("name", Varchar(40)),
                column("mood", Enum("mood")).not_null().default(text("ok")),
                column("org_id", Integer).not_null(),
                column("old", Varchar(20)),
            ],
        )
        .constraints(&[
            primary_key(&["id"]),
            foreign_key("users_org_id_fkey", &["org_id"], "org", &["id"]),
        ]),
        create_index("users_org_id_idx", "users", &["org_id", "old"]),
        create_table("gone", &[column("id", Integer).not_null()])
            .constraints(&[primary_key(&["id"])]),
    ])
    .downgrade(&[
        drop_table("gone"),
        drop_table("users"),
        drop_table("org"),
        drop_enum("mood"),
    ]);

const MANY: Migration = Migration::new("b")
    .revises(&["a"])
    .upgrade(&[
        create_table(
            "notes",
            &[
                column("id", BigInt).not_null().auto_increment(),
                column("user_id", BigInt),
                column("body", Text),
            ],
        )
        .constraints(&[primary_key(&["id"])]),
        add_foreign_key(
            "notes",
            foreign_key("notes_user_id_fkey", &["user_id"], "users", &["id"]).on_delete(Cascade),
        ),
        add_column("users", column("nick", Varchar(10)).comment("short")),
        drop_index("users_org_id_idx", "users"),
        drop_column("users", "old"),
        backfill("org", "prize", "prize * 100").filter("slug <> 'x'"),
        alter_column("users", "name")
            .set_not_null()
            .set_default(text("nobody")),
        alter_enum("mood", &["sad", "fine", "glad", "high"]).renames(&[("ok", "fine")]),
        alter_column("users", "mood").set_default(text("fine")),
        alter_column("org", "id").set_type(BigInt),
        alter_column("users", "org_id").set_type(BigInt),
        sql("CREATE VIEW rich AS SELECT body FROM notes; \
             INSERT INTO notes (user_id, body) SELECT id, concat('made; ', name) FROM users; \
             UPDATE org SET prize = prize + 1; \
             CREATE TABLE by_hand (x int); DROP TABLE by_hand"),
        run("greet", greet),
        rename_column("users", "nick", "nickname"),
        create_index("users_name_idx", "users", &["name", "nickname"]),
        add_unique("users", unique("users_name_key", &["name"])),
        add_check("org", check("org_prize_check", "prize >= 0")),
        rename_table("org", "orgs"),
        drop_table("gone"),
    ])
    .downgrade(&[
        create_table("gone", &[column("id", Integer).not_null()])
            .constraints(&[primary_key(&["id"])]),
        rename_table("orgs", "org"),
        drop_check("org", "org_prize_check"),
        drop_unique("users", "users_name_key"),
        drop_index("users_name_idx", "users"),
        rename_column("users", "nickname", "nick"),
        sql("UPDATE org SET prize = prize - 1; DROP VIEW rich"),
        alter_column("org", "id").set_type(Integer),
        alter_column("users", "org_id").set_type(Integer),
        add_column("users", column("old", Varchar(20))),
        create_index("users_org_id_idx", "users", &["org_id", "old"]),
        alter_column("users", "mood").set_default(text("sad")),
        sql("UPDATE users SET mood = 'fine' WHERE mood = 'high'"),
        alter_enum("mood", &["sad", "ok", "glad"]).renames(&[("fine", "ok")]),
        alter_column("users", "mood").set_default(text("ok")),
        alter_column("users", "name").drop_not_null().drop_default(),
        backfill("org", "prize", "prize / 100").filter("slug <> 'x'"),
        drop_column("users", "nick"),
        drop_foreign_key("notes", "notes_user_id_fkey"),
        drop_table("notes"),
    ]);

static SCHEMA: SchemaDef = chain(&[TABLES, MANY]);

/// With a statement that fails as long as a table has more than one row.
const HINDERED: Migration = Migration::new("b")
    .revises(&["a"])
    .upgrade(&[
        create_table("notes", &[column("id", BigInt).not_null()]),
        sql("UPDATE org SET prize = prize + 1; CREATE TABLE copy AS SELECT (SELECT id FROM many) AS id"),
    ])
    .downgrade(&[
        sql("DROP TABLE copy; UPDATE org SET prize = prize - 1"),
        drop_table("notes"),
    ]);

static HINDERED_SCHEMA: SchemaDef = chain(&[TABLES, HINDERED]);

fn greet(connection: &mut RunConnection<'_>) -> RunResult {
    connection.execute("UPDATE notes SET body = concat('hello; ', body)")?;
    Ok(())
}

const ROWS: &str = "INSERT INTO org VALUES (1, 'one', 1), (2, 'two', 2), (3, 'x', 3); \
     INSERT INTO users VALUES (1, 'Ann', 'ok', 1, 'a'), (2, NULL, 'sad', 2, 'b'), (3, 'Bob', 'glad', 3, NULL); \
     INSERT INTO gone VALUES (7)";

/// Every death, by hand.
const ALL: &str = "MIGRATE_TEST_ALL_DEATHS";

/// A session whose process is killed when so many requests were answered: nothing comes after them, not
/// even a goodbye.
struct Mortal<S> {
    session: S,
    left: usize,
}

impl<S: Session> Mortal<S> {
    fn dies(&mut self) -> Result<(), DatabaseError> {
        match self.left.checked_sub(1) {
            Some(left) => {
                self.left = left;
                Ok(())
            }
            None => Err(DatabaseError {
                message: "killed".to_owned(),
                details: None,
                sql: String::new(),
            }),
        }
    }
}

impl<S: Session> Session for Mortal<S> {
    fn backend(&self) -> Backend {
        self.session.backend()
    }

    fn batch(&mut self, sql: &str) -> Result<(), DatabaseError> {
        self.dies()?;
        self.session.batch(sql)
    }

    fn query(&mut self, sql: &str) -> Result<Vec<Row>, DatabaseError> {
        self.dies()?;
        self.session.query(sql)
    }

    fn in_transaction(&mut self) -> bool {
        self.session.in_transaction()
    }

    fn run_access(&mut self) -> RunAccess<'_> {
        self.session.run_access()
    }
}

/// All there is to see: tables, views, rows.
fn seen(database: &mut Database) -> String {
    let names = texts(
        database,
        "SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE() \
         AND table_name NOT LIKE '\\_\\_%' ORDER BY table_name",
    );
    let mut seen = String::new();
    for name in names {
        let shown = database
            .query(&format!("SHOW CREATE TABLE `{name}`"))
            .unwrap();
        seen += &without_counter(&shown[0].text(1).unwrap());
        // The numbers of what was tried and taken back are not given again.
        let columns = if name == "notes" {
            "user_id, body"
        } else {
            "*"
        };
        let rows = format!("SELECT {columns} FROM `{name}`");
        for row in database.query(&rows).unwrap() {
            seen += &format!("\n{:?}", row.0);
        }
        seen.push('\n');
    }
    seen
}

/// As [`seen`], the indexes by their names: one that was made again stands behind the others.
fn seen_in_order(database: &mut Database) -> String {
    let text = seen(database);
    let is_index = |line: &&str| line.contains("KEY `") && !line.contains("CONSTRAINT");
    let mut indexes: Vec<&str> = text.lines().filter(is_index).collect();
    indexes.sort_unstable_by_key(|line| line.trim_end_matches(','));
    let mut indexes = indexes.into_iter();
    let sorted = text.lines().map(|line| {
        let next = if is_index(&line) {
            indexes.next()
        } else {
            None
        };
        next.unwrap_or(line).trim_end_matches(',')
    });
    sorted.collect::<Vec<_>>().join("\n")
}

/// The next number depends on how often something was tried.
fn without_counter(text: &str) -> String {
    let Some((before, after)) = text.split_once(" AUTO_INCREMENT=") else {
        return text.to_owned();
    };
    let rest = after.trim_start_matches(|digit: char| digit.is_ascii_digit());
    format!("{before}{rest}")
}

fn texts(database: &mut Database, sql: &str) -> Vec<String> {
    let rows = database.query(sql).unwrap();
    rows.iter().filter_map(|row| row.text(0)).collect()
}

fn move_to(session: &mut dyn Session, up: bool) -> Result<(), RunError> {
    move_in(&SCHEMA, session, up)
}

fn move_in(schema: &SchemaDef, session: &mut dyn Session, up: bool) -> Result<(), RunError> {
    let mut migrator = Migrator::new(schema);
    let moved = if up {
        migrator.upgrade(session, "b")
    } else {
        migrator.downgrade(session, "a")
    };
    moved.map(|_| ())
}

fn filled() -> Option<Database> {
    let mut database = Database::new()?;
    Migrator::new(&SCHEMA).upgrade(&mut database, "a").unwrap();
    database.batch(ROWS).unwrap();
    Some(database)
}

/// Dies after that many requests; whether it came to its end before.
fn die_after(database: &Database, requests: usize, up: bool) -> bool {
    die_in(&SCHEMA, database, requests, up).is_ok()
}

fn die_in(
    schema: &SchemaDef,
    database: &Database,
    requests: usize,
    up: bool,
) -> Result<(), RunError> {
    let mut connection = Plain::establish(&database.url).unwrap();
    let mut mortal = Mortal {
        session: session(&mut connection),
        left: requests,
    };
    move_in(schema, &mut mortal, up)
}

/// Each run dies after so many requests, the next one brings it to the end. All of them by hand; here those
/// that come to lie differently in each step.
fn every_death(up: bool) {
    let Some(mut database) = filled() else { return };
    move_to(&mut database, true).unwrap();
    let high = seen_in_order(&mut database);
    move_to(&mut database, false).unwrap();
    let low = seen_in_order(&mut database);
    let (before, after) = if up { (low, high) } else { (high, low) };
    assert_ne!(before, after);
    let apart = if std::env::var_os(ALL).is_some() {
        1
    } else {
        13
    };
    for deaths in 0.. {
        move_to(&mut database, !up).unwrap();
        assert_eq!(
            seen_in_order(&mut database),
            before,
            "way back after {deaths}"
        );
        if die_after(&database, deaths * apart, up) {
            assert!(deaths * apart > 150, "there are many requests: {deaths}");
            return;
        }
        is_no_drift(&mut database, &format!("after {deaths}"));
        move_to(&mut database, up).unwrap_or_else(|error| panic!("after {deaths}: {error}"));
        assert_eq!(seen_in_order(&mut database), after, "after {deaths}");
    }
}

/// What was done of a migration is not what somebody did to the database.
fn is_no_drift(database: &mut Database, about: &str) {
    let found = migrate_runtime::command::check(database, &mut Migrator::new(&SCHEMA)).unwrap();
    let of = |word: &str| {
        let those = (found.differences.iter()).filter(|it| it.word() == word);
        those.map(ToString::to_string).collect::<Vec<_>>()
    };
    let (half, drift) = (of("half"), of("drift"));
    assert!(half.len() < 2, "{about}: {half:?}");
    assert_eq!(drift, [""; 0], "{about}: {half:?}");
}

#[test]
fn an_upgrade_that_dies_anywhere_is_finished_by_the_next() {
    every_death(true);
}

#[test]
fn a_downgrade_that_dies_anywhere_is_finished_by_the_next() {
    every_death(false);
}

/// It dies, fails, fails again, dies when the reason is gone, and is finished.
#[test]
fn what_dies_and_fails_in_turn_is_finished_when_it_can_be() {
    let Some(mut database) = filled() else { return };
    let schema = &HINDERED_SCHEMA;
    database.batch("CREATE TABLE many (id int)").unwrap();
    for deaths in 0.. {
        let rows = "DELETE FROM many; INSERT INTO many VALUES (1), (2)";
        database.batch(rows).unwrap();
        die_in(schema, &database, deaths, true).unwrap_err();
        for time in ["first", "second"] {
            let error = move_in(schema, &mut database, true).unwrap_err();
            let text = error.to_string();
            assert!(
                text.contains("more than 1 row"),
                "{time} after {deaths}: {text}"
            );
        }
        database.batch("DELETE FROM many WHERE id = 2").unwrap();
        let is_finished = die_in(schema, &database, deaths, true).is_ok();
        move_in(schema, &mut database, true)
            .unwrap_or_else(|error| panic!("after {deaths}: {error}"));
        let prizes = texts(&mut database, "SELECT prize FROM org ORDER BY id");
        assert_eq!(prizes, ["2", "3", "4"], "after {deaths}");
        assert_eq!(texts(&mut database, "SELECT id FROM copy"), ["1"]);
        move_in(schema, &mut database, false).unwrap();
        if is_finished {
            assert!(deaths > 30, "there are many requests: {deaths}");
            return;
        }
    }
}

#[test]
fn there_and_back_nothing_is_lost() {
    let Some(mut database) = filled() else { return };
    let before = seen(&mut database);
    move_to(&mut database, true).unwrap();
    insta::assert_snapshot!("there", seen(&mut database));
    move_to(&mut database, false).unwrap();
    assert_eq!(without_fill(&seen(&mut database)), without_fill(&before));
    Migrator::new(&SCHEMA)
        .downgrade(&mut database, "base")
        .unwrap();
    assert_eq!(seen(&mut database), "");
}

/// The NULL that was filled stays filled, and the column that was dropped comes back empty.
fn without_fill(seen: &str) -> String {
    let lines: Vec<&str> = seen
        .lines()
        .filter(|line| !line.starts_with("[Integer"))
        .collect();
    lines.join("\n")
}
