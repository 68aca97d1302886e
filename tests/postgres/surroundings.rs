//! What is around a migration: who connects, what the server allows, where names lead, what breaks.

use super::runner::{connect, reader};
use super::server::{Database, not_run};
use crate::runner::chains::chain;
use diesel::connection::SimpleConnection;
use migrate_runtime::command;
use migrate_runtime::connection::{Session, session};
use migrate_runtime::migration::{
    Array, BigInt, Enum, Migration, RunConnection, RunResult, Text, add_check, add_column,
    add_foreign_key, add_unique, alter_column, alter_enum, check, column as col, create_enum,
    create_table, drop_column, drop_enum, drop_table, foreign_key, primary_key, run, sql, text,
    unique,
};
use migrate_runtime::model::SchemaDef;
use migrate_runtime::runner::{Event, Migrator, RunError, current, downgrade, upgrade, upgrade_to};
use std::time::Duration;

static SCHEMA: SchemaDef = chain(&[
    Migration::new("a").upgrade(&[create_table("t", &[col("x", BigInt)])]),
    Migration::new("b")
        .revises(&["a"])
        .upgrade(&[add_column("t", col("y", BigInt))]),
]);

const FIRST: Migration = Migration::new("a").upgrade(&[
    create_table("t", &[col("x", BigInt), col("y", BigInt)]),
    create_table("u", &[col("id", BigInt).not_null()]).constraints(&[primary_key(&["id"])]),
]);

/// What is set for every connection to the database that comes.
fn set(database: &mut Database, setting: &str) {
    let (_, name) = database.url.rsplit_once('/').unwrap();
    let alter = format!("ALTER DATABASE {name} SET {setting}");
    database.batch(&alter).unwrap();
}

/// A role of that name, which ends with its database, and the URL with it.
struct Role<'d> {
    database: &'d mut Database,
    name: String,
    url: String,
}

impl<'d> Role<'d> {
    fn new(database: &'d mut Database) -> Self {
        let (_, of_database) = database.url.rsplit_once('/').unwrap();
        let name = format!("app_{of_database}");
        database
            .batch(&format!("CREATE ROLE {name} LOGIN PASSWORD 'x'"))
            .unwrap();
        let url = database.url.replace("postgres@", &format!("{name}:x@"));
        Self {
            database,
            name,
            url,
        }
    }

    /// The error of an upgrade, and what to do about it.
    fn refused(&mut self, setup: &str) -> (String, String) {
        let setup = setup.replace("{role}", &self.name);
        self.database.batch(&setup).unwrap();
        refused(&self.url)
    }
}

impl Drop for Role<'_> {
    fn drop(&mut self) {
        let name = &self.name;
        let _ = (self.database).batch(&format!("DROP OWNED BY {name}; DROP ROLE {name}"));
    }
}

fn refused(url: &str) -> (String, String) {
    let error = upgrade(&mut connect(url), &SCHEMA).unwrap_err();
    (error.to_string(), error.hints().join("\n"))
}

fn assert_says((error, hints): &(String, String), words: &str, hint: &str) {
    assert!(error.contains(words), "{error}");
    assert!(hints.contains(hint), "{error}: {hints}");
}

#[test]
fn a_role_that_may_not() {
    let Some(mut database) = Database::new() else {
        return;
    };
    let mut role = Role::new(&mut database);
    let said = role.refused("REVOKE CREATE ON SCHEMA public FROM public");
    assert_says(
        &said,
        "the bookkeeping tables could not be read or written: permission denied for schema public",
        "GRANT CREATE, USAGE ON SCHEMA",
    );
    let said = role.refused("ALTER ROLE {role} SET search_path = nowhere");
    assert_says(
        &said,
        "no schema has been selected to create in",
        "search_path",
    );
    // The owner made everything; the role may use it, and not change it.
    let url = role.database.url.clone();
    upgrade_to(&mut connect(&url), &SCHEMA, "a").unwrap();
    let said = role.refused("ALTER ROLE {role} RESET search_path");
    assert_says(&said, "permission denied for table __migrate_log", "grant");
    let said = role.refused("GRANT ALL ON ALL TABLES IN SCHEMA public TO {role}");
    assert_says(
        &said,
        "failed at operation 1, add_column",
        "connect as the owner",
    );
    assert!(said.0.contains("must be owner of table t"), "{said:?}");
    assert!(!said.1.contains("mend the operation"), "{said:?}");
    let failures = "SELECT error FROM __migrate_log WHERE outcome = 'failed'";
    let failures = role.database.query(failures).unwrap();
    assert_eq!(failures.len(), 1, "a failure is kept");
}

