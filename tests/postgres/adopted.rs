//! A database that was there before the chain, with an enum type of its own.

use super::live::Live;
use super::offline::psql;
use crate::laws::constant;
use crate::runner::chains::chain;
use migrate_runtime::autogenerate::{Database, Flags, Plan, PlanError, Request, drift, plan};
use migrate_runtime::command::{RevisionRequest, adopt, check};
use migrate_runtime::dialect::Postgres;
use migrate_runtime::diff::RenameHints;
use migrate_runtime::migration::Migration;
use migrate_runtime::model::SchemaDef;
use migrate_runtime::operation::Operation;
use migrate_runtime::operation::describe;
use migrate_runtime::runner::{Direction, Migrator, Range};
use migrate_runtime::schema::{Backend, Schema};
use migrate_runtime::sql::offline::RunSteps;
use migrate_runtime::{Explain, Model};

const SETUP: &str = "CREATE TYPE build_status AS ENUM ('queued', 'done');
CREATE TABLE owners (id bigint PRIMARY KEY);
CREATE TABLE builds (id bigint PRIMARY KEY, status build_status NOT NULL DEFAULT 'queued',
    owner_id bigint, name text, CONSTRAINT builds_name_key UNIQUE (name),
    CONSTRAINT builds_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES owners (id),
    CONSTRAINT builds_check CHECK (id > 0));
INSERT INTO builds (id) VALUES (1)";

fn planned(models: &Schema, database: &Schema, adopt: &[&str]) -> Result<Plan, PlanError> {
    let flags = Flags {
        adopt: adopt.iter().map(|name| (*name).to_owned()).collect(),
        ..Flags::default()
    };
    let request = Request {
        chain: &Schema::new(),
        models,
        renamed_from: &RenameHints::default(),
        database: Some(Database {
            schema: database,
            dialect: &Postgres,
        }),
        has_rows: &|_, _| true,
        values_wait: true,
        flags: &flags,
    };
    plan(&request, None)
}

/// A chain of that one revision.
fn chain_of(plan: &Plan) -> SchemaDef {
    let migration = Migration::new("0001")
        .upgrade(constant::operations(&plan.upgrade))
        .downgrade(constant::operations(&plan.downgrade));
    SchemaDef {
        chain: "adopted",
        models: &[],
        unmanaged: &[],
        ignore: &[],
        version_table: None,
        include: &[],
        migrations: vec![migration].leak(),
        head: "",
    }
}

fn types(live: &mut Live) -> Vec<String> {
    live.rows("SELECT typname FROM pg_type WHERE typtype = 'e'")
}

