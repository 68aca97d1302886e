//! What SQLite reports for schemas that people really write, and for some they should not.

use super::print;
use diesel::Connection;
use diesel::connection::SimpleConnection;
use diesel::sqlite::SqliteConnection;
use insta::assert_snapshot;
use migrate_runtime::connection::{Session, session};
use migrate_runtime::dialect::{Dialect, Sqlite};
use migrate_runtime::introspect::introspect;
use migrate_runtime::schema::{Schema, TableName};

fn database(sql: &str) -> SqliteConnection {
    let mut connection = SqliteConnection::establish(":memory:").expect("memory is there");
    connection.batch_execute(sql).expect("SQLite takes it");
    connection
}

pub(super) fn read(sql: &str) -> Schema {
    introspect(&mut session(&mut database(sql))).expect("it can be read")
}

fn compared(sql: &str) -> Schema {
    Sqlite.normalize(&Sqlite.physical(&read(sql)))
}

#[test]
fn columns_keys_and_constraints() {
    assert_snapshot!(print::schema(&read(
        "CREATE TABLE [order] (
            id INTEGER PRIMARY KEY AUTOINCREMENT, -- the key
            'key' TEXT NOT NULL COLLATE nocase DEFAULT 'it''s' CONSTRAINT short CHECK (length(\"key\") < 9),
            price DECIMAL(10, 2) DEFAULT (1.5) UNIQUE,
            at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
            total REAL GENERATED ALWAYS AS (price * 2) STORED,
            half AS (price / 2),
            anything,
            parent INT REFERENCES \"order\" ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED,
            ghost TEXT CONSTRAINT f32 REFERENCES nowhere(id) ON UPDATE CASCADE,
            CONSTRAINT both UNIQUE (price, at),
            CHECK (price >= 0) CHECK (id <> 7)
        );
        CREATE TABLE pair (a INT, b TEXT, c INT, PRIMARY KEY (b, a),
            FOREIGN KEY (b, a) REFERENCES pair (b, a) ON DELETE CASCADE) WITHOUT ROWID;
        CREATE TABLE exact (id INT PRIMARY KEY, v ANY, d INTEGER) STRICT;
        CREATE TABLE nullable_key (id TEXT PRIMARY KEY);
        CREATE TABLE made AS SELECT id, key, count(*) FROM [order];
        ALTER TABLE made ADD COLUMN late TEXT DEFAULT 'x'"
    )), @r#"
    table exact STRICT
      id [INT] not null
      v [ANY]
      d [INTEGER]
      primary key (id)
    table made
      id [INT]
      key [TEXT]
      count(*) []
      late [TEXT] default 'x'
    table nullable_key
      id [TEXT]
      primary key (id)
    table order
      id [INTEGER] not null auto-increment
      key [TEXT] not null default 'it''s' collate nocase
      price [DECIMAL(10, 2)] default (1.5)
      at [TIMESTAMP] not null default CURRENT_TIMESTAMP
      total [REAL] stored price * 2
      half [] virtual price / 2
      anything []
      parent [INT]
      ghost [TEXT]
      primary key (id)
      unique (price)
      unique both (price, at)
      check short length("key") < 9
      check price >= 0
      check id <> 7
      foreign key (parent) -> order () on delete SET NULL on update NO ACTION InitiallyDeferred
      foreign key f32 (ghost) -> nowhere (id) on delete NO ACTION on update CASCADE No
    table pair WITHOUT ROWID
      a [INT] not null
      b [TEXT] not null
      c [INT]
      primary key (b, a)
      foreign key (b, a) -> pair (b, a) on delete CASCADE on update NO ACTION No
    "#);
}

#[test]
fn i68_to_i71_indexes() {
    assert_snapshot!(print::schema(&read(
        "CREATE TABLE t (a TEXT, B INT, c INT);
        CREATE INDEX i1 ON t (lower(a), b DESC);
        CREATE UNIQUE INDEX \"i 2\" ON t (a COLLATE NOCASE, (b + c)) WHERE c IS NOT NULL;
        CREATE INDEX i3 ON t (\"b\" /* quoted */) WHERE a = 'x -- y';
        CREATE INDEX i4 ON t (a || 'x' COLLATE rtrim DESC, lower(a) COLLATE rtrim DESC)"
    )), @r#"
    table t
      a [TEXT]
      B [INT]
      c [INT]
      index i1 (<lower(a)>, B desc)
      unique index i 2 (a collate NOCASE, <b + c>) where c IS NOT NULL
      index i3 (B) where a = 'x -- y'
      index i4 (<a || 'x' COLLATE rtrim> desc, <lower(a)> collate rtrim desc)
    "#);
}

#[test]
fn t31_what_is_not_a_table_is_attached() {
    assert_snapshot!(print::schema(&read(
        "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, a TEXT);
        INSERT INTO t VALUES (1, 'x');
        CREATE INDEX i ON t (a);
        ANALYZE;
        CREATE VIEW v AS SELECT * FROM t;
        CREATE TRIGGER g AFTER INSERT ON t BEGIN UPDATE t SET a = new.a; END;
        CREATE TRIGGER h INSTEAD OF INSERT ON v BEGIN SELECT 1; END;
        CREATE VIRTUAL TABLE search USING fts5(body);
        CREATE VIRTUAL TABLE places USING rtree(id, x0, x1);
        CREATE TABLE __migrate_version (chain TEXT, revision TEXT);
        CREATE INDEX version_index ON __migrate_version (chain)"
    )), @r#"
    table t
      id [INTEGER] not null auto-increment
      a [TEXT]
      primary key (id)
      index i (a)
    view v
    trigger g on t
    trigger h on v
    virtual table search
    shadow table search_data
    shadow table search_idx
    shadow table search_content
    shadow table search_docsize
    shadow table search_config
    virtual table places
    shadow table places_rowid
    shadow table places_node
    shadow table places_parent
    "#);
}

/// Two statements for the same schema, by catalogue id.
#[test]
fn spellings_that_are_no_difference() {
    let parent = "CREATE TABLE p (id INTEGER PRIMARY KEY, x INT UNIQUE);";
    for (id, one, other) in [
        (
            "D59",
            "CREATE TABLE t (a INT DEFAULT 0)",
            "CREATE TABLE t (a INTEGER DEFAULT ('0'))",
        ),
        (
            "D62",
            "CREATE TABLE t (a DATETIME DEFAULT CURRENT_TIMESTAMP)",
            "create table T (A timestamp default (current_timestamp))",
        ),
        (
            "D65",
            "CREATE TABLE t (a INT DEFAULT NULL)",
            "CREATE TABLE t (a INT)",
        ),
        (
            "F27",
            "CREATE TABLE t (a INT REFERENCES p(id))",
            "CREATE TABLE t (a INT, CONSTRAINT k FOREIGN KEY (a) REFERENCES p(id))",
        ),
        (
            "F31",
            "CREATE TABLE t (a INT REFERENCES p)",
            "CREATE TABLE t (a INT REFERENCES P(ID) ON DELETE NO ACTION)",
        ),
        (
            "G01",
            "CREATE TABLE t (a INT, b INT AS (a*2) STORED)",
            "CREATE TABLE t (a INT, b INT GENERATED ALWAYS AS ( (A * 2) ) STORED)",
        ),
        (
            "I16",
            "CREATE TABLE t (a INT UNIQUE); CREATE INDEX i ON t (a)",
            "CREATE TABLE t (a INT, UNIQUE (a)); CREATE INDEX I ON t ([a] ASC)",
        ),
        (
            "I66",
            "CREATE TABLE t (a INT UNIQUE)",
            "CREATE TABLE t (a INT, CONSTRAINT uq_a UNIQUE (a))",
        ),
        (
            "double quotes",
            "CREATE TABLE t (a TEXT, b TEXT AS (\"a\" || \"it's\"), CHECK (a <> \"no\" AND lower(\"a\") COLLATE \"NOCASE\" <> 'x')); CREATE INDEX i ON t (a || \"b c\") WHERE a = \"d\"",
            "CREATE TABLE t (a TEXT, b TEXT AS (a || 'it''s'), CHECK (a <> 'no' AND lower(a) COLLATE NOCASE <> 'x')); CREATE INDEX i ON t (a || 'b c') WHERE a = 'd'",
        ),
        (
            "K06",
            "CREATE TABLE t (a BOOLEAN CHECK (a IN (0,1)))",
            "CREATE TABLE t (a BOOL, CONSTRAINT c CHECK (a in (0, 1)))",
        ),
        (
            "P08",
            "CREATE TABLE t (a INTEGER PRIMARY KEY AUTOINCREMENT)",
            "CREATE TABLE t (a integer NOT NULL, PRIMARY KEY (a))",
        ),
        (
            "Y60",
            "CREATE TABLE t (a TEXT)",
            "CREATE TABLE t (a VARCHAR(30))",
        ),
    ] {
        let (one, other) = (format!("{parent}{one}"), format!("{parent}{other}"));
        assert_eq!(compared(&one).tables, compared(&other).tables, "{id}");
    }
}

/// Two statements for different schemas, by catalogue id.
#[test]
fn differences_that_are_seen() {
    let parent = "CREATE TABLE p (id INTEGER PRIMARY KEY, x INT UNIQUE);";
    for (id, one, other) in [
        (
            "F08",
            "CREATE TABLE t (a INT REFERENCES p(id))",
            "CREATE TABLE t (a INT REFERENCES p(x))",
        ),
        (
            "F28",
            "CREATE TABLE t (a INT REFERENCES p(id) ON DELETE CASCADE)",
            "CREATE TABLE t (a INT REFERENCES p(id))",
        ),
        (
            "F29",
            "CREATE TABLE t (a INT, FOREIGN KEY (a) REFERENCES p ON DELETE CASCADE)",
            "CREATE TABLE t (a INT REFERENCES p(id))",
        ),
        (
            "F30",
            "CREATE TABLE t (a INT REFERENCES p(id) DEFERRABLE INITIALLY DEFERRED)",
            "CREATE TABLE t (a INT REFERENCES p(id))",
        ),
        (
            "F32",
            "CREATE TABLE t (a INT REFERENCES gone)",
            "CREATE TABLE t (a INT REFERENCES p)",
        ),
        (
            "G02",
            "CREATE TABLE t (a INT, b INT AS (a*2))",
            "CREATE TABLE t (a INT, b INT AS (a*3))",
        ),
        (
            "G04",
            "CREATE TABLE t (a INT, b INT AS (a*2) VIRTUAL)",
            "CREATE TABLE t (a INT, b INT AS (a*2) STORED)",
        ),
        (
            "I05",
            "CREATE TABLE t (a, b); CREATE INDEX i ON t (a, b)",
            "CREATE TABLE t (a, b); CREATE INDEX i ON t (b, a)",
        ),
        (
            "I65",
            "CREATE TABLE t (a INT UNIQUE)",
            "CREATE TABLE t (a INT)",
        ),
        (
            "I66",
            "CREATE TABLE t (a INT UNIQUE)",
            "CREATE TABLE t (a INT); CREATE UNIQUE INDEX u ON t (a)",
        ),
        (
            "I71",
            "CREATE TABLE t (a TEXT); CREATE INDEX i ON t (a DESC)",
            "CREATE TABLE t (a TEXT); CREATE INDEX i ON t (a)",
        ),
        (
            "I71",
            "CREATE TABLE t (a TEXT); CREATE INDEX i ON t (a) WHERE a > 0",
            "CREATE TABLE t (a TEXT); CREATE INDEX i ON t (a) WHERE a > 1",
        ),
        (
            "I71",
            "CREATE TABLE t (a TEXT); CREATE INDEX i ON t (a COLLATE NOCASE)",
            "CREATE TABLE t (a TEXT); CREATE INDEX i ON t (a)",
        ),
        (
            "K03",
            "CREATE TABLE t (a INT CHECK (a > 0))",
            "CREATE TABLE t (a INT CHECK (a > 5))",
        ),
        (
            "P02",
            "CREATE TABLE t (a TEXT PRIMARY KEY)",
            "CREATE TABLE t (a TEXT PRIMARY KEY NOT NULL)",
        ),
        (
            "P03",
            "CREATE TABLE t (a INT NOT NULL, b INT NOT NULL, PRIMARY KEY (a))",
            "CREATE TABLE t (a INT NOT NULL, b INT NOT NULL, PRIMARY KEY (a, b))",
        ),
        (
            "P04",
            "CREATE TABLE t (a INT NOT NULL PRIMARY KEY)",
            "CREATE TABLE t (a INT NOT NULL)",
        ),
        ("Y11", "CREATE TABLE t (a INT)", "CREATE TABLE t (a BIGINT)"),
        ("Y61", "CREATE TABLE t (a)", "CREATE TABLE t (a TEXT)"),
    ] {
        let (one, other) = (format!("{parent}{one}"), format!("{parent}{other}"));
        assert_ne!(compared(&one).tables, compared(&other).tables, "{id}");
    }
}

/// What we read from the stored statements is what SQLite's own parser made of them.
#[test]
fn the_pragmas_agree() {
    let mut connection = database(
        "CREATE TABLE p (a INT, b INT, PRIMARY KEY (a, b));
        CREATE TABLE q (id INTEGER PRIMARY KEY, 'weird name' TEXT UNIQUE);
        CREATE TABLE c (x INT, y INT, z INT REFERENCES q ON DELETE CASCADE NOT NULL,
            w TEXT CONSTRAINT k REFERENCES q(\"weird name\") ON UPDATE SET DEFAULT MATCH SIMPLE,
            UNIQUE (x, z) UNIQUE (y),
            FOREIGN KEY (x, y) REFERENCES p ON DELETE SET NULL ON UPDATE RESTRICT);
        CREATE INDEX plain ON c (w, x DESC);
        CREATE UNIQUE INDEX partial ON c (y) WHERE z > 0",
    );
    let mut session = session(&mut connection);
    let schema = introspect(&mut session).unwrap();
    let mut keys = session
        .query("SELECT t.name, f.id, f.\"from\", f.\"table\", f.on_delete, f.on_update
            FROM sqlite_master t, pragma_foreign_key_list(t.name) f WHERE t.type = 'table' ORDER BY 1, 2 DESC, f.seq")
        .unwrap()
        .iter()
        .map(|row| [0, 2, 3, 4, 5].map(|column| row.text(column).unwrap()).join(" "))
        .collect::<Vec<_>>();
    let mut ours = Vec::new();
    for table in schema.tables.values() {
        for key in &table.foreign_keys {
            for column in &key.columns {
                ours.push(format!(
                    "{} {column} {} {} {}",
                    table.name,
                    key.target,
                    key.on_delete.as_sql(),
                    key.on_update.as_sql()
                ));
            }
        }
    }
    keys.sort();
    ours.sort();
    assert_eq!(ours, keys);
    let counted = |origin: &str| {
        let sql = format!(
            "SELECT count(*) FROM sqlite_master t, pragma_index_list(t.name) i WHERE t.type = 'table' AND i.origin = '{origin}'"
        );
        sql
    };
    let uniques: usize = schema
        .tables
        .values()
        .map(|table| table.uniques.len())
        .sum();
    let indexes: usize = schema
        .tables
        .values()
        .map(|table| table.indexes.len())
        .sum();
    assert_eq!(
        session.query(&counted("u")).unwrap()[0].integer(0),
        i64::try_from(uniques).ok()
    );
    assert_eq!(
        session.query(&counted("c")).unwrap()[0].integer(0),
        i64::try_from(indexes).ok()
    );
}

#[test]
fn names_with_points_and_keywords_stay_in_the_default_schema() {
    let schema = read(
        "CREATE TABLE \"a.b\" (\"select\" INT); CREATE TABLE 'table' (x REFERENCES \"a.b\"); CREATE INDEX \"index\" ON \"a.b\" (\"select\")",
    );
    let names: Vec<_> = schema.tables.keys().cloned().collect();
    assert_eq!(names, [TableName::new("a.b"), TableName::new("table")]);
    assert_eq!(schema.tables[&names[0]].indexes.len(), 1);
    assert_eq!(schema.tables[&names[1]].foreign_keys[0].target, names[0]);
}
