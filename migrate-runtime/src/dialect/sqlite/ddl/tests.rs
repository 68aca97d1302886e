//! Real and nasty statements; laws over arbitrary text.

use super::*;
use crate::schema::Name;
use insta::assert_snapshot;
use proptest::prelude::*;

/// The facts of a statement, one line per segment.
fn facts(sql: &str) -> String {
    let table = CreateTable::parse(sql).unwrap();
    assert_eq!(table.to_string(), sql, "prints as it was read");
    let mut lines = vec![format!("{} {:?}", table.name, table.options)];
    for segment in table.segments() {
        lines.push(match &segment.kind {
            SegmentKind::Column(column) => {
                let clauses: Vec<String> = column
                    .clauses
                    .iter()
                    .map(|clause| {
                        let name = clause.name.as_ref().map(|name| format!("{name}: "));
                        format!("{}{:?}", name.unwrap_or_default(), clause.kind)
                    })
                    .collect();
                format!("  {} [{}] {}", column.name, column.ty, clauses.join(" | "))
            }
            SegmentKind::Constraint(constraint) => {
                format!("  {:?} {:?}", constraint.name, constraint.kind)
            }
        });
    }
    lines.join("\n")
}

#[test]
fn names_in_all_quotes() {
    assert_snapshot!(facts(
        r#"CREATE TABLE "a ""b"" c" ([x [y],`y``y` "my type",'z''z' TEXT)"#
    ), @r#"
    a "b" c StoredOptions { strict: false, without_rowid: false }
      x [y [] 
      y`y ["my type"] 
      z'z [TEXT]
    "#);
}

#[test]
fn types_of_any_words() {
    assert_snapshot!(facts("CREATE TABLE t(a, b BLOB SUB_TYPE TEXT, c DECIMAL ( 10 , 2 ), d UNSIGNED BIG INT, e 'text', f int generated always as (a+1), g GENERATED)"), @r#"
    t StoredOptions { strict: false, without_rowid: false }
      a [] 
      b [BLOB SUB_TYPE TEXT] 
      c [DECIMAL ( 10 , 2 )] 
      d [UNSIGNED BIG INT] 
      e ['text'] 
      f [int] Generated { expression: "a+1", stored: false }
      g [GENERATED]
    "#);
}

#[test]
fn clauses_of_columns() {
    assert_snapshot!(facts("CREATE TABLE t(
        id INTEGER CONSTRAINT pk PRIMARY KEY DESC ON CONFLICT REPLACE AUTOINCREMENT NOT NULL ON CONFLICT FAIL,
        a TEXT COLLATE nocase DEFAULT 'it''s, (ok)' CONSTRAINT positive CHECK (a > ')' /* ) */),
        b REAL DEFAULT -1.5 NULL UNIQUE ON CONFLICT IGNORE,
        c DEFAULT (datetime('now', 'localtime')),
        d DEFAULT CURRENT_TIMESTAMP DEFAULT \"text\" DEFAULT x'00' CONSTRAINT dangling,
        e INT REFERENCES p (id) ON DELETE SET NULL MATCH FULL ON UPDATE NO ACTION NOT DEFERRABLE INITIALLY DEFERRED,
        f INT REFERENCES p NOT NULL DEFERRABLE INITIALLY DEFERRED,
        g INT AS (a || b) STORED,
        h INT GENERATED ALWAYS AS (a) VIRTUAL)"), @r#"
    t StoredOptions { strict: false, without_rowid: false }
      id [INTEGER] pk: PrimaryKey { descending: true, conflict: Some(Replace), autoincrement: true } | NotNull(Some(Fail))
      a [TEXT] Collate(Name("nocase")) | Default("'it''s, (ok)'") | positive: Check("a > ')' /* ) */")
      b [REAL] Default("-1.5") | Null | Unique(Some(Ignore))
      c [] Default("(datetime('now', 'localtime'))")
      d [] Default("CURRENT_TIMESTAMP") | Default("\"text\"") | Default("x'00'") | dangling: Nothing
      e [INT] References(References { table: Name("p"), columns: [Name("id")], on_delete: SetNull, on_update: NoAction, matching: Some(Name("FULL")), deferrable: No })
      f [INT] References(References { table: Name("p"), columns: [], on_delete: NoAction, on_update: NoAction, matching: None, deferrable: No }) | NotNull(None) | Deferrable(InitiallyDeferred)
      g [INT] Generated { expression: "a || b", stored: true }
      h [INT] Generated { expression: "a", stored: false }
    "#);
}

#[test]
fn constraints_of_tables() {
    assert_snapshot!(facts("CREATE TABLE t(a INT, b INT,
        CONSTRAINT k PRIMARY KEY (a COLLATE binary DESC, b) ON CONFLICT ABORT
        UNIQUE (b), CONSTRAINT alone, CHECK (a > 0) CHECK (b IN (1, 2)),
        CONSTRAINT \"f k\" FOREIGN KEY (a, b) REFERENCES [o ther](x, y) ON UPDATE CASCADE ON DELETE RESTRICT DEFERRABLE
        ) WITHOUT ROWID, strict"), @r#"
    t StoredOptions { strict: true, without_rowid: true }
      a [INT] 
      b [INT] 
      Some(Name("k")) PrimaryKey { columns: [KeyPart { column: Name("a"), collation: Some(Name("binary")), descending: true }, KeyPart { column: Name("b"), collation: None, descending: false }], autoincrement: false, conflict: Some(Abort) }
      None Unique { columns: [KeyPart { column: Name("b"), collation: None, descending: false }], conflict: None }
      Some(Name("alone")) Nothing
      None Check { expression: "a > 0", conflict: None }
      None Check { expression: "b IN (1, 2)", conflict: None }
      Some(Name("f k")) ForeignKey { columns: [Name("a"), Name("b")], references: References { table: Name("o ther"), columns: [Name("x"), Name("y")], on_delete: Restrict, on_update: Cascade, matching: None, deferrable: InitiallyImmediate } }
    "#);
}

#[test]
fn autoincrement_inside_the_brackets() {
    assert_snapshot!(facts("CREATE TABLE t(a INTEGER, PRIMARY KEY(a AUTOINCREMENT))"), @r#"
    t StoredOptions { strict: false, without_rowid: false }
      a [INTEGER] 
      None PrimaryKey { columns: [KeyPart { column: Name("a"), collation: None, descending: false }], autoincrement: true, conflict: None }
    "#);
}

#[test]
fn a_table_made_from_a_select() {
    assert_snapshot!(facts("CREATE TABLE x(\n  id INT,\n  \"count(*)\",\n  name TEXT\n)"), @r#"
    x StoredOptions { strict: false, without_rowid: false }
      id [INT] 
      count(*) [] 
      name [TEXT]
    "#);
}

const COMMENTED: &str = "CREATE TABLE t ( -- the table
    a INT, -- about a
    b TEXT /* b */ NOT NULL DEFAULT 'x', -- about b
    c INT -- about c
)";

fn edited(sql: &str, edit: impl FnOnce(&mut CreateTable)) -> String {
    let mut table = CreateTable::parse(sql).unwrap();
    edit(&mut table);
    let text = table.to_string();
    assert_eq!(CreateTable::parse(&text).unwrap().to_string(), text);
    text
}

#[test]
fn replacing_keeps_every_comment() {
    assert_snapshot!(edited(COMMENTED, |table| {
        table.rename(&"new \"t\"".into());
        table.replace(1, "b VARCHAR(3)").unwrap();
    }), @r#"
    CREATE TABLE "new ""t""" ( -- the table
        a INT, -- about a
        b VARCHAR(3), -- about b
        c INT -- about c
    )
    "#);
}

#[test]
fn removing_takes_the_comma_along() {
    assert_snapshot!(edited(COMMENTED, |table| table.remove(0)), @r#"
    CREATE TABLE t (
        b TEXT /* b */ NOT NULL DEFAULT 'x', -- about b
        c INT -- about c
    )
    "#);
    assert_snapshot!(edited(COMMENTED, |table| table.remove(2)), @r#"
    CREATE TABLE t ( -- the table
        a INT, -- about a
        b TEXT /* b */ NOT NULL DEFAULT 'x' -- about b
    )
    "#);
    assert_snapshot!(edited("CREATE TABLE t(a,b,CHECK(a)CHECK(b),CHECK(1))", |table| table.remove(3)), @r#"CREATE TABLE t(a,b,CHECK(a),CHECK(1))"#);
}

#[test]
fn appending_is_not_swallowed_by_a_comment() {
    assert_snapshot!(edited(COMMENTED, |table| {
        table.append("CONSTRAINT k CHECK (a > 0)").unwrap();
        table.append("d INT").unwrap();
    }), @r#"
    CREATE TABLE t ( -- the table
        a INT, -- about a
        b TEXT /* b */ NOT NULL DEFAULT 'x', -- about b
        c INT, -- about c
        d INT,
        CONSTRAINT k CHECK (a > 0)
    )
    "#);
    assert_snapshot!(edited("CREATE TABLE t(a int)", |table| {
        table.append("UNIQUE (a)").unwrap();
        table.append("b").unwrap();
    }), @r#"CREATE TABLE t(a int, b, UNIQUE (a))"#);
}

#[test]
fn options_are_replaced() {
    assert_snapshot!(edited("CREATE TABLE t(a int primary key) WITHOUT ROWID", |table| {
        table.set_options(StoredOptions { strict: true, without_rowid: true });
    }), @r#"CREATE TABLE t(a int primary key) STRICT, WITHOUT ROWID"#);
}

#[test]
fn clauses_of_a_column_can_go() {
    let column =
        ColumnDefinition::parse("a INT NOT NULL CONSTRAINT x DEFAULT 3 CHECK (a)").unwrap();
    let text = column.text_without(|clause| matches!(clause.kind, ColumnClauseKind::Default(_)));
    assert_snapshot!(text, @r#"a INT NOT NULL CHECK (a)"#);
    assert_snapshot!(column.text_with_type("TEXT"), @r#"a TEXT NOT NULL CONSTRAINT x DEFAULT 3 CHECK (a)"#);
    assert_snapshot!(ColumnDefinition::parse("a/*x*/NOT NULL").unwrap().text_with_type("TEXT"), @r#"a TEXT/*x*/NOT NULL"#);
}

#[test]
fn parts_of_an_index() {
    let sql = "CREATE UNIQUE INDEX [my idx] ON \"t\" (a COLLATE nocase DESC, lower(b), (a+1) ASC, 'c' NULLS FIRST, desc, a || b COLLATE x) WHERE a > 0 AND (b IN (1,2))";
    let index = CreateIndex::parse(sql).unwrap();
    assert_snapshot!(format!("{} {} {} {:?}\n{}", index.name, index.table, index.unique, index.predicate,
        index.parts.iter().map(|part| format!("{part:?}")).collect::<Vec<_>>().join("\n")), @r#"
    my idx t true Some("a > 0 AND (b IN (1,2))")
    IndexPart { key: Column(Name("a")), collation: Some(Name("nocase")), descending: true }
    IndexPart { key: Expression("lower(b)"), collation: None, descending: false }
    IndexPart { key: Expression("a+1"), collation: None, descending: false }
    IndexPart { key: Column(Name("c")), collation: None, descending: false }
    IndexPart { key: Column(Name("desc")), collation: None, descending: false }
    IndexPart { key: Expression("a || b COLLATE x"), collation: None, descending: false }
    "#);
}

#[test]
fn errors_say_where() {
    let error = |sql: &str| CreateTable::parse(sql).unwrap_err().to_string();
    assert_snapshot!(error("CREATE TABLE t(a INT, b 'oops)"), @r#"cannot read the statement that the database keeps: expected the end of a quoted name or string at byte 24, found the end of the statement: `(a INT, b 'oops)`"#);
    assert_snapshot!(error("CREATE TABLE t(a INT, b INT WHAT(3) EVER(4))"), @r#"cannot read the statement that the database keeps: expected a clause of a column at byte 36, found `EVER`: `T WHAT(3) EVER(4))`"#);
    assert_snapshot!(error("CREATE TABLE t(a INT,)"), @r#"cannot read the statement that the database keeps: expected a name at byte 21, found the end of the statement: `E t(a INT,)`"#);
    assert_snapshot!(error("CREATE VIEW v AS SELECT 1"), @r#"cannot read the statement that the database keeps: expected TABLE at byte 7, found `VIEW`: `CREATE VIEW v AS SELECT 1`"#);
    assert_snapshot!(CreateIndex::parse("CREATE INDEX i ON t()").unwrap_err().to_string(), @r#"cannot read the statement that the database keeps: expected a part of the key at byte 0, found the end of the statement: ``"#);
}

fn fragment() -> impl Strategy<Value = String> {
    let words = [
        "CREATE",
        "TABLE",
        "t",
        "(",
        ")",
        ",",
        "a INT",
        "PRIMARY KEY",
        "\"q\"",
        "'s'",
        "[b]",
        "`c`",
        "-- c\n",
        "/* x */",
        "CHECK",
        "(1)",
        "DEFAULT",
        "-",
        "3",
        "REFERENCES",
        "CONSTRAINT",
        "n",
        "UNIQUE",
        "NOT NULL",
        "COLLATE",
        "ON",
        "CONFLICT",
        "\u{e9}",
        "'",
        "[",
        "INDEX",
        "WHERE",
        "DESC",
    ];
    proptest::collection::vec(proptest::sample::select(words.to_vec()), 0..40)
        .prop_map(|words| words.join(" "))
}

proptest! {
    #[test]
    fn no_text_panics(text in any::<String>(), other in fragment()) {
        for sql in [text.clone(), other.clone(), format!("CREATE TABLE t({other})"), format!("CREATE INDEX i ON t({other})")] {
            if let Ok(table) = CreateTable::parse(&sql) {
                prop_assert_eq!(table.to_string(), sql);
            } else if let Ok(index) = CreateIndex::parse(&sql) {
                prop_assert_eq!(index.text, sql);
            }
        }
    }

    #[test]
    fn edits_are_local(
        columns in proptest::collection::vec("[a-z]{1,4}( INT| TEXT|)( NOT NULL|)", 1..6),
        blanks in proptest::sample::select(vec!["", " ", "\n  ", " -- c\n", "/* c */"]),
        place in 0_usize..6,
    ) {
        let sql = format!("CREATE TABLE t({blanks}{})", columns.join(&format!("{blanks},{blanks}")) + blanks);
        let Ok(before) = CreateTable::parse(&sql) else { return Ok(()); };
        prop_assert_eq!(before.segments().len(), columns.len());
        let place = place % columns.len();

        let mut added = before.clone();
        added.append("CONSTRAINT zz CHECK (1)").unwrap();
        added.append("zzz TEXT").unwrap();
        let read = CreateTable::parse(&added.to_string()).unwrap();
        prop_assert_eq!(read.columns().count(), columns.len() + 1);
        prop_assert_eq!(read.constraints().count(), 1);

        if columns.len() > 1 {
            let mut removed = before.clone();
            removed.remove(place);
            let read = CreateTable::parse(&removed.to_string()).unwrap();
            let names: Vec<&Name> = read.columns().map(|column| &column.name).collect();
            let mut expected: Vec<&Name> = before.columns().map(|column| &column.name).collect();
            expected.remove(place);
            prop_assert_eq!(names, expected);
        }
    }
}