#[test]
fn an_enum_type_that_is_there_is_taken_over_and_stays() {
    let Some(mut live) = Live::empty(SETUP) else {
        return;
    };
    let models = live.introspected();
    let error = planned(&models, &models, &[]).unwrap_err();
    insta::assert_snapshot!(error, @"the database is not what the chain says it is: enum type build_status is to be created and already exists: queued, done; table owners is to be created and already exists: (id); table builds is to be created and already exists: (id, status, owner_id, name)");
    insta::assert_snapshot!(error.hints().join("\n"), @r"
    take it over with --adopt build_status
    take it over with --adopt owners
    take it over with --adopt builds
    go on all the same with --ignore-drift
    ");
    planned(&models, &models, &["build_status"]).unwrap_err();
    let plan = planned(&models, &models, &["owners", "builds"]).unwrap();
    assert!(plan.upgrade.iter().all(Operation::adopts));

    // The same on another database that has it all, on an empty one, and by a script.
    let chain = chain_of(&plan);
    for (setup, rows) in [(SETUP, "1"), (SETUP, "1"), ("", "0")] {
        let mut live = Live::empty(setup).unwrap();
        let mut migrator = Migrator::new(&chain);
        migrator.upgrade(&mut live.database, "head").unwrap();
        let database = live.introspected();
        let differs: Vec<_> = (drift(&models, &database, &Postgres).into_iter())
            .filter(|drift| drift.blocking)
            .collect();
        assert!(differs.is_empty(), "{differs:?}");
        migrator.downgrade(&mut live.database, "base").unwrap();
        assert_eq!(types(&mut live), ["build_status"]);
        assert_eq!(live.rows("SELECT count(*) FROM builds"), [rows]);
    }
    let range = Range {
        from: "base",
        to: "head",
        direction: Direction::Upgrade,
    };
    let script =
        (Migrator::new(&chain).script(range, Backend::Postgres, RunSteps::Refuse)).unwrap();
    for setup in [SETUP, ""] {
        let mut live = Live::empty(setup).unwrap();
        psql(&live, &script).unwrap();
        let found = drift(&models, &live.introspected(), &Postgres);
        assert!(found.iter().all(|drift| !drift.blocking), "{found:?}");
    }
}

#[test]
fn an_enum_type_with_other_values_is_not_taken_over() {
    let Some(mut live) = Live::empty(SETUP) else {
        return;
    };
    let models = live.introspected();
    live.run("ALTER TYPE build_status ADD VALUE 'failed'");
    let database = live.introspected();
    let adopt = ["owners", "builds", "build_status"];
    let error = planned(&models, &database, &adopt).unwrap_err();
    insta::assert_snapshot!(error, @"--adopt builds: the database has enum type build_status in another form: queued, done, failed; the models say queued, done");
    let error = planned(&models, &database, &adopt[..1]).unwrap_err();
    insta::assert_snapshot!(error, @"the database is not what the chain says it is: enum type build_status is to be created and already exists: queued, done, failed; the models say queued, done; table builds is to be created and already exists: (id, status, owner_id, name)");
}

#[test]
fn what_a_stranger_uses_too_is_taken_over_and_forgotten() {
    let Some(mut live) = Live::empty(SETUP) else {
        return;
    };
    let models = live.introspected();
    live.run(
        "CREATE TABLE theirs (id bigint PRIMARY KEY, status build_status[], \
         owner_id bigint REFERENCES owners (id))",
    );
    let database = live.introspected();
    let plan = planned(&models, &database, &["owners", "builds", "build_status"]).unwrap();
    let chain = chain_of(&plan);
    let mut migrator = Migrator::new(&chain);
    migrator.upgrade(&mut live.database, "head").unwrap();
    migrator.downgrade(&mut live.database, "base").unwrap();
    assert_eq!(live.introspected(), database);
}

/// Models say the schema that is the connection's current one; another has a table of the same name.
#[test]
fn names_of_models_are_found_where_the_search_path_says() {
    #[derive(Model)]
    #[model(table = "sales.orders", unlisted, index(of))]
    #[expect(dead_code, reason = "only its definition is looked at")]
    struct Order {
        #[model(primary_key)]
        id: i64,
        of: Option<i64>,
    }
    #[derive(Model)]
    #[model(table = "public.orders", unlisted)]
    #[expect(dead_code, reason = "only its definition is looked at")]
    struct Other {
        #[model(primary_key)]
        id: i64,
    }
    static SCHEMA: SchemaDef = SchemaDef {
        models: &[Order::TABLE, Other::TABLE],
        ..chain(&[])
    };
    let Some(mut live) = Live::empty(
        "CREATE SCHEMA sales; CREATE TABLE public.orders (id bigint PRIMARY KEY);
         CREATE TABLE sales.orders (id bigint PRIMARY KEY, of bigint);
         CREATE INDEX orders_of_idx ON sales.orders (of)",
    ) else {
        return;
    };
    for path in ["sales, public", "public", "sales", "public, sales"] {
        live.run(&format!("SET search_path = {path}"));
        let directory = tempfile::tempdir().unwrap();
        let request = RevisionRequest {
            dry_run: true,
            ..RevisionRequest::new("baseline")
        };
        let found = adopt(
            &directory.path().into(),
            &SCHEMA,
            &mut live.database,
            &request,
        )
        .unwrap();
        let words: Vec<String> = found.plan.upgrade.iter().map(describe).collect();
        assert!(
            found.plan.upgrade.iter().all(Operation::adopts),
            "{path}: {words:?}"
        );
        assert_eq!(words.len(), 3, "{path}: {words:?}");
        let migrations = vec![
            Migration::new("a")
                .upgrade(constant::operations(&found.plan.upgrade))
                .downgrade(constant::operations(&found.plan.downgrade)),
        ];
        let schema = SchemaDef {
            migrations: migrations.leak(),
            ..SCHEMA
        };
        let mut migrator = Migrator::new(&schema);
        migrator.upgrade(&mut live.database, "head").unwrap();
        let checked = check(&mut live.database, &mut migrator).unwrap();
        assert!(checked.is_clean(), "{path}: {checked}");
        migrator.downgrade(&mut live.database, "base").unwrap();
    }
}
