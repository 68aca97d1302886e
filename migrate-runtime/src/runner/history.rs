//! The two bookkeeping tables.
//!
//! `__migrate_version` has one row per applied head of a chain: what is below a head is applied too.
//! `__migrate_log` has one row per step that was tried, and is never read to decide what is applied: it
//! holds checksums, and what people want to know after an incident. Both are created by the first step
//! that is written, never by reading. Their SQL is the same on every database, quotes aside.

use super::clock;
use super::inspect::{has_column, has_table};
use super::transaction::Engine;
use crate::connection::{DatabaseError, Row, Session};
use crate::model::SchemaDef;
use crate::schema::{Schema, TableName};
use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};

/// The column of the log that its first version did not have.
const STEP: &str = "step";

/// What it calls the loading of the first rows, which is not about a revision.
pub(super) const CREATE: &str = "create";

/// The names of the two tables.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryTables {
    /// Applied heads: `__migrate_version`.
    pub version: TableName,
    /// Every step: `__migrate_log`.
    pub log: TableName,
}

impl HistoryTables {
    /// The table that `schema!` names, and the log beside it: `ops.shop` and `ops.shop_log`.
    pub fn of(schema: &SchemaDef) -> Self {
        schema
            .version_table
            .map_or_else(Self::default, |name| Self {
                version: TableName::parse(name),
                log: TableName::parse(&format!("{name}_log")),
            })
    }

    /// Takes the two out of what a database reports, and the one that may be the lock: they belong to no
    /// chain.
    pub(crate) fn leave_out(&self, database: &mut Schema) {
        let Self { version, log } = self;
        let lock = super::mysql_lease::table(version);
        for table in [version, log, &lock] {
            database.tables.remove(table);
        }
    }
}

impl Default for HistoryTables {
    fn default() -> Self {
        Self {
            version: TableName::new("__migrate_version"),
            log: TableName::new("__migrate_log"),
        }
    }
}

/// How a step of the log ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It began outside of a transaction, and its end was not recorded.
    Begun,
    /// It is in the database.
    Applied,
    /// It was rolled back.
    Failed,
}

impl Outcome {
    /// The word in the log: `begun`, `applied`, `failed`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Begun => "begun",
            Self::Applied => "applied",
            Self::Failed => "failed",
        }
    }
}

/// A row of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogEntry {
    /// The revision.
    pub revision: String,
    /// What it is about.
    pub message: String,
    /// The number of the operation, from 1, where that was recorded by itself: outside of a transaction.
    pub step: Option<usize>,
    /// `upgrade`, `downgrade`, `stamp`, `unstamp` or `repair`; `create` of the first rows of a new database, which
    /// has no revision.
    pub direction: String,
    /// The checksum of the file at that time.
    pub checksum: String,
    /// When it began, RFC 3339.
    pub started: String,
    /// When it ended, RFC 3339.
    pub finished: String,
    /// How it ended.
    pub outcome: Outcome,
    /// The machine it ran on.
    pub host: String,
    /// The version of this crate.
    pub tool_version: String,
    /// What went wrong.
    pub error: Option<String>,
}

impl LogEntry {
    /// An entry that begins now, on this machine, and ended well unless that is changed.
    pub(super) fn begin(
        revision: &str,
        message: String,
        direction: &str,
        checksum: String,
    ) -> Self {
        let started = clock::now();
        Self {
            revision: revision.to_owned(),
            message,
            step: None,
            direction: direction.to_owned(),
            checksum,
            finished: started.clone(),
            started,
            outcome: Outcome::Applied,
            host: hostname::get()
                .map(|name| name.to_string_lossy().into_owned())
                .unwrap_or_default(),
            tool_version: env!("CARGO_PKG_VERSION").to_owned(),
            error: None,
        }
    }

    /// The same, finished now.
    pub(super) fn ended(&self) -> Self {
        Self {
            finished: clock::now(),
            ..self.clone()
        }
    }
}

/// The bookkeeping of one chain.
#[derive(Debug)]
pub(crate) struct History<'h> {
    tables: &'h HistoryTables,
    chain: &'h str,
    engine: &'static dyn Engine,
    /// Whether the version table was seen; asking costs as much as the schema is large.
    seen: Cell<bool>,
    /// Whether both tables are there.
    is_there: Cell<bool>,
}

impl<'h> History<'h> {
    pub(super) fn new(
        tables: &'h HistoryTables,
        chain: &'h str,
        engine: &'static dyn Engine,
    ) -> Self {
        Self {
            tables,
            chain,
            engine,
            seen: Cell::new(false),
            is_there: Cell::new(false),
        }
    }

