//! Expressions that two texts do not settle, put to the server.
//!
//! In: the chain as the server would hold it, and the schema that was read. Where an expression of the
//! one is not that of the other in canonical form, the server is given the chain's words for a temporary
//! table that is like the real one, and `SHOW CREATE TABLE` is read; where it then says what it says of
//! the real one, the two are the same. Nothing remains, nothing fails, and no transaction ends. A
//! connection that may make no temporary table cannot tell.

use crate::connection::{DatabaseError, Session};
use crate::dialect::expression::canonical;
use crate::dialect::mysql::spelling::Spelling;
use crate::dialect::mysql::{default, literal};
use crate::dialect::{Dialect, Mysql};
use crate::schema::{
    Attached, AttachedKind, Backend, Column, DefaultValue, Name, Schema, SqlText, Table, TableName,
};

const SCRATCH: &str = "`__migrate_scratch`";

/// Gives the expressions of the database the chain's words where they mean the same.
pub(super) fn settle(
    session: &mut dyn Session,
    ours: &Schema,
    database: &mut Schema,
) -> Result<(), DatabaseError> {
    let mut asked: Vec<(TableName, Vec<Question>)> = Vec::new();
    for (name, there) in &database.tables {
        if let Some(table) = ours.table(name) {
            let questions = questions(table, there);
            if !questions.is_empty() {
                asked.push((name.clone(), questions));
            }
        }
    }
    for (table, questions) in asked {
        let shown = answers(session, &table, &questions)?;
        for (at, question) in questions.iter().enumerate() {
            match &shown {
                Some(shown) if !question.is_answered_by(at, shown) => {}
                Some(_) => question.put(&table, database),
                None => {
                    database.attached.push(question.undecided(&table));
                    question.put(&table, database);
                }
            }
        }
    }
    Ok(())
}

/// Where an expression stands.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Place {
    Default(Name),
    Generated(Name),
    Check(Name),
}

/// An expression in the chain's words and in the server's.
#[derive(Debug)]
struct Question {
    place: Place,
    /// The type of the column, for a default or a generated column.
    ty: String,
    ours: String,
    theirs: String,
}

fn questions(ours: &Table, theirs: &Table) -> Vec<Question> {
    let mut questions = Vec::new();
    for column in &theirs.columns {
        let lower = column.name.as_str().to_lowercase();
        let own = ours
            .columns
            .iter()
            .find(|own| own.name.as_str().to_lowercase() == lower);
        let Some(own) = own else { continue };
        let ty = Mysql.spell_type(&column.ty).unwrap_or_default();
        let spelling = Spelling::parse(&ty);
        let mut ask = |place: Place, ours: &str, theirs: &str| {
            let key = |text: &str| match place {
                Place::Default(_) => default::key(text, &spelling),
                Place::Generated(_) | Place::Check(_) => Some(canonical(Backend::Mysql, text)),
            };
            if key(ours) != key(theirs) {
                questions.push(Question {
                    place,
                    ty: ty.clone(),
                    ours: ours.to_owned(),
                    theirs: theirs.to_owned(),
                });
            }
        };
        if let (Some(one), Some(other)) = (default_of(own), default_of(column)) {
            ask(Place::Default(column.name.clone()), one, other);
        }
        if let (Some(one), Some(other)) = (generated_of(own), generated_of(column)) {
            ask(Place::Generated(column.name.clone()), one, other);
        }
    }
    for check in &theirs.checks {
        let own = ours.checks.iter().find(|one| one.name == check.name);
        let (Some(own), Some(name)) = (own, &check.name) else {
            continue;
        };
        let texts = (
            own.expression.get(Backend::Mysql),
            check.expression.get(Backend::Mysql),
        );
        if let (Some(one), Some(other)) = texts
            && canonical(Backend::Mysql, one) != canonical(Backend::Mysql, other)
        {
            questions.push(Question {
                place: Place::Check(name.clone()),
                ty: String::new(),
                ours: one.to_owned(),
                theirs: other.to_owned(),
            });
        }
    }
    questions
}

fn default_of(column: &Column) -> Option<&str> {
    match &column.default {
        Some(DefaultValue::Sql(sql)) if !column.auto_increment => sql.get(Backend::Mysql),
        _ => None,
    }
}

fn generated_of(column: &Column) -> Option<&str> {
    column.generated.as_ref()?.expression.get(Backend::Mysql)
}

/// What the server makes of the chain's words, as `SHOW CREATE TABLE` tells it; `None` where it lets
/// nobody ask.
fn answers(
    session: &mut dyn Session,
    table: &TableName,
    questions: &[Question],
) -> Result<Option<String>, DatabaseError> {
    let create = format!(
        "CREATE TEMPORARY TABLE {SCRATCH} LIKE {}",
        Mysql.quote_table(table)
    );
    let drop_it = format!("DROP TEMPORARY TABLE IF EXISTS {SCRATCH}");
    session.batch(&drop_it)?;
    if session.batch(&create).is_err() {
        return Ok(None);
    }
    let additions: Vec<String> = (questions.iter().enumerate())
        .map(|(at, question)| question.addition(at))
        .collect();
    // One that the server does not take must not keep the others from being answered.
    if session
        .batch(&format!("ALTER TABLE {SCRATCH} {}", additions.join(", ")))
        .is_err()
    {
        for addition in &additions {
            let _: Result<(), DatabaseError> =
                session.batch(&format!("ALTER TABLE {SCRATCH} {addition}"));
        }
    }
    let shown = session.query(&format!("SHOW CREATE TABLE {SCRATCH}"));
    session.batch(&drop_it)?;
    Ok(shown?.first().and_then(|row| row.text(1)))
}