#[test]
fn rows_that_break_a_rule_are_named() {
    const UP: Migration = Migration::new("b").revises(&["a"]);
    const RULES: [(SchemaDef, &str); 5] = [
        (
            chain(&[
                FIRST,
                UP.upgrade(&[add_unique("t", unique("t_x_key", &["x"]))]),
            ]),
            r#"could not create unique index "t_x_key": Key (x)=(7) is duplicated"#,
        ),
        (
            chain(&[
                FIRST,
                UP.upgrade(&[add_check("t", check("t_x_check", "x > 7"))]),
            ]),
            r#"check constraint "t_x_check" of relation "t" is violated by some row"#,
        ),
        (
            chain(&[FIRST, UP.upgrade(&[alter_column("t", "y").set_not_null()])]),
            r#"column "y" of relation "t" contains null values"#,
        ),
        (
            chain(&[
                FIRST,
                UP.upgrade(&[add_foreign_key(
                    "t",
                    foreign_key("t_x_fkey", &["x"], "u", &["id"]),
                )]),
            ]),
            r#"violates foreign key constraint "t_x_fkey": Key (x)=(7) is not present in table "u""#,
        ),
        (
            chain(&[FIRST, UP.upgrade(&[sql("INSERT INTO u VALUES (1), (1)")])]),
            r#"violates unique constraint "u_pkey": Key (id)=(1) already exists"#,
        ),
    ];
    let Some(database) = Database::new() else {
        return;
    };
    let mut connection = connect(&database.url);
    upgrade_to(&mut connection, &RULES[0].0, "a").unwrap();
    connection
        .batch_execute("INSERT INTO t VALUES (7, 1), (7, NULL)")
        .unwrap();
    for (schema, words) in &RULES {
        let error = upgrade(&mut connection, schema).unwrap_err();
        let said = (error.to_string(), error.hints().join("\n"));
        assert_says(&said, words, "rows that are there break that rule");
        let is_by_hand = said.0.contains("operation 1, sql");
        assert_eq!(
            said.1.contains("mend the operation"),
            is_by_hand,
            "{said:?}"
        );
    }
}

#[test]
fn a_connection_that_can_only_read() {
    let Some(mut database) = Database::new() else {
        return;
    };
    upgrade_to(&mut connect(&database.url), &SCHEMA, "a").unwrap();
    let url = database.url.clone();
    set(&mut database, "default_transaction_read_only = on");
    assert_says(
        &refused(&url),
        "the connection can only read: default_transaction_read_only is on",
        "a role that may write",
    );
    // Looking is allowed, and so is having nothing to do.
    let mut connection = connect(&url);
    assert_eq!(current(&mut connection, &SCHEMA).unwrap()[0].id, "a");
    let report = upgrade_to(&mut connection, &SCHEMA, "a").unwrap();
    assert_eq!(report.steps, []);
}

#[test]
fn the_server_limits_statements() {
    static SLOW: SchemaDef = chain(&[Migration::new("a").upgrade(&[sql("SELECT pg_sleep(30)")])]);
    let Some(mut database) = Database::new() else {
        return;
    };
    let url = database.url.clone();
    set(&mut database, "statement_timeout = '1s'");
    let error = upgrade(&mut connect(&url), &SLOW).unwrap_err();
    assert_says(
        &(error.to_string(), error.hints().join("\n")),
        "canceling statement due to statement timeout",
        "--statement-timeout SECONDS",
    );
}

#[test]
fn a_function_may_think_as_long_as_it_likes() {
    static THINKS: SchemaDef = chain(&[Migration::new("a").upgrade(&[run("think", think)])]);
    fn think(_: &mut RunConnection<'_>) -> RunResult {
        std::thread::sleep(Duration::from_millis(400));
        Ok(())
    }
    let Some(mut database) = Database::new() else {
        return;
    };
    let url = database.url.clone();
    set(
        &mut database,
        "idle_in_transaction_session_timeout = '50ms'",
    );
    upgrade(&mut connect(&url), &THINKS).unwrap();
}

