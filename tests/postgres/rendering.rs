//! Every operation as SQL, there and back, without a server.

use migrate_runtime::dialect::Postgres;
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
        "app.users",
        &[
            column("id", BigInt).not_null().auto_increment(),
            column("email", Text).not_null().default(text("it's")),
            column("age", Integer).default(integer(0)),
            column("mood", Enum("mood")).default(text("ok")),
            column("moods", Array(&Enum("mood"))),
            column("twice", Integer).generated_stored("age * 2"),
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
    create_index("users_age_idx", "app.users", &["age"]),
];

/// What there is of every operation, each applied to [`BEFORE`] alone.
const OPERATIONS: &[(&str, &[OperationDef])] = &[
    (
        "tables",
        &[
            create_table(
                "new.t",
                &[column("id", SmallInt).not_null().auto_increment()],
            )
            .constraints(&[primary_key(&["id"]).named("pk")])
            .options(options().postgres_unlogged().postgres_tablespace("fast"))
            .comment("a table"),
            create_table("t", &[]).if_not_exists(),
            drop_table(USERS),
            drop_table("nothing").if_exists(),
            rename_table(USERS, "app.people"),
            rename_table(USERS, "people"),
            set_table_comment(USERS, None),
            set_table_options(USERS, options().postgres_unlogged()),
        ],
    ),
    (
        "columns",
        &[
            add_column(
                USERS,
                column("u", UnsignedSmallInt).not_null().default(integer(1)),
            ),
            add_column(USERS, column("d", Decimal(8, 2)).comment("money")).if_not_exists(),
            add_column(
                USERS,
                column("c", Text).collate("C").default_sql("lower('A')"),
            ),
            add_column(USERS, column("at", TimestampTz(Some(3))).default(now())),
            add_column(USERS, column("v", Integer).generated_virtual("age + 1")),
            drop_column(USERS, "age"),
            drop_column(USERS, "email"),
            rename_column(USERS, "email", "mail"),
        ],
    ),
    (
        "changes",
        &[
            alter_column(USERS, "email").set_type(Varchar(90)),
            alter_column(USERS, "email").set_type(Uuid).drop_default(),
            alter_column(USERS, "age")
                .set_type(BigInt)
                .using("age::bigint + 1"),
            alter_column("org", "id").set_type(Integer),
            alter_column(USERS, "email")
                .set_default(text(""))
                .drop_not_null(),
            alter_column(USERS, "age")
                .set_not_null()
                .set_comment("years"),
            alter_column(USERS, "twice").drop_generated(),
            alter_column(USERS, "twice").set_generated_stored("age * 3"),
            alter_column("org", "id").set_auto_increment(false),
            alter_column(USERS, "email").set_collation("C"),
            alter_column(USERS, "mood").set_type(Text),
        ],
    ),
    (
        "indexes",
        &[
            create_index("i", USERS, &["age", "email"])
                .unique()
                .nulls_not_distinct(),
            create_index("i", USERS, &[])
                .on(&[
                    by("email")
                        .desc()
                        .nulls_last()
                        .collate("C")
                        .operator_class("text_pattern_ops"),
                    by_expression("lower(email)"),
                ])
                .method("btree")
                .include(&["age"])
                .storage("fillfactor = 70")
                .filter("age > 1")
                .if_not_exists(),
            create_index("i", USERS, &["age"]).concurrently(),
            drop_index("users_age_idx", USERS),
            drop_index("users_age_idx", USERS).concurrently(),
            drop_index("nothing", USERS).if_exists(),
            rename_index(USERS, "users_age_idx", "i"),
            rename_constraint(USERS, "users_email_key", "users_mail"),
        ],
    ),
    (
        "constraints",
        &[
            drop_primary_key(USERS),
            add_unique(
                USERS,
                unique("uq", &["age"])
                    .nulls_not_distinct()
                    .initially_deferred(),
            ),
            drop_unique(USERS, "users_email_key"),
            drop_unique("org", "org_slug_key"),
            add_check(USERS, check("ck", "age < 200 -- old")).not_valid(),
            drop_check(USERS, "users_age_check"),
            validate_constraint(USERS, "users_age_check"),
            add_foreign_key(
                USERS,
                foreign_key("fk", &["org_id"], "org", &["id"])
                    .match_full()
                    .on_delete(SetNull)
                    .on_update(Restrict)
                    .deferrable(),
            )
            .not_valid(),
            drop_foreign_key(USERS, "users_org_id_fkey"),
        ],
    ),
    (
        "enums",
        &[
            create_enum("app.size", &["s", "it's"]),
            alter_enum("mood", &["sad", "so", "ok", "glad"]),
            alter_enum("mood", &["sad", "fine", "glad"]).renames(&[("ok", "fine")]),
            alter_enum("mood", &["glad", "ok", "sad"]),
        ],
    ),
    (
        "words of a person",
        &[
            sql("UPDATE org SET slug = 'x'"),
            sql_for(Sqlite, "VACUUM"),
            backfill(USERS, "age", "7").filter("email <> ''"),
        ],
    ),
];

const USERS: &str = "app.users";

fn text_of(operations: &[Operation], before: &Schema) -> String {
    let plan = match plan(operations, before, &Postgres) {
        Ok(plan) => plan,
        Err(error) => return format!("  refused: {error}\n"),
    };
    let mut text = String::new();
    for statement in &plan.statements {
        let line = match &statement.step {
            Step::Sql(sql) | Step::Query { sql } => sql.replace('\n', "\n  "),
            Step::Expect { problem, .. } => format!("-- unless: {problem}"),
            Step::Skip { reason } => format!("-- skipped: {reason}"),
            other => format!("{other:?}"),
        };
        writeln!(text, "  {line}").unwrap();
    }
    text
}

#[test]
fn every_operation_in_both_directions() {
    let lower = |list: &[OperationDef]| -> Vec<Operation> {
        list.iter().map(OperationDef::lower).collect()
    };
    let mut before = Schema::new();
    apply_all(&mut before, &lower(BEFORE)).unwrap();
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
