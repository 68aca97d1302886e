//! Every operation as SQL for MySQL and MariaDB, there and back, without a server.

use migrate_runtime::dialect::Mysql;
use migrate_runtime::migration::*;
use migrate_runtime::operation::{Operation, apply_all, describe, inverse_all};
use migrate_runtime::schema::Schema;
use migrate_runtime::sql::{Step, plan};
use std::fmt::Write as _;

const BEFORE: &[OperationDef] = &[
    create_enum("mood", &["sad", "ok", "glad"]),
    create_table(
        "org",
        &[
            column("id", BigInt).not_null().auto_increment(),
            column("slug", Varchar(20)).not_null(),
        ],
    )
    .constraints(&[primary_key(&["id"]), unique("org_slug_key", &["slug"])]),
    create_table(
        "users",
        &[
            column("id", BigInt).not_null().auto_increment(),
            column("email", Varchar(80))
                .not_null()
                .default(text("it's \\ here"))
                .comment("where to write"),
            column("age", Integer).default(integer(0)),
            column("mood", Enum("mood")).not_null().default(text("ok")),
            column("twice", Integer).generated_stored("age * 2"),
            column("thrice", Integer).generated_virtual("age * 3"),
            column("seen", TimestampTz(None)),
            column("changed", Timestamp(Some(0)))
                .default_sql("CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP"),
            column("org_id", BigInt),
        ],
    )
    .constraints(&[
        primary_key(&["id"]),
        unique("users_email_key", &["email"]),
        check("users_age_check", "age >= 0"),
        foreign_key("users_org_id_fkey", &["org_id"], "org", &["id"]).on_delete(Cascade),
    ])
    .comment("who"),
    create_index("users_age_idx", "users", &["age"]),
];

