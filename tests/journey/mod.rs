//! A chain on a real database: models → autogenerate → the runner → the same again and back.
//!
//! In: schemas, as models say them, and rows. Every step goes the way of the tool: the database is
//! introspected, a revision is planned against it, applied by the runner as a migration of const
//! operations, and looked at again. What must hold at each step is checked here, once.

mod cases;
mod everywhere;
mod one_chain;
mod snapshot;

use crate::databases::{self, run};
use migrate_runtime::Explain;
use migrate_runtime::autogenerate::{Database, Flags, HasRows, Plan, PlanError, Request, plan};
use migrate_runtime::connection::{Row, Session};
use migrate_runtime::dialect::{Dialect, dialect};
use migrate_runtime::diff::{Answer, RenameHints, RenameQuestion};
use migrate_runtime::introspect::introspect;
use migrate_runtime::migration::Migration;
use migrate_runtime::model::SchemaDef;
use migrate_runtime::runner::{Event, Migrator, RunError};
use migrate_runtime::schema::{Name, Schema, TableName};

use crate::laws::constant;
pub(crate) use snapshot::Snapshot;

/// What models say, beside their schema.
#[derive(Debug, Clone, Default)]
pub(crate) struct Asked {
    /// `renamed_from`.
    pub(crate) renamed: RenameHints,
    /// The flags.
    pub(crate) flags: Flags,
}

/// A database, its chain, and the schema that the chain leads to.
pub(crate) struct Journey {
    database: Box<dyn databases::Database>,
    migrations: Vec<Migration>,
    schemas: Vec<Schema>,
}

/// A revision that was applied.
#[derive(Debug)]
pub(crate) struct Revision {
    /// What it was made from.
    pub(crate) plan: Plan,
    /// The statements that ran, those that only look included.
    pub(crate) statements: Vec<String>,
}

impl Revision {
    /// Whether a table was made again.
    pub(crate) fn rebuilt(&self) -> bool {
        (self.statements.iter()).any(|sql| sql.contains("__migrate_new_"))
    }
}

/// Why a revision was refused.
#[derive(Debug)]
pub(crate) enum Refusal {
    Plan(PlanError),
    Run(RunError),
}

impl Refusal {
    /// The sentence.
    pub(crate) fn text(&self) -> String {
        match self {
            Self::Plan(error) => error.to_string(),
            Self::Run(error) => error.to_string(),
        }
    }

    /// Whether somebody is told what to do: not a database's bare words, and no fault of ours.
    pub(crate) fn is_explained(&self) -> bool {
        match self {
            Self::Plan(PlanError::Internal { .. }) => false,
            Self::Plan(_) => true,
            Self::Run(RunError::Failed(failure)) => failure.hint.is_some(),
            Self::Run(RunError::Render { source, .. }) => !source.hints().is_empty(),
            Self::Run(_) => false,
        }
    }
}

impl Journey {
    /// An empty database of SQLite.
    pub(crate) fn new(foreign_keys: bool) -> Self {
        let mut database = databases::sqlite();
        let setting = format!("PRAGMA foreign_keys = {}", u8::from(foreign_keys));
        run(&mut *database, &setting);
        Self::on(database)
    }

    /// On an empty database.
    pub(crate) fn on(database: Box<dyn databases::Database>) -> Self {
        Self {
            database,
            migrations: Vec::new(),
            schemas: vec![Schema::new()],
        }
    }

    /// The schema that the chain leads to.
    pub(crate) fn chain(&self) -> &Schema {
        self.schemas.last().unwrap()
    }

