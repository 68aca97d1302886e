//! Journeys on SQLite that are no row of the catalogue: names that are taken, strangers in the way.

use super::{Asked, Journey};
use migrate_runtime::schema::{
    Check, Column, DefaultValue, Deferrable, ForeignKey, Index, Name, ReferentialAction, Schema,
    SqlType, Table, Unique, Value,
};

pub(super) fn table(name: &str, columns: &[(&str, SqlType)]) -> Table {
    let mut id = Column::new("id", SqlType::BigInt).not_null();
    id.auto_increment = true;
    let mut table = Table::new(name).with_column(id).with_primary_key(["id"]);
    let columns = (columns.iter()).map(|(name, ty)| Column::new(*name, ty.clone()));
    table.columns.extend(columns);
    table
}

pub(super) fn schema(tables: impl IntoIterator<Item = Table>) -> Schema {
    let mut schema = Schema::new();
    for table in tables {
        schema.insert(table);
    }
    schema
}

fn started(chain: &Schema, rows: &str) -> Journey {
    started_on(Journey::new(true), chain, rows)
}

pub(super) fn started_on(mut journey: Journey, chain: &Schema, rows: &str) -> Journey {
    let first = journey.migrate(chain, &Asked::default());
    first.unwrap_or_else(|refusal| panic!("{}", refusal.text()));
    journey.run(rows);
    journey
}

pub(super) fn renames(flags: &[&str]) -> Asked {
    let mut asked = Asked::default();
    asked.flags.renames.renames = flags.iter().map(|flag| (*flag).to_owned()).collect();
    asked
}

#[track_caller]
pub(super) fn goes(journey: &mut Journey, models: &Schema, asked: &Asked) {
    let result = journey.travel(models, asked);
    result.unwrap_or_else(|refusal| panic!("{}", refusal.text()));
}

#[track_caller]
pub(super) fn refusal(journey: &mut Journey, models: &Schema) -> String {
    let result = journey.travel(models, &Asked::default());
    result.unwrap_err().text()
}

#[test]
fn another_case_is_another_name_for_the_same_rows() {
    let from = schema([table("Users", &[("Name", SqlType::Text)])]);
    let to = schema([table("users", &[("name", SqlType::Text)])]);
    let mut journey = started(&from, "INSERT INTO Users (Name) VALUES ('Ada')");
    goes(&mut journey, &to, &Asked::default());
    assert_eq!(journey.rows("SELECT name FROM users"), ["Ada"]);
    let stored = "SELECT name FROM sqlite_schema WHERE name LIKE 'users'";
    assert_eq!(journey.rows(stored), ["users"]);
}

#[test]
fn names_that_are_taken_are_seen_before_anything_runs() {
    let plain = || table("t", &[("a", SqlType::Integer)]);
    let from = schema([plain()]);
    let mut indexed = plain();
    indexed.indexes.push(Index::new("by_a", ["a"]));
    let mut journey = started(
        &from,
        "CREATE TABLE other (a); CREATE INDEX BY_A ON other (a); CREATE VIEW seen AS SELECT 1;
         CREATE TABLE \"Mixed\" (a)",
    );
    let text = refusal(&mut journey, &schema([indexed]));
    assert!(
        text.contains("index by_a on t is to be created and already exists: BY_A on other"),
        "{text}"
    );
    let text = refusal(&mut journey, &schema([plain(), table("seen", &[])]));
    assert!(text.contains("already exists: view seen"), "{text}");
    let text = refusal(&mut journey, &schema([plain(), table("mixed", &[])]));
    assert!(text.contains("table mixed is to be created"), "{text}");
}

#[test]
fn what_a_crashed_tool_left_behind_stays() {
    let side = |nullable: bool| {
        let mut table = table("t", &[("a", SqlType::Integer)]);
        table.columns[1].nullable = nullable;
        schema([table])
    };
    let rows = "INSERT INTO t (a) VALUES (1); CREATE TABLE __migrate_new_t AS SELECT * FROM t";
    let mut journey = started(&side(true), rows);
    goes(&mut journey, &side(false), &Asked::default());
    assert_eq!(journey.rows("SELECT a FROM __migrate_new_t"), ["1"]);
}

