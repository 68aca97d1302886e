//! One call that proves a chain on a throwaway database: the test that every project writes for itself.
//!
//! In goes a connection to an empty database, out comes what was proven, or what went wrong where.

mod rows;

use crate::command::{Check, check};
use crate::connection::Session;
use crate::dialect::dialect;
use crate::model::SchemaDef;
use crate::runner::{Chains, FirstLook, Migrator, Report, RunError};
use crate::schema::{Schema, TableName};
use crate::{Error, ErrorKind, Explain};
use std::collections::BTreeMap;

/// Proves a chain on an empty database: [`ChainTest`] with its defaults.
///
/// ```
/// # #[cfg(feature = "sqlite")] {
/// # use migrate_runtime::model::SchemaDef;
/// # static SCHEMA: SchemaDef = SchemaDef { chain: "app", models: &[], migrations: &[], head: "", unmanaged: &[], ignore: &[], version_table: None, include: &[] };
/// use diesel::{Connection, sqlite::SqliteConnection};
///
/// # fn the_chain_holds() {
/// let mut connection = SqliteConnection::establish(":memory:").unwrap();
/// migrate_runtime::testing::prove(&mut connection, &SCHEMA).unwrap();
/// # }
/// # the_chain_holds();
/// # }
/// ```
///
/// # Errors
/// As [`ChainTest::run`].
#[cfg(feature = "diesel")]
pub fn prove<C>(connection: &mut C, schema: &SchemaDef) -> Result<Proof, Error>
where
    C: diesel::connection::LoadConnection,
    C::Backend: crate::connection::MigrateBackend,
{
    ChainTest::new(schema).run(connection)
}

/// A proof of a chain, and how to do it.
///
/// 1. What the head has is created at once and recorded; an upgrade then finds nothing to do, and models and
///    database agree. Left out where a revision does something to rows or is SQL that nobody can read, and on
///    MySQL and MariaDB.
/// 2. All of it is taken back. At the base nothing is left. A revision that says that it is irreversible ends
///    that.
/// 3. From an empty database, every revision is applied by itself, with rows in all tables: the database becomes what the revision
///    says, and no row is lost, as long as the revision does not touch rows itself.
/// 4. Models and database agree, and the way back and forth is gone once more, with rows.
#[derive(Debug)]
pub struct ChainTest<'a> {
    schema: &'a SchemaDef,
    rows: usize,
    destroy: bool,
}

/// What was proven.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Proof {
    /// How many revisions were applied, one by one.
    pub revisions: usize,
    /// Whether the head was also created at once.
    pub is_created: bool,
    /// Where the way back ended: empty at the base, otherwise above an irreversible revision.
    pub back_at: Vec<String>,
    /// Tables that stayed without rows, and why.
    pub without_rows: Vec<(TableName, String)>,
}

/// What does not hold.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TestError {
    /// Somebody's tables are there.
    #[error("the database is not empty: it has {}", .tables.join(", "))]
    NotEmpty {
        /// Their names.
        tables: Vec<String>,
    },
    /// A step failed.
    #[error("{doing}: {source}")]
    Run {
        /// What was being done.
        doing: String,
        /// What went wrong.
        source: RunError,
    },
    /// There was something to do where nothing was expected.
    #[error("created at head, and an upgrade still ran {}", .revisions.join(", "))]
    NotAtHead {
        /// What ran.
        revisions: Vec<String>,
    },
    /// Models, chain and database do not agree.
    #[error("{when}, models, revisions and database do not agree:\n{check}")]
    Different {
        /// When that was.
        when: &'static str,
        /// What differs.
        check: Check,
    },
    /// The way back leaves something.
    #[error("at base, the database still has {}", .tables.join(", "))]
    Left {
        /// The tables.
        tables: Vec<String>,
    },
    /// Rows are gone.
    #[error("{what} lost rows of table {table}: {before} before, {after} after")]
    LostRows {
        /// The direction and the revision.
        what: String,
        /// The table.
        table: TableName,
        /// How many there were.
        before: i64,
        /// How many there are.
        after: i64,
    },
}

