//! Everything but types: constraints, indexes, comments, schemas, and what no migration knows.

use super::live::Live;
use migrate_runtime::autogenerate::drift;
use migrate_runtime::dialect::{Postgres, compared};
use migrate_runtime::schema::{
    Backend, Check, Column, DefaultValue, Deferrable, EnumType, ForeignKey, Generated, Index,
    IndexColumn, IndexKey, Name, NullsOrder, ReferentialAction, Schema, SortOrder, SqlText,
    SqlType, Table, TableName, Unique, Value,
};

fn names(list: &[&str]) -> Vec<Name> {
    list.iter().map(|name| Name::from(*name)).collect()
}

fn key(name: &str, columns: &[&str], target: &str, targets: &[&str]) -> ForeignKey {
    ForeignKey {
        name: Some(name.into()),
        columns: names(columns),
        target: target.into(),
        target_columns: names(targets),
        on_delete: ReferentialAction::NoAction,
        on_update: ReferentialAction::NoAction,
        deferrable: Deferrable::No,
        match_full: false,
    }
}

fn unique(name: &str, columns: &[&str]) -> Unique {
    Unique {
        name: Some(name.into()),
        columns: names(columns),
        include: Vec::new(),
        nulls_not_distinct: false,
        deferrable: Deferrable::No,
    }
}

/// A schema with something of everything, names that need quotes among them.
fn everything(version: u32) -> Schema {
    let mut order = Table::new("order")
        .with_column(Column::new("user", SqlType::Integer).not_null())
        .with_column(Column::new("Select", SqlType::Integer).not_null())
        .with_primary_key(["user", "Select"]);
    order.comment = Some("it's a \\ table".to_owned());
    let mut note = Column::new("no\"te", SqlType::Varchar(20));
    note.comment = Some("a\nnote".to_owned());
    note.collation = Some("C".to_owned());
    order.columns.push(note);
    let mut twice = Column::new("twice", SqlType::Integer);
    twice.generated = Some(Generated {
        expression: "\"user\" * 2".into(),
        stored: true,
    });
    order.columns.push(twice);
    order.checks.push(Check {
        name: Some("order_user_check".into()),
        expression: "\"user\" BETWEEN 0 AND 99 -- small".into(),
    });
    order.checks.push(Check {
        name: Some("order_apart".into()),
        expression: SqlText::only(
            Backend::Postgres,
            "USING gist (int4range(\"user\", \"Select\", '[]') WITH &&) WHERE (\"user\">0)",
        ),
    });
    order.uniques.push(Unique {
        deferrable: Deferrable::InitiallyDeferred,
        ..unique("order_deferred_key", &["twice"])
    });
    order.uniques.push(Unique {
        include: names(&["Select"]),
        nulls_not_distinct: version >= 15,
        ..unique("order_note_key", &["no\"te"])
    });
    let mut line = Table::new(TableName {
        schema: Some("sales".into()),
        name: "line".into(),
    })
    .with_column(Column::new("id", SqlType::Uuid).not_null())
    .with_column(Column::new("a", SqlType::Integer))
    .with_column(Column::new("b", SqlType::Integer))
    .with_column(Column::new("words", SqlType::Text))
    .with_column(Column::new("data", SqlType::Jsonb))
    .with_column(Column::new("parent", SqlType::Uuid))
    .with_primary_key(["id"]);
    line.foreign_keys.push(ForeignKey {
        on_delete: ReferentialAction::Cascade,
        on_update: ReferentialAction::Restrict,
        deferrable: Deferrable::InitiallyImmediate,
        match_full: true,
        ..key("line_order_fkey", &["a", "b"], "order", &["user", "Select"])
    });
    line.foreign_keys.push(ForeignKey {
        on_delete: ReferentialAction::SetNull,
        ..key("line_parent_fkey", &["parent"], "sales.line", &["id"])
    });
    line.indexes = indexes();
    for index in &mut line.indexes {
        index.nulls_not_distinct &= version >= 15;
    }
    line.options.postgres_unlogged = true;
    order.options.postgres_unlogged = true;
    let mut schema = Schema::new();
    schema.insert(order);
    schema.insert(line);
    schema
}

