//! Questions about the database inside a `run` step.
//!
//! Small catalog queries, one per question, asked at the moment of the call: a `run` step may have changed
//! the database between two of them.

use super::RunConnection;
use super::history::literal;
use crate::connection::{DatabaseError, Session};
use crate::dialect::postgres::quote_path;
use crate::dialect::{Dialect, Mysql};
use crate::schema::{Backend, Name, TableName};

/// Asks the database what it has. Made by [`inspect`](super::inspect).
#[derive(Debug)]
pub struct Inspector<'c, 'a> {
    connection: &'c mut RunConnection<'a>,
}

impl<'c, 'a> Inspector<'c, 'a> {
    pub(super) fn new(connection: &'c mut RunConnection<'a>) -> Self {
        Self { connection }
    }

    /// Whether there is a table of that name (`table` or `schema.table`).
    ///
    /// # Errors
    /// What the database said.
    pub fn has_table(&mut self, table: &str) -> Result<bool, DatabaseError> {
        self.any(Question::Table, table)
    }

    /// Whether the table has a column of that name.
    ///
    /// # Errors
    /// What the database said.
    pub fn has_column(&mut self, table: &str, column: &str) -> Result<bool, DatabaseError> {
        self.any(Question::Column(column), table)
    }

    /// Whether the table has an index of that name.
    ///
    /// # Errors
    /// What the database said.
    pub fn has_index(&mut self, table: &str, index: &str) -> Result<bool, DatabaseError> {
        self.any(Question::Index(index), table)
    }

    fn any(&mut self, question: Question<'_>, table: &str) -> Result<bool, DatabaseError> {
        let table = TableName::parse(table);
        self.connection
            .access()
            .with_session(|session| ask(session, question, &table))
    }
}

/// Whether the database has a table; for those of the runner itself.
pub(crate) fn has_table(
    session: &mut dyn Session,
    table: &TableName,
) -> Result<bool, DatabaseError> {
    ask(session, Question::Table, table)
}

/// The same for a column.
pub(super) fn has_column(
    session: &mut dyn Session,
    table: &TableName,
    column: &str,
) -> Result<bool, DatabaseError> {
    ask(session, Question::Column(column), table)
}

#[derive(Clone, Copy)]
enum Question<'a> {
    Table,
    Column(&'a str),
    Index(&'a str),
}

fn ask(
    session: &mut dyn Session,
    question: Question<'_>,
    table: &TableName,
) -> Result<bool, DatabaseError> {
    let sql = match session.backend() {
        Backend::Sqlite => sqlite_question(question, table),
        Backend::Postgres => postgres_question(question, table),
        Backend::Mysql => mysql_question(question, table),
    };
    Ok(!session.query(&sql)?.is_empty())
}

/// Names of columns and indexes have no case there; those of tables have the one of the file system.
fn mysql_question(question: Question<'_>, table: &TableName) -> String {
    let literal = |text: &str| Mysql.literal(text);
    let schema = (table.schema.as_ref()).map_or_else(
        || "DATABASE()".to_owned(),
        |schema| literal(schema.as_str()),
    );
    let of = format!(
        "WHERE table_schema = {schema} AND table_name = {}",
        literal(table.name.as_str())
    );
    match question {
        Question::Table => {
            format!("SELECT 1 FROM information_schema.tables {of} AND table_type <> 'VIEW'")
        }
        Question::Column(column) => format!(
            "SELECT 1 FROM information_schema.columns {of} AND column_name = {}",
            literal(column)
        ),
        Question::Index(index) => format!(
            "SELECT 1 FROM information_schema.statistics {of} AND index_name = {} LIMIT 1",
            literal(index)
        ),
    }
}

/// SQLite compares names without regard to ASCII case, hence NOCASE. `table_xinfo` knows generated
/// columns, `table_info` does not: <https://sqlite.org/pragma.html#pragma_table_xinfo>.
fn sqlite_question(question: Question<'_>, table: &TableName) -> String {
    let schema = table.schema.as_ref().map_or("main", Name::as_str);
    let schema = literal(schema);
    let table = literal(table.name.as_str());
    match question {
        Question::Table => format!(
            "SELECT 1 FROM pragma_table_list WHERE schema = {schema} COLLATE NOCASE \
             AND name = {table} COLLATE NOCASE AND type <> 'view'"
        ),
        Question::Column(column) => format!(
            "SELECT 1 FROM pragma_table_xinfo({table}, {schema}) WHERE name = {} COLLATE NOCASE",
            literal(column)
        ),
        Question::Index(index) => format!(
            "SELECT 1 FROM pragma_index_list({table}, {schema}) WHERE name = {} COLLATE NOCASE",
            literal(index)
        ),
    }
}

/// A name without a schema means what it means in a statement: `to_regclass` goes by `search_path`.
fn postgres_question(question: Question<'_>, table: &TableName) -> String {
    let table = literal(&quote_path(table));
    let number = format!("pg_catalog.to_regclass({table})");
    match question {
        Question::Table => format!(
            "SELECT 1 FROM pg_catalog.pg_class WHERE oid = {number} AND relkind IN ('r', 'p', 'f')"
        ),
        Question::Column(column) => format!(
            "SELECT 1 FROM pg_catalog.pg_attribute WHERE attrelid = {number} AND attname = {} \
             AND attnum > 0 AND NOT attisdropped",
            literal(column)
        ),
        Question::Index(index) => format!(
            "SELECT 1 FROM pg_catalog.pg_index AS i \
             JOIN pg_catalog.pg_class AS c ON c.oid = i.indexrelid \
             WHERE i.indrelid = {number} AND c.relname = {}",
            literal(index)
        ),
    }
}
