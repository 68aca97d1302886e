//! A chain for whoever runs `diesel::migration`: `diesel_migrations`, test harnesses.

#![cfg(feature = "diesel")]

use super::chain::Chain;
use super::migrator::Migrator;
use crate::connection::{MigrateBackend, session};
use crate::model::SchemaDef;
use crate::{Error, ErrorKind, Explain};
use diesel::connection::{BoxableConnection, LoadConnection};
use diesel::migration::{
    Migration, MigrationMetadata, MigrationName, MigrationSource, MigrationVersion,
};
use std::fmt;
use std::marker::PhantomData;

/// The revisions of a chain as migrations of diesel, for code that takes a `MigrationSource`.
///
/// Each runs as `upgrade` runs it: under the lock, in its own transaction, recorded in our tables, too. diesel's
/// `__diesel_schema_migrations` beside them says which ones diesel asked for. What is applied already
/// is not applied again. The chain has to be a line, since diesel knows no branches.
///
/// ```no_run
/// use diesel::prelude::*;
/// use diesel::migration::MigrationSource;
/// use migrate_runtime::DieselMigrations;
/// # #[cfg(feature = "sqlite")] {
/// # use migrate_runtime::model::SchemaDef;
/// # static SCHEMA: SchemaDef = SchemaDef { chain: "app", models: &[], migrations: &[], head: "", unmanaged: &[], ignore: &[], version_table: None, include: &[] };
/// let source = DieselMigrations::<SqliteConnection>::new(&SCHEMA);
/// // With `diesel_migrations::MigrationHarness`: connection.run_pending_migrations(source)
/// let names: Vec<String> = source.migrations()?.iter().map(|it| it.name().to_string()).collect();
/// # }
/// # Ok::<(), Box<dyn std::error::Error + Send + Sync>>(())
/// ```
pub struct DieselMigrations<C> {
    schema: &'static SchemaDef,
    connection: PhantomData<fn(&mut C)>,
}

/// Why diesel cannot run a chain.
#[derive(Debug, thiserror::Error)]
enum NotForDiesel {
    #[error("the chain is no line, and diesel knows no branches: {parent} is followed by {}", children.join(" and "))]
    Branches {
        parent: String,
        children: Vec<&'static str>,
    },
    #[error("the chain is no line, and diesel knows no branches: {id} joins two of them")]
    Merge { id: &'static str },
    #[error("revision {id} cannot be taken back: the database is at {}", if at.is_empty() { "base".to_owned() } else { at.join(", ") })]
    NotLast { id: &'static str, at: Vec<String> },
    #[error("the connection is of another type than the source of the migrations")]
    Connection,
}

impl Explain for NotForDiesel {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Branches { .. } | Self::Merge { .. } => ErrorKind::Unsupported,
            Self::NotLast { .. } => ErrorKind::Drift,
            Self::Connection => ErrorKind::Config,
        }
    }

    fn hints(&self) -> Vec<String> {
        vec![match self {
            Self::Branches { .. } | Self::Merge { .. } => {
                "call `migrate_runtime::upgrade` instead".to_owned()
            }
            Self::NotLast { .. } => "only the last applied revision can be".to_owned(),
            Self::Connection => {
                "name its type: DieselMigrations::<PgConnection>::new(&SCHEMA)".to_owned()
            }
        }]
    }
}

impl<C> DieselMigrations<C> {
    /// The revisions of that schema, for connections of that type.
    pub const fn new(schema: &'static SchemaDef) -> Self {
        Self {
            schema,
            connection: PhantomData,
        }
    }
}

impl<C> Clone for DieselMigrations<C> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<C> Copy for DieselMigrations<C> {}

impl<C> fmt::Debug for DieselMigrations<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DieselMigrations")
            .field("chain", &self.schema.chain)
            .finish_non_exhaustive()
    }
}

impl<C> MigrationSource<C::Backend> for DieselMigrations<C>
where
    C: LoadConnection + 'static,
    C::Backend: MigrateBackend + 'static,
{
    fn migrations(&self) -> diesel::migration::Result<Vec<Box<dyn Migration<C::Backend>>>> {
        let chain = Chain::for_rows(self.schema, false, &[]).map_err(Error::from)?;
        let mut migrations: Vec<Box<dyn Migration<C::Backend>>> = Vec::new();
        for migration in chain.order() {
            let followers: Vec<_> = chain.followers(migration.id).collect();
            if followers.len() > 1 {
                let (parent, children) = (migration.id.to_owned(), followers);
                return Err(Error::from(NotForDiesel::Branches { parent, children }).into());
            }
            let parent = match migration.revises {
                [] => None,
                [parent] => Some(*parent),
                [..] => return Err(Error::from(NotForDiesel::Merge { id: migration.id }).into()),
            };
            migrations.push(Box::new(One {
                source: *self,
                id: migration.id,
                parent,
            }));
        }
        Ok(migrations)
    }
}

/// A revision.
struct One<C> {
    source: DieselMigrations<C>,
    id: &'static str,
    parent: Option<&'static str>,
}

impl<C> One<C>
where
    C: LoadConnection + 'static,
    C::Backend: MigrateBackend + 'static,
{
    fn connection(connection: &mut dyn BoxableConnection<C::Backend>) -> Result<&mut C, Error> {
        (connection.downcast_mut()).ok_or_else(|| NotForDiesel::Connection.into())
    }
}

impl<C> Migration<C::Backend> for One<C>
where
    C: LoadConnection + 'static,
    C::Backend: MigrateBackend + 'static,
{
    fn run(
        &self,
        connection: &mut dyn BoxableConnection<C::Backend>,
    ) -> diesel::migration::Result<()> {
        let connection = Self::connection(connection)?;
        let mut migrator = Migrator::new(self.source.schema);
        let done = migrator.upgrade(&mut session(connection), self.id);
        done.map_err(Error::from)?;
        Ok(())
    }

    fn revert(
        &self,
        connection: &mut dyn BoxableConnection<C::Backend>,
    ) -> diesel::migration::Result<()> {
        let connection = Self::connection(connection)?;
        let mut migrator = Migrator::new(self.source.schema);
        let current = migrator.current(&mut session(connection));
        let own = current.map_err(Error::from)?.into_iter();
        let at: Vec<String> = (own.filter(|it| it.library.is_none()))
            .map(|it| it.id)
            .collect();
        if at != [self.id] {
            return Err(Error::from(NotForDiesel::NotLast { id: self.id, at }).into());
        }
        let below = self.parent.unwrap_or("base");
        let done = migrator.downgrade(&mut session(connection), below);
        done.map_err(Error::from)?;
        Ok(())
    }

    fn metadata(&self) -> &dyn MigrationMetadata {
        self
    }

    fn name(&self) -> &dyn MigrationName {
        self
    }
}

/// Each brings its own transaction, and the lock is outside of it.
impl<C> MigrationMetadata for One<C> {
    fn run_in_transaction(&self) -> bool {
        false
    }
}

impl<C> MigrationName for One<C> {
    fn version(&self) -> MigrationVersion<'_> {
        self.id.into()
    }
}

impl<C> fmt::Display for One<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id)
    }
}