fn indexes() -> Vec<Index> {
    let part = |change: fn(&mut IndexColumn)| {
        let mut part = IndexColumn::new(IndexKey::Column("a".into()));
        change(&mut part);
        part
    };
    let expression = |sql: &str| IndexColumn::new(IndexKey::Expression(sql.into()));
    let with = |name: &str, columns: Vec<IndexColumn>, change: fn(&mut Index)| {
        let mut index = Index::new(name, Vec::<Name>::new());
        index.columns = columns;
        change(&mut index);
        index
    };
    vec![
        Index::new("line_a_b_idx", ["a", "b"]),
        with(
            "line_desc",
            vec![part(|one| one.order = SortOrder::Descending)],
            |_| {},
        ),
        with(
            "line_desc_last",
            vec![part(|one| {
                one.order = SortOrder::Descending;
                one.nulls = Some(NullsOrder::Last);
            })],
            |_| {},
        ),
        with(
            "line_first",
            vec![part(|one| one.nulls = Some(NullsOrder::First))],
            |_| {},
        ),
        with("line_lower", vec![expression("lower(words)")], |index| {
            index.unique = true;
        }),
        with(
            "line_search",
            vec![expression("to_tsvector('english', words)")],
            |index| index.method = Some("gin".to_owned()),
        ),
        with("line_partial", vec![part(|_| {})], |index| {
            index.predicate = Some("b > 0 AND words IN ('x', 'y')".into());
        }),
        with("line_cover", vec![part(|_| {})], |index| {
            index.unique = true;
            index.include = names(&["b", "words"]);
            index.nulls_not_distinct = true;
        }),
        with(
            "line_class",
            vec![IndexColumn {
                operator_class: Some("text_pattern_ops".to_owned()),
                collation: Some("POSIX".to_owned()),
                ..IndexColumn::new(IndexKey::Column("words".into()))
            }],
            |_| {},
        ),
        with(
            "line_json",
            vec![IndexColumn {
                operator_class: Some("jsonb_path_ops".to_owned()),
                ..IndexColumn::new(IndexKey::Column("data".into()))
            }],
            |index| index.method = Some("gin".to_owned()),
        ),
        with(
            "line_arrow",
            vec![expression("data ->> 'x'"), part(|_| {})],
            |_| {},
        ),
    ]
}

#[test]
fn a_schema_with_everything_comes_and_goes() {
    let Some(mut live) = Live::empty("") else {
        return;
    };
    let everything = everything(live.version());
    let done = live.migrate(&everything);
    live.run("INSERT INTO \"order\" (\"user\", \"Select\") VALUES (1, 2)");
    live.run("INSERT INTO sales.line VALUES (gen_random_uuid(), 1, 2)");
    let kept = live.rows("SELECT * FROM sales.line");
    let less = {
        let mut schema = everything.clone();
        for table in schema.tables.values_mut() {
            table.indexes.clear();
            table.uniques.clear();
            table.checks.clear();
            table.foreign_keys.clear();
            table.comment = None;
            table.options.postgres_unlogged = false;
            for column in &mut table.columns {
                column.comment = None;
                column.collation = None;
                column.generated = None;
            }
        }
        schema
    };
    let bare = live.migrate(&less);
    live.back(&bare);
    assert_eq!(live.rows("SELECT * FROM sales.line"), kept);
    live.back(&done);
}

/// The collation of the database is one of its own where the column has another.
#[test]
fn an_index_says_a_collation_that_is_not_its_column_s() {
    let part = |collation: Option<&str>| IndexColumn {
        collation: collation.map(str::to_owned),
        ..IndexColumn::new(IndexKey::Column("word".into()))
    };
    let mut word = Column::new("word", SqlType::Text);
    word.collation = Some("C".to_owned());
    let mut table = Table::new("words")
        .with_column(Column::new("id", SqlType::Integer).not_null())
        .with_column(word)
        .with_primary_key(["id"]);
    for (name, collation) in [("a", None), ("b", Some("default")), ("c", Some("POSIX"))] {
        let mut index = Index::new(name, Vec::<Name>::new());
        index.columns = vec![
            IndexColumn::new(IndexKey::Column("id".into())),
            part(collation),
        ];
        table.indexes.push(index);
    }
    let mut schema = Schema::new();
    schema.insert(table);
    let Some(mut live) = Live::empty("") else {
        return;
    };
    let done = live.migrate(&schema);
    live.back(&done);
}

