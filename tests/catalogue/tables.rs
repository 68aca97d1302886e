//! Tables, columns, names, scope.

use super::live::{by_hand, migrate_as, with_rows};
use super::support::{
    check, ignored, int, kept, named, read, reference, schema, steps, string, t, unchanged, unique,
    with,
};
use super::{Row, row};
use crate::journey::Asked;
use crate::runner::chains::chain;
use diesel::Connection;
use diesel::sqlite::SqliteConnection;
use migrate_runtime::Model;
use migrate_runtime::autogenerate::{Flags, PlanError, Request, plan};
use migrate_runtime::command::{self, RevisionRequest, autogenerate};
use migrate_runtime::connection::{Session, session};
use migrate_runtime::diff::{Rename, RenameHints, candidates};
use migrate_runtime::introspect::introspect;
use migrate_runtime::migration::Migration;
use migrate_runtime::model::SchemaDef;
use migrate_runtime::operation::{Operation, inverse_all};
use migrate_runtime::runner::Migrator;
use migrate_runtime::schema::{Index, Schema};
use migrate_runtime::source::models::ModelsOptions;

pub(super) const ROWS: &[Row] = &[
    row("T02", || {
        let parent = named("p", []);
        let full = with(t([int("p_id"), string("email")]), |table| {
            table.indexes.push(Index::new("t_email_idx", ["email"]));
            table.uniques.push(unique("t_email_key", &["email"]));
            table.checks.push(check("t_p_id_check", "p_id > 0"));
            table
                .foreign_keys
                .push(reference("t_p_id_fkey", &["p_id"], "p", &["id"]));
        });
        let chain = schema([parent.clone(), full.clone()]);
        let operations = steps(&chain, &schema([parent]), &["removed table t"]);
        let mut bare = full.clone();
        bare.indexes.clear();
        let index = full.indexes[0].clone();
        assert_eq!(
            inverse_all(&operations, &chain).unwrap(),
            [
                Operation::CreateTable {
                    table: bare,
                    if_not_exists: false,
                },
                Operation::CreateIndex {
                    table: "t".into(),
                    index,
                    if_not_exists: false,
                    concurrently: false,
                },
            ]
        );
    }),
    row("T07", || {
        let found = candidates(
            &schema([t([int("a")])]),
            &schema([named("t2", [int("a")])]),
            &RenameHints::default(),
        );
        assert_eq!(
            found[0].what,
            Rename::Table {
                from: "t".into(),
                to: "t2".into()
            }
        );
        assert_eq!(found[0].evidence[0], "2 of 2 columns in common");
        let mut live = with_rows(&schema([t([int("a")])]), "INSERT INTO t (a) VALUES (7)");
        let mut asked = Asked::default();
        asked.flags.renames.renames = vec!["t:t2".to_owned()];
        migrate_as(&mut live, &schema([named("t2", [int("a")])]), &asked);
        assert_eq!(live.rows("SELECT a FROM t2"), ["7"]);
    }),
    row("T10", || {
        steps(
            &parent_and_child(),
            &Schema::new(),
            &["removed table c", "removed table p"],
        );
        let chain = schema([named("a", []), child_of("z", "a")]);
        steps(
            &chain,
            &Schema::new(),
            &["removed table z", "removed table a"],
        );
    }),
    row("T11", || {
        let expected = ["added table p (id)", "added table c (id, p_id)"];
        steps(&Schema::new(), &parent_and_child(), &expected);
    }),
    row("T15", || {
        let n = with(named("n", [int("parent_id")]), |table| {
            table
                .foreign_keys
                .push(reference("n_parent_id_fkey", &["parent_id"], "n", &["id"]));
        });
        let operations = steps(
            &Schema::new(),
            &schema([n]),
            &["added table n (id, parent_id)"],
        );
        assert!(
            matches!(&operations[0], Operation::CreateTable { table, .. } if table.foreign_keys.len() == 1)
        );
    }),
    row("T16", || {
        let mut journey = by_hand(&Schema::new(), "");
        let own = "SELECT name FROM sqlite_schema WHERE name LIKE '\\_\\_migrate%' ESCAPE '\\' AND type = 'table'";
        assert_eq!(journey.rows(own), ["__migrate_version", "__migrate_log"]);
        let plan = journey.plan(&Schema::new(), &Asked::default()).unwrap();
        assert_eq!((plan.upgrade, plan.drift), (vec![], vec![]));
    }),
    row("T16", || {
        // Under another name, too.
        static SCHEMA: SchemaDef = SchemaDef {
            chain: "shop",
            models: &[],
            unmanaged: &[],
            ignore: &[],
            version_table: Some("shop_version"),
            include: &[],
            migrations: &[Migration::new("a")],
            head: "a",
        };
        let mut connection = SqliteConnection::establish(":memory:").unwrap();
        let mut session = session(&mut connection);
        let mut migrator = Migrator::new(&SCHEMA);
        migrator.upgrade(&mut session, "head").unwrap();
        let made = introspect(&mut session).unwrap();
        let made: Vec<String> = made.tables.keys().map(ToString::to_string).collect();
        assert_eq!(made, ["shop_version", "shop_version_log"]);
        assert_eq!(migrator.current(&mut session).unwrap()[0].id, "a");
        let report = command::check(&mut session, &mut migrator).unwrap();
        assert_eq!(report.differences, []);
        let models = command::models(&mut session, &SCHEMA, &ModelsOptions::default()).unwrap();
        assert_eq!(models.total, 0);
    }),
    row("T31", || {
        let sql = "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, a TEXT, CONSTRAINT t_a_key UNIQUE (a));
                   INSERT INTO t (a) VALUES ('x')";
        unchanged(
            sql,
            &schema([with(t([string("a")]), |table| {
                table.uniques.push(unique("t_a_key", &["a"]));
            })]),
        );
        assert_eq!(read(sql).tables.len(), 1);
    }),
    row("T36", || {
        let sql = "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, theirs TEXT)";
        kept(
            sql,
            &schema([t([])]),
            "column t.theirs is in the database and in no migration",
        );
        ignored(sql, &schema([t([])]), "t.theirs");
    }),
    row("T37", || two_models_of_one_table(None)),
    row("T39", || {
        #[derive(Model)]
        #[model(table = "t", unlisted)]
        #[expect(dead_code, reason = "only its definition is looked at")]
        struct Mapped {
            #[model(auto_increment)]
            id: i64,
            #[model(column = "db_name")]
            attribute: Option<String>,
        }
        let sql = "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, db_name TEXT)";
        unchanged(sql, &schema([Mapped::TABLE.lower()]));
    }),
    row("T44", || {
        let (chain, models) = (schema([t([])]), schema([t([string("b").not_null()])]));
        let ask = |fills: &[&str]| {
            let flags = Flags {
                fills: fills.iter().map(|fill| (*fill).to_owned()).collect(),
                ..Flags::default()
            };
            let request = Request {
                chain: &chain,
                models: &models,
                renamed_from: &RenameHints::default(),
                database: None,
                has_rows: &|_, column| column.is_none(),
                values_wait: false,
                flags: &flags,
            };
            plan(&request, None)
        };
        assert_eq!(
            ask(&[]).unwrap_err(),
            PlanError::RequiredColumns(vec!["t.b".to_owned()])
        );
        let expected = [
            "added t.b TEXT NULL",
            "fills t.b with 'x'",
            "changed t.b: NOT NULL",
        ];
        assert_eq!(ask(&["t.b='x'"]).unwrap().in_words(), expected);
        let mut live = with_rows(&chain, "INSERT INTO t DEFAULT VALUES");
        let refusal = live.travel(&models, &Asked::default()).unwrap_err();
        assert!(refusal.text().contains("t.b is NOT NULL without a default"));
        let mut asked = Asked::default();
        asked.flags.fills = vec!["t.b='x'".to_owned()];
        migrate_as(&mut live, &models, &asked);
        assert_eq!(live.rows("SELECT b FROM t"), ["x"]);
    }),
];

