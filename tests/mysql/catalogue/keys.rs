//! Keys, checks, unique constraints, indexes and foreign keys.

use super::{
    Live, Row, check, col, goes, int, named, reference, row, same, schema, t, table_sql, unique,
    with,
};
use crate::catalogue::server::differs;
use migrate_runtime::schema::{
    ForeignKey, Index, ReferentialAction, Schema, SortOrder, SqlType, Table,
};

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

fn indexed(index: Index) -> Schema {
    schema([with(t([int("a"), int("b")]), |table| {
        table.indexes.push(index);
    })])
}

/// `p`, and `t` with that foreign key.
fn linked(key: Option<ForeignKey>) -> Schema {
    let parent = with(named("p", [big("x"), big("y")]), |table| {
        table.uniques.push(unique("p_x_y_key", &["x", "y"]));
        table.uniques.push(unique("p_x_key", &["x"]));
    });
    let child = with(t([big("a"), big("b")]), |table| {
        table.foreign_keys.extend(key);
    });
    schema([parent, child])
}

fn big(name: &str) -> migrate_runtime::schema::Column {
    col(name, SqlType::BigInt)
}

fn simple(action: ReferentialAction) -> Schema {
    linked(Some(ForeignKey {
        on_delete: action,
        ..reference("t_a_fkey", &["a"], "p", &["id"])
    }))
}

fn linked_sql(constraint: &str) -> String {
    format!(
        "CREATE TABLE p (id bigint AUTO_INCREMENT PRIMARY KEY, x bigint, y bigint, \
         UNIQUE KEY p_x_y_key (x, y), UNIQUE KEY p_x_key (x)); {}",
        table_sql(&format!("a bigint, b bigint, {constraint}"))
    )
}

const NO: ReferentialAction = ReferentialAction::NoAction;

