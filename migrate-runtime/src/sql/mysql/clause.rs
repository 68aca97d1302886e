//! How a change of a table is made: what the servers do for each kind of clause, as data, and the clauses
//! of one table that become one `ALTER TABLE`.
//!
//! Measured on MariaDB 10.11 and taken from MySQL's "Online DDL Operations". Where two servers differ the
//! better way is tried first: a server refuses what it cannot do before it begins.

use crate::dialect::Dialect;
use crate::schema::{Name, TableName};
use crate::sql::{Online, Step};

/// What a clause costs at best.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cost {
    /// The catalog alone changes: columns come and go, defaults, comments, names; rows stay where they are.
    Instant,
    /// As before, for the definition of a column restated: some are instant, some are not, and the server
    /// knows which. Apart, so that a cheap clause does not become an expensive one.
    Modify,
    /// Something is built while others read and write: an index, `NOT NULL`.
    Online,
    /// All rows are copied, or nobody may write meanwhile.
    Copy,
}

impl Cost {
    /// What to tell the server, best first. Whoever says nothing gets a copy without being asked.
    pub(super) const fn ways(self) -> &'static [&'static str] {
        match self {
            Self::Instant | Self::Modify => &["ALGORITHM=INSTANT", "ALGORITHM=INPLACE, LOCK=NONE"],
            Self::Online => &["ALGORITHM=INPLACE, LOCK=NONE"],
            Self::Copy => &[],
        }
    }
}

/// Clauses of one table that become one statement.
#[derive(Debug)]
pub(super) struct Pending {
    /// The operation of the first clause.
    pub(super) operation: usize,
    pub(super) table: TableName,
    pub(super) cost: Cost,
    pub(super) clauses: Vec<Clause>,
    /// Whether the next clause must be in the same statement: a column that numbers rows needs its key.
    pub(super) is_open: bool,
}

/// A clause of `ALTER TABLE`, and the names it is about.
#[derive(Debug)]
pub(super) struct Clause {
    pub(super) sql: String,
    pub(super) names: Vec<String>,
}

/// What a clause that changes a column is about: names have no case there.
pub(super) fn about(column: &Name) -> String {
    column.as_str().to_lowercase()
}

impl Pending {
    /// Whether a clause can be a part of the statement: it costs the same, and it is about something else.
    pub(super) fn takes(&self, table: &TableName, cost: Cost, names: &[String]) -> bool {
        let is_about = |name: &String| {
            let mut names = self.clauses.iter().flat_map(|clause| &clause.names);
            let made = name.strip_prefix('-').map(|index| format!("+{index}"));
            names.any(|other| other == name || Some(other) == made.as_ref())
        };
        self.table == *table && (self.is_open || self.cost == cost && !names.iter().any(is_about))
    }

    /// The statement. A table that was made a moment ago is nobody's yet.
    pub(super) fn step(&self, is_fresh: bool, dialect: &dyn Dialect) -> Step {
        let path = dialect.quote_table(&self.table);
        let clauses: Vec<&str> = self.clauses.iter().map(|it| it.sql.as_str()).collect();
        let sql = format!("ALTER TABLE {path} {}", clauses.join(", "));
        if is_fresh {
            return Step::Sql(sql);
        }
        Step::Online(Online {
            sql,
            ways: self.cost.ways(),
            table: self.table.clone(),
            big: big_table(&self.table, dialect),
        })
    }
}

/// The query that returns how big a table is, where copying it takes more than a moment.
fn big_table(table: &TableName, dialect: &dyn Dialect) -> String {
    let schema = match &table.schema {
        Some(schema) => dialect.literal(schema.as_str()),
        None => "DATABASE()".to_owned(),
    };
    format!(
        "SELECT CONCAT(ROUND(data_length / 1048576), ' MB') FROM information_schema.tables \
         WHERE table_schema = {schema} AND table_name = {} AND data_length >= 10485760",
        dialect.literal(table.name.as_str())
    )
}