fn child_of(name: &str, parent: &str) -> migrate_runtime::schema::Table {
    with(named(name, [int("p_id")]), |table| {
        let key = format!("{name}_p_id_fkey");
        table
            .foreign_keys
            .push(reference(&key, &["p_id"], parent, &["id"]));
    })
}

fn parent_and_child() -> Schema {
    schema([child_of("c", "p"), named("p", [])])
}

/// Two models of one table are told before the database is looked at.
pub(crate) fn two_models_of_one_table(database: Option<&mut dyn Session>) {
    #[derive(Model)]
    #[model(table = "t", unlisted)]
    #[expect(dead_code, reason = "only its definition is looked at")]
    struct One {
        id: i64,
    }
    #[derive(Model)]
    #[model(table = "t", unlisted)]
    #[expect(dead_code, reason = "only its definition is looked at")]
    struct Other {
        id: i64,
    }
    let schema = SchemaDef {
        models: &[One::TABLE, Other::TABLE],
        ..chain(&[])
    };
    let directory = tempfile::tempdir().unwrap();
    let request = RevisionRequest::new("twice");
    let flags = Flags::default();
    let error = autogenerate(
        &directory.path().into(),
        &schema,
        database,
        &flags,
        &request,
        None,
    );
    let error = error.unwrap_err().to_string();
    assert_eq!(error, "the models One and Other both define the table t");
}
