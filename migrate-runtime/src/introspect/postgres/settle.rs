//! Expressions that two texts do not settle, put to the server.
//!
//! In: the chain and the schema that was read. Where an expression of the one is not that of the other
//! in canonical form, the server is given the chain's words for a scratch table and read back; where it
//! then says what it says of the real one, the two are the same. All of it is one `DO` block whose parts
//! are rolled back, inside a transaction or outside, so nothing remains and nothing fails. A connection
//! that may not write cannot tell.

use crate::connection::Session;
use crate::dialect::expression::canonical;
use crate::dialect::postgres::quote_path;
use crate::dialect::{Dialect, Postgres, postgres};
use crate::introspect::IntrospectError;
use crate::schema::{
    Attached, AttachedKind, Backend, Column, DefaultValue, Index, IndexKey, Name, Schema, SqlText,
    Table, TableName,
};
use std::fmt::Write as _;

/// Gives the expressions of the database the chain's words where they mean the same.
pub(in crate::introspect) fn settle(
    session: &mut dyn Session,
    chain: &Schema,
    database: &mut Schema,
) -> Result<(), IntrospectError> {
    let ours = Postgres.physical(chain);
    let mut questions = Vec::new();
    for (name, there) in &database.tables {
        if let Some(table) = ours.table(name) {
            ask_about(table, there, &mut questions);
        }
    }
    if questions.is_empty() {
        return Ok(());
    }
    session.batch(&block(&questions))?;
    let rows = session.query("SELECT current_setting('migrate.answers')")?;
    let answers = rows.first().and_then(|row| row.text(0)).unwrap_or_default();
    for (question, answer) in questions.iter().zip(answers.split(END)) {
        question.settle(answer, database);
    }
    Ok(())
}

/// What stands behind an answer, and what stands for one of a connection that may not write.
const END: char = '\u{1f}';
const READ_ONLY: &str = "\u{1e}";

/// Where an expression stands.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Place {
    Default(Name),
    Generated(Name),
    Check(Name),
    IndexPart(Name, usize),
    Predicate(Name),
}

/// An expression in the chain's words and in the server's.
struct Question {
    table: TableName,
    place: Place,
    ours: String,
    theirs: String,
    /// The statement that gives it to the scratch table.
    statement: String,
    /// The query that reads it back.
    read: String,
}

fn ask_about(ours: &Table, theirs: &Table, questions: &mut Vec<Question>) {
    let mut ask = |place, one: Option<&SqlText>, other: Option<&SqlText>, how: (String, &str)| {
        let (Some(one), Some(other)) = (one.and_then(own), other.and_then(own)) else {
            return;
        };
        if canonical(Backend::Postgres, one) != canonical(Backend::Postgres, other) {
            questions.push(Question {
                table: theirs.name.clone(),
                place,
                ours: one.to_owned(),
                theirs: other.to_owned(),
                statement: how.0,
                read: how.1.to_owned(),
            });
        }
    };
    for column in &theirs.columns {
        let Some(own) = ours.column(&column.name) else {
            continue;
        };
        let name = postgres::quote(column.name.as_str());
        let (one, other) = (default_of(own), default_of(column));
        let set = format!(
            "ALTER TABLE {SCRATCH} ALTER COLUMN {name} SET DEFAULT {}",
            text(one)
        );
        ask(
            Place::Default(column.name.clone()),
            one,
            other,
            (set, READ_DEFAULT),
        );
        let (one, other) = (generated_of(own), generated_of(column));
        let ty = Postgres.spell_type(&column.ty).unwrap_or_default();
        let add = format!(
            "ALTER TABLE {SCRATCH} ADD COLUMN __migrate_new {ty} GENERATED ALWAYS AS ({}) STORED",
            text(one)
        );
        ask(
            Place::Generated(column.name.clone()),
            one,
            other,
            (add, READ_DEFAULT),
        );
    }
    for check in &theirs.checks {
        let own = ours.checks.iter().find(|one| one.name == check.name);
        if let (Some(own), Some(name)) = (own, &check.name) {
            let one = Some(&own.expression);
            let how = match own.exclusion() {
                Some(definition) => (
                    format!("ALTER TABLE {SCRATCH} ADD EXCLUDE {definition}"),
                    READ_EXCLUSION,
                ),
                None => (
                    format!("ALTER TABLE {SCRATCH} ADD CHECK ({})", text(one)),
                    READ_CHECK,
                ),
            };
            let place = Place::Check(name.clone());
            ask(place, one, Some(&check.expression), how);
        }
    }
    for index in &theirs.indexes {
        let Some(own) = ours.index(&index.name) else {
            continue;
        };
        let one = own.predicate.as_ref();
        let create = format!("CREATE INDEX ON {SCRATCH} ((1)) WHERE {}", text(one));
        let place = Place::Predicate(index.name.clone());
        ask(
            place,
            one,
            index.predicate.as_ref(),
            (create, READ_PREDICATE),
        );
        for (at, (part, theirs)) in own.columns.iter().zip(&index.columns).enumerate() {
            if let (IndexKey::Expression(one), IndexKey::Expression(other)) =
                (&part.key, &theirs.key)
            {
                let place = Place::IndexPart(index.name.clone(), at);
                let create = create_index(index, theirs.operator_class.as_deref(), one);
                ask(place, Some(one), Some(other), (create, READ_INDEX));
            }
        }
    }
}

