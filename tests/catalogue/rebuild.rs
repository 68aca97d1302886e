//! Changes that SQLite makes in place, and those that take a new table; with rows, and back.

use super::live::{by_hand, migrate, migrate_as, with_rows};
use super::support::{
    check, generated, indexed, int, named, names, number, reference, schema, string, t, with,
};
use super::{Row, row};
use crate::journey::{Asked, Journey};
use migrate_runtime::diff::RenameHints;
use migrate_runtime::schema::{
    Backend, Column, DefaultValue, ForeignKey, Index, IndexKey, PrimaryKey, ReferentialAction,
    Schema, SortOrder, SqlType, Table,
};

/// `t(a, b)` with two rows.
fn two_rows() -> Journey {
    with_rows(&ab(), "INSERT INTO t (a, b) VALUES ('one', 1), ('two', 2)")
}

fn ab() -> Schema {
    schema([t([string("a"), int("b")])])
}

/// `t(a, b)` with `b` no longer nullable: what needs a new table and changes no row.
fn tightened() -> Table {
    t([string("a"), int("b").not_null()])
}

/// Parents, and children that go when their parent goes.
fn family(parent: Table) -> Schema {
    let child = with(named("child", [int("t_id")]), |table| {
        let key = reference("child_t_id_fkey", &["t_id"], "t", &["id"]);
        table.foreign_keys.push(ForeignKey {
            on_delete: ReferentialAction::Cascade,
            ..key
        });
    });
    schema([parent, child])
}

/// Goes to the models and back; the table is made again, and rows and table are as before.
fn there_and_back(live: &mut Journey, models: &Schema, rebuilds: bool) {
    let rows = live.rows("SELECT * FROM t ORDER BY id");
    let done = migrate(live, models);
    assert_eq!(done.rebuilt(), rebuilds, "{:#?}", done.statements);
    let count = live.rows("SELECT count(*) FROM t");
    assert_eq!(count, [rows.len().to_string()]);
    live.back();
    assert_eq!(live.rows("SELECT * FROM t ORDER BY id"), rows);
}

