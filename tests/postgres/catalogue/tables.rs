//! Tables, names, scope: what every database has, on a server.

use super::{
    Row, a_required_column, check, col, differs, goes, ignored, int, kept, named, pg, row, same,
    schema, sql_default, t, table_sql, with, with_enum,
};
use crate::catalogue::two_models_of_one_table;
use crate::runner::chains::chain;
use migrate_runtime::Model;
use migrate_runtime::autogenerate::Flags;
use migrate_runtime::command::{RevisionRequest, autogenerate};
use migrate_runtime::diff::{Rename, RenameHints, candidates};
use migrate_runtime::migration::Migration;
use migrate_runtime::model::SchemaDef;
use migrate_runtime::runner::Migrator;
use migrate_runtime::schema::{Schema, SqlType};

pub(super) const ROWS: &[Row] = &[
    row("T07", |live| {
        let (old, new) = (schema([t([int("a")])]), schema([named("t2", [int("a")])]));
        let found = candidates(&old, &new, &RenameHints::default());
        let (from, to) = ("t".into(), "t2".into());
        assert_eq!(found[0].what, Rename::Table { from, to });
        live.migrate(&old);
        live.run("INSERT INTO t (a) VALUES (7)");
        let hints = RenameHints {
            tables: vec![("t".into(), "t2".into())],
            ..RenameHints::default()
        };
        let done = live.migrate_with(&new, &hints);
        assert_eq!(live.rows("SELECT id, a FROM t2"), ["1|7"]);
        live.back(&done);
        assert_eq!(live.rows("SELECT id, a FROM t"), ["1|7"]);
    }),
    row("T16", |live| {
        static RECORDED: SchemaDef = chain(&[Migration::new("a")]);
        let mut migrator = Migrator::new(&RECORDED);
        migrator.upgrade(&mut live.database, "head").unwrap();
        let own = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1";
        assert_eq!(live.rows(own), ["__migrate_log", "__migrate_version"]);
        let directory = tempfile::tempdir().unwrap();
        let found = autogenerate(
            &directory.path().into(),
            &RECORDED,
            Some(&mut live.database),
            &Flags::default(),
            &RevisionRequest::new(""),
            None,
        );
        let found = found.unwrap();
        assert!(found.revision.is_none() && found.plan.drift.is_empty());
    }),
    row("T36", |live| {
        let sql = table_sql("theirs text");
        let chain = schema([t([])]);
        let expected = "column t.theirs is in the database and in no migration";
        kept(live, &sql, &chain, expected);
        ignored(live, &sql, &chain, "t.theirs");
    }),
    row("T37", |live| {
        two_models_of_one_table(Some(&mut live.database));
    }),
    row("T39", |live| {
        #[derive(Model)]
        #[model(table = "t", unlisted)]
        #[expect(dead_code, reason = "only its definition is looked at")]
        struct Mapped {
            #[model(auto_increment)]
            id: i64,
            #[model(column = "db_name")]
            attribute: Option<String>,
        }
        let sql = "CREATE TABLE t (id bigserial PRIMARY KEY, db_name text)";
        same(live, sql, &schema([Mapped::TABLE.lower()]));
    }),
    row("T44", |live| {
        let (chain, models) = (
            schema([t([])]),
            schema([t([col("b", SqlType::Text).not_null()])]),
        );
        a_required_column(live, &chain, &models);
    }),
    row("Y63", |live| {
        let sql = table_sql("a cidr");
        let of = |ty: &str| schema([t([col("a", pg(ty))])]);
        same(live, &sql, &of("cidr"));
        differs(live, &sql, &of("inet"), "column t.a is different");
        ignored(live, &sql, &of("inet"), "t.a: type");
        goes(live, &of("cidr"), &of("inet"), &["TYPE inet"]);
    }),
    row("Y64", |live| {
        let (one, other) = (mood(&["a", "b"]), mood(&["a", "bb"]));
        let sql = format!(
            "CREATE TYPE mood AS ENUM ('a', 'b'); {}",
            table_sql("a mood")
        );
        same(live, &sql, &one);
        differs(live, &sql, &other, "enum type mood is different");
        live.reset();
        live.migrate(&one);
        live.run("INSERT INTO t (a) VALUES ('a')");
        let done = live.migrate(&other);
        live.run("INSERT INTO t (a) VALUES ('bb'); DELETE FROM t WHERE a = 'bb'");
        live.back(&done);
        assert_eq!(live.rows("SELECT a FROM t"), ["a"]);
    }),
    row("D69", |live| {
        let custom = |text: &str| schema([t([sql_default(col("a", SqlType::Text), text)])]);
        let sql = table_sql("a text DEFAULT md5('3')");
        same(live, &sql, &custom("md5('3')"));
        differs(live, &sql, &custom("md5('1')"), "column t.a is different");
        ignored(live, &sql, &custom("md5('1')"), "t.a: default");
        goes(
            live,
            &custom("md5('3')"),
            &custom("md5('1')"),
            &["SET DEFAULT md5('1')"],
        );
    }),
    row("K06", |live| {
        let sql = format!(
            "CREATE TYPE mood AS ENUM ('ok', 'sad'); {}",
            table_sql(
                "a mood, b boolean, c bigint, CONSTRAINT t_c_check CHECK (c >= 0 AND c <= 4294967295)"
            )
        );
        let mut chain = mood(&["ok", "sad"]);
        let table = chain.table_mut(&"t".into()).unwrap();
        table.columns.push(col("b", SqlType::Bool));
        table.columns.push(col("c", SqlType::UnsignedInteger));
        same(live, &sql, &chain);
        // One that somebody wrote, which the server writes in other words.
        let listed = with(t([col("a", SqlType::Text)]), |table| {
            table.checks.push(check("t_a_check", "a IN ('ok', 'sad')"));
        });
        let sql = table_sql("a text, CONSTRAINT t_a_check CHECK (a IN ('ok', 'sad'))");
        same(live, &sql, &schema([listed]));
    }),
    row("K08", |live| {
        goes(live, &Schema::new(), &checked(), &["CREATE TABLE"]);
    }),
    row("K09", |live| {
        goes(live, &checked(), &Schema::new(), &["DROP TABLE"]);
    }),
    row("I72", |live| {
        let plain = schema([t([int("b")])]);
        let sql = format!("{}; CREATE INDEX theirs ON t (b)", table_sql("b int"));
        let expected = "index theirs on t is in the database and in no migration";
        kept(live, &sql, &plain, expected);
        ignored(live, &sql, &plain, "index theirs");
        let sql = table_sql("b int, CONSTRAINT theirs UNIQUE (b)");
        ignored(live, &sql, &plain, "constraint theirs");
    }),
];

fn mood(values: &[&str]) -> Schema {
    let column = col("a", SqlType::Enum("mood".into()));
    with_enum(schema([t([column])]), values)
}

fn checked() -> Schema {
    schema([with(t([int("a")]), |table| {
        table.checks.push(check("ck1", "a > 0"));
    })])
}
