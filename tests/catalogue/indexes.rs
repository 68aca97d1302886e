//! Indexes and unique constraints.

use super::support::{
    changed, ignored, indexed, int, kept, schema, steps, string, t, unchanged, unique, with,
};
use super::{Row, row};
use migrate_runtime::schema::{Index, IndexKey, Schema, SortOrder};

fn in_database(rest: &str) -> String {
    format!("CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, a TEXT, b INTEGER{rest}")
}

fn with_index(index: Index) -> Schema {
    schema([indexed(t([string("a"), int("b")]), index)])
}

fn plain() -> Schema {
    schema([t([string("a"), int("b")])])
}

fn with_unique(name: &str, columns: &[&str]) -> Schema {
    schema([with(t([string("a"), int("b")]), |table| {
        table.uniques.push(unique(name, columns));
    })])
}

fn lower() -> Index {
    let mut index = Index::new("i", ["a"]);
    index.columns[0].key = IndexKey::Expression("lower(a)".into());
    index
}

pub(super) const ROWS: &[Row] = &[
    row("I04", || {
        steps(
            &with_index(Index::new("i", ["a"])),
            &Schema::new(),
            &["removed table t"],
        );
    }),
    row("I05", || {
        let (ab, ba) = (Index::new("i", ["a", "b"]), Index::new("i", ["b", "a"]));
        steps(
            &with_index(ab),
            &with_index(ba),
            &["removed i on t", "added i on t (b, a)"],
        );
    }),
    row("I10", || {
        let (from, to) = (
            Index::new("SomeCasing", ["a"]),
            Index::new("somecasing", ["a"]),
        );
        let expected = ["removed SomeCasing on t", "added somecasing on t (a)"];
        steps(&with_index(from), &with_index(to), &expected);
    }),
    row("I13", || {
        let expected = [
            "removed t CONSTRAINT t_a_key",
            "added t CONSTRAINT t_a_b_key UNIQUE (a, b)",
        ];
        steps(
            &with_unique("t_a_key", &["a"]),
            &with_unique("t_a_b_key", &["a", "b"]),
            &expected,
        );
        let sql = in_database(", UNIQUE (a))");
        changed(
            &sql,
            &with_unique("t_a_b_key", &["a", "b"]),
            "is missing in the database",
        );
    }),
    row("I15", || {
        steps(
            &with_unique("uq", &["a", "b"]),
            &with_unique("uq", &["b", "a"]),
            &[],
        );
        unchanged(
            &in_database(", CONSTRAINT uq UNIQUE (b, a))"),
            &with_unique("uq", &["a", "b"]),
        );
    }),
    row("I16", || {
        let both = with(t([string("a"), int("b")]), |table| {
            table.uniques.push(unique("t_a_key", &["a"]));
            table.indexes.push(Index::new("t_a_idx", ["a"]));
        });
        let sql = in_database(", CONSTRAINT t_a_key UNIQUE (a)); CREATE INDEX t_a_idx ON t (a)");
        unchanged(&sql, &schema([both]));
    }),
    row("I19", || {
        let model = indexed(
            t([string("regNumber")]),
            Index::new("regNumber_idx", ["regNumber"]),
        );
        let sql = "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, regNumber TEXT);
                   CREATE INDEX regNumber_idx ON t (regNumber)";
        unchanged(sql, &schema([model]));
    }),
    row("I65", || {
        steps(
            &with_unique("t_a_key", &["a"]),
            &plain(),
            &["removed t CONSTRAINT t_a_key"],
        );
        kept(
            &in_database(", UNIQUE (a))"),
            &plain(),
            "is in the database and in no migration",
        );
    }),
    row("I66", || {
        unchanged(&in_database(", UNIQUE (a))"), &with_unique("uq_a", &["a"]));
    }),
    row("I68", || {
        unchanged(
            &in_database("); CREATE INDEX i ON t (lower(a))"),
            &with_index(lower()),
        );
    }),
    row("I69", || {
        steps(&plain(), &with_index(lower()), &["added i on t (lower(a))"]);
    }),
    row("I70", || {
        steps(&with_index(lower()), &plain(), &["removed i on t"]);
    }),
    row("I71", || {
        let side = |change: fn(&mut Index)| {
            let mut index = Index::new("i", ["a"]);
            change(&mut index);
            with_index(index)
        };
        let ascending = side(|_| {});
        let sql = in_database("); CREATE INDEX i ON t (a)");
        let others = [
            side(|index| index.columns[0].order = SortOrder::Descending),
            side(|index| index.predicate = Some("b > 0".into())),
            side(|index| index.columns[0].collation = Some("NOCASE".to_owned())),
        ];
        unchanged(&sql, &ascending);
        for other in &others {
            changed(&sql, other, "index i on t is different");
        }
        steps(
            &ascending,
            &others[0],
            &["removed i on t", "added i on t (a DESC)"],
        );
        let other = side(|index| index.predicate = Some("b > 1".into()));
        let expected = ["removed i on t", "added i on t (a) WHERE b > 1"];
        steps(&others[1], &other, &expected);
    }),
    // An index of someone else is kept without any filter; with one it is not even listed.
    row("I72", || {
        let sql = in_database("); CREATE INDEX theirs ON t (b)");
        kept(
            &sql,
            &plain(),
            "index theirs on t is in the database and in no migration",
        );
        ignored(&sql, &plain(), "index theirs");
        let sql = in_database(", CONSTRAINT theirs UNIQUE (b))");
        ignored(&sql, &plain(), "constraint theirs");
    }),
];
