//! The law of stored statements: whatever `CREATE TABLE` SQLite takes is read as SQLite reads it, and a
//! change to it leaves every other byte alone.

use diesel::connection::SimpleConnection;
use diesel::{Connection, SqliteConnection};
use migrate_runtime::connection::{Row, Session, session};
use migrate_runtime::introspect::introspect;
use migrate_runtime::migration::*;
use migrate_runtime::schema::{Name, Table};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use std::collections::BTreeSet;

use crate::laws::live::known_cases;
use crate::rendering::Database;

const NAMES: [[&str; 4]; 4] = [
    ["a", "\"a\"", "[a]", "'A'"],
    ["\"of \"\"b\"\"\"", "'of \"b\"'", "`of \"b\"`", "[of \"b\"]"],
    ["größe", "\"größe\"", "`größe`", "[größe]"],
    [
        "\"select (x, y)\"",
        "`select (x, y)`",
        "[select (x, y)]",
        "'select (x, y)'",
    ],
];
const GAPS: [&str; 7] = [
    " ",
    "  ",
    "\n  ",
    " /* ( , */ ",
    " -- it's, (\n",
    "\t",
    "/**/ ",
];
const TYPES: [&str; 12] = [
    "",
    "INT",
    "integer",
    "UNSIGNED BIG INT",
    "DECIMAL(10, 2)",
    "varchar ( 20 )",
    "\"my type\"",
    "'text'",
    "[blob]",
    "NUMERIC (-1,+2)",
    "REAL",
    "generated",
];
const CLAUSES: [&str; 22] = [
    "NOT NULL",
    "NULL",
    "NOT NULL ON CONFLICT IGNORE",
    "UNIQUE",
    "UNIQUE ON CONFLICT REPLACE",
    "DEFAULT 1",
    "DEFAULT -1.5e3",
    "DEFAULT 'it''s, )'",
    "DEFAULT (1 + (2))",
    "DEFAULT x'00'",
    "DEFAULT CURRENT_TIMESTAMP",
    "DEFAULT \"quoted\"",
    "DEFAULT + 7",
    "COLLATE nocase",
    "COLLATE \"RTRIM\"",
    "CHECK (1 /* ) */ > 0)",
    "CONSTRAINT named",
    "CONSTRAINT \"a b\" CHECK (')' <> '')",
    "REFERENCES other",
    "REFERENCES \"other\" (id) ON DELETE CASCADE ON UPDATE SET NULL",
    "REFERENCES other(id) MATCH FULL NOT DEFERRABLE INITIALLY DEFERRED",
    "DEFERRABLE INITIALLY DEFERRED",
];
const GENERATED: [&str; 4] = [
    "AS (1)",
    "GENERATED ALWAYS AS (')' || 1) STORED",
    "AS (2) VIRTUAL",
    "generated always as (3)",
];
const OPTIONS: [&str; 5] = ["", "", "", " WITHOUT ROWID", " /* , */ without rowid"];

#[derive(Debug, Clone)]
struct Column {
    spelling: usize,
    ty: &'static str,
    clauses: Vec<&'static str>,
    generated: Option<&'static str>,
}

fn column() -> impl Strategy<Value = Column> {
    (
        0usize..4,
        select(TYPES.to_vec()),
        subsequence(CLAUSES.to_vec(), 0..4).prop_shuffle(),
        prop::option::weighted(0.1, select(GENERATED.to_vec())),
    )
        .prop_map(|(spelling, ty, clauses, generated)| Column {
            spelling,
            ty,
            clauses,
            generated,
        })
}