impl Explain for TestError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::NotEmpty { .. } => ErrorKind::Usage,
            Self::Run { source, .. } => source.kind(),
            _ => ErrorKind::Drift,
        }
    }

    fn hints(&self) -> Vec<String> {
        match self {
            Self::NotEmpty { .. } => vec![
                "give it a database of its own; to have everything in this one dropped: .destroy(true)".to_owned(),
            ],
            Self::Run { source, .. } => source.hints(),
            _ => Vec::new(),
        }
    }
}

impl<'a> ChainTest<'a> {
    /// Three rows in each table, and nothing is destroyed.
    pub fn new(schema: &'a SchemaDef) -> Self {
        Self {
            schema,
            rows: 3,
            destroy: false,
        }
    }

    /// How many rows each table gets; 0 for none.
    #[must_use]
    pub fn rows(mut self, rows: usize) -> Self {
        self.rows = rows;
        self
    }

    /// Whether everything in the database may be dropped first. It holds for all that the connection sees.
    #[must_use]
    pub fn destroy(mut self, destroy: bool) -> Self {
        self.destroy = destroy;
        self
    }

    /// Proves the chain. The database is at the head afterwards.
    ///
    /// # Errors
    /// [`TestError`], as an [`Error`].
    #[cfg(feature = "diesel")]
    pub fn run<C>(&self, connection: &mut C) -> Result<Proof, Error>
    where
        C: diesel::connection::LoadConnection,
        C::Backend: crate::connection::MigrateBackend,
    {
        self.run_on(&mut crate::connection::session(connection))
    }

    /// As [`run`](Self::run), on an open [`Session`].
    ///
    /// # Errors
    /// As [`run`](Self::run).
    pub fn run_on(&self, session: &mut dyn Session) -> Result<Proof, Error> {
        self.make_empty(session)?;
        let mut migrator = Migrator::new(self.schema).verify(true);
        let created = during(
            "creating what the head has",
            migrator.create(session, false),
        )?;
        let is_created = created.is_some();
        if is_created {
            let report = during(
                "upgrading what is at head",
                migrator.upgrade(session, "heads"),
            )?;
            if !report.steps.is_empty() {
                let revisions = report.steps.into_iter().map(|step| step.revision).collect();
                return Err(TestError::NotAtHead { revisions }.into());
            }
            agree(session, &mut migrator, "created at head")?;
            self.take_back(session, &mut migrator)?;
            // What cannot be taken back is not in the way of the chain either.
            during("dropping everything", migrator.destroy(session))?;
        }
        let mut without_rows = BTreeMap::new();
        let revisions = self.step_up(session, &mut migrator, &mut without_rows)?;
        agree(session, &mut migrator, "upgraded to head")?;
        let back_at = self.take_back(session, &mut migrator)?;
        self.step_up(session, &mut migrator, &mut without_rows)?;
        agree(session, &mut migrator, "upgraded again")?;
        Ok(Proof {
            revisions,
            is_created,
            back_at,
            without_rows: without_rows.into_iter().collect(),
        })
    }

    fn make_empty(&self, session: &mut dyn Session) -> Result<(), Error> {
        let mut migrator = Migrator::new(self.schema);
        let doing = "looking at the database";
        if self.destroy {
            return Ok(during("dropping everything", migrator.destroy(session))?);
        }
        let found = match during(doing, migrator.first_look(session))? {
            FirstLook::New => return Ok(()),
            FirstLook::Unrecorded { database, .. } => names(&database),
            FirstLook::Recorded => {
                let chains = Chains::new(self.schema).map_err(RunError::from)?;
                let database = during(doing, chains.observe(session, &Schema::new()))?;
                // What an earlier proof ended with at the base.
                if database.tables.is_empty() {
                    return Ok(());
                }
                names(&database)
            }
        };
        Err(TestError::NotEmpty { tables: found }.into())
    }

