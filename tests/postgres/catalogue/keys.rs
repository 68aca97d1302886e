//! Keys, checks, unique constraints and foreign keys.

use super::{
    Row, check, differs, goes, int, kept, named, reference, row, same, schema, t, table_sql,
    unique, with,
};
use migrate_runtime::schema::{ForeignKey, Index, PrimaryKey, ReferentialAction, Schema, Table};

fn keyed(columns: &[&str]) -> Table {
    Table::new("t")
        .with_column(int("a").not_null())
        .with_column(int("b").not_null())
        .with_primary_key(columns.iter().copied())
}

fn checked(expression: &str) -> Schema {
    schema([with(t([int("a")]), |table| {
        table.checks.push(check("ck1", expression));
    })])
}

/// `p`, and `t` with that foreign key.
fn linked(key: ForeignKey) -> Schema {
    let parent = with(named("p", [int("x"), int("y")]), |table| {
        table.uniques.push(unique("p_x_y_key", &["x", "y"]));
        table.uniques.push(unique("p_x_key", &["x"]));
    });
    schema([
        parent,
        with(t([int("a"), int("b")]), |table| {
            table.foreign_keys.push(key);
        }),
    ])
}

fn simple(action: ReferentialAction) -> ForeignKey {
    ForeignKey {
        on_delete: action,
        ..reference("t_a_fkey", &["a"], "p", &["id"])
    }
}

const PARENT: &str = "CREATE TABLE p (id serial PRIMARY KEY, x int, y int, \
    CONSTRAINT p_x_y_key UNIQUE (x, y), CONSTRAINT p_x_key UNIQUE (x));";

fn linked_sql(constraint: &str) -> String {
    format!(
        "{PARENT} {}",
        table_sql(&format!("a int, b int, {constraint}"))
    )
}

fn uniquely(constraint: super::Unique) -> Schema {
    schema([with(t([int("x"), int("y")]), |table| {
        table.uniques.push(constraint);
    })])
}

const NO: ReferentialAction = ReferentialAction::NoAction;