/// A statement that SQLite may take.
fn statement() -> impl Strategy<Value = String> {
    let constraints = prop::collection::vec((0u8..8, 0usize..4, 0usize..4), 0..4);
    (
        prop::collection::vec(column(), 1..=4),
        constraints,
        prop::collection::vec(select(GAPS.to_vec()), 30),
        select(OPTIONS.to_vec()),
        0u8..5,
    )
        .prop_map(|(columns, constraints, gaps, options, key)| {
            let mut gaps = gaps.into_iter().cycle();
            let mut gap = || gaps.next().unwrap_or(" ");
            let name = |at: usize, spelling: usize| NAMES[at % columns.len()][spelling];
            let mut text = "CREATE  TABLE\tt\n(".to_owned();
            for (at, column) in columns.iter().enumerate() {
                let comma = if at > 0 { "," } else { "" };
                text.push_str(&format!("{comma}{}{}", gap(), name(at, column.spelling)));
                let parts = std::iter::once(column.ty).chain(column.clauses.iter().copied());
                for part in parts.chain(column.generated) {
                    text.push_str(gap());
                    text.push_str(part);
                }
                if at == 0 && key == 1 {
                    text.push_str(" PRIMARY KEY");
                }
            }
            for (kind, one, other) in constraints {
                let (first, second) = (name(one, other), name(other, one));
                let rule = match kind {
                    0 => format!("UNIQUE ({first}{}COLLATE nocase DESC)", gap()),
                    1 => format!(
                        "CONSTRAINT x UNIQUE({first},{}{second}) ON CONFLICT FAIL",
                        gap()
                    ),
                    2 => format!("CHECK ({first} IS NOT '(' OR{}1)", gap()),
                    3 => {
                        format!("FOREIGN KEY ({first}) REFERENCES other (id) ON DELETE SET DEFAULT")
                    }
                    4 => format!("CONSTRAINT y CONSTRAINT z{}CHECK (2 > 1)", gap()),
                    5 => format!("FOREIGN KEY ({first}, {second}) REFERENCES pair DEFERRABLE"),
                    6 => "CONSTRAINT nothing".to_owned(),
                    _ => format!(
                        "constraint [f k] foreign{}key ({first}) references nowhere",
                        gap()
                    ),
                };
                // Constraints need no comma between them.
                let comma = if kind == 6 { "" } else { "," };
                text.push_str(&format!("{}{comma}{}{rule}", gap(), gap()));
            }
            if key == 2 {
                text.push_str(&format!(",{}PRIMARY KEY ({})", gap(), name(0, 0)));
            }
            text.push_str(&format!("{}){options}", gap()));
            text
        })
}

const SETUP: &str = "CREATE TABLE other (id INTEGER PRIMARY KEY);
    CREATE TABLE pair (x, y, PRIMARY KEY (x, y));";

fn is_taken(statement: &str) -> bool {
    let mut connection = SqliteConnection::establish(":memory:").unwrap();
    connection.batch_execute(SETUP).unwrap();
    connection.batch_execute(statement).is_ok()
}

fn lines(session: &mut dyn Session, query: &str) -> Vec<String> {
    let text = |row: &Row| {
        let cells = (0..row.0.len()).map(|at| row.text(at).unwrap_or_else(|| "-".to_owned()));
        cells.collect::<Vec<_>>().join("|")
    };
    session.query(query).unwrap().iter().map(text).collect()
}

/// What SQLite says of the table, but for the column that the change brings.
fn facts(session: &mut dyn Session) -> Vec<Vec<String>> {
    let queries = [
        "SELECT name, type, \"notnull\", dflt_value, pk, hidden FROM pragma_table_xinfo('t') WHERE name <> 'added'",
        "SELECT \"table\", \"from\", \"to\", on_update, on_delete, match FROM pragma_foreign_key_list('t') ORDER BY id, seq",
        "SELECT l.\"unique\", l.origin, (SELECT group_concat(name || coll || \"desc\") FROM pragma_index_xinfo(l.name) \
         WHERE key) AS parts FROM pragma_index_list('t') AS l WHERE parts NOT LIKE 'added%' ORDER BY 2, 3",
        "SELECT wr, strict FROM pragma_table_list('t')",
    ];
    queries.iter().map(|query| lines(session, query)).collect()
}

