//! The functions an application calls, on its own connection.

#![cfg(feature = "diesel")]

use super::{Migrator, Report, Revision};
use crate::Error;
use crate::connection::{MigrateBackend, session};
use crate::model::SchemaDef;
use diesel::connection::LoadConnection;

/// Applies all pending migrations of the chain. [`Migrator`] has the options.
///
/// # Errors
/// If the database refuses, an applied revision was edited, or the chain has several heads. The
/// migrations before the one that failed stay applied; that one is rolled back.
pub fn upgrade<C>(connection: &mut C, schema: &SchemaDef) -> Result<Report, Error>
where
    C: LoadConnection,
    C::Backend: MigrateBackend,
{
    upgrade_to(connection, schema, "head")
}

/// Applies pending migrations up to a target: `head`, `heads`, an id or the beginning of one, `+N`.
///
/// # Errors
/// As [`upgrade`], and if there is no such target.
pub fn upgrade_to<C>(connection: &mut C, schema: &SchemaDef, target: &str) -> Result<Report, Error>
where
    C: LoadConnection,
    C::Backend: MigrateBackend,
{
    Ok(Migrator::new(schema).upgrade(&mut session(connection), target)?)
}

/// Takes back everything above a target: `base`, an id or the beginning of one, `-N`.
///
/// Tables and columns that the migrations created go, with their rows.
///
/// # Errors
/// If the database refuses, or, before anything runs, a migration on the way is irreversible.
pub fn downgrade<C>(connection: &mut C, schema: &SchemaDef, target: &str) -> Result<Report, Error>
where
    C: LoadConnection,
    C::Backend: MigrateBackend,
{
    Ok(Migrator::new(schema).downgrade(&mut session(connection), target)?)
}

/// The applied heads of the chain. Creates nothing in the database.
///
/// # Errors
/// If the database cannot be read.
pub fn current<C>(connection: &mut C, schema: &SchemaDef) -> Result<Vec<Revision>, Error>
where
    C: LoadConnection,
    C::Backend: MigrateBackend,
{
    Ok(Migrator::new(schema).current(&mut session(connection))?)
}

/// The revisions that are not applied yet, in the order in which they would be.
///
/// # Errors
/// If the state of the database cannot be told.
pub fn pending<C>(connection: &mut C, schema: &SchemaDef) -> Result<Vec<String>, Error>
where
    C: LoadConnection,
    C::Backend: MigrateBackend,
{
    Ok(Migrator::new(schema).pending(&mut session(connection))?)
}

/// Records that the database is at a revision, without running anything.
///
/// # Errors
/// If there is no such revision, or the database holds one that no file has.
pub fn stamp<C>(connection: &mut C, schema: &SchemaDef, target: &str) -> Result<Report, Error>
where
    C: LoadConnection,
    C::Backend: MigrateBackend,
{
    Ok(Migrator::new(schema).stamp(&mut session(connection), &[target], false)?)
}