    /// The statements that create what is missing of both tables. Who may not create any may still write
    /// them.
    pub(super) fn missing(&self, session: &mut dyn Session) -> Result<Vec<String>, DatabaseError> {
        let HistoryTables { version, log } = self.tables;
        if self.is_there.get() || has_table(session, version)? && has_column(session, log, STEP)? {
            self.is_there.set(true);
            return Ok(Vec::new());
        }
        let mut statements = self.create_statements().to_vec();
        statements.extend(self.step_statement(session)?);
        Ok(statements)
    }

    /// Creates what is missing, for those who will write.
    pub(super) fn ensure(&self, session: &mut dyn Session) -> Result<(), DatabaseError> {
        let missing = self.missing(session)?;
        all(session, &missing)
    }

    /// What adds the column to a log that an earlier version made.
    fn step_statement(&self, session: &mut dyn Session) -> Result<Option<String>, DatabaseError> {
        let log = &self.tables.log;
        let lacks = has_table(session, log)? && !has_column(session, log, STEP)?;
        Ok(lacks.then(|| format!("ALTER TABLE {} ADD COLUMN {STEP} INTEGER", self.quoted(log))))
    }

    /// A transaction that made sure of the tables was committed.
    pub(super) fn was_committed(&self) {
        self.is_there.set(true);
    }

    /// The applied heads. A database that was never migrated has none, and stays as it is.
    pub(crate) fn rows(&self, session: &mut dyn Session) -> Result<Vec<String>, DatabaseError> {
        if !self.seen.get() {
            if !has_table(session, &self.tables.version)? {
                return Ok(Vec::new());
            }
            self.seen.set(true);
        }
        let rows = session.query(&self.rows_query())?;
        Ok(rows.iter().filter_map(|row| row.text(0)).collect())
    }

    /// The whole log of the chain, oldest first.
    pub(crate) fn log(&self, session: &mut dyn Session) -> Result<Vec<LogEntry>, DatabaseError> {
        if self.is_there.get() || has_column(session, &self.tables.log, STEP)? {
            return self.entries(session, STEP, "");
        }
        // An earlier version made it; or there is none.
        if has_table(session, &self.tables.log)? {
            return self.entries(session, "NULL", "");
        }
        Ok(Vec::new())
    }

    /// What the log has of revisions some of whose operations it has one by one.
    pub(super) fn steps(&self, session: &mut dyn Session) -> Result<Vec<LogEntry>, DatabaseError> {
        if !self.is_there.get() && !has_column(session, &self.tables.log, STEP)? {
            return Ok(Vec::new());
        }
        // Two queries: as one, a server without statistics of the log reads it once for each of its rows.
        let stepped = session.query(&format!(
            "SELECT DISTINCT revision FROM {} WHERE chain = {} AND {STEP} IS NOT NULL",
            self.quoted(&self.tables.log),
            self.literal(self.chain)
        ))?;
        let stepped = stepped.iter().filter_map(|row| row.text(0));
        let stepped: Vec<String> = stepped.map(|revision| self.literal(&revision)).collect();
        if stepped.is_empty() {
            return Ok(Vec::new());
        }
        let those = format!("AND revision IN ({})", stepped.join(", "));
        self.entries(session, STEP, &those)
    }

    fn entries(
        &self,
        session: &mut dyn Session,
        step: &str,
        condition: &str,
    ) -> Result<Vec<LogEntry>, DatabaseError> {
        let rows = session.query(&format!(
            "SELECT revision, message, direction, checksum, started, finished, outcome, host, \
             tool_version, error, {step} FROM {} WHERE chain = {} {condition} ORDER BY id",
            self.quoted(&self.tables.log),
            self.literal(self.chain)
        ))?;
        Ok(rows.iter().map(entry).collect())
    }

    /// Creates the tables where they are missing, and makes sure that they can be written: a read-only
    /// database begins a transaction without complaint.
    pub(crate) fn create(&self, session: &mut dyn Session) -> Result<(), DatabaseError> {
        all(session, &self.create_statements())?;
        if !self.is_there.get() {
            let statement = self.step_statement(session)?;
            all(session, statement.as_slice())?;
        }
        Ok(())
    }

