//! Foreign keys.

use super::support::{changed, int, named, reference, schema, steps, t, unchanged, unique, with};
use super::{Row, row};
use migrate_runtime::schema::{Deferrable, ForeignKey, ReferentialAction, Schema};

/// `t.p_id` with that key to `p`, which has another key `x`.
fn side(key: Option<ForeignKey>) -> Schema {
    let p = with(named("p", [int("x")]), |table| {
        table.uniques.push(unique("p_x_key", &["x"]));
    });
    schema([
        p,
        with(t([int("p_id")]), |table| table.foreign_keys.extend(key)),
    ])
}

fn to_id() -> ForeignKey {
    reference("t_p_id_fkey", &["p_id"], "p", &["id"])
}

fn cascading() -> ForeignKey {
    ForeignKey {
        on_delete: ReferentialAction::Cascade,
        ..to_id()
    }
}

fn in_database(column: &str) -> String {
    format!(
        "CREATE TABLE p (id INTEGER PRIMARY KEY AUTOINCREMENT, x INTEGER, CONSTRAINT p_x_key UNIQUE (x));
         CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, p_id INTEGER {column})"
    )
}

fn composite(columns: &[&str], targets: &[&str]) -> Schema {
    let p = with(named("p", [int("x"), int("y")]), |table| {
        table.uniques.push(unique("p_x_y_key", &["x", "y"]));
    });
    let child = with(t([int("a"), int("b")]), |table| {
        table
            .foreign_keys
            .push(reference("t_a_b_fkey", columns, "p", targets));
    });
    schema([p, child])
}

const REMOVED: &str = "removed t CONSTRAINT t_p_id_fkey";
const ADDED: &str = "added t CONSTRAINT t_p_id_fkey FOREIGN KEY (p_id) REFERENCES p";

pub(super) const ROWS: &[Row] = &[
    row("F02", || {
        steps(&side(Some(to_id())), &side(None), &[REMOVED]);
    }),
    row("F05", || {
        let chain = composite(&["a", "b"], &["x", "y"]);
        steps(&chain, &composite(&["b", "a"], &["y", "x"]), &[]);
        let sql = "CREATE TABLE p (id INTEGER PRIMARY KEY AUTOINCREMENT, x INTEGER, y INTEGER, UNIQUE (x, y));
            CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, a INTEGER, b INTEGER,
                FOREIGN KEY (a, b) REFERENCES p (x, y))";
        unchanged(sql, &chain);
    }),
    row("F08", || {
        let to_x = reference("t_p_id_fkey", &["p_id"], "p", &["x"]);
        steps(
            &side(Some(to_id())),
            &side(Some(to_x)),
            &[REMOVED, &format!("{ADDED} (x)")],
        );
    }),
    row("F09", || {
        let added = format!("{ADDED} (id) ON DELETE CASCADE");
        steps(
            &side(Some(to_id())),
            &side(Some(cascading())),
            &[REMOVED, &added],
        );
    }),
    row("F10", || {
        steps(
            &side(Some(cascading())),
            &side(Some(to_id())),
            &[REMOVED, &format!("{ADDED} (id)")],
        );
    }),
    row("F24", || {
        let model = with(t([int("parent_id")]), |table| {
            table
                .foreign_keys
                .push(reference("t_parent_id_fkey", &["parent_id"], "t", &["id"]));
        });
        let sql = "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, parent_id INTEGER REFERENCES t (id))";
        unchanged(sql, &schema([model]));
    }),
    row("F26", || {
        let upper = reference("T_P_ID_FKEY", &["p_id"], "p", &["id"]);
        let renamed = "renamed constraint t_p_id_fkey to T_P_ID_FKEY on t";
        steps(&side(Some(to_id())), &side(Some(upper)), &[renamed]);
    }),
    row("F27", || {
        unchanged(&in_database("REFERENCES p (id)"), &side(Some(to_id())));
        unchanged(
            &in_database(", FOREIGN KEY (p_id) REFERENCES p (id)"),
            &side(Some(to_id())),
        );
    }),
    row("F28", || {
        let sql = in_database("REFERENCES p (id) ON DELETE CASCADE");
        unchanged(&sql, &side(Some(cascading())));
        changed(
            &sql,
            &side(Some(to_id())),
            "foreign key (p_id) on t is different",
        );
    }),
    row("F29", || {
        let sql = in_database(", FOREIGN KEY (p_id) REFERENCES p (id) ON DELETE CASCADE");
        changed(
            &sql,
            &side(Some(to_id())),
            "foreign key (p_id) on t is different",
        );
    }),
    row("F30", || {
        let sql = in_database("REFERENCES p (id) DEFERRABLE INITIALLY DEFERRED");
        let deferred = ForeignKey {
            deferrable: Deferrable::InitiallyDeferred,
            ..to_id()
        };
        unchanged(&sql, &side(Some(deferred)));
        changed(
            &sql,
            &side(Some(to_id())),
            "foreign key (p_id) on t is different",
        );
    }),
    row("F31", || {
        unchanged(&in_database("REFERENCES p"), &side(Some(to_id())));
    }),
    row("F32", || {
        let sql = in_database("REFERENCES nowhere (id)");
        changed(
            &sql,
            &side(Some(to_id())),
            "foreign key (p_id) on t is different",
        );
    }),
];