pub(super) const ROWS: &[Row] = &[
    row("P03", |live| {
        let (from, to) = (schema([keyed(&["a"])]), schema([keyed(&["a", "b"])]));
        goes_unfilled(
            live,
            &from,
            &to,
            &["DROP PRIMARY KEY, ADD PRIMARY KEY (`a`, `b`)"],
        );
    }),
    row("P04", |live| {
        let without = with(keyed(&[]), |table| table.primary_key = None);
        goes_unfilled(
            live,
            &schema([keyed(&["a"])]),
            &schema([without]),
            &["DROP PRIMARY KEY"],
        );
    }),
    row("K03", |live| {
        let sql = table_sql("a int, CONSTRAINT ck1 CHECK (a > 0)");
        same(live, &sql, &checked("a>0"));
        differs(live, &sql, &checked("a > 5"), "check ck1");
        live.reset();
        live.migrate(&checked("a > 0"));
        let done = live.migrate(&checked("a > 5"));
        let statements = done.statements.join("; ");
        assert!(statements.contains("DROP CONSTRAINT `ck1`"), "{statements}");
        assert!(
            statements.contains("ADD CONSTRAINT `ck1` CHECK (a > 5)"),
            "{statements}"
        );
        live.back(&done);
    }),
    row("I05", |live| {
        let by = |columns: [&str; 2]| indexed(Index::new("i", columns));
        differs(
            live,
            &table_sql("a int, b int, KEY i (a, b)"),
            &by(["b", "a"]),
            "index i",
        );
        let replaced = ["DROP INDEX `i`, ADD INDEX `i` (`b`, `a`)"];
        goes(live, &by(["a", "b"]), &by(["b", "a"]), &replaced);
    }),
    row("I10", |live| {
        let by = |name: &str| indexed(Index::new(name, ["a"]));
        same(
            live,
            &table_sql("a int, b int, KEY SomeCasing (a)"),
            &by("SomeCasing"),
        );
        live.reset();
        live.migrate(&by("SomeCasing"));
        let done = live.migrate(&by("somecasing"));
        live.back(&done);
    }),
    row("I15", |live| {
        let uq = with(t([int("a"), int("b")]), |table| {
            table.uniques.push(unique("uq", &["b", "a"]));
        });
        same(
            live,
            &table_sql("a int, b int, CONSTRAINT uq UNIQUE (a, b)"),
            &schema([uq]),
        );
    }),
    row("I16", |live| {
        let both = with(t([int("x")]), |table| {
            table.uniques.push(unique("t_x_key", &["x"]));
            table.indexes.push(Index::new("t_x_idx", ["x"]));
        });
        same(
            live,
            &table_sql("x int, UNIQUE KEY t_x_key (x), KEY t_x_idx (x)"),
            &schema([both]),
        );
    }),
    row("I19", |live| {
        let mixed = with(t([int("regNumber")]), |table| {
            table
                .indexes
                .push(Index::new("regNumber_idx", ["regNumber"]));
        });
        same(
            live,
            &table_sql("regNumber int, KEY regNumber_idx (regNumber)"),
            &schema([mixed]),
        );
    }),
    row("I55", |live| {
        let composite = linked(Some(reference("f", &["a", "b"], "p", &["x", "y"])));
        let sql = linked_sql("CONSTRAINT f FOREIGN KEY (a, b) REFERENCES p (x, y)");
        same(live, &sql, &composite);
    }),
    row("I60", |live| {
        let descending = || {
            let mut index = Index::new("i", ["a"]);
            index.columns[0].order = SortOrder::Descending;
            indexed(index)
        };
        let plain = indexed(Index::new("i", ["a"]));
        differs(
            live,
            &table_sql("a int, b int, KEY i (a DESC)"),
            &plain,
            "index i",
        );
        goes(
            live,
            &descending(),
            &plain,
            &["DROP INDEX `i`, ADD INDEX `i` (`a`)"],
        );
    }),
    row("I63", |live| {
        let from = simple(NO);
        let mut to = linked(None);
        let table = to.table_mut(&"t".into()).unwrap();
        table.columns.retain(|column| column.name.as_str() != "a");
        live.migrate(&from);
        let done = live.migrate(&to);
        let statements = done.statements.join("; ");
        let at = |words: &str| {
            statements
                .find(words)
                .unwrap_or_else(|| panic!("{words}: {statements}"))
        };
        assert!(at("DROP FOREIGN KEY `t_a_fkey`") < at("DROP INDEX `t_a_fkey`"));
        assert!(at("DROP INDEX `t_a_fkey`") < at("DROP COLUMN `a`"));
        live.back(&done);
    }),
    row("F02", |live| {
        goes(
            live,
            &simple(NO),
            &linked(None),
            &["DROP FOREIGN KEY `t_a_fkey`"],
        );
    }),
    row("F05", |live| {
        let sql = linked_sql("CONSTRAINT f FOREIGN KEY (a, b) REFERENCES p (x, y)");
        same(
            live,
            &sql,
            &linked(Some(reference("f", &["a", "b"], "p", &["x", "y"]))),
        );
        same(
            live,
            &sql,
            &linked(Some(reference("f", &["b", "a"], "p", &["y", "x"]))),
        );
    }),
    row("F08", |live| {
        let other = linked(Some(reference("t_a_fkey", &["a"], "p", &["x"])));
        let sql = linked_sql("CONSTRAINT t_a_fkey FOREIGN KEY (a) REFERENCES p (id)");
        differs(live, &sql, &other, "t_a_fkey");
        replaced(live, &simple(NO), &other);
    }),
    row("F09", |live| {
        let sql = linked_sql("CONSTRAINT t_a_fkey FOREIGN KEY (a) REFERENCES p (id)");
        differs(live, &sql, &simple(ReferentialAction::Cascade), "t_a_fkey");
        // Three words for the same.
        same(live, &sql, &simple(ReferentialAction::Restrict));
        replaced(live, &simple(NO), &simple(ReferentialAction::Cascade));
    }),
    row("F10", |live| {
        replaced(live, &simple(ReferentialAction::Cascade), &simple(NO));
    }),
    row("F24", |live| {
        let own = with(t([big("a")]), |table| {
            table
                .foreign_keys
                .push(reference("f", &["a"], "t", &["id"]));
        });
        let sql = table_sql("a bigint, CONSTRAINT f FOREIGN KEY (a) REFERENCES t (id)");
        same(live, &sql, &schema([own]));
    }),
    row("F26", |live| {
        let other = linked(Some(reference("T_A_FKEY", &["a"], "p", &["id"])));
        live.migrate(&simple(NO));
        let done = live.migrate(&other);
        live.back(&done);
    }),
];

/// A foreign key is dropped before it is there in its other form.
fn replaced(live: &mut Live, from: &Schema, to: &Schema) {
    live.reset();
    live.migrate(from);
    live.run("INSERT INTO p (x, y) VALUES (1, 1); INSERT INTO t (a) VALUES (1)");
    let done = live.migrate(to);
    let statements = done.statements.join("; ");
    let at = |words: &str| {
        statements
            .find(words)
            .unwrap_or_else(|| panic!("{words}: {statements}"))
    };
    assert!(at("DROP FOREIGN KEY `t_a_fkey`") < at("ADD CONSTRAINT `t_a_fkey`"));
    live.back(&done);
    assert_eq!(live.rows("SELECT a FROM t"), ["1"]);
}

/// As [`goes`], for a table that has no default row.
fn goes_unfilled(live: &mut Live, from: &Schema, to: &Schema, expected: &[&str]) {
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
