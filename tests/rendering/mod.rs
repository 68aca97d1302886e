//! Plans of SQL on real SQLite databases with rows in the tables.

mod columns;
mod constraints;
mod enums;
mod offline;
mod rebuild;
mod refusals;
mod text;

use diesel::connection::SimpleConnection;
use diesel::{Connection, SqliteConnection};
use migrate_runtime::connection::{Cell, Session, session};
use migrate_runtime::dialect::{Dialect, dialect};
use migrate_runtime::introspect::introspect;
use migrate_runtime::migration::OperationDef;
use migrate_runtime::operation::{Operation, apply_all};
use migrate_runtime::schema::{Backend, Schema};
use migrate_runtime::sql::{Plan, Step, overlay, plan};

pub(crate) fn sqlite() -> &'static dyn Dialect {
    dialect(Backend::Sqlite).unwrap()
}

pub(crate) fn lower(operations: &[OperationDef]) -> Vec<Operation> {
    operations.iter().map(OperationDef::lower).collect()
}

/// The schema that a chain of these operations has.
pub(crate) fn fold(operations: &[OperationDef]) -> Schema {
    let mut schema = Schema::new();
    apply_all(&mut schema, &lower(operations)).unwrap();
    schema
}

/// An SQLite database in memory, with foreign keys on.
pub(crate) struct Database {
    connection: SqliteConnection,
    chain: Schema,
}

impl Database {
    /// A database that these statements made.
    pub(crate) fn new(setup: &str) -> Self {
        let mut connection = SqliteConnection::establish(":memory:").unwrap();
        connection
            .batch_execute("PRAGMA foreign_keys = ON")
            .unwrap();
        connection.batch_execute(setup).unwrap();
        Self {
            connection,
            chain: Schema::new(),
        }
    }

    /// A database that a chain made, with these rows.
    pub(crate) fn of_chain(operations: &[OperationDef], rows: &str) -> Self {
        let mut database = Self::new("");
        database.migrate(operations).unwrap();
        database.batch(rows);
        database
    }

    pub(crate) fn batch(&mut self, sql: &str) {
        self.connection.batch_execute(sql).unwrap();
    }

    /// The rows of a query, columns joined by `|`.
    pub(crate) fn rows(&mut self, query: &str) -> Vec<String> {
        let rows = session(&mut self.connection).query(query).unwrap();
        rows.iter()
            .map(|row| row.0.iter().map(show).collect::<Vec<_>>().join("|"))
            .collect()
    }

    pub(crate) fn one(&mut self, query: &str) -> String {
        self.rows(query).join("\n")
    }