#[test]
fn a_connection_that_is_lost() {
    static ENDS: SchemaDef = chain(&[
        Migration::new("a").upgrade(&[create_table("t", &[col("x", BigInt)])]),
        Migration::new("b").revises(&["a"]).upgrade(&[
            add_column("t", col("y", BigInt)),
            sql("SELECT pg_terminate_backend(pg_backend_pid())"),
        ]),
    ]);
    let Some(mut database) = Database::new() else {
        return;
    };
    let mut connection = connect(&database.url);
    let error = upgrade(&mut connection, &ENDS).unwrap_err();
    assert!(
        matches!(
            error.downcast_ref(),
            Some(RunError::ConnectionLost { revision, .. }) if revision == "b"
        ),
        "{error}"
    );
    assert!(
        error.to_string().starts_with(
            "the connection to the server was lost during the upgrade of revision b: "
        ),
        "{error}"
    );
    assert_eq!(error.hints().len(), 1);
    let columns = "SELECT count(*)::text FROM pg_attribute \
                   WHERE attrelid = 't'::regclass AND attnum > 0";
    assert_eq!(
        database.query(columns).unwrap()[0].text(0).as_deref(),
        Some("1")
    );
    upgrade(&mut connect(&database.url), &SCHEMA).unwrap();
}

#[test]
fn names_lead_where_the_search_path_says() {
    let Some(mut database) = Database::new() else {
        return;
    };
    let url = database.url.clone();
    let (_, name) = url.rsplit_once('/').unwrap();
    database
        .batch(&format!(
            "CREATE SCHEMA \"my App\"; ALTER DATABASE {name} SET search_path = nowhere, \"my App\", public"
        ))
        .unwrap();
    let mut connection = connect(&url);
    upgrade(&mut connection, &SCHEMA).unwrap();
    let tables = "SELECT string_agg(relname, ' ' ORDER BY relname) FROM pg_class \
                  WHERE relkind = 'r' AND relnamespace = '\"my App\"'::regnamespace";
    assert_eq!(
        database.query(tables).unwrap()[0].text(0).as_deref(),
        Some("__migrate_log __migrate_version t")
    );
    let found = migrate_runtime::check(&mut connection, &SCHEMA).unwrap();
    assert!(!found.to_string().contains("drift"), "{found}");
}

/// The chain says the schema that is the connection's current one, of some things; of one it does not.
#[test]
fn names_may_say_the_current_schema() {
    const NAMED: &[Migration] = &[
        Migration::new("a")
            .upgrade(&[
                create_enum("sales.state", &["open", "paid"]),
                create_table("u", &[col("id", BigInt).not_null()])
                    .constraints(&[primary_key(&["id"])]),
                create_table(
                    "sales.orders",
                    &[
                        col("id", BigInt).not_null(),
                        col("u", BigInt),
                        col("state", Enum("sales.state")).default(text("open")),
                        col("states", Array(&Enum("sales.state"))),
                    ],
                )
                .constraints(&[
                    primary_key(&["id"]),
                    check("orders_state_check", "state <> 'paid' OR u > 0"),
                    foreign_key("orders_u_fkey", &["u"], "u", &["id"]),
                ]),
                create_table("sales.lines", &[col("of", BigInt)]).constraints(&[foreign_key(
                    "lines_of_fkey",
                    &["of"],
                    "sales.orders",
                    &["id"],
                )]),
            ])
            .downgrade(&[
                drop_table("sales.lines"),
                drop_table("sales.orders"),
                drop_table("u"),
                drop_enum("sales.state"),
            ]),
        Migration::new("b")
            .revises(&["a"])
            .upgrade(&[
                add_column("sales.orders", col("note", Text)),
                alter_enum("sales.state", &["paid", "open"]),
            ])
            .downgrade(&[
                alter_enum("sales.state", &["open", "paid"]),
                drop_column("sales.orders", "note"),
            ]),
    ];
    static CHAIN: SchemaDef = chain(NAMED);
    let Some(mut database) = Database::new() else {
        return;
    };
    set(&mut database, "search_path = sales, public");
    database.batch("CREATE SCHEMA sales").unwrap();
    let mut connection = connect(&database.url);
    for revision in ["a", "b"] {
        upgrade_to(&mut connection, &CHAIN, revision).unwrap();
        let mut migrator = Migrator::new(&CHAIN);
        let found = command::check(&mut session(&mut connection), &mut migrator).unwrap();
        let found = found.to_string();
        assert!(
            !found.contains("drift:") && !found.contains("extra:"),
            "{found}"
        );
    }
    database
        .batch("SET search_path = sales; INSERT INTO orders (id) VALUES (1)")
        .unwrap();
    let mut migrator = Migrator::new(&CHAIN);
    let losses = command::losses(&mut session(&mut connection), &mut migrator, "base").unwrap();
    assert!(
        matches!(&losses[..], [command::Loss::Rows { table, rows: 1, .. }]
            if table.to_string() == "sales.orders"),
        "{losses:?}"
    );
    downgrade(&mut connection, &CHAIN, "base").unwrap();
}