/// What there is of every operation, each applied to [`BEFORE`] alone.
const OPERATIONS: &[(&str, &[OperationDef])] = &[
    (
        "tables",
        &[
            create_table(
                "shop.t",
                &[
                    column("id", UnsignedInteger).not_null().auto_increment(),
                    column("at", TimestampTz(Some(3))),
                    column("mood", Enum("mood")),
                    column("it's", Text).comment("it's"),
                ],
            )
            .constraints(&[primary_key(&["id"]).named("pk")])
            .options(
                options()
                    .mysql_engine("InnoDB")
                    .mysql_charset("utf8mb4")
                    .mysql_collation("utf8mb4_bin")
                    .mysql_row_format("DYNAMIC"),
            )
            .comment("a table"),
            drop_table("users"),
            drop_table("nothing").if_exists(),
            rename_table("users", "people"),
            rename_table("users", "crm.people"),
            set_table_comment("users", None),
            set_table_options(
                "users",
                options().mysql_engine("Aria").mysql_row_format("PAGE"),
            ),
            set_table_options("users", options().mysql_collation("utf8mb4_bin")),
        ],
    ),
    (
        "columns",
        &[
            add_column(
                "users",
                column("u", UnsignedSmallInt).not_null().default(integer(1)),
            ),
            add_column("users", column("d", Decimal(8, 2)).comment("money")).if_not_exists(),
            add_column("users", column("n", Integer).not_null()),
            add_column("users", column("c", Varchar(9)).collate("utf8mb4_bin")),
            add_column("users", column("s", Integer).generated_stored("age + 1")),
            add_column("users", column("v", Integer).generated_virtual("age + 1")),
            drop_column("users", "seen"),
            drop_column("users", "thrice"),
            rename_column("users", "seen", "seen_at"),
        ],
    ),
    (
        "changes",
        &[
            alter_column("users", "email").set_type(Varchar(90)),
            alter_column("users", "email").set_type(Varchar(20)),
            alter_column("users", "email").set_comment("mail"),
            alter_column("users", "email").set_default(text("")),
            alter_column("users", "email").drop_default(),
            alter_column("users", "email").set_default_sql("concat('a', 'b')"),
            alter_column("users", "email").drop_not_null(),
            alter_column("users", "email").set_collation("utf8mb4_bin"),
            alter_column("users", "age").set_not_null(),
            alter_column("users", "age")
                .set_not_null()
                .set_default(integer(1)),
            alter_column("users", "changed").set_not_null(),
            alter_column("users", "changed").drop_default(),
            alter_column("org", "id").set_type(Integer),
            alter_column("users", "org_id").set_type(Integer),
            alter_column("org", "id").set_auto_increment(false),
            alter_column("users", "twice").drop_generated(),
            alter_column("users", "thrice").drop_generated(),
            alter_column("users", "twice").set_generated_stored("age * 4"),
            alter_column("users", "mood").set_type(Varchar(9)),
        ],
    ),
    (
        "indexes",
        &[
            create_index("i", "users", &["age", "email"]).unique(),
            create_index("i", "users", &[])
                .on(&[by("email").desc(), by_expression("lower(email)")]),
            create_index("i", "users", &[]).on(&[by_expression("email(10)")]),
            create_index("i", "users", &["email"]).method("fulltext"),
            create_index("i", "users", &["email"]).filter("age > 3"),
            create_index("i", "users", &["org_id", "age"]),
            drop_index("users_age_idx", "users"),
            drop_index("nothing", "users").if_exists(),
            rename_index("users", "users_age_idx", "users_years_idx"),
        ],
    ),
    (
        "constraints",
        &[
            drop_primary_key("users"),
            add_unique("users", unique("u", &["age", "email"])),
            drop_unique("users", "users_email_key"),
            rename_constraint("users", "users_email_key", "users_mail_key"),
            add_check("users", check("c", "email <> '' -- not this")),
            add_check(
                "users",
                check_def("c", SqlDef::only(Postgres, "email ~ 'x'")),
            ),
            drop_check("users", "users_age_check"),
            rename_constraint("users", "users_age_check", "users_years_check"),
            add_foreign_key(
                "users",
                foreign_key("f", &["email"], "org", &["slug"]).on_update(SetNull),
            ),
            add_foreign_key(
                "users",
                foreign_key("f", &["email"], "org", &["slug"]).on_delete(SetDefault),
            ),
            drop_foreign_key("users", "users_org_id_fkey"),
            rename_constraint("users", "users_org_id_fkey", "users_org_fkey"),
        ],
    ),
    (
        "enums",
        &[
            create_enum("size", &["s", "it's"]),
            alter_enum("mood", &["sad", "ok", "glad", "high"]),
            alter_enum("mood", &["sad", "fine", "glad"]).renames(&[("ok", "fine")]),
            alter_enum("mood", &["ok", "glad"]),
            alter_enum("mood", &["glad", "ok", "sad"]),
        ],
    ),
    (
        "sql",
        &[
            sql("UPDATE org SET slug = 'x'"),
            sql_for(Sqlite, "VACUUM"),
            backfill("users", "age", "7"),
            backfill("users", "email", "'a\\\\b'").filter("email <> ''"),
        ],
    ),
];