    pub(crate) fn session(&mut self) -> impl Session + '_ {
        session(&mut self.connection)
    }

    /// The stored statement of a table, index, trigger or view.
    pub(crate) fn stored(&mut self, name: &str) -> String {
        self.one(&format!(
            "SELECT sql FROM sqlite_schema WHERE name = '{name}'"
        ))
    }

    pub(crate) fn introspect(&mut self) -> Schema {
        introspect(&mut session(&mut self.connection)).unwrap()
    }

    pub(crate) fn plan(&mut self, operations: &[OperationDef]) -> Result<Plan, String> {
        let database = self.introspect();
        let before = overlay(&self.chain, &database, sqlite());
        plan(&lower(operations), &before, sqlite()).map_err(|error| error.to_string())
    }

    /// Whether the plan makes a table anew.
    pub(crate) fn rebuilds(&mut self, operations: &[OperationDef]) -> bool {
        let plan = self.plan(operations).unwrap();
        plan.statements
            .iter()
            .any(|statement| statement.sql().contains("__migrate_new_"))
    }

    /// Runs a plan as its documentation says. After a failure the database is as it was; after a
    /// success it is what the plan said it would be.
    pub(crate) fn migrate(&mut self, operations: &[OperationDef]) -> Result<(), String> {
        let plan = self.plan(operations)?;
        let before = self.dump();
        let keys = self.one("PRAGMA foreign_keys");
        let result = self.run(&plan).map_err(|(_, problem)| problem);
        assert_eq!(self.one("PRAGMA foreign_keys"), keys);
        assert_eq!(self.one("PRAGMA legacy_alter_table"), "0");
        match &result {
            Err(_) => assert_eq!(self.dump(), before, "a failure leaves something behind"),
            Ok(()) => {
                apply_all(&mut self.chain, &lower(operations)).ok();
                self.is_as_planned(&plan);
            }
        }
        result
    }

    /// Runs a plan, or says the number of the operation that failed, from 0, and why.
    fn run(&mut self, plan: &Plan) -> Result<(), (usize, String)> {
        let mut session = session(&mut self.connection);
        let mut restore = Vec::new();
        for setting in &plan.settings {
            let value = session.query(setting.read).unwrap()[0].text(0).unwrap();
            session.batch(setting.set).unwrap();
            assert_eq!(
                session.query(setting.read).unwrap()[0].text(0).unwrap(),
                setting.expected
            );
            restore.push(format!("{}{value}", setting.set_to));
        }
        session.batch("BEGIN IMMEDIATE").unwrap();
        let result = obey(&mut session, plan);
        let end = if result.is_ok() { "COMMIT" } else { "ROLLBACK" };
        session.batch(end).unwrap();
        for sql in restore {
            session.batch(&sql).unwrap();
        }
        result
    }

    /// What the plan says of the database afterwards is true, stored statements included.
    fn is_as_planned(&mut self, plan: &Plan) {
        let left = self.rows(
            "SELECT name FROM sqlite_schema WHERE name LIKE '~_~_migrate%' ESCAPE '~' \
             AND sql NOT LIKE 'CREATE TABLE ~_~_migrate~_new~_org (x)' ESCAPE '~'",
        );
        assert_eq!(left, Vec::<String>::new());
        if !plan.after_is_exact {
            return;
        }
        let comparable = |schema: &Schema| sqlite().normalize(&sqlite().physical(schema)).tables;
        let found = self.introspect();
        assert_eq!(comparable(&plan.after), comparable(&found));
        let mut copy = SqliteConnection::establish(":memory:").unwrap();
        for table in plan.after.tables.values() {
            copy.batch_execute(table.stored_sql.as_deref().unwrap())
                .unwrap();
        }
        let mut copied = introspect(&mut session(&mut copy)).unwrap();
        for (name, table) in &mut copied.tables {
            table.indexes = found.tables[name].indexes.clone();
        }
        assert_eq!(comparable(&copied), comparable(&found));
    }

    /// Everything: the schema and all rows.
    fn dump(&mut self) -> Vec<String> {
        let mut lines = self.rows("SELECT type, name, sql FROM sqlite_schema ORDER BY 1, 2");
        for table in self.rows("SELECT name FROM sqlite_schema WHERE type = 'table'") {
            let rows = self.rows(&format!("SELECT * FROM \"{}\"", table.replace('"', "\"\"")));
            lines.extend(rows.into_iter().map(|row| format!("{table}: {row}")));
        }
        lines
    }
}

fn obey(session: &mut dyn Session, plan: &Plan) -> Result<(), (usize, String)> {
    for statement in &plan.statements {
        obey_one(session, &statement.step).map_err(|problem| (statement.operation, problem))?;
    }
    Ok(())
}

fn obey_one(session: &mut dyn Session, step: &Step) -> Result<(), String> {
    match step {
        Step::Sql(sql) => session
            .batch(sql)
            .map_err(|error| format!("{error}: {sql}"))?,
        Step::Query { sql } => {
            session.query(sql).map_err(|error| error.to_string())?;
        }
        Step::Each { query } => {
            let rows = session.query(query).map_err(|error| error.to_string())?;
            for sql in rows.iter().filter_map(|row| row.text(0)) {
                session.batch(&sql).map_err(|error| error.to_string())?;
            }
        }
        Step::Expect { query, problem, .. } => {
            let rows = session
                .query(query)
                .map_err(|error| format!("{error}: {query}"))?;
            if !rows.is_empty() {
                let rows: Vec<_> = rows.iter().filter_map(|row| row.text(0)).collect();
                return Err(format!("{problem}: {}", rows.join(", ")));
            }
        }
        Step::Compiles { query, problem, .. } => {
            let rows = session.query(query).map_err(|error| error.to_string())?;
            for sql in rows.iter().filter_map(|row| row.text(0)) {
                (session.batch(&format!("EXPLAIN {sql}")))
                    .map_err(|error| format!("{problem}: {}", error.message))?;
            }
        }
        Step::Skip { .. } => {}
        other => return Err(format!("not in these tests: {other:?}")),
    }
    Ok(())
}

fn show(cell: &Cell) -> String {
    match cell {
        Cell::Null => "NULL".to_owned(),
        Cell::Integer(number) => number.to_string(),
        Cell::Real(number) => format!("{number:?}"),
        Cell::Text(text) => text.clone(),
        Cell::Blob(bytes) => format!("{bytes:02x?}"),
    }
}