    pub(crate) fn session(&mut self) -> Box<dyn Session + '_> {
        self.database.session()
    }

    pub(crate) fn dialect(&mut self) -> &'static dyn Dialect {
        dialect(self.session().backend()).unwrap()
    }

    pub(crate) fn run(&mut self, sql: &str) {
        let done = self.session().batch(sql);
        done.unwrap_or_else(|error| panic!("{error}: {sql}"));
    }

    /// The rows of a query, columns joined by `|`.
    pub(crate) fn rows(&mut self, query: &str) -> Vec<String> {
        let rows = self.session().query(query);
        let rows = rows.unwrap_or_else(|error| panic!("{error}: {query}"));
        let text = |row: &Row| {
            let columns = (0..row.0.len()).map(|at| row.text(at));
            let texts: Vec<String> = columns
                .map(|text| text.unwrap_or_else(|| "NULL".to_owned()))
                .collect();
            texts.join("|")
        };
        rows.iter().map(text).collect()
    }

    pub(crate) fn introspected(&mut self) -> Schema {
        introspect(&mut *self.session()).unwrap()
    }

    pub(crate) fn snapshot(&mut self) -> Snapshot {
        Snapshot::of(&mut *self.session())
    }

    /// Takes a database that was made by hand as what the chain made.
    pub(crate) fn adopt(&mut self, chain: &Schema) {
        let asked = Asked::default();
        let empty = Schema::new();
        let nothing = |_: &TableName, _: Option<&Name>| false;
        let made = plan(&request(&empty, chain, None, &nothing, &asked), None).unwrap();
        self.push(&made, chain.clone());
        self.migrator(|migrator, session| migrator.stamp(session, &["head"], false))
            .unwrap();
    }

    /// What `revision --autogenerate` plans.
    pub(crate) fn plan(&mut self, models: &Schema, asked: &Asked) -> Result<Plan, PlanError> {
        let database = self.introspected();
        let chain = self.chain().clone();
        let mut filled: Vec<TableName> = database.tables.keys().cloned().collect();
        filled.retain(|table| self.has_rows(table));
        // What is NULL is for the upgrade to find.
        let has_rows =
            |table: &TableName, column: Option<&Name>| column.is_none() && filled.contains(table);
        let database = Database {
            schema: &database,
            dialect: self.dialect(),
        };
        let request = request(&chain, models, Some(database), &has_rows, asked);
        plan(&request, Some(&mut |_: &RenameQuestion| Some(Answer::Drop)))
    }

    fn has_rows(&mut self, table: &TableName) -> bool {
        let path = self.dialect().quote_table(table);
        !(self.rows(&format!("SELECT 1 FROM {path} LIMIT 1"))).is_empty()
    }

    /// Plans a revision, applies it, and looks whether the database is what the models say then.
    pub(crate) fn migrate(&mut self, models: &Schema, asked: &Asked) -> Result<Revision, Refusal> {
        let plan = self.plan(models, asked).map_err(Refusal::Plan)?;
        self.push(&plan, models.clone());
        let statements = match self.upgrade() {
            Ok(statements) => statements,
            Err(error) => {
                self.migrations.pop();
                self.schemas.pop();
                return Err(Refusal::Run(error));
            }
        };
        self.assert_settled(models);
        Ok(Revision { plan, statements })
    }

    fn push(&mut self, plan: &Plan, after: Schema) {
        let id: &'static str = format!("{:04}", self.migrations.len() + 1).leak();
        let mut migration = Migration::new(id).upgrade(constant::operations(&plan.upgrade));
        if let Some(last) = self.migrations.last() {
            migration = migration.revises(vec![last.id].leak());
        }
        migration = match &plan.irreversible {
            None => migration.downgrade(constant::operations(&plan.downgrade)),
            Some(_) => migration.irreversible("nobody knows"),
        };
        self.migrations.push(migration);
        self.schemas.push(after);
    }

    /// The same chain on another database, which is empty.
    pub(crate) fn again_on(&self, database: Box<dyn databases::Database>) -> Self {
        Self {
            database,
            migrations: self.migrations.clone(),
            schemas: self.schemas.clone(),
        }
    }

    /// Puts a migration that changes no schema at the end of the chain.
    pub(crate) fn write_by_hand(&mut self, mut migration: Migration) {
        if let Some(last) = self.migrations.last() {
            migration = migration.revises(vec![last.id].leak());
        }
        self.migrations.push(migration);
    }

    /// `upgrade TARGET`; returns the statements.
    pub(crate) fn upgrade_to(&mut self, target: &str) -> Result<Vec<String>, RunError> {
        self.migrator(|migrator, session| migrator.upgrade(session, target))
    }

    /// `downgrade TARGET`; returns the statements.
    pub(crate) fn downgrade_to(&mut self, target: &str) -> Result<Vec<String>, RunError> {
        self.migrator(|migrator, session| migrator.downgrade(session, target))
    }

    /// `upgrade head`; returns the statements.
    pub(crate) fn upgrade(&mut self) -> Result<Vec<String>, RunError> {
        self.migrator(|migrator, session| migrator.upgrade(session, "head"))
    }

    /// `downgrade -1`; returns the statements.
    pub(crate) fn downgrade(&mut self) -> Result<Vec<String>, RunError> {
        self.migrator(|migrator, session| migrator.downgrade(session, "-1"))
    }

    /// Takes back the last revision, and forgets it.
    #[track_caller]
    pub(crate) fn back(&mut self) {
        self.downgrade()
            .unwrap_or_else(|error| panic!("the downgrade: {error}"));
        self.migrations.pop();
        self.schemas.pop();
        let chain = self.chain().clone();
        self.assert_settled(&chain);
    }

    fn migrator<T>(
        &mut self,
        act: impl FnOnce(&mut Migrator<'_>, &mut dyn Session) -> Result<T, RunError>,
    ) -> Result<Vec<String>, RunError> {
        let schema = SchemaDef {
            chain: "journey",
            models: &[],
            unmanaged: &[],
            ignore: &[],
            version_table: None,
            include: &[],
            migrations: self.migrations.clone().leak(),
            head: "",
        };
        let mut statements = Vec::new();
        let mut migrator = Migrator::new(&schema).progress(|event: &Event<'_>| {
            if let Event::Statement { sql } = event {
                statements.push((*sql).to_owned());
            }
        });
        act(&mut migrator, &mut *self.database.session())?;
        drop(migrator);
        Ok(statements)
    }

    /// The second diff is empty, and nothing of the database is in its way.
    #[track_caller]
    pub(crate) fn assert_settled(&mut self, models: &Schema) {
        let again = self.plan(models, &Asked::default());
        let again = again.unwrap_or_else(|error| panic!("the second plan: {error}"));
        assert!(
            again.is_empty(),
            "the second diff: {}",
            again.in_words().join("; ")
        );
    }

    /// Up, and if `there_and_back` down and up again, with everything that must hold then.
    #[track_caller]
    pub(crate) fn travel(&mut self, models: &Schema, asked: &Asked) -> Result<Revision, Refusal> {
        let before = self.snapshot();
        let from = self.chain().clone();
        let revision = match self.migrate(models, asked) {
            Ok(revision) => revision,
            Err(refusal) => {
                assert!(refusal.is_explained(), "unexplained: {}", refusal.text());
                self.assert_rolled_back(&before, "after a refusal");
                return Err(refusal);
            }
        };
        let after = self.snapshot();
        before.assert_rows_kept(&after, &from, &revision.plan.upgrade, false);
        if revision.plan.irreversible.is_some() || revision.plan.is_empty() {
            return Ok(revision);
        }
        if let Err(error) = self.downgrade() {
            // Values that are lost may be what a former rule demands; and rows that broke one, while
            // keys were off, or that the column's type does not have, break it again.
            let refusal = Refusal::Run(error);
            let may_be = revision.plan.destructive
                || before.violations > 0
                || before.has_strange_values(&from)
                || after.has_strange_values(models);
            assert!(
                may_be && refusal.is_explained(),
                "the downgrade: {}",
                refusal.text()
            );
            self.assert_rolled_back(&after, "after a refused downgrade");
            return Ok(revision);
        }
        let back = self.snapshot();
        before.assert_restored(&back, &revision.plan.upgrade);
        before.assert_rows_kept(&back, &from, &revision.plan.upgrade, true);
        self.schemas.push(from.clone());
        let above = self.schemas.len() - 1;
        self.assert_settled_at(&from);
        self.schemas.truncate(above);
        if let Err(error) = self.upgrade() {
            panic!("the second upgrade: {error}");
        }
        after.assert_restored(&self.snapshot(), &revision.plan.downgrade);
        self.assert_settled(models);
        Ok(revision)
    }

    /// Nothing was changed, where a migration that fails can be rolled back.
    fn assert_rolled_back(&mut self, before: &Snapshot, when: &str) {
        if self.dialect().capabilities().transactional_ddl {
            before.assert_equal(&self.snapshot(), when);
        }
    }

    fn assert_settled_at(&mut self, chain: &Schema) {
        let again = self.plan(chain, &Asked::default());
        let again = again.unwrap_or_else(|error| panic!("the plan after the downgrade: {error}"));
        assert!(again.is_empty(), "{}", again.in_words().join("; "));
    }
}

fn request<'a>(
    chain: &'a Schema,
    models: &'a Schema,
    database: Option<Database<'a>>,
    has_rows: &'a HasRows<'a>,
    asked: &'a Asked,
) -> Request<'a> {
    Request {
        chain,
        models,
        renamed_from: &asked.renamed,
        database,
        has_rows,
        values_wait: false,
        flags: &asked.flags,
    }
}