#[test]
fn a_table_moves_to_a_tablespace_and_back() {
    let with = |space: Option<&str>| {
        let mut table = Table::new("things")
            .with_column(Column::new("id", SqlType::Integer).not_null())
            .with_primary_key(["id"]);
        table.options.postgres_tablespace = space.map(str::to_owned);
        let mut schema = Schema::new();
        schema.insert(table);
        schema
    };
    let Some(mut live) = Live::new(&with(None), "INSERT INTO things VALUES (1), (2)") else {
        return;
    };
    // Before, a tablespace is a directory that the server's user can write.
    if live.version() < 15 {
        return;
    }
    live.run("SET allow_in_place_tablespaces = on");
    live.run("CREATE TABLESPACE \"The Attic\" LOCATION ''");
    let moved = live.migrate(&with(Some("The Attic")));
    assert_eq!(
        moved.statements,
        [r#"ALTER TABLE "things" SET TABLESPACE "The Attic""#]
    );
    live.back(&moved);
    let dropped = live.migrate(&Schema::new());
    let made = live.migrate(&with(Some("The Attic")));
    live.back(&made);
    live.back(&dropped);
    live.run("DROP TABLESPACE \"The Attic\"");
}

#[test]
fn a_constraint_with_another_name_is_renamed() {
    let with = |suffix: &str| {
        let name = |what: &str| format!("{what}{suffix}");
        let mut parent = Table::new("p")
            .with_column(Column::new("id", SqlType::Integer).not_null())
            .with_column(Column::new("x", SqlType::Integer))
            .with_primary_key(["id"]);
        parent.uniques.push(unique(&name("p_x"), &["x"]));
        parent.checks.push(Check {
            name: Some(name("p_check").into()),
            expression: "x > 0".into(),
        });
        parent.indexes.push(Index::new(name("p_idx"), ["x"]));
        parent
            .foreign_keys
            .push(key(&name("p_fk"), &["x"], "p", &["id"]));
        let mut schema = Schema::new();
        schema.insert(parent);
        schema
    };
    let Some(mut live) = Live::new(&with(""), "INSERT INTO p VALUES (1, 1)") else {
        return;
    };
    let done = live.migrate(&with("_new"));
    assert!(
        done.statements.iter().all(|sql| sql.contains(" RENAME ")),
        "{:#?}",
        done.statements
    );
    live.back(&done);
}

#[test]
fn both_ends_of_a_foreign_key_change_their_type() {
    let with = |ty: &SqlType| {
        let mut child = Table::new("c")
            .with_column(Column::new("id", SqlType::Integer).not_null())
            .with_column(Column::new("p_id", ty.clone()))
            .with_primary_key(["id"]);
        child
            .foreign_keys
            .push(key("c_fk", &["p_id"], "p", &["id"]));
        let parent = Table::new("p")
            .with_column(Column::new("id", ty.clone()).not_null())
            .with_primary_key(["id"]);
        let mut schema = Schema::new();
        schema.insert(parent);
        schema.insert(child);
        schema
    };
    let rows = "INSERT INTO p VALUES ('a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'); INSERT INTO c SELECT 1, id FROM p";
    let Some(mut live) = Live::new(&with(&SqlType::Varchar(36)), rows) else {
        return;
    };
    let done = live.migrate(&with(&SqlType::Uuid));
    live.back(&done);
    assert_eq!(
        live.rows("SELECT count(*) FROM c JOIN p ON p.id = c.p_id"),
        ["1"]
    );
}

#[test]
fn a_column_that_an_index_holds_besides_changes_its_type() {
    let with = |ty: &SqlType| {
        let mut parent = Table::new("p")
            .with_column(Column::new("id", SqlType::Integer).not_null())
            .with_column(Column::new("note", ty.clone()));
        parent.uniques.push(Unique {
            include: names(&["note"]),
            ..unique("p_id_key", &["id"])
        });
        parent.foreign_keys.push(key("p_fk", &["id"], "p", &["id"]));
        let mut schema = Schema::new();
        schema.insert(parent);
        schema
    };
    let rows = "INSERT INTO p VALUES (1, 7)";
    let Some(mut live) = Live::new(&with(&SqlType::Integer), rows) else {
        return;
    };
    let done = live.migrate(&with(&SqlType::BigInt));
    live.back(&done);
    let done = live.migrate(&with(&SqlType::Text));
    live.back(&done);
    assert_eq!(live.rows("SELECT * FROM p"), ["1|7"]);
}

#[test]
fn a_schema_that_a_migration_made_goes_with_its_last_table() {
    let in_schema = |schema: &str| {
        let mut whole = Schema::new();
        whole.insert(
            Table::new(TableName {
                schema: Some(schema.into()),
                name: "t".into(),
            })
            .with_column(Column::new("id", SqlType::Integer).not_null())
            .with_column(Column::new(
                "mood",
                SqlType::Enum(format!("{schema}.mood").as_str().into()),
            ))
            .with_primary_key(["id"]),
        );
        let name = Name::from(format!("{schema}.mood"));
        let values = vec!["ok".to_owned()];
        whole.enums.insert(name.clone(), EnumType { name, values });
        whole
    };
    let schemas =
        "SELECT nspname FROM pg_namespace WHERE nspname IN ('ours', 'theirs', 'full') ORDER BY 1";
    let Some(mut live) = Live::empty("CREATE SCHEMA theirs") else {
        return;
    };
    for schema in ["ours", "theirs", "full"] {
        let done = live.migrate(&in_schema(schema));
        if schema == "full" {
            live.run("CREATE SEQUENCE \"full\".numbers");
            live.migrate(&Schema::new());
        } else {
            live.back(&done);
        }
    }
    assert_eq!(live.rows(schemas), ["full", "theirs"]);
}

fn people(column: Column) -> Schema {
    let mut schema = Schema::new();
    schema.insert(
        Table::new("people")
            .with_column(Column::new("id", SqlType::Integer).not_null())
            .with_column(column)
            .with_primary_key(["id"]),
    );
    schema
}

#[test]
fn a_view_in_the_way_is_named_before_anything_happens() {
    let Some(mut live) = Live::new(&people(Column::new("age", SqlType::Integer)), "") else {
        return;
    };
    live.run("CREATE VIEW adults AS SELECT id FROM people WHERE age > 17");
    let refused = |live: &mut Live, to: &Schema| {
        let from = people(Column::new("age", SqlType::Integer));
        let operations =
            migrate_runtime::diff::diff(&from, to, &migrate_runtime::diff::RenameHints::default());
        live.apply(operations).err().unwrap_or_default()
    };
    let text = people(Column::new("age", SqlType::Text));
    assert_eq!(
        refused(&mut live, &text),
        "the type of column people.age cannot change while others use it: view adults"
    );
    let gone = {
        let mut schema = people(Column::new("age", SqlType::Integer));
        schema.tables.values_mut().next().unwrap().columns.pop();
        schema
    };
    assert_eq!(
        refused(&mut live, &gone),
        "column people.age cannot go while others use it: view adults"
    );
    assert_eq!(
        refused(&mut live, &Schema::new()),
        "table people cannot go while others use it: view adults"
    );
    live.run("DROP VIEW adults");
    // The body of an older function is a text to the server.
    if live.version() >= 14 {
        live.run(
            "CREATE FUNCTION ages() RETURNS bigint LANGUAGE sql \
             BEGIN ATOMIC SELECT sum(age) FROM people; END",
        );
        assert_eq!(
            refused(&mut live, &text),
            "the type of column people.age cannot change while others use it: function ages()"
        );
        live.run("DROP FUNCTION ages()");
    }
    live.run(
        "ALTER TABLE people ADD COLUMN twice integer GENERATED ALWAYS AS (age * 2) STORED;
         CREATE TABLE kids () INHERITS (people); CREATE TABLE crowd (one people)",
    );
    assert_eq!(
        refused(&mut live, &text),
        "the type of column people.age cannot change while others use it: generated column twice of people"
    );
    assert_eq!(
        refused(&mut live, &Schema::new()),
        "table people cannot go while others use it: column one of table crowd"
    );
}

#[test]
fn what_the_server_is_too_old_for_is_said_before() {
    let Some(mut live) = Live::empty("") else {
        return;
    };
    let is_old = live.version() < 18;
    let mut column = Column::new("twice", SqlType::Integer);
    column.generated = Some(Generated {
        expression: "id * 2".into(),
        stored: false,
    });
    let done = live.apply(migrate_runtime::diff::diff(
        &Schema::new(),
        &people(column),
        &migrate_runtime::diff::RenameHints::default(),
    ));
    assert_eq!(done.is_err(), is_old, "{:?}", done.as_ref().err());
    if let Err(error) = done {
        let wanted = "the virtual generated column people.twice needs PostgreSQL 18, and the server is older: it is ";
        assert!(error.starts_with(wanted), "{error}");
    }
}

#[test]
fn what_no_migration_knows_is_listed_and_kept() {
    let chain = people(Column::new("age", SqlType::Integer));
    let Some(mut live) = Live::new(&chain, "") else {
        return;
    };
    live.run(
        "CREATE EXTENSION btree_gist; CREATE SEQUENCE counter; CREATE DOMAIN year AS integer;
         CREATE VIEW adults AS SELECT id FROM people; CREATE MATERIALIZED VIEW old AS SELECT id FROM people;
         CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN new; END $$;
         CREATE TRIGGER t BEFORE INSERT ON people FOR EACH ROW EXECUTE FUNCTION f();
         CREATE POLICY own_rows ON people; CREATE TYPE pair AS (a int, b int); CREATE TYPE mood AS ENUM ('x');
         CREATE RULE quiet AS ON DELETE TO people DO INSTEAD NOTHING;
         CREATE TABLE measures (at date NOT NULL, n int) PARTITION BY RANGE (at);
         CREATE TABLE measures_2020 PARTITION OF measures FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
         CREATE INDEX ON measures (n);
         CREATE TABLE child (more int) INHERITS (people);
         ALTER TABLE people ADD CONSTRAINT grown CHECK (age > 17) NOT VALID;
         ALTER TABLE people ADD CONSTRAINT apart EXCLUDE USING gist (age WITH =);
         CREATE INDEX thin ON people (age) WITH (fillfactor = 70);
         CREATE STATISTICS linked ON id, age FROM people; COMMENT ON INDEX thin IS 'an index';
         ALTER TABLE people ALTER COLUMN age SET STATISTICS 10, SET (autovacuum_enabled = false);
         CREATE SCHEMA other; CREATE TABLE other.t (a int)",
    );
    let database = live.introspected();
    let found = drift(&chain, &database, &Postgres);
    let lines: Vec<String> = (found.iter())
        .map(|drift| {
            let mark = if drift.blocking { "!" } else { " " };
            format!("{mark} {}", drift.description)
        })
        .collect();
    insta::assert_snapshot!(lines.join("\n"));
}

/// A table without expressions, which the server writes in its own way, is compared as it stands.
#[test]
fn what_the_chain_made_is_known_without_being_normalized() {
    let mut table = Table::new("things")
        .with_column(Column {
            auto_increment: true,
            ..Column::new("id", SqlType::BigInt).not_null()
        })
        .with_column(Column::new("name", SqlType::Varchar(40)).not_null())
        .with_column(
            Column::new("size", SqlType::Integer)
                .with_default(DefaultValue::Value(Value::Integer(0))),
        )
        .with_column(Column::new("at", SqlType::Timestamp(None)))
        .with_column(Column::new("kind", SqlType::Enum("kind".into())))
        .with_primary_key(["id"]);
    table.uniques.push(unique("things_name_key", &["name"]));
    table.indexes.push(Index::new("things_size_idx", ["size"]));
    table.indexes.push(Index::new("things_at_idx", ["at"]));
    (table.foreign_keys).push(key("things_size_fkey", &["size"], "things", &["id"]));
    let mut models = Schema::new();
    let kind = EnumType {
        name: "kind".into(),
        values: vec!["small".into(), "big".into()],
    };
    models.enums.insert(kind.name.clone(), kind);
    models.insert(table);
    let Some(mut live) = Live::new(&models, "") else {
        return;
    };
    let (chain, database) = compared(&models, &live.introspected(), &Postgres);
    assert!(chain.tables.is_empty() && database.tables.is_empty());
}