#[test]
fn a_database_in_another_encoding() {
    static LATIN: SchemaDef = chain(&[
        Migration::new("a").upgrade(&[sql("CREATE TABLE \"größe\" (x text DEFAULT 'ñ')")]),
        Migration::new("b")
            .revises(&["a"])
            .upgrade(&[sql("COMMENT ON TABLE \"größe\" IS '大'")]),
    ]);
    let Some(mut database) = Database::new() else {
        return;
    };
    let (server, name) = database.url.rsplit_once('/').unwrap();
    let (url, latin) = (format!("{server}/{name}_latin"), format!("{name}_latin"));
    database
        .batch(&format!(
            "CREATE DATABASE {latin} ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0"
        ))
        .unwrap();
    let mut connection = connect(&url);
    let error = upgrade(&mut connection, &LATIN).unwrap_err();
    let has = migrate_runtime::runner::current(&mut connection, &LATIN).unwrap();
    drop(connection);
    database
        .batch(&format!("DROP DATABASE {latin} WITH (FORCE)"))
        .unwrap();
    assert_says(
        &(error.to_string(), error.hints().join("\n")),
        "has no equivalent in encoding \"LATIN1\"",
        "cannot hold that character",
    );
    assert_eq!(has[0].id, "a");
}

/// The words of an error are the server's, and those may be German.
#[test]
fn a_table_in_use_is_waited_for_in_any_language() {
    let Some(mut database) = Database::new() else {
        return;
    };
    let url = database.url.clone();
    let (_, name) = url.rsplit_once('/').unwrap();
    let german = format!("ALTER DATABASE {name} SET lc_messages = 'de_DE.UTF-8'");
    if database.batch(&german).is_err() {
        not_run(
            "NOT RUN: the test of a server that speaks German. It needs the locale de_DE.UTF-8",
        );
        return;
    }
    let mut connection = connect(&url);
    upgrade_to(&mut connection, &SCHEMA, "a").unwrap();
    database.batch("BEGIN; SELECT * FROM t").unwrap();
    let (seen, reader) = reader(database);
    Migrator::new(&SCHEMA)
        .progress(move |event: &Event<'_>| {
            if let Event::Waiting { .. } = event {
                seen.send(()).unwrap();
            }
        })
        .upgrade(&mut session(&mut connection), "head")
        .unwrap();
    drop(reader.join().unwrap());
    // What fails for another reason fails at once, also after some time.
    static FAILS: SchemaDef = chain(&[
        Migration::new("a").upgrade(&[create_table("t", &[col("x", BigInt)])]),
        Migration::new("b")
            .revises(&["a"])
            .upgrade(&[add_column("t", col("y", BigInt))]),
        Migration::new("c")
            .revises(&["b"])
            .upgrade(&[sql("SELECT pg_sleep(1.1); SELECT 1 / 0")]),
    ]);
    let mut waited = 0;
    let error = Migrator::new(&FAILS)
        .progress(|event: &Event<'_>| waited += u32::from(matches!(event, Event::Waiting { .. })))
        .upgrade(&mut session(&mut connection), "head")
        .unwrap_err();
    assert_eq!(waited, 0, "{error}");
}