/// The name by which a question is found again.
fn label(at: usize) -> String {
    format!("`__migrate_{at}`")
}

impl Question {
    /// The clause that gives the chain's words to the table.
    fn addition(&self, at: usize) -> String {
        let Self {
            place,
            ty,
            ours,
            theirs: _,
        } = self;
        let name = label(at);
        // A comment in the text ends with its line.
        let ours = if ours.contains("--") || ours.contains('#') {
            format!("{ours}\n")
        } else {
            ours.clone()
        };
        match place {
            Place::Default(_) => format!("ADD COLUMN {name} {ty} DEFAULT {ours}"),
            Place::Generated(_) => {
                format!("ADD COLUMN {name} {ty} GENERATED ALWAYS AS ({ours}) VIRTUAL")
            }
            Place::Check(_) => format!("ADD CONSTRAINT {name} CHECK ({ours})"),
        }
    }

    /// The server's words for it, out of what it says of the table.
    fn read(&self, at: usize, shown: &str) -> Option<String> {
        let name = label(at);
        let line = shown.lines().map(str::trim).find_map(|line| {
            let line = line.strip_prefix("CONSTRAINT ").unwrap_or(line);
            line.strip_prefix(&name)
        })?;
        let line = line.strip_suffix(',').unwrap_or(line);
        match &self.place {
            Place::Default(_) => behind(line, " DEFAULT ").map(str::to_owned),
            Place::Generated(_) => {
                let expression = behind(line, " GENERATED ALWAYS AS (")?;
                expression.rsplit_once(')').map(|(text, _)| text.to_owned())
            }
            Place::Check(_) => {
                let expression = behind(line, " CHECK (")?;
                expression.rsplit_once(')').map(|(text, _)| text.to_owned())
            }
        }
    }

    /// Whether the server makes of the chain's words what it says of the real one.
    fn is_answered_by(&self, at: usize, shown: &str) -> bool {
        let Some(answer) = self.read(at, shown) else {
            return false;
        };
        match &self.place {
            Place::Default(_) => {
                let spelling = Spelling::parse(&self.ty);
                default::key(&answer, &spelling) == default::key(&self.theirs, &spelling)
            }
            Place::Generated(_) | Place::Check(_) => {
                canonical(Backend::Mysql, &answer) == canonical(Backend::Mysql, &self.theirs)
            }
        }
    }

    fn undecided(&self, table: &TableName) -> Attached {
        Attached {
            kind: AttachedKind::Undecided,
            name: self.place.name().clone(),
            table: Some(table.clone()),
            sql: Some(self.theirs.clone()),
        }
    }

    /// Gives the database the chain's words.
    fn put(&self, table: &TableName, database: &mut Schema) {
        if let Some(table) = database.table_mut(table) {
            let words = SqlText::only(Backend::Mysql, self.ours.as_str());
            self.place.put(table, words);
        }
    }
}

/// What stands behind words that are not in a string.
fn behind<'t>(line: &'t str, words: &str) -> Option<&'t str> {
    let mut at = 0;
    while at < line.len() {
        let rest = &line[at..];
        if let Some(behind) = rest.strip_prefix(words) {
            return Some(behind);
        }
        at += match literal::read(rest) {
            Some((_, length)) => length,
            None => rest.chars().next().map_or(1, char::len_utf8),
        };
    }
    None
}

impl Place {
    const fn name(&self) -> &Name {
        match self {
            Self::Default(name) | Self::Generated(name) | Self::Check(name) => name,
        }
    }

    fn put(&self, table: &mut Table, words: SqlText) {
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
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn question(place: Place) -> Question {
        Question {
            place,
            ty: "varchar(9)".to_owned(),
            ours: "x".to_owned(),
            theirs: "y".to_owned(),
        }
    }

    #[test]
    fn answers_are_found_in_what_the_server_shows() {
        let shown = "CREATE TEMPORARY TABLE `__migrate_scratch` (\n  `a` int(11) DEFAULT NULL,\n  \
            `__migrate_0` enum('x DEFAULT y','b') DEFAULT 'b',\n  \
            `__migrate_1` varchar(9) GENERATED ALWAYS AS (concat(`a`,')')) VIRTUAL,\n  \
            CONSTRAINT `__migrate_2` CHECK (`a` > 0 and (`a` < 9)),\n  \
            CONSTRAINT `__migrate_3` CHECK ((`a` <> _utf8mb4'x'))\n) ENGINE=InnoDB";
        let name = || Name::from("n");
        let read = |place, at| question(place).read(at, shown);
        assert_eq!(read(Place::Default(name()), 0).as_deref(), Some("'b'"));
        assert_eq!(
            read(Place::Generated(name()), 1).as_deref(),
            Some("concat(`a`,')')")
        );
        assert_eq!(
            read(Place::Check(name()), 2).as_deref(),
            Some("`a` > 0 and (`a` < 9)")
        );
        assert_eq!(
            read(Place::Check(name()), 3).as_deref(),
            Some("(`a` <> _utf8mb4'x')")
        );
        assert_eq!(read(Place::Check(name()), 4), None);
    }
}
