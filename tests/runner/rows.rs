//! What the rows say: to a new rule before the revision is written, and to what an upgrade drops.

use super::chains::chain;
use crate::databases::each;
use migrate_runtime::autogenerate::{Question, questions};
use migrate_runtime::connection::Session;
use migrate_runtime::dialect::dialect;
use migrate_runtime::lint::lint;
use migrate_runtime::migration::*;
use migrate_runtime::model::SchemaDef;
use migrate_runtime::operation::{Operation, apply_all};
use migrate_runtime::runner::{Event, Migrator};
use migrate_runtime::schema::Schema;

const KEY: &[ConstraintDef] = &[primary_key(&["id"])];

static SCHEMA: SchemaDef = chain(&[
    Migration::new("a").upgrade(&[
        create_enum("mood", &["glad", "sad", "it's"]),
        create_table("teams", &[column("id", BigInt).not_null()]).constraints(KEY),
        create_table(
            "users",
            &[
                column("id", BigInt).not_null(),
                column("email", Text),
                column("age", BigInt),
                column("team", BigInt),
                column("mood", Enum("mood")),
            ],
        )
        .constraints(KEY),
        sql("INSERT INTO teams VALUES (1); \
             INSERT INTO users VALUES (1, 'one@here', -7, 1, 'glad'), \
             (2, 'two@here', 7, 2, 'sad'), (3, 'two@here', 70000, NULL, 'sad'), \
             (4, NULL, NULL, 3, NULL), (5, NULL, 8, 1, 'it''s')"),
    ]),
    Migration::new("b")
        .revises(&["a"])
        .upgrade(&[drop_column("users", "mood"), drop_table("teams")]),
    Migration::new("c").revises(&["b"]).upgrade(&[
        rename_table("users", "people"),
        rename_column("people", "email", "mail"),
        drop_column("people", "mail"),
        drop_column("people", "age"),
    ]),
]);

/// Rules that the rows break, in the words of later: a table and a column are renamed before.
const RULES: &[OperationDef] = &[
    rename_table("users", "people"),
    rename_column("people", "email", "mail"),
    add_unique("people", unique("people_mail_key", &["mail"])),
    create_index("people_abs", "people", &[])
        .on(&[by_expression("abs(id)"), by("age")])
        .unique()
        .filter("age > 0"),
    create_index("people_one", "people", &["id"]).unique(),
    add_check("people", check("people_age", "age >= 0")),
    add_foreign_key(
        "people",
        foreign_key("people_team", &["team"], "teams", &["id"]),
    ),
    alter_column("people", "mail").set_type(Varchar(5)),
    alter_column("people", "age").set_type(SmallInt),
    alter_enum("mood", &["glad"]),
    create_table("clubs", &[column("id", BigInt).not_null()]).constraints(KEY),
    add_foreign_key(
        "people",
        foreign_key("people_club", &["team"], "clubs", &["id"]),
    ),
];

/// What is asked of the rows of revision `a`, and what they answer.
fn answers(session: &mut dyn Session) -> String {
    Migrator::new(&SCHEMA).upgrade(session, "a").unwrap();
    let lower = |operations: &[OperationDef]| -> Vec<Operation> {
        operations.iter().map(OperationDef::lower).collect()
    };
    let mut before = Schema::new();
    apply_all(&mut before, &lower(SCHEMA.migrations[0].upgrade)).unwrap();
    let operations = lower(RULES);
    let dialect = dialect(session.backend()).unwrap();
    let questions = questions(&operations, &lint(&operations, &before), &before, dialect);
    let mut answers = Vec::new();
    for Question { what, count, show } in questions {
        let number = session
            .query(&count)
            .map(|rows| rows[0].integer(0).unwrap_or(-1));
        let Ok(number) = number else {
            answers.push(format!("cannot be asked: {what}"));
            continue;
        };
        let shown = session.query(&show).unwrap().len();
        assert_eq!(i64::try_from(shown).unwrap(), number, "{show}");
        answers.push(format!("{what}: {number}\n  {show}"));
    }
    answers.join("\n")
}

/// What an upgrade says of the rows that it destroys.
fn destroyed(session: &mut dyn Session, target: &str) -> Vec<String> {
    let mut said = Vec::new();
    Migrator::new(&SCHEMA)
        .progress(|event: &Event<'_>| {
            if let Event::Destroys {
                what,
                rows,
                is_more,
            } = event
            {
                said.push(format!("{what} {rows} {is_more}"));
            }
        })
        .upgrade(session, target)
        .unwrap();
    said
}