pub(super) const ROWS: &[Row] = &[
    row("B01", || {
        let models = schema([t([
            string("a"),
            int("b"),
            string("c"),
            int("d").not_null().with_default(number(7)),
        ])]);
        let mut live = two_rows();
        there_and_back(&mut live, &models, false);
        migrate(&mut live, &models);
        assert_eq!(live.rows("SELECT c, d FROM t"), ["NULL|7", "NULL|7"]);
    }),
    row("B02", || {
        let now = DefaultValue::Sql("datetime('now')".into());
        let models = schema([t([string("a"), int("b"), string("c").with_default(now)])]);
        there_and_back(&mut two_rows(), &models, true);
        let models = schema([t([string("a"), int("b"), generated("c", "b * 2", true)])]);
        let mut live = two_rows();
        there_and_back(&mut live, &models, true);
        migrate(&mut live, &models);
        assert_eq!(live.rows("SELECT c FROM t ORDER BY id"), ["2", "4"]);
    }),
    row("B03", || {
        let from = schema([t([string("a"), string("b")])]);
        let mut live = with_rows(&from, "INSERT INTO t (a, b) VALUES ('12', '{\"x\":1}')");
        let json = Column::new("b", SqlType::Json);
        migrate(&mut live, &schema([t([int("a"), json])]));
        assert_eq!(
            live.rows("SELECT typeof(a), a, b FROM t"),
            ["integer|12|{\"x\":1}"]
        );
    }),
    row("B04", || {
        let at = Column::new("at", SqlType::Timestamp(None));
        let side = |b: Column| schema([t([at.clone(), b])]);
        let rows =
            "INSERT INTO t (at, b) VALUES ('2026-01-25 12:00:00.123456', 1), ('not a time', 2)";
        let mut live = with_rows(&side(int("b")), rows);
        migrate(&mut live, &side(int("b").not_null()));
        assert_eq!(
            live.rows("SELECT typeof(at), at FROM t"),
            ["text|2026-01-25 12:00:00.123456", "text|not a time"]
        );
    }),
    row("B06", || {
        let side = |name: &str| {
            schema([with(t([int(name)]), |table| {
                table
                    .checks
                    .push(check("t_positive", &format!("{name} > 0")));
            })])
        };
        let mut live = with_rows(&side("age"), "INSERT INTO t (age) VALUES (3)");
        let hints = RenameHints {
            columns: vec![("t".into(), "age".into(), "years".into())],
            ..RenameHints::default()
        };
        let asked = Asked {
            renamed: hints,
            ..Asked::default()
        };
        migrate_as(&mut live, &side("years"), &asked);
        assert_eq!(live.rows("SELECT years FROM t"), ["3"]);
        live.back();
        assert_eq!(live.rows("SELECT age FROM t"), ["3"]);
    }),
    row("B07", || {
        let keyed = |columns: &[&str], key: &[&str]| {
            let mut table = Table::new("t");
            table.columns = columns.iter().map(|name| int(name).not_null()).collect();
            table.primary_key = Some(PrimaryKey {
                name: None,
                columns: names(key),
            });
            schema([table])
        };
        let mut live = with_rows(
            &keyed(&["id", "a"], &["id", "a"]),
            "INSERT INTO t VALUES (1, 5), (2, 6)",
        );
        migrate(&mut live, &keyed(&["id"], &["id"]));
        assert_eq!(live.rows("SELECT * FROM t"), ["1", "2"]);
        live.back();
        assert_eq!(
            live.rows("SELECT * FROM t ORDER BY id"),
            ["1|0", "2|0"],
            "values are gone, rows are not"
        );
    }),
    row("B08", || {
        let keys = |with_p: bool| {
            let mut columns = vec![int("parent_id"), int("q_id")];
            columns.extend(with_p.then(|| int("p_id")));
            let table = with(t(columns), |table| {
                table.foreign_keys.push(reference(
                    "t_parent_id_fkey",
                    &["parent_id"],
                    "t",
                    &["id"],
                ));
                table
                    .foreign_keys
                    .push(reference("t_q_id_fkey", &["q_id"], "q", &["id"]));
                if with_p {
                    table
                        .foreign_keys
                        .push(reference("t_p_id_fkey", &["p_id"], "p", &["id"]));
                }
            });
            schema([named("p", []), named("q", []), table])
        };
        let rows = "INSERT INTO p DEFAULT VALUES; INSERT INTO q DEFAULT VALUES;
                    INSERT INTO t (parent_id, q_id, p_id) VALUES (1, 1, 1)";
        let mut live = with_rows(&keys(true), rows);
        migrate(&mut live, &keys(false));
        assert_eq!(
            live.introspected().tables[&"t".into()].foreign_keys.len(),
            2
        );
        assert_eq!(live.rows("SELECT parent_id, q_id FROM t"), ["1|1"]);
        live.back();
        assert_eq!(
            live.introspected().tables[&"t".into()].foreign_keys.len(),
            3
        );
    }),
    row("B10", || {
        let checked = with(t([string("a"), int("b")]), |table| {
            table.checks.push(check("t_b_check", "b > 0"));
        });
        let mut live = with_rows(&schema([checked]), "INSERT INTO t (a, b) VALUES ('x', 1)");
        migrate(&mut live, &schema([t([string("a")])]));
        assert_eq!(live.rows("SELECT a FROM t"), ["x"]);
        live.back();
    }),
    row("B11", || {
        let side = |c: Column| {
            let table = with(t([int("p_id"), int("other_id"), c]), |table| {
                table
                    .foreign_keys
                    .push(reference("t_p_id_fkey", &["p_id"], "p", &["id"]));
                table
                    .foreign_keys
                    .push(reference("t_other_id_fkey", &["other_id"], "p", &["id"]));
            });
            schema([named("p", []), table])
        };
        let rows =
            "INSERT INTO p DEFAULT VALUES; INSERT INTO t (p_id, other_id, c) VALUES (1, 1, 2)";
        let mut live = with_rows(&side(int("c")), rows);
        there_and_back(&mut live, &side(int("c").not_null()), true);
        assert_eq!(
            live.introspected().tables[&"t".into()].foreign_keys.len(),
            2
        );
    }),
    row("B15", || {
        let rows = "INSERT INTO t (a, b) VALUES ('one', 1), ('two', 2);
                    INSERT INTO child (t_id) VALUES (1), (1), (2)";
        let mut live = with_rows(&family(ab().tables[&"t".into()].clone()), rows);
        there_and_back(&mut live, &family(tightened()), true);
        assert_eq!(
            live.rows("SELECT t_id FROM child"),
            ["1", "1", "2"],
            "child rows are kept"
        );
        live.run("DELETE FROM t WHERE id = 1");
        assert_eq!(
            live.rows("SELECT t_id FROM child"),
            ["2"],
            "and the key still works"
        );
    }),
    row("B16", || {
        let mut live = two_rows();
        live.run("CREATE TABLE log (x); CREATE TRIGGER noted AFTER INSERT ON t BEGIN INSERT INTO log VALUES (new.a); END");
        there_and_back(&mut live, &schema([tightened()]), true);
        live.run("INSERT INTO t (a, b) VALUES ('three', 3)");
        assert_eq!(live.rows("SELECT x FROM log"), ["three"]);
    }),
    row("B17", || {
        let mut live = two_rows();
        live.run("CREATE VIEW seen AS SELECT a FROM t");
        there_and_back(&mut live, &schema([tightened()]), true);
        assert_eq!(live.rows("SELECT a FROM seen"), ["one", "two"]);
        assert_eq!(live.introspected().tables.len(), 1, "nothing is left over");
    }),
    row("P08", || {
        // The keyword makes no difference that would be worth a rebuild; a rebuild for another reason leaves it
        // as the database has it, whatever the model says of it.
        for (keyword, no_keyword) in [(" AUTOINCREMENT", true), ("", false)] {
            let side = |b: Column| {
                schema([with(t([string("a"), b]), |table| {
                    table.options.sqlite_no_autoincrement = no_keyword;
                })])
            };
            let sql = format!(
                "CREATE TABLE t (id INTEGER PRIMARY KEY{keyword}, a TEXT, b INTEGER);
                 INSERT INTO t VALUES (1, 'one', 1), (40, 'forty', 4); DELETE FROM t WHERE id = 40"
            );
            let mut live = by_hand(&side(int("b")), &sql);
            there_and_back(&mut live, &side(int("b").not_null()), true);
            migrate(&mut live, &side(int("b").not_null()));
            live.run("INSERT INTO t (a, b) VALUES ('next', 5)");
            let next = if keyword.is_empty() { "2" } else { "41" };
            assert_eq!(live.rows("SELECT max(id) FROM t"), [next]);
        }
    }),
    row("B18", || {
        let mut live = two_rows();
        live.run("INSERT INTO t (id, a, b) VALUES (40, 'forty', 4); DELETE FROM t WHERE id = 40");
        there_and_back(&mut live, &schema([tightened()]), true);
        live.run("INSERT INTO t (a, b) VALUES ('next', 5)");
        assert_eq!(live.rows("SELECT max(id) FROM t"), ["41"]);
        let table = live.introspected().tables[&"t".into()].clone();
        assert!(
            table
                .stored_sql
                .is_some_and(|sql| sql.to_uppercase().contains("AUTOINCREMENT"))
        );
    }),
    row("B19", || {
        let sql = "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, a TEXT COLLATE NOCASE CHECK (a <> 'no'),
                       b INTEGER, c TEXT UNIQUE ON CONFLICT REPLACE, CHECK (b < 100));
                   CREATE INDEX down ON t (b DESC); CREATE INDEX low ON t (lower(a));
                   INSERT INTO t (a, b, c) VALUES ('one', 1, 'x')";
        let side = |b: Column| {
            let mut a = string("a");
            a.collation = Some("NOCASE".to_owned());
            schema([t([a, b, string("c")])])
        };
        let mut live = by_hand(&side(int("b")), sql);
        let before = live.introspected();
        there_and_back(&mut live, &side(int("b").not_null()), true);
        let (then, now) = (
            &before.tables[&"t".into()],
            &live.introspected().tables[&"t".into()].clone(),
        );
        assert_eq!((&then.checks, &then.indexes), (&now.checks, &now.indexes));
        live.run("INSERT INTO t (a, b, c) VALUES ('ONE', 2, 'x')");
        assert_eq!(
            live.rows("SELECT b FROM t WHERE a = 'one'"),
            ["2"],
            "replaced, and without case"
        );
    }),
    row("B22", || {
        let mut index = Index::new("t_a_idx", ["a"]);
        index.predicate = Some("b > 0".into());
        index.columns[0].order = SortOrder::Descending;
        let side = |table: Table| schema([indexed(table, index.clone())]);
        let mut live = with_rows(
            &side(ab().tables[&"t".into()].clone()),
            "INSERT INTO t (a, b) VALUES ('x', 1)",
        );
        there_and_back(&mut live, &side(tightened()), true);
        let kept = live.introspected().tables[&"t".into()].indexes[0].clone();
        assert_eq!(kept.predicate.unwrap().get(Backend::Sqlite), Some("b > 0"));
    }),
    row("B23", || {
        let mut live = with_rows(
            &ab(),
            "INSERT INTO t (a, b) VALUES ('one', 1), ('none', NULL)",
        );
        let (rows, before) = (live.rows("SELECT * FROM t"), live.introspected());
        let result = live.travel(&schema([tightened()]), &Asked::default());
        let refusal = result.unwrap_err().text();
        let why = "t.b becomes NOT NULL, but there are rows where it is NULL";
        assert!(refusal.contains(why), "{refusal}");
        assert_eq!(live.rows("SELECT * FROM t"), rows);
        assert_eq!(live.introspected(), before, "no table is left over");
        assert_eq!(live.rows("PRAGMA foreign_keys"), ["1"]);
    }),
    row("B25", || {
        // There is no place to ask for (docs/migrations.md): new columns come last, in the order of the model,
        // whether the table is made again or not, and where they stand is no difference.
        for (b, rebuilds) in [(int("b"), false), (int("b").not_null(), true)] {
            let first = schema([t([string("z"), string("a"), b.clone()])]);
            let zero = int("y").not_null().with_default(number(0));
            let between = schema([t([string("z"), string("a"), zero, b])]);
            let mut live = two_rows();
            assert_eq!(migrate(&mut live, &first).rebuilt(), rebuilds);
            migrate(&mut live, &between);
            let table = live.introspected().tables[&"t".into()].clone();
            let order: Vec<&str> = (table.columns.iter())
                .map(|column| column.name.as_str())
                .collect();
            assert_eq!(order, ["id", "a", "b", "z", "y"]);
            let rows = live.rows("SELECT id, a, b, z, y FROM t ORDER BY id");
            assert_eq!(rows, ["1|one|1|NULL|0", "2|two|2|NULL|0"]);
            live.assert_settled(&between);
        }
    }),
    row("B27", || {
        let mut expression = Index::new("t_low_idx", ["a"]);
        expression.columns[0].key = IndexKey::Expression("lower(a)".into());
        let models = schema([indexed(
            indexed(
                ab().tables[&"t".into()].clone(),
                Index::new("t_b_idx", ["b"]),
            ),
            expression,
        )]);
        there_and_back(&mut two_rows(), &models, false);
    }),
];