pub(super) const ROWS: &[Row] = &[
    row("P03", |live| {
        let expected = ["DROP CONSTRAINT", "ADD PRIMARY KEY (\"a\", \"b\")"];
        goes_unfilled(
            live,
            &schema([keyed(&["a"])]),
            &schema([keyed(&["a", "b"])]),
            &expected,
        );
    }),
    row("P04", |live| {
        let without = with(keyed(&[]), |table| table.primary_key = None);
        goes_unfilled(
            live,
            &schema([keyed(&["a"])]),
            &schema([without]),
            &["DROP CONSTRAINT"],
        );
    }),
    row("P05", |live| {
        let models = schema([with(t([]), |table| {
            table.primary_key = Some(PrimaryKey {
                name: Some("bar".into()),
                columns: vec!["id".into()],
            });
        })]);
        same(
            live,
            "CREATE TABLE t (id serial CONSTRAINT foo PRIMARY KEY)",
            &models,
        );
    }),
    row("K01", |live| {
        goes(
            live,
            &schema([t([int("a")])]),
            &checked("a > 0"),
            &["ADD CONSTRAINT \"ck1\" CHECK (a > 0)"],
        );
    }),
    row("K03", |live| {
        goes(
            live,
            &checked("a > 0"),
            &checked("a > 5"),
            &["DROP CONSTRAINT", "ADD CONSTRAINT"],
        );
    }),
    row("K04", |live| {
        same(
            live,
            &table_sql("a int CONSTRAINT ck1 CHECK ((a > 0))"),
            &checked("a>0"),
        );
    }),
    row("I13", |live| {
        goes(
            live,
            &uniquely(unique("t_x_key", &["x"])),
            &uniquely(unique("t_x_y_key", &["x", "y"])),
            &[
                "DROP CONSTRAINT \"t_x_key\"",
                "ADD CONSTRAINT \"t_x_y_key\"",
            ],
        );
    }),
    row("I15", |live| {
        same(
            live,
            &table_sql("x int, y int, CONSTRAINT uq UNIQUE (x, y)"),
            &uniquely(unique("uq", &["y", "x"])),
        );
    }),
    row("I24", |live| {
        goes(
            live,
            &uniquely(unique("uq_name", &["x"])),
            &schema([t([int("x"), int("y")])]),
            &["DROP CONSTRAINT \"uq_name\""],
        );
    }),
    row("I25", |live| {
        if live.version() < 15 {
            return;
        }
        let distinct = unique("uq", &["x"]);
        let not_distinct = super::Unique {
            nulls_not_distinct: true,
            ..distinct.clone()
        };
        goes(
            live,
            &uniquely(distinct),
            &uniquely(not_distinct),
            &["DROP CONSTRAINT", "UNIQUE NULLS NOT DISTINCT (\"x\")"],
        );
    }),
    row("I21", |live| {
        let index = with(t([int("x"), int("y")]), |table| {
            let mut index = Index::new("uq_a", ["x"]);
            index.unique = true;
            table.indexes.push(index);
        });
        goes(
            live,
            &uniquely(unique("uq_a", &["x"])),
            &schema([index]),
            &["DROP CONSTRAINT \"uq_a\"", "CREATE UNIQUE INDEX \"uq_a\""],
        );
    }),
    row("F02", |live| {
        goes(
            live,
            &linked(simple(NO)),
            &{
                let mut schema = linked(simple(NO));
                schema.table_mut(&"t".into()).unwrap().foreign_keys.clear();
                schema
            },
            &["DROP CONSTRAINT \"t_a_fkey\""],
        );
    }),
    row("F04", |live| {
        let other = reference("n2", &["a"], "p", &["id"]);
        goes(
            live,
            &linked(simple(NO)),
            &linked(other),
            &["RENAME CONSTRAINT \"t_a_fkey\" TO \"n2\""],
        );
    }),
    row("F05", |live| {
        let sql = linked_sql("CONSTRAINT f FOREIGN KEY (a, b) REFERENCES p (x, y)");
        same(
            live,
            &sql,
            &linked(reference("f", &["a", "b"], "p", &["x", "y"])),
        );
    }),
    row("F06", |live| {
        let sql = linked_sql("CONSTRAINT f FOREIGN KEY (a, b) REFERENCES p (x, y)");
        same(
            live,
            &sql,
            &linked(reference("f", &["b", "a"], "p", &["y", "x"])),
        );
    }),
    row("F08", |live| {
        goes(
            live,
            &linked(simple(NO)),
            &linked(reference("t_a_fkey", &["a"], "p", &["x"])),
            &["DROP CONSTRAINT", "ADD CONSTRAINT"],
        );
    }),
    row("F09", |live| {
        goes(
            live,
            &linked(simple(NO)),
            &linked(simple(ReferentialAction::Cascade)),
            &["DROP CONSTRAINT", "ON DELETE CASCADE"],
        );
    }),
    row("F10", |live| {
        goes(
            live,
            &linked(simple(ReferentialAction::Cascade)),
            &linked(simple(NO)),
            &["DROP CONSTRAINT", "ADD CONSTRAINT"],
        );
    }),
    row("F13", |live| {
        goes(
            live,
            &linked(simple(ReferentialAction::Restrict)),
            &linked(simple(NO)),
            &["DROP CONSTRAINT", "ADD CONSTRAINT"],
        );
    }),
    row("F21", |live| {
        let full = || ForeignKey {
            match_full: true,
            ..reference("t_a_b_fkey", &["a", "b"], "p", &["x", "y"])
        };
        let sql =
            linked_sql("CONSTRAINT t_a_b_fkey FOREIGN KEY (a, b) REFERENCES p (x, y) MATCH FULL");
        same(live, &sql, &linked(full()));
        goes(
            live,
            &linked(ForeignKey {
                match_full: false,
                ..full()
            }),
            &linked(full()),
            &["DROP CONSTRAINT", "MATCH FULL"],
        );
    }),
    row("F22", |live| {
        let sql = format!(
            "{PARENT} {}; ALTER TABLE t ADD CONSTRAINT t_a_fkey FOREIGN KEY (a) REFERENCES p NOT VALID",
            table_sql("a int, b int")
        );
        kept(
            live,
            &sql,
            &linked(simple(NO)),
            "NOT VALID of constraint t_a_fkey on t",
        );
    }),
    row("B28", |live| {
        let taking = |name: &str| {
            with(named(name, [int("x")]), |table| {
                table.uniques.push(unique("uq", &["x"]));
                table.indexes.push(Index::new("i", ["x"]));
            })
        };
        let from = schema([taking("t"), named("u", [int("x")])]);
        let to = schema([t([int("x")]), taking("u")]);
        live.migrate(&from);
        let done = live.migrate(&to);
        live.back(&done);
        live.migrate(&schema([taking("v")]));
    }),
    row("F23", |live| {
        let sql = "CREATE SCHEMA s2; CREATE TABLE s2.p (id serial PRIMARY KEY); \
            CREATE TABLE t (id serial PRIMARY KEY, a int CONSTRAINT f REFERENCES s2.p)";
        let models = schema([
            named("s2.p", []),
            with(t([int("a")]), |table| {
                table
                    .foreign_keys
                    .push(reference("f", &["a"], "s2.p", &["id"]));
            }),
        ]);
        same(live, sql, &models);
    }),
    row("F24", |live| {
        let models = schema([with(t([int("a")]), |table| {
            table
                .foreign_keys
                .push(reference("f", &["a"], "t", &["id"]));
        })]);
        same(live, &table_sql("a int CONSTRAINT f REFERENCES t"), &models);
    }),
    row("F26", |live| {
        goes(
            live,
            &linked(simple(NO)),
            &linked(reference("T_A_FKEY", &["a"], "p", &["id"])),
            &["RENAME CONSTRAINT"],
        );
    }),
    row("T35", |live| {
        let sql = "CREATE SCHEMA s2; CREATE TABLE s2.p (x int, y int, PRIMARY KEY (x, y)); CREATE TABLE t (id serial PRIMARY KEY, \
            a int, b int, CONSTRAINT f FOREIGN KEY (a, b) REFERENCES s2.p, CONSTRAINT g FOREIGN KEY (b, a) REFERENCES s2.p)";
        let models = schema([with(t([int("a"), int("b")]), |table| {
            table
                .foreign_keys
                .push(reference("f", &["a", "b"], "s2.p", &["x", "y"]));
            table
                .foreign_keys
                .push(reference("g", &["b", "a"], "s2.p", &["x", "y"]));
        })]);
        kept(
            live,
            sql,
            &models,
            "table s2.p is in the database and in no migration",
        );
    }),
    row("K04", |live| {
        let sql = table_sql("a int CONSTRAINT ck1 CHECK (a > 6)");
        differs(live, &sql, &checked("a > 0"), "check ck1");
    }),
];

/// As [`goes`], for a table that has no default row.
fn goes_unfilled(live: &mut super::Live, from: &Schema, to: &Schema, expected: &[&str]) {
    live.reset();
    live.migrate(from);
    live.run("INSERT INTO t VALUES (1, 2)");
    let done = live.migrate(to);
    assert_eq!(
        done.statements.len(),
        expected.len(),
        "{:#?}",
        done.statements
    );
    for (sql, part) in done.statements.iter().zip(expected) {
        assert!(sql.contains(part), "{sql}");
    }
    live.back(&done);
    assert_eq!(live.rows("SELECT a, b FROM t"), ["1|2"]);
}