/// What several operations become together, on [`BEFORE`].
const TOGETHER: &[(&str, &[OperationDef])] = &[
    (
        "clauses of one table that cost the same",
        &[
            add_column("users", column("a", Integer)),
            drop_column("users", "seen"),
            alter_column("users", "email").drop_default(),
            add_column("org", column("b", Integer)),
            create_index("users_a_idx", "users", &["a"]),
            add_unique("users", unique("users_a_key", &["a", "age"])),
        ],
    ),
    (
        "an index that a foreign key needs is replaced",
        &[
            create_index("users_org_id_idx", "users", &["org_id", "age"]),
            drop_index("users_org_id_idx", "users"),
            create_index("users_org_id_idx", "users", &["org_id", "email"]),
            drop_index("users_org_id_idx", "users"),
        ],
    ),
    (
        "a key of another type on both sides",
        &[
            alter_column("org", "id").set_type(Integer),
            alter_column("users", "org_id").set_type(Integer),
        ],
    ),
    (
        "a key that numbers rows comes to a table that has none",
        &[
            create_table("t", &[column("a", Integer)]),
            add_column("t", column("id", BigInt).not_null().auto_increment()),
            add_primary_key("t", primary_key(&["id"])),
        ],
    ),
    (
        "rows are numbered by a column that is not the primary key",
        &[
            create_table(
                "jobs",
                &[
                    column("id", BigInt).not_null().auto_increment(),
                    column("name", Varchar(20)).not_null(),
                ],
            )
            .constraints(&[primary_key(&["name"])]),
            create_index("jobs_name_idx", "jobs", &["name", "id"]),
            create_index("jobs_id_idx", "jobs", &["id"]),
        ],
    ),
    (
        "another primary key",
        &[
            alter_column("users", "id").set_auto_increment(false),
            drop_primary_key("users"),
            add_primary_key("users", primary_key(&["email"])),
        ],
    ),
    (
        "a foreign key and its column go",
        &[
            drop_foreign_key("users", "users_org_id_fkey"),
            drop_column("users", "org_id"),
            drop_table("org"),
        ],
    ),
    (
        "what is new is nobody's yet",
        &[
            create_table("t", &[column("id", BigInt).not_null(), column("o", BigInt)])
                .constraints(&[primary_key(&["id"])]),
            add_foreign_key("t", foreign_key("t_o_fkey", &["o"], "org", &["id"])),
            create_index("t_o_idx", "t", &["o"]),
            add_column("t", column("n", Integer).not_null()),
        ],
    ),
    (
        "a value of an enum type goes with the default that it was",
        &[
            alter_enum("mood", &["sad", "glad"]),
            alter_column("users", "mood").set_default(text("sad")),
        ],
    ),
];

fn text_of(operations: &[Operation], before: &Schema) -> String {
    let plan = match plan(operations, before, &Mysql) {
        Ok(plan) => plan,
        Err(error) => return format!("  refused: {error}\n"),
    };
    let mut text = String::new();
    for statement in &plan.statements {
        let line = match &statement.step {
            Step::Sql(sql) => sql.replace('\n', "\n  "),
            Step::Online(online) => {
                let ways = match online.ways {
                    [] => "-- with permission:",
                    ["ALGORITHM=INSTANT", _] => "-- instant, or while others write:",
                    _ => "-- while others write:",
                };
                format!("{ways}\n  {}", online.sql.replace('\n', "\n  "))
            }
            Step::Expect { problem, query, .. } => format!("-- unless: {problem}\n  -- {query}"),
            Step::Skip { reason } => format!("-- skipped: {reason}"),
            other => format!("{other:?}"),
        };
        writeln!(text, "  {line}").unwrap();
    }
    text
}

fn lower(list: &[OperationDef]) -> Vec<Operation> {
    list.iter().map(OperationDef::lower).collect()
}

fn before() -> Schema {
    let mut before = Schema::new();
    apply_all(&mut before, &lower(BEFORE)).unwrap();
    before
}

#[test]
fn every_operation_in_both_directions() {
    let before = before();
    for (about, list) in OPERATIONS {
        let mut text = String::new();
        for definition in *list {
            let up = vec![definition.lower()];
            let mut after = before.clone();
            writeln!(text, "{}", describe(&up[0])).unwrap();
            text += &text_of(&up, &before);
            match (apply_all(&mut after, &up), inverse_all(&up, &before)) {
                (Ok(()), Ok(down)) => {
                    text += "back\n";
                    text += &text_of(&down, &after);
                }
                (Err(error), _) => writeln!(text, "no operation: {error}").unwrap(),
                (_, Err(error)) => writeln!(text, "no way back: {error}").unwrap(),
            }
            text.push('\n');
        }
        insta::assert_snapshot!(about.replace(' ', "_"), text);
    }
}

#[test]
fn operations_together() {
    let before = before();
    let mut text = String::new();
    for (about, list) in TOGETHER {
        writeln!(text, "{about}").unwrap();
        text += &text_of(&lower(list), &before);
        text.push('\n');
    }
    insta::assert_snapshot!(text);
}