    /// Applies what is missing, revision by revision, each on tables with rows.
    fn step_up(
        &self,
        session: &mut dyn Session,
        migrator: &mut Migrator<'_>,
        without_rows: &mut BTreeMap<TableName, String>,
    ) -> Result<usize, Error> {
        let pending = during("reading the revision", migrator.pending(session))?;
        for revision in &pending {
            self.fill(session, migrator, without_rows)?;
            let what = format!("the upgrade of revision {revision}");
            keep_rows(session, migrator, &what, |session, migrator| {
                migrator.upgrade(session, revision)
            })?;
        }
        self.fill(session, migrator, without_rows)?;
        Ok(pending.len())
    }

    /// Takes back what can be. Returns where that ended.
    fn take_back(
        &self,
        session: &mut dyn Session,
        migrator: &mut Migrator<'_>,
    ) -> Result<Vec<String>, Error> {
        let chains = Chains::new(self.schema).map_err(RunError::from)?;
        let last = chains.last_irreversible();
        let target = last.unwrap_or_else(|| "base".to_owned());
        let what = format!("the downgrade to {target}");
        let report = keep_rows(session, migrator, &what, |session, migrator| {
            migrator.downgrade(session, &target)
        })?;
        if report.to.is_empty() {
            let database = during(
                "reading the schema",
                chains.observe(session, &Schema::new()),
            )?;
            if !database.tables.is_empty() {
                let tables = names(&database);
                return Err(TestError::Left { tables }.into());
            }
        }
        Ok(report.to)
    }

    fn fill(
        &self,
        session: &mut dyn Session,
        migrator: &mut Migrator<'_>,
        without_rows: &mut BTreeMap<TableName, String>,
    ) -> Result<(), Error> {
        if self.rows > 0 {
            let dialect = dialect(session.backend()).map_err(RunError::from)?;
            let schema = during("reading the revision", migrator.folded(session))?;
            without_rows.extend(rows::fill(session, &schema, self.rows, dialect));
        }
        Ok(())
    }
}

/// Runs revisions, and looks whether the tables that stay have their rows afterwards; unless a revision of
/// them does as it likes.
fn keep_rows(
    session: &mut dyn Session,
    migrator: &mut Migrator<'_>,
    what: &str,
    run: impl FnOnce(&mut dyn Session, &mut Migrator<'_>) -> Result<Report, RunError>,
) -> Result<Report, Error> {
    let dialect = dialect(session.backend()).map_err(RunError::from)?;
    let chains = Chains::new(migrator.schema()).map_err(RunError::from)?;
    let schema = during("reading the revision", migrator.folded(session))?;
    let before = rows::counts(session, &schema, dialect);
    let report = during(what, run(session, migrator))?;
    let ran = report.steps.iter().map(|step| step.revision.as_str());
    if chains.may_change_rows(ran) {
        return Ok(report);
    }
    let schema = during("reading the revision", migrator.folded(session))?;
    let after = rows::counts(session, &schema, dialect);
    for (table, before) in before {
        if let Some(&after) = after.get(&table)
            && after < before
        {
            let what = what.to_owned();
            return Err(TestError::LostRows {
                what,
                table,
                before,
                after,
            }
            .into());
        }
    }
    Ok(report)
}

/// Compares models, chain and database; what the database has beside them is nobody's fault.
fn agree(
    session: &mut dyn Session,
    migrator: &mut Migrator<'_>,
    when: &'static str,
) -> Result<(), Error> {
    let mut check = check(session, migrator)?;
    check.differences.retain(|it| it.word() != "extra");
    if check.is_clean() {
        return Ok(());
    }
    Err(TestError::Different { when, check }.into())
}

fn names(schema: &Schema) -> Vec<String> {
    schema.tables.keys().map(ToString::to_string).collect()
}

fn during<T>(doing: &str, done: Result<T, RunError>) -> Result<T, TestError> {
    done.map_err(|source| TestError::Run {
        doing: doing.to_owned(),
        source,
    })
}