    /// The statements of [`create`](Self::create).
    pub(crate) fn create_statements(&self) -> [String; 3] {
        let version = self.quoted(&self.tables.version);
        let options = self.engine.table_options();
        [
            format!(
                "CREATE TABLE IF NOT EXISTS {version} (\
                 chain VARCHAR(255) NOT NULL, \
                 revision VARCHAR(255) NOT NULL, \
                 PRIMARY KEY (chain, revision)){options}"
            ),
            format!(
                "CREATE TABLE IF NOT EXISTS {} (\
                 id BIGINT NOT NULL PRIMARY KEY, \
                 chain VARCHAR(255) NOT NULL, \
                 revision VARCHAR(255) NOT NULL, \
                 message TEXT NOT NULL, \
                 direction VARCHAR(16) NOT NULL, \
                 checksum VARCHAR(80) NOT NULL, \
                 started VARCHAR(30) NOT NULL, \
                 finished VARCHAR(30) NOT NULL, \
                 outcome VARCHAR(16) NOT NULL, \
                 host VARCHAR(255) NOT NULL, \
                 tool_version VARCHAR(32) NOT NULL, \
                 error TEXT, \
                 step INTEGER){options}",
                self.quoted(&self.tables.log)
            ),
            format!("DELETE FROM {version} WHERE chain IS NULL"),
        ]
    }

    /// The query for the version rows of the chain, in order.
    pub(crate) fn rows_query(&self) -> String {
        format!(
            "SELECT revision FROM {} WHERE chain = {} ORDER BY revision",
            self.quoted(&self.tables.version),
            self.literal(self.chain)
        )
    }

    /// Makes the version rows of the chain exactly those.
    pub(crate) fn set_rows<'r>(
        &self,
        session: &mut dyn Session,
        from: &BTreeSet<String>,
        to: impl IntoIterator<Item = &'r str>,
    ) -> Result<(), DatabaseError> {
        let from = from.iter().map(String::as_str).collect();
        all(
            session,
            &self.row_statements(&from, &to.into_iter().collect()),
        )
    }

    /// The statements of [`set_rows`](Self::set_rows).
    pub(crate) fn row_statements(&self, from: &BTreeSet<&str>, to: &BTreeSet<&str>) -> Vec<String> {
        let table = self.quoted(&self.tables.version);
        let chain = self.literal(self.chain);
        let gone = from.difference(to).map(|row| {
            format!(
                "DELETE FROM {table} WHERE chain = {chain} AND revision = {}",
                self.literal(row)
            )
        });
        let new = to.difference(from).map(|row| {
            format!(
                "INSERT INTO {table} (chain, revision) VALUES ({chain}, {})",
                self.literal(row)
            )
        });
        gone.chain(new).collect()
    }

    /// Adds to the log; the entry ends now.
    pub(crate) fn write(
        &self,
        session: &mut dyn Session,
        entry: &LogEntry,
    ) -> Result<(), DatabaseError> {
        session.batch(&self.log_statement(&entry.ended()))
    }

    /// The statement that adds an entry to the log.
    pub(crate) fn log_statement(&self, entry: &LogEntry) -> String {
        let LogEntry {
            revision,
            message,
            step,
            direction,
            checksum,
            started,
            finished,
            outcome,
            host,
            tool_version,
            error,
        } = entry;
        let values = [
            self.chain,
            revision,
            message,
            direction,
            checksum,
            started,
            finished,
            outcome.as_str(),
            host,
            tool_version,
        ]
        .map(|text| self.literal(text))
        .join(", ");
        let table = self.quoted(&self.tables.log);
        // The lock makes the next number safe, on databases of every kind.
        format!(
            "INSERT INTO {table} (id, chain, revision, message, direction, checksum, started, \
             finished, outcome, host, tool_version, error, step) \
             SELECT COALESCE(MAX(id), 0) + 1, {values}, {}, {} FROM {table}",
            error
                .as_deref()
                .map_or("NULL".to_owned(), |text| self.literal(text)),
            step.map_or("NULL".to_owned(), |step| step.to_string())
        )
    }

    /// The statements that write down that an operation of a migration begins.
    pub(super) fn intent(&self, entry: &LogEntry, step: usize) -> [String; 2] {
        let now = clock::now();
        let begun = LogEntry {
            step: Some(step),
            started: now.clone(),
            finished: now,
            outcome: Outcome::Begun,
            ..entry.clone()
        };
        [self.forget_begun(entry), self.log_statement(&begun)]
    }

    /// The statement that writes down that it was done.
    pub(super) fn outcome(&self, entry: &LogEntry, step: usize) -> String {
        format!(
            "UPDATE {} SET outcome = {}, finished = {} WHERE {} AND step = {step}",
            self.quoted(&self.tables.log),
            self.literal(Outcome::Applied.as_str()),
            self.literal(&clock::now()),
            self.begun(entry)
        )
    }

    /// The statement that forgets operations that began: it is known that they were not done.
    pub(super) fn forget_begun(&self, entry: &LogEntry) -> String {
        format!(
            "DELETE FROM {} WHERE {}",
            self.quoted(&self.tables.log),
            self.begun(entry)
        )
    }

    fn begun(&self, entry: &LogEntry) -> String {
        format!(
            "chain = {} AND revision = {} AND direction = {} AND outcome = {}",
            self.literal(self.chain),
            self.literal(&entry.revision),
            self.literal(&entry.direction),
            self.literal(Outcome::Begun.as_str())
        )
    }

    /// The statement that writes down of an operation that began how far it came.
    pub(super) fn count_begun(&self, entry: &LogEntry, done: &str) -> String {
        format!(
            "UPDATE {} SET error = {} WHERE {}",
            self.quoted(&self.tables.log),
            self.literal(done),
            self.begun(entry)
        )
    }

    /// The statement that writes down that all operations that began were done.
    pub(super) fn end_begun(&self, entry: &LogEntry) -> String {
        format!(
            "UPDATE {} SET outcome = {}, finished = {}, error = NULL WHERE {}",
            self.quoted(&self.tables.log),
            self.literal(Outcome::Applied.as_str()),
            self.literal(&clock::now()),
            self.begun(entry)
        )
    }

    /// The operations of a migration that a run has begun or done which did not come to its end. The same
    /// ones: of a file that was edited meanwhile nothing is known.
    pub(super) fn tried(
        &self,
        session: &mut dyn Session,
        entry: &LogEntry,
    ) -> Result<Vec<LogEntry>, DatabaseError> {
        let mut tried = self.attempts(session, entry)?;
        tried.retain(|earlier| earlier.checksum == entry.checksum);
        Ok(tried)
    }

    /// The same, whatever the file says by now.
    pub(super) fn attempts(
        &self,
        session: &mut dyn Session,
        entry: &LogEntry,
    ) -> Result<Vec<LogEntry>, DatabaseError> {
        let mut tried = Vec::new();
        for earlier in self.steps(session)? {
            if earlier.revision != entry.revision {
                continue;
            }
            if earlier.step.is_none() && earlier.outcome == Outcome::Applied {
                tried.clear();
            } else if earlier.step.is_some() && earlier.direction == entry.direction {
                tried.push(earlier);
            }
        }
        Ok(tried)
    }

    fn quoted(&self, table: &TableName) -> String {
        self.engine.dialect().quote_table(table)
    }

    /// A string as a literal; what a server wrote of an error may hold a NUL, which no literal may.
    fn literal(&self, text: &str) -> String {
        self.engine.dialect().literal(&text.replace('\0', ""))
    }
}