#[test]
fn a_key_to_columns_that_are_no_key_is_refused() {
    let mut child = table("child", &[("email", SqlType::Text)]);
    child.foreign_keys.push(ForeignKey {
        name: Some("child_email_fkey".into()),
        columns: vec![Name::from("email")],
        target: "parent".into(),
        target_columns: vec![Name::from("email")],
        on_delete: ReferentialAction::NoAction,
        on_update: ReferentialAction::NoAction,
        deferrable: Deferrable::No,
        match_full: false,
    });
    let models = schema([table("parent", &[("email", SqlType::Text)]), child]);
    let text = refusal(&mut Journey::new(true), &models);
    insta::assert_snapshot!(text, @"the models do not fit together: create_table: foreign key child_email_fkey on child: parent (email) is neither the primary key there nor unique");
}

#[test]
fn a_unique_and_a_check_that_somebody_made_are_taken_over() {
    let plain = || table("t", &[("a", SqlType::Integer), ("b", SqlType::Integer)]);
    let mut models = plain();
    models.uniques.push(Unique {
        name: Some("t_a_b_key".into()),
        columns: vec!["a".into(), "b".into()],
        include: Vec::new(),
        nulls_not_distinct: false,
        deferrable: Deferrable::No,
    });
    models.checks.push(Check {
        name: Some("t_a_check".into()),
        expression: "a > 0".into(),
    });
    let models = schema([models]);
    let made = "DROP TABLE t; CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, \
                a INTEGER CHECK (\"a\" > 0), b INTEGER, UNIQUE (b, a)); INSERT INTO t VALUES (1, 2, 3)";
    let mut journey = started(&schema([plain()]), made);
    let text = refusal(&mut journey, &models);
    insta::assert_snapshot!(text, @"the database is not what the chain says it is: unique constraint t_a_b_key on t is to be created and already exists: CONSTRAINT t_a_b_key UNIQUE (a, b); check t_a_check on t is to be created and already exists: CONSTRAINT t_a_check CHECK (a > 0)");

    let mut asked = Asked::default();
    asked.flags.adopt = vec!["t_a_b_key".to_owned(), "t_a_check".to_owned()];
    let revision = journey.migrate(&models, &asked);
    let revision = revision.unwrap_or_else(|refusal| panic!("{}", refusal.text()));
    assert!(!revision.rebuilt());
    // The downgrade leaves them, since the chain did not make them.
    journey.downgrade().unwrap();
    let stored = "SELECT sql FROM sqlite_schema WHERE name = 't'";
    insta::assert_snapshot!(journey.rows(stored).join(""), @r#"CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, a INTEGER CHECK ("a" > 0), b INTEGER, UNIQUE (b, a))"#);

    let other = "DROP TABLE t; CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, \
                 a INTEGER, b INTEGER, CONSTRAINT t_a_check CHECK (a > 1), UNIQUE (b, a))";
    let mut journey = started(&schema([plain()]), other);
    let refusal = journey.migrate(&models, &asked).unwrap_err().text();
    insta::assert_snapshot!(refusal, @"--adopt t_a_check: the database has check t_a_check on t in another form: CONSTRAINT t_a_check CHECK (sqlite: a > 1); the models say CONSTRAINT t_a_check CHECK (a > 0)");
    // Where there is nothing, they are made.
    let mut journey = started(&schema([plain()]), "INSERT INTO t (a, b) VALUES (1, 2)");
    let made = journey.migrate(&models, &asked);
    let made = made.unwrap_or_else(|refusal| panic!("{}", refusal.text()));
    assert!(made.rebuilt());
}

#[test]
fn the_check_of_a_type_follows_a_column_whose_name_has_every_quote() {
    let from = schema([table("lines", &[("e", SqlType::TinyInt)])]);
    let to = schema([table("lines", &[("a'b\"c]", SqlType::Integer)])]);
    let mut journey = started(&from, "INSERT INTO lines (e) VALUES (7)");
    goes(&mut journey, &to, &renames(&["lines.e:a'b\"c]"]));
    assert_eq!(journey.rows(r#"SELECT "a'b""c]" FROM lines"#), ["7"]);
}

#[test]
fn an_error_of_a_copy_speaks_of_the_table() {
    let from = schema([table("t", &[])]);
    let mut after = from.tables[&"t".into()].clone();
    let seven = DefaultValue::Value(Value::Integer(7));
    (after.columns).push(Column::new("d", SqlType::Integer).with_default(seven));
    after.uniques.push(Unique {
        name: Some("t_d_key".into()),
        columns: vec!["d".into()],
        include: Vec::new(),
        nulls_not_distinct: false,
        deferrable: Deferrable::No,
    });
    let mut journey = started(
        &from,
        "INSERT INTO t DEFAULT VALUES; INSERT INTO t DEFAULT VALUES",
    );
    let text = refusal(&mut journey, &schema([after]));
    assert!(text.contains("UNIQUE constraint failed: t.d"), "{text}");
}