fn create_index(index: &Index, class: Option<&str>, expression: &SqlText) -> String {
    format!(
        "CREATE INDEX ON {SCRATCH} USING {} (({}) {})",
        index.method.as_deref().unwrap_or("btree"),
        text(Some(expression)),
        class.unwrap_or_default()
    )
}

fn default_of(column: &Column) -> Option<&SqlText> {
    match &column.default {
        Some(DefaultValue::Sql(sql)) if !column.auto_increment => Some(sql),
        _ => None,
    }
}

fn generated_of(column: &Column) -> Option<&SqlText> {
    column
        .generated
        .as_ref()
        .map(|generated| &generated.expression)
}

fn own(sql: &SqlText) -> Option<&str> {
    sql.get(Backend::Postgres)
}

fn text(sql: Option<&SqlText>) -> String {
    let text = sql.and_then(own).unwrap_or_default();
    if text.contains("--") {
        format!("{text}\n")
    } else {
        text.to_owned()
    }
}

const SCRATCH: &str = "pg_temp.__migrate_scratch";
const READ_DEFAULT: &str = "SELECT pg_catalog.pg_get_expr(adbin, adrelid) \
    FROM pg_catalog.pg_attrdef WHERE adrelid = 'pg_temp.__migrate_scratch'::regclass";
const READ_CHECK: &str = "SELECT pg_catalog.pg_get_expr(conbin, conrelid) FROM pg_catalog.pg_constraint \
    WHERE contype = 'c' AND conrelid = 'pg_temp.__migrate_scratch'::regclass";
const READ_EXCLUSION: &str = "SELECT substr(pg_catalog.pg_get_constraintdef(oid), 9) \
    FROM pg_catalog.pg_constraint \
    WHERE contype = 'x' AND conrelid = 'pg_temp.__migrate_scratch'::regclass";
const READ_PREDICATE: &str = "SELECT pg_catalog.pg_get_expr(indpred, indrelid) \
    FROM pg_catalog.pg_index WHERE indrelid = 'pg_temp.__migrate_scratch'::regclass";
const READ_INDEX: &str = "SELECT pg_catalog.pg_get_indexdef(indexrelid, 1, true) \
    FROM pg_catalog.pg_index WHERE indrelid = 'pg_temp.__migrate_scratch'::regclass";

/// Each question in a block of its own, which ends in an error and is rolled back with it; the
/// variables are not.
fn block(questions: &[Question]) -> String {
    let literal = |text: &str| Postgres.literal(text);
    let mut body = String::from("DECLARE answers text := ''; answer text; BEGIN\n");
    for question in questions {
        let create = format!(
            "CREATE TEMPORARY TABLE __migrate_scratch (LIKE {})",
            quote_path(&question.table)
        );
        let _ = writeln!(
            body,
            "answer := ''; BEGIN EXECUTE {}; EXECUTE {}; EXECUTE {} INTO answer; \
             RAISE EXCEPTION USING ERRCODE = 'MGR01'; \
             EXCEPTION WHEN SQLSTATE 'MGR01' THEN NULL; \
             WHEN read_only_sql_transaction OR insufficient_privilege THEN answer := chr(30); \
             WHEN OTHERS THEN answer := ''; END; \
             answers := answers || coalesce(answer, '') || chr(31);",
            literal(&create),
            literal(&question.statement),
            literal(&question.read),
        );
    }
    body += "PERFORM pg_catalog.set_config('migrate.answers', answers, false); END";
    format!("DO {}", literal(&body))
}

impl Question {
    fn settle(&self, answer: &str, database: &mut Schema) {
        if answer == READ_ONLY {
            database.attached.push(Attached {
                kind: AttachedKind::Undecided,
                name: self.place.name().clone(),
                table: Some(self.table.clone()),
                sql: Some(self.theirs.clone()),
            });
        } else if answer != self.theirs {
            return;
        }
        let words = SqlText::only(Backend::Postgres, self.ours.as_str());
        let Some(table) = database.table_mut(&self.table) else {
            return;
        };
        self.place.put(table, words);
    }
}

impl Place {
    const fn name(&self) -> &Name {
        match self {
            Self::Default(name)
            | Self::Generated(name)
            | Self::Check(name)
            | Self::IndexPart(name, _)
            | Self::Predicate(name) => name,
        }
    }

    fn put(&self, table: &mut Table, words: SqlText) {
        let index = |table: &mut Table, name: &Name| {
            (table.indexes.iter()).position(|index| index.name == *name)
        };
        match self {
            Self::Default(name) => {
                if let Some(column) = table.column_mut(name) {
                    column.default = Some(DefaultValue::Sql(words));
                }
            }
            Self::Generated(name) => {
                let column = table.column_mut(name);
                if let Some(generated) = column.and_then(|column| column.generated.as_mut()) {
                    generated.expression = words;
                }
            }
            Self::Check(name) => {
                let mut checks = table.checks.iter_mut();
                if let Some(check) = checks.find(|check| check.name.as_ref() == Some(name)) {
                    check.expression = words;
                }
            }
            Self::IndexPart(name, at) => {
                let found = index(table, name).and_then(|index| table.indexes.get_mut(index));
                if let Some(part) = found.and_then(|index| index.columns.get_mut(*at)) {
                    part.key = IndexKey::Expression(words);
                }
            }
            Self::Predicate(name) => {
                let found = index(table, name).and_then(|index| table.indexes.get_mut(index));
                if let Some(index) = found {
                    index.predicate = Some(words);
                }
            }
        }
    }
}