#[test]
fn rows_that_break_a_new_rule_are_counted() {
    each(|database| {
        // What MySQL calls the same.
        let answers = answers(&mut *database.session())
            .replace('`', "\"")
            .replace("char_length(", "length(")
            .replace(" AS CHAR)", " AS TEXT)");
        insta::assert_snapshot!(answers, @r#"
    values of (email) that are in people more than once: 1
      SELECT "email", count(*) FROM "users" WHERE "email" IS NOT NULL GROUP BY "email" HAVING count(*) > 1
    values of ((abs(id)), age) that are in people more than once: 0
      SELECT (abs(id)), "age", count(*) FROM "users" WHERE (abs(id)) IS NOT NULL AND "age" IS NOT NULL AND (age > 0) GROUP BY (abs(id)), "age" HAVING count(*) > 1
    values of (id) that are in people more than once: 0
      SELECT "id", count(*) FROM "users" WHERE "id" IS NOT NULL GROUP BY "id" HAVING count(*) > 1
    rows of people that break age >= 0: 1
      SELECT * FROM "users" WHERE NOT (age >= 0)
    rows of people that refer to no row of teams: 2
      SELECT c.* FROM "users" AS c WHERE c."team" IS NOT NULL AND NOT EXISTS (SELECT 1 FROM "teams" AS p WHERE p."id" = c."team")
    rows of people whose mail does not fit VARCHAR(5): 3
      SELECT * FROM "users" WHERE length("email") > 5
    rows of people whose age does not fit SMALLINT: 1
      SELECT * FROM "users" WHERE ("age" < -32768 OR "age" > 32767)
    rows of users that hold 'sad', 'it''s' in mood: 3
      SELECT * FROM "users" WHERE CAST("mood" AS TEXT) IN ('sad', 'it''s')
    rows of people that refer to no row of clubs: 4
      SELECT c.* FROM "users" AS c WHERE c."team" IS NOT NULL
    "#);
    });
}

#[test]
fn what_an_upgrade_drops_is_counted() {
    each(|database| {
        let session = &mut *database.session();
        Migrator::new(&SCHEMA).upgrade(session, "a").unwrap();
        let digits: Vec<String> = (0..10)
            .map(|digit| format!("SELECT {digit} AS i"))
            .collect();
        let more = format!(
            "INSERT INTO teams WITH n AS ({}) SELECT 2 + a.i + 10 * b.i + 100 * c.i + 1000 * d.i \
             FROM n AS a, n AS b, n AS c, n AS d",
            digits.join(" UNION ALL ")
        );
        session.batch(&more).unwrap();
        assert_eq!(
            destroyed(session, "b"),
            ["column users.mood 4 false", "table teams 10000 true"]
        );
        // Said before anything is renamed, in the names that the database has then.
        assert_eq!(
            destroyed(session, "c"),
            ["column users.email 3 false", "column users.age 4 false"]
        );
    });
}

/// A default that is there for the step that adds the column, and one that comes after it.
static DEFAULTS: SchemaDef = chain(&[
    Migration::new("a").upgrade(&[
        create_table("users", &[column("id", BigInt).not_null()]).constraints(KEY),
        sql("INSERT INTO users VALUES (1), (2)"),
    ]),
    Migration::new("b").revises(&["a"]).upgrade(&[
        add_column(
            "users",
            column("age", Integer).not_null().default(integer(7)),
        ),
        alter_column("users", "age").drop_default(),
        add_column("users", column("team", Integer)),
        alter_column("users", "team").set_default(integer(3)),
    ]),
]);

#[test]
fn rows_have_the_default_that_a_column_is_added_with() {
    each(|database| {
        let session = &mut *database.session();
        Migrator::new(&DEFAULTS).upgrade(session, "head").unwrap();
        let rows = session
            .query("SELECT id, age, coalesce(team, -1) FROM users ORDER BY id")
            .unwrap();
        let rows: Vec<_> = (rows.iter())
            .map(|row| [0, 1, 2].map(|at| row.integer(at)))
            .collect();
        assert_eq!(
            rows,
            [1, 2].map(|id| [Some(id), Some(7), Some(-1)]),
            "{:?}",
            session.backend()
        );
        session
            .batch("INSERT INTO users (id, age) VALUES (3, 1)")
            .unwrap();
        let team = session
            .query("SELECT team FROM users WHERE id = 3")
            .unwrap();
        assert_eq!(team[0].integer(0), Some(3));
        session
            .batch("INSERT INTO users (id) VALUES (4)")
            .unwrap_err();
    });
}