fn all(session: &mut dyn Session, statements: &[String]) -> Result<(), DatabaseError> {
    statements.iter().try_for_each(|sql| session.batch(sql))
}

/// For each revision, the entry that put it where it is now: its last one that was not rolled back,
/// unless that took it away.
pub(crate) fn standing(log: &[LogEntry]) -> BTreeMap<&str, &LogEntry> {
    let mut standing = BTreeMap::new();
    let whole = |entry: &&LogEntry| entry.step.is_none() && entry.outcome == Outcome::Applied;
    for entry in log.iter().filter(whole) {
        match entry.direction.as_str() {
            "downgrade" | "unstamp" => standing.remove(entry.revision.as_str()),
            // Of a new database, and not of a revision.
            CREATE => None,
            _ => standing.insert(entry.revision.as_str(), entry),
        };
    }
    standing
}

/// Of a log whose chain has no version row: the last entry, unless that took something away. The way to base ends with
/// such a one, so the rows were not taken away by us. What only records a file moves nothing.
pub(super) fn lost(log: &[LogEntry]) -> Option<&LogEntry> {
    let whole = |entry: &&LogEntry| {
        let moves = ![CREATE, "repair"].contains(&entry.direction.as_str());
        entry.step.is_none() && entry.outcome == Outcome::Applied && moves
    };
    let last = log.iter().rev().find(whole)?;
    (!["downgrade", "unstamp"].contains(&last.direction.as_str())).then_some(last)
}

fn entry(row: &Row) -> LogEntry {
    let text = |column| row.text(column).unwrap_or_default();
    LogEntry {
        revision: text(0),
        message: text(1),
        direction: text(2),
        checksum: text(3),
        started: text(4),
        finished: text(5),
        outcome: [Outcome::Begun, Outcome::Applied]
            .into_iter()
            .find(|outcome| text(6) == outcome.as_str())
            .unwrap_or(Outcome::Failed),
        host: text(7),
        tool_version: text(8),
        error: row.text(9),
        step: row.integer(10).and_then(|step| usize::try_from(step).ok()),
    }
}

/// A string as a literal; what a server wrote of an error may hold a NUL, which no literal may.
pub(super) fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''").replace('\0', ""))
}
