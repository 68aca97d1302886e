//! Tables, comments and indexes.

use super::{
    Row, by_expression, check, col, differs, goes, indexed, int, kept, named, pg, reference, row,
    same, schema, t, table_sql, unique, with,
};
use migrate_runtime::autogenerate::{Database, Flags, Request, plan};
use migrate_runtime::dialect::Postgres;
use migrate_runtime::diff::RenameHints;
use migrate_runtime::schema::{
    Backend, Check, Column, Index, IndexColumn, NullsOrder, Schema, SortOrder, SqlText, SqlType,
    Table,
};

fn on_a(change: fn(&mut IndexColumn)) -> Schema {
    let mut index = Index::new("i", ["a"]);
    change(&mut index.columns[0]);
    indexed([int("a"), int("b")], index)
}

fn changed(change: fn(&mut Index)) -> Schema {
    let mut index = Index::new("i", ["a"]);
    change(&mut index);
    indexed([int("a"), int("b")], index)
}

const COLUMNS: &str = "a int, b int";

fn index_sql(rest: &str) -> String {
    format!("{}; CREATE INDEX i ON t {rest}", table_sql(COLUMNS))
}

fn texts() -> [Column; 3] {
    [
        col("a", pg("varchar")),
        col("b", SqlType::Text),
        col("jb", SqlType::Jsonb),
    ]
}

fn by(expression: &str) -> Schema {
    indexed(texts(), by_expression("i", expression))
}

fn text_sql(rest: &str) -> String {
    format!(
        "{}; CREATE INDEX i ON t {rest}",
        table_sql("a varchar, b text, jb jsonb")
    )
}

fn commented(table: Option<&str>, column: Option<&str>) -> Schema {
    let mut a = int("a");
    a.comment = column.map(str::to_owned);
    schema([with(t([a]), |t| t.comment = table.map(str::to_owned))])
}

fn parent_and_child() -> Schema {
    let child = with(named("c", [int("p_id")]), |table| {
        table
            .foreign_keys
            .push(reference("c_fk", &["p_id"], "p", &["id"]));
    });
    schema([named("p", []), child])
}

const REPLACED: &[&str] = &["DROP INDEX \"i\"", "CREATE INDEX \"i\""];