/// The same in introspection's words, as far as both can say it. A constraint that another one implies has
/// no index of its own.
fn told(table: &Table) -> (Vec<String>, Vec<String>, BTreeSet<String>) {
    let columns = (table.columns.iter())
        .map(|column| format!("{}|{}", column.name, column.generated.is_some()))
        .collect();
    let keys = (table.foreign_keys.iter())
        .flat_map(|key| {
            (key.columns.iter().enumerate()).map(|(at, column)| {
                let to = key.target_columns.get(at).map_or("-", |name| name.as_str());
                let (update, delete) = (key.on_update.as_sql(), key.on_delete.as_sql());
                format!("{}|{column}|{to}|{update}|{delete}", key.target.name).to_lowercase()
            })
        })
        .collect();
    let names = |columns: &[Name]| {
        let names: Vec<String> = columns
            .iter()
            .map(|name| name.as_str().to_lowercase())
            .collect();
        names.join(",")
    };
    let uniques = table.uniques.iter().map(|unique| names(&unique.columns));
    let key = table.primary_key.iter().map(|key| names(&key.columns));
    (columns, keys, uniques.chain(key).collect())
}

fn asked(session: &mut dyn Session) -> (Vec<String>, Vec<String>, BTreeSet<String>) {
    let columns = lines(
        session,
        "SELECT name, hidden IN (2, 3) FROM pragma_table_xinfo('t')",
    );
    let columns = (columns.iter())
        .map(|line| line.replace("|1", "|true").replace("|0", "|false"))
        .collect();
    let keys = "SELECT lower(\"table\"), lower(\"from\"), lower(coalesce(\"to\", '-')), lower(on_update), \
                lower(on_delete) FROM pragma_foreign_key_list('t') ORDER BY id DESC, seq";
    let uniques = "SELECT (SELECT lower(group_concat(name)) FROM pragma_index_info(l.name)) \
                   FROM pragma_index_list('t') AS l \
                   UNION SELECT lower(group_concat(name)) FROM \
                   (SELECT name FROM pragma_table_info('t') WHERE pk ORDER BY pk) HAVING count(*) > 0";
    let uniques = lines(session, uniques).into_iter().collect();
    (columns, lines(session, keys), uniques)
}

const ADD: &[OperationDef] = &[
    add_column("t", column_def()),
    add_unique("t", unique("t_added_key", &["added"])),
];
const DROP: &[OperationDef] = &[drop_unique("t", "t_added_key"), drop_column("t", "added")];

const fn column_def() -> ColumnDef {
    migrate_runtime::migration::column("added", Text).default_sql("(lower('X'))")
}

proptest! {
    #![proptest_config(known_cases(200, 4_000))]

    #[test]
    fn a_statement_is_read_as_sqlite_reads_it(statement in statement()) {
        prop_assume!(is_taken(&statement));
        let mut connection = SqliteConnection::establish(":memory:").unwrap();
        connection.batch_execute(SETUP).unwrap();
        connection.batch_execute(&statement).unwrap();
        let mut session = session(&mut connection);
        let schema = introspect(&mut session).unwrap();
        let table = schema.table(&"t".into()).unwrap();
        let (columns, mut keys, uniques) = told(table);
        let (real_columns, mut real_keys, real_uniques) = asked(&mut session);
        prop_assert_eq!(columns, real_columns);
        keys.sort();
        real_keys.sort();
        prop_assert_eq!(keys, real_keys);
        prop_assert_eq!(uniques, real_uniques);
    }

    #[test]
    fn a_change_leaves_the_rest_alone(statement in statement()) {
        prop_assume!(is_taken(&statement));
        let mut database = Database::new(&format!("{SETUP}{statement}"));
        let before = database.stored("t");
        let facts_before = facts(&mut database.session());
        database.migrate(ADD).unwrap();
        prop_assert_eq!(&facts(&mut database.session()), &facts_before);
        database.migrate(DROP).unwrap();
        prop_assert_eq!(facts(&mut database.session()), facts_before);
        prop_assert_eq!(named(&database.stored("t")), named(&before));
    }
}

/// The statement without its table's name, which a rebuild puts into quotes.
fn named(stored: &str) -> String {
    let bracket = stored
        .find('t')
        .and_then(|at| stored[at..].find('(').map(|to| at + to));
    stored[bracket.unwrap_or_default()..].to_owned()
}
