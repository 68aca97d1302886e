//! What lets others go on meanwhile: `CONCURRENTLY`, `NOT VALID`.

use super::live::Live;
use migrate_runtime::autogenerate::drift;
use migrate_runtime::dialect::Postgres;
use migrate_runtime::migration::*;
use migrate_runtime::operation::Operation;
use migrate_runtime::schema::Schema;

const PEOPLE: &[OperationDef] = &[create_table(
    "people",
    &[
        column("id", Integer).not_null(),
        column("boss", Integer),
        column("age", Integer),
    ],
)
.constraints(&[primary_key(&["id"])])];

fn lower(operations: &[OperationDef]) -> Vec<Operation> {
    operations.iter().map(OperationDef::lower).collect()
}

fn people(rows: &str) -> Option<Live> {
    let mut live = Live::empty("")?;
    live.apply(lower(PEOPLE)).unwrap();
    live.run(rows);
    Some(live)
}

#[test]
fn indexes_come_and_go_concurrently() {
    let Some(mut live) = people("INSERT INTO people VALUES (1, 1, 7)") else {
        return;
    };
    let create = [create_index("people_age_idx", "people", &["age"])
        .storage("fillfactor = 70")
        .concurrently()];
    let done = live.apply(lower(&create)).unwrap();
    assert_eq!(
        done.statements,
        [
            "CREATE INDEX CONCURRENTLY \"people_age_idx\" ON \"people\" (\"age\") WITH (fillfactor = 70)"
        ]
    );
    live.back(&done);
}

#[test]
fn what_a_crash_left_is_taken_up() {
    let Some(mut live) = people("INSERT INTO people VALUES (1, 1, 7), (2, 1, 7)") else {
        return;
    };
    let create = [create_index("people_age_idx", "people", &["age"])
        .unique()
        .concurrently()];
    let failed = live.apply(lower(&create)).err().unwrap_or_default();
    assert!(failed.contains("could not create unique index"), "{failed}");
    live.run("UPDATE people SET age = id");
    let done = live.apply(lower(&create)).unwrap();
    assert_eq!(
        done.statements,
        [
            "DROP INDEX CONCURRENTLY IF EXISTS \"people_age_idx\"",
            "CREATE UNIQUE INDEX CONCURRENTLY \"people_age_idx\" ON \"people\" (\"age\")",
        ]
    );
    // The index is there, and nobody wrote down that it is.
    live.forget(&fold(PEOPLE));
    let again = live.apply(lower(&create)).unwrap();
    assert!(again.statements.is_empty(), "{:?}", again.statements);
    // It is gone, and nobody wrote that down.
    live.run("DROP INDEX people_age_idx");
    let drop = [drop_index("people_age_idx", "people").concurrently()];
    live.apply(lower(&drop)).unwrap();
}

#[test]
fn an_index_whose_build_failed_is_built_again() {
    let Some(mut live) = people("INSERT INTO people VALUES (1, 1, 7), (2, 1, 7)") else {
        return;
    };
    let create = create_index("people_age_idx", "people", &["age"]).unique();
    let failed = live.apply(lower(&[create.concurrently()]));
    assert!(failed.is_err());
    let chain = fold(&[PEOPLE, &[create]].concat());
    let found = drift(&chain, &live.introspected(), &Postgres);
    assert_eq!(found.len(), 1, "{found:?}");
    let (said, again) = found[0].description.rsplit_once(": ").unwrap();
    insta::assert_snapshot!(said, @"index people_age_idx on people is invalid in the database, as building it failed; build it again");
    assert!(found[0].hint.as_ref().unwrap().ends_with(again));
    live.run("UPDATE people SET age = id");
    live.run(again);
    live.assert_holds(&chain);
}

fn fold(operations: &[OperationDef]) -> Schema {
    let mut schema = Schema::new();
    migrate_runtime::operation::apply_all(&mut schema, &lower(operations)).unwrap();
    schema
}

#[test]
fn old_rows_are_looked_at_when_it_is_said() {
    let Some(mut live) = people("INSERT INTO people VALUES (1, 9, -7)") else {
        return;
    };
    let add = [
        add_check("people", check("people_age_check", "age >= 0")).not_valid(),
        add_foreign_key(
            "people",
            foreign_key("people_boss_fkey", &["boss"], "people", &["id"]),
        )
        .not_valid(),
    ];
    let added = live.apply(lower(&add)).unwrap();
    let validate = [
        validate_constraint("people", "people_age_check"),
        validate_constraint("people", "people_boss_fkey"),
    ];
    let refused = live.apply(lower(&validate)).err().unwrap_or_default();
    assert!(refused.contains("people_age_check"), "{refused}");
    live.run("UPDATE people SET age = 7, boss = 1");
    live.apply(lower(&validate)).unwrap();
    let valid = "SELECT count(*) FROM pg_constraint WHERE NOT convalidated";
    assert_eq!(live.rows(valid), ["0"]);
    live.back(&added);
    let nothing = [validate_constraint("people", "people_age_check")];
    let unknown = live.apply(lower(&nothing)).err().unwrap_or_default();
    assert!(unknown.contains("people_age_check"), "{unknown}");
}