pub(super) const ROWS: &[Row] = &[
    row(
        "V18",
        super::super::offline::each_migration_is_a_transaction,
    ),
    row("T02", |live| {
        let full = with(t([int("p_id"), col("email", SqlType::Text)]), |table| {
            table.indexes.push(Index::new("t_email_idx", ["email"]));
            table.uniques.push(unique("t_email_key", &["email"]));
            table.checks.push(check("t_p_id_check", "p_id > 0"));
            table
                .foreign_keys
                .push(reference("t_p_id_fkey", &["p_id"], "p", &["id"]));
        });
        goes(
            live,
            &schema([named("p", []), full]),
            &schema([named("p", [])]),
            &["DROP TABLE \"t\""],
        );
    }),
    row("I04", |live| {
        goes(
            live,
            &changed(|_| {}),
            &Schema::new(),
            &["DROP TABLE \"t\""],
        );
    }),
    row("T10", |live| {
        goes(
            live,
            &parent_and_child(),
            &Schema::new(),
            &["DROP TABLE \"c\"", "DROP TABLE \"p\""],
        );
    }),
    row("T11", |live| {
        goes(
            live,
            &Schema::new(),
            &parent_and_child(),
            &["CREATE TABLE \"p\"", "CREATE TABLE \"c\""],
        );
    }),
    row("T12", |live| {
        let one = |name, column: &str, other: &str| {
            with(named(name, [int(column)]), |table| {
                table.foreign_keys.push(reference(
                    &format!("{name}_fk"),
                    &[column],
                    other,
                    &["id"],
                ));
            })
        };
        let circle = schema([one("a", "b_id", "b"), one("b", "a_id", "a")]);
        goes(
            live,
            &Schema::new(),
            &circle,
            &[
                "CREATE TABLE \"b\"",
                "CREATE TABLE \"a\"",
                "ALTER TABLE \"b\" ADD CONSTRAINT",
            ],
        );
    }),
    row("T15", |live| {
        let table = with(named("n", [int("parent_id")]), |table| {
            table
                .foreign_keys
                .push(reference("n_fk", &["parent_id"], "n", &["id"]));
        });
        goes(
            live,
            &Schema::new(),
            &schema([table]),
            &["CREATE TABLE \"n\""],
        );
    }),
    row("T17", |live| {
        let table = Table::new("order")
            .with_column(int("user").not_null())
            .with_column(int("group"))
            .with_column(int("Select"))
            .with_primary_key(["user"]);
        let sql =
            "CREATE TABLE \"order\" (\"user\" int PRIMARY KEY, \"group\" int, \"Select\" int)";
        same(live, sql, &schema([table]));
    }),
    row("T23", |live| {
        goes(
            live,
            &schema([named("s2.p", [])]),
            &Schema::new(),
            &["DROP TABLE \"s2\".\"p\"", "DROP SCHEMA \"s2\""],
        );
    }),
    row("T40", |live| {
        let unlogged = with(t([]), |table| table.options.postgres_unlogged = true);
        goes(live, &schema([unlogged]), &schema([t([])]), &["SET LOGGED"]);
    }),
    row("C02", |live| {
        goes(
            live,
            &commented(None, Some("x")),
            &commented(None, None),
            &["COMMENT ON COLUMN \"t\".\"a\" IS NULL"],
        );
    }),
    row("C03", |live| {
        goes(
            live,
            &commented(Some("y"), None),
            &commented(None, None),
            &["COMMENT ON TABLE \"t\" IS NULL"],
        );
        goes(
            live,
            &commented(Some("y"), None),
            &commented(Some("it's"), None),
            &["COMMENT ON TABLE \"t\" IS 'it''s'"],
        );
    }),
    row("I05", |live| {
        let by = |columns: [&str; 2]| indexed([int("a"), int("b")], Index::new("i", columns));
        goes(live, &by(["a", "b"]), &by(["b", "a"]), REPLACED);
    }),
    row("I10", |live| {
        let by = |name| indexed([int("a")], Index::new(name, ["a"]));
        goes(
            live,
            &by("SomeCasing"),
            &by("somecasing"),
            &["DROP INDEX", "CREATE INDEX"],
        );
    }),
    row("I16", |live| {
        let models = with(t([int("x")]), |table| {
            table.uniques.push(unique("t_x_key", &["x"]));
            table.indexes.push(Index::new("t_x_idx", ["x"]));
        });
        let sql = format!(
            "{}; CREATE INDEX t_x_idx ON t (x)",
            table_sql("x int UNIQUE")
        );
        same(live, &sql, &schema([models]));
    }),
    row("I18", |live| {
        let long = "i".repeat(64);
        let models = indexed([int("a")], Index::new(long.as_str(), ["a"]));
        let database = live.introspected();
        let refused = plan(
            &Request {
                chain: &Schema::new(),
                models: &models,
                renamed_from: &RenameHints::default(),
                database: Some(Database {
                    schema: &database,
                    dialect: &Postgres,
                }),
                has_rows: &|_, _| false,
                values_wait: true,
                flags: &Flags::default(),
            },
            None,
        );
        let message = refused.unwrap_err().to_string();
        assert!(message.contains(&long), "{message}");
    }),
    row("I19", |live| {
        let sql = format!(
            "{}; CREATE INDEX \"regNumber_idx\" ON t (\"regNumber\")",
            table_sql("\"regNumber\" int")
        );
        same(
            live,
            &sql,
            &indexed(
                [int("regNumber")],
                Index::new("regNumber_idx", ["regNumber"]),
            ),
        );
    }),
    row("I20", |live| {
        let by = |name| indexed([int("a")], Index::new(name, ["a"]));
        goes(
            live,
            &by("MyIdx"),
            &by("myidx"),
            &["DROP INDEX \"MyIdx\"", "CREATE INDEX \"myidx\""],
        );
    }),
    row("I29", |live| {
        let last = on_a(|part| {
            part.order = SortOrder::Descending;
            part.nulls = Some(NullsOrder::Last);
        });
        goes(
            live,
            &last,
            &on_a(|part| part.order = SortOrder::Descending),
            REPLACED,
        );
    }),
    row("I30", |live| {
        for sql in ["(a)", "(a ASC)", "(a NULLS LAST)", "(a ASC NULLS LAST)"] {
            same(live, &index_sql(sql), &on_a(|_| {}));
            same(
                live,
                &index_sql(sql),
                &on_a(|part| part.nulls = Some(NullsOrder::Last)),
            );
        }
        for sql in ["(a DESC)", "(a DESC NULLS FIRST)"] {
            same(
                live,
                &index_sql(sql),
                &on_a(|part| part.order = SortOrder::Descending),
            );
        }
    }),
    row("I31", |live| {
        goes(
            live,
            &on_a(|_| {}),
            &on_a(|part| part.nulls = Some(NullsOrder::First)),
            REPLACED,
        );
        goes(
            live,
            &on_a(|_| {}),
            &on_a(|part| part.order = SortOrder::Descending),
            REPLACED,
        );
    }),
    row("I32", |live| {
        let partial = changed(|index| index.predicate = Some("b>0".into()));
        same(live, &index_sql("(a) WHERE b > 0"), &partial);
        goes(live, &partial, &changed(|_| {}), REPLACED);
        goes(
            live,
            &partial,
            &changed(|index| index.predicate = Some("b > 1".into())),
            REPLACED,
        );
    }),
    row("I33", |live| {
        goes(
            live,
            &changed(|index| index.include = vec!["b".into()]),
            &changed(|_| {}),
            REPLACED,
        );
    }),
    row("I34", |live| {
        same(
            live,
            &index_sql("(a) INCLUDE (b)"),
            &changed(|index| index.include = vec!["b".into()]),
        );
    }),
    row("I38", |live| {
        let mut index = Index::new("i", ["b"]);
        index.method = Some("gin".to_owned());
        index.columns[0].operator_class = Some("gin_trgm_ops".to_owned());
        let sql = format!(
            "CREATE EXTENSION pg_trgm; {}",
            text_sql("USING gin (b gin_trgm_ops)")
        );
        same(live, &sql, &indexed(texts(), index));
    }),
    row("I41", |live| {
        same(live, &text_sql("(COALESCE(a, ''))"), &by("coalesce(a,'')"));
    }),
    row("I43", |live| {
        let sql = text_sql("(to_tsvector('english', a || ' ' || b))");
        same(live, &sql, &by("to_tsvector('english', a||' '||b)"));
    }),
    row("I44", |live| {
        same(live, &text_sql("((jb->'x'))"), &by("(jb -> 'x')"));
        same(
            live,
            &text_sql("(((jb->'x')::integer))"),
            &by("cast(jb->'x' as integer)"),
        );
    }),
    row("I45", |live| {
        goes(live, &by("jb -> 'foo'"), &by("jb -> 'bar'"), REPLACED);
    }),
    row("I47", |live| {
        let with = |expression: &str| {
            let mut index = by_expression("i", expression);
            index.method = Some("gin".to_owned());
            index.columns[0].operator_class = Some("jsonb_path_ops".to_owned());
            indexed(texts(), index)
        };
        same(
            live,
            &text_sql("USING gin ((jb->'x') jsonb_path_ops)"),
            &with("jb->'x'"),
        );
        goes(live, &with("jb -> 'x'"), &with("jb -> 'y'"), REPLACED);
    }),
    row("I49", |live| {
        let table = with(named("CapT table", [col("XCol", SqlType::Text)]), |table| {
            table.indexes.push(by_expression("i", "lower(\"XCol\")"));
        });
        let sql = "CREATE TABLE \"CapT table\" (id serial PRIMARY KEY, \"XCol\" text); \
            CREATE INDEX i ON \"CapT table\" (lower(\"XCol\"))";
        same(live, sql, &schema([table]));
    }),
    row("I50", |live| {
        let sql = table_sql(
            "a int, CONSTRAINT t_a_excl EXCLUDE USING gist (int4range(a, a, '[]') WITH &&)",
        );
        let text = "check t_a_excl on t is in the database and in no migration";
        kept(live, &sql, &schema([t([int("a")])]), text);
        let with = |operator: &str| {
            let mut table = t([int("a")]);
            let text = format!("USING GIST ( int4range(a,a,'[]') WITH {operator} ) ");
            table.checks.push(Check {
                name: Some("t_a_excl".into()),
                expression: SqlText::only(Backend::Postgres, text),
            });
            schema([table])
        };
        same(live, &sql, &with("&&"));
        differs(live, &sql, &with("-|-"), "check t_a_excl");
        let drop = [
            "DROP CONSTRAINT \"t_a_excl\"",
            "ADD CONSTRAINT \"t_a_excl\" EXCLUDE USING",
        ];
        goes(live, &with("&&"), &with("-|-"), &drop);
    }),
    row("I51", |live| {
        let table = named("s2.t", [int("a")]);
        let with_index = with(table.clone(), |table| {
            table.indexes.push(Index::new("i", ["a"]));
        });
        goes(
            live,
            &schema([table]),
            &schema([with_index.clone()]),
            &["CREATE INDEX \"i\" ON \"s2\".\"t\""],
        );
        goes(
            live,
            &schema([with_index]),
            &schema([named("s2.t", [int("a")])]),
            &["DROP INDEX \"s2\".\"i\""],
        );
    }),
];
